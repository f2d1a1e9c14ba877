"""Order: a board that is to be made, from a design or from a board file with its design."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from designs import Design
from netgen.bench_docs.record import Places
from netgen.board.kicad.board import board_text
from netgen.board.kicad.project import project_text
from netgen.board.make import Tick, make_board
from netgen.board.write import check_one_board
from netgen.elaborate import Elaboration, elaborate
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.gerber import board_frame
from netgen.fab.profile import FabProfile, fab_profile
from netgen.fab.reading import parse_board_file, read_board_file
from parts.catalogue import load_catalogue

ENDING = ".kicad_pcb"


@dataclass(frozen=True)
class Order:
    """A board that is to be made.

    Attributes:
        board: its file.
        made: the design that it should be.
        profile: of the fab.
        files: the board's own files, where it was made here.
    """

    board: BoardFile
    made: Elaboration
    profile: FabProfile
    files: Mapping[str, str]

    @property
    def title(self) -> str:
        """Of the design, or its name."""
        return self.made.design.title or self.board.name

    @property
    def places(self) -> Places:
        """Where parts stand, from the corner at the bottom left."""
        frame = board_frame(self.board)
        left, bottom = frame.left + 1, frame.bottom + 1
        spots = {part.refdes: self.board.local(part.centre) for part in self.board.parts}
        at = {name: (x - left, y - bottom) for name, (x, y) in spots.items()}
        return Places(frame.right - 1 - left, frame.top - 1 - bottom, at)


def is_board(what: str) -> bool:
    """Whether a word of the command line names a board file and no design."""
    return what.endswith(ENDING)


def order_design(design: Design, fab: str, tick: Tick) -> Order:
    """A design's board, placed and routed here, for a fab.

    Raises:
        BuildError: the design asks for several boards, or does not become one.
    """
    check_one_board(design)
    made, profile = elaborate(design, load_catalogue()), fab_profile(fab)
    text = board_text(make_board(made, None, tick).board)
    name = design.name
    files = {f"{name}{ENDING}": text, f"{name}.kicad_pro": project_text(name, profile.rules)}
    return Order(parse_board_file(text, f"{name}{ENDING}"), made, profile, files)


def order_board(path: Path, design: Design, fab: str) -> Order:
    """A board file as it is, for a fab.

    Raises:
        BuildError: see `read_board_file`; or the design does not become a circuit.
    """
    made = elaborate(design, load_catalogue())
    return Order(read_board_file(path), made, fab_profile(fab), {})

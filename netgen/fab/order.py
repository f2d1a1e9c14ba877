"""Order: a board that is to be made, from a design or from a board file with its design."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netgen.bench_docs.record import Places
from netgen.board.kicad.board import board_text
from netgen.board.kicad.project import project_text
from netgen.board.make import Tick
from netgen.board.write import BOARD, board_names
from netgen.elaborate import Elaboration
from netgen.errors import BuildError
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.gerber import board_frame
from netgen.fab.profile import FabProfile, fab_profile
from netgen.fab.reading import parse_board_file, read_board_file
from netgen.system.layout import lay_out


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
    return what.endswith(BOARD)


def order_boards(boards: Sequence[Elaboration], fab: str, tick: Tick) -> tuple[Order, ...]:
    """The boards of a design, placed and routed here, for a fab.

    Raises:
        BuildError: as `lay_out`.
    """
    profile = fab_profile(fab)
    laid = lay_out(boards, None, tick)
    return tuple(
        _order(made, board_text(one.board), profile) for made, one in zip(boards, laid, strict=True)
    )


def _order(made: Elaboration, text: str, profile: FabProfile) -> Order:
    """A board whose file is not yet written."""
    board, project = board_names(made.design.name)
    files = {board: text, project: project_text(made.design.name, profile.rules)}
    return Order(parse_board_file(text, board), made, profile, files)


def order_board(path: Path, boards: Sequence[Elaboration], fab: str) -> Order:
    """A board file as it is, for a fab.

    Args:
        path: the file; where there are several boards its name says which of them it is.
        boards: of the design.
        fab: whose profile.

    Raises:
        BuildError: see `read_board_file`; or a name of no board.
    """
    made = next((one for one in boards if one.design.name == path.stem), boards[0])
    if len(boards) > 1 and made.design.name != path.stem:
        names = " or ".join(f"{one.design.name}{BOARD}" for one in boards)
        raise BuildError(f"{path}: which board is it? Call the file {names}")
    return Order(read_board_file(path), made, fab_profile(fab), {})

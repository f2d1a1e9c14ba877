"""One board or several: what the design asks for, or as few as the fab can make."""

from designs import Design
from designs.schema import MAX_BOARDS
from designs.several import has_several_boards
from netgen.board.rules import fab_rules
from netgen.board.tiles.tile import make_tiles
from netgen.circuit import Circuit
from netgen.elaborate import Elaboration, elaborate
from netgen.errors import BuildError
from netgen.system.elaborate import SystemElaboration, elaborate_system
from parts.catalogue import Catalogue
from parts.footprint import MM
from parts.footprint_file import load_footprints

ROOM = 1.75
"""Area of a board for each of its tiles, measured on floor plans of 8 to 167 edges: 1.4 to 2.1.

What a large one takes more is there, since the fabs' largest boards are no longer than wide twice.
"""
LONGEST = 2.0
"""A floor plan may be so many times as long as it is wide."""


def elaborate_boards(design: Design, catalogue: Catalogue) -> Elaboration | SystemElaboration:
    """The circuit of a design, or the circuits of its boards.

    Raises:
        BuildError: as `elaborate` and `elaborate_system`; or the network fits on no number of
            boards that we allow.
    """
    boards = design.board.boards
    if not has_several_boards(design):
        return elaborate(design, catalogue)
    if boards != "auto":
        return elaborate_system(design, catalogue, boards)
    return _fewest(design, catalogue)


def _fewest(design: Design, catalogue: Catalogue) -> Elaboration | SystemElaboration:
    """As few boards as are each within the fab's largest, by the area of their tiles."""
    largest = largest_mm2(design.board.fab)
    whole = elaborate(design, catalogue)
    area = ROOM * tile_mm2(whole.circuit, design.board.fab)
    if area <= largest and not design.board.on_board:
        return whole
    pinned = max(design.board.on_board.values(), default=2)
    for boards in range(max(2, pinned, int(area // largest)), MAX_BOARDS + 1):
        if boards > len(whole.network.edges):
            break
        made = elaborate_system(design, catalogue, boards)
        areas = [ROOM * tile_mm2(one.circuit, design.board.fab) for one in made.boards]
        if max(areas) <= largest:
            return made
    raise BuildError(
        f'board.boards = "auto": the network needs about {area / 100:.0f} cm2, too much for '
        f"{MAX_BOARDS} boards of {largest / 100:.0f} cm2, the largest that {design.board.fab} "
        "makes; use fewer edges or smaller parts"
    )


def largest_mm2(fab: str) -> float:
    """The area of the largest board of a fab that is `LONGEST` times as long as wide, mm2."""
    long, short = (side / MM for side in fab_rules(fab).largest)
    return min(long, LONGEST * short) ** 2 / LONGEST


def tile_mm2(circuit: Circuit, fab: str) -> float:
    """The area of all tiles of a board, mm2."""
    tiles = make_tiles(circuit.cells, load_footprints(), fab_rules(fab))
    return sum(tile.width * tile.height * len(tile.cells) for tile in tiles) / MM**2

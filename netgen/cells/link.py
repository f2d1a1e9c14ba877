"""The link cells: the headers at the two ends of the cables between two boards.

    header 1 (JL1_2_1 on board 1 and on board 2 alike)      1 GND   2 LATCH
                                                            3 GND   4 STEP
    A cable joins pin k with pin k of the header of the     5 GND   6 ENABLE_DATA
    same name. Between neighbours the first header has      7 GND   8 ENABLE_CLOCK
    the host's lines, each between two grounds; then, and   9 GND  10 CHAIN
    on further headers, each cut node's two nets, and a    11 GND  12 N4.FREE
    ground. What is left over is ground.                   13 N4.CLAMPED  14 GND  ...

Functions name the two boards as well, ``LINK.1-2.N4.FREE``, so that a header is never taken for
another one.
"""

from collections.abc import Mapping, Sequence

from netgen.cells.relay import BACK, CHAIN, ONWARD, onward
from netgen.circuit import Direction
from netgen.names import TWINS, Nets, code
from netgen.page import Contact, Drawing
from netgen.select import Parts

GROUND_FUNCTION = "GND"
LINES = (*ONWARD, CHAIN)
SLOT = "header{}"
_MOST_HEADERS = 64
SLOTS = tuple(SLOT.format(number + 1) for number in range(_MOST_HEADERS))


def link_cell(low: int, high: int) -> str:
    """Path of the cell with the headers between two boards, the same on both."""
    return f"link/{low}-{high}"


def link_prefix(low: int, high: int) -> str:
    """What the functions of the pins between two boards begin with; grounds have none."""
    return f"LINK.{low}-{high}."


def pin_functions(
    low: int, high: int, lines: bool, nodes: Sequence[str], pins: int
) -> tuple[tuple[str, ...], ...]:
    """What each pin of each header between two boards is for.

    Args:
        low: number of one board.
        high: number of the other.
        lines: whether the host's lines cross here.
        nodes: cut nodes whose nets cross here.
        pins: of one header.
    """
    prefix = link_prefix(low, high)
    headers: list[list[str]] = [[]]
    if lines:
        for line in LINES:
            headers[0] += [GROUND_FUNCTION, prefix + line]
        headers[0].append(GROUND_FUNCTION)
    for node in nodes:
        if len(headers[-1]) + len(TWINS) + 1 > pins:
            headers.append([])
        headers[-1] += [*(f"{prefix}N{node}.{twin}" for twin in TWINS), GROUND_FUNCTION]
    return tuple(
        tuple(header + [GROUND_FUNCTION] * (pins - len(header))) for header in headers if header
    )


def draw(
    drawing: Drawing,
    parts: Parts,
    nets: Nets,
    boards: tuple[int, int],
    here: int,
    functions: Sequence[Sequence[str]],
) -> None:
    """Draw one board's headers towards another board.

    Args:
        drawing: the board `here`.
        parts: the chosen records.
        nets: names of rails and node nets.
        boards: the lower and the higher number of the two.
        here: which of the two this is.
        functions: of every pin of every header.
    """
    low, high = boards
    page = drawing.page(link_cell(low, high), code("L", str(low), str(high)), SLOTS)
    known = _lines(here == low)
    prefix = link_prefix(low, high)
    for number, header in enumerate(functions, start=1):
        contacts = [_contact(function, prefix, nets, known) for function in header]
        page.connector(SLOT.format(number), parts.box_header, *contacts)


def _lines(lower: bool) -> Mapping[str, tuple[str, Direction]]:
    """Line -> its net on this side and whether it comes or goes."""
    found: dict[str, tuple[str, Direction]] = {CHAIN: (CHAIN, "input")}
    if not lower:
        found[CHAIN] = (BACK, "output")
    for line in ONWARD:
        found[line] = (onward(line), "output") if lower else (line, "input")
    return found


def _contact(
    function: str, prefix: str, nets: Nets, lines: Mapping[str, tuple[str, Direction]]
) -> Contact:
    if function == GROUND_FUNCTION:
        return Contact(nets.ground, function, "supply")
    name = function.removeprefix(prefix)
    if name in lines:
        net, direction = lines[name]
        return Contact(net, function, direction)
    node, _, twin = name.removeprefix("N").rpartition(".")
    return Contact(nets.node(node, twin), function, "port")

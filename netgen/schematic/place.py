"""Where the blocks of a cell go: columns by signal flow, rows by what they are joined to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netgen.page import GROUND
from netgen.schematic.blocks import TWO_TERMINAL, Block, Page

GAP = 34.0  # between blocks of a column; holds the reference designator


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its column and the y of its top edge, px."""

    block: Block
    column: int
    y: float


def place(page: Page) -> tuple[Placed, ...]:
    """Place every block: drivers left of what they drive, neighbours on one height."""
    columns = _columns(page)
    blocks = _facing(page.blocks, columns, page.joined)
    placed: dict[int, Placed] = {}
    for column in range(max(columns) + 1):
        members = [index for index in range(len(blocks)) if columns[index] == column]
        wanted = {index: _wanted(blocks[index], placed.values(), page.joined) for index in members}
        middle = [height for height in wanted.values() if height is not None]
        rest = sum(middle) / len(middle) if middle else 0.0
        free = 0.0
        for index in sorted(members, key=lambda i: (_or(wanted[i], rest), i)):
            y = max(free, _or(wanted[index], 0.0))
            placed[index] = Placed(blocks[index], column, y)
            free = y + blocks[index].height + GAP
    return tuple(placed[index] for index in range(len(blocks)))


def _or(height: float | None, otherwise: float) -> float:
    return otherwise if height is None else height


def _columns(page: Page) -> list[int]:
    """Longest path from a block that nothing inside the cell drives; loops are cut where met."""
    after: dict[int, set[int]] = {index: set() for index in range(len(page.blocks))}
    for net in sorted(page.joined):
        for driver, driven in _flow(page.blocks, net):
            after[driver].add(driven)
    columns = [0] * len(page.blocks)
    state: dict[int, int] = {}

    def visit(index: int) -> int:
        """Height of a block above the last one it drives."""
        if state.get(index, 0) < 0:
            return -1
        if index not in state:
            state[index] = -1
            state[index] = 1 + max((visit(other) for other in sorted(after[index])), default=0)
        return state[index]

    for index in after:
        visit(index)
    led: set[int] = set()
    for index in sorted(after, key=lambda i: -state[i]):
        for other in after[index]:
            if state[other] < state[index]:
                columns[other] = max(columns[other], columns[index] + 1)
                led.add(other)
    # What nothing drives stands right before what it drives, not at the far left.
    for index, following in after.items():
        if following and index not in led:
            columns[index] = max(0, min(columns[other] for other in following) - 1)
    return columns


def _flow(blocks: Sequence[Block], net: str) -> list[tuple[int, int]]:
    """(driver, driven) pairs of blocks on a net.

    Where no output drives the net, what leaves a block on its right does; else passive parts
    drive the inputs they feed; among passive parts alone one not ending at ground does.
    """
    on = [i for i, block in enumerate(blocks) if any(port.net == net for port in block.ports)]
    passive = [i for i in on if blocks[i].shape in TWO_TERMINAL]
    active = [i for i in on if i not in passive]
    outputs = [i for i in on if any(p.drives and p.net == net for p in blocks[i].ports)]
    leaving = [i for i in active if any(p.net == net for p in blocks[i].right)]
    source = sorted(passive, key=lambda i: (any(p.net == GROUND for p in blocks[i].ports), i))
    drivers = outputs or leaving[:1] or (passive if active else source[:1])
    return [(driver, i) for driver in drivers for i in on if i not in drivers]


def _facing(
    blocks: Sequence[Block], columns: Sequence[int], joined: frozenset[str]
) -> tuple[Block, ...]:
    """Two-terminal parts turned so that earlier columns are on their left, ground on the right."""
    places: dict[str, set[int]] = {}
    for block, column in zip(blocks, columns, strict=True):
        for port in block.ports:
            if port.net in joined:
                places.setdefault(port.net, set()).add(column)

    def leaning(net: str | None, column: int) -> int:
        """-1 for a net of earlier columns, 1 for one of later columns or ground."""
        if net == GROUND:
            return 1
        others = places.get(net or "", {column})
        return -1 if min(others) < column else int(max(others) > column)

    return tuple(
        block.turned()
        if block.shape in TWO_TERMINAL
        and leaning(block.left[0].net, column) > leaning(block.right[0].net, column)
        else block
        for block, column in zip(blocks, columns, strict=True)
    )


def _wanted(block: Block, others: Iterable[Placed], joined: frozenset[str]) -> float | None:
    """The top edge that would put this block level with what is on its left."""
    heights: list[float] = []
    for placed in others:
        heights += [
            placed.y + port.y - own.y
            for port in placed.block.ports
            for own in block.ports
            if own.net == port.net and own.net in joined
        ]
    return sum(heights) / len(heights) if heights else None


def nets_of(placed: Sequence[Placed]) -> Mapping[str, list[tuple[Placed, bool]]]:
    """Every net with the placed blocks on it; True where it leaves on the right.

    A follower's feedback is left out: it is drawn around its triangle.
    """
    found: dict[str, list[tuple[Placed, bool]]] = {}
    for item in placed:
        outputs = {port.net for port in item.block.right}
        for port in item.block.left:
            if port.net and port.net not in outputs:
                found.setdefault(port.net, []).append((item, False))
        for port in item.block.right:
            if port.net:
                found.setdefault(port.net, []).append((item, True))
    return found

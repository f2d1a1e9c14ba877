"""Where the blocks of a cell go: columns by signal flow, rows by what they are joined to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    blocks = _facing(page.blocks, columns, page.inner)
    placed: dict[int, Placed] = {}
    for column in range(max(columns) + 1):
        members = [index for index in range(len(blocks)) if columns[index] == column]
        wanted = {index: _wanted(blocks[index], placed.values(), page.inner) for index in members}
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
    for net in sorted(page.inner):
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
    for index in sorted(after, key=lambda i: -state[i]):
        for other in after[index]:
            if state[other] < state[index]:
                columns[other] = max(columns[other], columns[index] + 1)
    return columns


def _flow(blocks: Sequence[Block], net: str) -> list[tuple[int, int]]:
    """(driver, driven) pairs of blocks on a net; passive parts drive the inputs they feed."""
    on = [(i, port) for i, block in enumerate(blocks) for port in block.ports if port.net == net]
    drivers = [i for i, port in on if port.drives]
    if not drivers:
        passive = [i for i, _ in on if blocks[i].shape in TWO_TERMINAL]
        inputs = [i for i, _ in on if i not in passive]
        drivers = passive if inputs and passive and not _all_right(blocks, inputs, net) else [on[0][0]]
        if drivers == [on[0][0]] and inputs:
            drivers = [inputs[0]]
    return [(d, i) for d in drivers for i, _ in on if i not in drivers]


def _all_right(blocks: Sequence[Block], indices: Sequence[int], net: str) -> bool:
    """Whether the net leaves all of these blocks on the right."""
    return all(any(port.net == net for port in blocks[index].right) for index in indices)


def _facing(
    blocks: Sequence[Block], columns: Sequence[int], inner: frozenset[str]
) -> tuple[Block, ...]:
    """Two-terminal parts turned so that the side joined to an earlier column is the left one."""
    earliest: dict[str, int] = {}
    for block, column in zip(blocks, columns, strict=True):
        for port in block.ports:
            if port.net in inner:
                earliest[port.net] = min(earliest.get(port.net, column), column)
    found: list[Block] = []
    for block, column in zip(blocks, columns, strict=True):
        turn = block.shape in TWO_TERMINAL and (
            earliest.get(block.right[0].net or "", column) < column
            or (earliest.get(block.left[0].net or "", -1) >= column
                and block.right[0].net not in earliest)
        )  # fmt: skip
        found.append(block.turned() if turn else block)
    return tuple(found)


def _wanted(block: Block, others: Sequence[Placed] | object, inner: frozenset[str]) -> float | None:
    """The top edge that would put this block level with what is on its left."""
    heights: list[float] = []
    for placed in others:  # pyright: ignore[reportGeneralTypeIssues]
        for port in placed.block.ports:
            for own in block.ports:
                if own.net == port.net and own.net in inner:
                    heights.append(placed.y + port.y - own.y)
    return sum(heights) / len(heights) if heights else None


def nets_of(placed: Sequence[Placed]) -> Mapping[str, list[tuple[Placed, bool]]]:
    """Every net with the placed blocks on it; True where it leaves on the right."""
    found: dict[str, list[tuple[Placed, bool]]] = {}
    for item in placed:
        for port in item.block.left:
            if port.net:
                found.setdefault(port.net, []).append((item, False))
        for port in item.block.right:
            if port.net:
                found.setdefault(port.net, []).append((item, True))
    return found

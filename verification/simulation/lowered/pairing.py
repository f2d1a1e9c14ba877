"""Pairing: which digipots, nets and branches of the two networks are twins.

Two digipots are twins if the same nets clock, direct and select them. That pairs the nets at their
terminals, and with them everything else. A net that is held in one network only belongs to the
clamped one: it is a target.

```
block of net 1 --- digipot 1 ---   twins are in two blocks, one free and one clamped;
block of net 2 --- digipot 2 ---   followed from block to block this gives every block its side
```
"""

from __future__ import annotations

from collections.abc import Iterator

from verification.simulation.blocks import HELD
from verification.simulation.branches import Branch, BranchKind
from verification.simulation.lowered.control import STILL, PotControl
from verification.simulation.lowered.currentless import currentless
from verification.simulation.lowered.nodes import ABSENT, CLAMPED, FREE, Nodes, Row
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.partition import Partition

_RHEOSTATS = (BranchKind.POT_WB, BranchKind.POT_AW, BranchKind.POT_AB)
_DIVIDERS = (BranchKind.TRIANGLE_WB, BranchKind.TRIANGLE_AW, BranchKind.TRIANGLE_AB)


def pair_twins(cut: Partition, pots: tuple[PotControl, ...]) -> tuple[Nodes, list[Row], set[int]]:
    """The twins of a circuit, and the blocks that they are.

    Raises:
        CannotLower: what steps is not a pair of networks of the same shape.
    """
    idle = currentless(cut)
    branch_of = _branches_of(cut, pots, idle)
    network = {
        block
        for pot, position in branch_of.items()
        if pots[pot] != STILL and (block := _block(cut, cut.branches[position])) != HELD
    }
    groups = _groups(cut, pots, branch_of, network)
    pairs = [
        (group[0], group[1])
        for group in groups
        if len(group) == 2 and _aligned(cut, branch_of, group)
    ]
    side_of = _sides(cut, network, branch_of, pairs)
    nodes = Nodes(cut)
    twins = _oriented(cut, nodes, side_of, branch_of, pairs)
    rows = [_row(cut, nodes, side_of, branch_of, pair) for pair in twins]
    matched = {pot for pair in pairs for pot in pair}
    rows += [
        _single(cut, nodes, side_of, branch_of, pot)
        for group in groups
        for pot in group
        if pot not in matched
    ]
    placed = idle.union(position for row in rows for position in row.branches)
    rows += _others(cut, nodes, side_of, placed)
    _check_nets(cut, idle, nodes, side_of)
    return nodes, rows, network


def _block(cut: Partition, branch: Branch) -> int:
    return max(cut.block_of[branch.a], cut.block_of[branch.b])


def _branches_of(cut: Partition, pots: tuple[PotControl, ...], idle: set[int]) -> dict[int, int]:
    """Digipot -> its branch, for rheostats. CannotLower: a digipot that steps is a divider."""
    found: dict[int, int] = {}
    for position, branch in enumerate(cut.branches):
        if position in idle:
            continue
        if branch.kind in _RHEOSTATS:
            found[branch.element] = position
        elif branch.kind in _DIVIDERS and pots[branch.element] != STILL:
            name = cut.circuit.digipots[branch.element].unit.name
            raise CannotLower(f"digipot {name} steps and uses all three terminals")
    return found


def _groups(
    cut: Partition, pots: tuple[PotControl, ...], branch_of: dict[int, int], network: set[int]
) -> list[list[int]]:
    """Digipots that step or are in the network, together if they have the same control nets."""
    groups: dict[tuple[int, int, int], list[int]] = {}
    for position, pot in enumerate(cut.circuit.digipots):
        inside = position in branch_of and _block(cut, cut.branches[branch_of[position]]) in network
        if pots[position] != STILL or inside:
            groups.setdefault((pot.clk, pot.up_down, pot.cs), []).append(position)
    return list(groups.values())


def _aligned(cut: Partition, branch_of: dict[int, int], pair: list[int]) -> bool:
    """Whether the branches of two digipots, where both have one, are of the same kind."""
    kinds = {cut.branches[branch_of[pot]].kind for pot in pair if pot in branch_of}
    return len(kinds) < 2


def _ends(
    cut: Partition, branch_of: dict[int, int], pair: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """The pairs of nets that two digipots make twins: none unless both have a branch."""
    first, second = pair
    if first in branch_of and second in branch_of:
        one, two = cut.branches[branch_of[first]], cut.branches[branch_of[second]]
        yield one.a, two.a
        yield one.b, two.b


def _sides(
    cut: Partition, network: set[int], branch_of: dict[int, int], pairs: list[tuple[int, int]]
) -> dict[int, int]:
    """FREE or CLAMPED for every block of the network."""
    solved = {block for block in network if cut.blocks[block].boundary}
    opposite: dict[int, set[int]] = {block: set() for block in solved}
    side: dict[int, int] = {}
    for pair in pairs:
        for one, two in _ends(cut, branch_of, pair):
            here, there = cut.block_of[one], cut.block_of[two]
            if here in solved and there in solved:
                opposite[here].add(there)
                opposite[there].add(here)
            elif here in solved:
                side[here] = FREE
            elif there in solved:
                side[there] = FREE
    for start in (*sorted(side), *sorted(solved)):
        _spread(cut, start, opposite, side)
    return side


def _spread(
    cut: Partition, start: int, opposite: dict[int, set[int]], side: dict[int, int]
) -> None:
    """Give the blocks that are twins of twins of a block their sides."""
    side.setdefault(start, FREE)
    waiting = [start]
    while waiting:
        block = waiting.pop()
        for other in sorted(opposite.pop(block, ())):
            if side.setdefault(other, 1 - side[block]) == side[block]:
                name = cut.circuit.nets[cut.blocks[other].nets[0]].name
                raise CannotLower(f"the network of net {name} is free and clamped at once")
            waiting.append(other)


def _oriented(
    cut: Partition,
    nodes: Nodes,
    side_of: dict[int, int],
    branch_of: dict[int, int],
    pairs: list[tuple[int, int]],
) -> list[tuple[int, int]]:
    """The pairs as (free, clamped), with the nets of their ends linked.

    Pairs in the network come first: those between held nets only take what nets they left.
    """
    place = {pair: position for position, pair in enumerate(pairs)}
    known = {pair: _side_of_pair(cut, side_of, branch_of, pair) for pair in pairs}
    found: dict[int, tuple[int, int]] = {}
    for pair in sorted(known, key=lambda pair: known[pair] is None):
        side = known[pair]
        if side is None:
            straight = all(nodes.fits(one, two) for one, two in _ends(cut, branch_of, pair))
            side = _own_side(cut, nodes, side_of, branch_of, pair) if straight else CLAMPED
        oriented = pair if side == FREE else (pair[1], pair[0])
        for free, clamped in _ends(cut, branch_of, oriented):
            nodes.link(free, clamped)
        found[place[pair]] = oriented
    return [found[position] for position in range(len(pairs))]


def _side_of_pair(
    cut: Partition, side_of: dict[int, int], branch_of: dict[int, int], pair: tuple[int, int]
) -> int | None:
    """The side of the first of two digipots, as far as their blocks tell."""
    sides = {
        side_of[cut.block_of[net]] ^ place
        for ends in _ends(cut, branch_of, pair)
        for place, net in enumerate(ends)
        if cut.block_of[net] in side_of
    }
    if len(sides) > 1:
        name = cut.circuit.digipots[pair[0]].unit.name
        raise CannotLower(f"digipot {name} joins the free and the clamped network")
    return next(iter(sides), None)


def _own_side(
    cut: Partition,
    nodes: Nodes,
    side_of: dict[int, int],
    branch_of: dict[int, int],
    pair: tuple[int, int],
) -> int:
    """The side of the first of two digipots of which at most one has a branch."""
    first, second = pair
    if first in branch_of and second not in branch_of:
        return _side(cut, nodes, side_of, branch_of[first])
    if second in branch_of and first not in branch_of:
        return 1 - _side(cut, nodes, side_of, branch_of[second])
    return FREE


def _side(cut: Partition, nodes: Nodes, side_of: dict[int, int], position: int) -> int:
    """The side of a branch: its block's, or that of the held nets at its ends."""
    branch = cut.branches[position]
    block = _block(cut, branch)
    if block in side_of:
        return side_of[block]
    known = [branch.a in nodes.of[side] or branch.b in nodes.of[side] for side in (FREE, CLAMPED)]
    both = all(net in nodes.of[FREE] for net in (branch.a, branch.b))
    return FREE if both or not known[CLAMPED] else CLAMPED


def _row(
    cut: Partition,
    nodes: Nodes,
    side_of: dict[int, int],
    branch_of: dict[int, int],
    pair: tuple[int, int],
) -> Row:
    branches = tuple(branch_of.get(pot, ABSENT) for pot in pair)
    free, clamped = branches
    side = FREE if free != ABSENT else CLAMPED
    if branches[side] == ABSENT:
        return Row(None, pair, (ABSENT, ABSENT))
    branch = cut.branches[branches[side]]
    return Row((nodes.at(side, branch.a), nodes.at(side, branch.b)), pair, (free, clamped))


def _single(
    cut: Partition,
    nodes: Nodes,
    side_of: dict[int, int],
    branch_of: dict[int, int],
    pot: int,
) -> Row:
    """The row of a digipot without a twin."""
    if pot not in branch_of:
        return Row(None, (pot, ABSENT), (ABSENT, ABSENT))
    return _one_sided(cut, nodes, side_of, branch_of[pot], pot)


def _one_sided(
    cut: Partition, nodes: Nodes, side_of: dict[int, int], position: int, pot: int
) -> Row:
    side = _side(cut, nodes, side_of, position)
    branch = cut.branches[position]
    ends = (nodes.at(side, branch.a), nodes.at(side, branch.b))
    if side == FREE:
        return Row(ends, (pot, ABSENT), (position, ABSENT))
    return Row(ends, (ABSENT, pot), (ABSENT, position))


def _others(cut: Partition, nodes: Nodes, side_of: dict[int, int], placed: set[int]) -> list[Row]:
    """The resistors inside the network, one row each."""
    rows: list[Row] = []
    for block in sorted(side_of):
        for position in cut.blocks[block].branches:
            if position in placed:
                continue
            branch = cut.branches[position]
            if branch.kind is not BranchKind.RESISTOR:
                name = cut.circuit.nets[branch.a].name
                raise CannotLower(f"net {name} of the network is loaded by more than resistances")
            rows.append(_one_sided(cut, nodes, side_of, position, ABSENT))
    return rows


def _check_nets(cut: Partition, idle: set[int], nodes: Nodes, side_of: dict[int, int]) -> None:
    """Every net of the network that carries current has a node."""
    for block, side in side_of.items():
        for branch in (cut.branches[k] for k in cut.blocks[block].branches if k not in idle):
            nodes.at(side, branch.a)
            nodes.at(side, branch.b)

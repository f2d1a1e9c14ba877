"""Tasks: what is routed as one: an ordinary net, or one piece of a plane net."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netgen.board.routing.access import States, find_states, gets_away
from netgen.board.routing.distance import pack
from netgen.board.routing.escape import Around, Escape, enclose, find_escape
from netgen.board.routing.ground import Ground, lay
from netgen.board.routing.outcome import Missing
from netgen.board.routing.problem import Copper, NetRequest, RoutingProblem
from netgen.board.routing.shape import Shape
from netgen.board.routing.terminal import Piece, find_pieces
from netgen.board.routing.tree import Terminals


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is routed as one.

    Attributes:
        net: its name.
        number: of the net.
        which: class of its width.
        plane: whether it is a piece of a plane net.
        pieces: what is to be joined, one a terminal.
        escapes: the escape of each terminal, or None.
        terminals: where they can be met.
    """

    net: str
    number: int
    which: int
    plane: bool
    pieces: tuple[Piece, ...]
    escapes: tuple[Escape | None, ...]
    terminals: Terminals


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All tasks, in the order of routing, and what cannot be routed at all.

    Attributes:
        tasks: pieces of plane nets, then nets, the short before the long.
        missing: terminals without a way out.
        flooded: [S] number of the plane net that reaches its plane from here, or -1.
    """

    tasks: tuple[Task, ...]
    missing: tuple[Missing, ...]
    flooded: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """A piece and where tracks meet it; no states where they cannot."""

    piece: Piece
    states: States
    bonus: States
    escape: Escape | None


def plan_tasks(problem: RoutingProblem, numbers: dict[str, int], ground: Ground) -> Plan:
    """Find the pieces of every net and where they can be met; escapes are entered into the maps."""
    items: dict[str, list[int]] = defaultdict(list)
    for k, item in enumerate(problem.copper):
        if item.net is not None:
            items[item.net].append(k)
    nets = sorted(problem.nets, key=lambda net: numbers[net.name])
    met: dict[str, list[_Met]] = {}
    for net in nets:
        pieces = find_pieces(problem, net, items[net.name])
        met[net.name] = [_meet(problem, numbers, ground, net, piece) for piece in pieces]
    _add_escapes(problem, numbers, ground, nets, met)
    return _plan(problem, numbers, ground, nets, met)


def _class_of(problem: RoutingProblem, ground: Ground, net: NetRequest) -> int:
    return ground.widths.index(net.width or problem.rules.track)


def _meet(
    problem: RoutingProblem, numbers: dict[str, int], ground: Ground, net: NetRequest, piece: Piece
) -> _Met:
    bits = {name: 1 << k for k, name in enumerate(ground.layers)}
    copper = [problem.copper[item] for item in piece.items]
    layers = np.array([sum(bits.get(name, 0) for name in item.layers) for item in copper], np.int64)
    shapes = pack([item.shape for item in copper])
    which = _class_of(problem, ground, net)
    states, bonus = find_states(ground, which, numbers[net.name], shapes, layers)
    return _Met(piece, states, bonus, None)


def _add_escapes(
    problem: RoutingProblem, numbers: dict[str, int], ground: Ground, nets: Sequence[NetRequest],
    met: dict[str, list[_Met]],
) -> None:  # fmt: skip
    """Give an escape to every piece that is shut in, one after the other."""
    fixed: Around | None = None
    added: list[Copper] = []
    for net in nets:
        which, plane = _class_of(problem, ground, net), net.plane is not None
        found = met[net.name]
        if len(found) < 2 and not plane:
            continue
        for k, one in enumerate(found):
            if one.piece.flooded or gets_away(ground, which, numbers[net.name], one.states, plane):
                continue
            # Few boards need an escape, and most that do need several.
            fixed = fixed or enclose(problem, numbers, ground, problem.copper, problem.keepouts)
            around = (fixed, enclose(problem, numbers, ground, added, ()))
            own = [problem.copper[item] for item in one.piece.items]
            escape = find_escape(ground, problem, around, which, numbers[net.name], own, plane)
            if escape is None:
                continue
            track = Copper(
                Shape.segment(escape.start, escape.end, escape.width), (escape.layer,), net.name
            )
            added.append(track)
            lay(ground, problem, numbers, [track])
            found[k] = _through(ground, one, escape)


def _through(ground: Ground, one: _Met, escape: Escape) -> _Met:
    """The piece with its escape's end as the only way to meet it."""
    lattice = ground.lattice
    column, row = (
        (escape.end[0] - lattice.x) // lattice.pitch,
        (escape.end[1] - lattice.y) // lattice.pitch,
    )
    state = ground.layers.index(escape.layer) * lattice.nodes + row * lattice.columns + column
    return _Met(one.piece, np.array([state], np.int32), np.zeros(1, np.int32), escape)


def _plan(
    problem: RoutingProblem, numbers: dict[str, int], ground: Ground, nets: Sequence[NetRequest],
    met: dict[str, list[_Met]],
) -> Plan:  # fmt: skip
    flooded = np.full(ground.owner.shape[1], -1, np.int32)
    tasks: list[Task] = []
    missing: list[Missing] = []
    for net in nets:
        found = met[net.name]
        if len(found) < 2 and net.plane is None:
            continue
        missing.extend(_lost(problem, net.name, one.piece) for one in found
                       if not len(one.states) and not one.piece.flooded)  # fmt: skip
        found = [one for one in found if len(one.states)]
        if net.plane is None:
            groups = [found] if len(found) > 1 else []
        else:
            groups = [[one] for one in found if not one.piece.flooded]
            for one in found:
                if one.piece.flooded:
                    flooded[one.states] = numbers[net.name]
        which = _class_of(problem, ground, net)
        tasks.extend(_task(ground, net, numbers[net.name], which, group) for group in groups)
    tasks.sort(key=lambda task: (not task.plane, _span(task), task.number))
    return Plan(tuple(tasks), tuple(missing), flooded)


def _lost(problem: RoutingProblem, net: str, piece: Piece) -> Missing:
    at = problem.copper[piece.items[0]].shape.centre
    return Missing(net, piece.name(problem.copper), at, "no way out")


def _task(ground: Ground, net: NetRequest, number: int, which: int, group: Sequence[_Met]) -> Task:
    counts = [len(one.states) for one in group]
    terminals = Terminals(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        np.concatenate([one.states for one in group]),
        np.concatenate([one.bonus for one in group]),
        np.array([_box(ground, one.states) for one in group], np.int64),
    )
    return Task(net.name, number, which, net.plane is not None, tuple(one.piece for one in group),
                tuple(one.escape for one in group), terminals)  # fmt: skip


def _box(ground: Ground, states: States) -> tuple[int, int, int, int, int]:
    nodes, columns = ground.lattice.nodes, ground.lattice.columns
    row, column = states % nodes // columns, states % nodes % columns
    layers = sum(1 << layer for layer in sorted(set((states // nodes).tolist())))
    return int(column.min()), int(row.min()), int(column.max()), int(row.max()), layers


def _span(task: Task) -> int:
    """Half the perimeter of the task's extent, in nodes."""
    low, high = task.terminals.box[:, :2].min(axis=0), task.terminals.box[:, 2:4].max(axis=0)
    return int((high - low).sum())

"""The table: the maps, what each task has taken of them, and how a task finds a path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netgen.board.routing.crowd import clashes, make_crowd, settle
from netgen.board.routing.ground import Ground
from netgen.board.routing.halo import make_halos
from netgen.board.routing.method import Negotiation
from netgen.board.routing.problem import RoutingProblem
from netgen.board.routing.prune import Scratch, keep_branches, trim
from netgen.board.routing.search import LENGTH, STATES, TRAIL, Field, Price, Work
from netgen.board.routing.task import Plan, Task
from netgen.board.routing.tidy import Steps
from netgen.board.routing.tree import JOINED, Found, Terminals, grow
from netgen.errors import BuildError

_NO_STEPS = np.zeros((0, 2), np.int32)
_NO_VIAS = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What was found for a task: steps [K, 2] between states, vias [V], which terminals joined."""

    steps: Steps
    vias: Steps
    joined: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What stays of a path while the rest is routed anew.

    Attributes:
        terminals: groups of the task's terminals, each with the copper that joins it.
        steps, vias: that copper.
        groups: [T] the group of each of the task's terminals; None where all are apart.
    """

    terminals: Terminals
    steps: Steps
    vias: Steps
    groups: NDArray[np.int64] | None = None


class Table:
    """The maps, and what each task has taken of them."""

    def __init__(
        self, problem: RoutingProblem, method: Negotiation, ground: Ground, plan: Plan
    ) -> None:
        self._ground, self._plan, self._method = ground, plan, method
        lattice, layers = ground.lattice, len(ground.layers)
        states = layers * lattice.nodes
        if states >= STATES:
            raise BuildError(
                f"routing: {states} grid nodes on {layers} layers; up to {STATES} are possible. "
                "Take a coarser pitch or a smaller board"
            )
        self._crowd = make_crowd(ground.owner, ground.barred, ground.via_owner)
        self._halos = make_halos(problem.rules, ground.widths, lattice.pitch, lattice.columns)
        self._work = _make_work(states)
        self._span = (problem.rules.hole_to_hole + problem.rules.via_drill) / lattice.pitch
        self._found = Found(
            np.zeros((states, 2), np.int32), np.zeros(lattice.nodes, np.int32),
            np.zeros(0, np.uint8), np.zeros(2, np.int64),
        )  # fmt: skip
        self._scratch = Scratch(
            np.zeros(states, np.int32), np.zeros(states, np.int32), np.zeros(1, np.int32)
        )
        self._prices = _make_price(problem, method)
        self.paths: list[Path | None] = [None] * len(plan.tasks)

    def route(self, which: int, crowd: int, margin: int, kept: Kept | None = None) -> Path:
        """Find a path for a task whose halo is not in the maps; the maps are not changed.

        Args:
            which: place of the task.
            crowd: price of sharing.
            margin: of the windows, nm.
            kept: what stays of the task's last path.
        """
        task = self._plan.tasks[which]
        kept = kept or Kept(task.terminals, _NO_STEPS, _NO_VIAS)
        count = len(kept.terminals.start) - 1
        found = self._found._replace(fate=np.zeros(count, np.uint8))
        price = self._prices._replace(crowd=crowd)
        field = self._field(task)
        nodes = max(4, margin // self._ground.lattice.pitch)
        while not grow(field, self._work, price, self._ground.lattice, task.number, kept.terminals,
                       kept.vias, nodes, task.plane, self._span, found):  # fmt: skip
            self._work = self._work._replace(heap=np.zeros(2 * len(self._work.heap), np.int64))
        steps, vias = found.counts.tolist()
        return self._trimmed(
            task, np.concatenate((kept.steps, found.steps[:steps])),
            np.concatenate((kept.vias, found.vias[:vias])), found.fate == JOINED, kept,
        )  # fmt: skip

    def _trimmed(
        self, task: Task, steps: Steps, vias: Steps, joined: NDArray[np.bool_], kept: Kept
    ) -> Path:
        if task.plane:
            return Path(steps, vias, tuple(joined.tolist()))
        stays, useful = trim(
            self._scratch, self._ground.lattice.nodes, task.terminals, steps, vias, task.plane
        )
        each = joined if kept.groups is None else joined[kept.groups]
        return Path(steps[stays], vias[useful], tuple(each.tolist()))

    def keep(self, which: int) -> Kept:
        """What of a task's path is not in conflict: whole branches; its halo is still there."""
        task, path = self._plan.tasks[which], self.paths[which]
        if path is None or task.plane:
            return Kept(task.terminals, _NO_STEPS, _NO_VIAS)
        columns = self._ground.lattice.columns
        of_step, of_via, groups = keep_branches(
            self._crowd, self._scratch, columns, task.which, task.terminals, path.steps, path.vias
        )
        return _regroup(self._ground, task.terminals, path, of_step, of_via, groups)

    def _field(self, task: Task) -> Field:
        return Field(self._crowd.spots[task.which], self._crowd.holes, self._plan.flooded)

    def take(self, which: int, path: Path) -> None:
        """Give a task its path."""
        self.paths[which] = path
        self._settle(which, path, 1)

    def release(self, which: int) -> Path | None:
        """Take a task's path away."""
        path, self.paths[which] = self.paths[which], None
        if path is not None:
            self._settle(which, path, -1)
        return path

    def _settle(self, which: int, path: Path, change: int) -> None:
        columns = self._ground.lattice.columns
        mine = self._plan.tasks[which].which
        settle(self._crowd, self._halos, columns, mine, path.steps, path.vias, change)

    def clashes(self, which: int, lasting: int = 0) -> int:
        """How many places of a task others want; each gets a lasting price."""
        path = self.paths[which]
        if path is None:
            return 0
        mine, columns = self._plan.tasks[which].which, self._ground.lattice.columns
        return int(clashes(self._crowd, self._halos, columns, mine, path.steps, path.vias, lasting))

    def forget(self) -> None:
        """Clear the lasting prices."""
        self._crowd.spots["lasting"] = 0
        self._crowd.holes["lasting"] = 0


def _regroup(
    ground: Ground, terminals: Terminals, path: Path, of_step: NDArray[np.int64],
    of_via: NDArray[np.int64], groups: NDArray[np.int64],
) -> Kept:  # fmt: skip
    """Terminals made of groups: the states of their members, and of the copper between."""
    lattice, layers = ground.lattice, len(ground.layers)
    steps, vias = path.steps[of_step >= 0], path.vias[of_via >= 0]
    drilled = (vias[:, None] + np.arange(layers, dtype=np.int32) * lattice.nodes).ravel()
    state = np.concatenate((terminals.state, steps.ravel(), drilled))
    group = np.concatenate((
        np.repeat(groups, np.diff(terminals.start)),
        np.repeat(of_step[of_step >= 0], 2),
        np.repeat(of_via[of_via >= 0], layers),
    ))  # fmt: skip
    bonus = np.concatenate((terminals.bonus, np.zeros(len(state) - len(terminals.bonus), np.int32)))
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    start = np.concatenate(([0], np.cumsum(counts)))
    state, bonus = state[order], bonus[order]
    row, column = state % lattice.nodes // lattice.columns, state % lattice.columns
    layer = np.int64(1) << (state // lattice.nodes).astype(np.int64)
    firsts = start[:-1]
    box = np.stack((
        np.minimum.reduceat(column, firsts), np.minimum.reduceat(row, firsts),
        np.maximum.reduceat(column, firsts), np.maximum.reduceat(row, firsts),
        np.bitwise_or.reduceat(layer, firsts),
    ), axis=1).astype(np.int64)  # fmt: skip
    return Kept(Terminals(start, state, bonus, box), steps, vias, groups)


def _make_work(states: int) -> Work:
    return Work(
        np.zeros(states + 1, TRAIL),
        np.zeros(2 * states + 1024, np.int64),
        np.zeros(states, np.int32),
        np.zeros(states, np.int32),
        np.zeros(8, np.int64),
    )


def _make_price(problem: RoutingProblem, method: Negotiation) -> Price:
    against = {"horizontal": (1.0, method.against), "vertical": (method.against, 1.0),
               "any": (1.0, 1.0)}  # fmt: skip
    rows: list[list[int]] = []
    for layer in problem.track_layers:
        across, down = against[layer.run or "any"]
        slant = 2**0.5 * (across + down) / 2
        rows.append([round(LENGTH * (across, slant, down, slant)[way % 4]) for way in range(8)])
    step = np.array(rows, np.int64)
    least = np.array([step[:, 0].min(), step[:, 2].min(), step[:, 1].min()], np.int64)
    # The estimate walks the shorter leg on diagonals: no two straight steps may be cheaper.
    least[2] = min(least[2], least[0] + least[1])
    bend = round(method.bend_cost / problem.pitch * LENGTH)
    turns = np.array([0, bend, 3 * bend, 20 * bend, 40 * bend, 20 * bend, 3 * bend, bend], np.int64)
    return Price(
        step,
        least,
        turns,
        round(method.via_cost / problem.pitch * LENGTH),
        0,
        round(64 * method.haste),
    )

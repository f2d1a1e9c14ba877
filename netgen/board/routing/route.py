"""The router, in order."""

from __future__ import annotations

from netgen.board.record import Track, Via
from netgen.board.routing.ground import Ground, make_ground
from netgen.board.routing.method import Negotiation, ProgressCallback
from netgen.board.routing.negotiate import Settlement, negotiate
from netgen.board.routing.outcome import Missing, Routed
from netgen.board.routing.problem import RoutingProblem
from netgen.board.routing.table import Path
from netgen.board.routing.task import Plan, Task, plan_tasks
from netgen.board.routing.tidy import straighten


def route(
    problem: RoutingProblem,
    method: Negotiation = Negotiation(),  # noqa: B008
    progress: ProgressCallback | None = None,
) -> Routed:
    """Join the nets of a problem.

    Args:
        problem: the board and its nets.
        method: how to go about it.
        progress: called after each round.

    Returns:
        Tracks and vias that keep the rules, and what is missing. The same for the same problem and
        method, unless the method's time runs out.

    Raises:
        BuildError: the grid has too many nodes.
    """
    numbers = {net.name: k for k, net in enumerate(problem.nets)}
    ground = make_ground(problem, numbers)
    plan = plan_tasks(problem, numbers, ground)
    settlement = negotiate(problem, method, ground, plan, progress)
    return _outcome(problem, ground, plan, settlement)


def _outcome(problem: RoutingProblem, ground: Ground, plan: Plan, settlement: Settlement) -> Routed:
    tracks: set[Track] = set()
    vias: set[Via] = set()
    missing = list(plan.missing)
    for task, path in zip(plan.tasks, settlement.paths, strict=True):
        if path is not None:
            tracks.update(_tracks(ground, task, path))
            vias.update(
                Via(task.net, ground.lattice.place(node), problem.rules.via_diameter,
                    problem.rules.via_drill)
                for node in path.vias.tolist()
            )  # fmt: skip
        missing.extend(_missing(problem, task, path))
    return Routed(
        tuple(sorted(tracks, key=lambda track: (track.net, track.layer, track.start, track.end))),
        tuple(sorted(vias, key=lambda via: (via.net, via.at))),
        tuple(sorted(missing, key=lambda one: (one.net, one.at, one.terminal))),
        settlement.rounds,
        "blocked" if settlement.stopped == "complete" and missing else settlement.stopped,
    )


def _tracks(ground: Ground, task: Task, path: Path) -> list[Track]:
    """The task's tracks, and the escapes of the terminals that it joins."""
    lattice, width = ground.lattice, ground.widths[task.which]
    found = [
        Track(task.net, ground.layers[one // lattice.nodes], width,
              lattice.place(one % lattice.nodes), lattice.place(other % lattice.nodes))
        for one, other in straighten(lattice, path.steps, path.vias, task.terminals)
    ]  # fmt: skip
    for escape, joined in zip(task.escapes, path.joined, strict=True):
        if escape is not None and joined and (task.plane or sum(path.joined) > 1):
            found.append(Track(task.net, escape.layer, escape.width, escape.start, escape.end))
    return found


def _missing(problem: RoutingProblem, task: Task, path: Path | None) -> list[Missing]:
    """The terminals that are not joined to the task's first, or to its plane."""
    joined = (
        path.joined if path is not None else (not task.plane,) + (False,) * (len(task.pieces) - 1)
    )
    return [
        Missing(task.net, piece.name(problem.copper), problem.copper[piece.items[0]].shape.centre,
                "in conflict" if path is None else "walled in")
        for piece, is_joined in zip(task.pieces, joined, strict=True)
        if not is_joined
    ]  # fmt: skip

"""What the host's protocol of each task needs is on the board, and which edges cannot learn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import networkx as nx

from designs import Design, Task, channels, edge_name, task_patches
from parts.models import DigipotModel
from verification.checks.interface import ENABLE_RETURN, ETA_CONTROLS, SIDES
from verification.checks.records import Check, Item, Measure, Verdict, judged
from verification.checks.rig import Rig

PROTOCOL = "protocol"
PROTOCOL_CLAIM = "the board has what each task's protocol needs: channels, ports, enable chain, eta"
LEARNERS = "learning_edges"
LEARNERS_CLAIM = "every edge carries a current in some task, so that it can learn"
_HELD = "held nodes"


def check_protocol(rig: Rig, earlier: Mapping[str, Check]) -> Check:
    """Check 18.

    Args:
        rig: the board.
        earlier: checks by name; the enable chain's verdict is asked for.
    """
    design = rig.case.board.design
    faults = [item for task in design.tasks for item in _task(rig, task, earlier)]
    masked = sum(_is_masked(task) for task in design.tasks)
    evidence: dict[str, Measure] = {
        "tasks": len(design.tasks),
        "tasks_with_masks": masked,
        "patching": design.board.patching,
        "nudge": design.electronics.nudge,
    }
    return judged(PROTOCOL, PROTOCOL_CLAIM, len(design.tasks), evidence, faults)


def _is_masked(task: Task) -> bool:
    return task.protocol.update_probability != (1.0, 1.0)


def _task(rig: Rig, task: Task, earlier: Mapping[str, Check]) -> Iterator[Item]:
    design, functions = rig.case.board.design, rig.case.board.functions
    names = channels(design)
    for patch in task_patches(design, task):
        wanted = [patch.channel] if patch.channel in names.sources else [f"{patch.channel}.DESIRED"]
        if design.board.patching == "cables":
            wanted += [
                f"{end}.{side}" for end in (patch.channel, f"N{patch.node}") for side in SIDES
            ]
        for name in wanted:
            if name not in functions:
                yield _lacks(task, f"a pin {name} for node {patch.node}", "add the channel or port")
    if _is_masked(task):
        chain = earlier.get("enable_chain")
        if ENABLE_RETURN not in functions or chain is None or chain.verdict is Verdict.FAIL:
            yield _lacks(task, "an enable chain, since edges learn with a probability below 1",
                         "see the check enable_chain")  # fmt: skip
    yield from _eta(rig, design, task)


def _eta(rig: Rig, design: Design, task: Task) -> Iterator[Item]:
    eta = design.eta(task)
    if design.electronics.nudge == "fixed":
        if eta != design.electronics.eta:
            yield _lacks(task, f"eta {eta:g}", f"the board's resistors make "
                         f"{design.electronics.eta:g}: set nudge = \"adjustable\"")  # fmt: skip
        return
    missing = [name for name in ETA_CONTROLS if name not in rig.case.board.functions]
    models = [channel.model for channel in rig.network.nudges]
    if missing or not models:
        yield _lacks(task, "an adjustable eta", "add the digipots of the nudge and their lines")
    elif not _reaches(models, eta):
        yield _lacks(task, f"eta {eta:g}", "it is beyond the range of the nudge's digipot")


def _reaches(models: Sequence[DigipotModel], eta: float) -> bool:
    """Whether some code of each digipot is within half a step of eta."""
    return all(
        (m.code_min - 0.5) / m.divisor <= eta <= (m.code_max + 0.5) / m.divisor or eta == 1.0
        for m in models
    )


def _lacks(task: Task, what: str, fix: str) -> Item:
    return Item(expected=f"{what} for task {task.name}", got="not on the board", fix=fix)


def check_learners(design: Design) -> Check:
    """Check 19: edges on no path between two held nodes of the clamped network, in any task.

    An edge carries current only if it lies on such a path: in the graph with one more node joined
    to all held ones, only if its biconnected component holds that node. A note, unless no edge can.
    """
    edges = design.graph.edges
    able = {edge for task in design.tasks for edge in _carrying(design, task)}
    idle = [edge for edge in edges if frozenset(edge) not in able]
    notes = [
        Item(
            expected=f"a current through edge {edge_name(edge)} in some task",
            got="it lies on no path between sources and targets, so it never learns",
            fix="leave it, or give a role to a node behind it",
        )
        for edge in idle
    ]
    evidence: dict[str, Measure] = {"edges": len(edges), "idle_edges": len(idle)}
    all_idle = len(idle) == len(edges)
    return judged(LEARNERS, LEARNERS_CLAIM, len(edges), evidence, notes if all_idle else (), notes)


def _carrying(design: Design, task: Task) -> Iterator[frozenset[str]]:
    graph = nx.Graph(design.graph.edges)
    for node in (*task.sources, *task.target_nodes):
        graph.add_edge(_HELD, node)
    for component in nx.biconnected_component_edges(graph):
        members = [frozenset(edge) for edge in component]
        if len(members) > 1 and any(_HELD in edge for edge in members):
            yield from (edge for edge in members if _HELD not in edge)

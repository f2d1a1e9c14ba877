"""The error budget: what the parts' tolerances leave of each edge's decision, before a yield run.

For every allostery task whose edges all step at every clock, on a few drawn boards:

* signal: what an output error as large as the task's bound makes of c - f, in the median edge;
* error: what the parts add to c - f, as a root mean square over edges and boards, and by cause;
* predicted yield: the part of the boards whose votes balance within the bound (`votes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designs import AllosteryTask, Design, Task
from verification.anatomy import Anatomy, Pot, anatomy_of
from verification.checks.case import Case
from verification.checks.decisions import Deciders, find_deciders
from verification.checks.records import Check, Item, Measure, judged
from verification.checks.votes import Boards, TwinNetwork, Votes
from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Digipot
from verification.extraction.values import Values, drawn
from verification.simulation.machine import Machine
from verification.training.tasks.protocol import Chance, Purpose, random_taps

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NAME = "error_budget"
CLAIM = (
    "an output error as large as a task's bound moves the edges' decisions more than the parts' "
    "tolerances do, so that most drawn boards are predicted to learn the task"
)
POOR_YIELD = 0.7
"""Below this a prediction is a remark; at 0.5 the median board misses, which fails a task."""
BOARDS = 40
LEAST_BOARDS = 10
LARGE_NODES = 100
"""From here on fewer boards are drawn, since each costs more."""
TWINS, AVERAGES = "twin_mismatch", "averaging_resistors"


@dataclass(frozen=True)
class Budget:
    """The budget of one task.

    Attributes:
        task: its name.
        bound_v: RMS error that it allows.
        signal_v: of the median edge at the bound.
        error_v: RMS over edges and boards, added to c - f.
        shares: cause -> part of the squared error, the greatest first.
        rest_v: [B] predicted RMS error of each board.
        strongest: the edge whose step moves the outputs most.
    """

    task: str
    bound_v: float
    signal_v: float
    error_v: float
    shares: dict[str, float]
    rest_v: Floats
    strongest: int

    @property
    def predicted_yield(self) -> float:
        """The part of the boards that are predicted to meet the bound."""
        return float(np.mean(self.rest_v <= self.bound_v))


class Tolerances:
    """Drawn boards of a circuit; they are the same for all of its tasks.

    Args:
        circuit: cabled for any task.
        anatomy: which digipots and nets are which edges and nodes.
        deciders: the edges' comparators.
        seeds: which boards.
    """

    def __init__(
        self, circuit: MixedCircuit, anatomy: Anatomy, deciders: Deciders, seeds: Sequence[int]
    ) -> None:
        place = {Pot(p.unit.refdes, p.model.w): k for k, p in enumerate(circuit.digipots)}
        twins = (anatomy.free_pots, anatomy.clamped_pots)
        self.anatomy, self.deciders, self.seeds = anatomy, deciders, tuple(seeds)
        self.pots: Ints = np.asarray([[place[pot] for pot in pots] for pots in twins])
        self.twins = [[circuit.digipots[k] for k in row] for row in self.pots]
        self.comparators = [circuit.comparators[k] for k in deciders.comparators]
        values = [drawn(circuit, seed) for seed in seeds]
        self._added = [deciders.errors_v(board) for board in values]
        self.boards = self._gathered(values)

    def causes(self) -> dict[str, Floats]:
        """Cause -> what is added to c - f, [B, E] volts; not what unequal twins add."""
        return {name: np.asarray([row[name] for row in self._added]) for name in self._added[0]}

    def start(self, task: Task) -> Ints:
        """Taps [B, E] that the boards start from, those of a training with the same seeds."""
        ends = self.boards.code_min, self.boards.code_max
        edges = len(self.comparators)
        if task.start == "random":
            streams = [Chance(seed).stream(Purpose.START) for seed in self.seeds]
            return np.asarray([random_taps(stream, ends, edges) for stream in streams])
        return np.asarray([[pot.model.power_on_code for pot in self.twins[0]]] * len(self.seeds))

    def _gathered(self, values: Sequence[Values]) -> Boards:
        models = [pot.model for row in self.twins for pot in row]
        return Boards(
            np.asarray([board.digipot_step_ohm[self.pots] for board in values]),
            np.asarray([board.digipot_wiper_ohm[self.pots] for board in values]),
            np.asarray([self.deciders.weights(board) for board in values]),
            sum(self.causes().values(), np.zeros((len(values), len(self.comparators)))),
            np.asarray([comparator.model.hysteresis_v for comparator in self.comparators]),
            max(model.code_min for model in models),
            min(model.code_max for model in models),
        )


def check_error_budget(case: Case, machines: Sequence[tuple[Task, Machine]]) -> Check:
    """The check; a poor prediction is a remark, since only the boards themselves can tell.

    Args:
        case: the board.
        machines: the ideal board cabled for each task.
    """
    design = case.board.design
    evidence: dict[str, Measure] = {}
    notes: list[Item] = []
    boards: Tolerances | None = None
    for task, machine in machines:
        reason = not_covered(task)
        if not reason and boards is None:
            boards = draw_boards(case, machine.circuit)
            reason = "" if boards else "no comparator of averaged drops was found at some edge"
        if reason or boards is None or not isinstance(task, AllosteryTask):
            evidence[f"{task.name}_prediction"] = f"none: {reason}"
            continue
        budget = task_budget(design, task, boards)
        evidence |= _measures(budget)
        if budget.predicted_yield < POOR_YIELD:
            notes.append(_remark(case, boards, budget, design.eta(task)))
    if boards is not None:
        evidence["boards"] = len(boards.seeds)
        evidence["first_seed"] = boards.seeds[0]
    return judged(NAME, CLAIM, len(machines), evidence, (), notes)


def not_covered(task: Task) -> str:
    """Why the model does not cover a task; "" where it does."""
    if not isinstance(task, AllosteryTask):
        return "the model follows one sample, this task has many"
    if task.protocol.update_probability != (1.0, 1.0):
        return "the model lets every edge step at every clock"
    return ""


def draw_boards(case: Case, circuit: MixedCircuit) -> Tolerances | None:
    """Boards 0, 1, ... of a circuit; None where its edges decide in a way that is not modelled."""
    anatomy = anatomy_of(case)
    deciders = find_deciders(circuit, anatomy)
    if deciders is None:
        return None
    count = min(BOARDS, max(LEAST_BOARDS, BOARDS * LARGE_NODES // len(anatomy.nodes)))
    return Tolerances(circuit, anatomy, deciders, range(count))


def twin_network(design: Design, task: AllosteryTask, anatomy: Anatomy) -> TwinNetwork:
    """The graph of the board with a task's sources and targets, as positions."""
    place = {node: k for k, node in enumerate(anatomy.nodes)}
    return TwinNetwork(
        np.asarray([(place[a], place[b]) for a, b in anatomy.edges]),
        len(place),
        np.asarray([place[node] for node in task.sources]),
        np.asarray(list(task.sources.values())),
        np.asarray([place[node] for node in task.targets]),
        np.asarray(list(task.targets.values())),
        design.eta(task),
    )


def task_budget(design: Design, task: AllosteryTask, boards: Tolerances) -> Budget:
    """The budget of a task on drawn boards."""
    network = twin_network(design, task, boards.anatomy)
    votes = Votes(network, boards.deciders, boards.boards)
    start = boards.start(task)
    now = votes.stand(start.astype(np.float64))
    causes = boards.causes() | {TWINS: now.twins_v, AVERAGES: now.averages_v}
    squares = {name: float(np.mean(np.square(volts))) for name, volts in causes.items()}
    total = sum(squares.values())
    # An error of the bound's size at one target after the other.
    signal = np.sqrt(np.mean(np.square(now.signal), axis=2)) * task.bound.rms_v
    return Budget(
        task.name,
        task.bound.rms_v,
        float(np.median(signal)),
        float(np.sqrt(np.mean(np.square(now.own_v)))),
        dict(sorted(((k, v / total) for k, v in squares.items()), key=lambda pair: -pair[1])),
        votes.rest(start.astype(np.float64), task.steps),
        int(np.argmax(now.reach.sum(axis=(0, 2)))),
    )


def _measures(budget: Budget) -> dict[str, Measure]:
    cause = next(iter(budget.shares))
    return {
        f"{budget.task}_signal_v": budget.signal_v,
        f"{budget.task}_error_v": budget.error_v,
        f"{budget.task}_greatest_error": cause,
        f"{budget.task}_predicted_yield": budget.predicted_yield,
    }


def _remark(case: Case, boards: Tolerances, budget: Budget, eta: float) -> Item:
    """The part that errs most, at the edge whose steps move the outputs most, for all edges."""
    cause, share = next(iter(budget.shares.items()))
    edge = budget.strongest
    first, second = boards.twins[0][edge], boards.twins[1][edge]
    comparator = boards.comparators[edge]
    refdes = first.unit.refdes if cause == TWINS else comparator.unit.refdes
    slot = f"{comparator.unit.slot} of every edge: {case.board.placed[refdes].record.mpn}"
    fixes = {
        TWINS: _matching(first, second),
        AVERAGES: "averaging resistors of closer tolerance",
        "comparator_offset": f"a comparator with less offset ({slot})",
        "comparator_bias": f"a comparator with less input current ({slot})",
        "buffer_offset": "followers with less offset at the nodes",
    }
    return Item(
        refdes,
        expected=f"task {budget.task}: an output error of {1e3 * budget.bound_v:.3g} mV, its bound,"
        f" decides; it moves the median edge's c - f by {1e3 * budget.signal_v:.2g} mV",
        got=f"errors of {1e3 * budget.error_v:.2g} mV, {100 * share:.0f} % of their square from "
        f"{cause.replace('_', ' ')}, so {100 * budget.predicted_yield:.0f} % of the boards are "
        "predicted to meet it",
        fix=f"choose {'a larger eta, ' if eta < 1 else ''}{fixes[cause]}, or a wider bound; then "
        "count boards",
        weight=1 - budget.predicted_yield,
    )


def _matching(first: Digipot, second: Digipot) -> str:
    if first.unit.refdes != second.unit.refdes:
        return "a dual digipot, whose channels match, for each edge"
    return f"a dual digipot that matches better than {100 * first.model.matching:g} %"

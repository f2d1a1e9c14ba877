"""The witness: one board simulated twice, by ngspice and by our machine, and compared.

```
netlist, task, seed -> circuit, values, start taps, host's volts --- deck --> ngspice --+-> Witness
                                                                 `-- machine --> ours --+
```
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from designs import AllosteryTask, Design, Task
from parts.catalogue import load_catalogue
from verification.errors import UsageError
from verification.extraction.elements import ProblemKind
from verification.reading.netlist import Netlist
from verification.simulation.machine import Machine
from verification.spice.cones import comparators_behind, nets_behind
from verification.spice.deck import Board, Deck, learning, operating_point
from verification.spice.hostlines import HostLines, host_lines
from verification.spice.ngspice import TIMEOUT_S, Waves, find_ngspice, run_deck
from verification.spice.ours import (
    Floats,
    Integers,
    Learner,
    chain_length,
    eta_setting,
    powered,
    resting_v,
    start_codes,
)
from verification.spice.result import (
    RELATIVE_TOLERANCE,
    RESOLUTION_V,
    TOLERANCE_V,
    GainEffect,
    NetVoltage,
    Reading,
    TapDifference,
    TapRun,
    Witness,
)
from verification.training.bench import Workshop
from verification.training.tasks.allostery import AllosteryLesson
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance, Purpose

Tick = Callable[[str, int, int], None]
DEFAULT_CYCLES = 100


@dataclass(frozen=True)
class WitnessOptions:
    """What to simulate.

    Attributes:
        task: name of the task; None for the first allostery task, or the first task.
        seed: of board and start taps.
        ideal: nominal parts instead of a drawn board.
        cycles: of learning; None for 100 where the task is allostery; 0 for none.
        timeout_s: how long one run of ngspice may take.
    """

    task: str | None = None
    seed: int = 0
    ideal: bool = False
    cycles: int | None = None
    timeout_s: float = TIMEOUT_S


def no_tick(what: str, done: int, total: int) -> None:
    """Tells nobody."""
    del what, done, total


def witness(
    netlist: Netlist, design: Design, options: WitnessOptions, tick: Tick = no_tick
) -> Witness:
    """Simulate a board twice and compare.

    Raises:
        MissingToolError: no ngspice, or it failed (SpiceError).
        DesignError: no such task.
        UsageError: options out of range, or a board that cannot be driven for the task.
    """
    find_ngspice()
    if not 0 <= options.seed < 2**63:
        raise UsageError(f"a seed is an integer from 0 to 2**63 - 1, not {options.seed}")
    task = _task(design, options.task)
    cycles = _cycles(task, options.cycles)
    workshop = Workshop(netlist, design, task, load_catalogue())
    seed = None if options.ideal else options.seed
    machine = workshop.machine(seed)
    codes, start = start_codes(workshop, machine, options.seed)
    sample = _sample(workshop)
    pins = _pins(workshop, sample)
    title = f"{design.name}, task {task.name}, {'ideal' if seed is None else f'board {seed}'}"
    board = Board(
        title,
        machine.circuit,
        machine.values,
        codes,
        pins,
        _floating(machine),
        _open_diodes(machine),
    )
    tick("operating point", 0, 2)
    decks: dict[str, str] = {}
    nets, gain = _at_rest(machine, board, options.timeout_s, decks, design.name)
    run = None
    if cycles:
        tick("learning", 1, 2)
        learner = Learner(workshop, machine, powered(machine, codes, pins), sample)
        held = _held(workshop, options.seed, cycles)
        run = _learn(workshop, board, learner, held, options.timeout_s, decks)
    single = sum(len(net.pins) < 2 for net in machine.circuit.nets)
    return Witness(
        design.name,
        Path(netlist.source).name,
        task.name,
        seed,
        start,
        nets,
        single,
        gain,
        run,
        decks,
    )


def _task(design: Design, name: str | None) -> Task:
    if name is not None:
        return design.task(name)
    if not design.tasks:
        raise UsageError(f"design {design.name} has no task to drive the board for")
    allostery = (task for task in design.tasks if isinstance(task, AllosteryTask))
    return next(allostery, design.tasks[0])


def _cycles(task: Task, asked: int | None) -> int:
    if asked is not None and asked < 0:
        raise UsageError(f"cycles is a whole number from 0 on; given {asked}")
    if isinstance(task, AllosteryTask):
        return DEFAULT_CYCLES if asked is None else asked
    if asked:
        raise UsageError(
            f"ngspice learns allostery tasks only, and task {task.name} is {task.kind}; "
            "choose another task, or --cycles 0 for the operating point alone"
        )
    return 0


def _sample(workshop: Workshop) -> tuple[Floats, Floats]:
    """Volts of sources and desired volts of targets.

    An allostery task has one sample. Of other tasks fixed sources keep their volts, and what is a
    feature or a label is spread evenly over the supply: any volts serve to compare two solvers.
    """
    task, design = workshop.task, workshop.design
    lesson = make_lesson(design, task, 0) if isinstance(task, AllosteryTask) else None
    if isinstance(lesson, AllosteryLesson):
        return lesson.sources, lesson.desired
    given = [volts if isinstance(volts, float) else None for volts in task.sources.values()]
    given += [None] * len(task.target_nodes)
    spread = np.linspace(0, design.electronics.supply_v, given.count(None) + 2)[1:-1].tolist()
    volts = np.array([spread.pop(0) if each is None else each for each in given])
    return volts[: len(task.sources)], volts[len(task.sources) :]


def _pins(workshop: Workshop, sample: tuple[Floats, Floats]) -> dict[str, float]:
    sources, targets = workshop.channels
    wanted = (f"{target}.DESIRED" for target in targets)
    return {
        **dict(zip(sources, sample[0].tolist(), strict=True)),
        **dict(zip(wanted, sample[1].tolist(), strict=True)),
    }


def _held(workshop: Workshop, seed: int, cycles: int) -> list[list[bool]]:
    """For each cycle the edges that the update mask holds, [] where all may step."""
    lesson = make_lesson(workshop.design, workshop.task, seed)
    if not isinstance(lesson, AllosteryLesson):
        return [[] for _ in range(cycles)]
    mask = lesson.schedule.mask(
        Chance(seed).stream(Purpose.MASK),
        np.minimum(np.arange(cycles), lesson.steps - 1),
        lesson.steps,
        chain_length(workshop.design),
    )
    if mask is None:
        return [[] for _ in range(cycles)]
    return [[not allowed for allowed in row] for row in mask.tolist()]


def _keep(decks: dict[str, str], name: str, deck: Deck) -> None:
    decks[name] = deck.text
    decks.update(deck.tables)


def _learn(
    workshop: Workshop,
    board: Board,
    learner: Learner,
    held: list[list[bool]],
    timeout_s: float,
    decks: dict[str, str],
) -> TapRun:
    """The learning run on both sides."""
    design = workshop.design
    clock_hz, chain = design.electronics.clock_hz, chain_length(design)
    lines = host_lines(clock_hz, chain, eta_setting(workshop), held)
    deck = learning(board, lines)
    _keep(decks, f"{design.name}.cir", deck)
    waves = run_deck(deck, lines.end_s, timeout_s)
    return _compare_taps(board, learner, lines, waves, held)


def _at_rest(
    machine: Machine, board: Board, timeout_s: float, decks: dict[str, str], name: str
) -> tuple[tuple[NetVoltage, ...], GainEffect | None]:
    """The operating point on both sides, and what the records' gain does to it."""
    deck = operating_point(board)
    _keep(decks, f"{name}-op.cir", deck)
    ngspice = run_deck(deck, timeout_s=timeout_s).volts[-1]
    finite = run_deck(operating_point(board, gain=None), timeout_s=timeout_s).volts[-1]
    ours = resting_v(machine, board.codes, board.pins)
    nets = machine.circuit.nets
    undecided = _undecided(machine, ngspice)
    looped = any(problem.kind is ProblemKind.LOOP for problem in machine.cut.problems)
    rows: list[NetVoltage] = []
    for k, net in enumerate(nets):
        if len(net.pins) < 2:
            continue
        there, here = float(ngspice[k]), float(ours[k])
        reading: Reading = "agrees"
        if abs(there - here) > TOLERANCE_V + RELATIVE_TOLERANCE * max(abs(there), abs(here)):
            reading = "loop" if looped else "differs"
            reading = "undecided" if k in undecided else reading
            reading = "floats" if k in board.floating else reading
        rows.append(NetVoltage(net.name, there, here, reading))
    return tuple(rows), _gain_effect(machine, ngspice, finite)


def _floating(machine: Machine) -> frozenset[int]:
    """Nets that nothing holds."""
    names = {
        name
        for problem in machine.cut.problems
        if problem.kind in (ProblemKind.FLOATING, ProblemKind.NO_PULL_UP)
        for name in problem.nets
    }
    return frozenset(k for k, net in enumerate(machine.circuit.nets) if net.name in names)


def _open_diodes(machine: Machine) -> frozenset[str]:
    """Diodes that our side leaves out, because an input reads their net."""
    ignored = (p for p in machine.cut.problems if p.kind is ProblemKind.DIODE_IGNORED)
    return frozenset(refdes for problem in ignored for refdes in problem.refdes)


def _undecided(machine: Machine, volts: Floats) -> frozenset[int]:
    """Nets behind comparators that stand within their hysteresis, where both answers hold."""
    values = machine.values
    near = [
        k
        for k, element in enumerate(machine.circuit.comparators)
        if abs(volts[element.in_p] - volts[element.in_n] + values.comparator_offset_v[k])
        <= values.comparator_hysteresis_v[k] / 2 + RESOLUTION_V
    ]
    return nets_behind(machine.circuit, near)


def _gain_effect(machine: Machine, ideal: Floats, finite: Floats) -> GainEffect | None:
    """The net of an amplifier's input or output that the finite gain moves most."""
    analog = sorted({net for each in machine.circuit.amplifiers for net in (each.in_p, each.out)})
    if not analog:
        return None
    change = np.abs(finite[analog] - ideal[analog])
    most = int(np.argmax(change))
    return GainEffect(machine.circuit.nets[analog[most]].name, float(change[most]))


def _compare_taps(
    board: Board,
    learner: Learner,
    lines: HostLines,
    waves: Waves,
    held: list[list[bool]],
) -> TapRun:
    """Each step of both from the same taps; where one differs, ours goes on from ngspice's."""
    pots = board.circuit.digipots
    behind = [comparators_behind(board.circuit, (pot.up_down, pot.cs, pot.clk)) for pot in pots]
    steering = sorted({k for cone in behind for k in cone})
    seen = np.array([waves.at(moment) for moment in lines.looks_s])
    taps = np.rint(seen[:, : len(pots)]).astype(np.int64)
    margins = seen[:, len(pots) :]
    ours = [learner.codes]
    found: list[TapDifference] = []

    def compare(cycle: int, mine: Integers) -> None:
        wrong = np.flatnonzero(mine != taps[cycle]).tolist()
        found.extend(
            _difference(board, cycle, k, behind[k], margins[max(cycle - 1, 0)], taps, mine)
            for k in wrong
        )
        if wrong:
            learner.set_codes(taps[cycle])

    compare(0, ours[0])
    for cycle, mask in enumerate(held, start=1):
        ours.append(learner.step(mask).codes)
        compare(cycle, ours[-1])
    least = np.abs(margins[:-1][:, steering]).min() if steering and held else np.inf
    names = tuple(pot.unit.name for pot in pots)
    return TapRun(len(held), names, taps, np.array(ours), tuple(found), float(least))


def _difference(
    board: Board,
    cycle: int,
    k: int,
    cone: tuple[int, ...],
    margins: Floats,
    taps: NDArray[np.int64],
    mine: Integers,
) -> TapDifference:
    unit = board.circuit.digipots[k].unit
    nearest = min(cone, key=lambda place: abs(margins[place]), default=None)
    return TapDifference(
        cycle,
        unit.name,
        unit.refdes,
        int(taps[max(cycle - 1, 0), k]),
        int(taps[cycle, k]),
        int(mine[k]),
        "" if nearest is None else board.circuit.comparators[nearest].unit.name,
        float("nan") if nearest is None else float(margins[nearest]),
    )

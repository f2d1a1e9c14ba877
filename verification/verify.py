"""The judge: one netlist or board file and one design in, one report out.

```
board -> conductors -- board checks               copper, parts, names, IPC-D-356, resistance
             |
             v
file -> Netlist -> Board --- static checks        parts, pins, rails, drivers, inputs, cells alike
                     |
                     v
              LearningNetwork --- structural checks    graph, nodes, control, enable chain
                     |
                     v
        circuits -> Machines --- behaviour             connectors, local rule, blocks, timing, ...
                     |
                     v
                  learning --- tasks                   every task, over seeds
```

Static and structural checks always run, all of them, so that a fault is named by everything that
sees it. What measures a board as a whole says `not_run` where those have found it to be another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from designs import Design, Task
from parts.catalogue import Catalogue, load_catalogue
from verification.board.parasitics import check_resistance
from verification.board.reading import is_board
from verification.board.subject import BoardSubject, board_subject
from verification.board.system import SystemSubject, system_subject
from verification.built import check_whole, in_chain_order, read_built
from verification.checks import (
    budget,
    channels,
    error_budget,
    learned,
    partitioning,
    protocol,
    ranges,
    rule,
    task_edges,
    timing,
)
from verification.checks.alike import check_alike
from verification.checks.analog import check_analog
from verification.checks.board import index_board
from verification.checks.cables import check_cables
from verification.checks.case import Case
from verification.checks.components import check_components
from verification.checks.control import check_chain, check_control
from verification.checks.decoupling import check_decoupling
from verification.checks.drivers import check_drivers
from verification.checks.graph import check_graph
from verification.checks.inputs import check_inputs
from verification.checks.passives import check_passives
from verification.checks.pins import check_pins
from verification.checks.power import check_rails
from verification.checks.records import Check, Verdict, not_run
from verification.checks.rig import Rig
from verification.checks.signals import check_signals
from verification.checks.units import check_units
from verification.checks.values import check_values
from verification.errors import UsageError
from verification.extraction.drawn import DrawnValue, drawn_values
from verification.extraction.values import drawn
from verification.options import VerifyOptions, check_options, witnesses
from verification.reading.netlist import Netlist
from verification.reading.sexpr import read_text
from verification.reading.system import parse_system
from verification.report import Report, TaskOutcome
from verification.simulation.machine import Machine
from verification.simulation.partition import Partition
from verification.spice.report import CLAIM, NAME, spice_check
from verification.spice.witness import WitnessOptions, witness
from verification.structure import LearningNetwork, extract_network
from verification.training.bench import Workshop
from verification.training.learn import learn_many

Tick = Callable[[str, int, int], None]


def no_tick(what: str, done: int, total: int) -> None:
    """Tells nobody."""
    del what, done, total


def verify(
    path: str | Path, design: Design, options: VerifyOptions | None = None, tick: Tick = no_tick
) -> Report:
    """Judge a netlist file, a board file by the netlist that its copper is, or a system of boards.

    Args:
        path: a KiCad netlist, a KiCad board, or a system file that joins several boards, which are
            judged as one network; which of them it is, its content says.
        design: what it should be.
        options: what to do; by default everything.
        tick: told (what, done, total) from time to time.

    Raises:
        NetlistError: a file that is none of these.
        UsageError: options out of range, or for another kind of file; one netlist or one board
            where the design asks for several boards.
    """
    options, catalogue = options or VerifyOptions(), load_catalogue()
    text = read_text(Path(path), "netlist, board or system file")
    check_options(path, text, options)
    if is_board(text):
        check_whole(False, path, design)
        board = board_subject(text, str(path), catalogue, witnesses(options))
        return judge(board.netlist, design, catalogue, options, tick, board)
    if options.boards is not None:
        system = parse_system(text, str(path))
        several = system_subject(
            system, Path(options.boards), catalogue, options.reader, options.kicad
        )
        built = in_chain_order(several.netlist, design)
        return judge(several.netlist, built, catalogue, options, tick, several)
    netlist, built = read_built(path, design, options.reader)
    return judge(netlist, built, catalogue, options, tick)


def judge(
    netlist: Netlist,
    design: Design,
    catalogue: Catalogue,
    options: VerifyOptions,
    tick: Tick,
    board: BoardSubject | SystemSubject | None = None,
) -> Report:
    """Judge a netlist that is read already, from boards where they are given; see `verify`."""
    case, network, checks = wired_checks(netlist, design, catalogue)
    if board is not None:
        resistance = check_resistance(board.networks, case, network)
        checks = [*board.checks, *checks, resistance]
    checks += behaviour_checks(Rig(case, network, catalogue), checks, options)
    tasks: tuple[TaskOutcome, ...] = ()
    broken = _broken(checks)
    if options.learning:
        check, tasks = learned_tasks(netlist, design, checks, options, tick)
        checks.append(check)
    if options.spice:
        checks.append(spice_witness(netlist, design, options, tick))
    name = Path(netlist.source).name
    mode = "ideal" if options.ideal else "drawn"
    single = None if options.ideal or broken else options.seed
    drawn_board = one_board(netlist, design, catalogue, single)
    return Report(design.name, name, mode, options.learning, tuple(checks), tasks, drawn_board)


def spice_witness(netlist: Netlist, design: Design, options: VerifyOptions, tick: Tick) -> Check:
    """What ngspice says, on a broken board too: both simulate the same fault."""
    chosen = WitnessOptions(seed=options.all_seeds[0], ideal=options.ideal)
    return _tried(NAME, CLAIM, lambda: spice_check(witness(netlist, design, chosen, tick)))


def wired_checks(
    netlist: Netlist, design: Design, catalogue: Catalogue
) -> tuple[Case, LearningNetwork, list[Check]]:
    """The board, the network found in it, and every check that needs no simulation."""
    case = Case(index_board(netlist, design, catalogue))
    network = extract_network(case)
    return case, network, [*static_checks(case), *structural_checks(case, network, catalogue)]


def one_board(
    netlist: Netlist, design: Design, catalogue: Catalogue, seed: int | None
) -> tuple[DrawnValue, ...]:
    """What board `seed` measures; nothing where no single board was asked for."""
    if seed is None:
        return ()
    workshop = Workshop(netlist, design, design.tasks[0], catalogue)
    values = drawn(workshop.intact.circuit, seed)
    return drawn_values(workshop.intact.circuit, values)


def static_checks(case: Case) -> list[Check]:
    """What the netlist and the part records tell without a simulation."""
    return [
        check_components(case),
        check_pins(case),
        check_rails(case),
        check_drivers(case),
        check_signals(case),
        check_inputs(case),
        check_decoupling(case),
        check_passives(case),
        check_units(case),
        check_alike(case),
    ]


def structural_checks(case: Case, network: LearningNetwork, catalogue: Catalogue) -> list[Check]:
    """What is learned from following the wires."""
    checks = [
        check_graph(case, network),
        check_analog(case, network),
        check_control(case, network),
        check_chain(case, network),
        check_values(case, network, catalogue),
    ]
    return [*checks, check_cables(case, network)] if case.board.netlist.boards else checks


def behaviour_checks(rig: Rig, earlier: Sequence[Check], options: VerifyOptions) -> list[Check]:
    """What the extracted machine does, and what its parts bear."""
    case, design = rig.case, rig.case.board.design
    seed = None if options.ideal else options.all_seeds[0]
    interface = _tried(channels.NAME, channels.CLAIM, lambda: channels.check_interface(rig))
    # A board that lacks a channel cannot be driven, whatever else of it is right.
    reason = _broken([*earlier, interface])
    known = {check.name: check for check in earlier}

    def machines() -> list[tuple[Task, Machine]]:
        netlist, catalogue = case.board.netlist, rig.catalogue
        return [(t, Workshop(netlist, design, t, catalogue).intact) for t in design.tasks]

    def cuts() -> list[Partition]:
        return [machine.cut for _, machine in cabled] or [rig.cabled(design.tasks[0])]

    def check_budget() -> Check:
        run = partial(error_budget.check_error_budget, case, cabled)
        return _tried(error_budget.NAME, error_budget.CLAIM, run)

    cabled = [] if reason else machines()
    whole: list[tuple[str, str, Callable[[], Check]]] = [
        (timing.NAME, timing.CLAIM, lambda: timing.check_timing(rig)),
        (budget.NAME, budget.CLAIM, lambda: budget.check_currents(case, cabled)),
        (ranges.LOADING, ranges.LOADING_CLAIM, lambda: ranges.check_loading(rig)),
        (ranges.RANGES, ranges.RANGES_CLAIM, lambda: ranges.check_ranges(rig)),
        (error_budget.NAME, error_budget.CLAIM, check_budget),
    ]
    return [
        interface,
        _tried(rule.NAME, rule.CLAIM, lambda: rule.check_rule(rig, seed)),
        _tried(partitioning.NAME, partitioning.CLAIM, lambda: partitioning.check_partition(cuts())),
        *(not_run(name, claim, reason) if reason else run() for name, claim, run in whole),
        protocol.check_protocol(rig, known),
        protocol.check_learners(design),
        task_edges.check_task_edges(design),
    ]


def learned_tasks(
    netlist: Netlist,
    design: Design,
    earlier: Sequence[Check],
    options: VerifyOptions,
    tick: Tick,
) -> tuple[Check, tuple[TaskOutcome, ...]]:
    """Every task, learned once for each seed on the extracted board."""
    reason = _broken(earlier)
    if reason:
        return not_run(learned.NAME, learned.CLAIM, reason), ()
    outcomes: list[TaskOutcome] = []
    for task in design.tasks:
        results = learn_many(
            netlist,
            design,
            task.name,
            options.all_seeds,
            ideal=options.ideal,
            steps=options.steps,
            progress=partial(tick, f"task {task.name}"),
        )
        outcomes.append(learned.outcome(task, results))
    return learned.check_tasks(outcomes), tuple(outcomes)


def _tried(name: str, claim: str, run: Callable[[], Check]) -> Check:
    """A check that a broken board may make impossible."""
    try:
        return run()
    except UsageError as error:
        return not_run(name, claim, str(error))


def _broken(earlier: Sequence[Check]) -> str:
    """Why measures of the whole board would mean nothing, "" where they do."""
    failed = [check.name for check in earlier if check.verdict is Verdict.FAIL]
    if not failed:
        return ""
    plural = "s" if len(failed) > 1 else ""
    return f"the check{plural} {', '.join(failed)} failed: the board is not the design's"

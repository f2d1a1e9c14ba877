"""Where the generator asks the judge: `fab` is told of it here, since it cannot import it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designs import Design
    from netgen.bench_docs.record import Voltages
    from netgen.elaborate import Elaboration
    from netgen.fab.checks.record import Check
    from netgen.fab.make import Witness
    from netgen.fab.whole import SystemWitness
    from netgen.system.elaborate import SystemElaboration
    from verification.checks.records import Check as Judged
    from verification.reading.netlist import Netlist


_CLAIM = "the judge reads the netlist out of the copper and out of KiCad's IPC-D-356"
_SYSTEM_CLAIM = "the boards' copper and their cables are the one network, by every check of verify"


def board_witness(made: Elaboration) -> Witness:
    """The judge, for `fab`: copper and KiCad's export are the netlist, all checks but the tasks."""
    from verification.verify import VerifyOptions
    from verification.verify import verify as judge

    def ask(board: Path, export: Path) -> tuple[Check, ...]:
        options = VerifyOptions(learning=False, netlist=_netlist_of(made, board), export=export)
        return (_as_check("judge", _CLAIM, judge(board, made.design, options).checks),)

    return ask


def copper_witness(made: Elaboration) -> Witness:
    """The judge of one of several boards: copper and export are the netlist; the rest is for all.

    What the whole should be, no board can be asked alone.
    """
    from parts.catalogue import load_catalogue
    from verification.board.subject import Witnesses, board_subject
    from verification.reading.readers import read_netlist

    def ask(board: Path, export: Path) -> tuple[Check, ...]:
        witnesses = Witnesses(read_netlist(_netlist_of(made, board)), export)
        text = board.read_text(encoding="utf-8")
        found = board_subject(text, str(board), load_catalogue(), witnesses)
        return (_as_check("judge", _CLAIM, found.checks),)

    return ask


def system_witness(design: Design) -> SystemWitness:
    """The judge of all boards, assembled: every check but the tasks.

    KiCad's exports are held against each board by `copper_witness`.
    """
    from verification.verify import VerifyOptions
    from verification.verify import verify as judge

    def ask(system: Path) -> tuple[Check, ...]:
        options = VerifyOptions(learning=False, boards=system.parent, kicad=False)
        return (_as_check("judge", _SYSTEM_CLAIM, judge(system, design, options).checks),)

    return ask


def _netlist_of(made: Elaboration, board: Path) -> Path:
    """The netlist of a board, written beside it."""
    from netgen.emit.netlist import emit_netlist

    netlist = board.with_suffix(".net")
    netlist.write_text(emit_netlist(made.circuit, made.design.erc_waivers).text, "utf-8")
    return netlist


def _as_check(name: str, claim: str, checks: Sequence[Judged]) -> Check:
    """What the judge says, as one check of `fab`."""
    from netgen.fab.checks.record import Finding, judged
    from verification.checks.records import Verdict

    bad = [check for check in checks if check.verdict not in (Verdict.PASS, Verdict.WARNING)]
    findings = [
        Finding(
            f"{check.name}: {item.refdes}.{item.pin} on {item.net}: expected {item.expected}, "
            f"got {item.got}",
            item.fix,
        )
        for check in bad
        for item in check.items
    ]
    findings += [
        Finding(f"{check.name} is {check.verdict}", "see `twinboard verify` of the board")
        for check in bad
        if not check.items
    ]
    evidence = {check.name: str(check.verdict) for check in checks}
    return judged(name, claim, len(checks), evidence, findings)


def expected_voltages(made: Elaboration | SystemElaboration) -> Voltages:
    """What a meter shows on good boards: the judge's simulation of their netlists, for `fab`."""
    from netgen.bench_docs.record import Level, Moment, Voltages
    from parts.catalogue import load_catalogue
    from verification.training.first_power import BOARDS, first_power

    found = first_power(*_built(made), load_catalogue())
    moments = (
        Moment(
            moment.task,
            moment.pins,
            tuple(Level(item.what, item.volts, item.low, item.high) for item in moment.levels),
            moment.supply_a,
        )
        for moment in found
    )
    return Voltages(tuple(moments), BOARDS)


def _built(made: Elaboration | SystemElaboration) -> tuple[Netlist, Design]:
    """The netlist of a board, or of all boards cabled; the design in the order of its chain."""
    from netgen.elaborate import Elaboration
    from netgen.emit.netlist import emit_netlist
    from netgen.system.interface import system_json
    from verification.built import in_chain_order
    from verification.reading.assembly import assemble
    from verification.reading.netlist_text import parse_netlist
    from verification.reading.system import parse_system

    boards = (made,) if isinstance(made, Elaboration) else made.boards
    texts = [emit_netlist(one.circuit, one.design.erc_waivers).text for one in boards]
    if isinstance(made, Elaboration):
        return parse_netlist(texts[0]), made.design
    system = parse_system(system_json(made), f"{made.design.name}-system.json")
    names = [plan.name for plan in made.plan.boards]
    netlists = {name: parse_netlist(text) for name, text in zip(names, texts, strict=True)}
    netlist = assemble(system, netlists)
    return netlist, in_chain_order(netlist, made.design)

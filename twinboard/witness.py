"""Where the generator asks the judge: `fab` is told of it here, since it cannot import it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netgen.bench_docs.record import Voltages
    from netgen.elaborate import Elaboration
    from netgen.fab.checks.record import Check
    from netgen.fab.make import Witness


def board_witness(made: Elaboration) -> Witness:
    """The judge, for `fab`: copper and KiCad's export are the netlist, all checks but the tasks."""
    from netgen.emit.netlist import emit_netlist
    from netgen.fab.checks.record import Finding, judged
    from verification.checks.records import Verdict
    from verification.verify import VerifyOptions
    from verification.verify import verify as judge

    def ask(board: Path, export: Path) -> tuple[Check, ...]:
        netlist = board.with_suffix(".net")
        netlist.write_text(emit_netlist(made.circuit, made.design.erc_waivers).text, "utf-8")
        options = VerifyOptions(learning=False, netlist=netlist, export=export)
        report = judge(board, made.design, options)
        bad = [c for c in report.checks if c.verdict not in (Verdict.PASS, Verdict.WARNING)]
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
        evidence = {check.name: str(check.verdict) for check in report.checks}
        claim = "the judge reads the netlist out of the copper and out of KiCad's IPC-D-356"
        return (judged("judge", claim, len(report.checks), evidence, findings),)

    return ask


def expected_voltages(made: Elaboration) -> Voltages:
    """What a meter shows on a good board: the judge's simulation of the netlist, for `fab`."""
    from netgen.bench_docs.record import Level, Moment, Voltages
    from netgen.emit.netlist import emit_netlist
    from parts.catalogue import load_catalogue
    from verification.reading.netlist import parse_netlist
    from verification.training.first_power import BOARDS, first_power

    text = emit_netlist(made.circuit, made.design.erc_waivers).text
    found = first_power(parse_netlist(text), made.design, load_catalogue())
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

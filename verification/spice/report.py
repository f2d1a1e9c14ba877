"""The witness as text, files and one check of `verify`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from verification.checks.records import Check, Item, Measure, judged
from verification.files import write_whole
from verification.spice.result import RESOLUTION_V, NetVoltage, TapDifference, TapRun, Witness

NAME = "spice"
CLAIM = "ngspice, given the same board, finds the same voltages and steps the same taps"
_SHOWN = 12


def as_text(witness: Witness) -> str:
    """What `spice` says."""
    board = "ideal parts" if witness.seed is None else f"drawn board {witness.seed}"
    lines = [f"{witness.design}, task {witness.task}, {board}, {witness.start}"]
    agreed = sum(net.reading == "agrees" for net in witness.nets)
    most = "" if witness.worst is None else f"; largest difference {_worst(witness.worst)}"
    lines.append(f"operating point: {agreed} of {len(witness.nets)} nets agree{most}")
    lines += _shown([_net_line(net) for net in witness.nets if net.reading != "agrees"])
    if witness.gain is not None:
        lines.append(
            f"open-loop gain of the amplifiers' records: moves {witness.gain.net} by "
            f"{witness.gain.change_v * 1e6:.3g} uV, no other net more"
        )
    if witness.run is not None:
        lines += _run_lines(witness.run)
    return "\n".join([*lines, witness.verdict.upper()])


def _run_lines(run: TapRun) -> Iterator[str]:
    undecided = sum(each.open for each in run.differences)
    yield (
        f"learning: {run.cycles} cycles, {len(run.pots)} digipots: {len(run.differences)} steps "
        f"differ, {undecided} of them with a margin below {RESOLUTION_V * 1e6:g} uV; "
        f"smallest margin of all {run.least_margin_v * 1e6:.3g} uV"
    )
    yield from _shown([_tap_line(each) for each in run.differences])


def _shown(lines: list[str]) -> list[str]:
    more = len(lines) - _SHOWN
    rest = [f"  ... and {more} more"] if more > 0 else []
    return [*(f"  {line}" for line in lines[:_SHOWN]), *rest]


def _worst(net: NetVoltage) -> str:
    return f"{abs(net.difference_v):.2g} V at {net.net}"


def _net_line(net: NetVoltage) -> str:
    return (
        f"{net.net}: ngspice {net.ngspice_v:.9g} V, ours {net.ours_v:.9g} V "
        f"({_READINGS[net.reading]})"
    )


_READINGS = {
    "differs": "differs",
    "undecided": "a comparator behind it stands within its hysteresis: both hold",
    "loop": "signals run in a loop: more than one state may hold",
    "floats": "nothing holds the net",
}


def _tap_line(each: TapDifference) -> str:
    if not each.comparator:
        margin = "no comparator steers it"
    else:
        where = "below" if each.open else "above"
        margin = f"margin {each.margin_v:.3g} V at {each.comparator}, {where} the resolution"
    return (
        f"cycle {each.cycle}, {each.pot}: from {each.before} to {each.ngspice} in ngspice, "
        f"to {each.ours} here; {margin}"
    )


def write_witness(witness: Witness, folder: Path) -> tuple[Path, ...]:
    """Write decks with their tables, the operating point, the taps and the report."""
    texts = dict(witness.decks)
    texts[f"{witness.design}-op.csv"] = _op_table(witness)
    if witness.run is not None:
        texts[f"{witness.design}-taps.csv"] = _taps_table(witness.run)
    report = json.dumps(witness.to_json(), indent=2, ensure_ascii=False)
    texts[f"{witness.design}-spice.json"] = report + "\n"
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    return tuple(folder / name for name in texts)


def _op_table(witness: Witness) -> str:
    rows = [
        f"{_quoted(net.net)},{net.ngspice_v!r},{net.ours_v!r},{net.difference_v!r},{net.reading}"
        for net in witness.nets
    ]
    return "\n".join(["net,ngspice_v,ours_v,difference_v,reading", *rows]) + "\n"


def _taps_table(run: TapRun) -> str:
    heads = [f"{_quoted(pot)} {side}" for pot in run.pots for side in ("ngspice", "ours")]
    rows = [
        ",".join([str(cycle), *(f"{a},{b}" for a, b in zip(there, here, strict=True))])
        for cycle, (there, here) in enumerate(
            zip(run.ngspice.tolist(), run.ours.tolist(), strict=True)
        )
    ]
    return "\n".join([",".join(["cycle", *heads]), *rows]) + "\n"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\n') else name


def spice_check(witness: Witness) -> Check:
    """The witness as a check of `verify`."""
    worst = witness.worst
    evidence: dict[str, Measure] = {
        "task": witness.task,
        "nets": len(witness.nets),
        "largest_difference_v": abs(worst.difference_v) if worst else 0.0,
        "undecided_nets": sum(net.reading == "undecided" for net in witness.nets),
        "looped_nets": sum(net.reading == "loop" for net in witness.nets),
        "floating_nets": sum(net.reading == "floats" for net in witness.nets),
    }
    steps: tuple[TapDifference, ...] = ()
    if witness.run is not None:
        steps = witness.run.differences
        evidence["cycles"] = witness.run.cycles
        evidence["taps"] = witness.run.cycles * len(witness.run.pots)
        evidence["steps_below_resolution"] = sum(each.open for each in steps)
    return judged(NAME, CLAIM, len(witness.nets), evidence, _items(witness, steps))


def _items(witness: Witness, steps: tuple[TapDifference, ...]) -> Iterator[Item]:
    report = "please report the netlist: one of two simulators is wrong about it"
    for net in witness.nets:
        if net.reading == "differs":
            yield Item(
                net=net.net,
                expected=f"{net.ngspice_v:.9g} V, as ngspice has it",
                got=f"{net.ours_v:.9g} V",
                fix=report,
            )
    for each in steps:
        if not each.open:
            yield Item(
                refdes=each.refdes,
                expected=f"tap {each.ngspice} after cycle {each.cycle}, as ngspice has it",
                got=f"tap {each.ours}",
                fix=report,
            )

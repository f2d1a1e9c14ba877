"""The deck: a MixedCircuit with one board's values as text for ngspice.

The text follows from the circuit, the values and the host's lines alone; nothing that our own
simulation computed goes into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Drive, DriveKind
from verification.extraction.values import Values
from verification.spice.analog import (
    IDEAL_GAIN,
    write_amplifiers,
    write_bias,
    write_passives,
    write_pots,
)
from verification.spice.hostlines import HostLines, waveform
from verification.spice.logic import (
    RESET,
    write_comparators,
    write_counters,
    write_flipflops,
    write_gates,
)
from verification.spice.sheet import Sheet, node, number, pin_of

# reltol, vntol, abstol: the equations are linear between switchings, so Newton's method ends at
# rounding.
OPTIONS = (
    ".options reltol=1e-9 vntol=1e-10 abstol=1e-13 gmin=1e-18 pivtol=1e-30 itl1=1000 itl4=1000"
)
LEAK_OHM = 1e15
"""From every net to ground: one that nothing holds has a voltage, and no other moves by 1 nV."""
_PER_LINE = 4


@dataclass(frozen=True)
class Board:
    """What a deck is written from.

    Attributes:
        title: the first line of the text.
        circuit, values: the board.
        codes: of the digipots at the start.
        pins: volts of host functions that stay put; the others are at 0 V.
        floating: nets that nothing holds: input currents are left out there, so that they read 0 V
            and not whatever the leak makes of a current.
        open_diodes: references of diodes on nets that an input reads, which our side takes as open.
    """

    title: str
    circuit: MixedCircuit
    values: Values
    codes: NDArray[np.int64]
    pins: Mapping[str, float]
    floating: frozenset[int] = frozenset()
    open_diodes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Deck:
    """Text for ngspice.

    Attributes:
        text: the deck.
        tables: the state tables that it reads, by file name.
        variables: names of the saved voltages ("n12"), in order.
    """

    text: str
    tables: Mapping[str, str]
    variables: tuple[str, ...]


def operating_point(board: Board, gain: float | None = IDEAL_GAIN) -> Deck:
    """The deck of the board at rest: the voltages of all nets and the comparators' margins.

    Args:
        board: the board.
        gain: open-loop gain of all amplifiers; None takes that of their records.
    """
    nets = [node(k) for k in range(len(board.circuit.nets))]
    margins = [f"q{k}" for k in range(len(board.circuit.comparators))]
    return _deck(board, {}, (*nets, *margins), ".op", gain)


def learning(board: Board, lines: HostLines) -> Deck:
    """The deck of a learning run: the digipots' codes and the comparators' margins in time."""
    codes = [f"c{k}" for k in range(len(board.circuit.digipots))]
    margins = [f"q{k}" for k in range(len(board.circuit.comparators))]
    rise, fall = lines.reset_s
    moving = {
        **_moving(board, lines),
        RESET: _pwl(waveform(((0.0, False), (rise, True), (fall, False)), 1.0)),
    }
    step = number(lines.looks_s[0])
    analysis = f".tran {step} {number(lines.end_s)} 0 {step}"
    return _deck(board, moving, (*codes, *margins), analysis, IDEAL_GAIN)


def _deck(
    board: Board,
    moving: Mapping[str, str],
    variables: tuple[str, ...],
    analysis: str,
    gain: float | None,
) -> Deck:
    circuit, values = board.circuit, board.values
    sheet = Sheet(circuit)
    for drive in circuit.drives:
        sheet.drive(drive.net, _source(drive, board.pins, moving))
    # Digital outputs first: who reads a net asks which output holds it.
    gates, flipflops = _write_holders(sheet, values, gain)
    write_passives(sheet, values, board.open_diodes)
    write_pots(sheet, values)
    write_bias(sheet, values, board.floating)
    write_gates(sheet, gates)
    write_flipflops(sheet, flipflops)
    tables = write_counters(sheet, board.codes, moving.get(RESET, "dc 0.0"))
    names = [f"* {node(k)} = {_printable(net.name)}" for k, net in enumerate(circuit.nets)]
    for net in range(len(circuit.nets)):
        sheet.add(f"rleak{net} {node(net)} 0 {number(LEAK_OHM)}")
    models = [f".model {name} {text}" for text, name in sheet.models.items()]
    saves = [
        ".save " + " ".join(f"v({name})" for name in variables[k : k + 16])
        for k in range(0, len(variables), 16)
    ]
    text = [f"* {_printable(board.title)}", *names, OPTIONS, *sheet.lines, *models, *saves]
    return Deck("\n".join([*text, analysis, ".end"]) + "\n", tables, variables)


def _write_holders(
    sheet: Sheet, values: Values, gain: float | None
) -> tuple[list[str], list[tuple[str, str]]]:
    """Amplifiers and comparators; the digital nodes of gates and flip-flops."""
    write_amplifiers(sheet, values, gain)
    write_comparators(sheet, values)
    gates = [
        sheet.output(gate.output, pin_of(gate, gate.model.output), gate.supply)
        for gate in sheet.circuit.gates
    ]
    flipflops = [
        (
            sheet.output(element.q, pin_of(element, element.model.q), element.supply),
            "null"
            if element.q_n is None or element.model.q_n is None
            else sheet.output(element.q_n, pin_of(element, element.model.q_n), element.supply),
        )
        for element in sheet.circuit.flipflops
    ]
    return gates, flipflops


def _source(drive: Drive, pins: Mapping[str, float], moving: Mapping[str, str]) -> str:
    if drive.kind is DriveKind.RAIL:
        return f"dc {number(drive.volts)}"
    return moving.get(drive.function, f"dc {number(pins.get(drive.function, 0.0))}")


def _moving(board: Board, lines: HostLines) -> dict[str, str]:
    high_v = board.circuit.logic_high_v
    return {
        function: _pwl(waveform(changes, high_v)) for function, changes in lines.changes.items()
    }


def _pwl(corners: Sequence[tuple[float, float]]) -> str:
    pairs = [f"{number(at)} {number(volts)}" for at, volts in corners]
    rows = [" ".join(pairs[k : k + _PER_LINE]) for k in range(0, len(pairs), _PER_LINE)]
    return "pwl(" + "\n+ ".join(rows) + ")"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)

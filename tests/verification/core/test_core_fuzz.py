"""Netlists with pins swapped, moved and dropped at random run as wired: no crash, no runaway."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from core_netlists import SUPPLIES, twin_sheet

from parts.catalogue import load_catalogue
from verification.errors import UsageError
from verification.extraction.circuit import mixed_circuit
from verification.extraction.values import drawn
from verification.reading.netlist import Netlist, PinRef
from verification.simulation.currents import find_currents
from verification.simulation.machine import Machine
from verification.simulation.partition import partition
from verification.training.host import Host

EDGES = [(1, 2), (1, 3), (2, 3), (3, 4), (2, 4), (1, 4), (5, 4), (5, 2)]


def mutated(netlist: Netlist, chance: random.Random) -> Netlist:
    """One to twenty pins exchanged, moved to another net, or taken off theirs."""
    nets = [list(net.pins) for net in netlist.nets]
    for _ in range(chance.choice([1, 1, 1, 3, 20])):
        first, second = chance.choice([n for n in nets if n]), chance.choice([n for n in nets if n])
        one, other = chance.randrange(len(first)), chance.randrange(len(second))
        kind = chance.choice(["swap", "move", "drop"])
        if kind == "swap":
            first[one], second[other] = second[other], first[one]
        else:
            pin: PinRef = first.pop(one)
            if kind == "move":
                second.append(pin)
    pairs = zip(netlist.nets, nets, strict=True)
    return Netlist(netlist.components, tuple(replace(net, pins=tuple(pins)) for net, pins in pairs))


@pytest.mark.parametrize("seed", range(60))
def test_a_miswired_board_runs_inside_its_rails(seed: int) -> None:
    netlist = mutated(twin_sheet(EDGES, [1, 5], [3]).netlist(), random.Random(seed))
    circuit = mixed_circuit(netlist, load_catalogue(), supplies=SUPPLIES)
    machine = Machine(partition(circuit), drawn(circuit, seed))
    try:
        host = Host(machine, sources=["SRC1", "SRC2"], targets=["TGT1"], chain=len(EDGES))
    except UsageError as refusal:
        assert "no connector pin of the netlist has the function" in str(refusal)
        return
    steps = 20
    recording = host.train(
        np.tile([4.0, 0.5], (steps, 1)),
        np.full((steps, 1), 2.0),
        np.random.default_rng(seed).random((steps, len(EDGES))) < 0.5,
        watch=range(len(circuit.nets)),
        record_codes=True,
    )
    assert recording.net_v.min() > -0.01
    assert recording.net_v.max() < 5.01
    assert (recording.codes >= 0).all()
    assert (recording.codes <= 127).all()
    currents = find_currents(machine.cut, machine.values, recording.net_v, recording.codes)
    assert np.isfinite(currents.drive_a).all()

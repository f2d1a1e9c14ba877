"""The host reaches the board through its connector pins only, and says which pin is missing."""

from __future__ import annotations

import numpy as np
import pytest
from core_netlists import Sheet, powered, twin_sheet

from verification.errors import UsageError
from verification.training.host import Host

EDGES = [(1, 2), (2, 3), (1, 3), (3, 4), (2, 4)]


def host_of(sheet: Sheet) -> Host:
    return Host(sheet.machine(), sources=["SRC1"], targets=["TGT1"], chain=len(EDGES))


def test_missing_functions_are_all_named_at_once() -> None:
    sheet = twin_sheet(EDGES, [1], [4])
    with pytest.raises(UsageError) as refusal:
        Host(sheet.machine(), sources=["SRC1", "SRC2"], targets=["TGT2"], chain=5)
    assert str(refusal.value) == (
        "no connector pin of the netlist has the functions SRC2, TGT2.DESIRED, TGT2.OUT."
        " Did you mean SRC1?"
    )


def test_the_mask_reaches_the_edge_of_its_column_and_the_next_run_without_one_frees_all() -> None:
    host = host_of(twin_sheet(EDGES, [1], [4]))
    for edge in range(len(EDGES)):
        before = host.codes
        mask = np.zeros((1, len(EDGES)), dtype=np.bool_)
        mask[0, edge] = True
        host.train([[4.0]], [[1.0]], mask)
        moved = np.flatnonzero(host.codes != before)
        assert moved.tolist() == [2 * edge, 2 * edge + 1]
    before = host.codes
    host.train([[4.0]], [[1.0]])
    assert (host.codes != before).all()


def test_the_chain_returns_what_was_shifted_in() -> None:
    sheet = twin_sheet(EDGES, [1], [4])
    sheet.header("J9", ("DIS2_4", "ENABLE_RETURN"))
    host = host_of(sheet)
    sent = (1, 0, 1, 1, 0, 0, 0, 0, 0, 0)
    returned = host.probe_chain(sent)
    assert returned[len(EDGES) - 1 :] == sent[: len(sent) - len(EDGES) + 1]
    host.train([[4.0]], [[1.0]])
    assert host.read("ENABLE_RETURN") == 0.0


def test_eta_is_the_share_of_the_desired_voltage_in_the_clamped_one() -> None:
    for eta, expected in (("half", 0.5), ("one", 1.0)):
        host = host_of(twin_sheet(EDGES, [1], [4], eta=eta))
        host.train([[4.0]], [[1.0]])
        circuit = host.machine.circuit
        free, clamped = (host.node_v[circuit.net_named(name)] for name in ("4F", "4C"))
        assert clamped == pytest.approx(expected * 1.0 + (1 - expected) * free, rel=1e-12)


def test_an_adjustable_nudge_is_turned_from_an_unknown_code() -> None:
    sheet = powered("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK", "SRC1")
    sheet.header("J3", *((name, name) for name in ("ETA_STEP", "ETA_UP", "ETA_SELECT")))
    sheet.header("J4", ("TGT1.DESIRED", "TGT1.DESIRED"), ("SRC1", "TGT1.OUT"))
    sheet.part("U1", "AD5220BNZ100", A1="TGT1.DESIRED", B1="SRC1", W1="MID")
    sheet.wire("U1", {"CLK": "ETA_STEP", "U/D": "ETA_UP", "CS": "ETA_SELECT"})
    sheet.part("U2", "MCP6021T-E/OT")
    sheet.wire("U2", {"VIN+": "MID", "VIN-": "4C", "VOUT": "4C"})
    host = Host(sheet.machine(), sources=["SRC1"], targets=["TGT1"], chain=0)
    model = host.machine.circuit.digipots[0].model
    for code in (100, 0, 127, 64):
        host.set_eta(model, code)
        assert host.codes.tolist() == [code]
    host.train([[1.0]], [[3.0]])
    assert host.node_v[host.machine.circuit.net_named("4C")] == pytest.approx(2.0, rel=1e-12)
    with pytest.raises(UsageError) as refusal:
        host.set_eta(model, 128)
    assert str(refusal.value) == "eta's code 128 is outside 0..127"


def test_a_source_that_a_rail_shorts_is_driven_in_vain() -> None:
    sheet = twin_sheet(EDGES, [1], [4])
    sheet.nets["SRC1"].remove(("J2", "5"))
    sheet.nets["GND"].append(("J2", "5"))
    host = host_of(sheet)
    assert host.observe([[4.0]]).outputs_v[0, 0] == 0.0


def test_probes_hold_nodes_whatever_the_board_drives() -> None:
    sheet = twin_sheet(EDGES, [1], [4])
    machine = sheet.machine(probes=["1F", "2F", "1C", "2C"])
    nets = [machine.circuit.net_named(name) for name in ("1F", "2F", "1C", "2C")]
    state = machine.start()
    up = machine.circuit.net_named("UP1_2")
    for free in (-1.0, 0.5):
        for clamped in (-2.0, -0.7, 0.3, 2.0):
            volts = [2.0 + free, 2.0, 2.0 + clamped, 2.0]
            seen = machine.run(state, nets, [volts], watch=[up]).net_v[0, 0]
            # c > f with f in place of c + f: equal to |c| > |f| unless the drops change sign.
            if free * clamped > 0:
                assert (seen > 2.5) == (abs(clamped) > abs(free))


def test_shapes_are_refused_in_words() -> None:
    host = host_of(twin_sheet(EDGES, [1], [4]))
    for call, message in (
        (lambda: host.observe([1.0]), "sources have the shape (1,), not (steps, 1)"),
        (
            lambda: host.train([[1.0]], [[1.0, 2.0]]),
            "desired have the shape (1, 2), not (steps, 1)",
        ),
        (lambda: host.train([[1.0]], np.ones((2, 1))), "1 rows of sources, 2 of desired voltages"),
        (
            lambda: host.train([[1.0]], [[1.0]], np.ones((1, 4), dtype=np.bool_)),
            "the mask has the shape (1, 4), not (1, 5)",
        ),
    ):
        with pytest.raises(UsageError) as refusal:
            call()
        assert str(refusal.value) == message

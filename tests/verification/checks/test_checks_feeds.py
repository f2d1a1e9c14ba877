"""A board whose current is more than one fuse holds: several terminals feed one rail."""

from __future__ import annotations

from functools import cache

from designs import Design, load_design
from netgen.elaborate import elaborate
from parts.catalogue import Catalogue, load_catalogue
from tests.large_boards import as_read
from verification.checks.records import Check, Verdict
from verification.reading.netlist import Netlist, NetlistNet
from verification.verify import VerifyOptions, judge, no_tick

WHOLE = ("rails", "values", "interface", "currents")


def weak(hold_a: float) -> Catalogue:
    """The catalogue with one kind of fuse, that holds less than the real one."""
    full = load_catalogue()
    fuse = full.part("MF-MSMF050-2")
    models = tuple(model.model_copy(update={"hold_a": hold_a}) for model in fuse.models)
    others = [part for part in full.values() if part.kind != "fuse"]
    return Catalogue([*others, fuse.model_copy(update={"models": models})], full.families)


def design() -> Design:
    return load_design("dillavou16")


@cache
def fed_thrice() -> Netlist:
    return as_read(elaborate(design(), weak(0.02)).circuit)


def checks(netlist: Netlist, hold_a: float = 0.02) -> dict[str, Check]:
    options = VerifyOptions(learning=False, ideal=True)
    report = judge(netlist, design(), weak(hold_a), options, no_tick)
    return {check.name: check for check in report.checks}


def without(netlist: Netlist, refdes: str) -> Netlist:
    nets = [
        NetlistNet(net.name, tuple(pin for pin in net.pins if pin.refdes != refdes))
        for net in netlist.nets
    ]
    parts = tuple(part for part in netlist.components if part.refdes != refdes)
    return Netlist(parts, tuple(net for net in nets if net.pins), netlist.source)


def fuses(netlist: Netlist) -> list[str]:
    return [part.refdes for part in netlist.components if part.refdes.startswith("F")]


def test_terminals_with_a_fuse_each_feed_one_rail_together():
    """And the rail's current, more than one of them holds, is shared by its fuses."""
    assert len(fuses(fed_thrice())) > 1
    found = checks(fed_thrice())
    assert {name: found[name].verdict for name in WHOLE} == dict.fromkeys(WHOLE, Verdict.PASS)
    assert float(found["currents"].evidence["supply_a"]) > 0.02


def test_fuses_that_do_not_hold_their_share_are_named():
    found = checks(fed_thrice(), hold_a=0.005)["currents"]
    assert found.verdict is Verdict.FAIL
    assert {item.refdes for item in found.items} == set(fuses(fed_thrice()))


def test_a_terminal_too_many_for_the_fuses_is_a_fault():
    less = without(fed_thrice(), fuses(fed_thrice())[-1])
    assert checks(less)["interface"].verdict is Verdict.FAIL


def test_a_fuse_too_many_for_the_terminals_is_a_fault():
    terminal = next(p.refdes for p in fed_thrice().components if p.refdes.startswith("JFEED"))
    found = checks(without(fed_thrice(), terminal))["values"]
    assert found.verdict is Verdict.FAIL
    assert {item.refdes for item in found.items} == set(fuses(fed_thrice()))

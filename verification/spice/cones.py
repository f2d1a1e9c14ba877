"""Cones: which comparators stand behind a net, and which nets a comparator's decision reaches."""

from __future__ import annotations

from collections.abc import Iterable

from verification.extraction.circuit import MixedCircuit


def comparators_behind(circuit: MixedCircuit, nets: Iterable[int]) -> tuple[int, ...]:
    """The comparators whose outputs reach these nets through gates and flip-flops, ascending."""
    sources: dict[int, set[int]] = {}
    for gate in circuit.gates:
        sources.setdefault(gate.output, set()).update(gate.inputs)
    for element in circuit.flipflops:
        read = {element.d, element.clk, element.set_n, element.reset_n} - {None}
        for net in (element.q, element.q_n):
            if net is not None:
                sources.setdefault(net, set()).update(each for each in read if each is not None)
    reached = _closure(nets, sources)
    return tuple(k for k, each in enumerate(circuit.comparators) if each.out in reached)


def nets_behind(circuit: MixedCircuit, comparators: Iterable[int]) -> frozenset[int]:
    """The nets whose voltage may depend on these comparators' decisions with no clock moving."""
    held = {drive.net for drive in circuit.drives}
    held.update(amplifier.out for amplifier in circuit.amplifiers)
    held.update(gate.output for gate in circuit.gates)
    held.update(each.out for each in circuit.comparators if not each.open_collector)
    for element in circuit.flipflops:
        held.update(net for net in (element.q, element.q_n) if net is not None)
    leads: dict[int, set[int]] = {}
    for gate in circuit.gates:
        for net in gate.inputs:
            leads.setdefault(net, set()).add(gate.output)
    pairs = [(resistor.a, resistor.b) for resistor in circuit.resistors]
    pairs += [(diode.anode, diode.cathode) for diode in circuit.diodes]
    for a, b in (*pairs, *((b, a) for a, b in pairs)):
        if b not in held:
            leads.setdefault(a, set()).add(b)
    return frozenset(_closure((circuit.comparators[k].out for k in comparators), leads))


def _closure(nets: Iterable[int], leads: dict[int, set[int]]) -> set[int]:
    reached = set(nets)
    open_ends = sorted(reached)
    while open_ends:
        fresh = leads.get(open_ends.pop(), set()) - reached
        reached |= fresh
        open_ends.extend(sorted(fresh))
    return reached

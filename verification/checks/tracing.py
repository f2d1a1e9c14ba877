"""Tracing: where a logic level or an analog voltage comes from, followed from pin to pin.

```
UE4_7_1.12 (CLK) <- UB1_2.4 (Y) buffer UB1_2.2 (A) <- JCTL_1.3 (STEP)
```
"""

from __future__ import annotations

from parts.models import AmplifierModel, FlipFlopModel, GateModel, Model
from verification.checks.board import BoardPin
from verification.checks.case import SENSING, Bond, Case, Line


def trace_line(case: Case, wire: int) -> Line:
    """The origin of a logic level: a connector pin, or the output of what is not a buffer.

    A wire is followed once: the clock of the enable chain passes every bank's buffer in turn, and
    all edges of a bank ask for it.
    """
    if wire not in case.traced:
        case.traced[wire] = _followed(case, wire)
    return case.traced[wire]


def _followed(case: Case, wire: int) -> Line:
    path: list[BoardPin] = []
    inverted = False
    seen: set[int] = set()
    while wire not in seen:
        seen.add(wire)
        hosts = case.control_lines.get(wire)
        if hosts:
            return Line(hosts[0], hosts[0].function, (*path, hosts[0]), inverted)
        sender = _sender(case, wire)
        if sender is not None:
            path += [sender.a, sender.b]
            wire = sender.other(wire).wire
        drivers = (*case.outputs.get(wire, ()), *case.collectors.get(wire, ()))
        if not drivers:
            break
        output = drivers[0]
        model = case.unit_of.get(output)
        path.append(output)
        if not isinstance(model, GateModel) or len(model.inputs) != 1:
            return Line(output, "", tuple(path), inverted)
        inverted ^= model.function == "not"
        entry = output.placed.by_name[model.inputs[0]]
        path.append(entry)
        wire = entry.wire
    return Line(None, "", tuple(path), inverted)


def _sender(case: Case, wire: int) -> Bond | None:
    """The resistor through which another board's output drives a line; None where there is none."""
    if not case.is_line(wire):
        return None
    found = [
        bond
        for bond in case.bonds.get(wire, ())
        if bond.kind == "resistor" and case.outputs.get(bond.other(wire).wire)
    ]
    return found[0] if len(found) == 1 else None


def trace_voltage(case: Case, wire: int, nodes: frozenset[int]) -> tuple[BoardPin, ...]:
    """The connector pins that an amplifier's output follows, through resistors and followers.

    Args:
        case: the board.
        wire: where to start.
        nodes: wires of the learning networks, where the search stops.

    Returns:
        Host-driven connector pins, in the order in which they are met.
    """
    found: list[BoardPin] = []
    seen = {wire}
    queue = [wire]
    while queue:
        here = queue.pop(0)
        if here in case.host_driven:
            found += case.host_driven[here]
            continue
        ahead: list[int] = []
        for output in case.outputs.get(here, ()):
            model: Model | None = case.unit_of.get(output)
            if isinstance(model, AmplifierModel):
                ahead.append(output.placed.by_name[model.in_p].wire)
        if here == wire or here not in case.outputs:
            ahead += [
                bond.other(here).wire
                for bond in case.bonds.get(here, ())
                if bond.kind in ("resistor", "digipot")
            ]
        for other in ahead:
            if other not in seen and other not in nodes and not case.rails.fixed(other):
                seen.add(other)
                queue.append(other)
    return tuple(found)


def trace_cone(case: Case, wires: tuple[int, ...], stops: frozenset[int]) -> tuple[BoardPin, ...]:
    """Every pin that has a say in the potential of some wires.

    Followed back through units (outputs to inputs) and through resistors, digipots and jumpers;
    supplies, lines of the host and `stops` end the search, and so do flip-flops' clocks.

    Returns:
        Pins in the order in which they are met.
    """
    found: dict[BoardPin, None] = {}
    seen = set(wires)
    queue = list(wires)
    while queue:
        here = queue.pop(0)
        found.update(dict.fromkeys(case.host_driven.get(here, ())))
        ahead: list[int] = []
        for output in (*case.outputs.get(here, ()), *case.collectors.get(here, ())):
            found[output] = None
            for entry in _entries(case, output):
                found[entry] = None
                ahead.append(entry.wire)
        for bond in case.bonds.get(here, ()) if here not in stops else ():
            found[bond.a] = found[bond.b] = None
            if here not in case.outputs:
                ahead.append(bond.other(here).wire)
        for wire in ahead:
            known = wire in seen or case.rails.fixed(wire)
            if not known and here not in case.host_driven and here not in stops:
                seen.add(wire)
                queue.append(wire)
    return tuple(found)


def _entries(case: Case, output: BoardPin) -> tuple[BoardPin, ...]:
    """The input pins of the unit that an output belongs to; of a flip-flop its data input only."""
    model = case.unit_of.get(output)
    if model is None:
        return ()
    if isinstance(model, FlipFlopModel):
        return (output.placed.by_name[model.d],)
    pins = (output.placed.by_name[name] for _, name in model.pin_names())
    return tuple(pin for pin in pins if pin.record.role in SENSING)

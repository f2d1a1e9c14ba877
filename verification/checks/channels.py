"""The connectors do what their functions say, tried on the extracted machine.

```
SRCk            both sides of its port follow it, and nothing else does
TGTk.DESIRED    CLAMPED = eta DESIRED + (1 - eta) FREE,  OUT = FREE
```

What the targets sense is held by probes, all lines of the host are set to independent random
voltages, and every port must show what its own lines alone account for.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.interface import GROUND, SIDES
from verification.checks.rails import fuses_on
from verification.checks.records import Check, Item, judged
from verification.checks.rig import Rig
from verification.checks.tracing import trace_cone
from verification.simulation.machine import Machine
from verification.simulation.tables import State

Floats = NDArray[np.float64]

NAME = "interface"
CLAIM = (
    "each connector function is there once, sources drive their ports and only them, targets sense "
    "the free side and drive the clamped side with the design's eta"
)
SAMPLES = 24
EXACT_V = 1e-3
"""An ideal follower is exact; this leaves room for the load of resistors behind it, V."""
ETA_TOLERANCE = 0.02
"""How far the resistors' nearest standard values may take eta from the design's."""
SEED = 1983


def check_interface(rig: Rig) -> Check:
    """Check 9: functions, sources, targets, eta."""
    case = rig.case
    required = case.interface.required
    faults = [*_functions(case)]
    evidence: dict[str, int | float | str] = {
        "functions": len(required),
        "sources": len(case.interface.sources),
        "targets": len(case.interface.desired),
    }
    if all(name in case.board.functions for name in required):
        trial = _Trial(rig)
        faults += [*trial.sources(), *trial.targets()]
        evidence |= trial.evidence
    return judged(NAME, CLAIM, len(required), evidence, faults)


def _functions(case: Case) -> Iterator[Item]:
    """Each function on exactly one connector pin; no function that the design does not know.

    A supply may have several terminals: they feed one rail together, through a fuse each.
    """
    known = {*case.interface.required, GROUND}
    cabled = {pin for pins in case.board.cable_pins.values() for pin in pins}
    for name in case.interface.required:
        pins = case.board.functions.get(name, ())
        if _are_one(case, name, pins):
            continue
        for pin in pins:
            yield _item(
                case, pin, f"the only pin with the function {name}", f"{len(pins)} pins", 0.8
            )
        if not pins:
            yield Item(
                expected=f"a connector pin with the function {name}",
                got="none",
                fix="add the pin, or its entry in the field PinFunctions",
                weight=0.8,
            )
    for name, pins in case.board.functions.items():
        strangers = [pin for pin in pins if pin not in cabled] if name not in known else ()
        for pin in strangers:
            yield _item(
                case, pin, "a function of this design's board", f"unknown function {name}", 0.6
            )


def _are_one(case: Case, name: str, pins: tuple[BoardPin, ...]) -> bool:
    """Whether a function is on one pin, or a supply's terminals feed each board together."""
    if name not in case.interface.supplies:
        return len(pins) == 1
    return all(
        len(own) == 1 or _feed_together(case, name, own)
        for board in case.board.boards
        for own in [tuple(pin for pin in pins if pin.board == board)]
    )


def _feed_together(case: Case, name: str, pins: tuple[BoardPin, ...]) -> bool:
    """Whether pins are the terminals of one rail, on one net, with as many fuses behind it."""
    if not pins:
        return False
    own = (r for r in case.rails.rails if r.function == name and r.board == pins[0].board)
    rail = next(own, None)
    if rail is None or not rail.fed or len({pin.wire for pin in pins}) > 1:
        return False
    return len({pin.refdes for pin in pins}) == len(pins) == len(fuses_on(case.board, rail.wire))


class _Trial:
    """The board with all its analog lines at random voltages, and what its ports show."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._case = rig.case
        self._machine: Machine = rig.held_targets
        self._state: State = self._machine.start()
        interface = self._case.interface
        stream = np.random.Generator(np.random.PCG64(SEED))
        supply = self._case.board.design.electronics.supply_v
        functions = (*interface.sources.values(), *interface.desired.values())
        lines = {name: self._machine.circuit.function_net(name) for name in functions}
        self._sense = {
            target: rig.net(self._machine, wire) for target, wire in rig.sense_wires.items()
        }
        nets = dict.fromkeys((*lines.values(), *self._sense.values()))
        self._nets = [net for net in nets if self._machine.settable(net)]
        self._volts = supply * (0.1 + 0.8 * stream.random((SAMPLES, len(self._nets))))
        self._lines = lines
        self.evidence: dict[str, int | float | str] = {}

    def sources(self) -> Iterator[Item]:
        """Each side of each source's port follows the source."""
        case, rig = self._case, self._rig
        for channel, function in case.interface.sources.items():
            line = self._given(self._lines[function])
            for side in SIDES:
                wires = self._port(channel, side)
                for wire in wires:
                    seen = self._seen([rig.net(self._machine, wire)])[:, 0]
                    error = float(np.max(np.abs(seen - line)))
                    if error > EXACT_V:
                        got = f"{error:.3g} V away from it"
                        yield from self._blame(
                            wire, function, f"{channel}.{side} at {function}", got
                        )
                if not wires:
                    yield self._nowhere(function, f"{side.lower()} side of {channel}")

    def targets(self) -> Iterator[Item]:
        """The sense output, and eta of the clamped side, of each target channel."""
        case, rig = self._case, self._rig
        etas: list[float] = []
        for target, function in case.interface.desired.items():
            out = case.interface.outputs[target]
            answer = self._machine.circuit.function_net(out)
            wires = self._port(target, SIDES[1])
            if target not in self._sense or not wires:
                yield self._nowhere(function, target)
                continue
            free = self._given(self._sense[target])
            seen = self._seen([answer, rig.net(self._machine, wires[0])])
            error = float(np.max(np.abs(seen[:, 0] - free)))
            if error > EXACT_V:
                pin = case.board.functions[out][0]
                got = f"{error:.3g} V away from it"
                yield from self._blame(pin.wire, out, f"{out} at the free side", got)
            fault = self._nudge(function, wires[0], free, seen[:, 1], etas)
            yield from fault
        if etas:
            self.evidence |= {"eta_min": min(etas), "eta_max": max(etas)}

    def _nudge(
        self, function: str, wire: int, free: Floats, clamped: Floats, etas: list[float]
    ) -> Iterator[Item]:
        """Fit clamped = free + eta (desired - free), and hold eta against the design's."""
        wanted = self._case.board.design.electronics.eta
        pull = self._given(self._lines[function]) - free
        eta = float(pull @ (clamped - free) / (pull @ pull))
        error = float(np.max(np.abs(free + eta * pull - clamped)))
        etas.append(eta)
        target = function.removesuffix(".DESIRED")
        if error > EXACT_V:
            claim = f"{target}.CLAMPED between {function} and the free side"
            yield from self._blame(wire, function, claim, f"{error:.3g} V away from it")
        elif not self._rig.network.nudges and abs(eta - wanted) > ETA_TOLERANCE:
            claim = f"eta {wanted:g} at {target}"
            yield from self._blame(wire, function, claim, f"eta {eta:.3f}")

    def _given(self, net: int) -> Floats:
        """What the bench puts on a net; ground where nothing may be put there."""
        if net in self._nets:
            return self._volts[:, self._nets.index(net)]
        return np.zeros(SAMPLES)

    def _seen(self, nets: list[int]) -> Floats:
        return self._machine.run(self._state, self._nets, self._volts, watch=nets).net_v

    def _port(self, channel: str, side: str) -> tuple[int, ...]:
        """The wires of a channel's side: its port, or in copper the node's wire."""
        pins = self._case.board.functions.get(f"{channel}.{side}", ())
        if pins:
            return tuple(pin.wire for pin in pins)
        return self._rig.wires_of(channel.partition("-N")[2], side)

    def _blame(self, wire: int, function: str, claim: str, got: str) -> Iterator[Item]:
        """Everything that has a say in a port's voltage, the connector's pins first."""
        case, network = self._case, self._rig.network
        nodes = frozenset(n for c in network.channels for n in (c.node_w, c.node_b))
        for pin in case.board.functions[function]:
            yield _item(case, pin, claim, got, 0.5)
        ends = [wire, *(w for w in range(len(case.board.wires)) if network.node_of.find(w) == wire)]
        for pin in trace_cone(case, tuple(dict.fromkeys(ends)), nodes - set(ends)):
            if pin.placed.record.kind != "digipot" or pin.placed.refdes in self._nudge_parts:
                yield _item(case, pin, claim, got, 0.35)

    @property
    def _nudge_parts(self) -> frozenset[str]:
        return frozenset(channel.placed.refdes for channel in self._rig.network.nudges)

    def _nowhere(self, function: str, what: str) -> Item:
        pin = self._case.board.functions[function][0]
        return _item(self._case, pin, f"joined to the {what}", "no such port or node found", 0.5)


def _item(case: Case, pin: BoardPin, expected: str, got: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label}: {expected}",
        got=got,
        fix="check the nets between this connector, its amplifier and its port",
        weight=weight,
    )

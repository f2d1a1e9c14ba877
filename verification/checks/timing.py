"""Timing: the host's phases at the design's clock against every set-up, hold, pulse and settling.

One learning step takes T = 1 / clock_hz, in quarters:

```
0            T/4           T/2           3T/4          T
inputs set   .             LATCH high    LATCH low     STEP low
                                         STEP high     inputs set ...
```

so what is set at 0, or steps when STEP falls, has T/2 until LATCH rises, and a latched direction
has T/2 until STEP falls (T/4 until it rises).

Electronics that does not settle is a fault. A network that does not settle at its highest taps is a
warning: learning goes on beyond the quasistatic limit (Stern et al., PR Research 4, L022037), but
the simulation is of a settled board, and the greatest clock at which it holds is reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parts.models import (
    AmplifierModel,
    ComparatorModel,
    FlipFlopModel,
    GateModel,
    ResistorModel,
)
from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.conductances import CABLE_F_PER_M, held_wires, nodes_of, slowest_s
from verification.checks.records import Check, Item, Measure, judged
from verification.checks.rig import Rig
from verification.checks.tracing import trace_line
from verification.structure import CLAMPED, FREE

NAME = "timing"
CLAIM = (
    "at the design's clock, directions are latched before digipots step, every set-up, hold and "
    "pulse time is kept, and the slowest mode of the networks settles"
)
SCHMITT_TIMES = 1.2
"""Time constants until a line is above 0.7 of the supply, where a Schmitt trigger has switched."""
SETTLED = 7.0
"""Time constants until 0.1 % is left."""


@dataclass(frozen=True)
class Need:
    """One thing that must fit into a part of the learning step.

    Attributes:
        what: in words, without spaces, for the evidence.
        seconds: that it takes.
        share: the part of T that it has; 0 where it does not depend on the clock.
        pin: where it is needed most.
        have_s: what it has where `share` is 0.
        firm: whether it is a fault where it does not fit, or a warning.
    """

    what: str
    seconds: float
    share: float
    pin: BoardPin | None = None
    have_s: float = math.inf
    firm: bool = True

    @property
    def clock_hz(self) -> float:
        """The greatest clock at which it fits."""
        if not self.share:
            return math.inf if self.seconds <= self.have_s else 0.0
        return self.share / self.seconds if self.seconds > 0 else math.inf


def check_timing(rig: Rig) -> Check:
    """Check 14."""
    clock_hz = rig.case.board.design.electronics.clock_hz
    needs = [*_settling(rig), *_edges(rig), *_chain(rig)]
    late = [need for need in needs if need.clock_hz < clock_hz]
    faults = [item for need in late if need.firm for item in _fault(rig, need)]
    notes = [item for need in late if not need.firm for item in _fault(rig, need)]
    evidence: dict[str, Measure] = {}
    for need in needs:
        known = float(evidence.get(f"{need.what}_s", 0.0))
        evidence[f"{need.what}_s"] = max(known, need.seconds)
    slowest = min(needs, key=lambda need: need.clock_hz)
    evidence["clock_hz"] = clock_hz
    evidence["clock_max_hz"] = slowest.clock_hz
    evidence["clock_max_electronics_hz"] = min(need.clock_hz for need in needs if need.firm)
    evidence["limited_by"] = slowest.what.replace("_", " ")
    return judged(NAME, CLAIM, len(rig.network.channels), evidence, faults, notes)


def _fault(rig: Rig, need: Need) -> Iterator[Item]:
    design, pin = rig.case.board.design, need.pin
    have = need.share / design.electronics.clock_hz if need.share else need.have_s
    yield Item(
        "" if pin is None else pin.refdes,
        "" if pin is None else pin.number,
        "" if pin is None else rig.case.board.net(pin),
        expected=f"{need.what.replace('_', ' ')} within {have:.3g} s",
        got=f"{need.seconds:.3g} s",
        fix=f"lower clock_hz to {need.clock_hz:.4g}"
        if need.clock_hz > 0
        else "choose faster parts",
    )


def _settling(rig: Rig) -> Iterator[Need]:
    """From the host's inputs, and from a step of the digipots, to the latch's data input."""
    case = rig.case
    rc_s = max(
        (
            slowest_s(nodes_of(rig, side), held_wires(rig, task, side))
            for side in (FREE, CLAMPED)
            for task in case.board.design.tasks
        ),
        default=0.0,
    )
    networks = SETTLED * rc_s
    supply = case.board.design.electronics.supply_v
    amplifiers = (model for _, model in case.board.units(AmplifierModel))
    follower = max((_follower_s(supply, model) for model in amplifiers), default=0.0)
    averages = [(SETTLED * _average_s(case, pin), pin) for pin in _undriven(case)]
    average = max((seconds for seconds, _ in averages), default=0.0)
    wiper = max((c.model.settle_s for c in rig.network.channels), default=0.0)
    decide, latch = _decision_s(rig)
    falling = all(c.model.step_edge == "falling" for c in rig.network.channels)
    after_step = 0.5 if falling else 0.75
    # Source follower, free network, the target's two followers with the nudge between, clamped
    # network, node follower, average, comparator, gate, set-up of the latch.
    inputs = 4 * follower + 2 * average + decide
    step = wiper + 3 * follower + 2 * average + decide
    yield Need("inputs_to_latch", inputs, 0.5, latch)
    yield Need("step_to_latch", step, after_step, latch)
    yield Need("inputs_to_latch_settled", inputs + 2 * networks, 0.5, latch, firm=False)
    yield Need("step_to_latch_settled", step + 2 * networks, after_step, latch, firm=False)
    yield Need("network_time_constant", rc_s, 0.5, firm=False)


def _follower_s(supply: float, model: AmplifierModel) -> float:
    """A step of the whole supply: slewing, then settling at unity gain."""
    return supply / model.slew_v_per_s + SETTLED / (2 * math.pi * model.bandwidth_hz)


def _undriven(case: Case) -> Iterator[BoardPin]:
    """Analog inputs that are held by resistors only."""
    for wire, pins in case.senses.items():
        if wire not in case.outputs and wire not in case.host_driven and not case.rails.fixed(wire):
            yield from (pin for pin in pins if pin.record.role == "analog_input")


def _average_s(case: Case, pin: BoardPin) -> float:
    """Time constant of an input behind its resistors; 0 where it is on no resistor."""
    siemens = case.siemens_at(pin.wire)
    farads = sum(
        other.placed.record.ratings.input_capacitance_f or 0.0
        for other in case.senses.get(pin.wire, ())
    )
    return farads / siemens if siemens else 0.0


def _decision_s(rig: Rig) -> tuple[float, BoardPin | None]:
    """(comparator, gates and set-up before the slowest latch, its data pin)."""
    best: tuple[float, BoardPin | None] = (0.0, None)
    for twins in rig.network.twins:
        model = None if twins.up is None else rig.case.unit_of.get(twins.up)
        if twins.up is None or not isinstance(model, FlipFlopModel):
            continue
        data = twins.up.placed.by_name[model.d]
        seconds = model.setup_s + _delay_s(rig.case, data.wire, frozenset())
        if seconds > best[0]:
            best = (seconds, data)
    return best


def _delay_s(case: Case, wire: int, passed: frozenset[int]) -> float:
    """The longest way through gates and comparators to a wire, s."""
    longest = 0.0
    for output in (*case.outputs.get(wire, ()), *case.collectors.get(wire, ())):
        model = case.unit_of.get(output)
        if isinstance(model, ComparatorModel):
            longest = max(longest, model.propagation_s)
        elif isinstance(model, GateModel) and wire not in passed:
            names = output.placed.by_name
            before = (_delay_s(case, names[n].wire, passed | {wire}) for n in model.inputs)
            longest = max(longest, model.propagation_s + max(before, default=0.0))
    return longest


def _edges(rig: Rig) -> Iterator[Need]:
    """Latch before step, pulses of both, and the direction's hold at the digipots."""
    for channel in rig.network.channels:
        rising = channel.model.step_edge == "rising"
        late = _buffers_s(rig.case, channel.step.path)[0]
        up = None if channel.up.root is None else rig.case.unit_of.get(channel.up.root)
        if isinstance(up, FlipFlopModel) and channel.up.root is not None:
            clock = channel.up.root.placed.by_name[up.clk]
            _, slow = _buffers_s(rig.case, trace_line(rig.case, clock.wire).path)
            ready = slow + up.propagation_s + channel.model.setup_s - late
            yield Need("latch_to_step", ready, 0.25 if rising else 0.5, channel.pin("up_down"))
            yield Need("latch_pulse", up.min_pulse_s, 0.25, clock)
        step = channel.pin("clk")
        yield Need("step_pulse", channel.model.min_pulse_s, 0.25, step)
        yield Need("direction_hold", channel.model.hold_s, 0.5, channel.pin("up_down"))
        selected = channel.model.select_setup_s
        yield Need("select_to_step", selected, 0.25 if rising else 0.5, channel.pin("cs"))


def _chain(rig: Rig) -> Iterator[Need]:
    """The enable chain as a shift register at a half-period of T/4: set-up, hold, pulses."""
    case = rig.case
    for twins in rig.network.twins:
        root = twins.select
        model = None if root is None else case.unit_of.get(root)
        if root is None or not isinstance(model, FlipFlopModel):
            continue
        data, clock = root.placed.by_name[model.d], root.placed.by_name[model.clk]
        yield Need("enable_pulse", model.min_pulse_s, 0.25, clock)
        fed = trace_line(case, data.wire)
        sender = fed.root
        before = None if sender is None else case.unit_of.get(sender)
        if sender is None or not isinstance(before, FlipFlopModel):
            continue
        mine = trace_line(case, clock.wire).path
        its = trace_line(case, sender.placed.by_name[before.clk].wire).path
        only_mine, only_its = _apart(mine, its)
        fast, slow = _buffers_s(case, only_mine)
        early, late = _buffers_s(case, only_its)
        # Between boards the bit itself passes buffers and a cable.
        least, most = _buffers_s(case, fed.path)
        shift = late + before.propagation_s + most + model.setup_s - fast
        yield Need("shift", shift, 0.5, data)
        held = early + before.propagation_min_s + least
        yield Need("shift_hold", model.hold_s + slow, 0.0, data, held)


def _apart(
    mine: Sequence[BoardPin], its: Sequence[BoardPin]
) -> tuple[list[BoardPin], list[BoardPin]]:
    """What one path alone passes, and the other: what both pass delays both clocks alike."""
    if mine is its:
        return [], []
    shared = set(mine).intersection(its)
    return [pin for pin in mine if pin not in shared], [pin for pin in its if pin not in shared]


def _buffers_s(case: Case, path: Iterable[BoardPin]) -> tuple[float, float]:
    """(least, greatest) delay of the gates and of the lines between boards on a path."""
    pins = tuple(path)
    gates = [model for pin in pins if isinstance(model := case.unit_of.get(pin), GateModel)]
    lines = sum(_line_s(case, pin) for pin in pins if case.is_line(pin.wire))
    return (
        sum(model.propagation_min_s for model in gates),
        sum(model.propagation_s for model in gates) + lines,
    )


def _line_s(case: Case, pin: BoardPin) -> float:
    """How late a line between boards passes a trigger's threshold, behind its resistor `pin`."""
    if pin.placed.record.kind != "resistor":
        return 0.0
    farads = CABLE_F_PER_M * case.board.cable_m.get(pin.wire, 0.0) + sum(
        reader.placed.record.ratings.input_capacitance_f or 0.0
        for reader in case.senses.get(pin.wire, ())
    )
    return SCHMITT_TIMES * farads * sum(m.ohm for m in pin.placed.record.units(ResistorModel))

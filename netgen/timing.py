"""The times that a host must keep, from the part records."""

from dataclasses import dataclass

from netgen.select import Parts
from parts.models import (
    AmplifierModel,
    ComparatorModel,
    DigipotModel,
    FlipFlopModel,
    GateModel,
    ResistorModel,
)

CABLE_M = 0.3
"""The longest cable between two boards that the figures hold for."""
CABLE_F_PER_M = 60e-12
"""Of a wire of a ribbon cable between grounded ones."""
SCHMITT_TIMES = 1.2
"""Time constants until a rising line passes 0.7 of the supply, a Schmitt trigger's limit."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Shortest times at the host's pins, in seconds; the settling of the network is not in them.

    Attributes:
        latch_pulse_s: LATCH high, and low.
        latch_to_step_s: from the rise of LATCH to the first edge of STEP.
        step_pulse_s: STEP high, and low.
        step_to_latch_s: from the fall of STEP to the rise of LATCH, beside the network's settling.
        enable_half_period_s: ENABLE_CLOCK high, and low.
        shift_s: to shift a whole mask.
    """

    latch_pulse_s: float
    latch_to_step_s: float
    step_pulse_s: float
    step_to_latch_s: float
    enable_half_period_s: float
    shift_s: float

    @property
    def learning_step_s(self) -> float:
        """One learning step without a shift: the shortest period of the two clocks."""
        return (
            max(self.latch_pulse_s, self.latch_to_step_s) + self.step_pulse_s + self.step_to_latch_s
        )


def line_s(parts: Parts, inputs: int) -> float:
    """Time constant of a line between boards: its resistor, the cable and so many inputs, s."""
    farads = CABLE_M * CABLE_F_PER_M + inputs * (parts.buffer.ratings.input_capacitance_f or 0.0)
    return parts.guard.units(ResistorModel)[0].ohm * farads


def timing(parts: Parts, edges: int, banks: int, relays: int = 0, inputs: int = 0) -> Timing:
    """The times of a board, or of several that are joined by cables.

    Args:
        parts: the chosen records.
        edges: in the enable chain.
        banks: that ENABLE_CLOCK passes through, one after the other.
        relays: from the host's board to the last.
        inputs: on the line that has most of them.
    """
    digipot = parts.digipot.units(DigipotModel)[0]
    latch = parts.latch.units(FlipFlopModel)[0]
    comparator = parts.comparator.units(ComparatorModel)[0]
    amplifier = parts.amplifier.units(AmplifierModel)[0]
    xor, buffer = parts.xor.units(GateModel)[0], parts.buffer.units(GateModel)[0]
    # A step of the whole supply: slewing, then seven time constants (0.1 %) of the follower.
    follower = parts.supply_v / amplifier.slew_v_per_s + 7.0 / (6.283 * amplifier.bandwidth_hz)
    trigger = buffer.propagation_s * (2 if buffer.function == "not" else 1)
    relay = trigger + SCHMITT_TIMES * line_s(parts, inputs)
    # Buffers of one line may be slow and those of another quick.
    skew = trigger + relays * relay
    half_period = max(
        latch.min_pulse_s, latch.propagation_s + latch.setup_s + digipot.select_setup_s
    )
    # The host's bit waits for the clock behind all banks; between boards a bit passes a relay and
    # a trigger that the clock does not.
    half_period += trigger * banks + relays * relay + (relay + trigger if relays else 0.0)
    return Timing(
        latch_pulse_s=latch.min_pulse_s,
        latch_to_step_s=latch.propagation_s + digipot.setup_s + skew,
        step_pulse_s=digipot.min_pulse_s,
        step_to_latch_s=digipot.settle_s
        + 2 * follower
        + comparator.propagation_s
        + xor.propagation_s
        + latch.setup_s
        + skew,
        enable_half_period_s=half_period,
        shift_s=2 * half_period * edges,
    )

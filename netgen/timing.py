"""The times that a host must keep, from the part records."""

from dataclasses import dataclass

from netgen.select import Parts
from parts.models import AmplifierModel, ComparatorModel, DigipotModel, FlipFlopModel, GateModel


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


def timing(parts: Parts, edges: int) -> Timing:
    """The times of a board with so many edges."""
    digipot = parts.digipot.units(DigipotModel)[0]
    latch = parts.latch.units(FlipFlopModel)[0]
    comparator = parts.comparator.units(ComparatorModel)[0]
    amplifier = parts.amplifier.units(AmplifierModel)[0]
    xor, buffer = parts.xor.units(GateModel)[0], parts.buffer.units(GateModel)[0]
    # A step of the whole supply: slewing, then seven time constants (0.1 %) of the follower.
    follower = parts.supply_v / amplifier.slew_v_per_s + 7.0 / (6.283 * amplifier.bandwidth_hz)
    # Buffers of one line may be slow and those of another quick.
    skew = buffer.propagation_s * (2 if buffer.function == "not" else 1)
    half_period = max(
        latch.min_pulse_s, latch.propagation_s + latch.setup_s + digipot.select_setup_s
    )
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
        enable_half_period_s=half_period + skew,
        shift_s=2 * (half_period + skew) * edges,
    )

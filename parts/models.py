"""Behavioural models: what a part does, in terms of its pins by name.

A record lists one model per unit of the package (an LM339 has four comparators). Quantities are SI
with the unit in the name: _ohm, _v, _a, _s, _f (farad), _hz, _w. A verifier replaces each component
by these models and nothing else.

Pin keywords hold pin *names* of the record. `pin_names` lists them as (keyword, name) pairs.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Level = Literal["low", "high"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class Model(BaseModel):
    """What every model shares: it is frozen, knows its keywords, and refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    keywords: ClassVar[tuple[str, ...]]
    optional_keywords: ClassVar[tuple[str, ...]] = ()

    def pin_names(self) -> tuple[tuple[str, str], ...]:
        """(keyword, pin name) of every pin the model touches, in the order of the keywords."""
        found: list[tuple[str, str]] = []
        for keyword in self.keywords + self.optional_keywords:
            value: str | tuple[str, ...] | None = getattr(self, keyword)
            if isinstance(value, tuple):
                found.extend((keyword, name) for name in value)
            elif value is not None:
                found.append((keyword, value))
        return tuple(found)


class DigipotModel(Model):
    """An up/down digital potentiometer, one channel.

        A ---[ (divisor - code) * step_ohm ]---+---[ code * step_ohm ]--- B
                                               |
                                               +---[ wiper_ohm ]--- W

    Rheostat use: W and B carry the current, A stays open. Raising the code raises R_WB.

    A `step_edge` on CLK moves the code by one, up where UP_DOWN is at `up_level`, while CS is at
    `select_level`. At `code_min` and `code_max` further steps are ignored. With `stops_together`,
    the channels of one package that step together all hold when any of them is at its stop.
    """

    type: Literal["digipot"]
    a: str
    w: str
    b: str
    clk: str
    up_down: str
    cs: str
    positions: int = Field(ge=2)
    divisor: int = Field(ge=1)
    end_to_end_ohm: Positive
    tolerance: Fraction  # of end_to_end_ohm, common to the channels of a package
    matching: Fraction = (
        0.0  # between the channels of a package, maximum; 0 where it has one channel
    )
    drift_typ_per_k: Finite = 0.0  # of end_to_end_ohm, 1/K, typical; 0: not stated
    wiper_ohm: NonNegative  # typical
    wiper_max_ohm: NonNegative
    wiper_max_a: Positive
    inl_lsb: NonNegative  # resistor non-linearity (rheostat), maximum
    step_edge: Literal["falling", "rising"]
    select_level: Level
    up_level: Level
    power_on: Literal["midscale", "stored"]
    power_on_code: int  # "stored": as delivered
    code_min: int
    code_max: int
    stops_together: bool = False
    setup_s: NonNegative  # U/D stable before the stepping edge of CLK
    hold_s: NonNegative  # U/D stable after it
    select_setup_s: NonNegative  # CS active before the stepping edge
    min_pulse_s: Positive  # CLK low and high
    settle_s: Positive  # wiper after a step
    terminal_min_v: Finite  # lowest terminal voltage, above ground
    terminal_max_v: Finite  # highest terminal voltage, above the positive supply
    terminal_capacitance_f: NonNegative  # A or B to ground
    wiper_capacitance_f: NonNegative  # W to ground
    keywords: ClassVar[tuple[str, ...]] = ("a", "w", "b", "clk", "up_down", "cs")

    @property
    def step_ohm(self) -> float:
        """Resistance of one step, ohm."""
        return self.end_to_end_ohm / self.divisor

    def resistance_ohm(self, code: int) -> float:
        """Nominal R_WB at `code`, ohm, wiper included."""
        return code * self.step_ohm + self.wiper_ohm

    @model_validator(mode="after")
    def _codes_are_coherent(self) -> DigipotModel:
        if not self.code_min <= self.power_on_code <= self.code_max:
            raise ValueError(
                f"power_on_code {self.power_on_code} is outside {self.code_min}..{self.code_max}"
            )
        if self.code_max - self.code_min + 1 != self.positions:
            raise ValueError(
                f"codes {self.code_min}..{self.code_max} are not {self.positions} positions"
            )
        if self.code_max > self.divisor:
            raise ValueError(
                f"code_max {self.code_max} is beyond divisor {self.divisor}: R_WB would pass R_AB"
            )
        if self.wiper_ohm > self.wiper_max_ohm:
            raise ValueError(
                f"wiper_ohm {self.wiper_ohm:g} is above wiper_max_ohm {self.wiper_max_ohm:g}"
            )
        return self


class _InputPair(Model):
    """Offset, input current and common mode of a differential input.

    A bias current is positive INTO the pin, so a PNP input (LM339) has a negative one;
    `bias_max_a` is a magnitude. Inputs work from common_mode_low_v above the negative supply to
    common_mode_high_v below the positive supply; a negative number lies beyond the rail.
    """

    in_p: str
    in_n: str
    out: str
    offset_typ_v: NonNegative  # magnitude
    offset_max_v: NonNegative
    offset_drift_typ_v_per_k: NonNegative = 0.0  # magnitude, typical; 0: not stated
    bias_typ_a: Finite
    bias_max_a: NonNegative
    common_mode_low_v: Finite
    common_mode_high_v: Finite
    output_max_a: Positive  # sourced or sunk with the swing or the logic levels kept
    keywords: ClassVar[tuple[str, ...]] = ("in_p", "in_n", "out")

    @model_validator(mode="after")
    def _typical_is_below_maximum(self) -> _InputPair:
        if self.offset_typ_v > self.offset_max_v:
            raise ValueError(
                f"offset_typ_v {self.offset_typ_v:g} is above offset_max_v {self.offset_max_v:g}"
            )
        if abs(self.bias_typ_a) > self.bias_max_a:
            raise ValueError(
                f"bias_typ_a {self.bias_typ_a:g} exceeds bias_max_a {self.bias_max_a:g} in size"
            )
        return self


class ComparatorModel(_InputPair):
    """`out` is high where in_p > in_n. An open-collector output needs a pull-up."""

    type: Literal["comparator"]
    output: Literal["push_pull", "open_collector"]
    propagation_s: Positive  # maximum where the datasheet has one
    hysteresis_v: NonNegative  # typical width between the two trip points


class AmplifierModel(_InputPair):
    """An operational amplifier; unity-gain stable."""

    type: Literal["amplifier"]
    swing_v: NonNegative  # the output reaches to this distance from each rail, worst case
    open_loop_gain: Positive | None = None  # typical at DC, V/V; None: not stated
    bandwidth_hz: Positive
    slew_v_per_s: Positive


GateFunction = Literal["xor", "and", "nand", "or", "nor", "not", "buffer"]


class GateModel(Model):
    """A combinational gate."""

    type: Literal["gate"]
    function: GateFunction
    inputs: tuple[str, ...] = Field(min_length=1)
    output: str
    propagation_s: Positive  # maximum
    propagation_min_s: NonNegative
    schmitt: bool = False
    keywords: ClassVar[tuple[str, ...]] = ("inputs", "output")

    @model_validator(mode="after")
    def _shape_is_coherent(self) -> GateModel:
        wanted = "one input" if self.function in ("not", "buffer") else "two or more inputs"
        if (len(self.inputs) == 1) != (wanted == "one input"):
            raise ValueError(f"{self.function} takes {wanted}, not {len(self.inputs)}")
        if self.propagation_min_s > self.propagation_s:
            raise ValueError("propagation_min_s is above propagation_s")
        return self


class FlipFlopModel(Model):
    """A D flip-flop. set_n and reset_n act low and at once."""

    type: Literal["flipflop"]
    d: str
    clk: str
    q: str
    q_n: str | None = None
    set_n: str | None = None
    reset_n: str | None = None
    edge: Literal["rising", "falling"]
    setup_s: NonNegative
    hold_s: NonNegative
    min_pulse_s: Positive
    propagation_s: Positive  # CLK to Q, maximum
    propagation_min_s: NonNegative
    keywords: ClassVar[tuple[str, ...]] = ("d", "clk", "q")
    optional_keywords: ClassVar[tuple[str, ...]] = ("q_n", "set_n", "reset_n")

    @model_validator(mode="after")
    def _minimum_is_below_maximum(self) -> FlipFlopModel:
        if self.propagation_min_s > self.propagation_s:
            raise ValueError("propagation_min_s is above propagation_s")
        return self


class ResistorModel(Model):
    """A resistor; one element of an array is one model."""

    type: Literal["resistor"]
    a: str
    b: str
    ohm: Positive
    tolerance: Fraction
    matching: Fraction | None = (
        None  # between the elements of an array, maximum; None: not specified
    )
    drift_max_per_k: Fraction = 0.0  # of ohm, 1/K, magnitude; 0: not stated
    drift_matching_per_k: Fraction = 0.0  # between the elements of an array, 1/K, maximum
    power_w: Positive
    keywords: ClassVar[tuple[str, ...]] = ("a", "b")


class CapacitorModel(Model):
    """A capacitor; where polarised, a is the positive terminal."""

    type: Literal["capacitor"]
    a: str
    b: str
    farad: Positive
    tolerance: Fraction
    rated_v: Positive
    polarised: bool = False
    keywords: ClassVar[tuple[str, ...]] = ("a", "b")


class DiodeModel(Model):
    """A diode: an indicator, or a clamp that conducts in reverse above standoff_v."""

    type: Literal["diode"]
    anode: str
    cathode: str
    forward_v: Positive
    current_max_a: Positive  # continuous for a led, peak pulse for a clamp
    purpose: Literal["led", "clamp"]
    standoff_v: Positive | None = None
    clamping_v: Positive | None = None  # at current_max_a
    keywords: ClassVar[tuple[str, ...]] = ("anode", "cathode")

    @model_validator(mode="after")
    def _clamp_has_its_voltages(self) -> DiodeModel:
        if self.purpose == "clamp" and (self.standoff_v is None or self.clamping_v is None):
            raise ValueError("a clamp needs standoff_v and clamping_v")
        return self


class JumperModel(Model):
    """A jumper, as delivered open or closed."""

    type: Literal["jumper"]
    a: str
    b: str
    closed: bool
    keywords: ClassVar[tuple[str, ...]] = ("a", "b")


class FuseModel(Model):
    """A resettable fuse: carries hold_a for ever, opens above trip_a."""

    type: Literal["fuse"]
    a: str
    b: str
    hold_a: Positive
    trip_a: Positive
    rated_v: Positive
    ohm: Positive  # maximum before the first trip
    keywords: ClassVar[tuple[str, ...]] = ("a", "b")

    @model_validator(mode="after")
    def _holds_below_trip(self) -> FuseModel:
        if self.hold_a >= self.trip_a:
            raise ValueError(f"hold_a {self.hold_a:g} is not below trip_a {self.trip_a:g}")
        return self


AnyModel = Annotated[
    DigipotModel
    | ComparatorModel
    | AmplifierModel
    | GateModel
    | FlipFlopModel
    | ResistorModel
    | CapacitorModel
    | DiodeModel
    | JumperModel
    | FuseModel,
    Field(discriminator="type"),
]

"""Which parts a design uses, or why it cannot use them.

Every refusal names the key of `design.toml`, the part, the rule and what to do. The rules come from
the part records: a kind, a supply range, the common mode of inputs, the range of a potentiometer's
terminals.
"""

from dataclasses import dataclass

from designs import Design
from netgen.errors import BuildError
from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.models import (
    AmplifierModel,
    ComparatorModel,
    DigipotModel,
    DiodeModel,
    GateModel,
    ResistorModel,
)
from parts.record import Kind, PartRecord
from parts.values import best_pair

PULL_OHM = 100e3
GUARD_OHM = 1e3
PULL_UP_OHM = 10e3
LED_OHM = 4.7e3
NUDGE_OHM = 10e3
ETA_TOLERANCE = 0.01
SWING_FRACTION = 0.05


def _ohm(part: PartRecord) -> float:
    return part.units(ResistorModel)[0].ohm


@dataclass(frozen=True)
class Nudge:
    """The two resistors that set eta = free / (free + desired); no `free` for eta = 1."""

    desired: PartRecord
    free: PartRecord | None

    @property
    def eta(self) -> float:
        """The nudge that the pair's nominal values give."""
        if self.free is None:
            return 1.0
        return _ohm(self.free) / (_ohm(self.free) + _ohm(self.desired))

    @property
    def load_ohm(self) -> float | None:
        """What lies between DESIRED and the buffered free voltage; None without a path."""
        return None if self.free is None else _ohm(self.free) + _ohm(self.desired)


@dataclass(frozen=True)
class Parts:
    """Every record that a board is made of.

    Attributes:
        supply_v, comparator_supply_v, average_ohm: as in the design.
        nudge: None for the adjustable one.
        led: the lamp of each edge, or None; `lamp` is that of the supply.
        fuses, clamps: the catalogue's, smallest first.
    """

    catalogue: Catalogue
    supply_v: float
    comparator_supply_v: float
    average_ohm: float
    digipot: PartRecord
    comparator: PartRecord
    amplifier: PartRecord
    driver: PartRecord
    xor: PartRecord
    latch: PartRecord
    buffer: PartRecord
    average: PartRecord
    jumper: PartRecord
    pull_down: PartRecord
    pull_up: PartRecord
    guard: PartRecord
    nudge: Nudge | None
    led: PartRecord | None
    lamp: PartRecord
    led_resistor: PartRecord
    decoupling: PartRecord
    bank_bulk: PartRecord
    bulk: PartRecord
    test_point: PartRecord
    fuses: tuple[PartRecord, ...]
    clamps: tuple[PartRecord, ...]

    def header(self, pins: int) -> PartRecord:
        """A pin header of one row."""
        return self.catalogue.with_value(_HEADERS, pins)

    @property
    def box_header(self) -> PartRecord:
        """The header at either end of a cable between two boards."""
        return self.catalogue.part(_BOX_HEADER)

    def terminal(self, pins: int) -> PartRecord:
        """A screw terminal.

        Raises:
            BuildError: the catalogue has none with so many pins.
        """
        for mpn in self.catalogue.mpns("connector"):
            part = self.catalogue.part(mpn)
            if len(part.pins) == pins:
                return part
        raise BuildError(f"supply: the catalogue has no terminal with {pins} pins")

    def clamp(self, volts: float) -> PartRecord:
        """The clamp with the lowest stand-off voltage that leaves a rail of `volts` alone.

        Raises:
            BuildError: the rail is above the stand-off voltage of them all.
        """
        for part in self.clamps:
            if (part.units(DiodeModel)[0].standoff_v or 0.0) >= volts:
                return part
        raise BuildError(
            f"supply: no clamp of the catalogue stands off a rail of {volts:g} V; "
            f"there are {', '.join(part.mpn for part in self.clamps) or 'none'}"
        )


_HEADERS = "M20-999{code}46"
_BOX_HEADER = "61204021621"


@dataclass(frozen=True)
class _Kit:
    """Names of the parts that every cell shares, for one way of mounting."""

    through_hole: bool
    resistor: str
    precise: str
    decoupling: str
    bulk: str
    bank_bulk: str
    led: str
    buffer: str


_SURFACE = _Kit(
    through_hole=False,
    resistor="RC0603FR-07{code}L",
    precise="RT0603BRD07{code}L",
    decoupling="CC0603KRX7R9BB104",
    bulk="EEE-FK1C101P",
    bank_bulk="GRM21BR61A226ME44L",
    led="LTST-C191KGKT",
    buffer="SN74LVC1G17DBVR",
)
_THROUGH_HOLE = _Kit(
    through_hole=True,
    resistor="MFR-25FBF52-{code}",
    precise="MFP-25BRD52-{code}",
    decoupling="K104K15X7RF5TL2",
    bulk="UVR1C101MDD",
    bank_bulk="UVR1C101MDD",
    led="WP710A10SGD",
    buffer="SN74HC14N",
)


def select_parts(design: Design, catalogue: Catalogue) -> Parts:
    """The parts of a design, each checked for its place.

    Raises:
        BuildError: an unknown part, a part of another kind, or one that does not suit its rail or
            its signals; the message names the key, the part, the reason and what to do.
    """
    keys = design.electronics

    digipot = _chosen(design, "digipot", "digipot", catalogue)
    # A board is soldered one way: whoever chose a through-hole digipot wants to solder by hand.
    kit = _THROUGH_HOLE if digipot.through_hole else _SURFACE
    lamp = catalogue.part(kit.led)
    parts = Parts(
        catalogue=catalogue,
        supply_v=keys.supply_v,
        comparator_supply_v=keys.comparator_supply_v,
        average_ohm=keys.average_ohm,
        digipot=digipot,
        comparator=_chosen(design, "comparator", "comparator", catalogue),
        amplifier=_chosen(design, "amplifier", "amplifier", catalogue),
        driver=_chosen(design, "driver", "amplifier", catalogue),
        xor=_chosen(design, "xor", "logic", catalogue),
        latch=_chosen(design, "latch", "flipflop", catalogue),
        buffer=catalogue.part(kit.buffer),
        average=_average(keys.average_ohm, kit, catalogue),
        jumper=catalogue.part("SOLDER-JUMPER-CLOSED"),
        pull_down=catalogue.with_value(kit.resistor, PULL_OHM),
        pull_up=catalogue.with_value(kit.resistor, PULL_UP_OHM),
        guard=catalogue.with_value(kit.resistor, GUARD_OHM),
        nudge=None if keys.nudge == "adjustable" else _nudge(keys.eta, kit, catalogue),
        led=lamp if keys.led else None,
        lamp=lamp,
        led_resistor=catalogue.with_value(kit.resistor, LED_OHM),
        decoupling=catalogue.part(kit.decoupling),
        bank_bulk=catalogue.part(kit.bank_bulk),
        bulk=catalogue.part(kit.bulk),
        test_point=catalogue.part("TEST-POINT"),
        fuses=_by_size(catalogue, "fuse", "hold_a", kit),
        clamps=_by_size(catalogue, "tvs", "standoff_v", kit),
    )
    _check_rails(parts)
    _check_signals(parts)
    return parts


def _chosen(design: Design, key: str, kind: Kind, catalogue: Catalogue) -> PartRecord:
    """The part that a key of the design names."""
    try:
        return catalogue.part(getattr(design.electronics, key), kind)
    except PartError as error:
        raise BuildError(f"electronics.{key}: {error}") from error


def _by_size(catalogue: Catalogue, kind: Kind, size: str, kit: _Kit) -> tuple[PartRecord, ...]:
    """The parts of a kind that are mounted as the kit's are, smallest first."""
    parts = (catalogue.part(mpn) for mpn in catalogue.mpns(kind))
    fitting = (part for part in parts if part.through_hole == kit.through_hole)
    return tuple(sorted(fitting, key=lambda part: getattr(part.models[0], size)))


def _average(ohm: float, kit: _Kit, catalogue: Catalogue) -> PartRecord:
    """An array of four isolated resistors of this value, else one precise resistor of it."""
    for mpn in catalogue.mpns("resistor_array"):
        part = catalogue.part(mpn)
        values = [model.ohm for model in part.units(ResistorModel)]
        fits = len(values) >= 4 and part.through_hole == kit.through_hole
        if fits and all(value == ohm for value in values):
            return part
    try:
        return catalogue.with_value(kit.precise, ohm)
    except PartError as error:
        raise BuildError(f"electronics.average_ohm: {error}") from error


def _nudge(eta: float, kit: _Kit, catalogue: Catalogue) -> Nudge:
    """The pair of preferred values nearest to eta."""
    try:
        if eta == 1.0:
            return Nudge(catalogue.with_value(kit.precise, NUDGE_OHM), None)
        free, desired = best_pair(eta / (1.0 - eta), NUDGE_OHM)
        pair = Nudge(
            catalogue.with_value(kit.precise, desired),
            catalogue.with_value(kit.precise, free),
        )
    except PartError as error:
        raise BuildError(
            f"electronics.eta: {eta:g} needs two resistors that the catalogue does not have: "
            f"{error}; choose eta between 0.001 and 0.999, or 1"
        ) from error
    if abs(pair.eta - eta) > ETA_TOLERANCE * min(eta, 1.0 - eta):
        raise BuildError(
            f"electronics.eta: the nearest pair of E96 resistors gives {pair.eta:.4g} instead of "
            f'{eta:g}; choose a value that two resistors can give, or nudge = "adjustable"'
        )
    return pair


def _check_rails(parts: Parts) -> None:
    """Every chip stands its rail."""
    main, comparators = parts.supply_v, parts.comparator_supply_v
    for key, part, volts, rail in (
        ("electronics.digipot", parts.digipot, main, "supply_v"),
        ("electronics.comparator", parts.comparator, comparators, "comparator_supply_v"),
        ("electronics.amplifier", parts.amplifier, main, "supply_v"),
        ("electronics.driver", parts.driver, main, "supply_v"),
        ("electronics.xor", parts.xor, main, "supply_v"),
        ("electronics.latch", parts.latch, main, "supply_v"),
        ("electronics.supply_v (line buffers)", parts.buffer, main, "supply_v"),
    ):
        low, high = part.supply_range_v()
        if not low <= volts <= high:
            raise BuildError(
                f"{key}: {part.mpn} works from {low:g} V to {high:g} V, but its rail is "
                f"{volts:g} V (electronics.{rail}); choose another part or another supply"
            )


def _check_signals(parts: Parts) -> None:
    """Every input and terminal covers the voltages that reach it: 0 to the supply."""
    _check_digipot(parts)
    _check_comparator(parts)
    for key, part in (("amplifier", parts.amplifier), ("driver", parts.driver)):
        model = part.units(AmplifierModel)[0]
        _check_common_mode(key, part, model.common_mode_low_v, model.common_mode_high_v,
                           parts.supply_v, "supply_v", parts.supply_v)  # fmt: skip
        if model.swing_v > SWING_FRACTION * parts.supply_v:
            raise BuildError(
                f"electronics.{key}: the output of {part.mpn} stays {model.swing_v:g} V away from "
                f"its rails, so that a follower cannot copy node voltages of 0 to "
                f"{parts.supply_v:g} V; choose a part with rail-to-rail output"
            )
    xor = parts.xor.units(GateModel)
    if {(gate.function, len(gate.inputs)) for gate in xor} != {("xor", 2)}:
        raise BuildError(
            f"electronics.xor: {parts.xor.mpn} has '{xor[0].function}' gates of "
            f"{len(xor[0].inputs)} inputs; an edge needs an XOR of two"
        )


def _check_digipot(parts: Parts) -> None:
    model = parts.digipot.units(DigipotModel)[0]
    if model.terminal_min_v > 0 or model.terminal_max_v < 0:
        raise BuildError(
            f"electronics.digipot: the terminals of {parts.digipot.mpn} work from "
            f"{model.terminal_min_v:g} V to {parts.supply_v + model.terminal_max_v:g} V, but node "
            f"voltages reach from 0 V to {parts.supply_v:g} V; choose another digipot"
        )
    if model.select_level != "low":
        raise BuildError(
            f"electronics.digipot: {parts.digipot.mpn} is selected by a high level on {model.cs}, "
            "but the enable chain selects by a low one; choose another digipot"
        )


def _check_comparator(parts: Parts) -> None:
    part, model = parts.comparator, parts.comparator.units(ComparatorModel)[0]
    _check_common_mode(
        "comparator", part, model.common_mode_low_v, model.common_mode_high_v,
        parts.comparator_supply_v, "comparator_supply_v", parts.supply_v,
    )  # fmt: skip
    if model.output == "push_pull" and parts.comparator_supply_v != parts.supply_v:
        raise BuildError(
            f"electronics.comparator: {part.mpn} drives its output to its own rail of "
            f"{parts.comparator_supply_v:g} V, but the logic works at {parts.supply_v:g} V; leave "
            "comparator_supply_v out or choose a comparator with an open-collector output"
        )


def _check_common_mode(
    key: str, part: PartRecord, low: float, high: float, rail_v: float, rail: str, nodes_v: float
) -> None:
    if low <= 0 and rail_v - high >= nodes_v - 1e-9:
        return
    raise BuildError(
        f"electronics.{key}: the inputs of {part.mpn} work from {max(low, 0.0):g} V to "
        f"{rail_v - high:g} V on a rail of {rail_v:g} V (electronics.{rail}), but node voltages "
        f"reach from 0 V to {nodes_v:g} V; choose a rail-to-rail part or another rail"
    )

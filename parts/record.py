"""PartRecord: everything the project knows about one part that can be bought.

A record is one TOML file. It is checked when it is read: every pin a model names exists, numbers
are unique, an active part has its supply pins and ratings, and so on. Each refusal says which key
of which file.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from parts.errors import PartError, suggestion
from parts.models import AnyModel, Finite, Model, NonNegative, Positive

Kind = Literal[
    "digipot",
    "comparator",
    "amplifier",
    "logic",
    "flipflop",
    "resistor",
    "resistor_array",
    "capacitor",
    "led",
    "tvs",
    "fuse",
    "connector",
    "jumper",
    "testpoint",
]
Role = Literal[
    "power",
    "ground",
    "input",
    "output",
    "open_collector",
    "analog_input",
    "analog_output",
    "passive",
    "no_connect",
]
ACTIVE_KINDS: tuple[Kind, ...] = ("digipot", "comparator", "amplifier", "logic", "flipflop")
DRIVEN_ROLES: tuple[Role, ...] = ("output", "open_collector", "analog_output")
SENSED_ROLES: tuple[Role, ...] = ("input", "analog_input")
_MODEL_TYPES: dict[Kind, tuple[str, ...]] = {
    "digipot": ("digipot",),
    "comparator": ("comparator",),
    "amplifier": ("amplifier",),
    "logic": ("gate",),
    "flipflop": ("flipflop",),
    "resistor": ("resistor",),
    "resistor_array": ("resistor",),
    "capacitor": ("capacitor",),
    "led": ("diode",),
    "tvs": ("diode",),
    "fuse": ("fuse",),
    "jumper": ("jumper",),
    "connector": (),
    "testpoint": (),
}

Text = Annotated[str, Field(min_length=1)]
ModelT = TypeVar("ModelT", bound=Model)


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pin(_Record):
    """One pin, as the datasheet names it. `optional`: it may be left unconnected."""

    number: Text
    name: Text
    role: Role
    page: int | None = None
    optional: bool = False


class Ratings(_Record):
    """Recommended operating limits of the package. Passive parts carry none.

    `supply_current_a` is the largest quiescent current of the whole package. `input_capacitance_f`
    is that of one input pin, analog or digital. Logic levels are those at the supply `levels_at_v`.
    """

    supply_min_v: Positive | None = None
    supply_max_v: Positive | None = None
    supply_absolute_max_v: Positive | None = None
    supply_current_a: NonNegative | None = None
    input_capacitance_f: NonNegative | None = None
    input_low_max_v: Finite | None = None
    input_high_min_v: Finite | None = None
    levels_at_v: Positive | None = None
    output_max_a: Positive | None = None  # of a logic output, with its levels kept


class Datasheet(_Record):
    """The document the numbers come from."""

    title: Text
    revision: Text
    date: str | None = None


class Mark(_Record):
    """Read in a text (confirmed), some of it (partly), or remembered (memory); and which text."""

    mark: Literal["confirmed", "partly", "memory"]
    by: Text


class Witness(_Record):
    """Where the pin numbers and where the ratings and timing come from."""

    pins: Mark
    numbers: Mark


class PartRecord(_Record):
    """One part. `ties` and `unused` say how to strap pins that no signal drives.

    ties: pin name -> "power" or "ground"; always so (mode pins, set and reset, output enables).
    unused: pin name -> "power", "ground" or an output's name; so where the unit is not used.
    """

    mpn: Text
    aliases: tuple[str, ...] = ()
    maker: Text
    kind: Kind
    title: Text
    value: Text
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
    footprint: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]+:[A-Za-z0-9_.,+-]+$")]
    through_hole: bool = False
    in_bom: bool = True
    price_class: Literal["a", "b", "c", "d"]
    life_cycle: Text
    datasheet: Datasheet
    witness: Witness
    ratings: Ratings = Ratings()
    pins: tuple[Pin, ...] = Field(min_length=1)
    models: tuple[AnyModel, ...] = ()
    ties: dict[str, Literal["power", "ground"]] = {}
    unused: dict[str, str] = {}
    series_mpn: str | None = None  # the pattern this concrete part was made from

    def pin(self, name: str) -> Pin:
        """The pin called `name` in the datasheet. PartError with the nearest names if none is."""
        for pin in self.pins:
            if pin.name == name:
                return pin
        names = tuple(pin.name for pin in self.pins)
        raise PartError(
            f'{self.mpn} has no pin named "{name}"; its pins are {", ".join(names)}.'
            f"{suggestion(name, names)}"
        )

    def pin_number(self, name: str) -> str:
        """The number of the pin called `name`."""
        return self.pin(name).number

    def pin_at(self, number: str) -> Pin:
        """The pin numbered `number`. PartError listing the numbers when there is none."""
        for pin in self.pins:
            if pin.number == number:
                return pin
        numbers = ", ".join(pin.number for pin in self.pins)
        raise PartError(
            f'{self.mpn} has no pin numbered "{number}"; its pin numbers are {numbers}.'
        )

    def units(self, model_type: type[ModelT]) -> tuple[ModelT, ...]:
        """The models of one type, in the order of the record: `record.units(ComparatorModel)`."""
        return tuple(model for model in self.models if isinstance(model, model_type))

    @property
    def unit_count(self) -> int:
        """How many units the package holds: 2 for a dual amplifier."""
        return len(self.models)

    @property
    def confirmed(self) -> bool:
        """Whether the pinout and every number were read in a text."""
        return self.witness.pins.mark == self.witness.numbers.mark == "confirmed"

    def pins_with_role(self, *roles: Role) -> tuple[Pin, ...]:
        """The pins of these roles, in the order of the record."""
        return tuple(pin for pin in self.pins if pin.role in roles)

    def supply_range_v(self) -> tuple[float, float]:
        """(minimum, maximum) supply in volts. PartError for a part without a supply."""
        low, high = self.ratings.supply_min_v, self.ratings.supply_max_v
        if low is None or high is None:
            raise PartError(f"{self.mpn} is a {self.kind}: it has no supply")
        return low, high

    @model_validator(mode="after")
    def _holds_together(self) -> PartRecord:
        problems = (
            *_pin_problems(self),
            *_model_problems(self),
            *_strap_problems(self),
            *_supply_problems(self),
        )
        if problems:
            raise ValueError("; ".join(problems))
        return self


def schema_keys() -> tuple[str, ...]:
    """Every key that a record may hold at some level, sorted; for suggestions."""
    tables = (PartRecord, Pin, Ratings, Datasheet, Witness, Mark, *Model.__subclasses__())
    inner = (kind for table in Model.__subclasses__() for kind in table.__subclasses__())
    return tuple(sorted({key for table in (*tables, *inner) for key in table.model_fields}))


def _pin_problems(record: PartRecord) -> list[str]:
    """Numbers and names are unique."""
    found: list[str] = []
    for what, values in (
        ("number", [pin.number for pin in record.pins]),
        ("name", [pin.name for pin in record.pins]),
    ):
        repeated = [value for value, count in Counter(values).items() if count > 1]
        found.extend(f'pin {what} "{value}" is given more than once' for value in repeated)
    return found


def _model_problems(record: PartRecord) -> list[str]:
    """Models name existing pins, fit the kind, and no two drive one pin."""
    names = tuple(pin.name for pin in record.pins)
    found: list[str] = []
    allowed = _MODEL_TYPES[record.kind]
    if allowed and not record.models:
        found.append(f"a {record.kind} needs a model of type {allowed[0]}")
    for position, model in enumerate(record.models, start=1):
        if model.type not in allowed:
            expected = " or ".join(allowed) or "none"
            found.append(
                f"model {position} is of type {model.type}; a {record.kind} takes {expected}"
            )
        for keyword, name in model.pin_names():
            if name not in names:
                found.append(
                    f'model {position} ({model.type}) names pin "{name}" as {keyword}, '
                    f"but the pins are {', '.join(names)}.{suggestion(name, names)}"
                )
    return found


def _strap_problems(record: PartRecord) -> list[str]:
    """Straps name inputs; each input of a package of many units has its place when unused."""
    found: list[str] = []
    roles = {pin.name: pin.role for pin in record.pins}
    for table, straps in (("ties", dict[str, str](record.ties)), ("unused", record.unused)):
        for name, target in straps.items():
            if roles.get(name) not in SENSED_ROLES:
                found.append(
                    f'{table} names "{name}", which is not an input pin.{suggestion(name, roles)}'
                )
            if target not in ("power", "ground") and roles.get(target) not in DRIVEN_ROLES:
                found.append(
                    f'{table}.{name} is "{target}": write "power", "ground" or an output pin'
                )
    uses = Counter(
        name for model in record.models for name in {name for _, name in model.pin_names()}
    )
    for pin in record.pins_with_role(*SENSED_ROLES):
        if pin.name in record.ties or record.unit_count < 2:
            continue
        if uses[pin.name] == 1 and pin.name not in record.unused:
            found.append(f'unused lacks "{pin.name}", an input of one unit of {record.unit_count}')
        if uses[pin.name] == 0:
            found.append(f'input "{pin.name}" is in no model and not in ties')
    return found


def _supply_problems(record: PartRecord) -> list[str]:
    """Active parts have supply pins and ratings in order; the others have neither."""
    ratings, found = record.ratings, list[str]()
    if record.kind not in ACTIVE_KINDS:
        if record.pins_with_role("power", "ground"):
            found.append(f"a {record.kind} has no power or ground pin; write passive")
        return found
    for role in ("power", "ground"):
        if not record.pins_with_role(role):
            found.append(f"a {record.kind} needs a pin with role {role}")
    required = ("supply_min_v", "supply_max_v", "supply_current_a", "input_capacitance_f")
    found.extend(
        f"a {record.kind} needs ratings.{key}" for key in required if getattr(ratings, key) is None
    )
    low, high, absolute = ratings.supply_min_v, ratings.supply_max_v, ratings.supply_absolute_max_v
    if low is not None and high is not None and low > high:
        found.append(f"ratings.supply_min_v {low:g} is above supply_max_v {high:g}")
    if high is not None and absolute is not None and high > absolute:
        found.append(f"ratings.supply_max_v {high:g} is above supply_absolute_max_v {absolute:g}")
    levels = (ratings.input_low_max_v, ratings.input_high_min_v)
    if levels[0] is not None and levels[1] is not None and levels[0] >= levels[1]:
        found.append(
            f"ratings.input_low_max_v {levels[0]:g} is not below input_high_min_v {levels[1]:g}"
        )
    return found

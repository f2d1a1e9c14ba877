"""PartSeries: one record for many values of a resistor, a capacitor or a pin header.

The record's part number holds "{code}" where the maker writes the value; its title, value and
footprint may hold "{code}" and "{value}". The quantity is filled into the models (ohm, farad), or
makes the pins (positions).
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from parts.errors import PartError
from parts.models import Positive
from parts.record import Kind, PartRecord
from parts.values import (
    ESeries,
    format_value,
    is_preferred,
    letter_code,
    nearest_value,
    parse_value,
    picofarad_code,
)

Table = dict[str, Any]  # a table of a TOML file


class SeriesRange(BaseModel):
    """Which values a series comes in, and how its part numbers write them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: Literal["ohm", "farad", "positions"]
    code: Literal["letter", "picofarad", "two_digits"]
    e_series: ESeries | None = None
    minimum: Annotated[float, Field(gt=0)]
    maximum: Positive


@dataclass(frozen=True)
class PartSeries:
    """A family of parts that differ in one value; `resolve` and `find` make the concrete parts."""

    mpn: str
    aliases: tuple[str, ...]
    kind: Kind
    range: SeriesRange
    template: Mapping[str, Any]

    @classmethod
    def from_table(cls, table: Table) -> PartSeries:
        """The series of a TOML table. Raises PartError or pydantic's ValidationError."""
        template = {key: item for key, item in table.items() if key != "series"}
        mpn = str(template.get("mpn", ""))
        if mpn.count("{code}") != 1:
            raise PartError(f'the mpn of a series holds "{{code}}" once, which "{mpn}" does not')
        span = SeriesRange.model_validate(table["series"])
        if (span.e_series is None) != (span.quantity == "positions"):
            raise PartError(f"{mpn}: series.e_series is needed for ohm and farad, and only there")
        aliases = tuple(str(alias) for alias in template.pop("aliases", ()))
        made = cls(mpn, aliases, template["kind"], span, template)
        made.resolve(span.minimum)
        made.resolve(span.maximum)
        return made

    def resolve(self, value: float) -> PartRecord:
        """The part of this series with `value` (ohm, farad or positions).

        PartError when the value is out of range or is not a preferred value of the series; the
        message names the nearest that is.
        """
        self._check(value)
        code = _ENCODERS[self.range.code](value)
        text = str(round(value)) if self.range.quantity == "positions" else format_value(value)
        table = _filled(dict(self.template), code, text)
        table["series_mpn"] = self.mpn
        if self.range.quantity == "positions":
            table["pins"] = [
                {"number": str(number), "name": str(number), "role": "passive", "optional": True}
                for number in range(1, round(value) + 1)
            ]
        else:
            for model in table["models"]:
                model[self.range.quantity] = value
        return PartRecord.model_validate(table)

    def find(self, mpn: str) -> PartRecord | None:
        """The part of this series with exactly this part number, or None when it has none."""
        head, tail = (re.escape(piece) for piece in self.mpn.split("{code}"))
        match = re.fullmatch(f"{head}([0-9A-Z]+){tail}", mpn)
        if match is None:
            return None
        try:
            value = _DECODERS[self.range.code](match[1])
            record = self.resolve(value)
        except PartError:
            return None
        return record if record.mpn == mpn else None

    def _check(self, value: float) -> None:
        """Raise PartError unless the series comes in `value`."""
        span = self.range
        show = _texts(span.quantity)
        low, high = span.minimum, span.maximum
        if not low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
            raise PartError(
                f"{self.mpn} comes in {show(low)} to {show(high)}, not {show(value)}: "
                "choose a value in this range or another series"
            )
        if span.e_series is None:
            if value != round(value):
                raise PartError(f"{self.mpn} comes in whole numbers of positions, not {value:g}")
        elif not is_preferred(value, span.e_series):
            near = show(nearest_value(value, span.e_series))
            raise PartError(
                f"{self.mpn} comes in {span.e_series} values, which {show(value)} is not: "
                f"the nearest is {near}"
            )


def _texts(quantity: str) -> Callable[[float], str]:
    """How messages write a value of this quantity."""
    if quantity == "positions":
        return lambda value: f"{value:g} positions"
    unit = {"ohm": " ohm", "farad": "F"}[quantity]
    return lambda value: f"{format_value(value)}{unit}"


def _filled(table: Table, code: str, text: str) -> Table:
    """A deep copy of the template with {code} and {value} written in its top-level texts."""
    filled = copy.deepcopy(table)
    for key in ("mpn", "title", "value", "footprint"):
        filled[key] = str(filled[key]).replace("{code}", code).replace("{value}", text)
    return filled


def _decode_picofarad(code: str) -> float:
    """104 -> 1e-7 F; PartError when not three digits."""
    if not re.fullmatch(r"[1-9][0-9]{2}", code):
        raise PartError(f'"{code}" is not a three-digit capacitance code')
    return float(f"{code[:2]}e{int(code[2]) - 12}")


def _decode_two_digits(code: str) -> float:
    """07 -> 7; PartError when not two digits."""
    if not re.fullmatch(r"[0-9]{2}", code):
        raise PartError(f'"{code}" is not a two-digit count')
    return float(code)


def _encode_two_digits(value: float) -> str:
    return f"{math.floor(value + 0.5):02d}"


_ENCODERS: Mapping[str, Callable[[float], str]] = {
    "letter": letter_code,
    "picofarad": picofarad_code,
    "two_digits": _encode_two_digits,
}
_DECODERS: Mapping[str, Callable[[str], float]] = {
    "letter": parse_value,
    "picofarad": _decode_picofarad,
    "two_digits": _decode_two_digits,
}

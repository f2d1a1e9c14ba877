"""The files of `parts/footprints/`: one a package, in millimetres, checked when read.

Consecutive pads that are alike stand in one table: `numbers` are the first and the last, `at` is
the first one's centre and `step` leads to the next. A file with a `repeat` table describes a family
of headers by its shortest: each further position adds a copy of the last pad and stretches what
lies beyond its first position.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parts.errors import PartError, reasons, suggestion
from parts.footprint import MM, Footprint, Line, Pad, Rect, Shape

Number = Annotated[float, Field(allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Box = tuple[Number, Number, Number, Number]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PadRow(_Table):
    """Pads `numbers[0]` to `numbers[1]`, alike, one `step` apart."""

    numbers: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    at: tuple[Number, Number]
    step: tuple[Number, Number] = (0.0, 0.0)
    size: tuple[Length, Length]
    shape: Shape
    round_ratio: Annotated[float, Field(gt=0, le=0.5)] = 0.25
    drill: Length | None = None
    paste: bool = True

    @model_validator(mode="after")
    def _holds_together(self) -> PadRow:
        first, last = self.numbers
        if last < first:
            raise ValueError(f"numbers run from {first} down to {last}")
        if last > first and self.step == (0.0, 0.0):
            raise ValueError(f"pads {first} to {last} need a step")
        if self.drill is not None and self.drill >= min(self.size):
            raise ValueError(f"a hole of {self.drill:g} mm leaves nothing of the pad")
        if self.shape == "circle" and self.size[0] != self.size[1]:
            raise ValueError("a circle is as wide as it is high")
        return self

    def pads(self) -> Iterator[Pad]:
        """The pads of the row."""
        first, last = self.numbers
        drill = None if self.drill is None else _nm(self.drill)
        for count in range(last - first + 1):
            x, y = (at + count * step for at, step in zip(self.at, self.step, strict=True))
            yield Pad(
                str(first + count), self.shape, (_nm(x), _nm(y)),
                (_nm(self.size[0]), _nm(self.size[1])), drill, self.round_ratio,
                self.paste and drill is None,
            )  # fmt: skip


class Repeat(_Table):
    """A family of headers: how many positions there are, and how far apart."""

    minimum: Annotated[int, Field(ge=1)]
    maximum: Annotated[int, Field(ge=1)]
    step: Length


class FootprintFile(_Table):
    """One file; see `parts.footprint.Footprint` for what the keys mean."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]+:[A-Za-z0-9_.,+{}-]+$")]
    source: Annotated[str, Field(min_length=1)]
    through_hole: bool = False
    model: bool = True
    in_bom: bool = True
    courtyard: Box
    body: Box
    silk: tuple[Box, ...] = ()
    bridge: Box | None = None
    pads: tuple[PadRow, ...] = Field(min_length=1)
    repeat: Repeat | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> FootprintFile:
        if (self.repeat is not None) != ("{count}" in self.name):
            raise ValueError('a table "repeat" and "{count}" in the name go together')
        for footprint in self.footprints():
            problem = _problem(footprint)
            if problem:
                raise ValueError(problem)
        return self

    def footprints(self) -> Iterator[Footprint]:
        """Every footprint that the file describes."""
        if self.repeat is None:
            yield self._made(self.name, 0, 0)
            return
        for count in range(self.repeat.minimum, self.repeat.maximum + 1):
            name = self.name.replace("{count}", f"{count:02d}")
            yield self._made(name, count - self.repeat.minimum, _nm(self.repeat.step))

    def _made(self, name: str, more: int, step: int) -> Footprint:
        """The footprint with so many positions more than the file has."""
        pads = [pad for row in self.pads for pad in row.pads()]
        last = pads[-1]
        pads += [
            Pad(str(int(last.number) + count), last.shape,
                (last.at[0], last.at[1] + count * step), last.size, last.drill,
                last.round_ratio, last.paste)
            for count in range(1, more + 1)
        ]  # fmt: skip
        grow = more * step
        library, item = name.split(":")
        return Footprint(
            name=name,
            source=self.source,
            through_hole=self.through_hole,
            pads=tuple(pads),
            courtyard=_stretched(self.courtyard, grow),
            body=_stretched(self.body, grow),
            silk=tuple(_line(line, grow, step) for line in self.silk),
            bridge=None if self.bridge is None else _stretched(self.bridge, 0),
            model=f"{library}.3dshapes/{item}" if self.model else None,
            in_bom=self.in_bom,
        )


class Footprints(Mapping[str, Footprint]):
    """All footprints by name, immutable, sorted."""

    def __init__(self, footprints: Mapping[str, Footprint]) -> None:
        self._footprints = dict(sorted(footprints.items()))

    def __getitem__(self, name: str) -> Footprint:
        found = self._footprints.get(name)
        if found is None:
            raise PartError(
                f'parts/footprints has no footprint "{name}".{suggestion(name, self._footprints)}'
            )
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._footprints)

    def __len__(self) -> int:
        return len(self._footprints)


@lru_cache(maxsize=1)
def load_footprints() -> Footprints:
    """Every footprint, read once. PartError names the file and the key of a bad one."""
    found: dict[str, Footprint] = {}
    folder = resources.files("parts") / "footprints"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            for footprint in read_footprints(entry.name, entry.read_text(encoding="utf-8")):
                if footprint.name in found:
                    raise PartError(
                        f"parts/footprints/{entry.name}: {footprint.name} is described twice"
                    )
                found[footprint.name] = footprint
    return Footprints(found)


def read_footprints(file_name: str, text: str) -> tuple[Footprint, ...]:
    """The footprints of one file. PartError names `file_name`, the key and the reason."""
    where = f"parts/footprints/{file_name}"
    try:
        table: dict[str, Any] = tomllib.loads(text)
        return tuple(FootprintFile.model_validate(table).footprints())
    except tomllib.TOMLDecodeError as error:
        raise PartError(f"{where}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise PartError(f"{where}: {_reasons(error)}") from error


def _reasons(error: ValidationError) -> str:
    """Every reason of a validation error as "key: reason", joined."""
    known = sorted({*FootprintFile.model_fields, *PadRow.model_fields, *Repeat.model_fields})
    return reasons(error, known)


def _problem(footprint: Footprint) -> str | None:
    """What is wrong with a footprint, if anything."""
    counts = Counter(pad.number for pad in footprint.pads)
    twice = sorted(number for number, count in counts.items() if count > 1)
    if twice:
        return f"pad {twice[0]} is given more than once"
    holes = {pad.drill is not None for pad in footprint.pads}
    if holes != {footprint.through_hole}:
        return "through_hole says what its pads do not: all have a hole, or none has"
    for what, rect in (("courtyard", footprint.courtyard), ("body", footprint.body)):
        if rect.width <= 0 or rect.height <= 0:
            return f"{what} is left, top, right, bottom, in this order"
    outside = [pad.number for pad in footprint.pads if not footprint.courtyard.holds(pad.rect)]
    return f"pad {outside[0]} lies outside of the courtyard" if outside else None


def _nm(millimetres: float) -> int:
    return round(millimetres * MM)


def _stretched(box: Box, grow: int) -> Rect:
    left, top, right, bottom = (_nm(value) for value in box)
    return Rect(left, top, right, bottom + grow)


def _line(line: Box, grow: int, step: int) -> Line:
    x0, y0, x1, y1 = (_nm(value) for value in line)
    return Line((x0, _beyond(y0, grow, step)), (x1, _beyond(y1, grow, step)))


def _beyond(y: int, grow: int, step: int) -> int:
    """A height of the shortest header on a longer one: what lies past the first position moves."""
    return y + grow if 2 * y > step else y

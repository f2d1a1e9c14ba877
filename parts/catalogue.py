"""The catalogue: every record of this folder, found by part number, alias or value."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from parts.errors import PartError, reasons, suggestion
from parts.record import Kind, PartRecord, schema_keys
from parts.series import PartSeries, SeriesRange


class Catalogue(Mapping[str, PartRecord]):
    """All parts, immutable. As a mapping it holds the single records by part number, sorted.

    Parts of a series (resistors, capacitors, headers) are made when asked for, by `part` with
    their full part number or by `with_value`.
    """

    def __init__(self, records: Iterable[PartRecord], families: Iterable[PartSeries]) -> None:
        ordered = sorted(records, key=lambda record: record.mpn)
        self._records = MappingProxyType({record.mpn: record for record in ordered})
        self._series = MappingProxyType(
            {family.mpn: family for family in sorted(families, key=lambda family: family.mpn)}
        )
        self._names = MappingProxyType(_unique_names((*ordered, *self._series.values())))
        # What the series have made so far: a board asks for the same resistor hundreds of times.
        self._made: dict[str, PartRecord] = {}

    def __reduce__(self) -> tuple[type[Catalogue], tuple[object, ...]]:
        # Read-only mappings cannot be pickled; another process makes the catalogue anew.
        return Catalogue, (tuple(self._records.values()), self.families)

    def __getitem__(self, mpn: str) -> PartRecord:
        return self._records[mpn]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    @property
    def families(self) -> tuple[PartSeries, ...]:
        """The series, sorted by part number pattern."""
        return tuple(self._series.values())

    def mpns(self, kind: Kind | None = None) -> tuple[str, ...]:
        """The part numbers of the single records (not of series), of one kind or all, sorted."""
        return tuple(mpn for mpn, record in self.items() if kind in (None, record.kind))

    def part(self, name: str, kind: Kind | None = None) -> PartRecord:
        """The part called `name`: a part number, an alias, or a full part number of a series.

        Raises PartError when there is none, or when it is not of `kind`.
        """
        mpn = self._names.get(name, name)
        found = self._records.get(mpn) or self._made.get(mpn) or self._make(mpn)
        if found is None:
            raise PartError(self._unknown(name, kind))
        if kind is not None and found.kind != kind:
            raise PartError(
                f"{name} is a {found.kind}, where a {kind} is needed; "
                f"the catalogue has {', '.join(self.mpns(kind))}"
            )
        return found

    def _make(self, mpn: str) -> PartRecord | None:
        made = (family.find(mpn) for family in self.families)
        found = next((record for record in made if record is not None), None)
        if found is not None:
            self._made[mpn] = found
        return found

    def family(self, name: str) -> PartSeries:
        """The series called `name`: its part number with "{code}", or an alias."""
        mpn = self._names.get(name, name)
        if mpn in self._series:
            return self._series[mpn]
        names = sorted({*self._series, *(alias for s in self.families for alias in s.aliases)})
        raise PartError(
            f'no series "{name}" in the catalogue; the series are {", ".join(names)}.'
            f"{suggestion(name, names)}"
        )

    def with_value(self, series: str, value: float) -> PartRecord:
        """The part of a series with `value` (ohm, farad, positions).

        Raises PartError when there is no such series or the series does not come in this value.
        """
        return self.family(series).resolve(value)

    def _unknown(self, name: str, kind: Kind | None) -> str:
        """The message for a name that nothing bears."""
        choices = self.mpns(kind)
        if kind is None:
            known = f"`python -m parts` lists its {len(choices)} parts"
        else:
            known = f"its parts of kind {kind} are {', '.join(choices)}"
        near = (alias for alias, mpn in self._names.items() if mpn in choices)
        return f'no part "{name}" in the catalogue; {known}.{suggestion(name, near)}'


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue, read once. PartError names the file and the key of a bad record."""
    records: list[PartRecord] = []
    families: list[PartSeries] = []
    for entry in sorted(resources.files("parts").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            made = read_record(entry.name, entry.read_text(encoding="utf-8"))
            if isinstance(made, PartSeries):
                families.append(made)
            else:
                records.append(made)
    return Catalogue(records, families)


def read_record(file_name: str, text: str) -> PartRecord | PartSeries:
    """The record or series in `text`. PartError names `file_name`, the key and the reason."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
        if "series" in table:
            return PartSeries.from_table(table)
        return PartRecord.model_validate(table)
    except tomllib.TOMLDecodeError as error:
        raise PartError(f"parts/{file_name}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise PartError(f"parts/{file_name}: {_reasons(error)}") from error
    except PartError as error:
        raise PartError(f"parts/{file_name}: {error}") from error


def _reasons(error: ValidationError) -> str:
    """Every reason of a validation error as "key: reason", joined."""
    known = (*schema_keys(), *SeriesRange.model_fields)
    return reasons(error, known)


def _unique_names(entries: Iterable[PartRecord | PartSeries]) -> dict[str, str]:
    """Each part number and alias -> part number. PartError when two entries share a name."""
    names: dict[str, str] = {}
    for entry in entries:
        for name in (entry.mpn, *entry.aliases):
            if name in names:
                raise PartError(f'two parts are called "{name}": {names[name]} and {entry.mpn}')
            names[name] = entry.mpn
    return names

"""The table of parts in docs/parts.md, as text."""

from __future__ import annotations

from parts.catalogue import Catalogue
from parts.record import PartRecord
from parts.series import PartSeries
from parts.values import format_value

_HEAD = ("part", "also called", "kind", "what", "supply", "price", "pins from", "numbers from")


def parts_table(catalogue: Catalogue) -> str:
    """A Markdown table, one row for each record and series, sorted by kind and part number."""
    rows = [_row(record.mpn, record.aliases, record) for record in catalogue.values()]
    rows += [_series_row(family) for family in catalogue.families]
    ordered = sorted(rows, key=lambda row: (row[2], row[0]))
    lines = [_line(_HEAD), _line(("---",) * len(_HEAD)), *(_line(row) for row in ordered)]
    return "".join(lines)


def _row(mpn: str, aliases: tuple[str, ...], record: PartRecord) -> tuple[str, ...]:
    low, high = record.ratings.supply_min_v, record.ratings.supply_max_v
    return (
        f"`{mpn}`",
        ", ".join(f"`{alias}`" for alias in aliases),
        record.kind,
        record.title,
        "" if low is None or high is None else f"{low:g} to {high:g} V",
        record.price_class,
        record.witness.pins.mark,
        record.witness.numbers.mark,
    )


def _series_row(family: PartSeries) -> tuple[str, ...]:
    """The row of a series: its range in place of one value."""
    span = family.range
    low, high = (
        str(round(value)) if span.quantity == "positions" else format_value(value)
        for value in (span.minimum, span.maximum)
    )
    record = family.resolve(span.minimum)
    row = _row(family.mpn, family.aliases, record)
    title = str(family.template["title"]).replace("{value}", "…").replace("{code}", "…")
    values = f"{low} to {high}" + (f", {span.e_series}" if span.e_series else "")
    return (*row[:3], f"{title}; {values}", *row[4:])


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"

"""Section: every pin of every connector, and every test point."""

from collections.abc import Iterator

from netgen.bench_docs.facts import Facts
from netgen.bench_docs.record import Block, Heading, Table
from netgen.circuit import Component, PinFunction

_MEANINGS = {
    "LATCH": "rising edge stores every edge's direction",
    "STEP": "pulse moves every enabled edge by one tap",
    "ENABLE_DATA": "next bit of the enable chain; 0 enables",
    "ENABLE_CLOCK": "rising edge moves the enable chain on",
    "ENABLE_RETURN": "last bit of the enable chain",
    "ETA_STEP": "pulse moves the nudge of all targets by one tap",
    "ETA_UP": "direction of the nudge",
    "ETA_SELECT": "low: the nudge listens to ETA_STEP",
    "V_SUPPLY": "main rail",
    "V_COMPARATOR": "rail of the comparators",
    "GND": "ground",
}
_SUFFIXES = {
    ".DESIRED": "desired voltage of the target",
    ".OUT": "free voltage of the target, through 1 kohm",
    ".FREE": "free network",
    ".CLAMPED": "clamped network",
}
_WAYS = {"input": "in", "output": "out", "supply": "supply", "port": "port", "probe": "probe"}


def pinout(facts: Facts) -> Iterator[Block]:
    """Connectors, then test points."""
    yield Heading(2, "Pinout")
    rows = [
        _row(facts, component, item, first=index == 0)
        for component in facts.connectors
        for index, item in enumerate(component.functions)
    ]
    yield Table(("Connector", "Where", "Pin", "Signal", "Way", "What it is"), tuple(rows))
    points = [
        (f"`{component.refdes}`", facts.where(component.refdes), f"`{item.function}`")
        for component, item in facts.pins(*facts.test_points)
    ]
    yield Heading(3, "Test points")
    yield Table(("Test point", "Where", "Signal"), tuple(points))


def _row(facts: Facts, component: Component, item: PinFunction, first: bool) -> tuple[str, ...]:
    return (
        f"`{component.refdes}`" if first else "",
        facts.where(component.refdes) if first else "",
        item.number,
        f"`{item.function}`",
        _WAYS[item.direction],
        _meaning(item.function),
    )


def _meaning(function: str) -> str:
    if function in _MEANINGS:
        return _MEANINGS[function]
    for suffix, text in _SUFFIXES.items():
        if function.endswith(suffix):
            return text
    return "source voltage, for both networks"

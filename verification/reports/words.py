"""Figures and places as a reader says them."""

from __future__ import annotations

from verification.checks.records import Item, Measure


def metric_text(metric: str, value: float) -> str:
    """A metric's value: `32.2 mV`, `1.83 %`, `95.8 %`."""
    if metric == "rms_v":
        return f"{value:.2f} V" if value >= 1 else f"{1000 * value:.1f} mV"
    return f"{100 * value:.1f} %" if metric == "accuracy" else f"{100 * value:.2f} %"


def measure_text(value: Measure) -> str:
    """A figure of evidence; floats with four digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def place_text(item: Item) -> str:
    """Where an item is: `U3.5 on N4_FREE`, `net N4_FREE`, `the board`."""
    pin = f"{item.refdes}.{item.pin}" if item.pin else item.refdes
    if pin:
        return f"{pin} on {item.net}" if item.net else pin
    return f"net {item.net}" if item.net else "the board"


def item_text(item: Item) -> str:
    """The whole of an item in one line."""
    said = [f"expected {item.expected}" if item.expected else ""]
    said += [f"found {item.got}" if item.got else "", item.fix]
    return f"{place_text(item)}: {'; '.join(part for part in said if part)}"

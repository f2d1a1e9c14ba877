"""How the documents write figures and pins."""

from netgen.bench_docs.record import Level
from netgen.circuit import Circuit


def volts(value: float) -> str:
    """A voltage to a millivolt; no minus before zero."""
    return f"{value + 0.0:.3f}".replace("-0.000", "0.000")


LINK = "LINK."
"""Functions of pins between boards begin so."""
METER_V = 0.005
"""What host and meter may add to a reading."""


def span(level: Level) -> str:
    """From the least to the greatest reading of a good board, a supply's own error aside."""
    low, high = level.low - METER_V, level.high + METER_V
    return f"below {volts(high)}" if low <= 0 else f"{volts(low)} to {volts(high)}"


def seconds(value: float) -> str:
    """A time with a unit that suits it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def amperes(value: float) -> str:
    """A current in mA."""
    return f"{value * 1e3:.0f} mA"


def counted(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def pin(refdes: str, number: str) -> str:
    """A pin of a connector."""
    return f"`{refdes}` pin {number}"


def probe(circuit: Circuit, net: str) -> str:
    """Where a tip reaches a net best: test point, header, jumper, else any pin; "" for none.

    A header between boards is under its plug.
    """
    best: tuple[int, str] | None = None
    ranks = {"testpoint": 0, "connector": 1, "jumper": 2}
    for component in circuit.components:
        plugged = any(item.function.startswith(LINK) for item in component.functions)
        rank = 3 if plugged else ranks.get(component.part.kind, 3)
        if best is not None and rank >= best[0]:
            continue
        number = next((item.number for item in component.pins if item.net == net), None)
        if number is not None:
            best = (rank, pin(component.refdes, number))
    return "" if best is None else best[1]

"""What a cell assumes of its surroundings, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """A quantity that must lie in [low, high] for a cell to work; None is no limit.

    Attributes:
        cell: kind of cell that assumes it.
        quantity: what is bounded, in words.
        low: at least this, in `unit`.
        high: at most this, in `unit`.
        unit: V, A, ohm or s.
        reason: what fails otherwise.
    """

    cell: str
    quantity: str
    low: float | None
    high: float | None
    unit: str
    reason: str

"""Blocks: what a document is made of. Moments: the voltages that it tells."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; `level` 1 is that of the document."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; words between backticks are names on the board."""

    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Things to do, in order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header. `measured` adds an empty column to write readings into."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines in a fixed width."""

    text: str


Block = Heading | Paragraph | Steps | Table | Listing


@dataclass(frozen=True, slots=True)
class Level:
    """A voltage.

    Attributes:
        what: function of a connector pin or test point, or "node 4 FREE".
        volts: with nominal parts.
        low: the least over drawn boards.
        high: the greatest.
    """

    what: str
    volts: float
    low: float
    high: float


@dataclass(frozen=True)
class Moment:
    """A board under power, at rest, cabled for a task.

    Attributes:
        task: its name.
        pins: what the host holds, by function, in V; empty while it does nothing.
        levels: what a meter shows.
        supply_a: what each supply gives at most, by function.
    """

    task: str
    pins: Mapping[str, float]
    levels: tuple[Level, ...]
    supply_a: Mapping[str, float]

    def level(self, what: str) -> Level | None:
        """The voltage of this name."""
        return next((level for level in self.levels if level.what == what), None)


@dataclass(frozen=True)
class Voltages:
    """All moments: the idle board first, then each task before its first clock.

    Attributes:
        boards: how many were drawn for each range.
    """

    moments: tuple[Moment, ...]
    boards: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where components stand, in mm from the board's corner at the bottom left.

    Attributes:
        width, height: of the board.
        at: (x, y) by designator.
    """

    width: float
    height: float
    at: Mapping[str, tuple[float, float]]

    def where(self, refdes: str) -> str:
        """In words: along which edge, or at which coordinates."""
        x, y = self.at[refdes]
        edges = {"left": x, "right": self.width - x, "bottom": y, "top": self.height - y}
        nearest = min(edges, key=lambda edge: edges[edge])
        if edges[nearest] > 15:
            return f"x {x:.0f}, y {y:.0f} mm"
        along = f"{y:.0f} mm up" if nearest in ("left", "right") else f"{x:.0f} mm from the left"
        return f"{nearest} edge, {along}"

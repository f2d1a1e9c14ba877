"""What the host's lines do in time: the phases of a learning step at the design's clock.

```
0            T/4           T/2           3T/4          T = 1 / clock_hz
inputs set   .             LATCH high    LATCH low     STEP low
                                         STEP high     next step ...
```

Before the first step the host enables every edge (ENABLE_DATA low, one ENABLE_CLOCK pulse an edge)
and, where the nudge is adjustable, runs its wipers down to the stop and up to eta. A step with an
update mask shifts it in first. Bits and pulses take T/2, half of it high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parts.models import DigipotModel
from verification.extraction.functions import ENABLE_CLOCK, ENABLE_DATA, LATCH, STEP

EDGE_S = 1e-8
"""Rise and fall of the host's lines."""


@dataclass(frozen=True)
class EtaSetting:
    """Turn the adjustable nudge to `code`; `pot` is the model of its digipots."""

    pot: DigipotModel
    code: int


@dataclass(frozen=True)
class HostLines:
    """Every line that moves, and when the board is looked at.

    Attributes:
        changes: (seconds, level) of each function, ascending; level is True for high.
        looks_s: just before each LATCH pulse, and once after the last step: cycles + 1 moments.
        reset_s: rise and fall of the counters' power-on reset, before anything moves.
        end_s: when the run ends.
    """

    changes: dict[str, tuple[tuple[float, bool], ...]]
    looks_s: tuple[float, ...]
    reset_s: tuple[float, float]
    end_s: float


@dataclass
class _Pen:
    """Draws the lines; `now` is the time in units of T/4, so that it stays exact."""

    now: int = 0
    changes: dict[str, list[tuple[int, bool]]] = field(
        default_factory=dict[str, list[tuple[int, bool]]]
    )

    def put(self, function: str, level: bool) -> None:
        line = self.changes.setdefault(function, [(0, False)])
        if line[-1][1] != level:
            line.append((self.now, level))

    def pulse(self, function: str, count: int = 1) -> None:
        for _ in range(count):
            self.now += 1
            self.put(function, True)
            self.now += 1
            self.put(function, False)

    def shift(self, bits: Sequence[bool]) -> None:
        """The last one first: bit 0 ends nearest to ENABLE_DATA."""
        for bit in reversed(bits):
            self.put(ENABLE_DATA, bit)
            self.pulse(ENABLE_CLOCK)

    def turn(self, eta: EtaSetting) -> None:
        pot = eta.pot
        up, selected = pot.up_level == "high", pot.select_level == "high"
        self.put("ETA_UP", not up)
        self.put("ETA_SELECT", selected)
        self.pulse("ETA_STEP", pot.positions)
        self.now += 1
        self.put("ETA_UP", up)
        self.pulse("ETA_STEP", eta.code - pot.code_min)
        self.now += 1
        self.put("ETA_SELECT", not selected)


def host_lines(
    clock_hz: float,
    chain: int,
    eta: EtaSetting | None,
    masks: Sequence[Sequence[bool]],
) -> HostLines:
    """The lines of a run.

    Args:
        clock_hz: learning steps a second.
        chain: edges in the enable chain.
        eta: what to turn the nudge to; None where it is fixed.
        masks: for each cycle which edges are held, in the order of the chain; () for none.
    """
    pen = _Pen(now=4)
    pen.shift([False] * chain)
    if eta is not None:
        pen.turn(eta)
    pen.now += 4
    looks: list[int] = []
    for held in masks:
        pen.shift(held)
        pen.now += 2
        looks.append(pen.now)
        pen.put(LATCH, True)
        pen.now += 1
        pen.put(LATCH, False)
        pen.put(STEP, True)
        pen.now += 1
        pen.put(STEP, False)
    pen.now += 2
    looks.append(pen.now)
    quarter = 0.25 / clock_hz
    return HostLines(
        {
            function: tuple((at * quarter, level) for at, level in line)
            for function, line in pen.changes.items()
        },
        tuple(at * quarter for at in looks),
        (quarter, 2 * quarter),
        (pen.now + 1) * quarter,
    )


def waveform(changes: Sequence[tuple[float, bool]], high_v: float) -> list[tuple[float, float]]:
    """(seconds, volts) corners of a line."""
    corners = [(0.0, high_v if changes[0][1] else 0.0)]
    for at, level in changes[1:]:
        corners.append((at, corners[-1][1]))
        corners.append((at + EDGE_S, high_v if level else 0.0))
    return corners

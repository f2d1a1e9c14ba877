"""How sure a counted fraction is, and where values lie."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

Z95 = 1.959963984540054
"""The normal quantile of 97.5 %: two-sided 95 %."""


def wilson_interval(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a fraction after Wilson, J. Am. Stat. Assoc. 22, 209 (1927).

    (p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n), with p = hits/n and z = 1.96. Unlike
    p ± 2 sigma it stays within 0..1 and does not shrink to nothing where p is 0 or 1.

    Raises:
        ValueError: no trials, or hits that are not among them.
    """
    if not 0 <= hits <= trials or trials == 0:
        raise ValueError(f"{hits} hits in {trials} trials")
    part, spread = hits / trials, Z95**2 / trials
    middle = part + spread / 2
    reach = Z95 * sqrt(part * (1 - part) / trials + spread / (4 * trials))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    # Where all or none hit, the formula's end is 1 or 0 but for rounding.
    return (0.0 if hits == 0 else low, 1.0 if hits == trials else high)


def paired_gain(before: Sequence[bool], after: Sequence[bool]) -> tuple[float, float]:
    """By which fraction more pairs hit after a change, and the standard error of that.

    With g pairs that gained, l that lost and n in all (McNemar): (g - l)/n, and
    sqrt(g + l - (g - l)²/n)/n.
    """
    count = len(before)
    gained = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    net = gained - lost
    return net / count, sqrt(max(gained + lost - net**2 / count, 0.0)) / count


def quantile(values: Sequence[float], part: float, *, larger_is_better: bool = False) -> float:
    """The value that at least `part` of all are as good as or better than: one of the values."""
    ordered = sorted(values, reverse=larger_is_better)
    return ordered[max(ceil(part * len(ordered) - 1e-9), 1) - 1]

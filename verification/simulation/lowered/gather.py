"""Gather: the symbolic sums of a circuit as the one flat list of terms that a Recipe has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from verification.simulation.lowered.analog import Sum
from verification.simulation.lowered.recipe import SUMS
from verification.simulation.lowered.statics import Source
from verification.simulation.solve.problem import Floats, Integers

_NUMBER = {name: number for number, name in enumerate(SUMS)}


@dataclass(slots=True)
class Gather:
    """Terms of sums; a place is (group, row, column), and each group a matrix.

    Attributes:
        columns: how many pins and buffers there are.
    """

    columns: int
    _group: list[int] = field(default_factory=list[int])
    _place: list[int] = field(default_factory=list[int])
    _source: list[Source] = field(default_factory=list[Source])
    _factor: list[float] = field(default_factory=list[float])

    def add(self, group: str, place: int, source: Source, factor: float) -> None:
        """A term of one sum of a group."""
        self._group.append(_NUMBER[group])
        self._place.append(place)
        self._source.append(source)
        self._factor.append(factor)

    def add_columns(self, name: str, row: int, found: Sum) -> None:
        """The weights of the columns in row `row` of `<name>_weight`, and the constant."""
        weight = "output_drive" if name == "output" else f"{name}_weight"
        for column, source, factor in found.columns:
            self.add(weight, row * self.columns + column, source, factor)
        self.add_constants(name, row, found.constants)

    def add_constants(self, name: str, row: int, terms: Iterable[tuple[Source, float]]) -> None:
        """The terms of `<name>_const`."""
        for source, factor in terms:
            self.add(f"{name}_const", row, source, factor)

    def flat(
        self, sizes: Sequence[int], source_sizes: Sequence[int]
    ) -> tuple[Integers, Integers, Floats]:
        """(target, source, factor) of every term, given the length of each group and kind."""
        starts = np.concatenate(([0], np.cumsum(sizes)))
        sources = np.concatenate(([0], np.cumsum(source_sizes)))
        group = np.asarray(self._group, dtype=np.int64)
        pairs = np.asarray(self._source, dtype=np.int64).reshape(-1, 2)
        return (
            starts[group] + np.asarray(self._place, dtype=np.int64),
            sources[pairs[:, 0]] + pairs[:, 1],
            np.asarray(self._factor, dtype=np.float64),
        )

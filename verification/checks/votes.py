"""How far from its targets a board comes to rest when its edges decide with errors.

Edge e decides by the sign of its vote's argument (volts; f, c its drops; err = desired - output)

    r = H err + b,    H = eta w,    w = d(drop of the clamped twin) / d(clamped output),

with b the edge's own error: offsets, averages that weigh unequally, twins that do not match. Where
|b| > |H err| it votes the same way whatever the output does, and its tap drifts to a stop, while
the others make good for it as long as they can. Right votes lower the output's error (coupled
learning, Stern et al. 2021), so the board rests where the votes balance: at the least of

    sum over edges  a |H err + b|,    a = |f| d(conductance) / d(tap),

a least-absolute-deviations fit. An edge whose r is within the swing of the output about this point
follows the swing and drifts in proportion (Huber's loss instead of the modulus).

The run is followed in a few long moves of all taps, by an implicit Euler step each, for many boards
at once: nodal analysis, two linear systems a move and a board.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.checks.decisions import HALVED, Deciders
from verification.checks.grounded import GroundedLaplacian

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLLOW_SWINGS = 2.0
"""An edge follows the swing up to this many swings of its argument; see docs/error-budget.md."""
REST = 0.5
"""Where in the saw-tooth between zero and the point of balance the mean output lies."""
MOVES = ((0.80, 8), (0.08, 4), (0.04, 2), (0.03, 1))
"""The run in (part of its steps, steps a move): long moves, short ones where it comes to rest."""
LAST_MOVES = 6
REFITS = 6
"""Reweightings of the fit in each move."""
TINY_V = 1e-6
DENSE = 150
"""Up to this many nodes that no source holds, dense matrices are the quicker ones."""


@dataclass(frozen=True, eq=False)
class TwinNetwork:
    """Two resistor networks of E edges on N nodes, S of them held as sources, K targets.

    Attributes:
        ends: [E, 2] positions of the nodes that an edge joins.
        count: N.
        sources, source_v: [S] positions and volts.
        targets, desired_v: [K] positions and volts.
        eta: nudge.
    """

    ends: Ints
    count: int
    sources: Ints
    source_v: Floats
    targets: Ints
    desired_v: Floats
    eta: float

    @cached_property
    def laplacian(self) -> GroundedLaplacian:
        """Of the nodes that no source holds."""
        return GroundedLaplacian(self.ends, self.count, self.sources)

    def solve(self, siemens: Floats) -> tuple[Floats, Floats]:
        """Boards' node voltages [B, N] with outputs free, and ohms [B, N, K] to each target.

        Args:
            siemens: [B, E].
        """
        left = self.laplacian.left
        right = np.zeros((len(siemens), len(left), 1 + len(self.targets)))
        right[:, :, 0] = self.laplacian.into_left(siemens, self.source_v)
        right[:, np.searchsorted(left, self.targets), 1 + np.arange(len(self.targets))] = 1
        solved = np.zeros((len(siemens), self.count, right.shape[2]))
        solved[:, left] = (self._dense if len(left) <= DENSE else self._sparse)(siemens, right)
        solved[:, self.sources, 0] = self.source_v
        return solved[:, :, 0], solved[:, :, 1:]

    def _sparse(self, siemens: Floats, right: Floats) -> Floats:
        solve = self.laplacian.solve
        return np.asarray([solve(*pair) for pair in zip(siemens, right, strict=True)])

    def _dense(self, siemens: Floats, right: Floats) -> Floats:
        """All boards' systems in one call, the quicker way where they are small."""
        boards, a, b = len(siemens), self.ends[:, 0], self.ends[:, 1]
        matrix = np.zeros((boards, self.count, self.count))
        matrix[:, a, b] = matrix[:, b, a] = -siemens
        diagonal = np.arange(self.count)
        matrix[:, diagonal, diagonal] = -matrix.sum(axis=2)
        left = self.laplacian.left
        return np.asarray(np.linalg.solve(matrix[:, left][:, :, left], right), dtype=np.float64)

    def drops(self, volts: Floats) -> Floats:
        """[B, E, ...] of node voltages [B, N, ...]."""
        return volts[:, self.ends[:, 0]] - volts[:, self.ends[:, 1]]


@dataclass(frozen=True, eq=False)
class Boards:
    """What B drawn boards measure.

    Attributes:
        step_ohm, wiper_ohm: [B, 2, E] of the free and the clamped twins.
        weights: [B, E, 2, 2] of `Deciders`.
        errors_v: [B, E] the sum of `Deciders.errors_v`.
        hysteresis_v: [E] width of the comparators' hysteresis.
        code_min, code_max: ends of the taps.
    """

    step_ohm: Floats
    wiper_ohm: Floats
    weights: Floats
    errors_v: Floats
    hysteresis_v: Floats
    code_min: int
    code_max: int


@dataclass(frozen=True, eq=False)
class Standing:
    """How B boards stand at given taps.

    Attributes:
        error_v: [B, K] desired less output.
        own_v: [B, E] b; its sign is positive where the edge is pushed towards |c| > |f|.
        twins_v: [B, E] the part of it that unequal twins make, sign left out.
        averages_v: [B, E] the part of it that unequal averaging resistors make, likewise.
        signal: [B, E, K] H.
        authority: [B, E] a, amperes a tap.
        stiffness: [B, K, K] siemens between the outputs, times eta.
    """

    error_v: Floats
    own_v: Floats
    twins_v: Floats
    averages_v: Floats
    signal: Floats
    authority: Floats
    stiffness: Floats

    @cached_property
    def reach(self) -> Floats:
        """[B, E, K] how far one step of an edge moves each output, V."""
        volts = np.linalg.solve(self.stiffness, np.swapaxes(self.signal, 1, 2))
        return np.abs(np.swapaxes(volts, 1, 2)) * self.authority[:, :, None]


class Votes:
    """The votes of drawn boards on one task."""

    def __init__(self, network: TwinNetwork, deciders: Deciders, boards: Boards) -> None:
        self._network, self._deciders, self._boards = network, deciders, boards

    def stand(self, codes: Floats) -> Standing:
        """How the boards stand at taps [B, E]."""
        network, boards = self._network, self._boards
        siemens = 1 / (codes[:, None, :] * boards.step_ohm + boards.wiper_ohm)
        free_v, ohm = network.solve(siemens[:, 0])
        natural_v, clamped_ohm = network.solve(siemens[:, 1])
        inverse: Floats = np.linalg.inv(ohm[:, network.targets]).astype(np.float64)
        per_volt = clamped_ohm @ np.linalg.inv(clamped_ohm[:, network.targets])
        pulled = (free_v - natural_v)[:, network.targets, None]
        clamped_v = natural_v + (per_volt @ pulled)[:, :, 0]
        drop = network.drops(free_v)
        towards = np.sign(drop) * self._sense
        seen = HALVED * self._seen(free_v, clamped_v)
        twins = self._sense * (network.drops(clamped_v) - drop)
        return Standing(
            error_v=network.desired_v - free_v[:, network.targets],
            own_v=towards * (seen + boards.errors_v),
            twins_v=twins,
            averages_v=seen - twins,
            signal=np.sign(drop)[:, :, None] * network.eta * network.drops(per_volt),
            authority=np.abs(drop) * siemens[:, 0] ** 2 * boards.step_ohm[:, 0],
            stiffness=network.eta * inverse,
        )

    def rest(self, start: Floats, steps: int) -> Floats:
        """RMS error over targets [B], V, after a run of learning steps from taps [B, E]."""
        codes, follow = start.astype(np.float64), np.ones(start.shape)
        seen: list[Floats] = []
        for part, stride in MOVES:
            for _ in range(max(1, round(part * steps / stride))):
                now = self.stand(codes)
                swing = (now.reach * follow[:, :, None]).sum(axis=1)
                votes = self._vote(now, swing, stride)
                follow = 1 - np.abs(votes)
                codes = codes + stride * votes
                codes = np.clip(codes, self._boards.code_min, self._boards.code_max)
                squares = np.square(REST * now.error_v) + np.square(swing / 2)
                seen.append(squares.mean(axis=1))
        return np.sqrt(np.mean(seen[-LAST_MOVES:], axis=0))

    def _vote(self, now: Standing, swing: Floats, stride: int) -> Floats:
        """[B, E] mean votes, -1 to 1, during a move of some steps."""
        squared = np.einsum("bek,bk->be", np.square(now.signal), np.square(swing))
        width = FOLLOW_SWINGS * np.sqrt(squared) + self._boards.hysteresis_v + TINY_V
        inertia = now.stiffness / stride
        pull = np.einsum("bkl,bl->bk", inertia, now.error_v)
        argument = np.einsum("bek,bk->be", now.signal, now.error_v) + now.own_v
        for _ in range(REFITS):
            weight = now.authority / np.maximum(np.abs(argument), width)
            weighted = now.signal * weight[:, :, None]
            matrix = np.swapaxes(weighted, 1, 2) @ now.signal + inertia
            aim = pull - np.einsum("bek,be->bk", weighted, now.own_v)
            error = np.linalg.solve(matrix, aim[:, :, None])[:, :, 0]
            argument = np.einsum("bek,bk->be", now.signal, error) + now.own_v
        return np.clip(argument / width, -1, 1)

    def _seen(self, free_v: Floats, clamped_v: Floats) -> Floats:
        """[B, E] what the comparators see of the nodes, D without added errors."""
        both = np.stack([free_v, clamped_v], axis=1)
        picked: Any = both[:, self._deciders.clamped, self._deciders.nodes]
        return (self._boards.weights * picked).sum(axis=(2, 3))

    @cached_property
    def _sense(self) -> Floats:
        """[E] whether a comparator adds (1) or subtracts (-1) c of the edge's first node."""
        deciders, first = self._deciders, self._network.ends[:, 0]
        signs = np.sign(self._boards.weights[0]) * np.where(deciders.clamped == 1, 1, -1)
        own = np.where(deciders.nodes == first[:, None, None], 1, -1)
        return np.sign((signs * own).sum(axis=(1, 2)))

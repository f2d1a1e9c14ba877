"""The local rule of every edge, driven through the extracted circuit.

Every node of both networks is held by a probe, and the board is clocked through its own LATCH and
STEP. For an edge between nodes 1 and 2, with c and f its drops in the clamped and the free network,

    both twins step up where [c > f] xor [f < 0], else down.

The edges are coloured so that no two of one colour share a node; each colour is taken over a grid
of (c, f) of all signs at once while all other nodes are at voltages drawn at random, and *every*
edge is judged in every sample. The cost is that of the grid times the number of colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.records import Check, Item, judged, not_run
from verification.checks.rig import Rig
from verification.checks.tracing import trace_cone
from verification.extraction.values import drawn
from verification.simulation.machine import Machine
from verification.structure import Channel, LearningNetwork, Twins

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NAME = "rule"
CLAIM = (
    "each edge steps both twins up where [c > f] xor [f < 0] and down elsewhere, over drops of all "
    "signs, and stays where it is when it is disabled"
)
DROPS = (0.02, 0.11, 0.37, 0.79)
"""Sizes of the drops of the grid, in parts of the supply."""
DECIDED_V = 1e-3
"""A sample closer than this to a tie is not judged, V; the ideal board itself has no offset."""
MARGINS_V = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
MASKS = 64
"""Random masks of which edges may step, on a board of up to MASKED_EDGES edges."""
MASKED_EDGES = 256
"""Beyond this many edges there are a few chosen masks: each costs the square of the edges, since
every bit of it shifts through the whole chain."""
SEED = 2022


@dataclass(frozen=True)
class _Edge:
    """An edge on the machine: nets of its nodes, W's first, and positions of its digipots."""

    twins: Twins
    free: Channel
    clamped: Channel
    nets: tuple[int, int, int, int]
    pots: tuple[int, int]


@dataclass(frozen=True)
class _Outcome:
    """What an edge did wrong, in samples."""

    judged: int
    still: int
    unequal: int
    wrong: int
    disturbed: int

    @property
    def text(self) -> str:
        """In words; "" where all was right."""
        said = (
            (self.still, "did not step"),
            (self.unequal, "moved its twins apart"),
            (self.wrong, "stepped the wrong way"),
            (self.disturbed, "stepped while disabled"),
        )
        found = [f"{what} in {n}" for n, what in said if n]
        return f"{', '.join(found)} of {self.judged} samples" if found else ""


def check_rule(rig: Rig, board_seed: int | None) -> Check:
    """Check 12.

    Args:
        rig: the bench.
        board_seed: the drawn board on which margins are measured; None measures none.
    """
    network = rig.network
    whole = [t for t in network.twins if t.free is not None and t.clamped is not None]
    if not whole:
        return not_run(NAME, CLAIM, "no edge with a free and a clamped twin was found")
    machine = rig.held_nodes
    edges = tuple(_edges(rig, machine, whole))
    grid = _grid(rig, edges)
    ranks = _ranks(rig.case, network, whole)
    outcomes = _try(machine, edges, grid, ranks)
    faults: list[Item] = []
    for edge, outcome in zip(edges, outcomes, strict=True):
        if outcome.text:
            faults += _blame(rig, edge, outcome)
    evidence: dict[str, int | float | str] = {
        "edges": len(edges),
        "samples": len(grid),
        "decisions": sum(outcome.judged for outcome in outcomes),
        "wrong": sum(o.still + o.unequal + o.wrong + o.disturbed for o in outcomes),
    }
    if board_seed is not None and not faults:
        evidence |= _margins(rig, machine, edges, board_seed)
    return judged(NAME, CLAIM, len(edges), evidence, faults)


def _edges(rig: Rig, machine: Machine, whole: Sequence[Twins]) -> Iterator[_Edge]:
    place = {(pot.unit.refdes, pot.model.w): k for k, pot in enumerate(machine.circuit.digipots)}
    for twins in whole:
        free, clamped = twins.free, twins.clamped
        if free is None or clamped is None:
            continue
        a, b, c, d = (
            rig.net(machine, wire)
            for wire in (free.node_w, free.node_b, clamped.node_w, clamped.node_b)
        )
        pots = [place[channel.placed.refdes, channel.model.w] for channel in (free, clamped)]
        yield _Edge(twins, free, clamped, (a, b, c, d), (pots[0], pots[1]))


def _ranks(case: Case, network: LearningNetwork, whole: Sequence[Twins]) -> tuple[int, ...] | None:
    """Each edge's place in the enable chain; None unless every edge of the design is there once."""
    order = {frozenset(edge): k for k, edge in enumerate(case.board.design.graph.edges)}
    ranks = [order.get(frozenset(network.edge_of(twins) or ())) for twins in whole]
    known = [rank for rank in ranks if rank is not None]
    return tuple(known) if sorted(known) == list(range(len(order))) else None


def _colours(edges: Sequence[_Edge]) -> list[list[_Edge]]:
    """Edges in groups that share no net, greedily: at most twice the greatest degree."""
    groups: list[tuple[set[int], list[_Edge]]] = []
    for edge in edges:
        fitting = (pair for pair in groups if pair[0].isdisjoint(edge.nets))
        chosen = next(fitting, None)
        if chosen is None:
            chosen = (set[int](), list[_Edge]())
            groups.append(chosen)
        chosen[0].update(edge.nets)
        chosen[1].append(edge)
    return [group for _, group in groups]


@dataclass(frozen=True)
class _Grid:
    """Voltages [T, N] of the held nets [N]."""

    nets: tuple[int, ...]
    volts: Floats

    def __len__(self) -> int:
        return len(self.volts)

    @cached_property
    def _column(self) -> dict[int, int]:
        return {net: k for k, net in enumerate(self.nets)}

    def drops(self, edge: _Edge) -> tuple[Floats, Floats]:
        """(clamped, free) drops of an edge in each sample."""
        a, b, c, d = (self.volts[:, self._column[net]] for net in edge.nets)
        return c - d, a - b


def _grid(rig: Rig, edges: Sequence[_Edge]) -> _Grid:
    """The grid of every colour in turn."""
    supply = rig.case.board.design.electronics.supply_v
    sizes = np.asarray([sign * drop for drop in DROPS for sign in (1, -1)]) * supply
    pairs = [(1.07 * c, f) for c in sizes for f in sizes]
    return _pattern(edges, pairs, supply)


def _pattern(edges: Sequence[_Edge], pairs: Sequence[tuple[float, float]], supply: float) -> _Grid:
    """Each colour's edges at each (c, f) of `pairs` about mid-supply, other nets at random."""
    nets = tuple(dict.fromkeys(net for edge in edges for net in edge.nets))
    column = {net: k for k, net in enumerate(nets)}
    colours = _colours(edges)
    stream = np.random.Generator(np.random.PCG64(SEED))
    volts = supply * (0.1 + 0.8 * stream.random((len(colours) * len(pairs), len(nets))))
    drops = np.asarray(pairs)
    for k, group in enumerate(colours):
        rows = slice(k * len(pairs), (k + 1) * len(pairs))
        for edge in group:
            a, b, c, d = (column[net] for net in edge.nets)
            for first, second, drop in ((a, b, drops[:, 1]), (c, d, drops[:, 0])):
                volts[rows, first] = (supply + drop) / 2
                volts[rows, second] = (supply - drop) / 2
    return _Grid(nets, volts)


def _rule(clamped: Floats, free: Floats) -> Bools:
    """Where an edge must step up."""
    return (clamped > free) ^ (free < 0)


def _try(
    machine: Machine, edges: Sequence[_Edge], grid: _Grid, ranks: tuple[int, ...] | None
) -> list[_Outcome]:
    """Clock the grid with all edges enabled, and part of it again under random masks."""
    everyone = np.ones((len(grid), len(edges)), dtype=np.bool_)
    runs = [_clocked(machine, edges, grid, everyone, None)]
    if ranks is not None:
        stream = np.random.Generator(np.random.PCG64(SEED + 1))
        rows = np.argsort(stream.random(len(grid)), kind="stable")[: min(len(grid), MASKS)]
        if len(edges) <= MASKED_EDGES:
            enabled = stream.random((len(rows), len(edges))) < 0.5
        else:
            enabled = _few_masks(ranks)
        part = _Grid(grid.nets, grid.volts[rows[: len(enabled)]])
        runs.append(_clocked(machine, edges, part, enabled, ranks))
    return [
        _Outcome(*(sum(counts) for counts in zip(*outcomes, strict=True)))
        for outcomes in zip(*runs, strict=True)
    ]


def _few_masks(ranks: tuple[int, ...]) -> Bools:
    """[T, E] masks that disable every edge at least once and any two edges differently.

    An edge's place in the chain, counted from 1, in binary: one mask a digit.
    """
    places = np.asarray(ranks, dtype=np.int64) + 1
    return np.asarray([(places >> k) & 1 == 0 for k in range(len(places).bit_length())])


def _clocked(
    machine: Machine,
    edges: Sequence[_Edge],
    grid: _Grid,
    enabled: Bools,
    ranks: tuple[int, ...] | None,
) -> list[tuple[int, int, int, int, int]]:
    """(judged, still, unequal, wrong, disturbed) of each edge over a grid."""
    moved = _moves(machine, grid, enabled, ranks)
    found: list[tuple[int, int, int, int, int]] = []
    for k, edge in enumerate(edges):
        clamped, free = grid.drops(edge)
        clear = (np.abs(clamped - free) > DECIDED_V) & (np.abs(free) > DECIDED_V)
        on, off = clear & enabled[:, k], clear & ~enabled[:, k]
        up = np.where(_rule(clamped, free), 1, -1)
        steps = moved[:, edge.pots[0]], moved[:, edge.pots[1]]
        still = on & ((steps[0] == 0) | (steps[1] == 0))
        unequal = on & ~still & (steps[0] != steps[1])
        wrong = on & ~still & ~unequal & (steps[0] != up)
        disturbed = off & ((steps[0] != 0) | (steps[1] != 0))
        counts = [int(part.sum()) for part in (clear, still, unequal, wrong, disturbed)]
        found.append((counts[0], counts[1], counts[2], counts[3], counts[4]))
    return found


def _moves(machine: Machine, grid: _Grid, enabled: Bools, ranks: tuple[int, ...] | None) -> Ints:
    """Steps of every digipot [T, P] in each sample, none of them near its stops."""
    models = [pot.model for pot in machine.circuit.digipots]
    middle = np.asarray([(m.code_min + m.code_max) // 2 for m in models], dtype=np.int64)
    room = min((m.code_max - m.code_min) // 2 for m in models)
    bits = None
    if ranks is not None:
        bits = np.zeros(enabled.shape, dtype=np.uint8)
        bits[:, list(ranks)] = ~enabled
    state = machine.start(middle)
    pieces: list[Ints] = []
    for begin in range(0, len(grid), room):
        rows = slice(begin, begin + room)
        machine.set_codes(state, middle)
        trace = machine.run(
            state,
            grid.nets,
            grid.volts[rows],
            clocked=True,
            bits=None if bits is None else bits[rows],
            record_codes=True,
        )
        pieces.append(np.diff(trace.codes, axis=0, prepend=middle[None, :]))
    return np.concatenate(pieces)


def _margins(
    rig: Rig, machine: Machine, edges: Sequence[_Edge], seed: int
) -> dict[str, int | float | str]:
    """How near to a tie a drawn board still decides rightly: the worst edge and the median."""
    supply = rig.case.board.design.electronics.supply_v
    pairs = [
        (sign * (0.25 * supply + side * margin), turn * 0.25 * supply)
        for margin in MARGINS_V
        for sign in (1, -1)
        for turn in (1, -1)
        for side in (1, -1)
    ]
    grid = _pattern(edges, pairs, supply)
    board = machine.with_values(drawn(machine.circuit, seed))
    moved = _moves(board, grid, np.ones((len(grid), len(edges)), dtype=np.bool_), None)
    colours = _colours(edges)
    per_margin = len(pairs) // len(MARGINS_V)
    reached: dict[str, float] = {}
    for k, group in enumerate(colours):
        for edge in group:
            rows = slice(k * len(pairs), (k + 1) * len(pairs))
            clamped, free = (drop[rows] for drop in grid.drops(edge))
            up = np.where(_rule(clamped, free), 1, -1)
            good = (moved[rows][:, edge.pots[0]] == up).reshape(len(MARGINS_V), per_margin)
            held = np.cumprod(good.all(axis=1))
            right = [margin for margin, still in zip(MARGINS_V, held, strict=True) if still]
            reached[_name(rig.network, edge)] = min(right, default=float("inf"))
    worst = max(reached, key=lambda name: reached[name])
    return {
        "board_seed": seed,
        "margin_median_v": float(np.median(list(reached.values()))),
        "margin_worst_v": reached[worst],
        "margin_worst_edge": worst,
    }


def _name(network: LearningNetwork, edge: _Edge) -> str:
    names = network.edge_of(edge.twins)
    return "-".join(names) if names and all(names) else edge.free.placed.refdes


def _blame(rig: Rig, edge: _Edge, outcome: _Outcome) -> Iterator[Item]:
    """The pins that decide an edge's step: its digipots', and of all that sets their direction."""
    case = rig.case
    own: list[BoardPin] = []
    for channel in (edge.free, edge.clamped):
        own += [channel.pin("up_down"), channel.pin("cs"), channel.pin("clk"), channel.w, channel.b]
    nodes = frozenset(
        node for channel in rig.network.channels for node in (channel.node_w, channel.node_b)
    )
    wires = tuple(
        dict.fromkeys(channel.pin("up_down").wire for channel in (edge.free, edge.clamped))
    )
    cone = trace_cone(case, wires, nodes)
    share = min(1.0, (outcome.still + outcome.unequal + outcome.wrong) / max(outcome.judged, 1))
    for pins, weight in ((cone, 0.25 + 0.15 * share), (own, 0.2 + 0.15 * share)):
        for pin in pins:
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{pin.label}: edge {_name(rig.network, edge)} steps by the local rule",
                got=outcome.text,
                fix="check the nets of this edge's comparators, gate, latch and digipots",
                weight=weight,
            )

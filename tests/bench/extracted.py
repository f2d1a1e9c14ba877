"""Ours on the extracted netlist: the design's board, drawn, trained through its host.

```
graph -> design -> netlist (in memory) -> circuit -> machine -> host.train(...)
                         \\-> structure -> timing check: the board's own learning step
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from designs import Design
from designs.load import design_from_text
from designs.network import DesignGraph
from parts.catalogue import load_catalogue
from tests.bench.boards import ETA, Board, Floats
from tests.bench.graphs import Ints
from tests.large_boards import large_netlist
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.rig import Rig
from verification.checks.timing import check_timing
from verification.extraction.values import Values, drawn, ideal
from verification.simulation.machine import Machine
from verification.structure import extract_network
from verification.training.bench import Bench, Workshop

_TEXT = f"""
schema = 1
name = "bench"
[network]
edges = [[1, 2]]
[electronics]
eta = {ETA}
[[task]]
name = "far"
kind = "allostery"
sources = {{ 1 = 5.0 }}
targets = {{ 2 = 3.0 }}
bound = {{ rms_v = 0.1 }}
"""


@dataclass(frozen=True)
class StepTimes:
    """How long the board's own learning step is, by the timing check of its netlist.

    Attributes:
        settled_s: at the fastest clock at which all holds, the networks' slowest mode included.
        electronics_s: at the fastest clock at which the electronics keeps up.
        limited_by: what sets `settled_s`.
    """

    settled_s: float
    electronics_s: float
    limited_by: str


def bench_design(board: Board) -> Design:
    """The default cell on a board's network, with its sources and targets as an allostery task."""
    small = design_from_text(_TEXT, Path("design.toml"))
    graph, (task,) = board.graph, small.tasks
    names = tuple(str(k + 1) for k in range(graph.node_count))
    edges = zip(graph.a.tolist(), graph.b.tolist(), strict=True)
    pairs = tuple((names[a], names[b]) for a, b in edges)
    sources = zip(board.sources.tolist(), board.sources_v[0].tolist(), strict=True)
    targets = zip(board.targets.tolist(), board.desired_v[0].tolist(), strict=True)
    update = {
        "sources": {names[node]: volts for node, volts in sources},
        "targets": {names[node]: volts for node, volts in targets},
    }
    return replace(small, graph=DesignGraph(names, pairs), tasks=(task.model_copy(update=update),))


class Extracted:
    """The board as the judge sees it."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._design = bench_design(board)
        self._catalogue = load_catalogue()
        netlist = large_netlist(self._design)
        (task,) = self._design.tasks
        self._workshop = Workshop(netlist, self._design, task, self._catalogue)
        self._tables: dict[int, tuple[Floats, Floats]] = {}

    @property
    def machine(self) -> Machine:
        """The board with nominal values."""
        return self._workshop.intact

    @property
    def channels(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The connector functions that set the sources and the desired voltages."""
        sources, targets = self._workshop.channels
        return sources, tuple(f"{target}.DESIRED" for target in targets)

    def prepare(self) -> None:
        """Everything that comes before a board is powered on."""
        _ = self._workshop.intact, self.pots

    def power_on(self, values: Values | None = None) -> Bench:
        """The board with its drawn values, or others, at the first codes."""
        intact = self._workshop.intact
        chosen = drawn(intact.circuit, 0) if values is None else values
        bench = Bench.power_on(self._workshop, intact.with_values(chosen))
        bench.set_taps(self._board.codes)
        return bench

    @cached_property
    def pots(self) -> Ints:
        """[2, E] positions of the edges' digipots among the circuit's, free and clamped."""
        anatomy, circuit = self._workshop.anatomy, self._workshop.intact.circuit
        place = {(pot.unit.refdes, pot.model.w): k for k, pot in enumerate(circuit.digipots)}
        return np.array(
            [
                [place[pot.refdes, pot.terminal] for pot in pots]
                for pots in (anatomy.free_pots, anatomy.clamped_pots)
            ]
        )

    def clean_values(self) -> Values:
        """The bench's own ohms on ideal electronics: what bare methods compute as well."""
        values = ideal(self._workshop.intact.circuit)
        step, wiper = values.digipot_step_ohm.copy(), values.digipot_wiper_ohm.copy()
        step[self.pots], wiper[self.pots] = self._board.step_ohm, self._board.wiper_ohm
        return replace(values, digipot_step_ohm=step, digipot_wiper_ohm=wiper)

    def codes_of(self, bench: Bench) -> Ints:
        """[2, E] codes of the edges, free and clamped."""
        return bench.host.codes[self.pots]

    def train(self, bench: Bench, steps: int) -> None:
        """Learning steps over the data points in turn, in one call."""
        if steps not in self._tables:
            self._tables[steps] = self._repeated(steps)
        bench.host.train(*self._tables[steps])

    def _repeated(self, steps: int) -> tuple[Floats, Floats]:
        """Volts of the sources and desired voltages, a row a step, as a user has them at hand."""
        board = self._board
        rounds = -(-steps // len(board.sources_v))
        sources, desired = (
            np.tile(table, (rounds, 1))[:steps] for table in (board.sources_v, board.desired_v)
        )
        return sources, desired

    def state_bytes(self, bench: Bench) -> int:
        """Plans, tables and state of a board: what a learning step works on."""
        return array_bytes(bench.host.state)

    def step_times(self) -> StepTimes:
        """The board's learning step, from its timing check."""
        case = Case(index_board(self._workshop.netlist, self._design, self._catalogue))
        evidence = check_timing(Rig(case, extract_network(case), self._catalogue)).evidence
        return StepTimes(
            1 / float(evidence["clock_max_hz"]),
            1 / float(evidence["clock_max_electronics_hz"]),
            str(evidence["limited_by"]),
        )


def array_bytes(*things: object) -> int:
    """Bytes of all arrays that these objects of ours lead to, each array once."""
    found: dict[int, int] = {}
    stack, seen = list(things), dict[int, object]()
    while stack:
        thing = stack.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if isinstance(thing, np.ndarray):
            # A view keeps its whole base alive; the greatest one at an address counts.
            found[thing.ctypes.data] = max(found.get(thing.ctypes.data, 0), thing.nbytes)
        elif isinstance(thing, Mapping):
            stack += thing.values()
        elif isinstance(thing, tuple | list):
            stack += thing
        elif type(thing).__module__.startswith("verification.simulation"):
            names = [*getattr(thing, "__dict__", ()), *getattr(type(thing), "__slots__", ())]
            stack += [getattr(thing, name) for name in names if hasattr(thing, name)]
    return sum(found.values())

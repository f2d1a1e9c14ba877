"""The learning step: every method on every board, checked against one another, then timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import which

import numpy as np

from tests.bench.bare import BareTwins
from tests.bench.boards import Board, Floats, Method, draw_board, undecided
from tests.bench.clock import cheapest
from tests.bench.extracted import Extracted, StepTimes
from tests.bench.graphs import make_graph
from tests.bench.peers.dense import Dense, Incidence
from tests.bench.peers.published import PublishedPeer, expected_change
from tests.bench.peers.sparse import OneFactor, TwoFactors
from tests.bench.peers.spice import SpicePeer

EXTRACTED, BARE = "ours, extracted netlist", "ours, bare network"
NUMPY, SPLU_TWO, SPLU_ONE = "numpy, dense", "scipy splu, drawn twins", "scipy splu, identical twins"
NGSPICE, PUBLISHED = "ngspice", "learning_circuit"
METHODS = (EXTRACTED, BARE, SPLU_ONE, SPLU_TWO, NUMPY, NGSPICE, PUBLISHED)
LARGEST = {NUMPY: 2_000, NGSPICE: 2_000, PUBLISHED: 10_000}
"""Edges beyond which a peer takes many seconds a step, or more memory than a small machine has."""
CHECKABLE = {"regular": 10_000}
"""Edges beyond which scipy, which checks us, fills in for hours: no such cell is timed."""
INCIDENCE_LARGEST = 500
CHECKED_STEPS = 3
# Least and most in one call to train a board. It begins with the host's pins and ends with the
# codes read back, which on a large board take as long as a step; nobody trains with a step a call.
# Nor with a hundred thousand, whose voltages, all handed back, no longer fit into a cache.
STEPS_A_CALL = (20, 10_000)
ROUNDS = 3
AGREE_V = 1e-8
"""Greatest difference of node voltages between methods; their rounding is below 1e-11."""


class DisagreementError(Exception):
    """A method that computes something else than the others: its time would mean nothing."""


@dataclass(frozen=True)
class Step:
    """One cell of the table.

    Attributes:
        family, edges, method: which.
        seconds: CPU time of a learning step.
        size: bytes of matrices, factors, plans.
    """

    family: str
    edges: int
    method: str
    seconds: float
    size: int


@dataclass(frozen=True)
class BoardTime:
    """The board's own learning step at one size."""

    family: str
    edges: int
    times: StepTimes


@dataclass(frozen=True)
class Options:
    """What is measured.

    Attributes:
        families, sizes: of boards.
        extract_to: most edges whose netlist is extracted, by family.
        checkout: of learning_circuit.
        budget_s: CPU time for each cell.
    """

    families: Sequence[str]
    sizes: Sequence[int]
    extract_to: Callable[[str], int]
    checkout: Path | None = None
    budget_s: float = 0.4


@dataclass(frozen=True)
class _Entrant:
    """A method that has passed its check and waits to be timed.

    Attributes:
        name: of the method.
        work: does so many learning steps.
        size: bytes that it needs.
        clock: CPU seconds so far.
        least: steps in one call of `work` at least.
    """

    name: str
    work: Callable[[int], object]
    size: Callable[[], int]
    clock: Callable[[], float] = time.thread_time
    least: int = 1


def measure(options: Options, tell: Callable[[str], None]) -> Iterator[Step | BoardTime]:
    """Every cell, smallest boards first.

    Raises:
        DisagreementError: methods that ought to agree do not.
    """
    for family in options.families:
        for edges in sorted(options.sizes):
            if edges > CHECKABLE.get(family, edges):
                continue
            tell(f"{family}, {edges} edges")
            board = draw_board(make_graph(family, edges))
            with ExitStack() as open_peers:
                entrants = _peers(board, options, open_peers)
                if edges <= options.extract_to(family):
                    extracted = Extracted(board)
                    entrants.append(_extracted(board, extracted))
                    yield BoardTime(family, edges, extracted.step_times())
                yield from _timed(board, entrants, options.budget_s)


def _timed(board: Board, entrants: Sequence[_Entrant], budget_s: float) -> Iterator[Step]:
    """In rounds, so that a disturbance of the machine meets all of them alike."""
    graph = board.graph
    best = [np.inf] * len(entrants)
    for _ in range(ROUNDS):
        for k, entrant in enumerate(entrants):
            budget, clock, least = budget_s / ROUNDS, entrant.clock, entrant.least
            found = cheapest(entrant.work, budget, clock=clock, least=least)
            best[k] = min(best[k], found.seconds)
    for entrant, seconds in zip(entrants, best, strict=True):
        yield Step(graph.family, graph.edge_count, entrant.name, seconds, entrant.size())


def _peers(board: Board, options: Options, open_peers: ExitStack) -> list[_Entrant]:
    """The methods that are not beyond this size, each after it agreed with scipy."""
    edges, reference, bare = board.graph.edge_count, TwoFactors(board), BareTwins(board)
    twin = replace(board, step_ohm=board.step_ohm[[0, 0]], wiper_ohm=board.wiper_ohm[[0, 0]])
    methods: list[tuple[str, Method]] = [(SPLU_TWO, reference)]
    if edges <= LARGEST[NUMPY]:
        methods.append((NUMPY, Dense(board)))
    if edges <= INCIDENCE_LARGEST:
        methods.append((NUMPY, Incidence(board)))
    spice = None
    if edges <= LARGEST[NGSPICE] and which("ngspice") is not None:
        spice = open_peers.enter_context(SpicePeer(board))
    others = [method for _, method in methods[1:]]
    Trial(board, reference).agree([bare, *others, *([spice] if spice else [])])
    one = OneFactor(twin)
    Trial(twin, TwoFactors(twin)).agree([one])
    methods.append((SPLU_ONE, one))
    if options.checkout is not None and edges <= LARGEST[PUBLISHED]:
        methods.append((PUBLISHED, _published(twin, options.checkout)))
    entrants = [_Entrant(BARE, bare.steps, lambda: bare.matrix_bytes)]
    entrants += [_stepwise(name, method, board) for name, method in methods]
    if spice is not None:
        entrants.append(replace(_stepwise(NGSPICE, spice, board), clock=spice.cpu_s))
    return entrants


def _stepwise(name: str, method: Method, board: Board) -> _Entrant:
    rows = len(board.sources_v)

    def work(count: int) -> None:
        for row in range(count):
            method.step(row % rows)

    return _Entrant(name, work, lambda: method.matrix_bytes)


class Trial:
    """Methods side by side over a few steps."""

    def __init__(self, board: Board, reference: Method) -> None:
        self._board = board
        self._reference = reference
        self._open = np.zeros(board.graph.edge_count, dtype=bool)

    def agree(self, methods: Sequence[Method]) -> None:
        """The same voltages and codes as the reference, step by step.

        Raises:
            DisagreementError: with the method's name.
        """
        for row in range(CHECKED_STEPS):
            self._reference.step(row)
            self._open |= undecided(self._board, self._reference.volts)
            for method in methods:
                if method is not self._reference:
                    method.step(row)
                    self._compare(method)

    def _compare(self, method: Method) -> None:
        pairs = zip(method.volts, self._reference.volts, strict=True)
        apart = max(float(np.abs(mine - other).max()) for mine, other in pairs)
        wrong = int(((method.codes != self._reference.codes) & ~self._open).sum())
        # An edge that rounding may turn makes a difference of one code in the steps after it.
        if wrong or (apart > AGREE_V and not self._open.any()):
            raise DisagreementError(
                f"{type(method).__name__} on the {self._board.graph.family} of "
                f"{self._board.graph.edge_count} edges: {wrong} codes and {apart:.1e} V away "
                "from scipy"
            )


def _published(twin: Board, checkout: Path) -> PublishedPeer:
    """The published code, after its change of the conductances was compared with scipy's."""
    reference, peer = TwoFactors(twin), PublishedPeer(twin, checkout)
    reference.step(0)
    peer.step(0)
    apart = float(np.abs(peer.change - expected_change(twin, reference.volts)).max())
    if apart > AGREE_V:
        raise DisagreementError(f"learning_circuit: changes {apart:.1e} V^2 away from scipy's")
    return peer


def _extracted(board: Board, extracted: Extracted) -> _Entrant:
    """The drawn board on the extracted netlist, after clean electronics agreed with scipy."""
    check_extracted(board, extracted)
    bench = extracted.power_on()
    least, most = STEPS_A_CALL

    def train(count: int) -> None:
        for begun in range(0, count, most):
            extracted.train(bench, min(most, count - begun))

    return _Entrant(EXTRACTED, train, lambda: extracted.state_bytes(bench), least=least)


def check_extracted(board: Board, extracted: Extracted) -> None:
    """Drawn twins on ideal electronics take the codes that scipy takes on the bare network."""
    reference = TwoFactors(board)
    bench = extracted.power_on(extracted.clean_values())
    open_edges = np.zeros(board.graph.edge_count, dtype=bool)
    for row in range(CHECKED_STEPS):
        reference.step(row)
        open_edges |= undecided(board, reference.volts)
    extracted.train(bench, CHECKED_STEPS)
    wrong = (extracted.codes_of(bench) != reference.codes).any(axis=0) & ~open_edges
    if wrong.any():
        raise DisagreementError(
            f"the extracted {board.graph.family} of {board.graph.edge_count} edges: "
            f"{int(wrong.sum())} codes differ from scipy's on the bare network"
        )


def best_of(cells: Sequence[Step]) -> dict[tuple[str, int, str], Step]:
    """The cells by family, size and method; of two ways to write one, the quicker."""
    found: dict[tuple[str, int, str], Step] = {}
    for cell in cells:
        key = (cell.family, cell.edges, cell.method)
        if key not in found or cell.seconds < found[key].seconds:
            found[key] = cell
    return found


def seconds_of(cells: Sequence[Step], family: str, method: str) -> tuple[Floats, Floats]:
    """(edges, seconds) of one method on one family, ascending."""
    rows = sorted(
        (cell.edges, cell.seconds)
        for cell in best_of(cells).values()
        if (cell.family, cell.method) == (family, method)
    )
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]

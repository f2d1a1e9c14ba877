"""The public learning_circuit code, from the user's own checkout; nothing of it is in here.

https://github.com/maguzj/learning_circuit: coupled learning of linear networks (scipy or jax). Its
step is `update_rules.cl_update` on its scipy path: the free and the clamped solve of one data
point and the change of the conductances, which are continuous there. Its clipping of the result is
not counted. Both of its networks are the same network, so the twins are identical here.

What it prints or draws is not called. It needs its own requirements (jax, ...) to be importable.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from tests.bench.boards import ETA, Board, Floats
from tests.bench.graphs import Ints

_RATE = 1e-9
"""So small that the conductances stay what they are, step after step."""


class PublishedPeer:
    """A `Method`, but for the codes, which stay at the board's.

    Args:
        board: whose free twins' ohms are both networks'.
        checkout: the folder of the repository, which holds `src`.

    Raises:
        SystemExit: not a checkout, or a package that it needs is not installed.
    """

    def __init__(self, board: Board, checkout: Path) -> None:
        learning, rules = _modules(checkout)
        self._update: Any = rules.cl_update
        self._board = board
        self.codes: Ints = board.codes.copy()
        order = _orientation(board)
        graph = nx.Graph()
        graph.add_nodes_from((k, {"pos": (k, 0)}) for k in range(board.graph.node_count))
        graph.add_edges_from(zip(board.graph.a.tolist(), board.graph.b.tolist(), strict=True))
        self._order = [order[min(edge), max(edge)] for edge in graph.edges]
        siemens = board.siemens(board.codes, 0)[self._order]
        self._circuit: Any = learning.LearningCircuit(graph, siemens, "bench", model_type="ferro")
        self._circuit.set_inputs(board.sources, np.zeros(len(board.sources), dtype=bool))
        self._circuit.set_outputs(board.targets)
        self.change = np.zeros(board.graph.edge_count)

    @property
    def volts(self) -> tuple[Floats, Floats]:
        """It does not hand out its voltages; `change` is what can be compared."""
        return np.zeros(0), np.zeros(0)

    @property
    def matrix_bytes(self) -> int:
        """Of its two incidence matrices written out as dense ones in each step, the larger part."""
        return 2 * 8 * self._board.graph.node_count * self._board.graph.edge_count

    def step(self, row: int) -> None:
        """See `Method`."""
        board = self._board
        batch = (board.sources_v[None, row], board.desired_v[None, row])
        change, _ = self._update(self._circuit, batch, np.ones_like, _RATE, ETA)
        self.change[self._order] = np.asarray(change) * ETA / _RATE


def expected_change(board: Board, volts: tuple[Floats, Floats]) -> Floats:
    """What `change` ought to be: c^2 - f^2 of every edge, V^2."""
    free, clamped = (v[board.graph.a] - v[board.graph.b] for v in volts)
    return clamped**2 - free**2


def _modules(checkout: Path) -> tuple[Any, Any]:
    """Its `learning` and `update_rules`."""
    try:
        with _importable(checkout / "src"):
            return importlib.import_module("learning"), importlib.import_module("update_rules")
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"{checkout}: no module {error.name}; this is a checkout of learning_circuit, with its "
            "requirements installed, or it cannot be timed"
        ) from error


def _orientation(board: Board) -> dict[tuple[int, int], int]:
    ends = zip(board.graph.a.tolist(), board.graph.b.tolist(), strict=True)
    return {(min(pair), max(pair)): k for k, pair in enumerate(ends)}


@contextmanager
def _importable(folder: Path) -> Generator[None]:
    """Its modules have names such as `utils`: they are found here only while they are imported."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))

"""Every method of the benchmark does the same learning step, and one that does not is refused."""

import sys
from dataclasses import replace
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from tests.bench.bare import BareTwins
from tests.bench.boards import Board, decide, draw_board
from tests.bench.extracted import Extracted
from tests.bench.graphs import make_graph
from tests.bench.peers.dense import Dense, Incidence
from tests.bench.peers.published import PublishedPeer, expected_change
from tests.bench.peers.sparse import OneFactor, TwoFactors
from tests.bench.peers.spice import SpicePeer
from tests.bench.steps import DisagreementError, Trial, check_extracted

# A step of the public code on its scipy path, as far as this benchmark calls it, densely.
FAKE_LEARNING = """
import networkx as nx
import numpy as np

class LearningCircuit:
    def __init__(self, graph, conductances, model_name, model_type):
        self.incidence = nx.incidence_matrix(graph, oriented=True).toarray()
        self.conductances = conductances

    def set_inputs(self, nodes, current_bool):
        self.inputs = nodes

    def set_outputs(self, nodes):
        self.outputs = nodes

    def solve(self, held, volts):
        laplacian = self.incidence * self.conductances @ self.incidence.T
        v = np.zeros(len(laplacian))
        v[held] = volts
        rest = np.setdiff1d(np.arange(len(v)), held)
        right = -laplacian[np.ix_(rest, held)] @ volts
        v[rest] = np.linalg.solve(laplacian[np.ix_(rest, rest)], right)
        return v
"""
FAKE_RULES = """
import numpy as np

def cl_update(circuit, batch, modulating, rate, eta):
    (inputs,), (wanted,) = batch
    free = circuit.solve(circuit.inputs, inputs)
    out = free[circuit.outputs]
    held = np.concatenate([circuit.inputs, circuit.outputs])
    clamped = circuit.solve(held, np.concatenate([inputs, out + eta * (wanted - out)]))
    drops = [circuit.incidence.T @ v for v in (free, clamped)]
    return rate / eta * (drops[1] ** 2 - drops[0] ** 2) * modulating(circuit.conductances), 0.0
"""


def drawn(family: str = "planar", edges: int = 60) -> Board:
    return draw_board(make_graph(family, edges))


def identical(board: Board) -> Board:
    return replace(board, step_ohm=board.step_ohm[[0, 0]], wiper_ohm=board.wiper_ohm[[0, 0]])


def test_numpy_and_ours_take_scipys_codes_and_voltages_on_drawn_twins() -> None:
    board = drawn()
    Trial(board, TwoFactors(board)).agree([Dense(board), Incidence(board), BareTwins(board)])


def test_one_factorisation_is_as_good_as_two_on_identical_twins() -> None:
    board = identical(drawn("torus", 50))
    Trial(board, TwoFactors(board)).agree([OneFactor(board)])


@pytest.mark.skipif(which("ngspice") is None, reason="ngspice is not installed")
def test_ngspice_takes_scipys_codes_and_voltages() -> None:
    board = drawn("torus", 16)
    with SpicePeer(board) as spice:
        Trial(board, TwoFactors(board)).agree([spice])
        assert spice.cpu_s() > 0
        assert spice.matrix_bytes > 1e6


def test_the_extracted_netlist_takes_scipys_codes() -> None:
    board = drawn("torus", 16)
    extracted = Extracted(board)
    check_extracted(board, extracted)
    times = extracted.step_times()
    assert 0 < times.electronics_s <= times.settled_s < 1e-2


def test_a_method_that_decides_otherwise_is_refused() -> None:
    board = drawn("torus", 50)

    class Wrong(Dense):
        def step(self, row: int) -> None:
            super().step(row)
            self.codes = board.codes

    with pytest.raises(DisagreementError, match="Wrong on the torus of 50 edges"):
        Trial(board, TwoFactors(board)).agree([Wrong(board)])


def test_a_method_with_other_voltages_is_refused() -> None:
    board = drawn("torus", 50)
    other = replace(board, sources_v=board.sources_v + 1e-3)
    with pytest.raises(DisagreementError, match=r"V away\s+from scipy"):
        Trial(board, TwoFactors(board)).agree([Dense(other)])


def test_digipots_stop_at_their_ends() -> None:
    board = drawn("torus", 16)
    rising = (np.zeros(board.graph.node_count), np.zeros(board.graph.node_count))
    down = decide(board, rising, np.zeros(16, dtype=np.int64))
    assert (down == 0).all()


def test_the_public_code_is_driven_edge_by_edge_in_its_own_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "learning.py").write_text(FAKE_LEARNING)
    (tmp_path / "src" / "update_rules.py").write_text(FAKE_RULES)
    board = identical(drawn())
    for name in ("learning", "update_rules"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    peer, reference = PublishedPeer(board, tmp_path), TwoFactors(board)
    for name in ("learning", "update_rules"):
        monkeypatch.delitem(sys.modules, name)
    peer.step(0)
    reference.step(0)
    assert peer.change == pytest.approx(expected_change(board, reference.volts), abs=1e-12)

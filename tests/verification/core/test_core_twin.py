"""A twin network on the machine steps as the rule says, repeatably, and stops at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from core_netlists import twin_sheet

from verification.extraction.values import drawn
from verification.simulation.program import copy_state
from verification.training.host import Host

# Sources at 1 and 5, target at 3. No edge joins two held nodes: its two drops would be equal.
EDGES = [(1, 2), (1, 3), (2, 3), (3, 4), (2, 4), (1, 4), (5, 4), (5, 2)]


def twin_host(start: np.ndarray | None = None, seed: int | None = None) -> Host:
    machine = twin_sheet(EDGES, [1, 5], [3]).machine()
    if seed is not None:
        machine = machine.with_values(drawn(machine.circuit, seed))
    host = Host(machine, sources=["SRC1", "SRC2"], targets=["TGT1"], chain=len(EDGES))
    if start is not None:
        host.set_codes(np.repeat(start, 2))
    return host


def solved(codes: np.ndarray, held: dict[int, float]) -> dict[int, float]:
    """Node voltages of one network by a dense solve, written anew here."""
    nodes = sorted({node for edge in EDGES for node in edge})
    laplacian = np.zeros((len(nodes), len(nodes)))
    for (a, b), code in zip(EDGES, codes, strict=True):
        g = 1 / (code * 100e3 / 128 + 45.0)
        i, j = nodes.index(a), nodes.index(b)
        laplacian[[i, j], [i, j]] += g
        laplacian[[i, j], [j, i]] -= g
    known = [nodes.index(node) for node in held]
    free = [k for k in range(len(nodes)) if k not in known]
    volts = np.zeros(len(nodes))
    volts[known] = list(held.values())
    right = -laplacian[np.ix_(free, known)] @ volts[known]
    volts[free] = np.linalg.solve(laplacian[np.ix_(free, free)], right)
    return dict(zip(nodes, volts, strict=True))


def rule(codes: np.ndarray, sources: tuple[float, float], desired: float) -> np.ndarray:
    """+1 where |clamped drop| > |free drop| by the board's comparators, else -1."""
    held = {1: sources[0], 5: sources[1]}
    free = solved(codes, held)
    clamped = solved(codes, {**held, 3: (free[3] + desired) / 2})
    return np.asarray(
        [
            1 if (clamped[a] + free[b] > free[a] + clamped[b]) != (free[b] > free[a]) else -1
            for a, b in EDGES
        ]
    )


@pytest.mark.parametrize("masked", [False, True])
def test_a_twin_network_steps_as_the_sign_rule_computed_in_plain_python(masked: bool) -> None:
    rng = np.random.default_rng(7)
    codes = rng.integers(30, 90, len(EDGES))
    steps = 120
    sources = rng.uniform(1, 4, (steps, 2))
    desired = rng.uniform(1, 4, (steps, 1))
    mask = rng.random((steps, len(EDGES))) < 0.6 if masked else None
    recording = twin_host(codes).train(sources, desired, mask, record_codes=True)
    for step in range(steps):
        free = solved(codes, {1: sources[step, 0], 5: sources[step, 1]})
        assert recording.outputs_v[step, 0] == pytest.approx(free[3], rel=1e-11)
        move = rule(codes, (sources[step, 0], sources[step, 1]), desired[step, 0])
        if mask is not None:
            move = np.where(mask[step], move, 0)
        codes = np.clip(codes + move, 0, 127)
        np.testing.assert_array_equal(recording.codes[step], np.repeat(codes, 2))


def test_both_ends_of_the_range_are_reached_and_never_passed() -> None:
    host = twin_host(np.full(len(EDGES), 126))
    seen = host.train(np.tile([4.0, 0.0], (300, 1)), np.full((300, 1), 5.0), record_codes=True)
    assert seen.codes.min() == 0
    assert seen.codes.max() == 127


def test_two_runs_and_a_file_in_reverse_order_give_the_same_codes() -> None:
    sheet = twin_sheet(EDGES, [1, 5], [3])
    sources, desired = np.tile([4.0, 0.5], (50, 1)), np.full((50, 1), 2.0)
    found = []
    for order in (1, 1, -1):
        machine = sheet.machine(order=order)
        host = Host(
            machine.with_values(drawn(machine.circuit, 3)),
            sources=["SRC1", "SRC2"],
            targets=["TGT1"],
            chain=len(EDGES),
        )
        recording = host.train(sources, desired, record_codes=True)
        names = [pot.unit.name for pot in machine.circuit.digipots]
        found.append(recording.codes[:, np.argsort(names)])
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_observing_clocks_nothing_and_a_fork_goes_its_own_way() -> None:
    host = twin_host(np.full(len(EDGES), 64), seed=1)
    before = host.codes
    host.observe(np.random.default_rng(0).uniform(0, 5, (20, 2)))
    np.testing.assert_array_equal(host.codes, before)
    fork = copy_state(host.state)
    host.train([[4.0, 0.0]], [[1.0]])
    assert (fork.codes == before).all()
    assert (host.codes != before).any()

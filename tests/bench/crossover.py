"""The crossover: where one learning step of the board takes less time than one of a simulation."""

from __future__ import annotations

import numpy as np

from tests.bench.boards import Floats


def crossover(board: tuple[Floats, Floats], simulation: tuple[Floats, Floats]) -> float | None:
    """Edges from which on the board is the quicker one.

    Both curves are straight lines between their sizes on logarithmic scales, and only the sizes
    that both cover count. The last change from "slower" to "quicker" is the crossover.

    Args:
        board, simulation: (edges, seconds a step), ascending.

    Returns:
        The edges; the least size where the board is quicker from the start; None where it is still
        the slower one at the greatest size.
    """
    low = max(board[0][0], simulation[0][0])
    high = min(board[0][-1], simulation[0][-1])
    sizes = np.unique(np.concatenate([board[0], simulation[0]]))
    sizes = sizes[(sizes >= low) & (sizes <= high)]
    at = np.log(sizes)
    # Positive where the board is slower.
    lead = _at(board, at) - _at(simulation, at)
    if lead[-1] > 0:
        return None
    slower = np.flatnonzero(lead > 0)
    if not len(slower):
        return float(sizes[0])
    k = int(slower[-1])
    part = lead[k] / (lead[k] - lead[k + 1])
    return float(np.exp(at[k] + part * (at[k + 1] - at[k])))


def _at(curve: tuple[Floats, Floats], log_edges: Floats) -> Floats:
    return np.interp(log_edges, np.log(curve[0]), np.log(curve[1]))

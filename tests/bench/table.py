"""The benchmark's tables, as docs/performance.md and the terminal show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tests.bench.boards import Floats
from tests.bench.crossover import crossover
from tests.bench.steps import (
    BARE,
    EXTRACTED,
    METHODS,
    NGSPICE,
    NUMPY,
    PUBLISHED,
    SPLU_ONE,
    SPLU_TWO,
    BoardTime,
    Step,
    best_of,
    seconds_of,
)

FAMILY_TITLES = {
    "torus": "square lattice on a torus",
    "square": "square lattice with an open border",
    "regular": "random, four edges a node (not planar)",
    "planar": "planar disordered (Delaunay, thinned)",
}
# Peer -> {edges: how many times as fast ours must be}, on the torus, float64, drawn twins.
BARS = {
    SPLU_ONE: {16: 300, 500: 20, 2_000: 12, 10_000: 12, 50_000: 8},
    SPLU_TWO: {16: 300, 500: 20, 2_000: 12, 10_000: 12, 50_000: 8},
    NUMPY: {500: 80},
    PUBLISHED: {500: 100, 10_000: 200},
    NGSPICE: {500: 2_000},
}


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head; the first column is text, the others are figures."""
    head, *body = rows
    lines = [_line(head), _line(["---", *["---:"] * (len(head) - 1)]), *map(_line, body)]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def time_text(seconds: float) -> str:
    """Three digits with the unit that keeps them short: `14.2 us`."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{_three(seconds / scale)} {unit}"
    return f"{_three(seconds / 1e-9)} ns"


def size_text(size: int) -> str:
    """Bytes, two digits: `0.44 MB`."""
    for scale, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= scale:
            return (
                f"{size / scale:.2g} {unit}" if size < 100 * scale else f"{size / scale:.0f} {unit}"
            )
    return f"{size} B"


def count_text(number: float) -> str:
    """A number with narrow groups of three: `50 000`."""
    return f"{number:,.0f}".replace(",", " ")


def _three(number: float) -> str:
    return f"{number:.3g}" if number < 100 else f"{number:.0f}"


def step_table(steps: Sequence[Step], family: str) -> str:
    """Times of a learning step on one family, and how many times as long each takes as ours."""
    best = best_of([step for step in steps if step.family == family])
    sizes = sorted({edges for _, edges, _ in best})
    rows = [["method", *(count_text(edges) for edges in sizes)]]
    for method in METHODS:
        cells: list[str] = []
        for edges in sizes:
            cell = best.get((family, edges, method))
            ours = best.get((family, edges, EXTRACTED)) or best.get((family, edges, BARE))
            cells.append(_with_ratio(cell, ours))
        if any(cells):
            rows.append([method, *cells])
    return markdown(rows)


def _with_ratio(cell: Step | None, ours: Step | None) -> str:
    if cell is None:
        return ""
    text = time_text(cell.seconds)
    if ours is None or cell.method in (EXTRACTED, BARE):
        return text
    return f"{text} ({_three(cell.seconds / ours.seconds)}x)"


def memory_table(steps: Sequence[Step], family: str) -> str:
    """Bytes of every method on one family."""
    largest: dict[tuple[str, int], int] = {}
    best = best_of([step for step in steps if step.family == family])
    for (_, edges, method), cell in best.items():
        largest[method, edges] = cell.size
    sizes = sorted({edges for _, edges in largest})
    rows = [["method", *(count_text(edges) for edges in sizes)]]
    for method in METHODS:
        found = [largest.get((method, edges)) for edges in sizes]
        if any(found):
            rows.append([method, *("" if size is None else size_text(size) for size in found)])
    return markdown(rows)


def bars_table(steps: Sequence[Step]) -> str:
    """What the project asks of itself, on the torus, and whether this run holds it."""
    best = best_of(steps)
    rows = [["peer", "edges", "asked", "found", ""]]
    for peer, asked in BARS.items():
        for edges, least in asked.items():
            ours, other = best.get(("torus", edges, EXTRACTED)), best.get(("torus", edges, peer))
            if ours is None or other is None:
                continue
            ratio = other.seconds / ours.seconds
            verdict = "holds" if ratio >= least else "**fails**"
            rows.append([peer, count_text(edges), f"{least}x", f"{_three(ratio)}x", verdict])
    return markdown(rows)


def board_curves(times: Sequence[BoardTime], family: str) -> dict[str, tuple[Floats, Floats]]:
    """(edges, seconds) of the board's own step on a family: settled, and its electronics alone."""
    of_family = sorted((t for t in times if t.family == family), key=lambda time: time.edges)
    edges = np.asarray([time.edges for time in of_family], dtype=np.float64)
    settled = np.asarray([time.times.settled_s for time in of_family])
    electronics = np.asarray([time.times.electronics_s for time in of_family])
    return {"settled": (edges, settled), "electronics": (edges, electronics)}


def board_table(times: Sequence[BoardTime]) -> str:
    """The board's own learning step."""
    rows = [["network", "edges", "networks settled", "electronics alone", "limited by"]]
    for time in times:
        found = time.times
        figures = (time_text(found.settled_s), time_text(found.electronics_s))
        rows.append([time.family, count_text(time.edges), *figures, found.limited_by])
    return markdown(rows)


def crossover_table(steps: Sequence[Step], times: Sequence[BoardTime]) -> str:
    """From how many edges on a board outpaces each method."""
    rows = [["network", "method", "against the settled board", "against its electronics alone"]]
    for family in dict.fromkeys(time.family for time in times):
        curves = board_curves(times, family)
        for method in METHODS:
            simulation = seconds_of(steps, family, method)
            if not len(simulation[0]) or method == BARE:
                continue
            found = [crossover_text(curve, simulation) for curve in curves.values()]
            rows.append([family, method, *found])
    return markdown(rows)


def crossover_text(board: tuple[Floats, Floats], simulation: tuple[Floats, Floats]) -> str:
    """In words: `above 730`, `from 16 on`, `none up to 10 000`."""
    common = np.intersect1d(board[0], simulation[0])
    found = crossover(board, simulation)
    if found is None:
        return f"none up to {count_text(common[-1])}"
    return f"{count_text(found)}" if found > common[0] else f"below {count_text(common[0])}"

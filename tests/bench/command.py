"""The command: which sections, which sizes, and where the results go."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench import accuracy, batch, cost, evaluation, rates, scale, start, table, workload
from tests.bench.graphs import FAMILIES
from tests.bench.plot import picture
from tests.bench.steps import BoardTime, DisagreementError, Options, Step, measure
from tests.goldens import PICTURES, ROOT, replaced
from verification.plots.style import write_figure

PAGE = ROOT / "docs" / "performance.md"
PICTURE = PICTURES / "performance.svg"
SIZES = (16, 50, 100, 500, 2_000, 10_000, 50_000)
LARGE = 200_000
EXTRACT_TO = {"torus": 50_000}
EXTRACT_OTHERS_TO = 2_000
SLOW = ("scale",)
"""Sections that run only when they are named."""

# Section -> {mark in the page: table}; `steps` makes its own.
TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "rates": {"rates": rates.rates_table},
    "accuracy": {"accuracy": accuracy.accuracy_table},
    "batch": {"batch": batch.batch_table},
    "evaluation": {"evaluation": evaluation.evaluation_table},
    "start": {"first call": start.first_call_table, "learn": start.learn_table},
    "workload": {"workload": workload.workload_table},
    "scale": {"scale": scale.scale_table},
}


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print; fill the page with --write.

    Raises:
        SystemExit: two methods that ought to agree do not; nothing is written then.
    """
    chosen = _parsed(words)
    tables: dict[str, str] = {}
    for section in chosen.sections:
        found = _steps(chosen) if section == "steps" else _made(section)
        try:
            for mark, text in found:
                tables[mark] = text
                print(f"\n{mark}\n\n{text}", flush=True)
        except DisagreementError as error:
            raise SystemExit(f"no table: {error}") from error
    if chosen.write:
        page = PAGE.read_text(encoding="utf-8")
        for mark, text in {**tables, "machine": machine_text()}.items():
            page = replaced(page, mark, text)
        PAGE.write_text(page, encoding="utf-8")


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    sections = ("steps", *TABLES)
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    default = [name for name in sections if name not in SLOW]
    known = f"of {', '.join(sections)}; all but {', '.join(SLOW)} by default"
    add("--sections", nargs="+", choices=sections, metavar="S", default=default, help=known)
    add("--families", nargs="+", choices=tuple(FAMILIES), default=list(FAMILIES))
    add("--sizes", nargs="+", type=int, metavar="EDGES", default=list(SIZES))
    add("--large", action="store_true", help=f"{LARGE} edges as well")
    largest = f"{EXTRACT_TO['torus']} for the torus, {EXTRACT_OTHERS_TO} for others"
    text = f"largest board whose netlist is extracted; by default {largest}"
    add("--extract-to", type=int, metavar="EDGES", help=text)
    text = "a checkout of github.com/maguzj/learning_circuit"
    add("--learning-circuit", type=Path, metavar="PATH", help=text)
    add("--write", action="store_true", help=f"fill {PAGE.relative_to(ROOT)}")
    return parser.parse_args(words)


def _steps(chosen: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The tables of the learning step; the picture as well where the page is filled."""
    sizes = [*chosen.sizes, *([LARGE] if chosen.large else [])]

    def extract_to(family: str) -> int:
        return chosen.extract_to or EXTRACT_TO.get(family, EXTRACT_OTHERS_TO)

    options = Options(chosen.families, sizes, extract_to, chosen.learning_circuit)
    found = list(measure(options, lambda text: print(text, file=sys.stderr, flush=True)))
    steps = [cell for cell in found if isinstance(cell, Step)]
    times = [cell for cell in found if isinstance(cell, BoardTime)]
    for family in chosen.families:
        yield f"steps {family}", table.step_table(steps, family)
    first = chosen.families[0]
    yield "memory", table.memory_table(steps, first)
    yield "bars", table.bars_table(steps)
    yield "board", table.board_table(times)
    yield "crossover", table.crossover_table(steps, times)
    yield "cost", cost.cost_table(steps, first)
    if chosen.write:
        write_figure(PICTURE, lambda: picture(steps, times))


def _made(section: str) -> Iterator[tuple[str, str]]:
    for mark, make in TABLES[section].items():
        yield mark, make()


def machine_text() -> str:
    """What the figures were measured on."""
    import numba
    import numpy
    import scipy

    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    versions = f"Python {platform.python_version()}, numpy {numpy.__version__}, " + (
        f"scipy {scipy.__version__}, numba {numba.__version__}"
    )
    return f"One core of: {models[0] if models else platform.processor()}; {versions}."

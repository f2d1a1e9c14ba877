"""Predicted against measured yield: `make budget` rewrites the figures of `docs/error-budget.md`.

Every case is one ready design with another comparator, digipot or eta. Its netlist is built, its
boards are predicted from their error budget, and the same boards are trained.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import spearmanr

from designs import AllosteryTask, Design, load_design
from netgen.elaborate import elaborate
from netgen.emit.netlist import emit_netlist
from parts.catalogue import load_catalogue
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.error_budget import Budget, draw_boards, task_budget
from verification.plots.style import BLUE, GREY, VERMILLION, write_figure
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.training.bench import Workshop
from verification.training.learn import learn_many

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "error-budget.md"
PICTURE = ROOT / "docs" / "pictures" / "error-budget.svg"

COMPARATORS = ("TLV3202AIDR", "MCP6562-E/SN")
ETAS = (0.25, 0.5, 1.0)
DUAL, SINGLE = "AD5222BRUZ100", "AD5220BRZ100"
# Design -> its digipots and the tasks that the model covers.
DESIGNS = {
    "dillavou16": ((DUAL, SINGLE), ("ii", "iii", "iv", "v")),
    "lattice4x4": ((DUAL,), ("three_sources", "four_targets")),
    "two_edge": ((DUAL,), ("divide",)),
    "disordered100": ((DUAL,), ("three_targets",)),
}


@dataclass(frozen=True)
class Variant:
    """A ready design with other parts."""

    design: str
    comparator: str
    digipot: str
    eta: float

    @property
    def seen(self) -> bool:
        """Whether the model's two constants were chosen with this variant in view."""
        return self.design == "lattice4x4" or (self.design == "dillavou16" and self.eta == 0.5)


@dataclass(frozen=True)
class Outcome:
    """One task of a variant: predicted and trained RMS errors of the same boards, V."""

    variant: Variant
    task: str
    bound_v: float
    predicted_v: NDArray[np.float64]
    measured_v: NDArray[np.float64]

    @property
    def predicted(self) -> float:
        """Yield."""
        return float(np.mean(self.predicted_v <= self.bound_v))

    @property
    def measured(self) -> float:
        """Yield."""
        return float(np.mean(self.measured_v <= self.bound_v))


def variants() -> Iterator[Variant]:
    """All of them, in the order of the table."""
    for design, (digipots, _) in DESIGNS.items():
        for comparator, digipot, eta in product(COMPARATORS, digipots, ETAS):
            yield Variant(design, comparator, digipot, eta)


def built(variant: Variant) -> tuple[Design, Netlist]:
    """The design with the variant's parts, and its netlist as `twinboard build` writes it."""
    design = load_design(variant.design)
    changes = {name: getattr(variant, name) for name in ("comparator", "digipot", "eta")}
    design = replace(design, electronics=design.electronics.model_copy(update=changes))
    circuit = elaborate(design, load_catalogue()).circuit
    return design, parse_netlist(emit_netlist(circuit).text, f"{design.name}.net")


def budget_of(design: Design, netlist: Netlist, name: str) -> tuple[Budget, tuple[int, ...]]:
    """The error budget of a task, and the seeds of its boards."""
    task, catalogue = design.task(name), load_catalogue()
    case = Case(index_board(netlist, design, catalogue))
    circuit = Workshop(netlist, design, task, catalogue).intact.circuit
    boards = draw_boards(case, circuit)
    assert boards is not None and isinstance(task, AllosteryTask), name
    return task_budget(design, task, boards), boards.seeds


def outcomes(variant: Variant) -> Iterator[Outcome]:
    """Each task of a variant, predicted first."""
    design, netlist = built(variant)
    for name in DESIGNS[variant.design][1]:
        budget, seeds = budget_of(design, netlist, name)
        trained = learn_many(netlist, design, name, seeds)
        measured = np.asarray([result.value for result in trained])
        yield Outcome(variant, name, budget.bound_v, budget.rest_v, measured)


def table(found: Sequence[Outcome]) -> str:
    """One row for each outcome."""
    rows = [
        "| design | task | comparator | digipot | eta | predicted yield | measured yield |"
        " predicted median | measured median |",
        "|---|" + "---|" * 8,
    ]
    for one in found:
        medians = (f"{1e3 * np.median(v):.0f} mV" for v in (one.predicted_v, one.measured_v))
        yields = (f"{100 * part:.0f} %" for part in (one.predicted, one.measured))
        variant = one.variant
        named = (variant.comparator, variant.digipot, f"{variant.eta:g}")
        cells = (variant.design, one.task, *named, *yields, *medians)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def summary(found: Sequence[Outcome]) -> str:
    """How good the predictions are, over groups of outcomes."""
    groups = {
        "all": found,
        "the two constants chosen with these in view": [one for one in found if one.variant.seen],
        "not used for any choice": [one for one in found if not one.variant.seen],
    }
    groups |= {name: [o for o in found if o.variant.design == name] for name in DESIGNS}
    groups["single digipots"] = [one for one in found if one.variant.digipot == SINGLE]
    rows = [
        "| cases | number | rank correlation | mean absolute error | mean error | error of the best"
        " constant guess | failing boards found | good boards blamed |",
        "|---|" + "---|" * 7,
    ]
    for name, members in groups.items():
        rows.append(f"| {name} | {len(members)} | {' | '.join(_figures(members))} |")
    return "\n".join(rows)


def _figures(found: Sequence[Outcome]) -> Iterator[str]:
    predicted = np.asarray([one.predicted for one in found])
    measured = np.asarray([one.measured for one in found])
    varied = len(set(predicted)) > 1 and len(set(measured)) > 1
    rank = spearmanr(predicted, measured).statistic if varied else np.nan
    yield f"{rank:.2f}" if varied else "-"
    difference = predicted - measured
    constant = np.abs(measured - np.median(measured)).mean()
    for part in (np.abs(difference).mean(), difference.mean(), constant):
        yield f"{100 * part:.0f} points"
    bad = np.concatenate([one.measured_v > one.bound_v for one in found])
    blamed = np.concatenate([one.predicted_v > one.bound_v for one in found])
    yield f"{int((bad & blamed).sum())} of {int(bad.sum())}"
    yield f"{int((~bad & blamed).sum())} of {int((~bad).sum())}"


def picture(found: Sequence[Outcome]) -> Figure:
    """Measured over predicted yield."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=1)
    for name, marker in zip(DESIGNS, "os^D", strict=True):
        for colour, comparator in zip((BLUE, VERMILLION), COMPARATORS, strict=True):
            of_kind = [o for o in found if o.variant.design == name]
            members = [o for o in of_kind if o.variant.comparator == comparator]
            points = [[100 * o.predicted for o in members], [100 * o.measured for o in members]]
            label = f"{name}, {comparator}"
            axes.plot(*points, marker, color=colour, alpha=0.6, markersize=5, label=label)
    axes.set(xlabel="predicted yield / %", ylabel="measured yield / %", aspect="equal")
    axes.legend(fontsize=7)
    return figure


def replaced(text: str, mark: str, content: str) -> str:
    """A page with what stands between a mark and its end replaced."""
    begin, end = f"<!-- {mark} -->\n", "\n<!-- end -->"
    head, rest = text.split(begin, 1)
    return f"{head}{begin}{content}{end}{rest.split(end, 1)[1]}"


def main() -> None:
    """Predict, train, rewrite the page."""
    found: list[Outcome] = []
    for variant in variants():
        for outcome in outcomes(variant):
            found.append(outcome)
            print(f"{variant} {outcome.task}: predicted {outcome.predicted:.2f}, "
                  f"measured {outcome.measured:.2f}", file=sys.stderr, flush=True)  # fmt: skip
    text = PAGE.read_text(encoding="utf-8")
    text = replaced(replaced(text, "summary", summary(found)), "table", table(found))
    PAGE.write_text(text, encoding="utf-8")
    write_figure(PICTURE, lambda: picture(found))
    print(summary(found))


if __name__ == "__main__":
    main()

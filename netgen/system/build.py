"""The files of a design on one board or several: planned in memory, written all or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from designs import Design
from designs.several import has_several_boards
from netgen.build import (
    BoardCounts,
    BuildPlan,
    BuildResult,
    board_texts,
    planned,
    write_plan,
)
from netgen.build import build as build_board
from netgen.drawing import graph_svg
from netgen.elaborate import Elaboration
from netgen.emit.erc import ErcReport
from netgen.emit.netlist import Netlist, emit_netlist
from netgen.interface import as_json, assumption_rows, board_table, head
from netgen.system.choose import elaborate_boards
from netgen.system.elaborate import SystemElaboration
from netgen.system.interface import system_json
from parts.catalogue import load_catalogue


def build(design: Design, out_dir: str | Path) -> BuildResult:
    """Make the circuits of a design and write all files into `out_dir`, made where missing.

    Raises:
        BuildError: as `netgen.build.build`, or the network cannot be cut as the design asks.
    """
    several = has_several_boards(design)
    made = elaborate_boards(design, load_catalogue()) if several else None
    if not isinstance(made, SystemElaboration):
        return build_board(design, out_dir)
    plan, reports = plan_system_build(made)
    folder = Path(out_dir)
    files = write_plan(plan, folder)
    counts = tuple(_counts(one) for one in made.boards)
    return BuildResult(
        design=design.name,
        folder=folder,
        files=files,
        digest=plan.digest,
        erc=_together(made, reports),
        components=sum(one.components for one in counts),
        nets=sum(one.nets for one in counts),
        edges=len(made.network.edges),
        nodes=len(made.network.nodes),
        boards=counts,
    )


def plan_system_build(made: SystemElaboration) -> tuple[BuildPlan, tuple[ErcReport, ...]]:
    """All files of all boards in memory, and the findings of each board's electrical rules."""
    waivers = made.design.erc_waivers
    netlists = [emit_netlist(one.circuit, waivers) for one in made.boards]
    # A waiver is for one board; it is in vain where no board needs it.
    idle = [w for w in waivers if all(w in one.erc.unused_waivers for one in netlists)]
    texts: dict[str, str] = {}
    reports: list[ErcReport] = []
    for one, netlist in zip(made.boards, netlists, strict=True):
        erc = replace(netlist.erc, unused_waivers=tuple(idle))
        reports.append(erc)
        texts |= board_texts(one, Netlist(netlist.text, erc), _board_json(one))
    name = made.design.name
    texts[f"{name}-system.json"] = system_json(made)
    texts[f"{name}-graph.svg"] = graph_svg(made.network, made.design.title or name)
    return planned(texts), tuple(reports)


def _board_json(made: Elaboration) -> str:
    """The interface of one of several boards: what is on it; the system file has the rest."""
    return as_json({**head(made.design), **board_table(made), **assumption_rows(made)})


def _counts(made: Elaboration) -> BoardCounts:
    circuit, network = made.circuit, made.network
    return BoardCounts(
        circuit.name, len(network.nodes), len(network.edges), len(circuit.components),
        len(circuit.nets),
    )  # fmt: skip


def _together(made: SystemElaboration, reports: Sequence[ErcReport]) -> ErcReport:
    """The boards' reports as one, each finding with the name of its board."""
    findings = [
        replace(finding, message=f"{one.circuit.name}: {finding.message}")
        for one, report in zip(made.boards, reports, strict=True)
        for finding in report.findings
    ]
    return ErcReport(
        sum(report.checked_nets for report in reports),
        sum(report.checked_pins for report in reports),
        tuple(findings),
        reports[0].unused_waivers,
    )

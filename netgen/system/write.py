"""From a design to the files of its board or boards, and what there is to say about them."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from designs import Design
from netgen.board.drc import DrcResult, design_rule_check
from netgen.board.make import Tick
from netgen.board.write import BoardReport, Written, board_names, board_report, plan_files
from netgen.build import BuildPlan, check_room, write_plan
from netgen.system.choose import elaborate_boards
from netgen.system.elaborate import SystemElaboration
from netgen.system.layout import boards_of, lay_out
from parts.catalogue import load_catalogue


@dataclass(frozen=True)
class SystemReport:
    """What `board` says of a design on several boards.

    Attributes:
        verdict: inconclusive where a board lacks nets, else fail where one fails.
        design: its name.
        digest: over the files of all boards.
        boards: each board's own report.
    """

    verdict: Literal["pass", "fail", "inconclusive"]
    design: str
    digest: str
    boards: tuple[BoardReport, ...]

    def as_dict(self) -> dict[str, Any]:
        """`board --format json`."""
        return {
            "schema_version": 1,
            "verdict": self.verdict,
            "design": self.design,
            "boards": [board.as_dict() for board in self.boards],
            "digest": self.digest,
            "files": [path.as_posix() for board in self.boards for path in board.written.files],
        }

    def as_text(self) -> str:
        """`board`."""
        good = sum(board.verdict == "pass" for board in self.boards)
        return "\n".join(
            [
                *(board.as_text() for board in self.boards),
                f"{self.design}: {good} of {len(self.boards)} boards are complete and without a "
                "finding",
            ]
        )


def write_boards(
    design: Design, out_dir: str | Path, seconds: float | None, drc: bool, tick: Tick
) -> BoardReport | SystemReport:
    """Make a design's boards and write their files, all or none; partial boards are written too.

    Args:
        design: the design.
        out_dir: made where missing.
        seconds: after which the boards are written as they are; None for no limit.
        drc: whether to ask KiCad.
        tick: told how it goes.

    Raises:
        BuildError: the design does not become boards, or the files cannot be written.
    """
    elaborated = elaborate_boards(design, load_catalogue())
    boards, folder = boards_of(elaborated), Path(out_dir)
    names = [board_names(board.design.name) for board in boards]
    check_room((name for pair in names for name in pair), folder)  # before the work, not after it
    plans = [(made, plan_files(made)) for made in lay_out(boards, seconds, tick)]
    whole = BuildPlan({name: text for _, plan in plans for name, text in plan.files.items()})
    write_plan(whole, folder)
    verdicts = _asked([folder / file for file, _ in names], tick) if drc else [None] * len(boards)
    reports = tuple(
        board_report(Written(made, plan.digest, tuple(folder / name for name in plan.files), found,
                             drc))
        for (made, plan), found in zip(plans, verdicts, strict=True)
    )  # fmt: skip
    if not isinstance(elaborated, SystemElaboration):
        return reports[0]
    return SystemReport(_worst(reports), design.name, whole.digest, reports)


def _asked(boards: Sequence[Path], tick: Tick) -> list[DrcResult | None]:
    """KiCad's verdict on each board; the calls run side by side, one a core."""
    tick("KiCad's rule check", 0, 1)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(design_rule_check, boards))


def _worst(reports: Sequence[BoardReport]) -> Literal["pass", "fail", "inconclusive"]:
    verdicts = {report.verdict for report in reports}
    if "inconclusive" in verdicts:
        return "inconclusive"
    return "fail" if "fail" in verdicts else "pass"

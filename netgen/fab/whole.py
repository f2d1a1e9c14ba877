"""A design on several boards as it is ordered: a package a board, and what belongs to all of them.

```
board 1 -- package --+
board 2 -- package --+-- system file, netlists, cables, parts in all -- checks of the whole
...                  |                                                        |
                     +--------------------------------------------------------+-- files
```
"""

import csv
import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netgen.bench_docs.record import Voltages
from netgen.bench_docs.system import board_documents, system_documents
from netgen.board.make import Tick, no_tick
from netgen.build import BuildPlan, check_room, write_plan
from netgen.fab.checks.package import check_manifest
from netgen.fab.checks.record import Check, Finding, judged
from netgen.fab.kicad import Wish
from netgen.fab.make import Witness, fabricate, package_names
from netgen.fab.manifest import NAME, manifest_text
from netgen.fab.order import Order
from netgen.fab.outcome import Fabricated
from netgen.fab.report import SCHEMA_VERSION, report_dict, report_text, written_lines
from netgen.fab.shopping import cables_csv, order_csv, parts_csv
from netgen.system.build import plan_system_build
from netgen.system.elaborate import SystemElaboration

SystemWitness = Callable[[Path], tuple[Check, ...]]
"""Another judge: given the system file, with netlists and board files beside it, what it claims."""


@dataclass(frozen=True)
class WholeOrder:
    """All boards of a design and what belongs to them.

    Attributes:
        design: its name.
        boards: their packages.
        checks: of the whole.
        plan: the files beside the packages.
    """

    design: str
    boards: tuple[Fabricated, ...]
    checks: tuple[Check, ...]
    plan: BuildPlan

    @property
    def passed(self) -> bool:
        """Whether everything may be ordered."""
        return all(check.verdict == "pass" for check in self.checks)


def whole_names(design: str) -> tuple[str, ...]:
    """Files that there are beside the packages, but for netlists."""
    endings = (
        "-bring-up.html", "-bring-up.md", "-cables.csv", "-order.csv", "-parts.csv", "-system.json",
    )  # fmt: skip
    return (NAME, *(f"{design}{ending}" for ending in endings))


def check_whole_room(boards: Sequence[str], design: str, folder: Path) -> None:
    """Refuse a folder where files of the packages, or beside them, are not our work.

    Raises:
        BuildError: see `check_room`.
    """
    check_room((*whole_names(design), *(f"{board}.net" for board in boards)), folder)
    for board in boards:
        check_room(package_names(board), folder / board)


def write_whole(order: WholeOrder, folder: Path) -> tuple[Path, ...]:
    """Write each package into a folder of its own, then the files beside them."""
    written = [
        path
        for package in order.boards
        for path in write_plan(package.plan, folder / package.outcome.board)
    ]
    return (*written, *write_plan(order.plan, folder))


def fabricate_whole(
    made: SystemElaboration,
    orders: Sequence[Order],
    wish: Wish,
    voltages: Voltages,
    witnesses: Sequence[Witness],
    judge: SystemWitness,
    tick: Tick,
) -> WholeOrder:
    """The packages of all boards, then lists of what is bought and the checks of the whole.

    Args:
        made: the design.
        orders: its boards.
        wish: what is asked of KiCad.
        voltages: of a good system, for the documents of the bench.
        witnesses: asked about each board, in the same order.
        judge: asked about the assembled system.
        tick: told how it goes.

    Raises:
        ToolError: KiCad or the Gerber reader is missing or failed.
    """
    name = made.design.name
    packages: list[Fabricated] = []
    for number, (order, witness) in enumerate(zip(orders, witnesses, strict=True)):
        tick(f"package of {order.board.name}", number, len(orders))
        own = board_documents(order.made, name, order.places)
        packages.append(fabricate(order, wish, own, (witness,), no_tick))
    names = [plan.name for plan in made.plan.boards]
    places = {board: order.places for board, order in zip(names, orders, strict=True)}
    tick("the assembled system", len(orders), len(orders))
    return _whole(made, orders, packages, system_documents(made, voltages, places), judge)


def _whole(
    made: SystemElaboration,
    orders: Sequence[Order],
    packages: Sequence[Fabricated],
    documents: Mapping[str, str],
    judge: SystemWitness,
) -> WholeOrder:
    """What belongs to all boards, and its checks."""
    name = made.design.name
    built = plan_system_build(made)[0].files
    system = built[f"{name}-system.json"].decode()
    texts = {
        f"{name}-order.csv": order_csv(made, orders, system),
        f"{name}-cables.csv": cables_csv(orders, system),
        f"{name}-parts.csv": parts_csv(packages),
        **documents,
    }
    kept = {key: built[key] for key in built if key.endswith((".net", "-system.json"))}
    files = {**kept, **{key: text.encode() for key, text in texts.items()}}
    checks = [_packages(packages), *_asked(kept, orders, judge)]
    head = {
        "board": name,
        "packages": {
            package.outcome.board: hashlib.sha256(package.plan.files[NAME]).hexdigest()
            for package in packages
        },
    }
    first = packages[0].outcome
    draft = manifest_text(head, first.profile.name, "", files, first.tools)
    checks.append(check_manifest(draft, files))
    passed = all(check.verdict == "pass" for check in checks)
    verdict = "pass" if passed else "fail"
    files[NAME] = manifest_text(head, first.profile.name, verdict, files, first.tools).encode()
    plan = BuildPlan({key: files[key] for key in sorted(files)})
    return WholeOrder(name, tuple(packages), tuple(checks), plan)


def _packages(packages: Sequence[Fabricated]) -> Check:
    """Every board's own checklist."""
    outcomes = [package.outcome for package in packages]
    findings = [
        Finding(f"{outcome.board}: check {check.name} fails", "see its own checklist")
        for outcome in outcomes
        for check in outcome.checks
        if check.verdict != "pass"
    ]
    evidence = {
        outcome.board: f"{sum(check.verdict == 'pass' for check in outcome.checks)} of "
        f"{len(outcome.checks)}"
        for outcome in outcomes
    }
    return judged("packages", "every board is order-ready", len(outcomes), evidence, findings)


def _asked(
    built: Mapping[str, bytes], orders: Sequence[Order], judge: SystemWitness
) -> tuple[Check, ...]:
    """What the other judge says of the boards, joined by their cables."""
    with tempfile.TemporaryDirectory(prefix="twinboard-") as folder:
        for key, content in built.items():
            (Path(folder) / key).write_bytes(content)
        for order in orders:
            path = Path(folder) / f"{order.board.name}.kicad_pcb"
            path.write_text(order.board.text, encoding="utf-8")
        system = next(key for key in built if key.endswith("-system.json"))
        return judge(Path(folder) / system)


def whole_as_dict(order: WholeOrder, paths: Sequence[Path]) -> dict[str, Any]:
    """`fab --format json`; no files where nothing was written."""
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": "pass" if order.passed else "fail",
        "design": order.design,
        "boards": [report_dict(package.outcome) for package in order.boards],
        "checks": [check.as_dict() for check in order.checks],
        "digest": order.plan.digest,
        "files": [path.as_posix() for path in paths],
    }


def whole_as_text(order: WholeOrder, paths: Sequence[Path]) -> str:
    """`fab`: each board's checklist, then that of the whole and the list of what is bought."""
    verdict = "ORDER-READY" if order.passed else "NOT ORDER-READY"
    bought = order.plan.files[f"{order.design}-order.csv"].decode().splitlines()[1:]
    lines = [
        *(report_text(package.outcome) for package in order.boards),
        f"{order.design} on {len(order.boards)} boards: {verdict}",
        *(check.as_text() for check in order.checks),
        "for one network:",
        *(f"  {row[0]} x {row[1]}{', ' if row[2] else ''}{row[2]}" for row in csv.reader(bought)),
        *written_lines(paths),
    ]
    return "\n".join(lines)

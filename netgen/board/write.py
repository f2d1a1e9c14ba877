"""From a design to its board files, and what there is to say about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from designs import Design
from netgen.board.drc import DrcResult, design_rule_check
from netgen.board.kicad.board import board_text
from netgen.board.kicad.project import project_text
from netgen.board.make import Made, Tick, make_board
from netgen.board.tiles.tile import Tile
from netgen.build import BuildPlan, check_room, write_plan
from netgen.elaborate import elaborate
from netgen.errors import BuildError
from parts.catalogue import load_catalogue
from parts.footprint import MM

_BOARD, _PROJECT = ".kicad_pcb", ".kicad_pro"


@dataclass(frozen=True)
class Written:
    """A board, its files, and KiCad's verdict on them (None: KiCad was not asked or not there)."""

    design: Design
    made: Made
    digest: str
    files: tuple[Path, ...]
    drc: DrcResult | None
    asked: bool


def check_one_board(design: Design) -> None:
    """Raise BuildError where the design asks for several boards, of which none is laid out yet."""
    if design.board.boards not in (1, "auto"):
        raise BuildError(
            f"board.boards: design {design.name} asks for {design.board.boards} boards, and "
            "`board` lays out one; `build` writes the netlists of all of them"
        )


def write_board(
    design: Design, out_dir: str | Path, seconds: float | None, drc: bool, tick: Tick
) -> Written:
    """Make a design's board and write its files, all or none; a partial board is written too.

    Args:
        design: the design.
        out_dir: made where missing.
        seconds: after which the board is written as it is; None for no limit.
        drc: whether to ask KiCad.
        tick: told how it goes.

    Raises:
        BuildError: the design asks for several boards or does not become one, or the files cannot
            be written.
    """
    check_one_board(design)
    folder = Path(out_dir)
    # Before the work, not after it.
    check_room((f"{design.name}{ending}" for ending in (_BOARD, _PROJECT)), folder)
    made = make_board(elaborate(design, load_catalogue()), seconds, tick)
    plan = plan_files(made)
    files = write_plan(plan, folder)
    verdict = None
    if drc:
        tick("KiCad's rule check", 0, 1)
        verdict = design_rule_check(files[0])
    return Written(design, made, plan.digest, files, verdict, drc)


def plan_files(made: Made) -> BuildPlan:
    """The board file and the project beside it."""
    name, rules = made.board.name, made.board.rules
    texts = {
        f"{name}{_BOARD}": board_text(made.board),
        f"{name}{_PROJECT}": project_text(name, rules),
    }
    return BuildPlan({key: text.encode() for key, text in texts.items()})


@dataclass(frozen=True)
class BoardReport:
    """What `board` says.

    Attributes:
        verdict: inconclusive where nets are missing, fail where KiCad has found something.
        written: the board and its files.
    """

    verdict: Literal["pass", "fail", "inconclusive"]
    written: Written

    def as_dict(self) -> dict[str, Any]:
        """`board --format json`."""
        made, drc = self.written.made, self.written.drc
        board = made.board
        return {
            "schema_version": 1,
            "verdict": self.verdict,
            "design": board.name,
            "size_mm": [board.outline.width / MM, board.outline.height / MM],
            "layers": len(board.layers),
            "components": len(board.placed),
            "tracks": len(board.tracks),
            "vias": len(board.vias),
            "wire_mm": made.plan.wire / MM,
            "attempts": made.attempts,
            "missing": list(made.missing),
            "fab": {
                "name": board.rules.name,
                "source": board.rules.source,
                "date": board.rules.date,
            },
            "tiles": [_tile_dict(tile) for tile in made.tiles],
            "drc": None if drc is None else _drc_dict(drc),
            "digest": self.written.digest,
            "files": [path.as_posix() for path in self.written.files],
        }

    def as_text(self) -> str:
        """`board`."""
        made = self.written.made
        board = made.board
        width, height = board.outline.width / MM, board.outline.height / MM
        lines = [
            f"{board.name}: {len(board.placed)} components on {width:g} x {height:g} mm, "
            f"{len(board.layers)} layers",
            f"rules of {board.rules.name}: {board.rules.source}, read {board.rules.date}",
            "tiles:",
            *(_tile_line(tile) for tile in made.tiles),
            f"{_counted(len(board.tracks), 'track')}, {_counted(len(board.vias), 'via')}, "
            f"zones filled by twinboard; {_counted(made.attempts, 'floor plan')} tried",
            *_missing_lines(made.missing),
            _drc_line(self.written),
        ]
        return "\n".join([*lines, *(f"wrote {path}" for path in self.written.files)])


def board_report(written: Written) -> BoardReport:
    """The verdict on a board."""
    if written.made.missing:
        return BoardReport("inconclusive", written)
    clean = written.drc is None or written.drc.clean
    return BoardReport("pass" if clean else "fail", written)


def _tile_dict(tile: Tile) -> dict[str, Any]:
    return {
        "kind": tile.kind,
        "cells": len(tile.cells),
        "size_mm": [tile.width / MM, tile.height / MM],
        "area_mm2": round(tile.width * tile.height / MM**2, 2),
    }


def _tile_line(tile: Tile) -> str:
    size = f"{tile.width / MM:g} x {tile.height / MM:g} mm"
    area = tile.width * tile.height / MM**2
    return f"  {len(tile.cells):4d} {tile.kind:<13}{size:>16}, {area:.0f} mm2"


def _drc_dict(drc: DrcResult) -> Mapping[str, Any]:
    return {
        "kicad": drc.version,
        "violations": dict(drc.violations),
        "unconnected": drc.unconnected,
        "failure": drc.failure,
    }


def _missing_lines(missing: Sequence[str]) -> list[str]:
    if not missing:
        return []
    return [
        f"NOT ROUTED: {_counted(len(missing), 'net')}; the board is partial. Give it more time, "
        "or more layers (board.layers)",
        *(f"  {net}" for net in missing),
    ]


def _drc_line(written: Written) -> str:
    drc = written.drc
    if drc is None:
        reason = "KiCad is not installed" if written.asked else "not asked for"
        return f"KiCad's rule check: none, {reason}"
    if drc.failure is not None:
        return f"KiCad {drc.version} could not judge the board: {drc.failure}"
    kinds = "".join(f", {kind} {count}" for kind, count in drc.violations.items())
    return (
        f"KiCad {drc.version} rule check: {_counted(sum(drc.violations.values()), 'violation')}"
        f"{kinds}, {drc.unconnected} unconnected"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

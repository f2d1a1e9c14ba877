"""The files of a laid out board, and what there is to say about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from netgen.board.drc import DrcResult
from netgen.board.kicad.board import board_text
from netgen.board.kicad.project import project_text
from netgen.board.make import Made
from netgen.board.record import Board
from netgen.board.rules import fits
from netgen.board.tiles.tile import Tile
from netgen.build import BuildPlan
from parts.footprint import MM

BOARD, PROJECT = ".kicad_pcb", ".kicad_pro"


@dataclass(frozen=True)
class Written:
    """A board and its files.

    Attributes:
        made: what they say.
        digest: of the files, see `BuildPlan.digest`.
        files: their paths.
        drc: KiCad's verdict; None where it was not asked or is not there.
        asked: whether it was.
    """

    made: Made
    digest: str
    files: tuple[Path, ...]
    drc: DrcResult | None
    asked: bool


def board_names(name: str) -> tuple[str, str]:
    """The files of a board."""
    return f"{name}{BOARD}", f"{name}{PROJECT}"


def plan_files(made: Made) -> BuildPlan:
    """The board file and the project beside it."""
    name, rules = made.board.name, made.board.rules
    contents = board_text(made.board), project_text(name, rules)
    texts = dict(zip(board_names(name), contents, strict=True))
    return BuildPlan({key: text.encode() for key, text in texts.items()})


@dataclass(frozen=True)
class BoardReport:
    """What `board` says.

    Attributes:
        verdict: inconclusive where nets are missing, fail where KiCad has found something or the
            fab makes no board so large.
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
                "largest_mm": [side / MM for side in board.rules.largest],
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
            *_size_lines(board),
            _drc_line(self.written),
        ]
        return "\n".join([*lines, *(f"wrote {path}" for path in self.written.files)])


def board_report(written: Written) -> BoardReport:
    """The verdict on a board."""
    if written.made.missing:
        return BoardReport("inconclusive", written)
    board = written.made.board
    clean = (written.drc is None or written.drc.clean) and fits(board.outline, board.rules)
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


def _size_lines(board: Board) -> list[str]:
    """What to do where the fab makes no board so large."""
    rules = board.rules
    if fits(board.outline, rules):
        return []
    long, short = (side / MM for side in rules.largest)
    return [
        f"TOO LARGE: {rules.name} makes boards of up to {long:g} x {short:g} mm "
        f"({rules.largest_source}); ask for more boards (board.boards), or smaller parts"
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

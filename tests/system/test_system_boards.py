"""Several boards are laid out like one: each with its own pins, side by side, always the same."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import signal
import subprocess
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

import pytest
from systems import elaborated, laid_out, several

from designs import Design
from netgen.board.drc import DrcResult
from netgen.board.make import Made
from netgen.board.rules import PROFILES, fits
from netgen.board.write import Written, board_report, plan_files
from netgen.elaborate import Elaboration
from netgen.errors import BuildError
from netgen.system.elaborate import SystemElaboration, elaborate_system
from netgen.system.layout import boards_of, lay_out
from netgen.system.write import SystemReport, write_boards
from parts.catalogue import load_catalogue
from parts.footprint import MM, Rect

needs_kicad = pytest.mark.skipif(
    shutil.which("kicad-cli") is None,
    reason="kicad-cli is not installed; apt-get install -t bookworm-backports kicad",
)


def silent(what: str, done: int, total: int) -> None:
    """No progress."""


def pinned(**pins: tuple[float, float]) -> SystemElaboration:
    """Two boards with cells pinned; `__` in a name is `/`, `_of_` is `:`."""
    names = {key.replace("_of_", ":").replace("__", "/"): at for key, at in pins.items()}
    return elaborate_system(several("two_edge", 2, pin=names), load_catalogue(), 2)


def pins_of(board: Elaboration) -> dict[str, tuple[float, float]]:
    return dict(board.design.board.pin)


def test_each_board_keeps_the_pins_of_its_own_cells() -> None:
    """A cell of both boards is pinned on both, unless one of them is named."""
    first, second = boards_of(
        pinned(supply=(5, 5), b2_of_supply=(9, 9), relay__onward=(1, 2), relay__back=(3, 4))
    )
    assert pins_of(first) == {"supply": (5, 5), "relay/onward": (1, 2)}
    assert pins_of(second) == {"supply": (9, 9), "relay/back": (3, 4)}


def test_a_pin_of_no_board_is_refused() -> None:
    with pytest.raises(BuildError) as caught:
        boards_of(pinned(b1_of_relay__back=(1, 1)))
    message = str(caught.value)
    assert message.startswith(
        "board.pin: no board has a cell 'b1:relay/back' (did you mean 'b2:relay/back'?); the "
        "boards are b1, b2, their cells "
    )
    assert "relay/onward" in message


def test_one_board_is_left_as_it_is() -> None:
    alone = elaborated("two_edge", 2).boards[0]
    assert boards_of(alone) == (alone,)


def test_processes_and_order_change_no_byte() -> None:
    """Laid out side by side in other processes, last board first."""
    boards = boards_of(elaborated("two_edge", 2))
    told: list[tuple[str, int, int]] = []
    second, first = lay_out(boards[::-1], None, lambda *said: told.append(said))
    texts = [plan_files(made).digest for made in (first, second)]
    assert texts == [plan_files(made).digest for made in laid_out("two_edge", 2)]
    assert told == [("boards", done, 2) for done in range(3)]


def test_every_board_is_complete_with_its_cable_at_its_edge() -> None:
    """The header's name is on the silkscreen of both."""
    for made in laid_out("two_edge", 2):
        assert made.missing == ()
        header = next(item for item in made.board.placed if item.refdes == "JL1_2_1")
        edge = made.board.outline
        away = min(
            header.at[0] - edge.left, edge.right - header.at[0],
            header.at[1] - edge.top, edge.bottom - header.at[1],
        )  # fmt: skip
        assert 0 < away < 10 * MM
        assert "1-2/1" in {text.text for text in made.board.texts}
        assert made.board.name in {text.text for text in made.board.texts}


def written(design: Design, folder: Path, seconds: float | None, drc: bool) -> SystemReport:
    report = write_boards(design, folder, seconds, drc, silent)
    assert isinstance(report, SystemReport)
    return report


def test_a_partial_board_is_no_success(tmp_path: Path) -> None:
    """Both are written as far as they went, and what is missing is named."""
    report = written(several("two_edge", 2), tmp_path / "out", 1e-3, False)
    assert report.verdict == report.as_dict()["verdict"] == "inconclusive"
    assert "two_edge: 0 of 2 boards are complete and without a finding" in report.as_text()
    assert report.as_text().count("NOT ROUTED: ") == 2
    names = [f"two_edge-b{k}.kicad_{kind}" for k in (1, 2) for kind in ("pcb", "pro")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert [Path(path).name for path in report.as_dict()["files"]] == names


def test_a_board_that_somebody_edited_stays(tmp_path: Path) -> None:
    """Said before anything is laid out."""
    (tmp_path / "two_edge-b2.kicad_pcb").write_text("(kicad_pcb mine)", encoding="utf-8")
    with pytest.raises(BuildError, match=r"two_edge-b2\.kicad_pcb exists and is not the work of"):
        write_boards(several("two_edge", 2), tmp_path, None, False, silent)
    assert [path.name for path in tmp_path.iterdir()] == ["two_edge-b2.kicad_pcb"]


@needs_kicad
def test_kicad_finds_nothing_on_any_board(tmp_path: Path) -> None:
    for made in laid_out("two_edge", 2):
        board = tmp_path / f"{made.board.name}.kicad_pcb"
        for name, content in plan_files(made).files.items():
            (tmp_path / name).write_bytes(content)
        report = tmp_path / "drc.json"
        command = ["kicad-cli", "pcb", "drc", "--format", "json", "--severity-all"]
        subprocess.run([*command, "-o", report, board], check=True, capture_output=True)
        table = json.loads(report.read_text(encoding="utf-8"))
        assert table["violations"] == table["unconnected_items"] == []


def large(made: Made, width: float, height: float) -> Made:
    outline = Rect(0, 0, round(width * MM), round(height * MM))
    return replace(made, board=replace(made.board, outline=outline))


@pytest.mark.parametrize(
    ("width", "height", "verdict"),
    [(500, 400, "pass"), (400, 500, "pass"), (500.1, 100, "fail"), (450, 401, "fail")],
)
def test_a_board_that_the_fab_does_not_make_fails(
    width: float, height: float, verdict: str
) -> None:
    """The figure stands with its source."""
    made = large(laid_out("two_edge", 2)[0], width, height)
    report = board_report(Written(made, "", (), DrcResult("9.0", {}, 0), True))
    assert report.verdict == verdict
    line = (
        "TOO LARGE: jlcpcb makes boards of up to 500 x 400 mm (jlcpcb.com/capabilities, max. "
        "dimension, read 2026-11); ask for more boards (board.boards), or smaller parts"
    )
    assert (line in report.as_text().splitlines()) == (verdict == "fail")


@pytest.mark.parametrize("name", PROFILES)
def test_every_fab_makes_boards_of_some_size_and_says_who_says_so(name: str) -> None:
    rules = PROFILES[name]
    long, short = rules.largest
    assert long >= short >= 400 * MM
    assert "2026-11" in rules.largest_source
    assert fits(Rect(0, 0, short, long), rules)
    assert not fits(Rect(0, 0, short + 1, long), rules)


def test_an_interrupt_ends_the_workers_and_writes_nothing(tmp_path: Path) -> None:
    """They are ended, not waited for."""

    class Interrupted(BaseException):
        pass

    workers: list[BaseProcess] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        workers.extend(multiprocessing.active_children())
        raise Interrupted

    def at_work(what: str, done: int, total: int) -> None:
        del what, total
        if not done:
            signal.setitimer(signal.ITIMER_REAL, 0.5)

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(Interrupted):
            write_boards(several("two_edge", 2), tmp_path / "out", 1e-3, False, at_work)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # Whether the pool's own thread reaps a worker or ours does, the other hears of it later.
    last = monotonic() + 10
    while any(worker.exitcode is None for worker in workers) and monotonic() < last:
        sleep(0.01)
    assert {worker.exitcode for worker in workers} == {-signal.SIGTERM}
    assert not multiprocessing.active_children()
    assert not (tmp_path / "out").exists()

"""The ready designs' netlists and reports and the pages' pictures are what the code makes today."""

from pathlib import Path

import pytest

from designs.load import load_design, ready_designs
from tests import goldens
from verification.verify import VerifyOptions, verify

NAMES = list(ready_designs())


@pytest.mark.parametrize("name", NAMES)
def test_netlist_is_golden(name: str) -> None:
    """`build` writes the same bytes on every machine; a change shows in the diff."""
    made = goldens.netlists(name)
    assert goldens.golden_netlist(name) in made
    assert made == {path: path.read_bytes() for path in made}


@pytest.mark.parametrize("name", NAMES)
def test_report_is_golden(name: str) -> None:
    """`verify` says the same of the kept netlist on every machine, learning included."""
    expected = goldens.golden_report(name).read_text(encoding="utf-8")
    assert goldens.report(name).decode() == expected
    assert expected.splitlines()[-1] == "verdict: pass"


@pytest.mark.parametrize("name", goldens.BOARDS)
def test_board_is_golden(name: str) -> None:
    """`board` writes the same bytes on every machine, with and without KiCad."""
    assert goldens.routed_board(name) == goldens.golden_board(name).read_bytes()


@pytest.mark.parametrize("name", goldens.BOARDS)
def test_a_kept_board_is_its_netlist(name: str) -> None:
    """The judge reads the kept copper back, and finds the kept netlist."""
    options = VerifyOptions(netlist=goldens.golden_netlist(name), kicad=False, learning=False)
    assert verify(goldens.golden_board(name), load_design(name), options).verdict == "pass"


def test_pictures_are_golden() -> None:
    """The pages show the circuits of today."""
    stale: list[Path] = []
    for path, content in goldens.pictures():
        if not path.is_file() or path.read_bytes() != content:
            stale.append(path.relative_to(goldens.ROOT))
    assert not stale


def test_pages_say_what_the_commands_give() -> None:
    """The tables in the pages are not older than the code."""
    for page, text in goldens.pages():
        assert page.read_text(encoding="utf-8") == text, page.name

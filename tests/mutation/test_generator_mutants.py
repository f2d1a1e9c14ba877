"""What the campaign of generator mutants rests on, and a sample of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code
from generator_mutants import ROOT, accepted, all_mutants, mutated
from mutant_trial import reference
from same_board import same_board
from wiring_operators import WIRING

from verification.reading.netlist_text import parse_netlist

CELL = """\
def draw(page, parts, nets, plus, minus):
    page.place("sum", parts.average, wire(a=plus, b=minus), power=nets.logic)
    page.place("pull", parts.pull_up, wire(a=nets.ground, b=plus))
"""
SAMPLE = 24


def variants(operator: str) -> list[str]:
    """The line that each mutant of an operator changes in CELL."""
    found: list[str] = []
    while (text := mutate_code(CELL, WIRING[operator](), len(found))) is not None:
        lines = zip(CELL.splitlines(), text.splitlines(), strict=True)
        found.append(next(new.strip() for old, new in lines if old != new))
    return found


@pytest.mark.parametrize(
    ("operator", "was", "becomes"),
    [
        ("ReplaceString", '"sum"', '"sumX"'),
        ("ReplaceName", "a=plus", "a=minus"),
        ("ReplaceShared", "parts.average", "parts.pull_up"),
        ("ReplaceShared", "nets.logic", "nets.ground"),
        ("ExchangeArguments", "a=plus, b=minus", "a=minus, b=plus"),
        ("RemoveArgument", ", power=nets.logic", ""),
    ],
)
def test_operators_change_the_wiring(operator: str, was: str, becomes: str) -> None:
    """Each operator writes the fault that it is named after."""
    line = CELL.splitlines()[1].strip()
    assert was in line
    assert line.replace(was, becomes) in variants(operator)


def test_a_call_is_left_out() -> None:
    """And nothing else of the cell."""
    assert variants("RemoveCall") == ["pass", "pass"]


def test_every_file_of_the_netlist_has_mutants() -> None:
    """An empty campaign would pass. Cables and relays are on no board of the campaign."""
    counts: dict[str, int] = {}
    for mutant in all_mutants():
        counts[mutant.file] = counts.get(mutant.file, 0) + 1
    cells = {f"netgen/cells/{path.name}" for path in (ROOT / "netgen" / "cells").glob("*.py")}
    others = {f"netgen/cells/{name}.py" for name in ("__init__", "common", "link", "relay")}
    assert cells - others <= counts.keys()
    assert min(counts.values()) >= 10


def test_a_mutant_is_named_by_what_it_writes() -> None:
    """Not by a line number: the list of survivors outlives edits elsewhere in the file."""
    mutant = next(m for m in all_mutants(("netgen/cells/port.py",)) if m.function == "draw")
    text, change = mutated(mutant)
    assert change.was != change.becomes
    assert change.becomes in " ".join(line.strip() for line in text.splitlines())


def test_unmutated_boards_pass_and_differ() -> None:
    """The campaign's boards pass the judge; reference() refuses others."""
    texts = reference().texts
    assert len(set(texts.values())) == len(texts) == 4


def test_other_names_are_the_same_board_and_other_wiring_is_not() -> None:
    """Renamed nets and references, exchanged ends of a resistor; but no moved pin."""
    known = reference()
    text, design = known.texts["copper"], known.designs["copper"]
    before = parse_netlist(text, "copper")

    def same(changed: str) -> bool:
        assert changed != text
        return same_board(before, parse_netlist(changed, "copper"), design, known.catalogue)

    assert same(text.replace("N3_FREE", "K3_FREE"))
    assert same(re.sub(r'"UE2_3_', '"UX2_3_', text))
    assert same(exchanged(text, "RSRC_N3_2", "1", "RSRC_N3_2", "2"))
    assert not same(exchanged(text, "RSRC_N3_2", "2", "RSRC_N3_3", "2"))
    assert not same(text.replace("1=SRC-N3", "1=SRC-N4"))


def exchanged(text: str, one: str, pin: str, other: str, other_pin: str) -> str:
    """A netlist with two pins on each other's nets."""
    first, second = f'(ref "{one}") (pin "{pin}")', f'(ref "{other}") (pin "{other_pin}")'
    assert first in text
    assert second in text
    return text.replace(first, "@").replace(second, first).replace("@", second)


def test_listed_survivors_are_still_in_the_source() -> None:
    """A line that was edited takes its survivors with it: look at the new line's mutants."""
    texts = {
        file: " ".join((ROOT / file).read_text(encoding="utf-8").split())
        for file in {entry.change.file for entry in accepted()}
    }
    gone = [
        e.change for e in accepted() if " ".join(e.change.was.split()) not in texts[e.change.file]
    ]
    assert not gone
    names = [entry.change for entry in accepted()]
    assert len(set(names)) == len(names)


def test_a_sample_of_mutants_ends_as_listed(tmp_path: Path) -> None:
    """`verify` fails for every mutant that changes the board, but for the listed ones."""
    results = tmp_path / "results.json"
    script = Path(__file__).with_name("mutant_campaign.py")
    done = subprocess.run(
        [
            sys.executable,
            str(script),
            "--sample",
            str(SAMPLE),
            "--seed",
            "3",
            "--json",
            str(results),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    fates = [result["fate"] for result in json.loads(results.read_text(encoding="utf-8"))]
    assert len(fates) == SAMPLE
    assert fates.count("structure") >= SAMPLE // 10

"""Campaigns: what is counted, what is refused, what is resumed."""

import json
from functools import cache
from pathlib import Path

import pytest

from tests.verification.checks.boards import ready
from verification.errors import UsageError
from verification.faults.campaign import FaultOptions, find_faults
from verification.faults.summary import FaultReport, wilson
from verification.faults.text import faults_text
from verification.faults.trial import Subject, attempt


def run(options: FaultOptions, text: str | None = None) -> FaultReport:
    board = ready("two_edge")
    return find_faults(text or board.text, "two_edge.net", board.design, options)


def opens_only(text: str) -> bool:
    """A baseline that counts nodes."""
    return text.count("(node") < ready("two_edge").text.count("(node")


@cache
def small() -> FaultReport:
    options = FaultOptions(
        "OPD", sample=6, seed=3, identity=3, behaviour=False, workers=1,
        baselines={"nodes": opens_only},
    )  # fmt: skip
    return run(options)


def test_a_good_judge_kills_and_names_opens() -> None:
    """Every dropped pin is seen, and the report names it."""
    row = small().as_dict()["operators"][0]
    assert (row["operator"], row["tried"], row["exhaustive"]) == ("O", 6, False)
    assert row["killed_by_structure"] == row["located"] == row["faults"] == 6
    assert row["interval_95"] == list(wilson(6, 6)) or row["interval_95"] == wilson(6, 6)
    assert row["killed_by_behaviour"] is None


def test_baselines_have_columns_of_their_own() -> None:
    """A checker that counts nodes sees opens and no swap."""
    rows = small().as_dict()["operators"]
    assert [row["killed_by_baseline"]["nodes"] for row in rows] == [6, 0, 0]


def test_equivalents_are_not_in_the_score() -> None:
    """Each has its proof, and survivors are never among them."""
    for row in small().as_dict()["operators"]:
        assert row["faults"] == row["tried"] - len(row["invalid"]) - len(row["equivalent"])
        assert all(equal["proof"] for equal in row["equivalent"])


def test_identity_transforms_raise_no_alarm() -> None:
    """They are tried beside the mutants."""
    assert small().as_dict()["identity"] == {"tried": 3, "false_alarms": []}


def test_the_text_says_what_the_record_says() -> None:
    """Each operator has its row, drifts have a curve."""
    text = faults_text(small())
    assert "a pin leaves its net" in text
    assert "identity transforms: 3, false alarms: 0" in text
    assert "detection over how far" in text
    assert f"verdict: {'pass' if small().passed else 'fail'}" in text


def test_a_campaign_resumes_from_its_journal(tmp_path: Path) -> None:
    """Half of a journal is enough for the same result; a larger sample goes on from it."""
    journal = tmp_path / "faults.jsonl"
    options = FaultOptions("O", sample=5, behaviour=False, workers=1, journal=journal)
    whole = run(options).as_dict()
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:3]) + lines[3][:10], encoding="utf-8")
    assert run(options).as_dict() == whole
    assert len(journal.read_text(encoding="utf-8").splitlines()) == len(lines)


def test_a_journal_of_other_references_is_refused(tmp_path: Path) -> None:
    """A golden file of another text is another campaign."""
    journal = tmp_path / "faults.jsonl"
    options = FaultOptions("O", 1, behaviour=False, workers=1, journal=journal)
    run(options)
    other = FaultOptions(
        "O", 1, behaviour=False, workers=1, journal=journal, references=("(export)",)
    )
    with pytest.raises(UsageError, match="belongs to another"):
        run(other)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (FaultOptions("OZ"), "operators are letters out of O"),
        (FaultOptions("OO"), "each once"),
        (FaultOptions(""), "operators are letters"),
        (FaultOptions("O", sample=0), "from 1 on"),
        (FaultOptions("O", identity=-1), "from 0 on"),
    ],
)
def test_options_out_of_range_are_refused(options: FaultOptions, said: str) -> None:
    """Before anything is tried."""
    with pytest.raises(UsageError, match=said):
        run(options)


def test_a_netlist_that_fails_is_refused() -> None:
    """Every mutant of it would seem to be seen."""
    text = ready("two_edge").text
    with pytest.raises(UsageError, match="before any fault is put into it"):
        run(FaultOptions("O", sample=1, workers=1), text.replace('(value "100n")', '(value "1n")'))


def test_behaviour_sees_a_miswired_digipot() -> None:
    """A digipot stepped the wrong way, and a board that cannot be trained, are told apart."""
    board = ready("two_edge")
    subject = Subject(board.text, "two_edge.net", board.design, ())
    universe = subject.universes["O"]
    network = subject.original.network
    up = network.channels[0].pin("up_down")
    job = next(k for k in range(universe.size)
               if universe.make(k).name.startswith(f"{up.refdes}.{up.number} off"))  # fmt: skip
    assert attempt(subject, ("O", job))["behaviour"]


def test_results_are_json() -> None:
    """What a worker returns goes through a journal."""
    subject = Subject(ready("two_edge").text, "two_edge.net", ready("two_edge").design)
    result = attempt(subject, ("P", 0))
    assert json.loads(json.dumps(result)) == result


def test_wilson_interval() -> None:
    """Against the closed form at the ends, and a value by hand in between."""
    z2 = 1.959963984540054**2
    assert wilson(0, 10) == (0.0, pytest.approx(z2 / (10 + z2)))
    assert wilson(10, 10) == (pytest.approx(10 / (10 + z2)), 1.0)
    assert wilson(5, 10) == (pytest.approx(0.236593, abs=1e-6), pytest.approx(0.763407, abs=1e-6))
    assert wilson(0, 0) == (0.0, 1.0)

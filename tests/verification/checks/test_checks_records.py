"""What a check may say: verdicts, order of items, and the verdict over all."""

from __future__ import annotations

import pytest

from verification.checks.records import (
    Check,
    Item,
    Verdict,
    judged,
    natural,
    not_run,
    overall,
    surest_first,
)


def test_a_check_over_nothing_fails():
    check = judged("drivers", "no two outputs share a net", 0, {"nets": 0}, [])
    assert check.verdict is Verdict.FAIL
    assert check.items[0].got == "nothing of that kind in the netlist"


def test_a_note_warns_and_a_fault_fails_and_hides_the_notes():
    note, fault = Item("R1", got="note"), Item("R2", got="fault")
    assert judged("a", "b", 1, {}, [], [note]).verdict is Verdict.WARNING
    failed = judged("a", "b", 1, {}, [fault], [note])
    assert (failed.verdict, failed.items) == (Verdict.FAIL, (fault,))
    assert judged("a", "b", 1, {}, []).verdict is Verdict.PASS


def test_items_come_surest_first_then_in_natural_order_and_once():
    items = [
        Item("R10", "1", weight=0.5),
        Item("R2", "1", weight=0.5),
        Item("R10", "1", weight=0.7),
        Item("U1", "3", weight=0.9),
    ]
    order = [(item.refdes, item.weight) for item in surest_first(items)]
    assert order == [("U1", 0.9), ("R10", 0.7), ("R2", 0.5)]


def test_natural_order_counts_numbers_as_numbers():
    assert sorted(["R10", "R2", "C1", "R2A"], key=natural) == ["C1", "R2", "R2A", "R10"]


@pytest.mark.parametrize(
    ("verdicts", "tasks", "expected"),
    [
        ([Verdict.PASS, Verdict.WARNING], [], Verdict.PASS),
        ([Verdict.PASS, Verdict.NOT_RUN], [], Verdict.INCONCLUSIVE),
        ([Verdict.PASS, Verdict.INCONCLUSIVE], [Verdict.PASS], Verdict.INCONCLUSIVE),
        ([Verdict.NOT_RUN, Verdict.FAIL], [], Verdict.FAIL),
        ([Verdict.PASS], [Verdict.FAIL], Verdict.FAIL),
        ([], [], Verdict.FAIL),
    ],
)
def test_one_failure_fails_all_and_what_stays_open_leaves_it_open(verdicts, tasks, expected):
    checks = [Check(str(k), "", verdict, {}) for k, verdict in enumerate(verdicts)]
    assert overall(checks, tasks) is expected


def test_a_check_that_did_not_run_says_why():
    check = not_run("rule", "each edge steps rightly", "no edge was found")
    assert (check.verdict, check.reason) == (Verdict.NOT_RUN, "no edge was found")

"""What a campaign promises: one result, however it was computed."""

import json
import os
from pathlib import Path

import pytest
from campaign_jobs import Counted, StoppedError, among, counted, squared, whose

from verification.campaign import carry_out, carry_out_together, digest_of
from verification.errors import UsageError

JOBS = [(f"job {k}", k) for k in range(40)]


def run(journal: Path | None, workers: int = 1, digest: str = "d") -> list[dict[str, object]]:
    return carry_out(squared, 7, JOBS, journal=journal, digest=digest, workers=workers)


def test_one_and_two_workers_give_the_same_and_the_shared_object_is_sent_once() -> None:
    assert run(None, 1) == run(None, 2)
    rows = carry_out(whose, [1], JOBS, journal=None, digest="d", workers=2)
    by_process = {row["process"]: set[int]() for row in rows}
    for row in rows:
        by_process[row["process"]].add(row["shared"])
    assert os.getpid() not in by_process
    assert all(len(seen) == 1 for seen in by_process.values())


def test_results_come_in_the_order_of_the_jobs_and_as_json_keeps_them() -> None:
    rows = run(None)
    assert [row["value"] for row in rows] == [7 + k * k for k in range(40)]
    assert rows[1] == {"value": 8, "third": 1 / 3, "pair": [1, 2]}


def test_a_campaign_killed_twice_computes_nothing_twice_and_ends_the_same(tmp_path: Path) -> None:
    journal = tmp_path / "deep" / "journal.jsonl"
    seen: list[int] = []
    for allowed in (3, 5, 99):
        shared = Counted(allowed)
        try:
            rows = carry_out(counted, shared, JOBS, journal=journal, digest="d", workers=1)
        except StoppedError:
            rows = []
        seen += shared.seen
    assert seen == list(range(40))
    assert rows == carry_out(counted, Counted(99), JOBS, journal=None, digest="d", workers=1)


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_torn_last_line_is_computed_again(tmp_path: Path, cut: int) -> None:
    journal = tmp_path / "journal.jsonl"
    whole = run(journal)
    data = journal.read_bytes()
    journal.write_bytes(data[:-cut])
    assert run(journal) == whole
    assert sorted(journal.read_bytes().splitlines()) == sorted(data.splitlines())


def test_a_torn_heading_starts_afresh(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    whole = run(journal)
    data = journal.read_bytes()
    journal.write_bytes(data[:25])
    assert run(journal) == whole
    assert journal.read_bytes() == data


def test_a_whole_journal_is_read_and_nothing_computed(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    carry_out(counted, Counted(99), JOBS, journal=journal, digest="d", workers=1)
    before = journal.read_bytes()
    told: list[tuple[int, int]] = []
    carry_out(
        counted, Counted(0), JOBS, journal=journal, digest="d", workers=2,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(40, 40)]
    assert journal.read_bytes() == before


def test_a_journal_of_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    run(journal)
    before = journal.read_bytes()
    with pytest.raises(UsageError, match=r"another netlist, design or other options; delete it"):
        run(journal, digest="other")
    assert journal.read_bytes() == before


@pytest.mark.parametrize("text", ["my notes", "my notes\n", "[1]\n", '{"a": 1}\n', '"a"\n'])
def test_a_file_that_is_no_journal_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_text(text)
    with pytest.raises(UsageError, match="no journal"):
        run(journal)
    assert journal.read_text() == text


@pytest.mark.parametrize("line", ["{", "1", '{"key": "job 3"}'])
def test_damage_inside_a_journal_is_named(tmp_path: Path, line: str) -> None:
    journal = tmp_path / "journal.jsonl"
    run(journal)
    lines = journal.read_text().splitlines()
    lines[3] = line
    journal.write_text("\n".join(lines) + "\n")
    with pytest.raises(UsageError, match="damaged in line 4"):
        run(journal)


def test_an_error_of_a_job_reaches_the_caller_from_a_worker() -> None:
    with pytest.raises(StoppedError):
        carry_out(counted, Counted(0), JOBS, journal=None, digest="d", workers=2)


@pytest.mark.parametrize(
    ("workers", "together", "given"),
    [(1, 16, [16] * 32 + [8] * 8), (1, 99, [40] * 40), (2, 16, [16] * 32 + [8] * 8),
     (2, 30, [20] * 40), (1, 1, [1] * 40)],
)  # fmt: skip
def test_jobs_are_given_together_unless_a_worker_would_idle(
    workers: int, together: int, given: list[int]
) -> None:
    rows = carry_out_together(among, 99, JOBS, together, journal=None, digest="d", workers=workers)
    assert [row["value"] for row in rows] == list(range(40))
    assert [row["given"] for row in rows] == given


def test_work_that_gives_too_few_results_is_an_error(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with pytest.raises(ValueError, match="shorter"):
        carry_out_together(among, 9, JOBS, 16, journal=journal, digest="d", workers=1)
    assert len(journal.read_text().splitlines()) == 1


def test_bad_settings_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 1 worker; given 0"):
        run(None, 0)
    with pytest.raises(ValueError, match="same key"):
        carry_out(squared, 7, [("a", 1), ("a", 2)], journal=None, digest="d")
    with pytest.raises(UsageError, match='no Dask scheduler answers at "nowhere"'):
        carry_out(squared, 7, JOBS, journal=None, digest="d", scheduler="nowhere")


def test_a_scheduler_address_is_used() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        rows = carry_out(
            squared, 7, JOBS, journal=None, digest="d", scheduler=cluster.scheduler_address
        )
    assert rows == run(None)


def test_a_digest_tells_facts_apart_and_forgets_their_order() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
    assert json.dumps(digest_of({})).isascii()

"""A campaign: many independent jobs on all cores, kept in a journal, resumed where it stopped.

```
jobs --journal--> known results
        |
        +--> chunks of the others --> this process, a local Dask cluster, or any other --> journal
```

A result is a function of its job and of what all jobs share, never of the worker, the chunk or the
order, so that interrupted and uninterrupted campaigns agree. A journal is JSON lines: one heading
with the campaign's digest, then one line a result.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

from designs import Design
from verification.errors import UsageError
from verification.files import writing
from verification.reading.netlist import Netlist

SharedT = TypeVar("SharedT")
JobT = TypeVar("JobT")

Result = dict[str, Any]
Progress = Callable[[int, int], None]
"""Called with (jobs done, jobs in all), those of the journal included."""

SCHEMA_VERSION = 1
# A chunk is what is computed between two looks at the journal. Few jobs lose little when a campaign
# is stopped; a Dask task costs about a millisecond, which jobs of 10 ms and more hardly feel.
MOST_IN_CHUNK = 8
CHUNKS_PER_WORKER = 8
SCHEDULER_WAIT_S = 5


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""
    del done, total


def digest_of(facts: object) -> str:
    """A digest of everything that decides a campaign's results; `facts` is JSON-able."""
    text = json.dumps(facts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def question_of(netlist: Netlist, design: Design) -> tuple[str, str]:
    """A board and its design as facts for a digest: what they say, not where the files lie."""
    return repr(replace(netlist, source="")), repr(replace(design, source=Path()))


def carry_out(
    work: Callable[[SharedT, JobT], Result],
    shared: SharedT,
    jobs: Sequence[tuple[str, JobT]],
    *,
    journal: Path | None,
    digest: str,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress = no_progress,
) -> list[Result]:
    """The result of every job, in the order of the jobs.

    Args:
        work: a top-level function of (shared, job); its result is JSON-able and depends on these
            two alone. An error of it ends the campaign; the journal keeps what was done.
        shared: what all jobs need, picklable; each worker gets it once and keeps it, with
            whatever it caches.
        jobs: (key, job); no key twice.
        journal: a file to resume from and to append to; None: nothing is kept.
        digest: of everything that decides the results; a journal of another one is refused.
        workers: processes; None: one a core; 1: this process, without Dask.
        scheduler: address of a Dask scheduler to use instead of a cluster on this machine.
        progress: told after every chunk.

    Raises:
        UsageError: no worker, a journal of something else, a scheduler that does not answer.
        ValueError: a key twice.
    """
    count = cores() if workers is None else workers
    if count < 1:
        raise UsageError(f"a campaign needs at least 1 worker; given {count}")
    if len({key for key, _ in jobs}) < len(jobs):
        raise ValueError("two jobs of a campaign have the same key")
    with ExitStack() as stack:
        known, keep = {}, None
        if journal is not None:
            known, keep = stack.enter_context(_journal(journal, digest))
        missing = [(key, job) for key, job in jobs if key not in known]
        begun = len(jobs) - len(missing)
        progress(begun, len(jobs))
        done = _computed(work, shared, missing, min(count, max(1, len(missing))), scheduler)
        for chunk in done if missing else ():
            # Through JSON even where nothing is kept: a tuple is a list in either case.
            lines = {key: json.dumps(result) for key, result in chunk}
            if keep is not None:
                keep.writelines(_line(key, text) for key, text in lines.items())
                keep.flush()
            known |= {key: json.loads(text) for key, text in lines.items()}
            begun += len(chunk)
            progress(begun, len(jobs))
    return [known[key] for key, _ in jobs]


def cores() -> int:
    """How many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # other systems cannot be asked for a process's own


def _line(key: str, result: str) -> str:
    """One result in the journal; `result` is JSON already."""
    return f'{{"key": {json.dumps(key)}, "result": {result}}}\n'


@contextmanager
def _journal(path: Path, digest: str) -> Generator[tuple[dict[str, Result], TextIO]]:
    """The results that a journal has, and the journal open for more.

    A line without its end was torn when the campaign was killed: it is cut off and computed again.
    """
    text = b""
    if path.exists():
        text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    known = _read(path, whole.decode("utf-8", errors="replace"), digest)
    if known is None and text and not text.startswith(b'{"schema_version"'):
        raise UsageError(_foreign(path, "is no journal of a campaign"))
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("r+" if path.exists() else "w", encoding="utf-8", newline="\n")
    with opened as file:
        file.truncate(len(whole))
        file.seek(0, os.SEEK_END)
        if known is None:
            heading = {"schema_version": SCHEMA_VERSION, "digest": digest}
            file.write(json.dumps(heading) + "\n")
            file.flush()
        yield known or {}, file


def _read(path: Path, text: str, digest: str) -> dict[str, Result] | None:
    """Key -> result of a journal's whole lines; None where there is not even a heading."""
    heading, *lines = text.splitlines() or [""]
    if not heading:
        return None
    row = _parsed(heading)
    if row.get("schema_version") != SCHEMA_VERSION or "digest" not in row:
        raise UsageError(_foreign(path, f"is no journal of schema {SCHEMA_VERSION}"))
    if row["digest"] != digest:
        raise UsageError(_foreign(path, "belongs to another netlist, design or other options"))
    known: dict[str, Result] = {}
    for number, line in enumerate(lines, 2):
        row = _parsed(line)
        if "key" not in row or "result" not in row:
            raise UsageError(_foreign(path, f"is damaged in line {number}"))
        known[row["key"]] = row["result"]
    return known


def _parsed(line: str) -> dict[str, Any]:
    """The object on a line; an empty one where there is none."""
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _foreign(path: Path, what: str) -> str:
    return f"{path}: {what}; delete it, or write to another folder"


def _computed(
    work: Callable[[SharedT, JobT], Result],
    shared: SharedT,
    jobs: Sequence[tuple[str, JobT]],
    workers: int,
    scheduler: str | None,
) -> Iterator[list[tuple[str, Result]]]:
    """Chunks of (key, result), as they are done."""
    if workers == 1 and scheduler is None:
        for key, job in jobs:
            yield [(key, work(shared, job))]
        return
    # Dask takes a second to import, which a campaign in this process need not wait for.
    from distributed import as_completed  # noqa: PLC0415

    size = min(MOST_IN_CHUNK, max(1, len(jobs) // (workers * CHUNKS_PER_WORKER)))
    with _client(workers, scheduler) as client:
        everywhere = client.scatter(_Kept(shared), broadcast=True, hash=False)
        futures = [
            client.submit(_chunk, work, everywhere, jobs[begin : begin + size], pure=False)
            for begin in range(0, len(jobs), size)
        ]
        for future in as_completed(futures):
            yield future.result()
            future.release()


@contextmanager
def _client(workers: int, scheduler: str | None) -> Generator[Any]:
    """A Dask client: of the given scheduler, or of a cluster on this machine."""
    from distributed import Client, LocalCluster  # noqa: PLC0415

    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=SCHEDULER_WAIT_S)
        except (OSError, ValueError) as error:
            raise UsageError(
                f'no Dask scheduler answers at "{scheduler}" (as in tcp://10.0.0.7:8786); start '
                "one with `dask scheduler` and workers with `dask worker ADDRESS`, each where "
                "twinboard is installed"
            ) from error
        with client:
            yield client
        return
    with _children_ignore_interrupts():
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            # Everything, since an interrupted scheduler complains of every job it had.
            silence_logs=logging.CRITICAL + 1,
        )
    with cluster, Client(cluster) as client:
        yield client


@contextmanager
def _children_ignore_interrupts() -> Generator[None]:
    """Ctrl-C reaches every process of a terminal; only this one should act on it.

    A process inherits that its parent ignores a signal. Only the main thread may say so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class _Kept(Generic[SharedT]):
    """What all jobs share, as each worker keeps it.

    Dask builds lists and dictionaries anew for every task; what an object of ours holds it leaves
    alone, with all that it has cached.
    """

    shared: SharedT


def _chunk(
    work: Callable[[SharedT, JobT], Result], kept: _Kept[SharedT], jobs: Sequence[tuple[str, JobT]]
) -> list[tuple[str, Result]]:
    """What a worker does at a time."""
    return [(key, work(kept.shared, job)) for key, job in jobs]

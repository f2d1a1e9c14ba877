"""A campaign: many independent jobs on all cores, kept in a journal, resumed where it stopped.

```
jobs --journal--> known results
        |
        +--> chunks of the others --> this process, a local Dask cluster, or any other --> journal
```

A result is a function of its job and of what all jobs share, never of the worker, the chunk or the
order, so that interrupted and uninterrupted campaigns agree.
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
from typing import Any, Generic, TypeVar

from designs import Design
from verification.errors import UsageError
from verification.journal import Result, line_of, open_journal
from verification.reading.netlist import Netlist

SharedT = TypeVar("SharedT")
JobT = TypeVar("JobT")

Work = Callable[[SharedT, Sequence[JobT]], Sequence[Result]]
"""The results of some jobs, from what all jobs share and the jobs."""

Progress = Callable[[int, int], None]
"""Called with (jobs done, jobs in all), those of the journal included."""

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
    """`carry_out_together` for work that is done job by job: a top-level function of both."""
    return carry_out_together(
        _Each(work),
        shared,
        jobs,
        1,
        journal=journal,
        digest=digest,
        workers=workers,
        scheduler=scheduler,
        progress=progress,
    )


def carry_out_together(
    work: Work[SharedT, JobT],
    shared: SharedT,
    jobs: Sequence[tuple[str, JobT]],
    together: int,
    *,
    journal: Path | None,
    digest: str,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress = no_progress,
) -> list[Result]:
    """The result of every job, in the order of the jobs.

    Args:
        work: a top-level function; the result of a job is JSON-able and depends on what is shared
            and that job alone. An error of it ends the campaign; the journal keeps what was done.
        shared: what all jobs need, picklable; each worker gets it once and keeps it, with
            whatever it caches.
        jobs: (key, job); no key twice.
        together: how many jobs the work is best given at once; fewer where workers would idle.
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
            known, keep = stack.enter_context(open_journal(journal, digest))
        missing = [(key, job) for key, job in jobs if key not in known]
        begun = len(jobs) - len(missing)
        progress(begun, len(jobs))
        count = min(count, max(1, len(missing)))
        done = _computed(work, shared, missing, together, count, scheduler)
        for chunk in done if missing else ():
            # Through JSON even where nothing is kept: a tuple is a list in either case.
            lines = {key: json.dumps(result) for key, result in chunk}
            if keep is not None:
                keep.writelines(line_of(key, text) for key, text in lines.items())
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


def _computed(
    work: Work[SharedT, JobT],
    shared: SharedT,
    jobs: Sequence[tuple[str, JobT]],
    together: int,
    workers: int,
    scheduler: str | None,
) -> Iterator[list[tuple[str, Result]]]:
    """Chunks of (key, result), as they are done."""
    here = workers == 1 and scheduler is None
    many = 1 if here else min(MOST_IN_CHUNK, len(jobs) // (workers * CHUNKS_PER_WORKER))
    size = max(1, many, min(together, -(-len(jobs) // workers)))
    chunks = [jobs[begin : begin + size] for begin in range(0, len(jobs), size)]
    if here:
        for chunk in chunks:
            yield _results(work, shared, chunk)
        return
    # Dask takes a second to import, which a campaign in this process need not wait for.
    from distributed import as_completed  # noqa: PLC0415

    with _client(workers, scheduler) as client:
        everywhere = client.scatter(_Kept(shared), broadcast=True, hash=False)
        futures = [client.submit(_chunk, work, everywhere, chunk, pure=False) for chunk in chunks]
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


@dataclass(frozen=True)
class _Each(Generic[SharedT, JobT]):
    """Work that is done job by job."""

    work: Callable[[SharedT, JobT], Result]

    def __call__(self, shared: SharedT, jobs: Sequence[JobT]) -> Sequence[Result]:
        return [self.work(shared, job) for job in jobs]


def _chunk(
    work: Work[SharedT, JobT], kept: _Kept[SharedT], jobs: Sequence[tuple[str, JobT]]
) -> list[tuple[str, Result]]:
    """What a worker does at a time."""
    return _results(work, kept.shared, jobs)


def _results(
    work: Work[SharedT, JobT], shared: SharedT, jobs: Sequence[tuple[str, JobT]]
) -> list[tuple[str, Result]]:
    """(key, result) of some jobs."""
    results = work(shared, [job for _, job in jobs])
    return [(key, result) for (key, _), result in zip(jobs, results, strict=True)]

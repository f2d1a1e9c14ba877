"""Jobs for the campaign's tests: top-level, so that a worker process can import them."""

import os
from collections.abc import Sequence
from typing import Any


def squared(shared: int, job: int) -> dict[str, Any]:
    """A result with a tuple, and with a float that is no decimal."""
    return {"value": shared + job * job, "third": job / 3, "pair": (job, job + 1)}


def whose(shared: object, job: int) -> dict[str, Any]:
    """The process and the shared object it saw."""
    return {"process": os.getpid(), "shared": id(shared)}


class StoppedError(RuntimeError):
    """Stands for a kill."""


class Counted:
    """Shared state that counts what was computed in this process, and stops when told."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self.seen: list[int] = []


def counted(shared: Counted, job: int) -> dict[str, Any]:
    """A result, until the allowance is used up."""
    if len(shared.seen) == shared.allowed:
        raise StoppedError
    shared.seen.append(job)
    return {"value": job * job}


def among(shared: int, jobs: Sequence[int]) -> list[dict[str, Any]]:
    """With how many others each job was given; one result too few for more than `shared` jobs."""
    return [{"value": job, "given": len(jobs)} for job in jobs][:shared]

"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from verification.errors import UsageError


@contextmanager
def writing(path: Path) -> Generator[None]:
    """What the operating system refuses within, as a message for whoever chose the folder.

    Raises:
        UsageError: the folder cannot be made or written.
    """
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{error.filename or path.parent}: cannot be written ({error.strerror}); choose "
            "another folder with -o"
        ) from error


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the file and moves it into place, so that no reader sees a part of it.

    Raises:
        UsageError: as `writing`.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

"""Numba's cache on disk, made to notice every edit that matters.

Numba looks at the file of a compiled function alone, so a function whose callee in another file has
changed - in a checkout, or by an upgrade - would go on running the old machine code. Here the
stamp of every function of ours covers all sources of the simulation.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from numba.core import caching

_SIMULATION = Path(__file__).resolve().parent
_OURS = (_SIMULATION.parent, _SIMULATION.parent.parent / "tests")


@cache
def sources_digest() -> str:
    """Of all Python files of the simulation, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(_SIMULATION.rglob("*.py")):
        digest.update(path.relative_to(_SIMULATION).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamped(locator: type[Any]) -> type[Any]:
    """One of numba's locators, for our files only and with our stamp added to its own."""

    class Stamped(locator):
        def get_source_stamp(self) -> tuple[Any, str]:
            return super().get_source_stamp(), sources_digest()

        @classmethod
        def from_function(cls, py_func: Any, py_file: str) -> Any:
            path = Path(py_file).resolve()
            if not any(path.is_relative_to(folder) for folder in _OURS):
                return None
            return super().from_function(py_func, py_file)

    return Stamped


_USUAL = (
    caching.UserProvidedCacheLocator,  # NUMBA_CACHE_DIR
    caching.InTreeCacheLocator,
    caching.UserWideCacheLocator,  # where the package's own folder cannot be written
)
_STAMPED = tuple(_stamped(locator) for locator in _USUAL)


def watch_all_sources() -> None:
    """Put our locators before numba's; functions that are compiled later use them."""
    known: list[type[Any]] = caching.CacheImpl._locator_classes  # pyright: ignore[reportPrivateUsage]
    if _STAMPED[0] not in known:
        known[:0] = _STAMPED

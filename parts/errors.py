"""The one error of this package, and the suggestion of near names that its messages carry."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import ValidationError


class PartError(ValueError):
    """A part, pin or value that the catalogue lacks, or a record that does not hold together.

    ``str(error)`` is the whole message for the user.
    """


def nearest(name: str, choices: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The choices most like `name`, best first; letter case does not count. May be empty."""
    by_folded = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    matches = get_close_matches(name.casefold(), sorted(by_folded), n=count, cutoff=0.5)
    return tuple(by_folded[match] for match in matches)


def suggestion(name: str, choices: Iterable[str]) -> str:
    """A sentence " Did you mean X, Y?" for the end of a message, or an empty text."""
    near = nearest(name, choices)
    return f" Did you mean {', '.join(near)}?" if near else ""


def reasons(error: ValidationError, known: Iterable[str]) -> str:
    """Every reason of a validation error as "key: reason", joined; `known` are keys to suggest."""
    found: list[str] = []
    for item in error.errors(include_url=False):
        where = ".".join(str(step) for step in item["loc"])
        if item["type"] == "extra_forbidden":
            reason = f"unknown key.{suggestion(str(item['loc'][-1]), known)}"
        elif item["type"] == "missing":
            reason = "this key is missing"
        else:
            reason = str(item["msg"]).removeprefix("Value error, ")
        found.append(f"{where}: {reason}" if where else reason)
    return "; ".join(found)

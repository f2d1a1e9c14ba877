"""How refusals are worded: suggestions, lists and values, the same everywhere."""

import difflib
from collections.abc import Iterable


def nearest(given: str, names: Iterable[str]) -> str | None:
    """The name that the user most likely meant, or None when nothing is close."""
    lowered = {name.lower(): name for name in sorted(names, reverse=True)}
    found = difflib.get_close_matches(given.lower(), sorted(lowered), n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def suggestion(given: str, names: Iterable[str]) -> str:
    """`; did you mean X?` without the question mark's sentence when nothing is close: ''."""
    name = nearest(given, names)
    return "" if name is None else f" (did you mean {name!r}?)"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """`a, b, c and 5 more`."""
    items = list(names)
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit} more"


def shown(value: object) -> str:
    """A value as a message quotes it: short, and never the inside of a table."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if len(value) > 4 else _short_list(value)
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _short_list(value: list[object] | tuple[object, ...]) -> str:
    if any(isinstance(item, dict | list | tuple) for item in value):
        return f"a list of {len(value)}"
    return "[" + ", ".join(shown(item) for item in value) + "]"

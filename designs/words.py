"""How refusals are worded: suggestions, lists and values, the same everywhere."""

import difflib
from collections.abc import Iterable


def nearest(given: str, names: Iterable[str]) -> str | None:
    """The name that was most likely meant, or None when nothing is close."""
    by_lower = {name.lower(): name for name in sorted(names, reverse=True)}
    found = difflib.get_close_matches(given.lower()[:80], sorted(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(given: str, names: Iterable[str]) -> str:
    """` (did you mean 'x'?)`, or nothing when no name is close."""
    name = nearest(given, names)
    return "" if name is None else f" (did you mean {name!r}?)"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """`a, b, c and 5 more`."""
    items = list(names)
    text = ", ".join(items[:limit])
    return text if len(items) <= limit else f"{text} and {len(items) - limit} more"


def shown(value: object) -> str:
    """A value as a message quotes it: short, and never the inside of a table."""
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, list | tuple):
        simple = len(value) <= 4 and not any(isinstance(i, dict | list | tuple) for i in value)
        return f"[{', '.join(map(shown, value))}]" if simple else f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**30:
        return "an integer of over 30 digits"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

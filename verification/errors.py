"""The two errors of this package; `str(error)` is the whole message for the user."""

from __future__ import annotations


class NetlistError(ValueError):
    """A file that cannot be read as a netlist: missing, truncated, malformed, over the limits."""


class UsageError(ValueError):
    """A question this circuit cannot be asked: an unknown pin function, a wrong shape or value."""


class MissingToolError(RuntimeError):
    """A needed program or optional package is not here; the message says how to get it."""

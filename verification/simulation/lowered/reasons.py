"""Why a circuit is not lowered, raised where it is found and caught in `lower`."""

from __future__ import annotations


class CannotLower(ValueError):  # noqa: N818  it is an answer, not an error
    """The circuit is more than a pair of twin networks; the message says where, in its words."""

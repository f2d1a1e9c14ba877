"""The one error of this package."""


class DesignError(ValueError):
    """A design that cannot be used as written.

    `str(error)` is the whole message for the user: where, what is allowed, what was given, what
    to do.
    """

"""The one error of this package."""


class BuildError(ValueError):
    """A design that cannot become a circuit, or an output that cannot be written.

    ``str(error)`` is the whole message for the user: where, what is allowed, what was given, what
    to do.
    """

"""The errors of this package: bad input, and a tool that is missing or has failed."""


class BuildError(ValueError):
    """A design that cannot become a circuit, or an output that cannot be written.

    ``str(error)`` is the whole message for the user: where, what is allowed, what was given, what
    to do.
    """


class ToolError(RuntimeError):
    """A program or package that is missing, or did not do what it was asked.

    ``str(error)`` is the whole message for the user, with the command that installs what is
    missing.
    """

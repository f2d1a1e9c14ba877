"""From the command line to an exit code: the last place that sees an error."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import traceback
from typing import NoReturn

from twinboard.console import BAD_INPUT, INTERNAL, MISSING, PASS, BadInputError, app


def main() -> None:
    """Run a command; turn what it raises into one message and an exit code."""
    # Loading a compiler and a plotter makes many objects and next to no garbage; to look for it
    # after every 700th, and again when all ends anyway, takes a third of a short command's time.
    gc.set_threshold(30_000)
    atexit.register(gc.freeze)
    try:
        app()
    except KeyboardInterrupt:
        fail("interrupted; nothing was left half-written", 128 + signal.SIGINT)
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PASS)
    except ModuleNotFoundError as error:
        fail(f"the Python package {error.name} is missing; pip install twinboard", MISSING)
    except Exception as error:  # the last one to see it: whatever it is has an exit code
        if is_bad_input(error):
            fail(str(error), BAD_INPUT)
        if is_missing_tool(error):
            fail(str(error), MISSING)
        traceback.print_exc()
        fail("internal error, shown above; please report it with your design file", INTERNAL)


def is_bad_input(error: Exception) -> bool:
    """Whether an error is the user's to mend: each package names its own kinds."""
    from designs.errors import DesignError
    from netgen.errors import BuildError
    from parts.errors import PartError
    from verification.errors import NetlistError, UsageError

    return isinstance(
        error, (BadInputError, BuildError, DesignError, NetlistError, PartError, UsageError)
    )


def is_missing_tool(error: Exception) -> bool:
    """Whether a command needs something that is not installed."""
    from netgen.errors import ToolError
    from verification.errors import MissingToolError

    return isinstance(error, MissingToolError | ToolError)


def fail(message: str, code: int) -> NoReturn:
    """One message on standard error, no traceback."""
    print(f"twinboard: {message}", file=sys.stderr)
    sys.exit(code)

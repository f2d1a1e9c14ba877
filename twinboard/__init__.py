"""twinboard: the command line, the only package that sees both the generator and the judge.

Every command is a thin call. Imports stand inside the commands, so that `--help` answers at once.
Exit codes: 0 pass, 1 the design has a finding, 2 usage or bad input, 3 a tool or dependency is
missing, 4 internal error, 5 inconclusive.
"""

# The order of import is the order of the commands in the help.
from twinboard import generate, copper, judge, train, campaigns, doctor  # isort: skip
from twinboard.console import app
from twinboard.entry import main

__all__ = ["app", "campaigns", "copper", "doctor", "generate", "judge", "main", "train"]

"""The application: exit codes, what a command prints, and its progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import typer

PASS, FINDING, BAD_INPUT, MISSING, INTERNAL, INCONCLUSIVE = range(6)

app = typer.Typer(
    name="twinboard",
    help="Write the board of a self-learning twin resistor network, and prove from its netlist "
    "that it will learn.",
    epilog="Exit codes: 0 pass, 1 the design has a finding, 2 usage or bad input, 3 a tool is "
    "missing, 4 internal error, 5 inconclusive.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class BadInputError(ValueError):
    """Bad input that only the command line sees."""


def show(text: str, quiet: bool) -> None:
    """Print a result; errors do not come this way."""
    if not quiet:
        print(text)


def show_written(paths: Iterable[Path], quiet: bool) -> None:
    """Say which files were written."""
    for path in paths:
        show(f"wrote {path}", quiet)


def as_json(data: object) -> str:
    """The one JSON form of every command."""
    return json.dumps(data, indent=2, ensure_ascii=False)


@contextmanager
def progress(quiet: bool) -> Generator[Callable[[str, int, int], None]]:
    """A bar on a terminal; nothing elsewhere. The callback takes (what, done, total)."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=total
        )


def exit_code(verdict: str) -> int:
    """A verdict as an exit code."""
    return {"pass": PASS, "fail": FINDING, "inconclusive": INCONCLUSIVE}[verdict]

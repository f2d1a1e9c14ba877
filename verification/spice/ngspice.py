"""Running ngspice: a deck in, voltages out; what goes wrong in one message with its last lines."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from verification.errors import MissingToolError
from verification.spice.deck import Deck

Floats = NDArray[np.float64]
TIMEOUT_S = 900.0
_SHOWN_LINES = 8
_REASON = re.compile(r"(?i)\b(error|failed|aborted|trouble|singular|no convergence|too many)\b")
_MISREAD = re.compile(r"(?im)^\s*error\b")
# What ngspice says of its memory and time at the end, below what matters.
_STATISTICS = re.compile(
    r"DRAM|program size|^Shared ngspice|^Text \(code\)|^Stack|^Library pages|^Total "
)


class SpiceError(MissingToolError):
    """ngspice is here and failed: it stopped, ran too long, or wrote no whole result."""


@dataclass(frozen=True, eq=False)
class Waves:
    """What ngspice found.

    Attributes:
        time_s: moments, shape (T,); a single 0 for an operating point.
        volts: of the deck's variables, shape (T, variables).
    """

    time_s: Floats
    volts: Floats

    def at(self, moment_s: float) -> Floats:
        """The voltages at the last point up to a moment, which the board has settled at."""
        place = int(np.searchsorted(self.time_s, moment_s * (1 + 1e-12), side="right")) - 1
        return self.volts[place]


def find_ngspice() -> str:
    """The program. MissingToolError says how to get it."""
    found = shutil.which("ngspice")
    if found is None:
        raise MissingToolError(
            "ngspice is not installed; it runs the netlist a second time: apt-get install ngspice"
        )
    return found


def run_deck(deck: Deck, end_s: float = 0.0, timeout_s: float = TIMEOUT_S) -> Waves:
    """Run a deck in a temporary folder.

    Args:
        deck: what to run.
        end_s: until when it must have come; 0 for an operating point.
        timeout_s: how long it may take.

    Raises:
        MissingToolError: no ngspice.
        SpiceError: it failed, took too long, or did not come to the end.
    """
    program = find_ngspice()
    with TemporaryDirectory(prefix="twinboard-spice-") as name:
        folder = Path(name)
        (folder / "deck.cir").write_text(deck.text, encoding="utf-8")
        for file, text in deck.tables.items():
            (folder / file).write_text(text, encoding="utf-8")
        said = _run(program, folder, timeout_s)
        raw = folder / "waves.raw"
        if not raw.is_file():
            raise _failed("wrote no result", said)
        waves = _read(raw.read_bytes(), deck, said)
    if waves.time_s[-1] < end_s * (1 - 1e-9):
        raise _failed(f"stopped at {waves.time_s[-1]:g} s of {end_s:g} s", said)
    return waves


def _run(program: str, folder: Path, timeout_s: float) -> str:
    """What the program said. It reads no start-up file of the user (-n)."""
    command = [program, "-n", "-b", "deck.cir", "-r", "waves.raw"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode(errors="replace")
        raise _failed(f"was stopped after {timeout_s:g} s", said) from error
    except OSError as error:
        raise _failed(f"could not be started: {error.strerror}", "") from error
    said = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise _failed(f"ended with code {done.returncode}", said)
    if "aborted" in said:
        raise _failed("gave up", said)
    # It may drop a line that it cannot read, and go on without it.
    if _MISREAD.search(said):
        raise _failed("did not understand the deck", said)
    return said


def _read(data: bytes, deck: Deck, said: str) -> Waves:
    """The one plot of a binary raw file: a text head, then rows of doubles."""
    head, mark, body = data.partition(b"Binary:\n")
    words = head.decode("ascii", errors="replace").splitlines()
    counts = [line.partition(":")[2] for line in words if line.startswith("No. Variables")]
    if not mark or len(counts) != 1:
        raise _failed("wrote a result that is not its raw format", said)
    width = int(counts[0])
    start = words.index("Variables:") + 1
    names = [line.split()[1].lower() for line in words[start : start + width]]
    rows = np.frombuffer(body[: len(body) // (8 * width) * 8 * width], dtype="<f8")
    table = rows.reshape(-1, width)
    missing = [name for name in deck.variables if f"v({name})" not in names]
    if missing or not len(table) or not np.isfinite(table).all():
        raise _failed("wrote no finite voltages" if not missing else f"lost v({missing[0]})", said)
    time = table[:, 0] if names[0] == "time" else np.zeros(len(table))
    return Waves(time, table[:, [names.index(f"v({name})") for name in deck.variables]])


def _failed(what: str, said: str) -> SpiceError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reasons = [line for line in lines if _REASON.search(line)]
    last = (reasons or [line for line in lines if not _STATISTICS.search(line)])[-_SHOWN_LINES:]
    shown = "".join(f"\n  {line}" for line in last)
    return SpiceError(f"ngspice {what}." + (f" Its last lines:{shown}" if shown else ""))

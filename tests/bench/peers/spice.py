"""ngspice: one process over a pipe, `alter` for every resistor and source, one `op` a step.

Both networks are in one deck. The clamped target is a controlled source of the free one, so one
operating point is a whole learning step; the decisions and the codes are made here, and their time
is not counted. ngspice's time is what the kernel says its process has used.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import numpy as np

from tests.bench.boards import ETA, Board, Floats, decide
from verification.spice.ngspice import find_ngspice

_DONE = "-- step done --"
_SHOWN_LINES = 5


class SpicePeer:
    """A `Method`; use as a context manager, so that the process ends."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._names = [f"{side}{node}" for side in "fc" for node in range(board.graph.node_count)]
        self._folder = TemporaryDirectory(prefix="twinboard-bench-")
        self._raw = Path(self._folder.name) / "step.raw"
        deck = Path(self._folder.name) / "deck.cir"
        deck.write_text(self._deck(), encoding="ascii")
        self._process = subprocess.Popen(
            [find_ngspice(), "-n", "-p"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1 << 16,
        )
        self._columns: list[int] = []
        self.codes = board.codes.copy()
        self.volts = (np.zeros(board.graph.node_count), np.zeros(board.graph.node_count))
        self._tell(["set filetype=binary", f"source {deck}"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._folder.cleanup()

    @property
    def matrix_bytes(self) -> int:
        """The most memory that the process had: program, deck, matrices."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])

    def cpu_s(self) -> float:
        """CPU seconds of ngspice so far, from the scheduler's own count in nanoseconds."""
        text = Path(f"/proc/{self._process.pid}/schedstat").read_text(encoding="ascii")
        return int(text.split()[0]) * 1e-9

    def step(self, row: int) -> None:
        """See `Method`."""
        board = self._board
        lines = [f"alter vs{k} = {v:.17g}" for k, v in enumerate(board.sources_v[row])]
        lines += [f"alter vd{k} = {ETA * v:.17g}" for k, v in enumerate(board.desired_v[row])]
        for twin, side in enumerate("fc"):
            ohm = 1.0 / board.siemens(self.codes, twin)
            lines += [f"alter r{side}{k} = {value:.17g}" for k, value in enumerate(ohm)]
        self._tell([*lines, "op", f"write {self._raw}", "destroy all"])
        volts = self._read()
        count = board.graph.node_count
        self.volts = (volts[:count], volts[count:])
        self.codes = decide(board, self.volts, self.codes)

    def _deck(self) -> str:
        board, graph = self._board, self._board.graph
        lines = ["* both networks of a board"]
        for twin, side in enumerate("fc"):
            ohm = 1.0 / board.siemens(board.codes, twin)
            ends = zip(graph.a, graph.b, ohm, strict=True)
            lines += [
                f"r{side}{k} {side}{a} {side}{b} {r:.17g}" for k, (a, b, r) in enumerate(ends)
            ]
        for k, node in enumerate(board.sources):
            lines += [
                f"vs{k} f{node} 0 {board.sources_v[0, k]:.17g}",
                f"es{k} c{node} 0 f{node} 0 1",
            ]
        for k, node in enumerate(board.targets):
            lines += [f"et{k} c{node} t{k} f{node} 0 {1 - ETA:.17g}"]
            lines += [f"vd{k} t{k} 0 {ETA * board.desired_v[0, k]:.17g}"]
        return "\n".join([*lines, ".end"]) + "\n"

    def _tell(self, lines: list[str]) -> None:
        """Send commands and wait until they are done."""
        sender, answers = self._process.stdin, self._process.stdout
        assert sender is not None and answers is not None
        sender.write("\n".join([*lines, f"echo {_DONE}"]) + "\n")
        sender.flush()
        said: list[str] = []
        for line in answers:
            if line.strip().endswith(_DONE):
                break
            said.append(line)
        else:
            raise RuntimeError("ngspice ended: " + "".join(said[-_SHOWN_LINES:]))
        if any("rror" in line for line in said):
            raise RuntimeError("ngspice says: " + "".join(said[-_SHOWN_LINES:]))

    def _read(self) -> Floats:
        """The nodes' voltages, in the order of `_names`."""
        head, _, body = self._raw.read_bytes().partition(b"Binary:\n")
        if not self._columns:
            lines = head.decode("ascii").splitlines()
            start = lines.index("Variables:") + 1
            place = {line.split()[1].lower(): k for k, line in enumerate(lines[start:])}
            self._columns = [place[f"v({name})"] for name in self._names]
        return np.frombuffer(body, dtype="<f8")[self._columns]

"""ngspice: one process over pipes, `alter` for every resistor and source, one `op` a step.

A batch run whose control script reads commands from a named pipe, step after step, and writes the
voltages into another: ngspice's interactive modes need a display in some builds. Both networks are
in one deck. The clamped target is a controlled source of the free one, so one operating point is a
whole learning step; the decisions and the codes are made here, and their time is not counted.
ngspice's time is what the kernel says its process has used.
"""

from __future__ import annotations

import errno
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import numpy as np

from tests.bench.boards import ETA, Board, Floats, decide
from verification.spice.ngspice import find_ngspice

_SHOWN_LINES = 5
_PIPE_BYTES = 1 << 20
_MOMENT_S = 1e-4
_PATIENCE_S = 60.0


class SpicePeer:
    """A `Method`; use as a context manager, so that the process ends."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._names = [f"{side}{node}" for side in "fc" for node in range(board.graph.node_count)]
        self._folder = TemporaryDirectory(prefix="twinboard-bench-")
        self._commands, self._raw, self._log = (
            Path(self._folder.name) / name for name in ("commands", "raw", "log")
        )
        for pipe in (self._commands, self._raw):
            os.mkfifo(pipe)
        deck = Path(self._folder.name) / "deck.cir"
        deck.write_text(self._deck(), encoding="ascii")
        with self._log.open("wb") as log:
            words = [find_ngspice(), "-n", "-b", str(deck)]
            self._process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)
        self._columns: list[int] = []
        self._moments = 0
        self.codes = board.codes.copy()
        self.volts = (np.zeros(board.graph.node_count), np.zeros(board.graph.node_count))

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
        self._moments = 0
        self._tell(["*ng_script", *lines, "op", f"write {self._raw}", "destroy all"])
        volts = self._volts_of(self._answer())
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
        lines += [".control", "set filetype=binary", "while 1", f"source {self._commands}", "end"]
        return "\n".join([*lines, ".endc", ".end"]) + "\n"

    def _tell(self, lines: list[str]) -> None:
        """Send commands, once ngspice listens."""
        flags = os.O_WRONLY | os.O_NONBLOCK
        with os.fdopen(self._opened(self._commands, flags), "w") as pipe:
            os.set_blocking(pipe.fileno(), True)
            pipe.write("\n".join([*lines, ""]))

    def _answer(self) -> bytes:
        """What ngspice writes, from its first byte to the end."""
        with os.fdopen(self._opened(self._raw, os.O_RDONLY | os.O_NONBLOCK), "rb", 0) as pipe:
            parts: list[bytes] = []
            while True:
                part = pipe.read(_PIPE_BYTES)
                if part:
                    parts.append(part)
                elif part == b"" and parts:
                    return b"".join(parts)
                else:
                    self._wait()

    def _opened(self, pipe: Path, flags: int) -> int:
        while True:
            try:
                return os.open(pipe, flags)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                self._wait()

    def _wait(self) -> None:
        """A moment; ngspice has to live on, and to answer in some time."""
        self._moments += 1
        if self._process.poll() is not None or self._moments * _MOMENT_S > _PATIENCE_S:
            last = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise RuntimeError("ngspice gave no answer: " + "\n".join(last[-_SHOWN_LINES:]))
        time.sleep(_MOMENT_S)

    def _volts_of(self, answer: bytes) -> Floats:
        """The nodes' voltages, in the order of `_names`."""
        head, _, body = answer.partition(b"Binary:\n")
        if not self._columns:
            lines = head.decode("ascii").splitlines()
            start = lines.index("Variables:") + 1
            place = {line.split()[1].lower(): k for k, line in enumerate(lines[start:])}
            self._columns = [place[f"v({name})"] for name in self._names]
        return np.frombuffer(body, dtype="<f8")[self._columns]

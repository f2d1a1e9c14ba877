"""Recording: every voltage, tap and resistance of a training, step by step, as `.npz`.

The keys, types, shapes and units stand in `FIELDS`; `docs/recording.md` explains them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from verification.errors import UsageError
from verification.files import write_whole
from verification.training.tasks.protocol import Bools, Floats, Ints, Trainable

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Field:
    """One array of a recording: its numpy type, its shape, its unit.

    The shape is in R rows (one before each learning step, one after the last), N nodes, E edges,
    S sources and K targets.
    """

    dtype: str
    shape: str
    unit: str
    meaning: str


FIELDS: Mapping[str, Field] = {
    "schema_version": Field("int64", "()", "", "version of this list"),
    "design": Field("str", "()", "", "name of the design"),
    "task": Field("str", "()", "", "name of the task"),
    "kind": Field("str", "()", "", "allostery, regression or classification"),
    "seed": Field("int64", "()", "", "seed of the run"),
    "mode": Field("str", "()", "", "ideal or drawn component values"),
    "nodes": Field("str", "(N,)", "", "names of the nodes"),
    "edges": Field("str", "(E,)", "", "names of the edges, a-b"),
    "sources": Field("str", "(S,)", "", "source nodes, in the task's order"),
    "targets": Field("str", "(K,)", "", "target nodes, in the task's order"),
    "steps": Field("int64", "(R,)", "", "learning steps done before the row"),
    "error": Field("float64", "(R,)", "V", "RMS over the targets of outputs - desired"),
    "inputs": Field("float64", "(R, S)", "V", "host's voltages at the source pins"),
    "desired": Field("float64", "(R, K)", "V", "host's voltages at the DESIRED pins"),
    "outputs": Field("float64", "(R, K)", "V", "targets' voltages that the host reads"),
    "enabled": Field("bool", "(R, E)", "", "whether the edge may step after this row"),
    "voltages_free": Field("float64", "(R, N)", "V", "nodes of the free network"),
    "voltages_clamped": Field("float64", "(R, N)", "V", "nodes of the clamped network"),
    "taps_free": Field("int16", "(R, E)", "", "tap of the edge's digipot in the free network"),
    "taps_clamped": Field("int16", "(R, E)", "", "tap in the clamped network"),
    "resistance_free_ohm": Field(
        "float64", "(R, E)", "ohm", "edge in the free network; infinite where it is cut"
    ),
    "resistance_clamped_ohm": Field(
        "float64", "(R, E)", "ohm", "edge in the clamped network; infinite where it is cut"
    ),
}


@dataclass(frozen=True)
class Trace:
    """What a simulated board shows during T learning steps; every row is taken before its step.

    Attributes:
        outputs: [T, K] volts that the host reads at the targets.
        voltages_free, voltages_clamped: [T, N] volts.
        taps_free, taps_clamped: [T, E].
        resistance_free, resistance_clamped: [T, E] ohm.
    """

    outputs: Floats
    voltages_free: Floats
    voltages_clamped: Floats
    taps_free: Ints
    taps_clamped: Ints
    resistance_free: Floats
    resistance_clamped: Floats


class Traceable(Trainable, Protocol):
    """A board whose inside can be looked at while it learns."""

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes in the order of a trace's columns."""
        ...

    def trace(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Trace:
        """`train`, with everything that the board shows meanwhile."""
        ...

    def show(self, inputs: Floats, desired: Floats) -> Trace:
        """What a copy of the board shows for a sample, [S] and [K], without a step: one row."""
        ...


@dataclass(frozen=True)
class Heading:
    """What a recording is of."""

    design: str
    task: str
    kind: str
    seed: int
    mode: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass
class Recorder:
    """Collects the rows of a training; `recording` hands them over as arrays."""

    _blocks: list[dict[str, NDArray[Any]]] = field(default_factory=list[dict[str, NDArray[Any]]])
    _board: Traceable | None = None

    def watch(self, board: Traceable) -> Trainable:
        """The board, with every learning step recorded here."""
        self._board = board
        return _Watched(board, self)

    def add(self, inputs: Floats, desired: Floats, mask: Bools | None, trace: Trace) -> None:
        """Appends the rows of T steps."""
        everything = np.ones(trace.taps_free.shape, np.bool_)
        self._blocks.append(_rows(inputs, desired, everything if mask is None else mask, trace))

    def recording(self, heading: Heading) -> Recording:
        """Everything recorded so far, in the order of FIELDS, and a last row after the last step.

        The last row shows the sample of the first one again, so that the two can be compared.

        Raises:
            UsageError: nothing was recorded.
        """
        if self._board is None or not self._blocks:
            raise UsageError("nothing was recorded: no learning step was taken")
        rows = _joined(self._blocks)
        again = int(np.flatnonzero((rows["inputs"] == rows["inputs"][0]).all(axis=1))[-1])
        inputs, desired = rows["inputs"][again], rows["desired"][again]
        shown = self._board.show(inputs, desired)
        nothing = np.zeros(shown.taps_free.shape, np.bool_)
        rows = _joined([rows, _rows(inputs[None, :], desired[None, :], nothing, shown)])
        arrays: dict[str, NDArray[Any]] = {
            "schema_version": np.array(SCHEMA_VERSION, np.int64),
            "design": np.array(heading.design),
            "task": np.array(heading.task),
            "kind": np.array(heading.kind),
            "seed": np.array(heading.seed, np.int64),
            "mode": np.array(heading.mode),
            "nodes": np.array(self._board.nodes),
            "edges": np.array([f"{a}-{b}" for a, b in self._board.edges]),
            "sources": np.array(heading.sources),
            "targets": np.array(heading.targets),
            "steps": np.arange(len(rows["error"]), dtype=np.int64),
            **rows,
        }
        return Recording({name: arrays[name] for name in FIELDS})


def _rows(inputs: Floats, desired: Floats, enabled: Bools, trace: Trace) -> dict[str, NDArray[Any]]:
    """The arrays of FIELDS that have one row per step."""
    return {
        "error": np.sqrt(np.mean(np.square(trace.outputs - desired), axis=1)),
        "inputs": inputs,
        "desired": desired,
        "outputs": trace.outputs,
        "enabled": enabled,
        "voltages_free": trace.voltages_free,
        "voltages_clamped": trace.voltages_clamped,
        "taps_free": trace.taps_free.astype(np.int16),
        "taps_clamped": trace.taps_clamped.astype(np.int16),
        "resistance_free_ohm": trace.resistance_free,
        "resistance_clamped_ohm": trace.resistance_clamped,
    }


def _joined(blocks: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


@dataclass(frozen=True)
class Recording:
    """The arrays of FIELDS, by name."""

    arrays: Mapping[str, NDArray[Any]]

    def names(self, key: str) -> tuple[str, ...]:
        """An array of names (`nodes`, `edges`, `sources`, `targets`) as strings."""
        return tuple(str(name) for name in self.arrays[key])

    def to_bytes(self) -> bytes:
        """The `.npz` file; the same arrays give the same bytes.

        Stored, not compressed, since zlib's output depends on its version; with fixed times.
        """
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, array in self.arrays.items():
                content = io.BytesIO()
                np.lib.format.write_array(content, np.array(array, order="C"), allow_pickle=False)
                info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
                info.external_attr = 0o644 << 16
                archive.writestr(info, content.getvalue())
        return target.getvalue()

    def save(self, path: Path) -> None:
        """Writes the `.npz` file whole or not at all."""
        write_whole(path, self.to_bytes())


class _Watched:
    """A board whose training goes through a recorder."""

    def __init__(self, board: Traceable, recorder: Recorder) -> None:
        self._board = board
        self._recorder = recorder

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        return self._board.edges

    @property
    def tap_range(self) -> tuple[int, int]:
        return self._board.tap_range

    def set_taps(self, taps: Ints) -> None:
        self._board.set_taps(taps)

    def fork(self) -> Trainable:
        return self._board.fork()

    def respond(self, inputs: Floats) -> Floats:
        return self._board.respond(inputs)

    def observe(self, inputs: Floats) -> Floats:
        return self._board.observe(inputs)

    def train(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Floats:
        trace = self._board.trace(inputs, desired, mask)
        self._recorder.add(inputs, desired, mask, trace)
        return trace.outputs

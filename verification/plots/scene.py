"""What a recording has to show: a network that stays, and its state at two moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from verification.plots.places import Point, place_nodes
from verification.training.recording import Recording
from verification.training.tasks.protocol import Floats, Ints


@dataclass(frozen=True)
class Scene:
    """The network.

    Attributes:
        nodes: names.
        marks: a square for a source, a diamond for a target, a disc for a hidden node.
        places: [N, 2] positions, y up.
        ends: [E, 2] the nodes of each edge, as positions in `nodes`.
        targets: names.
    """

    nodes: tuple[str, ...]
    marks: tuple[str, ...]
    places: Floats
    ends: Ints
    targets: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """One moment.

    Attributes:
        title: which twin, and when.
        volts: [N] node voltages.
        ohms: [E] edge resistances; infinite where cut.
        wanted: [K] desired voltages.
    """

    title: str
    volts: Floats
    ohms: Floats
    wanted: Floats


def scene_of(recording: Recording, positions: Mapping[str, Point] | None) -> Scene:
    """The network of a recording."""
    nodes = recording.names("nodes")
    index = {node: i for i, node in enumerate(nodes)}
    # No node's name holds a hyphen.
    pairs = [name.split("-") for name in recording.names("edges")]
    ends = np.array([[index[a], index[b]] for a, b in pairs])
    sources, targets = recording.names("sources"), recording.names("targets")
    marks = tuple("s" if node in sources else "D" if node in targets else "o" for node in nodes)
    return Scene(nodes, marks, place_nodes(nodes, ends, positions), ends, targets)


def states_of(recording: Recording, show: Literal["training", "twins"]) -> tuple[State, State]:
    """The two moments of `write_network`."""
    last = len(recording.arrays["steps"]) - 1
    if show == "twins":
        return (
            _state(recording, "free", last, f"free network, after {last} steps"),
            _state(recording, "clamped", last, f"clamped network, after {last} steps"),
        )
    # The last row presents the sample of the first.
    return (
        _state(recording, "free", 0, "free network, before the first step"),
        _state(recording, "free", last, f"free network, after {last} steps"),
    )


def _state(recording: Recording, twin: str, row: int, title: str) -> State:
    arrays = recording.arrays
    return State(
        title,
        arrays[f"voltages_{twin}"][row],
        arrays[f"resistance_{twin}_ohm"][row],
        arrays["desired"][row],
    )

"""The files of one training: result, recording and pictures."""

from __future__ import annotations

import json
from pathlib import Path

from designs import Design
from verification.files import write_whole
from verification.plots import write_error_curve, write_network
from verification.training.learn import heading
from verification.training.recording import Recorder
from verification.training.result import LearnResult


def write_learning(
    result: LearnResult, recorder: Recorder, design: Design, folder: Path
) -> tuple[Path, ...]:
    """Write what a training gave: `.json`, `.npz`, and curve and network as `.svg` and `.png`.

    The names begin with design, task and seed, so that runs of other tasks and seeds may share a
    folder. Each file appears whole or not at all.

    Raises:
        UsageError: the folder cannot be made or written.
    """
    stem = f"{result.design}-{result.task}-seed{result.seed}"
    bound = next(iter(design.task(result.task).bound.model_dump().values()))
    recording = recorder.recording(heading(result, design))
    positions = design.graph.positions
    paths = [folder / f"{stem}.json", folder / f"{stem}.npz"]
    write_whole(paths[0], (json.dumps(result.to_json(), indent=2) + "\n").encode())
    recording.save(paths[1])
    curve, network = (
        tuple(folder / f"{stem}-{what}.{ending}" for ending in ("svg", "png"))
        for what in ("curve", "network")
    )
    write_error_curve(curve, result, bound)
    write_network(network, recording, positions)
    return (*paths, *curve, *network)

"""What every picture has in common: type, colours, size, and bytes that do not change.

Colours are Okabe and Ito's and the map is viridis, which colour-blind readers tell apart. Nothing
uses matplotlib's global state, a display or the date.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib.figure import Figure

from verification.errors import UsageError
from verification.files import write_whole

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
INK, GREY = "#222222", "#767676"
COLOUR_MAP = "viridis"
WIDTH_INCHES = 8.0
DOTS_PER_INCH = 150

Paths = Path | Sequence[Path]
"""A picture's file, or its files of several formats."""

# Nothing of a day or a version, so that the bytes do not change.
_METADATA: Mapping[str, Mapping[str, str | None]] = {
    ".svg": {"Date": None, "Creator": "twinboard"},
    ".png": {"Software": None},
}
_STYLE: Mapping[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.titlesize": 11.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#666666",
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "svg.hashsalt": "twinboard",
    "svg.fonttype": "path",
}


def write_figure(paths: Paths, draw: Callable[[], Figure]) -> None:
    """Draws a figure once in the common style; writes each file whole, as its ending says.

    Raises:
        UsageError: an ending other than .svg and .png.
    """
    files = (paths,) if isinstance(paths, Path) else tuple(paths)
    endings = [_ending(path) for path in files]
    with matplotlib.style.context(["default", dict(_STYLE)]):
        figure = draw()
        made = [_bytes(figure, ending) for ending in endings]
    for path, data in zip(files, made, strict=True):
        write_whole(path, data)


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in _METADATA:
        given = ending or "neither"
        raise UsageError(f"{path}: a picture is written as .svg or .png; given {given}")
    return ending


def _bytes(figure: Figure, ending: str) -> bytes:
    target = io.BytesIO()
    metadata = dict(_METADATA[ending])
    figure.savefig(target, format=ending[1:], dpi=DOTS_PER_INCH, metadata=metadata)
    return target.getvalue()


def heading(figure: Figure, title: str, detail: str) -> None:
    """Title and a line of facts, top left."""
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.14 / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.02, 1 - 0.42 / height, detail, fontsize=10, color="#555555", va="top")

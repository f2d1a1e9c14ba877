"""What every picture has in common: type, colours, size, and bytes that do not change.

Colours are Okabe and Ito's and the map is viridis, which colour-blind readers tell apart. Nothing
uses matplotlib's global state, a display or the date.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
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


def write_figure(path: Path, draw: Callable[[], Figure]) -> None:
    """Draws a figure in the common style and writes it whole, as the path's ending says.

    Raises:
        UsageError: an ending other than .svg and .png.
    """
    kind = path.suffix.lower()
    if kind not in (".svg", ".png"):
        raise UsageError(f"{path}: a picture is written as .svg or .png; given {kind or 'neither'}")
    metadata = {"Date": None, "Creator": "twinboard"} if kind == ".svg" else {"Software": None}
    target = io.BytesIO()
    with matplotlib.style.context(["default", dict(_STYLE)]):
        draw().savefig(target, format=kind[1:], dpi=DOTS_PER_INCH, metadata=metadata)
    write_whole(path, target.getvalue())


def heading(figure: Figure, title: str, detail: str) -> None:
    """Title and a line of facts, top left."""
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.14 / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.02, 1 - 0.42 / height, detail, fontsize=10, color="#555555", va="top")

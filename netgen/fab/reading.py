"""A `.kicad_pcb` file read into a BoardFile. What cannot be told from the file is refused."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from netgen.errors import BuildError
from netgen.fab.board_file import (
    BoardFile,
    FileFill,
    FileGraphic,
    FilePad,
    FilePart,
    FileTrack,
    FileVia,
    GraphicKind,
)
from netgen.fab.sexpr import Element, nanometres, parse
from parts.footprint import Point

_SHAPES = ("rect", "roundrect", "circle", "oval")
_PLACES: dict[str, tuple[GraphicKind, tuple[str, ...]]] = {
    "line": ("line", ("start", "end")),
    "rect": ("rect", ("start", "end")),
    "circle": ("circle", ("center", "end")),
    "arc": ("arc", ("start", "mid", "end")),
}
"""A graphic's kind and the lists that hold its points."""


def read_board_file(path: Path) -> BoardFile:
    """Read a board.

    Raises:
        BuildError: no such file, no KiCad board, or something on copper that is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BuildError(f"{path}: cannot be read ({reason}); name a .kicad_pcb file") from error
    return parse_board_file(text, path.name)


def parse_board_file(text: str, source: str) -> BoardFile:
    """Read a board from its text; `source` names it in messages and gives the board its name.

    Raises:
        BuildError: see `read_board_file`.
    """
    root = parse(text, source)
    if root.name != "kicad_pcb":
        raise BuildError(
            f"{source}: it begins with ({root.name} and is no board; "
            "a board of KiCad 8 or later begins with (kicad_pcb"
        )
    try:
        return _board(root, text, source)
    except (ValueError, IndexError) as error:
        if isinstance(error, BuildError):
            raise
        raise BuildError(
            f"{source}: a number or name is missing or wrong ({error}); save it from KiCad anew"
        ) from error


def _board(root: Element, text: str, source: str) -> BoardFile:
    layers = root.first("layers")
    names = [item.words[0] for item in layers.lists] if layers is not None else []
    copper = tuple(name for name in names if name.endswith(".Cu"))
    setup = root.first("setup")
    parts = tuple(_part(item, source) for item in root.all("footprint"))
    _refuse_texts(root, source)
    return BoardFile(
        name=source.removesuffix(".kicad_pcb"),
        text=text,
        copper=copper,
        origin=(0, 0) if setup is None else setup.point("aux_axis_origin"),
        parts=parts,
        tracks=tuple(_tracks(root)),
        vias=tuple(_via(item) for item in root.all("via")),
        fills=tuple(_fills(root)),
        graphics=tuple(_graphics(root, "gr_", (0, 0), 0.0)),
    )


def _part(item: Element, source: str) -> FilePart:
    at, angle = item.point("at"), _angle(item)
    fields = {entry.words[0]: entry.words[1] for entry in item.all("property")}
    attributes = item.first("attr")
    said = attributes.words if attributes is not None else ()
    refdes = fields.get("Reference", "")
    pads = tuple(_pad(pad, at, angle, f"{source}: {refdes}") for pad in item.all("pad"))
    _refuse_texts(item, f"{source}: {refdes}")
    side: Literal["top", "bottom"] = "top" if item.word("layer") == "F.Cu" else "bottom"
    return FilePart(
        refdes=refdes,
        value=fields.get("Value", ""),
        mpn=fields.get("MPN", ""),
        path="/".join(fields[name] for name in ("Cell", "Slot") if name in fields),
        footprint=item.words[0].rpartition(":")[2],
        at=at,
        angle=angle % 360,
        side=side,
        through_hole="through_hole" in said,
        in_bom="exclude_from_bom" not in said,
        placed="exclude_from_pos_files" not in said,
        fitted="dnp" not in said,
        pads=pads,
        graphics=tuple(_graphics(item, "fp_", at, angle)),
    )


def _angle(item: Element) -> float:
    at = item.first("at")
    return float(at.words[2]) if at is not None and len(at.words) > 2 else 0.0


def _moved(point: Point, at: Point, angle: float) -> Point:
    """A point of a footprint's frame, on the board."""
    turn = math.radians(angle)
    x, y = point
    return (
        at[0] + round(x * math.cos(turn) + y * math.sin(turn)),
        at[1] + round(y * math.cos(turn) - x * math.sin(turn)),
    )


def _pad(item: Element, at: Point, angle: float, where: str) -> FilePad:
    number, kind, shape = item.words[:3]
    if shape not in _SHAPES or item.flag("remove_unused_layers"):
        what = f"of shape {shape}" if shape not in _SHAPES else "without its unused layers"
        raise BuildError(
            f"{where}, pad {number}: a pad {what} is not understood; "
            f"use one of {', '.join(_SHAPES)}, on all of its layers"
        )
    layers, net, drill = item.first("layers"), item.first("net"), item.first("drill")
    return FilePad(
        number=number,
        shape=shape,
        at=_moved(item.point("at"), at, angle),
        size=item.point("size"),
        angle=_angle(item),
        drill=None if drill is None else _drill(drill),
        plated=kind != "np_thru_hole",
        layers=() if layers is None else layers.words,
        round_ratio=float(item.word("roundrect_rratio", "0")),
        net=net.words[-1] if net is not None else "",
    )


def _drill(item: Element) -> Point:
    """Width and height: `(drill 1)` or `(drill oval 1 2)`."""
    sizes = [nanometres(word) for word in item.words if word != "oval"]
    return sizes[0], sizes[-1]


def _graphics(item: Element, prefix: str, at: Point, angle: float) -> Iterator[FileGraphic]:
    """What is drawn, without texts."""
    for entry in item.lists:
        kind = entry.name.removeprefix(prefix)
        if not entry.name.startswith(prefix) or kind not in (*_PLACES, "poly"):
            continue
        stroke = entry.first("stroke")
        width = stroke.length("width") if stroke is not None else entry.length("width")
        points = [_moved(point, at, angle) for point in _points(entry, kind)]
        shape: GraphicKind = _PLACES[kind][0] if kind in _PLACES else "poly"
        if kind == "rect" and angle % 90:
            raise BuildError(
                f"a rectangle on {entry.word('layer')} turned by {angle:g} degrees is not "
                "understood; draw it as a polygon"
            )
        filled = entry.word("fill") in ("yes", "solid")
        for layer in _layers(entry):
            yield FileGraphic(shape, layer, tuple(points), width, filled)


def _layers(entry: Element) -> tuple[str, ...]:
    several = entry.first("layers")
    return several.words if several is not None else (entry.word("layer"),)


def _points(entry: Element, kind: str) -> list[Point]:
    if kind in _PLACES:
        return [entry.point(name) for name in _PLACES[kind][1]]
    points = entry.first("pts")
    return [] if points is None else [point.xy for point in points.all("xy")]


def _tracks(root: Element) -> Iterator[FileTrack]:
    for item in root.lists:
        if item.name in ("segment", "arc"):
            middle = item.point("mid") if item.name == "arc" else None
            yield FileTrack(
                item.word("layer"),
                item.point("start"),
                item.point("end"),
                item.length("width"),
                middle,
            )


def _via(item: Element) -> FileVia:
    layers = item.first("layers")
    first, last = layers.words if layers is not None else ("F.Cu", "B.Cu")
    return FileVia(item.point("at"), item.length("size"), item.length("drill"), (first, last))


def _fills(root: Element) -> Iterator[FileFill]:
    zones = [
        *root.all("zone"),
        *(zone for part in root.all("footprint") for zone in part.all("zone")),
    ]
    for zone in zones:
        for fill in zone.all("filled_polygon"):
            yield FileFill(fill.word("layer"), tuple(_points(fill, "poly")))


def _refuse_texts(item: Element, where: str) -> None:
    """Letters on copper have a shape that only KiCad knows."""
    for entry in item.lists:
        if entry.name in (
            "gr_text",
            "fp_text",
            "property",
            "gr_text_box",
            "dimension",
            "image",
            "table",
        ):
            layer = entry.word("layer")
            if layer.endswith(".Cu") and not entry.flag("hide"):
                raise BuildError(
                    f"{where}: a {entry.name} on {layer} is not understood; "
                    "move it to the silkscreen"
                )

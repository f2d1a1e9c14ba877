"""One page with the board's drawing and its bill of materials: click a line, see where it goes.

Everything is inside the page, nothing is loaded, so that it works from a stick at the bench.
"""

import html
import json
from collections.abc import Iterator, Mapping
from importlib import resources

from netgen.fab.assembly import Assembly, BomLine
from netgen.fab.board_file import BoardFile, FileGraphic, FilePad, FilePart
from parts.footprint import Point

_MARGIN = 2.0


def bom_page(board: BoardFile, parts: Assembly, title: str) -> str:
    """The whole page."""
    lines = {
        refdes: number
        for number, line in enumerate(parts.lines, start=1)
        for refdes in line.designators
    }
    values: Mapping[str, str] = {
        "TITLE": _text(title),
        "SUMMARY": f"{len(lines)} parts in {len(parts.lines)} lines",
        "ROWS": "\n".join(_row(number, line) for number, line in enumerate(parts.lines, start=1)),
        "DRAWING": _drawing(board, lines),
        "DATA": _data(board, lines),
    }
    template = resources.files("netgen.fab").joinpath("bom_page.html").read_text(encoding="utf-8")
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _row(number: int, line: BomLine) -> str:
    refs = ",".join(line.designators)
    title = "" if line.part is None else line.part.title
    return (
        f'<tr data-line="{number}" data-refs="{_text(refs)}">'
        f'<td><input type="checkbox" aria-label="placed"></td>'
        f'<td class="n">{len(line.designators)}</td><td>{_text(line.value)}</td>'
        f'<td title="{_text(title)}">{_text(line.mpn)}<br>{_text(line.footprint)}'
        f'<div class="refs">{_text(refs.replace(",", ", "))}</div></td></tr>'
    )


def _data(board: BoardFile, lines: Mapping[str, int]) -> str:
    """What the page says of a part; `<` is escaped, so that no text can end the element."""
    table = {
        part.refdes: {
            "line": str(lines[part.refdes]) if part.refdes in lines else "",
            "value": part.value,
            "mpn": part.mpn,
            "footprint": part.footprint,
            "path": part.path,
            "pins": [[pad.number, pad.net] for pad in part.pads],
        }
        for part in board.parts
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _drawing(board: BoardFile, lines: Mapping[str, int]) -> str:
    edge = [item for item in board.graphics if item.layer == "Edge.Cuts"]
    points = [point for item in edge for point in item.points]
    left, top = (min(point[axis] for point in points) / 1e6 - _MARGIN for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) / 1e6 + _MARGIN for axis in (0, 1))
    shapes = [
        f'<svg viewBox="{left:g} {top:g} {right - left:g} {bottom - top:g}" role="img" '
        f'aria-label="{_text(board.name)}, seen from the front">',
        *_outline(edge),
        *(_line(item) for part in board.parts for item in part.graphics if item.layer == "F.SilkS"),
        *(_part(part, part.refdes in lines) for part in board.parts),
    ]
    return "\n".join([*(shape for shape in shapes if shape), "</svg>"])


def _outline(edge: list[FileGraphic]) -> Iterator[str]:
    """A rectangle as an area; an outline of other pieces as lines alone."""
    for item in edge:
        if item.kind == "rect":
            yield _rectangle(item.points, "edge")
        else:
            yield _line(item)


def _rectangle(points: tuple[Point, ...], css: str) -> str:
    (x1, y1), (x2, y2) = points[:2]
    return (
        f'<rect class="{css}" x="{_mm(min(x1, x2))}" y="{_mm(min(y1, y2))}" '
        f'width="{_mm(abs(x2 - x1))}" height="{_mm(abs(y2 - y1))}"/>'
    )


def _line(item: FileGraphic) -> str:
    corners = " ".join(f"{_mm(x)},{_mm(y)}" for x, y in item.points)
    if item.kind in ("line", "arc"):
        return f'<polyline class="silk" points="{corners}"/>'
    return f'<polygon class="silk" points="{corners}"/>' if item.kind == "poly" else ""


def _part(part: FilePart, mounted: bool) -> str:
    """A part's body and pads, under its designator."""
    bodies = [item for item in part.graphics if item.layer.endswith(".Fab") and item.kind == "rect"]
    inner = [_rectangle(item.points, "body") for item in bodies]
    inner += [_pad(pad, first=index == 0) for index, pad in enumerate(part.pads)]
    css = "part" if mounted else "part bare"
    label = _text(f"{part.refdes}  {part.value}")
    return (
        f'<g class="{css}" data-ref="{_text(part.refdes)}"><title>{label}</title>'
        f"{''.join(inner)}</g>"
    )


def _pad(pad: FilePad, first: bool) -> str:
    x, y, (width, height) = pad.at[0], pad.at[1], pad.size
    ratio = {"rect": 0.0, "roundrect": pad.round_ratio}.get(pad.shape, 0.5)
    turn = f' transform="rotate({-pad.angle:g} {_mm(x)} {_mm(y)})"' if pad.angle % 180 else ""
    rx = _mm(round(min(pad.size) * ratio))
    css = "pad one" if first else "pad"
    shape = (
        f'<rect class="{css}" x="{_mm(x - width // 2)}" y="{_mm(y - height // 2)}" '
        f'width="{_mm(width)}" height="{_mm(height)}" rx="{rx}"{turn}/>'
    )
    if pad.drill is None:
        return shape
    return (
        shape + f'<circle class="hole" cx="{_mm(x)}" cy="{_mm(y)}" r="{_mm(pad.drill[0] // 2)}"/>'
    )


def _mm(value: int) -> str:
    return f"{value / 1e6:g}"

"""A component as KiCad writes it into the board file."""

from collections.abc import Iterator, Mapping

from netgen.board.kicad.words import identity, mm, quoted, stamp_path, xy
from netgen.board.lettering import text_area
from netgen.board.record import FabRules, Placed
from parts.footprint import MM, Footprint, Line, Pad, Rect

_FAB_HEIGHT = 800_000
_FAB_LINE = 100_000
_COURTYARD_LINE = 50_000
_MODELS = "${KICAD9_3DMODEL_DIR}"


def footprint_text(placed: Placed, numbers: Mapping[str, int], rules: FabRules) -> str:
    """The footprint's element.

    Args:
        placed: the component.
        numbers: of the nets, as the file counts them.
        rules: the fab's, for the lines of the silkscreen.
    """
    shape = placed.footprint
    lines = [
        # No library is named: the drawing is ours, and KiCad would hold it against its own.
        f"\t(footprint {quoted(shape.name.split(':')[1])}",
        '\t\t(layer "F.Cu")',
        f'\t\t(uuid "{identity(placed.path)}")',
        f"\t\t(at {xy(placed.at)}{_angle(placed.rotation)})",
        *_properties(placed, rules),
        f'\t\t(path "{stamp_path(placed.path.rpartition("/")[0], placed.path)}")',
        f"\t\t(attr {' '.join(_attributes(shape))})",
    ]
    if shape.bridge is not None:
        group = ", ".join(pad.number for pad in shape.pads)
        lines.append(f'\t\t(net_tie_pad_groups "{group}")')
    lines += _drawing(placed, rules)
    lines += [_pad(placed, pad, numbers) for pad in shape.pads]
    if shape.model is not None:
        lines.append(
            f'\t\t(model "{_MODELS}/{shape.model}.step" (offset (xyz 0 0 0)) '
            "(scale (xyz 1 1 1)) (rotate (xyz 0 0 0)))"
        )
    return "\n".join([*lines, "\t)"])


def _angle(angle: int) -> str:
    return f" {angle % 360}" if angle % 360 else ""


def _attributes(shape: Footprint) -> Iterator[str]:
    yield "through_hole" if shape.through_hole else "smd"
    if not shape.in_bom:
        yield "exclude_from_pos_files"
        yield "exclude_from_bom"
    if shape.bridge is not None:
        yield "allow_soldermask_bridges"


def _properties(placed: Placed, rules: FabRules) -> Iterator[str]:
    """The texts: of designator and value the first that fits stands in the body's outline.

    On a board that is soldered by hand that is what the hand looks for.
    """
    shape, silk = placed.footprint, rules.silk_height
    middle = xy(shape.body.centre)
    upright = shape.body.width < shape.body.height
    angle = (placed.rotation + (90 if upright else 0)) % 180
    printed = False
    for name, text in (("Reference", placed.refdes), ("Value", placed.value)):
        fits = not printed and _fits(shape, text, upright, silk)
        layer, height = ("F.SilkS", silk) if fits else ("F.Fab", _FAB_HEIGHT)
        hide = name == "Value" and not fits
        yield _property(placed, name, text, middle, angle, layer, height, hide)
        printed = printed or fits
    for name, text in placed.fields.items():
        yield _property(placed, name, text, middle, 0, "F.Fab", _FAB_HEIGHT, True)


def _property(
    placed: Placed, name: str, text: str, at: str, angle: int, layer: str, height: int, hide: bool
) -> str:
    hidden = " (hide yes)" if hide else ""
    return (
        f'\t\t(property "{name}" {quoted(text)} (at {at} {angle}) (layer "{layer}"){hidden} '
        f'(uuid "{identity(placed.path, name)}") {font(height)})'
    )


def font(height: int) -> str:
    """The effects of a text of this height; its lines are 15 % of it."""
    size = mm(height)
    return f"(effects (font (size {size} {size}) (thickness {mm(height * 15 // 100)})))"


def _fits(shape: Footprint, text: str, upright: bool, height: int) -> bool:
    """Whether a text in the middle of the body stays off pads and lines, and has a size to read."""
    area = text_area(text, shape.body.centre, height, upright)
    lines = (
        Rect(
            min(line.start[0], line.end[0]), min(line.start[1], line.end[1]),
            max(line.start[0], line.end[0]) + 1, max(line.start[1], line.end[1]) + 1,
        )
        for line in shape.silk
    )  # fmt: skip
    return (
        shape.through_hole
        and shape.body.holds(area)
        and not any(area.overlaps(pad.rect) for pad in shape.pads)
        and not any(area.overlaps(line) for line in lines)
    )


def _drawing(placed: Placed, rules: FabRules) -> Iterator[str]:
    """Silkscreen, courtyard, body, and the bridge of a jumper."""
    shape = placed.footprint
    for index, line in enumerate(shape.silk):
        yield _line(line, rules.silk_line, identity(placed.path, "silk", index))
    yield _rect(shape.courtyard, "F.CrtYd", _COURTYARD_LINE, identity(placed.path, "courtyard"))
    yield _rect(shape.body, "F.Fab", _FAB_LINE, identity(placed.path, "body"))
    if shape.bridge is not None:
        opening = Rect(-MM * 15 // 100, shape.body.top, MM * 15 // 100, shape.body.bottom)
        yield _filled(shape.bridge, "F.Cu", identity(placed.path, "bridge"))
        yield _filled(opening, "F.Mask", identity(placed.path, "opening"))


def _line(line: Line, width: int, key: str) -> str:
    return (
        f"\t\t(fp_line (start {xy(line.start)}) (end {xy(line.end)}) "
        f'(stroke (width {mm(width)}) (type solid)) (layer "F.SilkS") (uuid "{key}"))'
    )


def _rect(rect: Rect, layer: str, width: int, key: str) -> str:
    return (
        f"\t\t(fp_rect (start {xy((rect.left, rect.top))}) (end {xy((rect.right, rect.bottom))}) "
        f'(stroke (width {mm(width)}) (type solid)) (fill none) (layer "{layer}") (uuid "{key}"))'
    )


def _filled(rect: Rect, layer: str, key: str) -> str:
    corners = (
        (rect.left, rect.top), (rect.right, rect.top),
        (rect.right, rect.bottom), (rect.left, rect.bottom),
    )  # fmt: skip
    points = " ".join(f"(xy {xy(corner)})" for corner in corners)
    return (
        f"\t\t(fp_poly (pts {points}) (stroke (width 0) (type solid)) (fill solid) "
        f'(layer "{layer}") (uuid "{key}"))'
    )


def _pad(placed: Placed, pad: Pad, numbers: Mapping[str, int]) -> str:
    kind = "smd" if pad.drill is None else "thru_hole"
    net = placed.net(pad.number)
    words = [
        f'(pad "{pad.number}" {kind} {pad.shape}',
        f"(at {xy(pad.at)}{_angle(placed.rotation)})",
        f"(size {xy(pad.size)})",
    ]
    if pad.drill is None:
        layers = '"F.Cu" "F.Paste" "F.Mask"' if pad.paste else '"F.Cu" "F.Mask"'
        words.append(f"(layers {layers})")
    else:
        words.append(f'(drill {mm(pad.drill)}) (layers "*.Cu" "*.Mask") (remove_unused_layers no)')
    if pad.shape == "roundrect":
        words.append(f"(roundrect_rratio {pad.round_ratio:g})")
    if net is not None:
        words.append(f"(net {numbers[net]} {quoted(net)})")
    words.append(f'(uuid "{identity(placed.path, "pad", pad.number)}"))')
    return "\t\t" + " ".join(words)

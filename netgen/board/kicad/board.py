"""The text of a `.kicad_pcb` file."""

from collections.abc import Iterator, Mapping, Sequence

from netgen.board.kicad.footprint import font, footprint_text
from netgen.board.kicad.mount import mount_text
from netgen.board.kicad.page import on_page, page_size
from netgen.board.kicad.words import identity, mm, quoted, xy
from netgen.board.record import Board, Layer, SilkText, Track, Via, Zone
from parts.footprint import Point

_VERSION = 20240108
_THICKNESS = 1_600_000
_COPPER = 35_000
_NEXT = "\n\t\t\t"
_OTHER_LAYERS = (
    '(32 "B.Adhes" user "B.Adhesive")', '(33 "F.Adhes" user "F.Adhesive")',
    '(34 "B.Paste" user)', '(35 "F.Paste" user)',
    '(36 "B.SilkS" user "B.Silkscreen")', '(37 "F.SilkS" user "F.Silkscreen")',
    '(38 "B.Mask" user)', '(39 "F.Mask" user)',
    '(40 "Dwgs.User" user "User.Drawings")', '(41 "Cmts.User" user "User.Comments")',
    '(44 "Edge.Cuts" user)', '(45 "Margin" user)',
    '(46 "B.CrtYd" user "B.Courtyard")', '(47 "F.CrtYd" user "F.Courtyard")',
    '(48 "B.Fab" user)', '(49 "F.Fab" user)',
)  # fmt: skip
_LAYER_NUMBERS: Mapping[Layer, int] = {
    "F.Cu": 0, "In1.Cu": 1, "In2.Cu": 2, "In3.Cu": 3, "In4.Cu": 4, "B.Cu": 31,
}  # fmt: skip


def board_text(board: Board) -> str:
    """The whole file. The same board gives the same bytes."""
    board = on_page(board)
    numbers = {name: number for number, name in enumerate(board.nets(), start=1)}
    lines = [
        *_head(board),
        '\t(net 0 "")',
        *(f"\t(net {number} {quoted(name)})" for name, number in numbers.items()),
        *(footprint_text(item, numbers, board.rules) for item in board.placed),
        *(mount_text(mount, number) for number, mount in enumerate(board.mounts, start=1)),
        *_outline(board),
        *(_text(text, index) for index, text in enumerate(board.texts)),
        *_tracks(board.tracks, numbers),
        *_vias(board.vias, numbers),
        *(_zone(zone, index, numbers) for index, zone in enumerate(board.zones)),
    ]
    return "\n".join([*lines, ")"]) + "\n"


def _head(board: Board) -> Iterator[str]:
    corner = xy((board.outline.left, board.outline.bottom))
    yield "(kicad_pcb"
    yield f"\t(version {_VERSION})"
    yield '\t(generator "twinboard")'
    yield '\t(generator_version "1")'
    yield f"\t(general (thickness {mm(_THICKNESS)}) (legacy_teardrops no))"
    width, height = page_size(board)
    yield f'\t(paper "User" {mm(width)} {mm(height)})'
    yield f"\t(title_block (title {quoted(board.title)}))"
    yield "\t(layers"
    for layer in board.layers:
        kind = "power" if layer.startswith("In") else "signal"
        yield f'\t\t({_LAYER_NUMBERS[layer]} "{layer}" {kind})'
    for layer in _OTHER_LAYERS:
        yield f"\t\t{layer}"
    yield "\t)"
    yield "\t(setup"
    yield from _stackup(board.layers)
    yield "\t\t(pad_to_mask_clearance 0)"
    yield "\t\t(allow_soldermask_bridges_in_footprints no)"
    yield f"\t\t(aux_axis_origin {corner})"
    yield f"\t\t(grid_origin {corner})"
    yield "\t)"


def _stackup(layers: Sequence[Layer]) -> Iterator[str]:
    """Mask, copper and what insulates it, from the front to the back."""
    yield "\t\t(stackup"
    yield '\t\t\t(layer "F.SilkS" (type "Top Silk Screen"))'
    yield '\t\t\t(layer "F.Paste" (type "Top Solder Paste"))'
    yield '\t\t\t(layer "F.Mask" (type "Top Solder Mask") (thickness 0.01))'
    gaps = _insulation(len(layers))
    for index, layer in enumerate(layers):
        yield f'\t\t\t(layer "{layer}" (type "copper") (thickness {mm(_COPPER)}))'
        if index < len(gaps):
            kind = "core" if index % 2 or len(gaps) == 1 else "prepreg"
            yield (
                f'\t\t\t(layer "dielectric {index + 1}" (type "{kind}") '
                f'(thickness {mm(gaps[index])}) (material "FR4") (epsilon_r 4.5) '
                "(loss_tangent 0.02))"
            )
    yield '\t\t\t(layer "B.Mask" (type "Bottom Solder Mask") (thickness 0.01))'
    yield '\t\t\t(layer "B.Paste" (type "Bottom Solder Paste"))'
    yield '\t\t\t(layer "B.SilkS" (type "Bottom Silk Screen"))'
    yield '\t\t\t(copper_finish "None")'
    yield "\t\t\t(dielectric_constraints no)"
    yield "\t\t)"


def _insulation(layers: int) -> tuple[int, ...]:
    """Thickness of what lies between the copper layers; the outer ones are thin."""
    room = _THICKNESS - 20_000 - _COPPER * layers
    if layers == 2:
        return (room,)
    inner = (room - 400_000) // (layers - 3)
    return (200_000, *[inner] * (layers - 3), 200_000)


def _outline(board: Board) -> Iterator[str]:
    edge = board.outline
    yield (
        f"\t(gr_rect (start {xy((edge.left, edge.top))}) (end {xy((edge.right, edge.bottom))}) "
        '(stroke (width 0.1) (type solid)) (fill none) (layer "Edge.Cuts") '
        f'(uuid "{identity("outline")}"))'
    )


def _text(text: SilkText, index: int) -> str:
    return (
        f"\t(gr_text {quoted(text.text)} (at {xy(text.at)} {text.rotation}) "
        f'(layer "F.SilkS") (uuid "{identity("text", index, text.text)}") {font(text.height)})'
    )


def _tracks(tracks: Sequence[Track], numbers: Mapping[str, int]) -> Iterator[str]:
    for index, item in enumerate(tracks):
        yield (
            f"\t(segment (start {xy(item.start)}) (end {xy(item.end)}) (width {mm(item.width)}) "
            f'(layer "{item.layer}") (net {numbers[item.net]}) '
            f'(uuid "{identity("track", index)}"))'
        )


def _vias(vias: Sequence[Via], numbers: Mapping[str, int]) -> Iterator[str]:
    for index, item in enumerate(vias):
        yield (
            f"\t(via (at {xy(item.at)}) (size {mm(item.diameter)}) (drill {mm(item.drill)}) "
            f'(layers "F.Cu" "B.Cu") (net {numbers[item.net]}) (uuid "{identity("via", index)}"))'
        )


def _zone(zone: Zone, index: int, numbers: Mapping[str, int]) -> str:
    lines = [
        f"\t(zone (net {numbers[zone.net]}) (net_name {quoted(zone.net)}) "
        f'(layer "{zone.layer}") (uuid "{identity("zone", index)}") '
        f"(name {quoted(f'{zone.net} {zone.layer}')}) (hatch edge 0.5)",
        f"\t\t(priority {zone.priority})" if zone.priority else "",
        f"\t\t(connect_pads {'thru_hole_only' if zone.plane else 'no'} "
        f"(clearance {mm(zone.clearance)}))",
        f"\t\t(min_thickness {mm(zone.min_width)}) (filled_areas_thickness no)",
        f"\t\t(fill{' yes' if zone.fill else ''} (thermal_gap {mm(zone.thermal_gap)}) "
        f"(thermal_bridge_width {mm(zone.spoke)}) (island_removal_mode 0))",
        f"\t\t(polygon {_points(zone.outline)})",
        *(f'\t\t(filled_polygon (layer "{zone.layer}") {_points(piece)})' for piece in zone.fill),
    ]
    return "\n".join([*(line for line in lines if line), "\t)"])


def _points(corners: Sequence[Point]) -> str:
    """Some points a line: KiCad refuses to read a line of a million characters."""
    words = [f"(xy {xy(corner)})" for corner in corners]
    lines = (words[start : start + 8] for start in range(0, len(words), 8))
    return f"(pts {_NEXT.join(' '.join(line) for line in lines)})"

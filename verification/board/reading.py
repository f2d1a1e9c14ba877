"""Reading a board file: KiCad's text in, BoardCopper out, nothing on copper left out.

A clause that is not known, a text on copper, a pad that differs from layer to layer: each is
refused with its line. What is left out without a word could be the copper that joins two nets.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from verification.board.clauses import (
    NM_PER_MM,
    Clause,
    Place,
    atoms,
    clauses,
    find,
    flag,
    head,
    layers_of,
    length,
    net_of,
    point,
    refuse_unknown,
)
from verification.board.drawings import polygon, shape_of
from verification.board.footprints import (
    drawing,
    read_footprint,
    refuse_copper,
)
from verification.board.geometry import arc
from verification.board.pads import hole_length, refuse_cut_copper
from verification.board.record import (
    Area,
    BoardCopper,
    Fill,
    Footprint,
    Graphic,
    Point,
    Track,
    Via,
    Zone,
)
from verification.board.stack import Stack, read_stack
from verification.board.vocabulary import HEADER, NO_COPPER, TEXTS, TRACK, VIA, ZONE
from verification.errors import NetlistError
from verification.reading.sexpr import BOARD, read_entries

THICKNESS_NM = 1_600_000
"""Of a board whose file does not say."""
STROKED_FILLS_UNTIL = 20250210
"""From this version on a zone's fill has no pen, and the file no longer says so."""


def is_board(content: str) -> bool:
    """Whether a text is a KiCad board, by what it begins with."""
    return content.lstrip("\ufeff \t\r\n").startswith(f"({BOARD.root}")


@dataclass(slots=True)
class _Found:
    """What one pass collects; `nets` are names by number, as KiCad 8 and 9 have them."""

    source: str
    version: int = 0
    thickness: int = THICKNESS_NM
    stack: Stack | None = None
    nets: dict[str, str] = field(default_factory=lambda: {"0": ""})
    outline: list[tuple[Point, ...]] = field(default_factory=list[tuple[Point, ...]])
    footprints: list[Footprint] = field(default_factory=list[Footprint])
    tracks: list[Track] = field(default_factory=list[Track])
    vias: list[Via] = field(default_factory=list[Via])
    zones: list[Zone] = field(default_factory=list[Zone])
    graphics: list[Graphic] = field(default_factory=list[Graphic])

    def layers(self, place: Place) -> Stack:
        """The copper layers, which stand before everything that is on them."""
        if self.stack is None:
            raise place.error("an item before the '(layers ...)' clause; save the board with KiCad")
        return self.stack


def parse_board(content: str, source: str = "board") -> BoardCopper:
    """The board in a text; `source` names it in messages.

    Cost: linear in the length of the text, about 0.15 us a byte.

    Raises:
        NetlistError: what is wrong or not understood, and in which line.
    """
    found = _Found(source)
    for entry in read_entries(content, source, (BOARD.root,), BOARD):
        if entry.items is not None:
            _take(found, entry.items, Place(source, entry.line))
    if found.stack is None:
        raise NetlistError(
            f"{source}: no '(layers ...)' clause; this is not a complete KiCad board"
        )
    return BoardCopper(
        found.stack.names,
        found.thickness,
        tuple(found.footprints),
        tuple(found.tracks),
        tuple(found.vias),
        tuple(found.zones),
        tuple(found.graphics),
        tuple(found.outline),
        source,
    )


def _take(found: _Found, clause: Clause, place: Place) -> None:
    """Add what one clause of the file is. KiCad writes layers and nets before what is on them."""
    kind = head(clause)
    if kind in HEADER:
        _head(found, clause, place)
    elif kind in ("segment", "arc"):
        found.tracks.append(_track(clause, found.layers(place), found.nets, place))
    elif kind == "via":
        found.vias.append(_via(clause, found.layers(place), found.nets, place))
    elif kind == "footprint":
        footprint, edge = read_footprint(clause, found.layers(place), found.nets, place)
        found.footprints.append(footprint)
        found.outline += edge
    elif kind == "zone":
        found.zones += _zone(clause, found, place)
    elif shape_of(clause):
        graphics, edge = drawing(clause, found.layers(place), place)
        found.graphics += graphics
        found.outline += edge
    elif kind in TEXTS:
        refuse_copper(clause, "the board", place)
    elif kind not in NO_COPPER:
        raise place.error(
            f"'({kind[:24]} ...)' is not known here, so it may be copper; boards of KiCad 8, 9 and "
            "10 are read: save it with one of them"
        )


def _head(found: _Found, clause: Clause, place: Place) -> None:
    """What the file says before its items: version, thickness, layers, numbers of nets."""
    said = atoms(clause)
    match clause[0]:
        case "version":
            found.version = int(said[0]) if said and said[0].isdecimal() else 0
        case "general":
            found.thickness = length(clause, "thickness", place, THICKNESS_NM)
        case "layers":
            found.stack = read_stack(clause, place)
        case _:
            if len(said) > 1:
                found.nets[said[0]] = said[1]


def _track(clause: Clause, stack: Stack, nets: dict[str, str], place: Place) -> Track:
    refuse_unknown(clause, TRACK, "a track", place)
    layers = stack.expand(layers_of(clause), place)
    width = hole_length(clause, "width", place)
    if len(layers) != 1:
        raise place.error("a track that is not on one copper layer")
    start, end = point(clause, "start", place), point(clause, "end", place)
    points = (start, end)
    if clause[0] == "arc":
        points = arc(start, point(clause, "mid", place), end)
    return Track(layers[0], points, width, net_of(clause, nets))


def _via(clause: Clause, stack: Stack, nets: dict[str, str], place: Place) -> Via:
    refuse_cut_copper(clause, "a via", place)
    refuse_unknown(clause, VIA, "a via", place)
    at = point(clause, "at", place)
    ends = stack.expand(layers_of(clause), place)
    if len(ends) != 2:
        raise place.error("a via that does not name the two copper layers where it ends")
    size, drill = hole_length(clause, "size", place), hole_length(clause, "drill", place)
    if drill > size:
        raise place.error(
            f"a via of {size / NM_PER_MM:g} mm with a hole of {drill / NM_PER_MM:g} mm"
        )
    return Via(at, size, drill, stack.between(*ends), net_of(clause, nets))


def _zone(clause: Clause, found: _Found, place: Place) -> tuple[Zone, ...]:
    """The zone; nothing for a rule area, which is no copper."""
    if find(clause, "keepout") is not None:
        return ()
    refuse_unknown(clause, ZONE, "a zone", place)
    stack = found.layers(place)
    layers = stack.expand(layers_of(clause), place)
    fills: list[Fill] = []
    for item in clauses(clause):
        if item[0] != "filled_polygon":
            continue
        on = stack.expand(layers_of(item), place) or layers
        if len(on) != 1:
            raise place.error("a filled polygon that is not on one copper layer")
        fills.append(Fill(on[0], Area(polygon(item, place), 0, True)))
    stroked = find(clause, "filled_areas_thickness") is None and found.version < STROKED_FILLS_UNTIL
    if fills and (stroked or flag(clause, "filled_areas_thickness")):
        raise place.error(
            "a zone filled the way KiCad 5 did, with a pen; fill it again with KiCad 8 or later"
        )
    return (Zone(layers, tuple(fills), net_of(clause, found.nets), place.line),) if layers else ()

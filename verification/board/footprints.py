"""Footprints of a board file."""

from __future__ import annotations

from verification.board.clauses import (
    Clause,
    Place,
    atoms,
    clauses,
    flag,
    head,
    layers_of,
    position,
    refuse_unknown,
    text,
)
from verification.board.drawings import areas, chain, shape_of
from verification.board.geometry import placed
from verification.board.pads import read_pad
from verification.board.record import Footprint, Graphic, Pad, Point
from verification.board.stack import FRONT, Stack, on_copper
from verification.board.vocabulary import FOOTPRINT, TEXTS

EDGE = "Edge.Cuts"
_NAMES = {"reference": "Reference", "value": "Value"}
Chain = tuple[Point, ...]


def read_footprint(
    clause: Clause, stack: Stack, nets: dict[str, str], place: Place
) -> tuple[Footprint, tuple[Chain, ...]]:
    """A footprint, and what it draws of the board's outline.

    Raises:
        NetlistError: a clause that is not known, or copper that is not understood.
    """
    name = next(iter(atoms(clause)), "")
    refuse_unknown(clause, FOOTPRINT, f'footprint "{name}"', place)
    at, turn = position(clause, place)
    fields = _fields(clause)
    refdes, value = (fields.pop(key, "") for key in ("Reference", "Value"))
    pads, graphics, outline = list[Pad](), list[Graphic](), list[Chain]()
    for item in clauses(clause):
        if item[0] == "pad":
            pads.append(read_pad(item, at, turn, stack, nets, place))
        elif shape_of(item):
            drawn, edge = drawing(item, stack, place, at, turn)
            graphics += drawn
            outline += edge
        else:
            refuse_copper(item, f'footprint "{refdes or name}"', place)
    found = Footprint(
        refdes,
        value,
        name,
        tuple(fields.items()),
        at,
        turn,
        "front" if text(clause, "layer") == FRONT else "back",
        "board_only" in text(clause, "attr").split(),
        text(clause, "path"),
        text(clause, "sheetname"),
        tuple(pads),
        tuple(graphics),
        place.line,
    )
    return found, tuple(outline)


def drawing(
    item: Clause, stack: Stack, place: Place, at: Point = (0, 0), turn: float = 0.0
) -> tuple[list[Graphic], list[Chain]]:
    """What a line, arc, circle or polygon is on copper, and what on the board's outline."""
    named = layers_of(item)
    graphics = [
        Graphic(layer, areas(item, lambda p: placed(p, at, turn), place), place.line)
        for layer in stack.expand(named, place)
    ]
    edge = [tuple(placed(p, at, turn) for p in chain(item, place))] if EDGE in named else []
    return graphics, edge


def refuse_copper(item: Clause, what: str, place: Place) -> None:
    """Refuse what is on copper and cannot be turned into areas.

    Raises:
        NetlistError: a text, table, dimension, bar code or a footprint's own zone on copper.
    """
    kind = head(item)
    if kind in TEXTS and not _hidden(item) and on_copper(item):
        raise place.error(
            f"{what}: '({kind} ...)' on a copper layer is not read, so what it touches would not "
            "be seen; move it to the silkscreen"
        )
    if kind == "zone" and not any(head(inner) == "keepout" for inner in clauses(item)):
        raise place.error(
            f"{what}: a copper zone inside a footprint is not read; draw it on the board"
        )


def _hidden(item: Clause) -> bool:
    """KiCad 8 and later write `(hide yes)`, earlier ones a bare `hide`."""
    return (
        flag(item, "hide")
        or "hide" in atoms(item)
        or any(
            head(inner) == "effects" and ("hide" in atoms(inner) or flag(inner, "hide"))
            for inner in clauses(item)
        )
    )


def _fields(clause: Clause) -> dict[str, str]:
    """Properties by name, the first of a name; KiCad 7 has reference and value as texts."""
    found: dict[str, str] = {}
    for item in clauses(clause):
        given = atoms(item)
        if item[0] == "property" and len(given) > 1:
            found.setdefault(given[0], given[1])
        elif item[0] == "fp_text" and len(given) > 1 and given[0] in _NAMES:
            found.setdefault(_NAMES[given[0]], given[1])
    return found

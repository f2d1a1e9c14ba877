"""Equivalence: the proof that a mutant is the same circuit as the original.

Both boards are written in a canonical form, and the proof is that the forms are equal:

* a part is its part number, value and footprint with the units that its record holds; a unit is its
  model and, for each of its terminals, the net; terminals that the model does not tell apart (the
  ends of a resistor, unpolarised capacitor, jumper or fuse; the inputs of a gate) are a set, and
  equal units of a package are a set;
* pins that the record calls no-connect are on no net, and a net with fewer than two other pins is
  no net;
* the board is the set of its parts, with how many there are of each; connectors and test points
  keep their references, since the host's cables know them.

Nothing here knows what the mutant did: a form that differs is a different circuit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from parts.models import (
    CapacitorModel,
    FuseModel,
    GateModel,
    JumperModel,
    Model,
    ResistorModel,
)
from verification.checks.board import Board, Placed

_OPEN = ""
"""The label of a pin on no net, or alone on one."""

Stated = dict[str, tuple[str, str, str]]
"""Reference -> part number, value and footprint."""
Labels = dict[str, tuple[tuple[str, str, bool], ...]]
"""Reference -> (pin name, label of its net, whether the record calls it no-connect) each."""


@dataclass(frozen=True)
class Canon:
    """A board in canonical form."""

    stated: Stated
    labels: Labels
    parts: dict[str, Hashable]

    @classmethod
    def of(cls, board: Board) -> Canon | None:
        """The canonical form of a board; None for unknown parts and names that are used twice."""
        labels = _labels(board)
        if labels is None:
            return None
        parts = {ref: _part(placed, labels[ref]) for ref, placed in board.placed.items()}
        return cls(_stated(board), labels, parts)


def proof(before: Canon | None, board: Board) -> str:
    """Why a board is the same circuit as another, in words; "" where it is not or may not be.

    Only parts with a pin on another net than before need their form made again.
    """
    if before is None or _stated(board) != before.stated:
        return ""
    labels = _labels(board)
    if labels is None:
        return ""
    changed = [ref for ref, at in labels.items() if at != before.labels[ref]]
    after = {ref: _part(board.placed[ref], labels[ref]) for ref in changed}
    moved = [ref for ref in changed if after[ref] != before.parts[ref]]
    if Counter(before.parts[ref] for ref in moved) != Counter(after[ref] for ref in moved):
        return ""
    if moved:
        return f"{' and '.join(moved)} are equal parts and change places"
    reasons = [_turned(ref, before.labels[ref], labels[ref]) for ref in changed]
    return "; ".join(reasons) or "only pins that are no-connect or open come and go"


def _stated(board: Board) -> Stated:
    return {
        ref: (placed.record.mpn, placed.component.value, placed.component.footprint)
        for ref, placed in board.placed.items()
    }


def _labels(board: Board) -> Labels | None:
    """The nets of all pins by name; None where names do not tell nets or parts apart."""
    nets, components = board.netlist.nets, board.netlist.components
    known = sum(len(pins) for pins, name in zip(board.wires, board.names, strict=True) if name)
    if (
        board.unknown
        or len({net.name for net in nets}) < len(nets)
        or known != sum(len(net.pins) for net in nets)
        or len(board.placed) != len(components)
    ):
        return None
    label = [
        name if sum(pin.record.role != "no_connect" for pin in pins) > 1 else _OPEN
        for pins, name in zip(board.wires, board.names, strict=True)
    ]
    return {
        ref: tuple(
            (name, label[pin.wire], pin.record.role == "no_connect")
            for name, pin in placed.by_name.items()
        )
        for ref, placed in board.placed.items()
    }


def _turned(
    refdes: str, before: Sequence[tuple[str, str, bool]], after: Sequence[tuple[str, str, bool]]
) -> str:
    """What of one part changes places."""
    changed = [
        (name, idle)
        for (name, old, idle), (_, new, _) in zip(before, after, strict=True)
        if old != new
    ]
    pins = f"{refdes} {', '.join(name for name, _ in changed)}"
    if all(idle for _, idle in changed):
        return f"{pins}: no-connect in the part's record"
    return f"{pins}: the part's model does not tell them apart"


def _part(placed: Placed, labels: Sequence[tuple[str, str, bool]]) -> Hashable:
    """A part in canonical form."""
    at = {name: label for name, label, _ in labels}
    record, component = placed.record, placed.component
    kept = placed.refdes if record.kind in ("connector", "testpoint") else ""
    units = Counter(_unit(model, at) for model in record.models)
    inside = {name for model in record.models for _, name in model.pin_names()}
    loose = tuple(
        (pin.name, at[pin.name])
        for pin in record.pins
        if pin.name not in inside and pin.role != "no_connect"
    )
    return record.mpn, component.value, component.footprint, kept, frozenset(units.items()), loose


def _unit(model: Model, at: dict[str, str]) -> Hashable:
    """A unit in canonical form."""
    match model:
        case ResistorModel() | JumperModel() | FuseModel():
            return _figures(model), tuple(sorted((at[model.a], at[model.b])))
        case CapacitorModel() if not model.polarised:
            return _figures(model), tuple(sorted((at[model.a], at[model.b])))
        case GateModel():
            return (
                _figures(model),
                tuple(sorted(at[name] for name in model.inputs)),
                at[model.output],
            )
        case _:
            return _figures(model), tuple(at[name] for _, name in model.pin_names())


def _figures(model: Model) -> Hashable:
    """What a model says apart from its pins."""
    words = (*model.keywords, *model.optional_keywords)
    return model.__class__.__name__, tuple(
        (key, getattr(model, key)) for key in type(model).model_fields if key not in words
    )

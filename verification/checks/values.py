"""Every part suits its use: the parts that the design names, and values within limits.

A value is also held against the others of its use. A board has one value of pull-down, one of
guard, one of light resistor and one of decoupling capacitor, so that a single one that differs is a
mistake even where it would do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.models import CapacitorModel, DiodeModel, ResistorModel
from verification.checks.board import BoardPin, Placed
from verification.checks.case import Case, End
from verification.checks.decoupling import BULK_F
from verification.checks.passives import resistor_end
from verification.checks.rails import fuses_on
from verification.checks.records import Check, Item, judged
from verification.checks.suiting import suiting_faults
from verification.structure import LearningNetwork

NAME = "values"
CLAIM = (
    "every part is the one that the design names for its place, and every value suits its use and "
    "is that of the other parts of this use"
)
LIMITS = {
    "pull-down or pull-up": (22e3, 470e3),
    "pull-up of an open collector": (1e3, 47e3),
    "guard": (220.0, 4.7e3),
    "decoupling": (47e-9, BULK_F),
}
"""Least and greatest ohm or farad of each use."""
LIGHT_MIN_A = 0.1e-3
"""Less cannot be seen in a lit room, A."""
LIGHT_MAX_A = 5e-3
"""More than a logic output spares for a light, A."""
CLAMP_PARTS = 1.3
"""A clamp that stands off more than this many times its rail comes too late."""


@dataclass(frozen=True, slots=True)
class Use:
    """A part in a use: what it is there for, and the value that counts."""

    what: str
    placed: Placed
    value: float


def check_values(case: Case, network: LearningNetwork, catalogue: Catalogue) -> Check:
    """Parts against the design's names; values against limits and against each other."""
    uses = [*_resistors(case), *_capacitors(case)]
    faults = [*_chosen(case, network, catalogue), *_lights(case), *_protection(case)]
    groups: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        groups[use.what].append(use)
        limits = LIMITS.get(use.what)
        if limits is not None and not limits[0] <= use.value <= limits[1]:
            text = f"{use.what}: {limits[0]:g} to {limits[1]:g}"
            faults.append(_item(use.placed, text, f"{use.value:g}", 0.7))
    for what, members in groups.items():
        faults += _odd(what, members)
    faults += suiting_faults(case)
    evidence = {what.replace(" ", "_"): len(members) for what, members in sorted(groups.items())}
    return judged(NAME, CLAIM, len(uses), evidence, faults)


def _odd(what: str, members: list[Use]) -> Iterator[Item]:
    """Members of a use whose part is not that of the majority."""
    ranked = Counter(use.placed.record.mpn for use in members).most_common(2)
    usual, count = ranked[0]
    tied = len(ranked) > 1 and ranked[1][1] == count
    for use in members:
        if use.placed.record.mpn != usual or tied:
            text = f"{'one part' if tied else usual}, as the other parts for {what}"
            yield _item(use.placed, text, use.placed.record.mpn, 0.5 if tied else 0.8)


def _resistors(case: Case) -> Iterator[Use]:
    """Resistors in the uses that have one value on a board."""
    for placed, model in case.board.units(ResistorModel):
        ends = {resistor_end(case, placed.by_name[name]) for name in (model.a, model.b)}
        what = ""
        if ends & {End.CONTROL, End.HOST, End.LINE} and ends & {End.GROUND, End.RAIL}:
            what = "pull-down or pull-up"
        elif End.COLLECTOR in ends:
            what = "pull-up of an open collector"
        elif End.LAMP in ends:
            what = "light"
        elif ends & {End.READ, End.RETURN, End.LINE} or _guards_source(case, placed, model, ends):
            what = "guard"
        elif End.COMPARE in ends:
            what = "average"
        if what:
            yield Use(what, placed, model.ohm)


def _guards_source(case: Case, placed: Placed, model: ResistorModel, ends: set[End]) -> bool:
    """Whether a resistor is in series with a source's line; those of DESIRED set eta."""
    if ends != {End.HOST, End.FOLLOW}:
        return False
    wires = (placed.by_name[model.a].wire, placed.by_name[model.b].wire)
    sources = case.interface.sources.values()
    return any(pin.function in sources for wire in wires for pin in case.host_driven.get(wire, ()))


def _capacitors(case: Case) -> Iterator[Use]:
    for placed, model in case.board.units(CapacitorModel):
        if model.farad < BULK_F:
            yield Use("decoupling", placed, model.farad)


def _chosen(case: Case, network: LearningNetwork, catalogue: Catalogue) -> Iterator[Item]:
    """Parts that the design names, found by what they do."""
    keys = case.board.design.electronics
    names: dict[str, set[str]] = {
        "digipot": {c.placed.refdes for c in (*network.channels, *network.nudges)},
        "latch": {p.refdes for t in network.twins for p in (t.up, t.select) if p is not None},
        "comparator": _of_kind(case, "comparator"),
        "amplifier": _buffers(case, network),
        "driver": _of_kind(case, "amplifier") - _buffers(case, network),
        "xor": _gates(case),
    }
    for key, refdes in names.items():
        try:
            wanted = catalogue.part(str(getattr(keys, key))).mpn
        except PartError:
            continue
        for name in sorted(refdes):
            placed = case.board.placed[name]
            if placed.record.mpn != wanted:
                text = f"{wanted}, the {key} of the design"
                yield _item(placed, text, placed.record.mpn, 0.85)
    for placed, model in case.board.units(ResistorModel):
        ends = {resistor_end(case, placed.by_name[name]) for name in (model.a, model.b)}
        if End.COMPARE in ends and model.ohm != keys.average_ohm:
            text = f"{keys.average_ohm:g} ohm, the average_ohm of the design"
            yield _item(placed, text, f"{model.ohm:g} ohm", 0.85)


def _of_kind(case: Case, kind: str) -> set[str]:
    return {placed.refdes for placed in case.board.placed.values() if placed.record.kind == kind}


def _gates(case: Case) -> set[str]:
    """Logic parts that decide: gates of two inputs; line buffers are not the design's choice."""
    return {
        placed.refdes
        for placed in case.board.placed.values()
        if placed.record.kind == "logic"
        and any(len(tuple(model.pin_names())) > 2 for model in placed.record.models)
    }


def _buffers(case: Case, network: LearningNetwork) -> set[str]:
    """Amplifiers that sense nodes and drive none, no channel and no line of the host."""
    found: set[str] = set()
    for placed in case.board.placed.values():
        if placed.record.kind != "amplifier":
            continue
        inputs = [p for p in placed.pins.values() if p.record.role == "analog_input"]
        outputs = [p for p in placed.pins.values() if p.record.role == "analog_output"]
        senses = any(network.node_of.find(pin.wire) in network.side_of for pin in inputs)
        if senses and not any(_serves_host(case, network, pin) for pin in outputs):
            found.add(placed.refdes)
    return found


def _serves_host(case: Case, network: LearningNetwork, output: BoardPin) -> bool:
    """Whether an output drives a node, or leads through a resistor to an amplifier or the host."""
    if network.node_of.find(output.wire) in network.side_of:
        return True
    ends = (bond.other(output.wire) for bond in case.bonds.get(output.wire, ())
            if bond.kind == "resistor")  # fmt: skip
    return any(resistor_end(case, end) in (End.READ, End.FOLLOW) for end in ends)


def _lights(case: Case) -> Iterator[Item]:
    """The current of each light."""
    supply = case.board.design.electronics.supply_v
    for placed, diode in case.board.units(DiodeModel):
        greatest = min(LIGHT_MAX_A, diode.current_max_a)
        for end in (diode.anode, diode.cathode) if diode.purpose == "led" else ():
            wire = placed.by_name[end].wire
            amperes = (supply - diode.forward_v) * case.siemens_at(wire)
            near = [b.a.placed for b in case.bonds.get(wire, ()) if b.kind == "resistor"]
            if amperes <= greatest and not (near and amperes < LIGHT_MIN_A):
                continue
            for part in (placed, *near):
                text = f"a light of {LIGHT_MIN_A:g} to {greatest:g} A"
                yield _item(part, text, f"{amperes:.2g} A", 0.6)


def _protection(case: Case) -> Iterator[Item]:
    """Clamps not far above their rail; one clamp for each rail, one fuse for each terminal."""
    for rail in case.rails.rails:
        clamps = [
            (placed, model)
            for placed, model in case.board.units(DiodeModel)
            if model.purpose == "clamp" and placed.by_name[model.cathode].wire == rail.wire
        ]
        for placed, model in clamps:
            if (model.standoff_v or 0.0) > CLAMP_PARTS * rail.volts:
                text = f"a clamp that stands off up to {CLAMP_PARTS * rail.volts:g} V"
                yield _item(placed, text, f"{model.standoff_v:g} V", 0.7)
        fuses = fuses_on(case.board, rail.wire)
        terminals = max(1, len(rail.entries))
        for placed in [placed for placed, _ in clamps] if len(clamps) > 1 else ():
            yield _item(placed, f"one clamp for {rail.function}", f"{len(clamps)}", 0.7)
        each = "" if terminals == 1 else f"each of the {terminals} terminals of "
        for placed, _ in fuses if len(fuses) > terminals else ():
            yield _item(placed, f"one fuse for {each}{rail.function}", f"{len(fuses)}", 0.7)


def _item(placed: Placed, expected: str, got: str, weight: float) -> Item:
    return Item(
        placed.refdes,
        expected=expected,
        got=got,
        fix="choose the part again",
        weight=weight,
    )

"""The adjustable nudge: between which nets a target's digipot stands, and which lines move it.

```
follower of FREE ---- B  digipot  A ---- follower of DESIRED
(SENSE, to OUT)          W                                        eta = code / divisor
                         +---- in_p of the follower that drives CLAMPED
CLK <- ETA_STEP     U/D <- ETA_UP     CS <- ETA_SELECT            through buffers only
```

At midscale, eta = 1/2, A and B exchanged measure the same; only the wires tell them apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from parts.models import AmplifierModel
from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.interface import ETA_CONTROLS
from verification.checks.records import Item
from verification.checks.tracing import Line
from verification.structure import CLAMPED, FREE, Channel, LearningNetwork

TERMINALS = (
    ("a", "at the output that follows {target}.DESIRED"),
    ("b", "at the output that follows the free side of {target}, where {target}.OUT reads it"),
    ("w", "alone with the input of the follower that drives the clamped side of {target}"),
)
"""Terminals of the model and where they belong."""


def nudge_lines(channel: Channel) -> Iterator[tuple[BoardPin, Line, str]]:
    """(logic input, where its level comes from, the host's line that it should come from)."""
    keywords = ("clk", "up_down", "cs")
    lines = (channel.step, channel.up, channel.select)
    for keyword, line, function in zip(keywords, lines, ETA_CONTROLS, strict=True):
        yield channel.pin(keyword), line, function


def nudge_terminals(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Each digipot between the two voltages of one target, and each target with a digipot."""
    served: set[str] = set()
    for channel in network.nudges:
        pins = {
            keyword: channel.placed.by_name[getattr(channel.model, keyword)]
            for keyword, _ in TERMINALS
        }
        found = {
            "a": _desired(case, pins["a"].wire),
            "b": _sensed(case, pins["b"].wire),
            "w": _clamping(case, network, pins["w"].wire),
        }
        votes = Counter(name for names in found.values() for name in names)
        # The first of equals: A, whose follower is nearest to the host, has the word.
        target = max(votes, key=lambda name: votes[name], default="")
        served.add(target)
        for keyword, place in TERMINALS:
            if not target or target not in found[keyword]:
                wanted = place.format(target=target or "the target")
                yield _item(case, pins[keyword], wanted, 0.8)
    for target, function in case.interface.desired.items():
        if network.nudges and target not in served:
            for pin in case.board.functions.get(function, ()):
                yield _item(case, pin, "behind its follower, at A of the digipot for eta", 0.5)


def _desired(case: Case, wire: int) -> tuple[str, ...]:
    """The targets whose DESIRED an amplifier repeats on a wire."""
    targets = {function: name for name, function in case.interface.desired.items()}
    return tuple(
        targets[pin.function]
        for model, output in _amplifiers(case, case.outputs.get(wire, ()))
        for pin in case.host_driven.get(output.placed.by_name[model.in_p].wire, ())
        if pin.function in targets
    )


def _sensed(case: Case, wire: int) -> tuple[str, ...]:
    """The targets whose OUT a resistor joins to an amplifier's output on a wire."""
    targets = {function: name for name, function in case.interface.outputs.items()}
    if not _amplifiers(case, case.outputs.get(wire, ())):
        return ()
    return tuple(
        targets[pin.function]
        for bond in case.bonds.get(wire, ())
        if bond.kind == "resistor"
        for pin in case.host_read.get(bond.other(wire).wire, ())
        if pin.function in targets
    )


def _clamping(case: Case, network: LearningNetwork, wire: int) -> tuple[str, ...]:
    """The targets whose clamped side an amplifier drives that reads an undriven wire."""
    if case.outputs.get(wire) or case.host_driven.get(wire) or case.rails.fixed(wire):
        return ()
    names: list[str] = []
    for pin in case.senses.get(wire, ()):
        for model in pin.placed.record.units(AmplifierModel):
            if pin.record.name == model.in_p:
                names += _driven(case, network, pin.placed.by_name[model.out].wire)
    return tuple(names)


def _driven(case: Case, network: LearningNetwork, wire: int) -> Iterator[str]:
    """The targets whose clamped side a wire is: by its port, in copper as the sensed node's twin.

    In copper what a clamped node is called comes from DESIRED, by way of the digipot in question.
    """
    ports = case.interface.channel_ports
    for pin in case.board.wires[wire]:
        target, side = ports.get(pin.function, ("", ""))
        if side == CLAMPED and target in case.interface.desired:
            yield target
    root = network.node_of.find(wire)
    for claim in network.claims if not ports else ():
        name = f"TGT-N{claim.node}"
        sensed = claim.side == FREE and name in case.interface.desired
        if sensed and network.twin_node.get(claim.wire) == root:
            yield name


def _amplifiers(
    case: Case, outputs: tuple[BoardPin, ...]
) -> tuple[tuple[AmplifierModel, BoardPin], ...]:
    """The amplifiers among what some output pins belong to."""
    return tuple(
        (model, pin)
        for pin in outputs
        if isinstance(model := case.unit_of.get(pin), AmplifierModel)
    )


def _item(case: Case, pin: BoardPin, expected: str, weight: float) -> Item:
    mates = ", ".join(mate.label for mate in case.board.mates(pin)[:4])
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} {expected}",
        got=f"with {mates}" if mates else "open",
        fix="correct the net of this pin",
        weight=weight,
    )

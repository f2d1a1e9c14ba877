"""The documents of a design on several boards: one for the system, one for each board."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designs import Design
from netgen.bench_docs.clocks import clock_sequence, enable_chain, nudge_setting
from netgen.bench_docs.facts import Facts
from netgen.bench_docs.guide import TROUBLE, about_voltages, forms
from netgen.bench_docs.pinout import pinout
from netgen.bench_docs.power import before_power, host_items, idle_rows, rail_rows
from netgen.bench_docs.record import Block, Heading, Paragraph, Places, Steps, Table, Voltages
from netgen.bench_docs.tasks import task_sections
from netgen.bench_docs.words import amperes, counted, pin, probe
from netgen.elaborate import Elaboration
from netgen.interface import board_table
from netgen.system.elaborate import SystemElaboration
from netgen.system.interface import system_json


@dataclass(frozen=True)
class BoardFacts(Facts):
    """Facts of one of several boards: what is on it, without channels, tasks and clocks."""

    @cached_property
    def interface(self) -> Mapping[str, Any]:
        """Supplies, connectors, test points."""
        return board_table(self.made)


@dataclass(frozen=True)
class SystemFacts(Facts):
    """Facts of a system. `made` is the host's board, where all channels and clock lines are.

    Attributes:
        system: all boards.
        boards: each board's own facts, by name.
    """

    system: SystemElaboration
    boards: Mapping[str, BoardFacts]

    @cached_property
    def interface(self) -> Mapping[str, Any]:
        """The system file."""
        return json.loads(system_json(self.system))

    @property
    def design(self) -> Design:
        """Of the whole."""
        return self.system.design

    @property
    def nodes(self) -> tuple[str, ...]:
        """Of the whole."""
        return self.system.network.nodes

    @property
    def netlist(self) -> str:
        """The system file."""
        return f"{self.design.name}-system.json"

    def spot(self, place: Mapping[str, str]) -> str:
        """A pin with its board."""
        return f"{place['board']} {pin(place['refdes'], place['pin'])}"

    def host_pin(self, function: str) -> str:
        """On the host's board."""
        return f"{self.system.plan.boards[0].name} {super().host_pin(function)}"

    def near(self, place: Mapping[str, str]) -> str:
        """Board and place on it."""
        return f"{place['board']}, {self.boards[place['board']].where(place['refdes'])}"

    def probe(self, net: str) -> str:
        """On the first board that has the net."""
        found = ((name, probe(one.made.circuit, net)) for name, one in self.boards.items())
        return next((f"{name} {at}" for name, at in found if at), "")


def system_documents(
    made: SystemElaboration, voltages: Voltages, places: Mapping[str, Places]
) -> Mapping[str, str]:
    """`<name>-bring-up.md` and `.html` of the system.

    Args:
        made: the design.
        voltages: of good boards, cabled, computed from their netlists.
        places: of components, by the board's name.
    """
    boards = {
        plan.name: BoardFacts(one, voltages, places[plan.name])
        for plan, one in zip(made.plan.boards, made.boards, strict=True)
    }
    first = next(iter(boards.values()))
    facts = SystemFacts(first.made, voltages, first.places, made, boards)
    return forms(made.design.name, tuple(_guide(facts)))


def board_documents(made: Elaboration, system: str, places: Places) -> Mapping[str, str]:
    """`<name>-bring-up.md` and `.html` of one board of a system of this name."""
    return forms(made.design.name, tuple(_board_guide(made, system, places)))


def _board_guide(made: Elaboration, system: str, places: Places) -> Iterator[Block]:
    facts = BoardFacts(made, Voltages((), 0), places)
    design = made.design
    yield Heading(1, f"Board {design.name}")
    yield Paragraph(
        f"{design.title}: {len(made.network.nodes)} nodes, {len(made.network.edges)} edges, "
        f"{len(made.circuit.components)} components. Look at each board alone as below; then "
        f"power them together, cabled, by `{system}-bring-up.html`."
    )
    yield from before_power(facts)
    yield from pinout(facts)


def _guide(facts: SystemFacts) -> Iterator[Block]:
    design, network = facts.design, facts.system.network
    yield Heading(1, f"Bring-up of {design.name}")
    yield Paragraph(
        f"{design.title or design.name}: {len(network.nodes)} nodes, {len(network.edges)} edges on "
        f"{len(facts.boards)} boards. A pin or part is called with its board before it."
    )
    yield Paragraph(about_voltages(facts))
    yield from _needed(facts)
    yield from _cables(facts)
    yield from _first_power(facts)
    yield from enable_chain(facts)
    yield from clock_sequence(facts)
    yield from nudge_setting(facts)
    yield from task_sections(facts)
    yield Heading(2, "Where to look")
    yield Table(("You see", "Look at"), (*_TROUBLE, *TROUBLE))


_TROUBLE = (
    ("edges of one board never move, or all together", "the cable of its clock lines: half "
     "plugged, or in another header"),
    ("nodes of two boards differ where they are one node", "that cable; the boards' grounds"),
    ("a board without power pulls its neighbours' nodes down", "its supply: all are switched "
     "together"),
)  # fmt: skip


def _needed(facts: SystemFacts) -> Iterator[Block]:
    yield Heading(2, "What you need")
    rows = tuple(
        (
            f"`{one.made.design.name}`", name,
            "" if one.places is None else f"{one.places.width:g} x {one.places.height:g} mm",
            str(len(one.made.network.edges)), str(len(one.made.circuit.components)),
        )
        for name, one in facts.boards.items()
    )  # fmt: skip
    yield Table(("Board", "Called", "Size", "Edges", "Components"), rows)
    yield Table(
        ("Board", "Supply", "At", "Set to", "Fuse holds"),
        tuple(row for name, one in facts.boards.items() for row in _supply_rows(name, one)),
    )
    channels = facts.interface["channels"]
    sources = sum(item["kind"] == "source" for item in channels)
    yield Steps(
        (
            "One bench supply for each voltage, with a pair of wires of its own to every board's "
            "terminal.",
            *host_items(facts, sources, len(channels) - sources),
        )
    )


def _supply_rows(board: str, facts: BoardFacts) -> Iterator[tuple[str, ...]]:
    for supply in facts.interface["supplies"]:
        name = str(supply["function"])
        at = ", ".join(
            pin(component.refdes, item.number)
            for component, item in facts.pins(*facts.connectors)
            if item.function == name
        )
        fuse = amperes(float(supply["fuse_hold_a"]))
        yield board, f"`{name}`", at, f"{float(supply['volts']):.2f} V", fuse


def _cables(facts: SystemFacts) -> Iterator[Block]:
    cables = facts.interface["cables"]
    yield Heading(2, "Ribbon cables")
    yield Paragraph(
        f"{counted(len(cables), 'cable')}. Both headers of a cable bear its name on the "
        "silkscreen; pin 1 goes to pin 1, and the key keeps it so."
    )
    rows = tuple(
        (
            f"`{cable['cable']}`",
            *(_end(facts, end) for end in cable["ends"]),
            f"{cable['ways']} ways, {cable['length_mm']} mm",
            ", ".join(dict.fromkeys(_carried(wire["carries"]) for wire in cable["wires"]
                                    if wire["carries"] != facts.system.nets.ground)),
        )
        for cable in cables
    )  # fmt: skip
    yield Table(("Cable", "From", "To", "Kind", "Carries"), rows)


def _carried(function: str) -> str:
    """A line, or the node whose two nets cross."""
    node, dot, _ = function.rpartition(".")
    return f"node `{node.removeprefix('N')}`" if dot else f"`{function}`"


def _end(facts: SystemFacts, end: Mapping[str, str]) -> str:
    return f"{end['board']} `{end['refdes']}`, {facts.boards[end['board']].where(end['refdes'])}"


def _first_power(facts: SystemFacts) -> Iterator[Block]:
    idle = facts.voltages.moments[0]
    yield Heading(2, "First power, host off")
    items = [
        "Every board has passed its own list (the `bring-up` of its folder). Plug all ribbon "
        "cables.",
        "Set the current limit to what the fuses of all boards hold together, and switch all "
        "boards on together.",
        "The lamp of the supply is on, on every board. Lamps of edges may be on or off: "
        "flip-flops wake up in any state.",
        "Measure against `GND` of the same board and write down:",
    ]
    if facts.cables:
        items.insert(
            1,
            f"Plug the two-wire cables of task `{idle.task}` (below). Without them the network is "
            "tied to nothing, and what a meter shows at its nodes means nothing.",
        )
    yield Steps(tuple(items))
    for name, one in facts.boards.items():
        yield Heading(3, f"Board {name}")
        yield Table(
            ("At", "Signal", "Volts", "Allowed"),
            (*rail_rows(one), *idle_rows(one, idle)),
            measured=True,
        )
    yield Paragraph(
        "Measure between the `GND` test points of the boards: less than 5 mV, else a supply lead "
        "is loose. Switch the boards on before the host drives anything, and off after it."
    )

"""System files and the netlists that they join: what is read, and every refusal."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from systems import several, system

from verification.built import in_chain_order, read_built
from verification.errors import NetlistError, UsageError
from verification.reading.assembly import assemble, read_boards
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef
from verification.reading.system import is_system, parse_system

SMALL: dict[str, Any] = {
    "schema_version": 1,
    "kind": "system",
    "boards": [{"board": "b1", "netlist": "x-b1.net"}, {"board": "b2", "netlist": "x-b2.net"}],
    "cables": [
        {
            "cable": "1-2/1",
            "length_mm": 300,
            "ends": [{"board": "b1", "refdes": "J1"}, {"board": "b2", "refdes": "J1"}],
            "wires": [{"from": "1", "to": "1"}, {"from": "2", "to": "3"}],
        }
    ],
    "enable_chain": {"edges": [{"edge": "1-2"}, {"edge": "2-3"}]},
}


def board(*nets: tuple[str, tuple[str, ...]]) -> Netlist:
    """A netlist of parts J1 and R1 with these nets."""
    parts = tuple(NetlistComponent(name, "", "", (), "", "") for name in ("J1", "R1"))
    made = (NetlistNet(name, tuple(PinRef(*pin.split(".")) for pin in pins)) for name, pins in nets)
    return Netlist(parts, tuple(made))


def test_everything_keeps_its_name_with_its_boards_before_it() -> None:
    both = {
        "b1": board(("A", ("J1.1", "R1.1")), ("GND", ("R1.2",))),
        "b2": board(("A", ("J1.1", "R1.1")), ("GND", ("R1.2",))),
    }
    made = assemble(parse_system(json.dumps(SMALL), "x"), both)
    assert [part.refdes for part in made.components] == ["b1:J1", "b1:R1", "b2:J1", "b2:R1"]
    assert [part.board for part in made.components] == ["b1", "b1", "b2", "b2"]
    joined, ground, other = made.nets
    assert joined.name == "b1:A"
    assert [str(pin) for pin in joined.pins] == ["b1:J1.1", "b1:R1.1", "b2:J1.1", "b2:R1.1"]
    assert (ground.name, other.name) == ("b1:GND", "b2:GND")
    assert made.boards == ("b1", "b2")
    assert made.chain == (("1", "2"), ("2", "3"))


def test_wires_join_across_several_boards_and_through_several_pins() -> None:
    """Pin 2 of the first header leads to pin 3 of the second, on the net of its pin 1."""
    both = {
        "b1": board(("A", ("J1.1",)), ("B", ("J1.2", "R1.1"))),
        "b2": board(("C", ("J1.1", "J1.3"))),
    }
    (net,) = assemble(parse_system(json.dumps(SMALL), "x"), both).nets
    assert [str(pin) for pin in net.pins] == [
        "b1:J1.1", "b1:J1.2", "b1:R1.1", "b2:J1.1", "b2:J1.3",
    ]  # fmt: skip


def test_a_wire_to_a_pin_that_is_not_there_joins_nothing() -> None:
    both = {"b1": board(("A", ("J1.1",))), "b2": board(("A", ("R1.1",)))}
    made = assemble(parse_system(json.dumps(SMALL), "x"), both)
    assert [net.name for net in made.nets] == ["b1:A", "b2:A"]
    assert len(made.wires) == 2


# What is changed in the small system, and the message.
REFUSALS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("kind", lambda t: t.pop("kind"),
     'x.json: "kind" is not "system": this is no system file; build writes one'),
    ("version", lambda t: t.update(schema_version=2), 'x.json: "schema_version" must be 1'),
    ("no boards", lambda t: t.pop("boards"), "x.json: boards is missing"),
    ("boards a number", lambda t: t.update(boards=3), "x.json: boards must be a list"),
    ("boards empty", lambda t: t.update(boards=[]), 'x.json: "boards" is empty'),
    ("board twice", lambda t: t["boards"][1].update(board="b1"),
     'x.json: "boards" names b1 twice'),
    ("board's name", lambda t: t["boards"][1].update(board="b:2"),
     "x.json: boards, item 2: board must be 1 to 24 letters, digits, '_' or '-'"),
    ("no netlist", lambda t: t["boards"][1].pop("netlist"),
     "x.json: boards, item 2: netlist is missing"),
    ("netlist a number", lambda t: t["boards"][0].update(netlist=1),
     "x.json: boards, item 1: netlist must be a text"),
    ("a board that is a text", lambda t: t["boards"].append("b3"),
     "x.json: boards, item 3: board is missing"),
    ("one end", lambda t: t["cables"][0]["ends"].pop(),
     "x.json: cables, item 1: ends must hold the two ends of the cable"),
    ("unknown board", lambda t: t["cables"][0]["ends"][1].update(board="b3"),
     'x.json: cables, item 1: ends names board b3, which is not in "boards"'),
    ("length", lambda t: t["cables"][0].update(length_mm=-1),
     "x.json: cables, item 1: length_mm must be above 0 and at most 100000"),
    ("length a text", lambda t: t["cables"][0].update(length_mm="300"),
     "x.json: cables, item 1: length_mm must be a number"),
    ("wire", lambda t: t["cables"][0]["wires"][1].pop("to"),
     "x.json: cables, item 1: wires, item 2: to is missing"),
    ("chain", lambda t: t.update(enable_chain=[]), "x.json: enable_chain must be a table"),
    ("edge", lambda t: t["enable_chain"]["edges"].append({}),
     "x.json: enable_chain.edges, item 3: edge is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "message"), REFUSALS)
def test_a_system_file_of_another_shape_is_refused(
    name: str, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    table = copy.deepcopy(SMALL)
    change(table)
    with pytest.raises(NetlistError) as caught:
        parse_system(json.dumps(table), "x.json")
    assert str(caught.value) == message


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(NetlistError, match=r"^x.json: not valid JSON: Expecting"):
        parse_system("{", "x.json")
    with pytest.raises(NetlistError, match=r"^x.json: not valid JSON: "):
        parse_system("{" + '"a":[' * 100_000, "x.json")


def test_a_netlist_is_told_from_a_system_by_its_first_character() -> None:
    assert is_system('\n {"kind": "system"}')
    assert not is_system("(export)")


def test_a_missing_netlist_of_a_board_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x-system.json"
    file.write_text(json.dumps(SMALL), encoding="utf-8")
    with pytest.raises(NetlistError, match=r"x-b1\.net"):
        read_boards(file)


def test_one_netlist_of_several_boards_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x-b1.net"
    file.write_text('(export (version "D") (components) (nets))', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_built(file, several("dillavou16", 2))
    assert str(caught.value) == (
        f"design dillavou16 is on 2 boards, and {file} is one of them; give the system file "
        "instead, which joins them: dillavou16-system.json (with --boards DIR, the folder of their "
        "board files)"
    )
    assert read_built(file, several("dillavou16", "auto"))[0].boards == ()


def test_the_design_follows_the_chain_and_only_a_chain_of_its_edges() -> None:
    netlist, design = system("dillavou16", 2).assembled()
    edges = several("dillavou16", 2).graph.edges
    assert design.graph.edges != edges
    assert sorted(design.graph.edges) == sorted(edges)
    other = several("two_edge", 2)
    assert in_chain_order(netlist, other) is other

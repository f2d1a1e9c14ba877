"""What the generator makes of a network on several boards: circuits, cables and files."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from systems import cable_of, elaborated, several, system

from designs import Design, load_design
from designs.load import design_from_text
from netgen.build import plan_build
from netgen.cells.link import pin_functions
from netgen.elaborate import Elaboration, elaborate
from netgen.errors import BuildError
from netgen.system.build import build, plan_system_build
from netgen.system.choose import elaborate_boards, largest_mm2, tile_mm2
from netgen.system.elaborate import SystemElaboration, elaborate_system
from netgen.timing import timing
from parts.catalogue import load_catalogue

CASES = [("dillavou16", 2), ("dillavou16", 4), ("iris16", 3), ("dillavou16_throughhole", 2)]


def cells(made: Elaboration, kind: str) -> set[str]:
    return {cell for cell in made.circuit.cells if cell.startswith(f"{kind}/")}


@pytest.mark.parametrize(("name", "boards"), CASES)
def test_every_edge_is_on_one_board_with_followers_for_its_nodes(name: str, boards: int) -> None:
    made = elaborated(name, boards)
    edges = Counter(cell for one in made.boards for cell in cells(one, "edge"))
    assert edges == Counter(f"edge/{a}-{b}" for a, b in load_design(name).graph.edges)
    for one in made.boards:
        ends = {node for edge in one.network.edges for node in edge}
        assert cells(one, "node") == {f"node/{node}" for node in ends}
        assert len(one.network.edges) in range(16 // boards - 1, 16 // boards + 2)


@pytest.mark.parametrize(("name", "boards"), CASES)
def test_every_board_is_complete_and_the_host_is_at_the_first(name: str, boards: int) -> None:
    made = elaborated(name, boards)
    for number, one in enumerate(made.boards, start=1):
        found = set(one.circuit.cells)
        assert {"supply", "control/entry"} <= found
        assert ("control" in found) == (number == 1)
        assert ("relay/onward" in found) == (number < boards)
        assert ("relay/back" in found) == (number > 1)
        assert bool(cells(one, "source")) == (number == 1)
        assert bool(cells(one, "link"))
    ports = Counter(cell for one in made.boards for cell in cells(one, "port"))
    assert set(ports.values()) <= {1}


def test_reference_designators_do_not_depend_on_the_number_of_boards() -> None:
    alone = elaborate(load_design("dillavou16"), load_catalogue()).circuit
    known = {part.path: part.refdes for part in alone.components}
    for boards in (2, 3):
        for one in elaborated("dillavou16", boards).boards:
            shared = [part for part in one.circuit.components if part.path in known]
            assert len(shared) > 80
            assert all(known[part.path] == part.refdes for part in shared)


def test_both_ends_of_a_cable_are_alike() -> None:
    made = elaborated("dillavou16", 4)
    seen = 0
    for link in made.plan.links:
        ends = [
            made.boards[board - 1].circuit.in_cell(f"link/{link.low}-{link.high}")
            for board in (link.low, link.high)
        ]
        assert [part.refdes for part in ends[0]] == [part.refdes for part in ends[1]]
        for header, (first, second) in zip(link.headers, zip(*ends, strict=True), strict=True):
            assert tuple(item.function for item in first.functions) == header
            assert tuple(item.function for item in second.functions) == header
            seen += 1
    assert seen >= 3


def test_lines_are_between_grounds_and_every_cut_node_has_one() -> None:
    first, second = pin_functions(1, 2, True, [str(k) for k in range(12)], 40)
    assert first[:11:2] == ("GND",) * 6
    assert first[1:10:2] == tuple(
        f"LINK.1-2.{line}" for line in ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK", "CHAIN")
    )
    assert first[11:14] == ("LINK.1-2.N0.FREE", "LINK.1-2.N0.CLAMPED", "GND")
    for header in (first, second):
        assert len(header) == 40
        assert sum(pin != "GND" for pin in header) <= 2 * header.count("GND")
    carried = [pin for header in (first, second) for pin in header if pin != "GND"]
    assert len(carried) == len(set(carried)) == 5 + 2 * 12
    assert len(pin_functions(1, 3, False, [], 40)) == 0


def test_the_chain_begins_at_the_last_board_and_its_clock_at_the_first() -> None:
    made = elaborated("disordered100", 3)
    banks = [list(board.banks) for board in made.plan.boards]
    assert [bank for group in reversed(banks) for bank in group] == [1, 2, 3, 4, 5, 6]
    first, middle, last = (one.circuit for one in made.boards)
    fed = last.by_path["control/entry/buffer"].pins
    assert "ENABLE_DATA" in {pin.net for pin in fed}
    assert "CHAIN" in {pin.net for pin in middle.by_path["control/entry/buffer"].pins}
    clock = first.by_path["control/bank6/enable_clock"].pins
    assert "ENABLE_CLOCK" in {pin.net for pin in clock}
    relay = first.by_path["relay/onward/enable_clock"].pins
    assert "control/bank5/ENABLE_CLOCK" in {pin.net for pin in relay}


def test_pinned_edges_and_nodes_are_where_the_design_pins_them() -> None:
    design = several("dillavou16", 3, on_board={"node/9": 1, "edge/6-5": 3})
    made = elaborate_system(design, load_catalogue(), 3)
    first, _, last = (set(board.network.edges) for board in made.plan.boards)
    assert {("2", "9"), ("9", "7")} <= first
    assert ("6", "5") in last


def test_a_board_that_pins_leave_without_an_edge_is_refused() -> None:
    design = several("two_edge", 2, on_board={"node/1": 1, "node/2": 1, "node/3": 1})
    with pytest.raises(BuildError) as caught:
        elaborate_system(design, load_catalogue(), 2)
    assert str(caught.value) == (
        "board.boards: board 2 gets no edge of the 2; ask for fewer boards, or pin fewer edges"
    )


def lattice(rows: int, columns: int, board: str) -> Design:
    text = f"""
schema = 1
name = "wide"
[network]
generator = "square_lattice"
arguments = {{ rows = {rows}, columns = {columns} }}
[[task]]
name = "t"
kind = "allostery"
sources = {{ 1 = 3.0, 3 = 0.0 }}
targets = {{ 2 = 1.0 }}
bound = {{ rms_v = 0.1 }}
[board]
{board}
"""
    return design_from_text(text, Path("wide.toml"))


def test_auto_takes_one_board_where_one_is_large_enough() -> None:
    made = elaborate_boards(lattice(4, 4, 'boards = "auto"'), load_catalogue())
    assert isinstance(made, Elaboration)
    assert made == elaborate(made.design, load_catalogue())


def test_auto_takes_as_few_boards_as_the_fab_allows() -> None:
    made = elaborate_boards(lattice(8, 15, 'boards = "auto"'), load_catalogue())
    assert isinstance(made, SystemElaboration)
    assert len(made.boards) == 2
    areas = [1.75 * tile_mm2(one.circuit, "jlcpcb") for one in made.boards]
    assert max(areas) <= largest_mm2("jlcpcb") == 125_000
    wider = elaborate_boards(lattice(8, 15, 'boards = "auto"\nfab = "pcbway"'), load_catalogue())
    assert isinstance(wider, Elaboration)


def test_auto_makes_the_boards_that_pins_name() -> None:
    board = 'boards = "auto"\non_board = { "edge/1-2" = 3 }'
    made = elaborate_boards(lattice(4, 4, board), load_catalogue())
    assert isinstance(made, SystemElaboration)
    assert len(made.boards) == 3
    assert ("1", "2") in made.plan.boards[2].network.edges


def test_the_files_of_all_boards_are_written_and_do_not_change(tmp_path: Path) -> None:
    design = several("dillavou16", 2)
    result = build(design, tmp_path / "out")
    each = ("-bom.csv", "-interface.json", ".erc.json", ".net")
    names = {f"dillavou16-{board}{end}" for board in ("b1", "b2") for end in each}
    names |= {"dillavou16-system.json", "dillavou16-graph.svg"}
    assert {path.name for path in result.files} == names
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(before) == names
    assert build(design, tmp_path / "out").digest == result.digest
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert result.erc.clean
    assert [board.name for board in result.boards] == ["dillavou16-b1", "dillavou16-b2"]
    assert sum(board.edges for board in result.boards) == result.edges == 16
    assert sum(board.components for board in result.boards) == result.components


def test_nothing_is_written_where_one_file_stands_in_the_way(tmp_path: Path) -> None:
    foreign = tmp_path / "dillavou16-system.json"
    foreign.write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="is not the work of an earlier build"):
        build(several("dillavou16", 2), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [foreign.name]


def test_one_board_is_built_as_ever(tmp_path: Path) -> None:
    result = build(load_design("two_edge"), tmp_path)
    plan, _ = plan_build(elaborate(load_design("two_edge"), load_catalogue()))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == plan.files
    assert result.boards == ()


def test_a_waiver_may_be_for_one_board_and_is_in_vain_where_none_needs_it() -> None:
    made = elaborated("two_boards", 2)
    waiver = {"rule": "no_driver", "where": "N1_FREE", "reason": "nothing drives it on purpose"}
    design = design_from_text(
        (Path(load_design("two_boards").source)).read_text(encoding="utf-8")
        + "[[erc_waivers]]\n" + "".join(f"{key} = '{text}'\n" for key, text in waiver.items()),
        Path("two_boards.toml"),
    )  # fmt: skip
    _, reports = plan_system_build(replace(made, design=design))
    assert all(len(report.unused_waivers) == 1 for report in reports)
    assert all(not report.clean for report in reports)


def test_the_system_file_says_what_a_host_and_a_cable_maker_need() -> None:
    table = system("dillavou16", 3).table
    assert table["kind"] == "system"
    assert [row["netlist"] for row in table["boards"]] == [
        f"dillavou16-b{k}.net" for k in (1, 2, 3)
    ]
    cable = cable_of(table, "1-2/1")
    assert (cable["ways"], len(cable["wires"])) == (40, 40)
    assert cable["ends"] == [
        {"board": "b1", "refdes": "JL1_2_1"}, {"board": "b2", "refdes": "JL1_2_1"},
    ]  # fmt: skip
    assert cable["grounds"] == sum(wire["carries"] == "GND" for wire in cable["wires"])
    assert all(wire["from"] == wire["to"] for wire in cable["wires"])
    hosts = {row["host"][key]["board"] for row in table["channels"] for key in row["host"]}
    assert hosts == {"b1"}
    cut = {row["node"]: row["boards"] for row in table["cut_nodes"]}
    carried = Counter(
        wire["carries"].split(".")[0].removeprefix("N")
        for cable in table["cables"] for wire in cable["wires"]
        if wire["carries"].endswith(".FREE")
    )  # fmt: skip
    assert carried == {node: len(boards) - 1 for node, boards in cut.items()}


def test_times_grow_with_every_relay() -> None:
    parts = elaborated("dillavou16", 2).parts
    times = [timing(parts, 100, 4, relays, 5) for relays in range(4)]
    for near, far in pairwise(times):
        assert near.latch_to_step_s < far.latch_to_step_s
        assert near.enable_half_period_s < far.enable_half_period_s
        assert near.learning_step_s < far.learning_step_s


def test_graph_and_json_are_of_the_whole_network(tmp_path: Path) -> None:
    build(several("two_edge", 2), tmp_path)
    table = json.loads((tmp_path / "two_edge-system.json").read_text(encoding="utf-8"))
    assert [row["edges"] for row in table["boards"]] == [1, 1]
    assert "3 nodes, 2 edges" in (tmp_path / "two_edge-graph.svg").read_text(encoding="utf-8")

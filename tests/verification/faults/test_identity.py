"""No false alarm: a board under other names, in other orders and dialects is judged alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designs import Design
from netgen.emit.netlist import emit_netlist
from parts.catalogue import load_catalogue
from tests.netgen.board_designs import design_of, made
from tests.verification.checks import mutants
from tests.verification.checks.boards import ready
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.records import Verdict
from verification.errors import UsageError
from verification.extraction.functions import host_drives
from verification.faults.dialects import DIALECTS, Dialect, write_netlist
from verification.faults.identity import OPERATORS, Identity, transform, transforms
from verification.reading.kinparse_reader import parse_with_kinparse
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.structure import extract_network
from verification.verify import VerifyOptions, judge, no_tick, static_checks, structural_checks

TRIANGLE = [("a.1", "b"), ("b", "c_2"), ("c_2", "a.1")]


def alarms(text: str, design: Design) -> list[str]:
    """The checks of the wiring that do not pass."""
    case = Case(index_board(parse_netlist(text), design, load_catalogue()))
    network = extract_network(case)
    checks = [*static_checks(case), *structural_checks(case, network, load_catalogue())]
    return [check.name for check in checks if check.verdict is not Verdict.PASS]


def false_alarms(drawn: list[Identity]) -> dict[str, list[str]]:
    """Transform -> the checks that raise an alarm over it."""
    found = {identity.name: alarms(identity.text, identity.design) for identity in drawn}
    return {name: checks for name, checks in found.items() if checks}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("two_edge", 44),
        ("dillavou16", 12),
        ("dillavou16_throughhole", 6),
        ("iris16", 6),
        ("lattice4x4", 4),
    ],
)
def test_no_wiring_check_raises_an_alarm_over_a_ready_design(name: str, count: int):
    board = ready(name)
    assert false_alarms(list(transforms(board.text, board.design, 5, count))) == {}


@pytest.mark.parametrize("patching", ["cables", "fixed"])
@pytest.mark.parametrize("nudge", ["fixed", "adjustable"])
def test_no_wiring_check_raises_an_alarm_over_other_kinds_of_boards(patching: str, nudge: str):
    """Nodes with dots in their names too: their pins' functions have a dot more."""
    design = design_of(TRIANGLE, patching=patching, electronics=f'nudge = "{nudge}"')
    text = emit_netlist(made(design).circuit).text
    assert false_alarms(list(transforms(text, design, 6, 24))) == {}


def verdicts(netlist: Netlist, design: Design) -> dict[str, Verdict]:
    """What every check but the tasks says of a board with nominal parts."""
    options = VerifyOptions(learning=False, ideal=True)
    report = judge(netlist, design, load_catalogue(), options, no_tick)
    return {check.name: check.verdict for check in report.checks}


@pytest.mark.parametrize("name", ["two_edge", "dillavou16"])
def test_the_whole_judge_but_the_tasks_raises_no_alarm(name: str):
    board = ready(name)
    expected = verdicts(board.netlist, board.design)
    assert Verdict.FAIL not in expected.values()
    for position in (1, 3, 5):
        identity = transform(board.netlist, board.design, 8, position)
        found = verdicts(parse_netlist(identity.text), identity.design)
        assert found == expected, identity.name


def test_a_node_called_as_a_port_is_a_node_still():
    """With channels in copper, the function `SRC-N1.FREE` is the source of node `1.FREE`."""
    assert host_drives("SRC-N1.FREE")
    assert host_drives("SRC-N1")
    assert not host_drives("SRC1.FREE")


def test_a_fault_stays_a_fault_under_every_operator():
    """A transform that mended a file would hide a false alarm."""
    board = ready("two_edge")
    pin = board.nets["edge/1-2/UP"][0]
    faulty = mutants.write_nets(board.text, mutants.isolate(board.nets, pin).nets)
    drawn = list(transforms(faulty, board.design, 9, 2 * len(OPERATORS)))
    assert [identity.name for identity in drawn if not alarms(identity.text, identity.design)] == []


def plain(netlist: Netlist) -> Netlist:
    """The netlist without what a dialect has of its own: ids, pin names, the order of fields."""
    shown = ("MPN", "Manufacturer", "Cell", "Slot", "PinFunctions")
    components = tuple(
        replace(c, tstamp="", fields=tuple((name, c.field(name)) for name in shown))
        for c in netlist.components
    )
    return replace(netlist, components=components)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_back_as_the_same_netlist(dialect: Dialect):
    for name in ("two_edge", "dillavou16_throughhole"):
        netlist = ready(name).netlist
        text = write_netlist(netlist, dialect, load_catalogue())
        assert plain(parse_netlist(text)) == plain(netlist)


@pytest.mark.parametrize("dialect", DIALECTS[:5])
def test_kinparse_reads_the_dialects_up_to_kicad_8_as_our_reader_does(dialect: Dialect):
    """A reader that nobody here wrote; of later dialects it knows no component_classes."""
    whole = ready("two_edge").netlist
    nets = tuple(net for net in whole.nets if len(net.pins) == 2)
    some = replace(whole, components=whole.components[:5], nets=nets[:5])
    text = write_netlist(some, dialect, load_catalogue())
    assert parse_with_kinparse(text, dialect) == parse_netlist(text)


@pytest.mark.parametrize(
    ("dialect", "has", "has_not"),
    [
        ("kicad5", "(tstamp ", "(property "),
        ("kicad6", '(pinfunction "', "component_classes"),
        ("kicad8", '(field (name "Footprint") ', "component_classes"),
        ("kicad9", '(component_classes (class "', "(units "),
        ("kicad10", "(units (unit ", "(tstamp "),
    ],
)
def test_dialects_differ_as_kicads_versions_do(dialect: Dialect, has: str, has_not: str):
    text = write_netlist(ready("two_edge").netlist, dialect, load_catalogue())
    assert has in text
    assert has_not not in text
    assert ('(ref "' in text) == (dialect != "kicad5")


def test_odd_words_survive_bare_and_quoted_writing():
    board = ready("two_edge")
    odd = ['a "b"', "back\\slash", "(x)", "line\nbreak", "µ"]
    nets = tuple(
        replace(net, name=f"{odd[k % len(odd)]}{k}") for k, net in enumerate(board.netlist.nets)
    )
    netlist = replace(board.netlist, nets=nets)
    for dialect in DIALECTS:
        read = parse_netlist(write_netlist(netlist, dialect, load_catalogue()))
        assert [net.name for net in read.nets] == [net.name for net in nets]


def test_transforms_are_functions_of_the_seed_and_the_position():
    board = ready("two_edge")
    first, again, other = (list(transforms(board.text, board.design, s, 26)) for s in (1, 1, 2))
    assert first == again
    assert [i.text for i in first] != [i.text for i in other]
    assert first[17] == transform(board.netlist, board.design, 1, 17)


def test_every_operator_comes_alone_and_changes_the_file_or_the_design():
    board = ready("two_edge")
    count = 2 * len(OPERATORS)
    drawn = list(transforms(board.text, board.design, 4, count))
    unchanged = write_netlist(board.netlist, "skidl", load_catalogue())
    alone = {identity.name for identity in drawn[::2]}
    assert set(OPERATORS) - alone == {"dialect"}
    assert [i.name for i in drawn if i.text == unchanged and i.design == board.design] == []


def test_references_and_nets_are_all_others():
    board = ready("two_edge")
    drawn = list(transforms(board.text, board.design, 4, 2 * len(OPERATORS)))
    by_name = {identity.name: parse_netlist(identity.text) for identity in drawn}
    references = by_name["references renumbered"].components
    old = {component.refdes for component in board.netlist.components}
    assert len({component.refdes for component in references} - old) == len(old)
    assert [c.value for c in references] == [c.value for c in board.netlist.components]
    names = [net.name for net in by_name["nets renamed"].nets]
    assert names != [net.name for net in board.netlist.nets]
    assert len(set(names)) == len(names)


def test_edges_keep_their_order_since_the_enable_chain_follows_it():
    board = ready("dillavou16")
    for identity in transforms(board.text, board.design, 2, 2 * len(OPERATORS)):
        if identity.name == "graph's edges turned":
            before, after = board.design.graph.edges, identity.design.graph.edges
            assert [set(edge) for edge in after] == [set(edge) for edge in before]
            assert after != before
            return
    pytest.fail("the operator was not drawn")


def test_the_enable_chain_in_another_order_is_no_identity():
    board = ready("two_edge")
    graph = board.design.graph
    other = replace(board.design, graph=replace(graph, edges=tuple(reversed(graph.edges))))
    assert alarms(board.text, other) == ["enable_chain"]


def test_a_negative_count_is_refused():
    board = ready("two_edge")
    with pytest.raises(UsageError, match="0 or more; given -1"):
        list(transforms(board.text, board.design, 0, -1))

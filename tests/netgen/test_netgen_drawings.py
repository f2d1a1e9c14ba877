"""The drawings show everything by name, and are the same everywhere."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from board_designs import READY, design_of, made, ready

from netgen.drawing import graph_svg
from netgen.errors import BuildError
from netgen.layout import positions
from netgen.network import LearningNetwork, Role
from netgen.schematic import cell_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [item.text or "" for item in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", READY)
def test_the_graph_s_drawing_names_every_node_edge_and_task(name: str):
    network = ready(name).network
    found = texts(graph_svg(network, "a title"))
    assert found[0] == "a title"
    assert set(network.nodes) <= set(found)
    assert {f"{a}-{b}" for a, b in network.edges} <= set(found)
    if len(network.tasks) > 1:
        assert {f"task {task}" for task in network.tasks} <= set(found)


def test_roles_of_a_network():
    network = ready("dillavou16").network
    assert network.tasks == ("i", "ii", "iii", "iv", "v")
    roles = [network.role(node, "iii") for node in ("3", "4", "7")]
    assert roles == [Role.SOURCE, Role.TARGET, Role.HIDDEN]


def test_nodes_without_positions_are_laid_out_apart_and_alike():
    edges = [(i, (i * 7 + 1) % 12) for i in range(12) if i != (i * 7 + 1) % 12]
    edges += [(i, i + 1) for i in range(11) if (i, i + 1) not in edges]
    unique = list({frozenset(edge): edge for edge in edges}.values())
    network = LearningNetwork.from_design(design_of(unique))
    assert network.positions is None
    places = positions(network)
    assert list(places) == list(network.nodes)
    points = list(places.values())
    for index, (x, y) in enumerate(points):
        for other in points[:index]:
            assert abs(x - other[0]) + abs(y - other[1]) > 0.2
    assert positions(network) == places


def test_a_path_is_laid_out_on_a_line_of_equal_steps():
    network = LearningNetwork.from_design(design_of([(1, 2), (2, 3), (3, 4), (4, 5)]))
    places = [complex(*place) for place in positions(network).values()]
    steps = [abs(b - a) for a, b in pairwise(places)]
    assert steps == pytest.approx([1.0] * 4, abs=0.02)


def test_text_in_a_drawing_is_escaped():
    title = 'R < 5 & "C" > 0 -- done'
    svg = graph_svg(ready("two_edge").network, title)
    assert texts(svg)[0] == title


@pytest.mark.parametrize("name", ["two_edge", "dillavou16_throughhole"])
def test_the_schematic_of_every_cell_shows_all_components_and_pins(name: str):
    circuit = ready(name).circuit
    for cell, components in circuit.cells.items():
        shown = " ".join(texts(cell_svg(circuit, cell)))
        for component in components:
            assert component.refdes in shown, (cell, component.refdes)
            for pin in component.pins:
                if len(component.pins) > 3:
                    assert pin.number in shown.replace(",", " ").split(), (cell, pin)


def test_a_schematic_s_outer_nets_are_labels():
    shown = texts(cell_svg(ready("dillavou16").circuit, "edge/4-7"))
    assert {
        "N4_FREE", "N7_FREE", "N4_CLAMPED_BUF", "control/bank1/STEP", "edge/4-2/DISABLE", "UP",
    } <= set(shown)  # fmt: skip


def test_an_adjustable_target_can_be_drawn():
    circuit = made(design_of([(1, 2)], electronics='nudge = "adjustable"')).circuit
    assert "DESIRED_BUF" in texts(cell_svg(circuit, "target/TGT1"))


def test_a_schematic_of_no_cell_is_refused():
    with pytest.raises(BuildError) as caught:
        cell_svg(ready("two_edge").circuit, "edge/9-9")
    assert str(caught.value).startswith("two_edge has no cell edge/9-9; it has ")

"""`<name>-system.json`: the boards, the cables between them, and the whole as its host sees it."""

from typing import Any

from netgen.cells.link import GROUND_FUNCTION, SLOT, link_cell, link_prefix
from netgen.interface import (
    Place,
    as_json,
    chain_edges,
    chain_row,
    channel_rows,
    clock_row,
    head,
    nudge_row,
    places_of,
    task_rows,
)
from netgen.system.elaborate import SystemElaboration, most_inputs
from netgen.system.plan import Link, board_name
from netgen.timing import CABLE_M, timing


def system_json(made: SystemElaboration) -> str:
    """The text of `<name>-system.json`. Voltages in V, times in s, lengths in mm."""
    plan = made.plan
    places = _places(made)
    edges = [
        row
        for board in plan.chain
        for row in chain_edges(made.boards[board.number - 1], {"board": board.name})
    ]
    times = timing(
        made.parts, len(edges), sum(len(board.banks) for board in plan.boards),
        len(plan.boards) - 1, most_inputs(plan),
    )  # fmt: skip
    return as_json(
        {
            **head(made.design),
            "kind": "system",
            "boards": _board_rows(made),
            "cables": [
                _cable(made, link, number)
                for link in plan.links
                for number in range(1, len(link.headers) + 1)
            ],
            "cut_nodes": [
                {"node": node, "boards": [board_name(k) for k in plan.boards_of[node]]}
                for node in plan.cut_nodes
            ],
            "channels": channel_rows(made.design, places),
            "tasks": task_rows(made.design, places),
            "nudge": nudge_row(made.parts),
            "enable_chain": chain_row(edges),
            "clock": clock_row(made.design, times),
        }
    )


def _places(made: SystemElaboration) -> dict[str, Place]:
    """Where the host finds each function on all boards; the first board's where it is repeated."""
    places: dict[str, Place] = {}
    for board, own in zip(made.plan.boards, made.boards, strict=True):
        for function, place in places_of(own.circuit, {"board": board.name}).items():
            places.setdefault(function, place)
    return places


def _board_rows(made: SystemElaboration) -> list[dict[str, Any]]:
    return [
        {
            "board": board.name,
            "netlist": f"{own.design.name}.net",
            "interface": f"{own.design.name}-interface.json",
            "nodes": len(board.network.nodes),
            "edges": len(board.network.edges),
            "components": len(own.circuit.components),
        }
        for board, own in zip(made.plan.boards, made.boards, strict=True)
    ]


def _cable(made: SystemElaboration, link: Link, number: int) -> dict[str, Any]:
    """A ribbon cable: straight, pin k to pin k of the header of the same name."""
    functions = link.headers[number - 1]
    prefix = link_prefix(link.low, link.high)
    path = f"{link_cell(link.low, link.high)}/{SLOT.format(number)}"
    ends = [
        {
            "board": board_name(board),
            "refdes": made.boards[board - 1].circuit.by_path[path].refdes,
        }
        for board in (link.low, link.high)
    ]
    return {
        "cable": f"{link.low}-{link.high}/{number}",
        "ways": len(functions),
        "length_mm": round(1000 * CABLE_M),
        "grounds": functions.count(GROUND_FUNCTION),
        "ends": ends,
        "wires": [
            {"from": str(pin), "to": str(pin), "carries": function.removeprefix(prefix)}
            for pin, function in enumerate(functions, start=1)
        ],
    }

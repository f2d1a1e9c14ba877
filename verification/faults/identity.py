"""Identity transforms: another file of the same board, which must be judged as the first was.

Names, numbers and orders in a netlist file mean nothing, and the dialect is the tool's business; an
alarm on any of these is a false alarm. Only what is really an identity is here. The order of the
design's edges is not: the enable chain follows it in copper. The ends of an edge are: a variable
resistor between two nodes has no direction. Leaving open pins out of the nets is not: every version
of KiCad writes each of them as a net of its own, and a pin that no net names is a fault.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from designs import Design, DesignGraph, Task
from parts.catalogue import load_catalogue
from verification.errors import UsageError
from verification.faults.dialects import DIALECTS, Dialect, write_netlist
from verification.reading.netlist import Netlist, NetlistComponent, PinRef
from verification.reading.netlist_text import parse_netlist

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity transform of a board's files.

    Attributes:
        name: what was done, "references renumbered, kicad9".
        text: the netlist file.
        design: the design that it is judged by; the given one but where nodes or edges' ends are
            called otherwise.
    """

    name: str
    text: str
    design: Design


@dataclass(frozen=True, slots=True)
class _Draft:
    """A netlist and its design on the way; `codes` are the nets' numbers."""

    netlist: Netlist
    design: Design
    dialect: Dialect = "skidl"
    codes: tuple[int, ...] = ()


Operator = Callable[[_Draft, random.Random], _Draft]


def transforms(netlist_text: str, design: Design, seed: int, count: int) -> Iterator[Identity]:
    """Draw identity transforms: each single operator in turn, and after each a combination.

    Args:
        netlist_text: a KiCad netlist.
        design: its design.
        seed: the k-th transform is a function of the file, the design, the seed and k.
        count: how many.

    Raises:
        NetlistError: the text is no netlist.
        UsageError: a negative count.
    """
    if count < 0:
        raise UsageError(f"the number of identity transforms is 0 or more; given {count}")
    netlist = parse_netlist(netlist_text)
    for position in range(count):
        yield transform(netlist, design, seed, position)


def transform(netlist: Netlist, design: Design, seed: int, position: int) -> Identity:
    """The transform of a position (from 0) alone: what `transforms` yields there."""
    draw = random.Random(f"identity {seed} {position}")
    names = tuple(OPERATORS)
    chosen = (names[position // 2 % len(names)],)
    if position % 2:
        chosen = tuple(draw.sample(names, draw.randint(2, len(names))))
    draft = _Draft(netlist, design)
    for name in chosen:
        draft = OPERATORS[name](draft, draw)
    text = write_netlist(draft.netlist, draft.dialect, load_catalogue(), draft.codes)
    shown = (draft.dialect if name == DIALECT else name for name in chosen)
    return Identity(", ".join(shown), text, draft.design)


def references_renumbered(draft: _Draft, draw: random.Random) -> _Draft:
    """Every reference is another: U1, U2, ... in a random order, or R1, C1, ... by first letter."""
    parts = draft.netlist.components
    one_letter = draw.random() < 0.5
    references = list(dict.fromkeys(part.refdes for part in parts))
    draw.shuffle(references)
    new = {
        old: f"{'U' if one_letter else old[0]}{number}"
        for number, old in enumerate(references, start=1)
    }
    nets = tuple(
        replace(net, pins=tuple(PinRef(new.get(p.refdes, p.refdes), p.number) for p in net.pins))
        for net in draft.netlist.nets
    )
    components = tuple(replace(part, refdes=new[part.refdes]) for part in parts)
    return replace(draft, netlist=replace(draft.netlist, components=components, nets=nets))


def nets_renamed(draft: _Draft, draw: random.Random) -> _Draft:
    """Every net's name is another: KiCad's way, nonsense, or that of another net of this board."""
    names = list(dict.fromkeys(net.name for net in draft.netlist.nets))
    style = draw.choice(("kicad", "nonsense", "exchanged"))
    other = draw.sample(names, len(names))
    if style == "kicad":
        other = [f"/sheet{draw.randint(1, 9)}/Net-(U{k}-Pad1)" for k in range(len(names))]
    elif style == "nonsense":
        odd = ("~{N}", "+3V3_", "µ-", "GND", "a b ", 'q"', "{slash}")
        other = [f"{draw.choice(odd)}{k}" for k in range(len(names))]
    new = dict(zip(names, other, strict=True))
    nets = tuple(replace(net, name=new[net.name]) for net in draft.netlist.nets)
    return replace(draft, netlist=replace(draft.netlist, nets=nets))


def components_shuffled(draft: _Draft, draw: random.Random) -> _Draft:
    """The components in another order, and each one's fields."""
    parts = tuple(
        replace(part, fields=_mixed(part.fields, draw)) for part in draft.netlist.components
    )
    return replace(draft, netlist=replace(draft.netlist, components=_mixed(parts, draw)))


def nets_shuffled(draft: _Draft, draw: random.Random) -> _Draft:
    """The nets in another order; their numbers go with the order."""
    nets = _mixed(draft.netlist.nets, draw)
    return replace(draft, netlist=replace(draft.netlist, nets=nets))


def nodes_shuffled(draft: _Draft, draw: random.Random) -> _Draft:
    """The pins of every net in another order."""
    nets = tuple(replace(net, pins=_mixed(net.pins, draw)) for net in draft.netlist.nets)
    return replace(draft, netlist=replace(draft.netlist, nets=nets))


def codes_renumbered(draft: _Draft, draw: random.Random) -> _Draft:
    """The nets' numbers are others, with gaps."""
    total = len(draft.netlist.nets)
    return replace(draft, codes=tuple(draw.sample(range(1, 10 * total + 1), total)))


def stamps_changed(draft: _Draft, draw: random.Random) -> _Draft:
    """Every component's id is another."""
    parts = tuple(
        replace(part, tstamp=str(uuid.UUID(int=draw.getrandbits(128), version=4)))
        for part in draft.netlist.components
    )
    return replace(draft, netlist=replace(draft.netlist, components=parts))


def nodes_renamed(draft: _Draft, draw: random.Random) -> _Draft:
    """The learning graph's nodes are called otherwise, in the file and in the design.

    By each other's names or by new ones; references and nets keep names that now mislead.
    """
    nodes = draft.design.graph.nodes
    other = draw.sample(nodes, len(nodes))
    if draw.random() < 0.5:
        other = [
            f"{draw.choice('abcXYZ')}{k}{draw.choice(('', '.1', '_b', '+'))}"
            for k in draw.sample(range(10 * len(nodes)), len(nodes))
        ]
    new = dict(zip(nodes, other, strict=True))
    components = tuple(_with_nodes(part, new) for part in draft.netlist.components)
    netlist = replace(draft.netlist, components=components)
    return replace(draft, netlist=netlist, design=_design_with_nodes(draft.design, new))


def graph_turned(draft: _Draft, draw: random.Random) -> _Draft:
    """The design states some edges from their other end, and lists its nodes in another order.

    The edges stay in their order: the enable chain follows it.
    """
    graph = draft.design.graph
    edges = tuple((b, a) if draw.random() < 0.5 else (a, b) for a, b in graph.edges)
    turned = DesignGraph(_mixed(graph.nodes, draw), edges, graph.positions)
    return replace(draft, design=replace(draft.design, graph=turned))


def cells_exchanged(draft: _Draft, draw: random.Random) -> _Draft:
    """Edge cells under each other's paths, and node cells: paths are hints for people."""
    cells = sorted({part.field("Cell") for part in draft.netlist.components})
    new: dict[str, str] = {}
    for kind in ("node/", "edge/"):
        some = [cell for cell in cells if cell.startswith(kind)]
        new |= dict(zip(some, draw.sample(some, len(some)), strict=True))
    components = tuple(
        _in_cell(part, new.get(part.field("Cell"), part.field("Cell")))
        for part in draft.netlist.components
    )
    return replace(draft, netlist=replace(draft.netlist, components=components))


def another_dialect(draft: _Draft, draw: random.Random) -> _Draft:
    """As a version of KiCad writes it."""
    return replace(draft, dialect=draw.choice(DIALECTS[1:]))


DIALECT = "dialect"
OPERATORS: Mapping[str, Operator] = {
    "references renumbered": references_renumbered,
    "nets renamed": nets_renamed,
    "components shuffled": components_shuffled,
    "nets shuffled": nets_shuffled,
    "nodes of nets shuffled": nodes_shuffled,
    "net codes renumbered": codes_renumbered,
    "time stamps changed": stamps_changed,
    "graph's nodes renamed": nodes_renamed,
    "graph's edges turned": graph_turned,
    "cells' paths exchanged": cells_exchanged,
    DIALECT: another_dialect,
}


def _mixed(items: Sequence[T], draw: random.Random) -> tuple[T, ...]:
    return tuple(draw.sample(items, len(items)))


def _in_cell(part: NetlistComponent, cell: str) -> NetlistComponent:
    """The component in a cell of another path."""
    old = part.field("Cell")
    if cell == old:
        return part
    fields = tuple(
        (name, cell if value == old else _moved(value, f"{old}/", f"{cell}/"))
        for name, value in part.fields
    )
    return replace(part, fields=fields, sheetpath=_moved(part.sheetpath, f"/{old}/", f"/{cell}/"))


def _moved(path: str, old: str, new: str) -> str:
    return new + path[len(old) :] if path.startswith(old) else path


def _with_nodes(part: NetlistComponent, new: Mapping[str, str]) -> NetlistComponent:
    """The component with the nodes in its cell's path and its pins' functions renamed."""
    part = _in_cell(part, _cell_with_nodes(part.field("Cell"), new))
    fields = tuple(
        (name, _functions_with_nodes(value, new) if name == "PinFunctions" else value)
        for name, value in part.fields
    )
    return replace(part, fields=fields)


def _cell_with_nodes(cell: str, new: Mapping[str, str]) -> str:
    head, _, rest = cell.partition("/")
    if head == "node":
        return f"node/{new.get(rest, rest)}"
    if head == "edge":
        return "edge/" + "-".join(new.get(end, end) for end in rest.split("-"))
    for letters in ("port/N", "source/SRC-N", "target/TGT-N"):
        if cell.startswith(letters):
            node = cell.removeprefix(letters)
            return letters + new.get(node, node)
    return cell


def _functions_with_nodes(text: str, new: Mapping[str, str]) -> str:
    """`1=N4.FREE 2=TGT-N4.OUT` with other nodes."""
    words: list[str] = []
    for word in text.split():
        number, equals, function = word.partition("=")
        words.append(f"{number}{equals}{_function_with_nodes(function, new)}")
    return " ".join(words)


def _function_with_nodes(function: str, new: Mapping[str, str]) -> str:
    """A node's name may hold dots, so that only the known ends are cut off."""
    for letters in ("SRC-N", "TGT-N", "N"):
        if not function.startswith(letters):
            continue
        rest = function.removeprefix(letters)
        for end in (".FREE", ".CLAMPED", ".DESIRED", ".OUT", ""):
            node = rest.removesuffix(end)
            if rest.endswith(end) and node in new:
                return f"{letters}{new[node]}{end}"
    return function


def _design_with_nodes(design: Design, new: Mapping[str, str]) -> Design:
    graph = design.graph
    positions = graph.positions
    renamed = DesignGraph(
        tuple(new[node] for node in graph.nodes),
        tuple((new[a], new[b]) for a, b in graph.edges),
        None if positions is None else {new[node]: at for node, at in positions.items()},
    )
    return replace(
        design, graph=renamed, tasks=tuple(_task_with_nodes(task, new) for task in design.tasks)
    )


def _task_with_nodes(task: Task, new: Mapping[str, str]) -> Task:
    targets = task.targets
    other = (
        {new[node]: value for node, value in targets.items()}
        if isinstance(targets, Mapping)
        else tuple(new[node] for node in targets)
    )
    sources = {new[node]: value for node, value in task.sources.items()}
    return task.model_copy(update={"sources": sources, "targets": other})

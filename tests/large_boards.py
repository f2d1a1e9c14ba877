"""Netlists of large boards without a file: the circuit that the generator draws, as the reader
would state it.

`build` writes a circuit through SKiDL and checks its electrical rules, and the reader parses the
text; on a board of 50 000 edges that is 1.5 GB of text to write and to read again. A benchmark of
what comes after wants the same Netlist sooner. That it is the same is a test on the ready designs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

from designs import Design
from designs.load import load_design
from designs.network import DesignGraph
from netgen.circuit import Circuit, Component, Net, natural_key
from netgen.elaborate import elaborate
from parts.catalogue import load_catalogue
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef

# SKiDL's: a part's time stamp is the name-based UUID of its place in this namespace.
_NAMESPACE = uuid.UUID("7026fcc6-e1a0-409e-aaf4-6a17ea82654f")

# What SKiDL calls a pin of each role: a part of the key by which it sorts the pins of a net.
_PIN_TYPES = {
    "power": "POWER-IN",
    "ground": "POWER-IN",
    "input": "INPUT",
    "output": "OUTPUT",
    "open_collector": "OPEN-COLLECTOR",
    "analog_input": "INPUT",
    "analog_output": "OUTPUT",
    "passive": "PASSIVE",
    "no_connect": "NO-CONNECT",
}


def large_netlist(design: Design) -> Netlist:
    """The Netlist that reading `<name>.net` of `twinboard build` gives, but for line numbers.

    Cost: linear in the number of pins, some 3 ms an edge, most of it the elaboration.

    Raises:
        BuildError: as `elaborate`.
    """
    return as_read(elaborate(design, load_catalogue()).circuit)


def as_read(circuit: Circuit) -> Netlist:
    """A circuit as the reader states its netlist file."""
    components = tuple(_component(component) for component in circuit.components)
    nets = sorted(_nets(circuit), key=lambda net: natural_key(net.name))
    return Netlist(components, tuple(nets), circuit.name)


def lattice_design(rows: int, columns: int, *, periodic: bool = True) -> Design:
    """A square lattice of any size, `two_edge` with another graph: one allostery task on three
    nodes far apart, and a clock slow enough for the longest enable chain."""
    small = load_design("two_edge")
    graph = _square_lattice(rows, columns, periodic=periodic)
    (task,) = small.tasks
    middle, last = (rows // 2) * columns + columns // 2 + 1, rows * columns
    far = task.model_copy(
        update={"sources": {"1": 5.0, str(last): 0.0}, "targets": {str(middle): 3.0}}
    )
    return replace(
        small,
        name=f"lattice{len(graph.edges)}",
        graph=graph,
        tasks=(far,),
        electronics=small.electronics.model_copy(update={"clock_hz": 20.0}),
        board=small.board.model_copy(update={"patching": "cables"}),
    )


def _square_lattice(rows: int, columns: int, *, periodic: bool) -> DesignGraph:
    """Each node joined to the right and down, row by row, as the generator `square_lattice`, which
    stops at 20 000 nodes."""
    pairs: list[tuple[str, str]] = []
    for row in range(rows):
        for column in range(columns):
            here = str(row * columns + column + 1)
            for right, down in ((1, 0), (0, 1)):
                r, c = row + down, column + right
                if periodic:
                    r, c = r % rows, c % columns
                if r < rows and c < columns:
                    pairs.append((here, str(r * columns + c + 1)))
    return DesignGraph(tuple(str(k + 1) for k in range(rows * columns)), tuple(pairs))


def _component(component: Component) -> NetlistComponent:
    record = component.part
    fields = {
        "MPN": record.mpn,
        "Manufacturer": record.maker,
        "Cell": component.cell,
        "Slot": component.slot,
    }
    if component.functions:
        fields["PinFunctions"] = " ".join(
            f"{function.number}={function.function}" for function in component.functions
        )
    fields["Description"] = record.title
    fields["Footprint"] = record.footprint
    fields["Datasheet"] = f"{record.datasheet.title}, {record.datasheet.revision}"
    fields["SKiDL Tag"] = component.path
    place = ".".join(("", *component.cell.split("/"), component.path))
    return NetlistComponent(
        component.refdes,
        record.value,
        record.footprint,
        tuple(fields.items()),
        f"/{component.cell}/",
        str(uuid.uuid5(_NAMESPACE, place)),
    )


def _nets(circuit: Circuit) -> Iterator[NetlistNet]:
    """The nets of two pins and more, and one for each pin that is left open."""
    keys = {
        (component.refdes, pin.number): (
            f"{component.refdes}/{pin.number}/{pin.name}/{_PIN_TYPES[pin.role]}"
        )
        for component in circuit.components
        for pin in component.pins
    }
    for net in circuit.nets:
        yield NetlistNet(net.name, _pins(net, keys))
    for component, pin in circuit.open_pins():
        name = f"unconnected-({component.refdes}-{pin.name}-Pad{pin.number})"
        yield NetlistNet(name, (PinRef(component.refdes, pin.number),))


def _pins(net: Net, keys: dict[tuple[str, str], str]) -> tuple[PinRef, ...]:
    """In the order of what SKiDL calls them."""
    ordered = sorted(net.pins, key=keys.__getitem__)
    return tuple(PinRef(refdes, number) for refdes, number in ordered)

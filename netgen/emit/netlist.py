"""Circuit -> KiCad netlist, through SKiDL and its electrical rules.

No other module knows SKiDL. What it makes here: parts, pins, nets, hierarchy, the rules' data
(conflict matrix, drive levels), identities (time stamps from the hierarchical name of each part)
and the netlist's records of components and nets in its KiCad 8 dialect, which KiCad 6 to 10 and
kinparse read.

What it would make too slowly, or differently on every machine, is replaced by subclassing, with no
change to SKiDL's own classes:

* adding a part, net or sheet records the call stack each time (`inspect.stack`): not recorded;
* connecting a pin searches the net's pins and traverses all nets that it touches: a Circuit has
  every pin on exactly one net, so a net takes its whole list of pins at once;
* `get_nets` compares all pairs of nets for shared pins: there are none;
* the checker compares all pairs of pins of a net: `erc.check_net` compares kinds of pins;
* the writer lays out the text character by character and puts the date and the main script's path
  into it: `_text` writes the same records, with an empty date and the design's name as source.

All of this is linear in the size of the circuit.
"""

import importlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designs.schema import Waiver
from netgen.circuit import Circuit, Component, natural_key
from netgen.emit.erc import ErcPin, ErcReport, Finding, Severity, apply_waivers, check_net
from netgen.emit.quiet import quiet_skidl_import
from parts.record import Role

with quiet_skidl_import():
    from skidl import Circuit as SkidlCircuit
    from skidl import Net as SkidlNet
    from skidl import Part as SkidlPart
    from skidl import Pin as SkidlPin
    from skidl.design_class import NetClass, NetClasses, PartClasses
    from skidl.net import NCNet, Traversal
    from skidl.node import Node
    from skidl.pckg_info import __version__ as skidl_version
    from skidl.pin import conflict_matrix, pin_drives, pin_info, pin_types
    from skidl.skidlbaseobj import ERROR, OK

    # The package hides the module of this name behind a function of this name.
    kicad8: Any = importlib.import_module("skidl.tools.kicad8.gen_netlist")

TOOL = f"SKiDL ({skidl_version})"

PIN_TYPES: Mapping[Role, Any] = {
    "power": pin_types.PWRIN,
    "ground": pin_types.PWRIN,
    "input": pin_types.INPUT,
    "output": pin_types.OUTPUT,
    "open_collector": pin_types.OPENCOLL,
    "analog_input": pin_types.INPUT,
    "analog_output": pin_types.OUTPUT,
    "passive": pin_types.PASSIVE,
    "no_connect": pin_types.NOCONNECT,
}


@dataclass(frozen=True)
class Netlist:
    """The text of `<name>.net` and what the electrical rules say of it."""

    text: str
    erc: ErcReport


def emit_netlist(circuit: Circuit, waivers: Sequence[Waiver] = ()) -> Netlist:
    """Write a circuit as a KiCad netlist, and check it by SKiDL's electrical rules.

    The text depends on the circuit alone: no date, no path, no order of a set.
    """
    board = _board(circuit)
    findings: list[Finding] = []
    board.ERC(findings)
    settled, unused = apply_waivers(findings, waivers)
    pins = sum(len(component.pins) for component in circuit.components)
    erc = ErcReport(len(circuit.nets), pins, settled, unused)
    return Netlist(_document(circuit.name, board), erc)


class _Board(SkidlCircuit):
    """A SKiDL circuit that is filled in linear time; see the head of this file."""

    def add_parts(self, *parts: Any) -> None:
        """Add parts that are in no circuit yet, to the sheet that is active."""
        sheet: Any = self.active_node
        for part in parts:
            part.circuit = self
            part.node = sheet
            sheet.parts.append(part)
            self.parts.append(part)

    def add_nets(self, *nets: Any) -> None:
        """Add nets that are in no circuit yet; their names are unique in a Circuit."""
        for net in nets:
            if net.circuit is not self:
                net.circuit = self
                net.node = self.root
                self.nets.append(net)

    def merge_net_names(self) -> None:
        """Nothing to merge: no pin is on two nets."""

    def sheet(self, path: str, sheets: dict[str, Any]) -> Any:
        """The sheet at this cell path, made with its parents where it is not there yet."""
        if path not in sheets:
            parent, _, name = path.rpartition("/")
            above = self.sheet(parent, sheets) if parent else self.root
            sheets[path] = _Sheet(name, self, above)
            self.nodes.add(sheets[path])
        return sheets[path]


class _Sheet(Node):
    """A sheet of the hierarchy, without SKiDL's record of the call stack."""

    def __init__(self, name: str, circuit: _Board, parent: Any) -> None:
        self.fields = {}
        self.pins = []
        self.name = name
        self.tag = name
        self.circuit = circuit
        self.parent = parent
        self.children = []
        self.parts = []
        self.nets = []
        self.buses = []
        self._partclasses = PartClasses()
        self._netclasses = NetClasses()
        parent.children.append(self)


class _Net(SkidlNet):
    """A net that takes all of its pins at once."""

    def take(self, pins: list[Any]) -> None:
        """Connect pins that are on no net yet."""
        self._pins = pins
        for pin in pins:
            pin.nets.append(self)
        self.traversal = Traversal(nets=[self], pins=pins)


class _OpenPin(NCNet):
    """The net of one pin that is left open: not checked, and written as KiCad names such nets."""

    take = _Net.take


def _board(circuit: Circuit) -> _Board:
    """The circuit in SKiDL's terms."""
    board = _Board()
    board.no_files = True
    setattr(board, "erc_list", [_check])  # noqa: B010 - SKiDL's type is narrower than its use
    board.name = circuit.name
    # Its number decides what the netlist says of every net's class.
    NetClass("Default", circuit=board, priority=0)
    # A SKiDL pin draws a number before it is told its own; a caller's random stream is not ours.
    random_state = random.getstate()
    sheets: dict[str, Any] = {}
    pins: dict[tuple[str, str], Any] = {}
    for component in circuit.components:
        board.active_node = board.sheet(component.cell, sheets)
        part = _part(component, board)
        pins.update(((component.refdes, pin.num), pin) for pin in part.pins)
    random.setstate(random_state)
    board.active_node = board.root
    for net in circuit.nets:
        made = _Net(net.name, circuit=board)
        made.take([pins[ref] for ref in net.pins])
        if net.supply:
            made.drive = pin_drives.POWER
    for component, pin in circuit.open_pins():
        name = f"unconnected-({component.refdes}-{pin.name}-Pad{pin.number})"
        _OpenPin(name, circuit=board).take([pins[component.refdes, pin.number]])
    return board


def _part(component: Component, board: _Board) -> Any:
    record = component.part
    part = SkidlPart(
        name=record.mpn,
        tool="skidl",
        circuit=board,
        ref_prefix=record.prefix,
        ref=component.refdes,
        tag=component.path,
        pins=[
            SkidlPin(num=pin.number, name=pin.name, func=PIN_TYPES[pin.role])
            for pin in component.pins
        ],
        value=record.value,
        footprint=record.footprint,
        description=record.title,
        datasheet=f"{record.datasheet.title}, {record.datasheet.revision}",
    )
    part.fields = _fields(component)
    hosts = {item.number for item in component.functions if item.direction == "input"}
    for pin in part.pins:
        if pin.num in hosts:
            pin.drive = pin_drives.PUSHPULL
    return part


def _fields(component: Component) -> dict[str, str]:
    fields = {
        "MPN": component.part.mpn,
        "Manufacturer": component.part.maker,
        "Cell": component.cell,
        "Slot": component.slot,
    }
    if component.functions:
        fields["PinFunctions"] = component.functions_text
    return fields


def _check(board: _Board, findings: list[Finding]) -> None:
    """SKiDL's rules over the whole board. SKiDL calls it as the board's own rule function."""
    for net in board.nets:
        if net.do_erc:
            pins = [_erc_pin(pin) for pin in net.pins]
            findings.extend(check_net(net.name, pins, net.drive, pin_drives.NONE, conflict))
    for part in board.parts:
        findings.extend(_check_part(part))


def _check_part(part: Any) -> Iterable[Finding]:
    for pin in part.pins:
        name, silent = f"{part.ref}.{pin.num}", pin.func == pin_types.NOCONNECT
        if pin.net is None:
            if not silent:
                yield Finding(
                    "warning", "unconnected_pin", "", (name,), f"pin {name} is not connected"
                )
        elif silent and pin.net.drive != pin_drives.NOCONNECT:
            yield Finding(
                "warning", "connected_no_connect", pin.net.name, (name,),
                f"no-connect pin {name} is on net {pin.net.name}",
            )  # fmt: skip


def _erc_pin(pin: Any) -> ErcPin:
    return ErcPin(
        f"{pin.part.ref}.{pin.num}", pin.func.name, int(pin.drive),
        int(pin_info[pin.func]["min_rcv"]),
    )  # fmt: skip


def conflict(first: str, second: str) -> tuple[Severity, str] | None:
    """What SKiDL's matrix says of two kinds of pins, by name, on one net; None: they may meet."""
    level, reason = conflict_matrix[pin_types[first]][pin_types[second]]
    if level == OK:
        return None
    return ("error" if level == ERROR else "warning"), str(reason or f"{first} with {second}")


def _document(name: str, board: Any) -> str:
    """The netlist: SKiDL's record of every component and net, between a head of our own."""
    paths: list[tuple[str, ...]] = [node.hiertuple for node in board.nodes]
    paths.sort(key=lambda path: natural_key("/".join(path)))
    parts = _in_order((part.ref, part) for part in board.parts)
    nets = _in_order((net.name, net) for net in board.nets if net.pins)
    for number, net in enumerate(nets, start=1):
        net.code = number
        net.netclasses = "Default"
    lines = [
        '(export (version "D")',
        "  (design",
        f"    (source {_quoted(name)})",
        '    (date "")',
        f"    (tool {_quoted(TOOL)})",
        *(
            _text(_sheet_record(path, number, name), 4)
            for number, path in enumerate(paths, start=1)
        ),
        "  )",
        "  (components",
        *(_text(kicad8.gen_netlist_comp(part, track_src=False), 4) for part in parts),
        "  )",
        "  (nets",
        *(_text(kicad8.gen_netlist_net(net), 4) for net in nets),
        "  )",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _in_order(named: Iterable[tuple[str, Any]]) -> list[Any]:
    """Things in natural order of their names."""
    return [thing for _, thing in sorted(named, key=lambda pair: natural_key(pair[0]))]


def _sheet_record(path: tuple[str, ...], number: int, source: str) -> list[Any]:
    # SKiDL's own record would hold the path of the main script. kinparse insists on a comment.
    return [
        "sheet",
        ["number", str(number)],
        ["name", kicad8.gen_sheetpath(path)],
        ["tstamps", kicad8.gen_sheetpath_tstamp(path)],
        [
            "title_block",
            ["title"],
            ["company"],
            ["rev"],
            ["date"],
            ["source", source],
            ["comment", ["number", "1"], ["value", ""]],
        ],
    ]


def _text(record: Sequence[Any], indent: int) -> str:
    """A record as text: short lists on one line, every word after the first in quotes."""
    flat = all(not isinstance(item, list) for item in record)
    if flat or record[0] in _ONE_LINE:
        return " " * indent + _inline(record)
    inner = [
        _text(item, indent + 2) if isinstance(item, list) else " " * (indent + 2) + _quoted(item)
        for item in record[1:]
    ]
    return "\n".join([f"{' ' * indent}({record[0]}", *inner]) + ")"


_ONE_LINE = ("node", "field", "libsource", "sheetpath", "title_block")


def _inline(record: Sequence[Any]) -> str:
    words = [_inline(item) if isinstance(item, list) else _quoted(item) for item in record[1:]]
    return "(" + " ".join([str(record[0]), *words]) + ")"


def _quoted(word: object) -> str:
    text = str(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'

"""Small netlists for tests, wired pin by pin with the datasheets' names, and a twin network."""

from __future__ import annotations

from typing import Any

from parts.catalogue import load_catalogue
from verification.extraction.circuit import MixedCircuit, mixed_circuit
from verification.extraction.values import Values, ideal
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.simulation.machine import Machine
from verification.simulation.partition import Partition, partition

SUPPLIES = {"V_SUPPLY": 5.0}
HEADER = {2: "M20-9990246", 3: "M20-9990346", 8: "M20-9990846", 20: "M20-9992046"}


class Sheet:
    """A netlist under construction: parts, and pins on nets by the datasheets' pin names."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[str, str]] = {}
        self.nets: dict[str, list[tuple[str, str]]] = {}

    def part(self, refdes: str, mpn: str, **pins: str) -> None:
        """A part; its supply pins go to +5V and GND unless said otherwise."""
        record = load_catalogue().part(mpn)
        self.parts[refdes] = (mpn, "")
        chosen = dict(pins)
        for pin in record.pins:
            if pin.role == "power":
                chosen.setdefault(pin.name, "+5V")
            elif pin.role == "ground" or pin.name in record.ties:
                to_power = record.ties.get(pin.name) == "power"
                chosen.setdefault(pin.name, "+5V" if to_power else "GND")
        self.wire(refdes, chosen)

    def wire(self, refdes: str, pins: dict[str, str]) -> None:
        """Put pins of a part, by their names in the datasheet, on nets."""
        record = load_catalogue().part(self.parts[refdes][0])
        for name, net in pins.items():
            self.nets.setdefault(net, []).append((refdes, record.pin_number(name)))

    def move(self, refdes: str, pin: str, net: str | None) -> None:
        """Take a pin, by its name, off its net and put it on another (None: on none)."""
        node = (refdes, load_catalogue().part(self.parts[refdes][0]).pin_number(pin))
        for pins in self.nets.values():
            if node in pins:
                pins.remove(node)
        if net is not None:
            self.nets.setdefault(net, []).append(node)

    def header(self, refdes: str, *functions: tuple[str, str]) -> None:
        """A connector: (net, function) of each pin from 1 on."""
        size = min(size for size in HEADER if size >= len(functions))
        said = " ".join(f"{k}={function}" for k, (_, function) in enumerate(functions, start=1))
        self.parts[refdes] = (HEADER[size], said)
        for number, (net, _) in enumerate(functions, start=1):
            self.nets.setdefault(net, []).append((refdes, str(number)))

    def resistor(self, refdes: str, ohm: float, a: str, b: str) -> None:
        """A 0.1 % resistor."""
        record = load_catalogue().with_value("RT0603BRD07{code}L", ohm)
        self.parts[refdes] = (record.mpn, "")
        for name, net in (("1", a), ("2", b)):
            self.nets.setdefault(net, []).append((refdes, name))

    def text(self, order: int = 1) -> str:
        """The netlist file; `order` -1 lists parts, nets and nodes backwards."""
        components = [
            f'(comp (ref "{refdes}") (value "v") (footprint "f")'
            f' (fields (field (name "MPN") "{mpn}")'
            + (f' (field (name "PinFunctions") "{said}")' if said else "")
            + "))"
            for refdes, (mpn, said) in self.parts.items()
        ]
        nets = [
            f'(net (code "{code}") (name "{name}")'
            + "".join(f' (node (ref "{ref}") (pin "{pin}"))' for ref, pin in pins[::order])
            + ")"
            for code, (name, pins) in enumerate(self.nets.items(), start=1)
        ]
        body = "\n".join(components[::order])
        return (
            '(export (version "E")\n(design (source "t") (date "") (tool "t"))\n(components\n'
            + body
            + ")\n(nets\n"
            + "\n".join(nets[::order])
            + "))\n"
        )

    def netlist(self, order: int = 1) -> Netlist:
        """The netlist, read back."""
        return parse_netlist(self.text(order))

    def circuit(self, order: int = 1, **options: Any) -> MixedCircuit:
        """The circuit at 5 V."""
        return mixed_circuit(
            self.netlist(order),
            load_catalogue(),
            **{"supplies": SUPPLIES, **options},
        )

    def partition(self, **options: Any) -> Partition:
        """The circuit in stages."""
        return partition(self.circuit(**options))

    def machine(self, values: Values | None = None, **options: Any) -> Machine:
        """An ideal board."""
        cut = self.partition(**options)
        return Machine(cut, ideal(cut.circuit) if values is None else values)


def powered(*host: str) -> Sheet:
    """A sheet with a supply and a host connector whose nets are called as their functions."""
    sheet = Sheet()
    sheet.header("J1", ("+5V", "V_SUPPLY"), ("GND", "GND"))
    if host:
        sheet.header("J2", *((name, name) for name in host))
    return sheet


CONTROLS = ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK")


def twin_sheet(
    edges: list[tuple[int, int]], sources: list[int], targets: list[int], eta: str = "half"
) -> Sheet:
    """A twin network: every edge with its rule, latch and enable bit; fixed sources and targets.

    eta: "half" (two equal resistors) or "one" (none).
    """
    targets_said = [f"TGT{k + 1}" for k in range(len(targets))]
    sheet = powered(*CONTROLS, *(f"SRC{k + 1}" for k in range(len(sources))))
    sheet.header(
        "J3", *((f"{name}.{pin}",) * 2 for name in targets_said for pin in ("DESIRED", "OUT"))
    )
    previous = "ENABLE_DATA"
    for a, b in edges:
        previous = _edge(sheet, a, b, previous)
    for node in sorted({node for edge in edges for node in edge}):
        _followers(sheet, f"UN{node}", (f"{node}F", f"{node}FB"), (f"{node}C", f"{node}CB"))
    for k, node in enumerate(sources):
        _followers(sheet, f"US{k}", (f"SRC{k + 1}", f"{node}F"), (f"SRC{k + 1}", f"{node}C"))
    for name, node in zip(targets_said, targets, strict=True):
        mid = f"{name}.MID" if eta == "half" else f"{name}.DESIRED"
        _followers(sheet, f"UT{node}", (f"{node}F", f"{name}.OUT"), (mid, f"{node}C"))
        if eta == "half":
            sheet.resistor(f"RT{node}A", 10e3, f"{name}.OUT", mid)
            sheet.resistor(f"RT{node}B", 10e3, f"{name}.DESIRED", mid)
    return sheet


def _followers(sheet: Sheet, refdes: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    sheet.part(refdes, "MCP6022-I/SN")
    for unit, (source, out) in zip("AB", (first, second), strict=True):
        pins = {f"VIN{unit}+": source, f"VIN{unit}-": out, f"VOUT{unit}": out}
        sheet.wire(refdes, pins)


def _edge(sheet: Sheet, a: int, b: int, previous: str) -> str:
    e = f"{a}_{b}"
    sheet.part(f"UP{e}", "AD5222BRUZ100")
    sheet.wire(
        f"UP{e}",
        {
            "W1": f"{a}F", "B1": f"{b}F", "W2": f"{a}C", "B2": f"{b}C",
            "CLK": "STEP", "U/D": f"UPL{e}", "CS": f"DIS{e}",
        },
    )  # fmt: skip
    for k, (net, out) in enumerate(
        ((f"{a}CB", "P"), (f"{b}FB", "P"), (f"{a}FB", "M"), (f"{b}CB", "M"))
    ):
        sheet.resistor(f"R{e}_{k}", 100e3, net, f"{out}{e}")
    sheet.part(f"UC{e}", "MCP6562-E/SN")
    sheet.wire(
        f"UC{e}",
        {
            "+INA": f"P{e}", "-INA": f"M{e}", "OUTA": f"CF{e}",
            "+INB": f"{b}FB", "-INB": f"{a}FB", "OUTB": f"FN{e}",
        },
    )  # fmt: skip
    sheet.part(f"UX{e}", "SN74LVC1G86DBVR", A=f"CF{e}", B=f"FN{e}", Y=f"UP{e}")
    sheet.part(f"UL{e}", "SN74LVC1G79DBVR", D=f"UP{e}", CLK="LATCH", Q=f"UPL{e}")
    sheet.part(f"UE{e}", "SN74LVC1G79DBVR", D=previous, CLK="ENABLE_CLOCK", Q=f"DIS{e}")
    return f"DIS{e}"

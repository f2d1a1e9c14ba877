"""Sections: what is needed, before power, first power."""

import math
from collections.abc import Iterator

from netgen.bench_docs.facts import Facts
from netgen.bench_docs.record import Block, Heading, Moment, Paragraph, Steps, Table
from netgen.bench_docs.words import LINK, amperes, counted, pin, probe, span, volts
from netgen.circuit import Component

_POLARISED = ("led", "tvs")
_UNKNOWN = "ENABLE_RETURN"


def needed(facts: Facts) -> Iterator[Block]:
    """Supply, instruments, host, cables."""
    channels = facts.interface["channels"]
    sources = sum(item["kind"] == "source" for item in channels)
    targets = len(channels) - sources
    yield Heading(2, "What you need")
    yield Table(
        ("Supply", "At", "Set to", "Allowed", "Current limit", "Fuse holds"),
        tuple(_supply_row(facts, supply) for supply in facts.interface["supplies"]),
    )
    yield Steps(host_items(facts, sources, targets))


def host_items(facts: Facts, sources: int, targets: int) -> tuple[str, ...]:
    """Host, instruments, cables, in sentences."""
    lines = 4 + len(facts.interface["nudge"]["lines"])
    items = [
        f"a host with {counted(sources + targets, 'analog output')} of 0 to "
        f"{facts.made.parts.supply_v:g} V ({counted(sources, 'source')}, "
        f"{counted(targets, 'desired voltage')}), {counted(targets, 'analog input')}, "
        f"{lines} logic outputs and 1 logic input; for the first steps "
        "a bench source and a pulse generator will do",
        _logic_levels(facts),
        "a multimeter of 10 Mohm or more, and an oscilloscope for the clocks",
    ]
    if facts.cables:
        most = max(len(task["patches"]) for task in facts.interface["tasks"])
        shunts = max(len(task["shunted"]) for task in facts.interface["tasks"])
        items.append(
            f"{most} two-wire cables with 0.1 inch sockets, their two wires of different colours"
            + (f", and {counted(shunts, 'shunt')}" if shunts else "")
        )
    return tuple(item[0].upper() + item[1:] + "." for item in items)


def _supply_row(facts: Facts, supply: dict[str, object]) -> tuple[str, ...]:
    name, level = str(supply["function"]), float(str(supply["volts"]))
    places = ", ".join(
        pin(component.refdes, item.number)
        for component, item in facts.pins(*facts.connectors)
        if item.function == name
    )
    limit = _limit_a(facts, name)
    fuse = float(str(supply["fuse_hold_a"]))
    return (
        f"`{name}`", places, f"{level:.2f} V", _allowed(facts, name), amperes(min(limit, fuse)),
        amperes(fuse),
    )  # fmt: skip


def _allowed(facts: Facts, function: str) -> str:
    for item in facts.made.assumptions:
        if item.quantity == f"voltage at {function}":
            return f"{item.low:.2f} to {item.high:.2f} V"
    return ""


def _limit_a(facts: Facts, function: str) -> float:
    """The most that any moment draws, with all lamps on and a quarter more, in steps of 10 mA."""
    drawn = max(moment.supply_a.get(function, 0.0) for moment in facts.voltages.moments)
    lamps = facts.lamp_a if function == "V_SUPPLY" else 0.0
    return math.ceil(1.25 * (drawn + lamps) * 100) / 100


def _logic_levels(facts: Facts) -> str:
    ratings, supply = facts.made.parts.buffer.ratings, facts.made.parts.supply_v
    if ratings.levels_at_v != supply:
        return f"logic levels of {supply:g} V: low is 0 V, high is {supply:g} V"
    text = (
        f"logic levels: low below {ratings.input_low_max_v:g} V, high above "
        f"{ratings.input_high_min_v:g} V, at most {supply:g} V"
    )
    if ratings.input_high_min_v is not None and ratings.input_high_min_v > 3.2:
        text += "; the outputs of a 3.3 V host are too low, put a level shifter between"
    return text


def before_power(facts: Facts) -> Iterator[Block]:
    """What can be seen and measured without power."""
    circuit = facts.made.circuit
    polarised = [
        component.refdes
        for component in circuit.components
        if component.part.kind in _POLARISED or component.part.mpn == facts.made.parts.bulk.mpn
    ]
    jumpers = [c for c in circuit.components if c.part.kind == "jumper"]
    cuts = [c for c in jumpers if c.cell.startswith("edge/")]
    yield Heading(2, "Before power")
    items = [
        f"Compare the board with the page of parts (`{facts.made.design.name}-bom.html`): every "
        "chip's pin 1, and which way "
        f"round these stand: {', '.join(f'`{name}`' for name in polarised)}.",
        f"Look at the {len(jumpers)} solder jumpers: all are bridged by copper as made. Two belong "
        f"to each edge ({len(cuts)} in all) and cut it when they are opened"
        + ("" if len(cuts) == len(jumpers) else "; the others join sources to their nodes")
        + ". Leave them closed.",
        "No host, no cable and no supply is plugged. " + _shorts(facts),
    ]
    yield Steps(tuple(items))


def _shorts(facts: Facts) -> str:
    texts: list[str] = []
    for supply in facts.interface["supplies"]:
        ohm = supply["volts"] / supply["current_bound_a"]
        texts.append(
            f"Measure the resistance from `{supply['net']}` "
            f"({probe(facts.made.circuit, supply['net'])}) to `{facts.made.nets.ground}` "
            f"({probe(facts.made.circuit, facts.made.nets.ground)}): it rises while the capacitors "
            f"charge. Where it stays below {ohm:.0f} ohm there is a short; find it first."
        )
    return " ".join(texts)


def first_power(facts: Facts) -> Iterator[Block]:
    """The board alone under power."""
    idle = facts.voltages.moments[0]
    lamp = next(c for c in facts.made.circuit.components if c.path == "supply/lamp")
    yield Heading(2, "First power, host off")
    items: list[str] = []
    if facts.cables:
        items.append(
            f"Plug the cables of task `{idle.task}` (below). Without them the network is tied to "
            "nothing, and what a meter shows at its nodes means nothing."
        )
    items += [
        "Set voltage and current limit of the supply as above, then switch it on"
        + (", both rails together." if len(facts.interface["supplies"]) > 1 else "."),
        f"Watch the current: {_currents(facts, idle)}. Where the limit is reached for longer than "
        "the capacitors take to charge, a fraction of a second, switch off.",
        f"The lamp `{lamp.refdes}` of the supply is on. Lamps of edges may be on or off: "
        "flip-flops wake up in any state.",
        "Measure against `GND` and write down:",
    ]
    yield Steps(tuple(items))
    yield Table(
        ("At", "Signal", "Volts", "Allowed"),
        (*rail_rows(facts), *idle_rows(facts, idle)),
        measured=True,
    )
    yield Paragraph(
        "Digipots are at the middle of their range now, in both networks. No clock has come, so "
        "nothing has been learned. Raise the current limit to what the fuse holds before you "
        "train: a network at low resistances draws more. Switch the board on before the host "
        "drives anything, and off after it."
    )


def _currents(facts: Facts, moment: Moment) -> str:
    texts: list[str] = []
    for name, value in moment.supply_a.items():
        text = f"`{name}` gives at most {amperes(value)}"
        if name == "V_SUPPLY" and facts.lamp_a:
            text += (
                f" with the edges' lamps off, and up to {amperes(facts.lamp_a)} more with all on"
            )
        texts.append(text)
    return "; ".join(texts)


def rail_rows(facts: Facts) -> Iterator[tuple[str, ...]]:
    """Rails at their test points; the fuse takes a little."""
    levels = {item["net"]: item for item in facts.interface["supplies"]}
    for component, item in facts.pins(*facts.test_points):
        at = pin(component.refdes, item.number).removesuffix(" pin 1")
        net = component.pins[0].net
        if net in levels:
            volt = float(levels[net]["volts"])
            yield at, f"`{item.function}`", volts(volt), f"{0.97 * volt:.2f} to {1.05 * volt:.2f}"
        elif net == facts.made.nets.ground:
            yield at, f"`{item.function}`", volts(0.0), "less than 0.005"


def idle_rows(facts: Facts, idle: Moment) -> Iterator[tuple[str, ...]]:
    """Logic lines at their test points, then the rest of the connectors."""
    rails = {item["net"] for item in facts.interface["supplies"]} | {facts.made.nets.ground}
    seen: set[str] = set()
    for component, item in facts.pins(*facts.test_points, *facts.connectors):
        level = idle.level(item.function)
        supplied = item.direction == "supply" or _net(component, item.number) in rails
        if item.function in seen or supplied or level is None or item.function.startswith(LINK):
            continue
        seen.add(item.function)
        at = pin(component.refdes, item.number)
        if component.part.kind == "testpoint":
            at = at.removesuffix(" pin 1")
        if item.function == _UNKNOWN:
            high = facts.made.parts.supply_v
            yield (
                at,
                f"`{item.function}`",
                f"0 or {high:g}",
                "either: the chain wakes up in any state",
            )
        else:
            yield at, f"`{item.function}`", volts(level.volts), span(level)


def _net(component: Component, number: str) -> str | None:
    return next((item.net for item in component.pins if item.number == number), None)

"""Faults put into a netlist's text, as a careless hand would: knows nothing of how boards are made.

A net list is name -> pins; only the file's `(nets ...)` section is taken apart and written again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

Pin = tuple[str, str]
Nets = dict[str, tuple[Pin, ...]]
_NET = re.compile(r'\(net\s+\(code\s+"?\d+"?\)\s+\(name\s+"((?:[^"\\]|\\.)*)"\)')
_NODE = re.compile(r'\(node\s+\(ref\s+"([^"]+)"\)\s+\(pin\s+"([^"]+)"\)')


@dataclass(frozen=True)
class Mutant:
    """A fault: its operator, what was done, the pins it was done to, and the nets it leaves."""

    operator: str
    what: str
    pins: tuple[Pin, ...]
    nets: Nets


def read_nets(text: str) -> Nets:
    """The nets of a netlist's text."""
    section = text[text.index("(nets") :]
    starts = [(match.start(), match.group(1)) for match in _NET.finditer(section)]
    ends = [start for start, _ in starts[1:]] + [len(section)]
    return {
        name: tuple(match.groups() for match in _NODE.finditer(section, start, end))  # type: ignore[misc]
        for (start, name), end in zip(starts, ends, strict=True)
    }


def write_nets(text: str, nets: Nets) -> str:
    """The text with its nets replaced."""
    lines = [
        f'    (net (code "{code}") (name "{name}")'
        + "".join(f' (node (ref "{ref}") (pin "{pin}"))' for ref, pin in pins)
        + ")"
        for code, (name, pins) in enumerate(nets.items(), start=1)
    ]
    return text[: text.index("(nets")] + "(nets\n" + "\n".join(lines) + "))\n"


def net_of(nets: Nets) -> dict[Pin, str]:
    """Pin -> its net."""
    return {pin: name for name, pins in nets.items() for pin in pins}


def all_pins(nets: Nets) -> list[Pin]:
    """Every pin, sorted."""
    return sorted(net_of(nets))


def drop(nets: Nets, pin: Pin, name: str = "") -> Mutant:
    """O: the pin is in no net any more. `name`: of its net, where it is known."""
    name = name or net_of(nets)[pin]
    left = {**nets, name: tuple(other for other in nets[name] if other != pin)}
    return Mutant("O", f"{_show(pin)} dropped from {name}", (pin,), _tidy(left))


def isolate(nets: Nets, pin: Pin) -> Mutant:
    """O: the pin is alone on a net of its own."""
    left = dict(drop(nets, pin).nets)
    left["cut-off"] = (pin,)
    return Mutant("O1", f"{_show(pin)} alone, away from {net_of(nets)[pin]}", (pin,), left)


def move(nets: Nets, pin: Pin, name: str) -> Mutant:
    """R: the pin is on another net."""
    left = dict(drop(nets, pin).nets)
    left[name] = (*left.get(name, ()), pin)
    return Mutant("R", f"{_show(pin)} moved from {net_of(nets)[pin]} to {name}", (pin,), left)


def swap(nets: Nets, a: Pin, b: Pin, operator: str = "P") -> Mutant:
    """P, X, T: two pins exchanged."""
    other = {a: b, b: a}
    left = {name: tuple(other.get(pin, pin) for pin in pins) for name, pins in nets.items()}
    return Mutant(operator, f"{_show(a)} and {_show(b)} swapped", (a, b), left)


def short(nets: Nets, a: str, b: str) -> Mutant:
    """S: two nets are one."""
    left = {name: pins for name, pins in nets.items() if name != b}
    left[a] = (*nets[a], *nets[b])
    return Mutant("S", f"{a} and {b} shorted", (*nets[a], *nets[b]), left)


def all_drops(nets: Nets) -> Iterator[Mutant]:
    """Every pin dropped from a net that it shares."""
    for name, pins in nets.items():
        if len(pins) > 1:
            for pin in pins:
                yield drop(nets, pin, name)


def any_swap(nets: Nets, draw: random.Random) -> Mutant:
    """Two pins of different nets, whichever."""
    where, pins = net_of(nets), all_pins(nets)
    while True:
        a, b = draw.sample(pins, 2)
        if where[a] != where[b]:
            return swap(nets, a, b)


def part_swap(nets: Nets, draw: random.Random) -> Mutant:
    """Two pins of one part."""
    where, pins = net_of(nets), all_pins(nets)
    while True:
        a = draw.choice(pins)
        b = draw.choice([pin for pin in pins if pin[0] == a[0]])
        if where[a] != where[b]:
            return swap(nets, a, b)


def any_move(nets: Nets, draw: random.Random) -> Mutant:
    """A pin on another net."""
    where = net_of(nets)
    pin = draw.choice(all_pins(nets))
    name = draw.choice([name for name in sorted(nets) if name != where[pin]])
    return move(nets, pin, name)


def any_short(nets: Nets, draw: random.Random) -> Mutant:
    """Two nets of at least two pins made one."""
    a, b = draw.sample(sorted(name for name, pins in nets.items() if len(pins) > 1), 2)
    return short(nets, a, b)


def twin_swaps(nets: Nets) -> Iterator[Mutant]:
    """X: every two pins of a part, or of parts of one name but for FREE/CLAMPED nets, exchanged.

    A pair is a pin on a net with FREE in its name and a pin of the same part on the net of the same
    name with CLAMPED, and every first pin of two such nets.
    """
    for name, pins in nets.items():
        twin = name.replace("FREE", "CLAMPED")
        if twin == name or twin not in nets:
            continue
        for position, pin in enumerate(pins):
            same = [other for other in nets[twin] if other[0] == pin[0]]
            other = same[0] if same else nets[twin][min(position, len(nets[twin]) - 1)]
            yield swap(nets, pin, other, "X")


def without_part(text: str, refdes: str) -> str:
    """M: a part and all of its pins are gone."""
    begin, end = _component(text, refdes)
    nets = {
        name: tuple(pin for pin in pins if pin[0] != refdes)
        for name, pins in read_nets(text).items()
    }
    return write_nets(text[:begin] + text[end:], _tidy(nets))


def with_part_twice(text: str, refdes: str) -> str:
    """M: a part is there again under another reference, on the same nets."""
    begin, end = _component(text, refdes)
    copy = text[begin:end].replace(f'(ref "{refdes}")', f'(ref "{refdes}_AGAIN")', 1)
    nets = {
        name: (*pins, *((f"{refdes}_AGAIN", number) for ref, number in pins if ref == refdes))
        for name, pins in read_nets(text).items()
    }
    return write_nets(text[:end] + copy + text[end:], nets)


def with_field(text: str, refdes: str, name: str, value: str) -> str:
    """V: another value of a part's field, or of its `(value ...)` or `(footprint ...)`."""
    begin, end = _component(text, refdes)
    own = name in ("value", "footprint")
    pattern = rf'(\({name}\s+)"[^"]*"' if own else rf'(\(name\s+"{name}"\)\s+)"[^"]*"'
    changed, count = re.subn(pattern, rf'\1"{value}"', text[begin:end], count=1)
    assert count == 1, f"{refdes} has no {name}"
    return text[:begin] + changed + text[end:]


def references(text: str) -> list[str]:
    """Every component's reference, in the file's order."""
    return re.findall(r'\(comp\s+\(ref\s+"([^"]+)"', text[: text.index("(nets")])


def _component(text: str, refdes: str) -> tuple[int, int]:
    """Where a component's block begins and ends."""
    found = re.search(rf'\(comp\s+\(ref\s+"{re.escape(refdes)}"', text)
    assert found is not None, f"no component {refdes}"
    depth, quoted = 0, False
    for position in range(found.start(), len(text)):
        letter = text[position]
        if letter == '"' and text[position - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if not depth:
                return found.start(), position + 1
    raise AssertionError(f"the block of {refdes} does not end")


def _tidy(nets: Nets) -> Nets:
    return {name: pins for name, pins in nets.items() if pins}


def _show(pin: Pin) -> str:
    return f"{pin[0]}.{pin[1]}"

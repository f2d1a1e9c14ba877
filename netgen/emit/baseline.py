"""SKiDL's electrical rules over a netlist *file*: the baseline that a judge has to beat.

What a user of SKiDL alone would have: parts with the pin kinds of the part records, the nets of the
file, and SKiDL's rules (its conflict matrix, its drive levels, its checks of unconnected pins).
Functions of connector pins say which pins the host drives and which bring power, since without them
every board warns everywhere. The rules run over kinds of pins, as in `netlist`; the counts are
SKiDL's own: one finding for each pair of pins that clash.

A fault counts as killed where the file has more messages of some wording than the unmutated file,
references and names of nets left out of the wording: renaming them is no fault.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import TypeAlias, Union

from netgen.emit.erc import Severity
from netgen.emit.netlist import PIN_TYPES, conflict, pin_drives, pin_info
from netgen.errors import BuildError
from parts.catalogue import Catalogue, load_catalogue
from parts.errors import PartError
from parts.record import PartRecord

Sexpr: TypeAlias = Union[str, list["Sexpr"]]  # noqa: UP007  (a forward reference cannot use |)
Message = tuple[Severity, str, tuple[str, ...]]
"""One message of SKiDL's: severity, rule, and the pins as "part number.pin number"."""

_TOKEN = re.compile(r'[()]|"((?:[^"\\]|\\.)*)"|[^\s()"]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_HOST_LINES = ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK", "ETA_STEP", "ETA_UP", "ETA_SELECT")


@dataclass(frozen=True, slots=True)
class ErcCount:
    """How many messages SKiDL's checker prints of a file."""

    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class SkidlBaseline:
    """What SKiDL's checker says of mutants of a file; picklable, for campaigns.

    Attributes:
        known: the messages that the unmutated file has, each with how often.
    """

    known: frozenset[tuple[Message, int]]

    @classmethod
    def of(cls, netlist_text: str) -> "SkidlBaseline":
        """The baseline of a design by its unmutated netlist file. Raises BuildError."""
        return cls(frozenset(_counts(netlist_text).items()))

    def killed_by_errors(self, netlist_text: str) -> bool:
        """Whether a file has a new error. Raises BuildError."""
        return "error" in self.new_severities(netlist_text)

    def killed_by_warnings(self, netlist_text: str) -> bool:
        """Whether a file has a new error or a new warning. Raises BuildError."""
        return bool(self.new_severities(netlist_text))

    def new_severities(self, netlist_text: str) -> frozenset[Severity]:
        """The severities of the messages that the unmutated file has not, or has less often."""
        new = _counts(netlist_text) - Counter(dict(self.known))
        return frozenset(message[0] for message in new)


@lru_cache(maxsize=1)
def _counts(text: str) -> Counter[Message]:
    """Each message of a file and how often; kept, since errors and warnings are asked apart."""
    return Counter(_messages(text, load_catalogue()))


def erc_findings(netlist_text: str, catalogue: Catalogue) -> ErcCount:
    """Count the findings of SKiDL's rules in a netlist file.

    A part number or a pin that the catalogue does not know is an error, as SKiDL stops there.

    Raises:
        BuildError: the text is no KiCad netlist.
    """
    found = [message[0] for message in _messages(netlist_text, catalogue)]
    return ErcCount(found.count("error"), found.count("warning"))


@dataclass(frozen=True, slots=True)
class _Pin:
    """A pin with what the rules look at; see `erc.ErcPin`. `name`: "part number.pin number"."""

    name: str
    kind: str
    drive: int
    needs: int


def _messages(text: str, catalogue: Catalogue) -> Iterator[Message]:
    """Every message of SKiDL's checker."""
    components, nets = _sections(text)
    pins: dict[tuple[str, str], _Pin] = {}
    for refdes, mpn, functions in _parts(components):
        record = _record(mpn, catalogue)
        if record is None:
            yield "error", "unknown_part", (mpn,)
        else:
            pins.update(_pins(refdes, record, functions))
    connected: set[tuple[str, str]] = set()
    for nodes in nets:
        connected.update(nodes)
        yield from _net([pins[node] for node in nodes if node in pins])
        for _, number in (node for node in nodes if node not in pins):
            yield "error", "unknown_pin", (number,)
    for place, pin in pins.items():
        if place not in connected and pin.kind != "NOCONNECT":
            yield "warning", "unconnected_pin", (pin.name,)


def _net(pins: Sequence[_Pin]) -> Iterator[Message]:
    """SKiDL's rules of one net, as `dflt_net_erc` has them."""
    names = tuple(sorted(pin.name for pin in pins))
    if not pins:
        yield "warning", "no_pins", ()
    if len(pins) == 1:
        yield "warning", "single_pin_net", names
    yield from _conflicts(pins)
    drive = max((pin.drive for pin in pins), default=int(pin_drives.NONE))
    if drive <= pin_drives.NONE:
        yield "warning", "no_driver", names
    for pin in pins:
        if pin.needs > drive:
            yield "warning", "insufficient_drive", (pin.name,)
        if pin.kind == "NOCONNECT":
            yield "warning", "connected_no_connect", (pin.name,)


def _conflicts(pins: Sequence[_Pin]) -> Iterator[Message]:
    by_kind: dict[str, list[str]] = {}
    for pin in pins:
        by_kind.setdefault(pin.kind, []).append(pin.name)
    kinds = sorted(by_kind)
    for index, first in enumerate(kinds):
        for second in kinds[index:]:
            found = conflict(first, second)
            if found is None:
                continue
            members = by_kind[first]
            same = first == second
            pairs = combinations(members, 2) if same else product(members, by_kind[second])
            for pair in pairs:
                yield found[0], "pin_conflict", tuple(sorted(pair))


def _pins(
    refdes: str, record: PartRecord, functions: str
) -> Iterator[tuple[tuple[str, str], _Pin]]:
    stated = dict(word.split("=", 1) for word in functions.split() if "=" in word)
    for pin in record.pins:
        kind = PIN_TYPES[pin.role]
        drive = int(pin_info[kind]["drive"])
        if record.kind in ("connector", "testpoint"):
            drive = _drive(stated.get(pin.number, ""), record.kind == "connector", drive)
        needs = int(pin_info[kind]["min_rcv"])
        yield (refdes, pin.number), _Pin(f"{record.mpn}.{pin.number}", kind.name, drive, needs)


def _drive(function: str, host: bool, own: int) -> int:
    """The drive of a connector's or test point's pin: power, a host's output, or the kind's own."""
    if function == "GND" or function.startswith(("V_", "+")):
        return int(pin_drives.POWER)
    port = function.endswith((".FREE", ".CLAMPED")) and not function.startswith("SRC-N")
    source = function.startswith("SRC") and not port
    if host and (function in _HOST_LINES or source or function.endswith(".DESIRED")):
        return int(pin_drives.PUSHPULL)
    return own


def _record(mpn: str, catalogue: Catalogue) -> PartRecord | None:
    try:
        return catalogue.part(mpn)
    except PartError:
        return None


def _sections(text: str) -> tuple[str, list[list[tuple[str, str]]]]:
    """(text of the components, the pins of each net); KiCad writes the components first."""
    begin, middle = text.find("(components"), text.find("(nets")
    if begin < 0 or middle < begin:
        raise BuildError(
            "the text has no '(components ...)' before a '(nets ...)': it is no KiCad netlist; "
            "export it again"
        )
    nets = [
        [(_word(node, "ref"), _word(node, "pin")) for node in _lists(net, "node")]
        for net in _lists(_tree(text[middle:]), "net")
    ]
    return text[begin:middle], nets


@lru_cache(maxsize=4)
def _parts(components: str) -> tuple[tuple[str, str, str], ...]:
    """(reference, part number, pins' functions) of each; most mutants keep the original's."""
    found: list[tuple[str, str, str]] = []
    for part in _lists(_tree(components), "comp"):
        fields: dict[str, str] = {}
        for holder in _lists(part, "fields"):
            for field in _lists(holder, "field"):
                value = field[-1]
                fields[_word(field, "name")] = value if isinstance(value, str) else ""
        found.append((_word(part, "ref"), fields.get("MPN", ""), fields.get("PinFunctions", "")))
    return tuple(found)


def _tree(text: str) -> list[Sexpr]:
    """The first list of a text; what follows its end is left."""
    top: list[Sexpr] = []
    open_lists = [top]
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "(":
            made: list[Sexpr] = []
            open_lists[-1].append(made)
            open_lists.append(made)
        elif token == ")":
            open_lists.pop()
            if len(open_lists) == 1:
                break
        else:
            quoted = match.group(1)
            open_lists[-1].append(token if quoted is None else _ESCAPE.sub(r"\1", quoted))
    first = top[0] if top and isinstance(top[0], list) else []
    if len(open_lists) != 1:
        raise BuildError("the netlist ends in the middle of a list; export it again")
    return first


def _lists(items: Sequence[Sexpr], head: str) -> Iterator[list[Sexpr]]:
    return (item for item in items if isinstance(item, list) and item and item[0] == head)


def _word(items: Sequence[Sexpr], head: str) -> str:
    """The word after `head` in the first list of that head, "" where there is none."""
    found = next(_lists(items, head), [])
    return found[1] if len(found) > 1 and isinstance(found[1], str) else ""

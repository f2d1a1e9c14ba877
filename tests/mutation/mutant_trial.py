"""One mutant's trial: build the small boards with the mutated generator and let the judge see them.

A trial runs in a process of its own, forked after everything is imported. There netgen is loaded
anew with one module's source exchanged, so that names imported from that module are the mutated
ones everywhere.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Literal

from generator_mutants import Change, Mutant, mutated
from same_board import same_board
from small_boards import long_board, small_boards

from designs import Design
from parts.catalogue import Catalogue, load_catalogue
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.records import Check, Verdict
from verification.checks.rig import Rig
from verification.errors import NetlistError, UsageError
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.structure import extract_network
from verification.verify import (
    VerifyOptions,
    behaviour_checks,
    learned_tasks,
    no_tick,
    static_checks,
    structural_checks,
)

Fate = Literal["unchanged", "renamed", "refused", "structure", "behaviour", "survived"]
"""What came of a mutant, or of one board of it: the same file; the same board under other names; no
netlist; killed by structural and electrical checks; killed by what the board does; passed."""

# The worst news first: a mutant is as bad as its worst board.
_WORST: tuple[Fate, ...] = (
    "survived", "behaviour", "structure", "refused", "renamed", "unchanged",
)  # fmt: skip
EMISSION = "netgen.emit.netlist"
LONG = "banks"
_BANKED = ("netgen.cells.control", "netgen.elaborate", "netgen.names")
LEARNING = VerifyOptions(seeds=3)


@dataclass(frozen=True, slots=True)
class Built:
    """A board as the generator makes it: its circuit as text, and a way to the netlist's text."""

    circuit: str
    netlist: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a mutant.

    Attributes:
        fate: of the worst board.
        board: the worst board, "" where nothing changed.
        detail: the checks that failed, the error, or what the survivor changed.
        change: the mutant's name.
    """

    fate: Fate
    board: str
    detail: str
    change: Change

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Reference:
    """What the generator makes unmutated: its boards' circuits as text, and netlists."""

    catalogue: Catalogue
    designs: Mapping[str, Design]
    circuits: Mapping[str, str]
    texts: Mapping[str, str]
    netlists: Mapping[str, Netlist]


@cache
def reference() -> Reference:
    """Made once, before the first fork: it also warms up everything that a trial uses.

    Raises:
        AssertionError: an unmutated board does not pass; a campaign would prove nothing.
    """
    catalogue = load_catalogue()
    designs = {**small_boards(), LONG: long_board()}
    circuits: dict[str, str] = {}
    texts: dict[str, str] = {}
    netlists: dict[str, Netlist] = {}
    for name, design in designs.items():
        built = build(design, catalogue)
        circuits[name], texts[name] = built.circuit, built.netlist()
        netlists[name] = parse_netlist(texts[name], name)
        fate, detail = _judged(netlists[name], design, catalogue)
        assert fate == "survived", f"{name}: the unmutated board fails: {detail}"
    return Reference(catalogue, designs, circuits, texts, netlists)


def build(design: Design, catalogue: Catalogue) -> Built:
    """Build a board with the netgen that is loaded now."""
    made = importlib.import_module("netgen.elaborate").elaborate(design, catalogue)
    emit = importlib.import_module(EMISSION).emit_netlist
    return Built(made.circuit.to_text(), lambda: emit(made.circuit, design.erc_waivers).text)


def attempt(mutant: Mutant) -> Trial:
    """Try a mutant. Spoils netgen for this process."""
    text, change = mutated(mutant)
    known = reference()
    _load(mutant.module, text)
    fates: dict[str, tuple[Fate, str]] = {}
    for name in known.designs:
        # The long board is slow: it is for what only a second bank shows.
        quiet = {fate for fate, _ in fates.values()} == {"unchanged"}
        if name == LONG and not (quiet and mutant.module in _BANKED):
            continue
        fates[name] = _fate(name, known, always_emit=mutant.module == EMISSION)
    board = min(fates, key=lambda name: _WORST.index(fates[name][0]))
    fate, detail = fates[board]
    return Trial(fate, "" if fate == "unchanged" else board, detail, change)


def _load(module: str, source: str) -> None:
    """Forget netgen, so that it is imported again with this module's source exchanged."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "netgen"]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Exchanged(module, source))


class _Exchanged(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module in a text of its own."""

    def __init__(self, module: str, source: str) -> None:
        self._module = module
        self._source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, f"{self._module} (mutated)", "exec"), module.__dict__)


def _fate(name: str, known: Reference, *, always_emit: bool) -> tuple[Fate, str]:
    try:
        built = build(known.designs[name], known.catalogue)
        if built.circuit == known.circuits[name] and not always_emit:
            return "unchanged", ""
        text = built.netlist()
    except Exception as error:  # a mutated generator may raise anything
        return "refused", f"{type(error).__name__}: {error}"
    if text == known.texts[name]:
        return "unchanged", ""
    try:
        netlist = parse_netlist(text, name)
    except (NetlistError, UsageError) as error:
        return "structure", f"the reader: {error}"
    design, catalogue = known.designs[name], known.catalogue
    if same_board(known.netlists[name], netlist, design, catalogue):
        return "renamed", ""
    return _judged(netlist, design, catalogue)


def _judged(netlist: Netlist, design: Design, catalogue: Catalogue) -> tuple[Fate, str]:
    """What `verify` says, with few seeds; it stops at the first part that fails."""
    try:
        case = Case(index_board(netlist, design, catalogue))
        network = extract_network(case)
        checks = [*static_checks(case), *structural_checks(case, network, catalogue)]
        if failed := _failed(checks):
            return "structure", failed
        checks += behaviour_checks(Rig(case, network, catalogue), checks, LEARNING)
        if failed := _failed(checks):
            return "behaviour", failed
        check, _ = learned_tasks(netlist, design, checks, LEARNING, no_tick)
    except UsageError as error:
        return "structure", f"verify: {error}"
    return ("behaviour", check.name) if check.verdict is Verdict.FAIL else ("survived", "")


def _failed(checks: Sequence[Check]) -> str:
    return ", ".join(check.name for check in checks if check.verdict is Verdict.FAIL)

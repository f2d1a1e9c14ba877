"""The mutants of netgen's source: which code is mutated, by which operators, and their names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names
from wiring_operators import WIRING

ROOT = Path(__file__).resolve().parents[2]
SURVIVORS = Path(__file__).with_name("survivors.toml")

# What makes the netlist. Drawings, bills of material and the interface file are other files.
FILES = (
    "netgen/cells/control.py",
    "netgen/cells/edge.py",
    "netgen/cells/node.py",
    "netgen/cells/nudge.py",
    "netgen/cells/port.py",
    "netgen/cells/source.py",
    "netgen/cells/supply.py",
    "netgen/elaborate.py",
    "netgen/emit/netlist.py",
    "netgen/names.py",
    "netgen/network.py",
    "netgen/page.py",
    "netgen/select.py",
)
# Functions of these files that make something else: the interface file, the findings of SKiDL's
# rules, refusals of parts.
_ELSEWHERE = frozenset(
    {
        "assumptions", "_assumptions",
        "_check", "_check_part", "_erc_pin", "_conflict",
        "_check_rails", "_check_signals", "_check_digipot", "_check_comparator",
        "_check_common_mode",
    }
)  # fmt: skip
# A message, a type, an import: no part of a netlist comes from there.
_NOT_CODE = frozenset({"raise_stmt", "import_from", "import_name", "tfpdef", "annassign"})
_ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod"})
_COMPARISON = frozenset({"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutation of one file. `occurrence` counts an operator's places in a file."""

    file: str
    operator: str
    occurrence: int
    function: str

    @property
    def module(self) -> str:
        """The dotted name of the mutated module."""
        return self.file.removesuffix(".py").replace("/", ".")


@dataclass(frozen=True, slots=True)
class Change:
    """A mutant's name for the list of survivors: what it writes where, whatever the line number."""

    file: str
    function: str
    was: str
    becomes: str


def operators() -> Mapping[str, Operator]:
    """Cosmic Ray's operators that can matter here, and those for wiring."""
    chosen = [name for name in operator_names() if _chosen(name.removeprefix("core/"))]
    return {name: get_operator(name)() for name in chosen} | {
        f"wiring/{name}": operator() for name, operator in WIRING.items()
    }


def _chosen(name: str) -> bool:
    """Whether one of Cosmic Ray's operators is used.

    The two that write random numbers in place of variables are not: a result would not come again.
    Of the replacements of an operator by any other, those among arithmetic and among comparisons.
    """
    family, _, pair = name.partition("Operator_")
    if family in ("ReplaceBinary", "ReplaceComparison"):
        kin = _ARITHMETIC if family == "ReplaceBinary" else _COMPARISON
        return set(pair.split("_")) <= kin or pair in ("Is_IsNot", "IsNot_Is")
    return name not in ("VariableReplacer", "VariableInserter", "ExceptionReplacer")


def all_mutants(files: Sequence[str] = FILES) -> Iterator[Mutant]:
    """Every mutant, in the order of files, operators and places."""
    used = operators()
    for file in files:
        nodes = list(ast_nodes(get_ast((ROOT / file).read_text(encoding="utf-8"))))
        for name, operator in used.items():
            count = 0
            for node in nodes:
                places = len(_positions(operator, node))
                function = _function(node) if places else None
                if function is not None:
                    for n in range(count, count + places):
                        yield Mutant(file, name, n, function)
                count += places


def _positions(operator: Any, node: Any) -> list[Any]:
    return list(operator.mutation_positions(node))


def _function(node: Any) -> str | None:
    """The functions and classes around a node, "" at the top; None where nothing is mutated."""
    names: list[str] = []
    child = node
    if node.type in _NOT_CODE:
        return None
    while child.parent is not None:
        child, last = child.parent, child
        if child.type in _NOT_CODE:
            return None
        if child.type == "funcdef" and last is child.annotation:
            return None
        if child.type in ("funcdef", "classdef"):
            names.append(child.name.value)
    return None if _ELSEWHERE & set(names) else ".".join(reversed(names))


def mutated(mutant: Mutant) -> tuple[str, Change]:
    """The text of the mutated file, and what was changed.

    Raises:
        ValueError: the source has no such place.
    """
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    text = mutate_code(source, operators()[mutant.operator], mutant.occurrence)
    if text is None:
        raise ValueError(f"{mutant}: there is no such place")
    before = [line.strip() for line in source.splitlines()]
    after = [line.strip() for line in text.splitlines()]
    head = sum(1 for _ in takewhile(_equal, zip(before, after, strict=False)))
    ends = zip(reversed(before[head:]), reversed(after[head:]), strict=False)
    tail = sum(1 for _ in takewhile(_equal, ends))
    was, becomes = before[head : len(before) - tail], after[head : len(after) - tail]
    change = Change(mutant.file, mutant.function, " ".join(was), " ".join(becomes))
    return text, change


def _equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A survivor that is known, and why `verify` passes it."""

    change: Change
    reason: str


def accepted() -> tuple[Accepted, ...]:
    """The list of known survivors."""
    groups = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get("group", [])
    return tuple(
        Accepted(
            Change(entry["file"], entry["in"], entry["was"], entry["becomes"]), group["reason"]
        )
        for group in groups
        for entry in group["mutants"]
    )

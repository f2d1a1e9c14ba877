"""Mutation operators for code that wires a circuit, in Cosmic Ray's plug-in form.

Cosmic Ray's own operators change numbers, comparisons, conditions and loops. A cell of netgen is
made of names, strings and keywords: these operators write another name where one stands, exchange
neighbouring arguments, leave one out, leave a whole call out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from cosmic_ray.operators.operator import Operator
from parso.python.tree import Name

Node = Any  # parso ships no types
Position = tuple[tuple[int, int], tuple[int, int]]

# What every cell is drawn with, never what it draws: another of them there only stops the build.
_HANDS = frozenset({"drawing", "parts", "nets", "page", "self", "design", "catalogue", "board"})
_SHARED = frozenset({"parts", "nets"})
MOST = 2


class _WiringOperator(Operator):
    """An operator that replaces one node by another text."""

    def texts(self, node: Node) -> Sequence[str]:
        """What may stand in a node's place."""
        raise NotImplementedError

    def mutation_positions(  # pyright: ignore[reportIncompatibleMethodOverride] - untyped there
        self, node: Node
    ) -> Iterator[Position]:
        for _ in self.texts(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        leaf = Name(self.texts(node)[index], node.start_pos, node.get_first_leaf().prefix)
        leaf.parent = node.parent  # the walk goes on and asks for it
        return leaf

    @classmethod
    def examples(cls) -> tuple[()]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return ()


class ReplaceString(_WiringOperator):
    """A string by itself with an X at its end, and by another string of the same call."""

    def texts(self, node: Node) -> Sequence[str]:
        if node.type == "fstring_string":
            return (node.value + "X",)
        # A slot that no tuple of slots has is refused by every page.
        if node.type != "string" or '"""' in node.value or "SLOTS" in _text(_statement(node))[:12]:
            return ()
        other: list[str] = []
        if _inside(node, "funcdef") or _inside(node, "trailer"):
            others = [leaf.value for leaf in _leaves(_statement(node)) if leaf.type == "string"]
            other = _after(node.value, others)[:1]
        return (f"{node.value[:-1]}X{node.value[-1]}", *other)


class ReplaceName(_WiringOperator):
    """A variable that is handed on by another one that is handed on in the same statement."""

    def texts(self, node: Node) -> Sequence[str]:
        if not _is_value(node) or node.value in _HANDS or not _inside(node, "funcdef"):
            return ()
        names = [leaf.value for leaf in _leaves(_statement(node)) if _is_value(leaf)]
        return _after(node.value, [name for name in names if name not in _HANDS])[:MOST]


class ReplaceShared(_WiringOperator):
    """A part or net that cells share (``parts.pull_up``) by another one that the same file uses."""

    def texts(self, node: Node) -> Sequence[str]:
        base = _shared(node)
        if not base:
            return ()
        found = [other for other in _tree(node.get_root_node()) if _shared(other) == base]
        called = _called(node)
        names = [n.children[1].children[1].value for n in found if _called(n) == called]
        tail = "".join(child.get_code() for child in node.children[2:])
        mine = node.children[1].children[1].value
        others = _after(mine, sorted(set(names)))[:MOST]
        return [f"{base}.{name}{tail}" for name in others]


class ExchangeArguments(_WiringOperator):
    """Two neighbouring arguments of a call, or entries of a tuple, in each other's place."""

    def texts(self, node: Node) -> Sequence[str]:
        if node.type not in ("arglist", "testlist_comp") or not _inside(node, "funcdef"):
            return ()
        places = [n for n, child in enumerate(node.children) if child.type != "operator"]
        if any(node.children[n].type == "sync_comp_for" for n in places):
            return ()
        pairs = [
            (first, second)
            for first, second in pairwise(places)
            if _alike(node.children[first], node.children[second])
        ]
        texts = [_exchanged(node, first, second) for first, second in pairs]
        return [text for text in texts if text != _text(node)]


class RemoveArgument(_WiringOperator):
    """A call without one of its keyword or starred arguments."""

    def texts(self, node: Node) -> Sequence[str]:
        if node.type != "arglist" or not _inside(node, "funcdef"):
            return ()
        given = [child for child in node.children if child.type != "operator"]
        return [
            ", ".join(_text(child) for child in given if child is not left_out)
            for left_out in given
            if left_out.type == "argument"
        ]


class RemoveCall(_WiringOperator):
    """``pass`` in place of a call whose result nobody takes."""

    def texts(self, node: Node) -> Sequence[str]:
        alone = node.type == "atom_expr" and node.parent.type == "simple_stmt"
        return ("pass",) if alone and _called(node) else ()


WIRING = {
    operator.__name__: operator
    for operator in (
        ReplaceString,
        ReplaceName,
        ReplaceShared,
        ExchangeArguments,
        RemoveArgument,
        RemoveCall,
    )
}


def _tree(node: Node) -> Iterator[Node]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _tree(child)


def _leaves(node: Node) -> list[Node]:
    return [part for part in _tree(node) if not hasattr(part, "children")]


def _text(node: Node) -> str:
    return node.get_code(include_prefix=False)


def _inside(node: Node, kind: str) -> bool:
    while node.parent is not None:
        node = node.parent
        if node.type == kind:
            return True
    return False


def _statement(node: Node) -> Node:
    """The smallest statement around a node; of a compound one its head and body together."""
    while node.parent is not None and node.type not in ("simple_stmt", "for_stmt", "if_stmt"):
        node = node.parent
    return node


def _after(value: str, values: Sequence[str]) -> list[str]:
    """The other values, each once, beginning with the one that follows this value."""
    different = list(dict.fromkeys(values))
    if value not in different:
        return []
    place = different.index(value)
    return different[place + 1 :] + different[:place]


def _is_value(node: Node) -> bool:
    """Whether a name is handed on: an argument, an entry of a tuple, what a subscript picks."""
    if node.type != "name" or node.value[0].isupper():
        return False
    parent = node.parent
    if parent.type == "argument":
        return node is parent.children[-1] and parent.children[0].type != "operator"
    if parent.type == "trailer":
        return parent.children[0].value in "(["
    return parent.type in ("arglist", "testlist_comp") or (
        parent.type == "atom" and parent.children[0].value in "(["
    )


def _shared(node: Node) -> str:
    """``parts`` or ``nets`` where a node is one of their attributes, "" elsewhere."""
    if node.type != "atom_expr" or node.children[0].type != "name":
        return ""
    attribute = node.children[1]
    dotted = attribute.type == "trailer" and attribute.children[0].value == "."
    return node.children[0].value if dotted and node.children[0].value in _SHARED else ""


def _called(node: Node) -> bool:
    last = node.children[-1]
    return last.type == "trailer" and last.children[0].value == "("


def _exchanged(node: Node, first: int, second: int) -> str:
    """The text of an argument list with two values exchanged; keywords stay where they are."""
    texts = [child.get_code() for child in node.children]
    texts[0] = _text(node.children[0])
    one, other = _value(node.children[first]), _value(node.children[second])
    for place, old, new in ((first, one, other), (second, other, one)):
        head, found, tail = texts[place].rpartition(old)
        texts[place] = head + (new if found else old) + tail
    return "".join(texts)


def _alike(one: Node, other: Node) -> bool:
    """Whether two arguments are both keyword arguments, or both none, and no hands."""
    hands = any(_text(node) in _HANDS for node in (one, other))
    return not hands and (one.type == "argument") == (other.type == "argument")


def _value(node: Node) -> str:
    """What an argument hands on, without its keyword."""
    if node.type == "argument" and node.children[0].type == "name":
        return _text(node.children[-1])
    return _text(node)

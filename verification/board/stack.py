"""The copper layers of a board, and the wildcards that name several of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from verification.board.clauses import Clause, Place, clauses, head, layers_of

FRONT, BACK = "F.Cu", "B.Cu"
_COPPER = re.compile(r"(F|B|In(\d+))\.Cu")


@dataclass(frozen=True, slots=True)
class Stack:
    """Copper layers from front to back."""

    names: tuple[str, ...]

    def expand(self, named: Iterable[str], place: Place) -> tuple[str, ...]:
        """The copper layers among names of layers, from front to back; wildcards are resolved.

        Raises:
            NetlistError: a copper layer that the board does not have.
        """
        found: set[str] = set()
        for name in named:
            if name == "*.Cu":
                found.update(self.names)
            elif name == "F&B.Cu":
                found.update((FRONT, BACK))
            elif name in self.names:
                found.add(name)
            elif name.endswith(".Cu"):
                raise place.error(
                    f'copper layer "{name}", which the board does not have; its copper layers are '
                    f"{', '.join(self.names)}"
                )
        return tuple(name for name in self.names if name in found)

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The layers from one to another, both included, from front to back."""
        a, b = sorted((self.names.index(first), self.names.index(last)))
        return self.names[a : b + 1]


def read_stack(clause: Clause, place: Place) -> Stack:
    """The copper layers of `(layers (0 "F.Cu" signal) ...)`.

    Raises:
        NetlistError: no front or no back layer of copper.
    """
    order: dict[str, int] = {}
    for item in clauses(clause):
        name = item[1] if len(item) > 1 and isinstance(item[1], str) else ""
        match = _COPPER.fullmatch(name)
        if match:
            order[name] = {"F": 0, "B": 1_000_000}.get(match[1], int(match[2] or 0))
    if FRONT not in order or BACK not in order:
        raise place.error(f"the board's layers are without {FRONT} or {BACK}")
    return Stack(tuple(sorted(order, key=lambda name: order[name])))


def on_copper(clause: Clause) -> bool:
    """Whether a clause, or one inside it, is on a copper layer; not what is hidden."""
    waiting = [clause]
    while waiting:
        item = waiting.pop()
        if any(name.endswith(".Cu") for name in layers_of(item)):
            return True
        waiting += [inner for inner in clauses(item) if head(inner) not in ("layer", "layers")]
    return False

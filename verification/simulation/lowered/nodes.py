"""Nodes of the twins: pairs of nets, one of each network, and the rows that join them."""

from __future__ import annotations

from dataclasses import dataclass, field

from verification.simulation.blocks import HELD
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.partition import Partition

FREE, CLAMPED = 0, 1
"""The sides: free and clamped network."""
ABSENT = -1


@dataclass(frozen=True, slots=True)
class Row:
    """A branch of the twins, or a digipot pair without one.

    Attributes:
        nodes: its ends; None where neither twin has the branch.
        pots: digipot in each twin, or -1.
        branches: position in `Partition.branches` in each twin, or -1.
    """

    nodes: tuple[int, int] | None
    pots: tuple[int, int]
    branches: tuple[int, int]


@dataclass(slots=True)
class Nodes:
    """Nodes of the twins under construction: net of each twin -> node, and back."""

    cut: Partition
    nets: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    of: tuple[dict[int, int], dict[int, int]] = field(
        default_factory=lambda: (dict[int, int](), dict[int, int]())
    )

    def link(self, free: int, clamped: int) -> None:
        """Make two nets twins. CannotLower: one of them has another twin."""
        if not self.fits(free, clamped):
            names = " and ".join(self.cut.circuit.nets[net].name for net in (free, clamped))
            raise CannotLower(f"nets {names} are twins by one digipot and not by another")
        if free not in self.of[FREE]:
            self.of[FREE][free] = self.of[CLAMPED][clamped] = len(self.nets)
            self.nets.append((free, clamped))

    def fits(self, free: int, clamped: int) -> bool:
        """Whether two nets are twins or could become twins."""
        return self.of[FREE].get(free) == self.of[CLAMPED].get(clamped)

    def at(self, side: int, net: int) -> int:
        """The node of a net. CannotLower: its voltage is unknown and it has no twin."""
        known = self.of[side].get(net)
        return self._add(side, net) if known is None else known

    def find(self, net: int) -> tuple[int, int] | None:
        """Node and side of a net, if it is one."""
        for side in (FREE, CLAMPED):
            node = self.of[side].get(net)
            if node is not None:
                return node, side
        return None

    def unknown(self, net: int) -> bool:
        """Whether a net's voltage is found by solving."""
        block = self.cut.block_of[net]
        return block != HELD and bool(self.cut.blocks[block].boundary)

    def _add(self, side: int, net: int) -> int:
        if self.unknown(net):
            raise CannotLower(f"net {self.cut.circuit.nets[net].name} has no twin")
        node, other = len(self.nets), 1 - side
        self.of[side][net] = node
        if net in self.of[other]:
            self.nets.append((net, ABSENT) if side == FREE else (ABSENT, net))
        else:
            self.of[other][net] = node
            self.nets.append((net, net))
        return node

"""Statics: resistor networks without a digipot that steps, as weights of the held nets around them.

A net of such a block has the volts  sum of share_k v_k + bias,  over the held nets v_k around the
block. The shares follow from the resistances, the bias from the currents that inputs take; both are
computed for each board, so here a net's volts are a list of where they come from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

import numpy as np

from verification.simulation.blocks import HELD, Block
from verification.simulation.branches import BranchKind
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.lowered.recipe import DenseBlock
from verification.simulation.partition import Partition


class SourceKind(IntEnum):
    """The parts of the vector that all sums are taken from, in its order; see Recipe."""

    ONE = 0
    SHARE = 1
    DENSE_SHARE = 2
    BIAS = 3
    DENSE_BIAS = 4
    AMPLIFIER = 5
    COMPARATOR = 6


Source: TypeAlias = tuple[SourceKind, int]
ONE: Source = (SourceKind.ONE, 0)


@dataclass(frozen=True, slots=True)
class Mix:
    """Volts of a net: the sum of (held net, share), and of sources that are volts themselves."""

    shares: tuple[tuple[int, Source], ...]
    biases: tuple[Source, ...] = ()


@dataclass(slots=True)
class Statics:
    """The static blocks that are used so far; each is taken apart once.

    Attributes:
        cut: the circuit.
        network: the blocks of the twins.
        pot_blocks: digipot -> the blocks that its branches are in.
        single, dense: positions in `Partition.branches` of the branches of blocks with one net, and
            of the others.
        single_block, single_net: as in Recipe.
        blocks: the dense blocks.
    """

    cut: Partition
    network: set[int]
    pot_blocks: dict[int, set[int]]
    single: list[int] = field(default_factory=list[int])
    single_block: list[int] = field(default_factory=list[int])
    single_net: list[int] = field(default_factory=list[int])
    dense: list[int] = field(default_factory=list[int])
    blocks: list[DenseBlock] = field(default_factory=list[DenseBlock])
    _mixes: dict[int, Mix] = field(default_factory=dict[int, Mix])
    _dense_shares: int = 0
    _dense_biases: int = 0

    @classmethod
    def of(cls, cut: Partition, network: set[int]) -> Statics:
        """Nothing used yet."""
        pot_blocks: dict[int, set[int]] = {}
        for branch in cut.branches:
            block = max(cut.block_of[branch.a], cut.block_of[branch.b])
            if branch.kind not in (BranchKind.RESISTOR, BranchKind.SWITCH) and block != HELD:
                pot_blocks.setdefault(branch.element, set()).add(block)
        return cls(cut, network, pot_blocks)

    def mix(self, net: int) -> Mix:
        """The volts of any net in terms of held nets; a held net is itself.

        Raises:
            CannotLower: a net of a block that the digipots or open collectors change.
        """
        number = self.cut.block_of[net]
        if number == HELD:
            return Mix(((net, ONE),))
        if net not in self._mixes:
            block = self.cut.blocks[number]
            if not block.boundary:
                self._mixes.update((own, Mix(())) for own in block.nets)
            else:
                self._check(number, block)
                taken = self._single(block) if len(block.nets) == 1 else self._several(block)
                self._mixes.update(taken)
        return self._mixes[net]

    def _check(self, number: int, block: Block) -> None:
        """Refuse a block that is not static, or that Machine does not solve as one."""
        cut, name = self.cut, self.cut.circuit.nets[block.nets[0]].name
        if number in self.network:
            raise CannotLower(f"net {name} is inside the network")
        if not block.sensed:
            raise CannotLower(f"nothing looks at net {name}")
        for branch in (cut.branches[k] for k in block.branches):
            if branch.kind is BranchKind.SWITCH:
                raise CannotLower(f"an open collector pulls on net {name}, an analog level")
        pots = {
            cut.branches[k].element
            for k in block.branches
            if cut.branches[k].kind is not BranchKind.RESISTOR
        }
        if any(self.pot_blocks[pot] != {number} for pot in pots):
            raise CannotLower(f"a digipot on net {name} is part of two networks")

    def _single(self, block: Block) -> dict[int, Mix]:
        net, cut = block.nets[0], self.cut
        shares: list[tuple[int, Source]] = []
        for position in block.branches:
            branch = cut.branches[position]
            held = branch.b if branch.a == net else branch.a
            shares.append((held, (SourceKind.SHARE, len(self.single))))
            self.single.append(position)
            self.single_block.append(len(self.single_net))
        bias: Source = (SourceKind.BIAS, len(self.single_net))
        self.single_net.append(net)
        return {net: Mix(tuple(shares), (bias,))}

    def _several(self, block: Block) -> dict[int, Mix]:
        place = {net: k for k, net in enumerate((*block.nets, *block.boundary))}
        branches = [self.cut.branches[k] for k in block.branches]
        first = len(self.dense)
        self.dense.extend(block.branches)
        count, around = len(block.nets), len(block.boundary)
        self.blocks.append(
            DenseBlock(
                np.asarray(block.nets, dtype=np.int64),
                around,
                first,
                len(self.dense),
                np.asarray([place[branch.a] for branch in branches], dtype=np.int64),
                np.asarray([place[branch.b] for branch in branches], dtype=np.int64),
            )
        )
        share, bias = self._dense_shares, self._dense_biases
        self._dense_shares += count * around
        self._dense_biases += count
        return {
            net: Mix(
                tuple(
                    (held, (SourceKind.DENSE_SHARE, share + k * around + j))
                    for j, held in enumerate(block.boundary)
                ),
                ((SourceKind.DENSE_BIAS, bias + k),),
            )
            for k, net in enumerate(block.nets)
        }

    def sizes(self) -> tuple[int, ...]:
        """How many sources of each kind there are."""
        circuit = self.cut.circuit
        return (
            1,
            len(self.single),
            self._dense_shares,
            len(self.single_net),
            self._dense_biases,
            len(circuit.amplifiers),
            len(circuit.comparators),
        )

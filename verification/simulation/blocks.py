"""Blocks: the resistive networks of a circuit, which meet at held nets only.

A net is *held* when a rail, a host pin, a probe or an output fixes its voltage. Between held nets
the branches fall apart into blocks; each is one linear system, and no current joins two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import DriveKind, Problem, ProblemKind
from verification.simulation.branches import Branch, BranchKind
from verification.simulation.signals import outputs, sensed_nets
from verification.simulation.solve.problem import ResistiveNetwork
from verification.union import Groups

HELD = -1
"""In `block_of`: the net is held, so it is the edge of blocks and inside none."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds a net: an output pin ("U3.7" of U3), or a drive from outside ("GND", no part)."""

    label: str
    refdes: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A resistive network between held nets.

    Attributes:
        nets: its own nets, whose voltages are found by solving; ascending.
        boundary: the held nets that its branches reach; ascending.
        branches: its branches, as positions in `Partition.branches`.
        sensed: whether an input, a pin with a function or a watched net needs its voltages.
        floats: whether no branch but switches joins it to a held net.
    """

    nets: tuple[int, ...]
    boundary: tuple[int, ...]
    branches: tuple[int, ...]
    sensed: bool
    floats: bool

    def network(self, branches: tuple[Branch, ...]) -> ResistiveNetwork:
        """The block as a problem: nodes are `nets`, then `boundary`."""
        own, count = len(self.nets), len(self.nets) + len(self.boundary)
        return ResistiveNetwork.of(count, list(self.pairs(branches)), list(range(own, count)))

    def pairs(self, branches: tuple[Branch, ...]) -> tuple[tuple[int, int], ...]:
        """The two nodes of each branch, numbered as in `network`."""
        node = {net: position for position, net in enumerate((*self.nets, *self.boundary))}
        return tuple([(node[branches[k].a], node[branches[k].b]) for k in self.branches])


def find_holders(circuit: MixedCircuit, problems: list[Problem]) -> dict[int, Holder]:
    """Who holds each net; a drive from outside wins over outputs, then the first output."""
    holder = {drive.net: Holder(drive.function) for drive in circuit.drives}
    probed = {drive.net for drive in circuit.drives if drive.kind is DriveKind.PROBE}
    for element in circuit.elements:
        for signal in outputs(element):
            own = Holder(signal.pin, element.unit.refdes)
            winner = holder.setdefault(signal.net, own)
            if winner is own or signal.net in probed:
                continue
            name = circuit.nets[signal.net].name
            both = [found for found in (winner, own) if found.refdes]
            problems.append(
                Problem(
                    ProblemKind.OUTPUTS_IN_CONFLICT,
                    f"output {own.label} is on net {name}, which {winner.label} holds;"
                    " it is simulated without effect",
                    tuple(dict.fromkeys(found.refdes for found in both)),
                    tuple(found.label for found in both),
                    (name,),
                )
            )
    return holder


def find_blocks(
    circuit: MixedCircuit,
    branches: tuple[Branch, ...],
    holder: dict[int, Holder],
    wanted: Collection[int],
) -> tuple[tuple[Block, ...], tuple[int, ...]]:
    """Nets that are not held, grouped by branches; a net without branches is a block of its own."""
    count = len(circuit.nets)
    groups = Groups(count)
    for branch in branches:
        if branch.a not in holder and branch.b not in holder:
            groups.join(branch.a, branch.b)
    members: dict[int, list[int]] = {}
    for net in range(count):
        if net not in holder:
            members.setdefault(groups.find(net), []).append(net)
    number = {root: position for position, root in enumerate(members)}
    block_of = tuple(HELD if net in holder else number[groups.find(net)] for net in range(count))
    inside: list[list[int]] = [[] for _ in members]
    for position, branch in enumerate(branches):
        block = max(block_of[branch.a], block_of[branch.b])
        if block != HELD:
            inside[block].append(position)
    blocks = tuple(
        _block(tuple(nets), tuple(positions), branches, holder, wanted)
        for nets, positions in zip(members.values(), inside, strict=True)
    )
    return blocks, block_of


def _block(
    nets: tuple[int, ...],
    positions: tuple[int, ...],
    branches: tuple[Branch, ...],
    holder: dict[int, Holder],
    wanted: Collection[int],
) -> Block:
    own = [branches[position] for position in positions]
    steady = [branch for branch in own if branch.kind is not BranchKind.SWITCH]
    ends = {net for branch in own for net in (branch.a, branch.b) if net in holder}
    return Block(
        nets,
        tuple(sorted(ends)),
        positions,
        any(net in wanted for net in nets),
        not any(branch.a in holder or branch.b in holder for branch in steady),
    )


def report_floating(
    circuit: MixedCircuit, blocks: tuple[Block, ...], problems: list[Problem]
) -> None:
    """Blocks that nothing holds and that an input senses."""
    floating = [block for block in blocks if block.floats and block.sensed]
    sensed = sensed_nets(circuit) if floating else {}
    for block in floating:
        pins = tuple(pin for net in block.nets for pin in sensed.get(net, ()))
        if not pins:
            continue
        names = tuple(circuit.nets[net].name for net in block.nets)
        what = f"net{'s' if len(names) > 1 else ''} {', '.join(names)}"
        if block.boundary:
            kind = ProblemKind.NO_PULL_UP
            has = "have" if len(names) > 1 else "has"
            reason = f"{has} open-collector outputs and no resistor to pull up"
        else:
            kind = ProblemKind.FLOATING
            reason = f"float{'' if len(names) > 1 else 's'}: no resistive path to a driven net"
        message = f"{what} {reason}; {', '.join(pins)} read{'' if len(pins) > 1 else 's'} 0 V"
        refdes = tuple(dict.fromkeys(pin.rpartition(".")[0] for pin in pins))
        problems.append(Problem(kind, message, refdes, pins, names))


def report_diodes(
    circuit: MixedCircuit,
    blocks: tuple[Block, ...],
    block_of: tuple[int, ...],
    problems: list[Problem],
) -> None:
    """Diodes that touch a network whose voltages matter: they are left out of it."""
    for diode in circuit.diodes:
        ends = (diode.anode, diode.cathode)
        nets = tuple(net for net in ends if block_of[net] != HELD and blocks[block_of[net]].sensed)
        if nets:
            names = tuple(circuit.nets[net].name for net in nets)
            refdes = diode.unit.refdes
            message = (
                f"diode {refdes} is on the sensed net {' and '.join(names)}; it is taken as open"
            )
            problems.append(Problem(ProblemKind.DIODE_IGNORED, message, (refdes,), (), names))

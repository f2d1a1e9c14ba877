"""Rig: the board's circuit with nets held by the bench, to try claims on the extracted machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from designs import Task
from parts.catalogue import Catalogue
from verification.checks.case import Case
from verification.extraction.circuit import mixed_circuit
from verification.extraction.values import ideal
from verification.simulation.machine import Machine
from verification.simulation.partition import Partition, partition
from verification.structure import LearningNetwork
from verification.training.bench import task_cables


@dataclass(frozen=True)
class Rig:
    """A board on the bench. Machines are built when a check first asks for them."""

    case: Case
    network: LearningNetwork
    catalogue: Catalogue

    @cached_property
    def held_nodes(self) -> Machine:
        """Every node of both networks held by a probe; nominal values; no cable."""
        nodes = dict.fromkeys(
            node for channel in self.network.channels for node in (channel.node_w, channel.node_b)
        )
        return self._machine(self.net_name(node) for node in nodes)

    @cached_property
    def held_targets(self) -> Machine:
        """What target channels sense is held by probes; nominal values; no cable."""
        return self._machine(self.net_name(wire) for wire in self.sense_wires.values())

    @cached_property
    def sense_wires(self) -> dict[str, int]:
        """Target channel -> the wire that it senses: its port's free side, or the copper's node."""
        case, found = self.case, dict[str, int]()
        for target in case.interface.desired:
            pins = case.board.functions.get(f"{target}.FREE", ())
            if pins:
                found[target] = pins[0].wire
            elif not case.interface.channel_ports:
                node = target.partition("-N")[2]
                for wire in self.wires_of(node, "FREE"):
                    found[target] = wire
        return found

    def wires_of(self, node: str, side: str) -> tuple[int, ...]:
        """The node wires that ports or channels say are a node of one network."""
        return tuple(
            wire
            for wire, name in self.network.anchors.items()
            if name == node and self.network.side_of.get(wire) == side
        )

    def cabled(self, task: Task) -> Partition:
        """The circuit in stages, with a task's cables and without a probe."""
        return partition(
            mixed_circuit(
                self.case.board.netlist,
                self.catalogue,
                supplies=self.case.interface.supplies,
                patches=task_cables(self.case.board.design, task),
            )
        )

    def net_name(self, wire: int) -> str:
        """The name of a node wire's net in the file: of those joined, the first that has one."""
        root = self.network.node_of.find(wire)
        names = self.case.board.names
        if names[wire]:
            return names[wire]
        same = (k for k in range(len(names)) if self.network.node_of.find(k) == root and names[k])
        return names[next(same, wire)]

    def net(self, machine: Machine, wire: int) -> int:
        """The net of the machine's circuit that a wire is."""
        return machine.circuit.net_named(self.net_name(wire))

    def _machine(self, probes: Iterable[str]) -> Machine:
        circuit = mixed_circuit(
            self.case.board.netlist,
            self.catalogue,
            supplies=self.case.interface.supplies,
            probes=tuple(dict.fromkeys(name for name in probes if name)),
        )
        return Machine(partition(circuit), ideal(circuit))

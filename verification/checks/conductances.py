"""Conductances: one learning network as a matrix, at taps of one's choosing.

Kirchhoff's current law for the nodes that nothing holds: G v = i, with G the network's Laplacian
without the rows and columns of the held nodes, S.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, diags_array
from scipy.sparse.linalg import eigsh, splu

from designs import Task
from parts.models import DigipotModel
from verification.checks.board import BoardPin
from verification.checks.rig import Rig
from verification.structure import CLAMPED

Floats = NDArray[np.float64]
CABLE_F_PER_M = 60e-12
"""Of one wire of a ribbon cable to the grounded wires beside it."""
DENSE = 400
"""Up to this many nodes a dense eigensolver is the quicker one."""


@dataclass(frozen=True)
class Nodes:
    """The node wires of one side, what is on each, and the edges between them.

    Attributes:
        side: FREE or CLAMPED.
        wires: the nodes, in the order of everything else.
        pins: the pins on each.
        cable_f: capacitance of the cables that each crosses, F.
        pairs: (node, node, model) of every channel of this side, as positions in `wires`.
    """

    side: str
    wires: tuple[int, ...]
    pins: tuple[tuple[BoardPin, ...], ...]
    cable_f: tuple[float, ...]
    pairs: tuple[tuple[int, int, DigipotModel], ...]

    @cached_property
    def farads(self) -> Floats:
        """Capacitance to ground of each node: digipot terminals, amplifier inputs, cables, F."""
        own = [sum(map(_farads, pins)) for pins in self.pins]
        return np.asarray(own) + np.asarray(self.cable_f)

    def laplacian(self, held: Iterable[int], code: str) -> tuple[csc_array, NDArray[np.intp]]:
        """(G without the held nodes, which nodes are left).

        Args:
            held: node wires at a given voltage.
            code: "highest" (all taps at the greatest resistance, tolerance included) or "start".
        """
        count = len(self.wires)
        rows = np.asarray([pair[0] for pair in self.pairs], dtype=np.int64)
        columns = np.asarray([pair[1] for pair in self.pairs], dtype=np.int64)
        siemens = np.asarray([1 / _ohm(pair[2], code) for pair in self.pairs])
        joined = coo_array((siemens, (rows, columns)), shape=(count, count)).tocsc()
        joined = csc_array(joined + joined.T)
        matrix = csc_array(diags_array(np.asarray(joined.sum(axis=0)).ravel()) - joined)
        known = set(held)
        left = np.flatnonzero([wire not in known for wire in self.wires])
        return csc_array(matrix[left][:, left]), left


def nodes_of(rig: Rig, side: str) -> Nodes:
    """The nodes of one side."""
    network, case = rig.network, rig.case
    wires = tuple(wire for wire, known in network.side_of.items() if known == side)
    position = {wire: k for k, wire in enumerate(wires)}
    pins: list[list[BoardPin]] = [[] for _ in wires]
    cable_f = [0.0] * len(wires)
    for wire, members in enumerate(case.board.wires):
        root = network.node_of.find(wire)
        if root in position:
            pins[position[root]] += members
            cable_f[position[root]] += CABLE_F_PER_M * case.board.cable_m.get(wire, 0.0)
    pairs = tuple(
        (position[c.node_w], position[c.node_b], c.model)
        for c in network.channels
        if c.node_w in position and c.node_b in position and c.node_w != c.node_b
    )
    return Nodes(side, wires, tuple(map(tuple, pins)), tuple(cable_f), pairs)


def held_wires(rig: Rig, task: Task, side: str) -> tuple[int, ...]:
    """The node wires that a task's channels hold: its sources; on the clamped side, its targets."""
    roles = (*task.sources, *(task.target_nodes if side == CLAMPED else ()))
    mapping: Mapping[int, str] = rig.network.match.mapping or {}
    free = [wire for wire, node in mapping.items() if node in roles]
    if side != CLAMPED:
        return tuple(free)
    twin = rig.network.twin_node
    return tuple(twin[wire] for wire in free if wire in twin)


def slowest_s(nodes: Nodes, held: Iterable[int]) -> float:
    """The largest time constant with all taps at the greatest resistance, s.

    It is 1 / the least eigenvalue of C^-1/2 G C^-1/2.
    """
    matrix, left = nodes.laplacian(held, "highest")
    if not len(left):
        return 0.0
    scale = diags_array(1 / np.sqrt(nodes.farads[left]))
    scaled = csc_array(scale @ matrix @ scale)
    if len(left) <= DENSE:
        least = float(np.linalg.eigvalsh(scaled.toarray())[0])
    else:
        start = np.ones(len(left))
        least = float(eigsh(scaled, k=1, sigma=0.0, v0=start, return_eigenvectors=False)[0])
    return 1 / least if least > 0 else float("inf")


def shifts_v(nodes: Nodes, held: Iterable[int], amperes: Floats) -> Floats:
    """How far currents drawn at every node move the nodes that are not held, V."""
    matrix, left = nodes.laplacian(held, "highest")
    if not len(left):
        return np.zeros(0)
    return np.asarray(splu(matrix).solve(amperes[left]))


def _ohm(model: DigipotModel, code: str) -> float:
    if code == "start":
        return model.resistance_ohm(model.power_on_code)
    return model.code_max * model.step_ohm * (1 + model.tolerance) + model.wiper_max_ohm


def _farads(pin: BoardPin) -> float:
    record = pin.placed.record
    if pin.record.role == "analog_input":
        return record.ratings.input_capacitance_f or 0.0
    for model in record.units(DigipotModel):
        if pin.record.name == model.w:
            return model.wiper_capacitance_f
        if pin.record.name in (model.a, model.b):
            return model.terminal_capacitance_f
    return 0.0

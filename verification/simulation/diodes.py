"""Diodes: the small networks of resistors and diodes that nothing senses, such as a lamp's.

A diode is open below its forward voltage, and above it that voltage in series with ON_OHM. Which
diodes conduct is found by trying: solve, correct the states, solve again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verification.simulation.blocks import HELD
from verification.simulation.partition import Partition
from verification.simulation.stages import StageKind
from verification.simulation.tables import OFF_SIEMENS, Floats
from verification.union import Groups

ON_OHM = 1.0
_ROUNDS = 16


def solve_diodes(cut: Partition, net_v: Floats, siemens: Floats) -> Floats:
    """The diodes' currents, anode to cathode, shape (..., diodes).

    Diodes on nets that the simulation evaluates are taken as open, as there.

    Args:
        cut: the circuit.
        net_v: volts, shape (..., nets); those of the nets solved here are filled in.
        siemens: of the branches, shape (..., branches).
    """
    lead = net_v.shape[:-1]
    volts = net_v.reshape(-1, net_v.shape[-1])
    conductance = siemens.reshape(-1, siemens.shape[-1])
    current = np.zeros((len(volts), len(cut.circuit.diodes)))
    for group in _groups(cut):
        _solve(cut, group, volts, conductance, current)
    net_v[...] = volts.reshape(net_v.shape)
    return current.reshape(*lead, current.shape[-1])


@dataclass(frozen=True, slots=True)
class _Group:
    """Nets that are solved together (none for a diode between held nets), and what joins them."""

    nets: tuple[int, ...]
    branches: tuple[int, ...]
    diodes: tuple[int, ...]


def _groups(cut: Partition) -> tuple[_Group, ...]:
    evaluated = {stage.element for stage in cut.stages if stage.kind is StageKind.BLOCK}
    free = [block != HELD and block not in evaluated for block in cut.block_of]
    held = [block == HELD for block in cut.block_of]
    diodes = {
        place: (diode.anode, diode.cathode)
        for place, diode in enumerate(cut.circuit.diodes)
        if all(free[net] or held[net] for net in (diode.anode, diode.cathode))
    }
    branches = {place: (branch.a, branch.b) for place, branch in enumerate(cut.branches)}
    groups = Groups(len(free))
    for a, b in (*branches.values(), *diodes.values()):
        if free[a] and free[b]:
            groups.join(a, b)

    def root(ends: tuple[int, int]) -> int:
        """The group of a branch or diode; -1 for a diode between held nets, which is alone."""
        return max((groups.find(net) for net in ends if free[net]), default=-1)

    members: dict[int, tuple[list[int], list[int], list[int]]] = {}
    for net in range(len(free)):
        if free[net]:
            members.setdefault(groups.find(net), ([], [], []))[0].append(net)
    for place, ends in branches.items():
        if root(ends) >= 0:
            members[root(ends)][1].append(place)
    for place, ends in diodes.items():
        members.setdefault(root(ends), ([], [], []))[2].append(place)
    return tuple(
        _Group(tuple(nets), tuple(inner), tuple(lamps))
        for nets, inner, lamps in members.values()
        if inner or lamps
    )


def _solve(cut: Partition, group: _Group, volts: Floats, siemens: Floats, current: Floats) -> None:
    """Find one group's voltages and diode currents, for every sample."""
    conducts = np.zeros((len(volts), len(group.diodes)), dtype=np.bool_)
    for _ in range(_ROUNDS):
        _solve_linear(cut, group, volts, siemens, conducts)
        drop = _excess(cut, group, volts)
        if np.array_equal(drop > 0, conducts):
            break
        conducts = drop > 0
    current[:, group.diodes] = np.where(conducts, _excess(cut, group, volts) / ON_OHM, 0.0)


def _excess(cut: Partition, group: _Group, volts: Floats) -> Floats:
    """Voltage of each diode above its forward voltage."""
    diodes = [cut.circuit.diodes[place] for place in group.diodes]
    forward = np.asarray([diode.model.forward_v for diode in diodes])
    drop = volts[:, [d.anode for d in diodes]] - volts[:, [d.cathode for d in diodes]]
    return drop - forward


def _solve_linear(
    cut: Partition, group: _Group, volts: Floats, siemens: Floats, conducts: np.ndarray
) -> None:
    """The voltages with the diodes as they are; a leak to ground keeps open nets solvable."""
    if not group.nets:
        return
    row = {net: place for place, net in enumerate(group.nets)}
    size = len(row)
    matrix = np.zeros((len(volts), size, size))
    matrix[:, range(size), range(size)] = OFF_SIEMENS
    right = np.zeros((len(volts), size))
    joined = [
        (cut.branches[k].a, cut.branches[k].b, siemens[:, k], np.zeros(1)) for k in group.branches
    ]
    for place, k in enumerate(group.diodes):
        diode = cut.circuit.diodes[k]
        g = conducts[:, place] / ON_OHM
        joined.append((diode.anode, diode.cathode, g, g * diode.model.forward_v))
    for a, b, g, source in joined:
        for net, other, sign in ((a, b, 1.0), (b, a, -1.0)):
            if net not in row:
                continue
            matrix[:, row[net], row[net]] += g
            right[:, row[net]] += sign * source
            if other in row:
                matrix[:, row[net], row[other]] -= g
            else:
                right[:, row[net]] += g * volts[:, other]
    volts[:, list(group.nets)] = np.linalg.solve(matrix, right[..., None])[..., 0]

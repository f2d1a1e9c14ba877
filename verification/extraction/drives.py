"""What holds nets at a voltage from outside: supplies, host pins and the bench's probes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parts.errors import suggestion
from verification.errors import UsageError
from verification.extraction.elements import (
    CircuitNet,
    Drive,
    DriveKind,
    HostPin,
    Problem,
    ProblemKind,
)
from verification.extraction.functions import GROUND, host_drives
from verification.extraction.placing import Placed
from verification.reading.netlist import PinRef


def find_host_pins(
    placed: tuple[Placed, ...], pin_net: Mapping[PinRef, int], problems: list[Problem]
) -> tuple[HostPin, ...]:
    """Connector pins and test points with a function, in the file's order.

    A function that connector pins of a board have on two nets goes to `problems`: the first net is
    used.
    """
    pins = tuple(
        HostPin(function, pin, pin_net[pin], connector=part.record.kind == "connector")
        for part in placed
        for number, function in part.functions.items()
        if (pin := PinRef(part.refdes, number)) in pin_net
    )
    board_of = {part.refdes: part.component.board for part in placed}
    first: dict[tuple[str, str], HostPin] = {}
    for pin in pins:
        place = pin.function, board_of[pin.pin.refdes]
        known = first.setdefault(place, pin) if pin.connector else pin
        if known.net != pin.net:
            message = (
                f"pins {known.pin} and {pin.pin} both have the function {pin.function}"
                " but are on different nets"
            )
            problems.append(
                Problem(
                    ProblemKind.FUNCTION_ON_TWO_NETS,
                    message,
                    (known.pin.refdes, pin.pin.refdes),
                    (str(known.pin), str(pin.pin)),
                )
            )
    return pins


def find_drives(
    nets: tuple[CircuitNet, ...],
    host_pins: tuple[HostPin, ...],
    supplies: Mapping[str, float],
    probes: Iterable[str],
    problems: list[Problem],
) -> tuple[Drive, ...]:
    """One drive per held net, ascending by net.

    Where several hold a net, a rail wins over a probe, a probe over a host pin, then the first in
    the file; a rail or host pin that loses to its own kind or to a rail goes to `problems`.

    Raises:
        UsageError: a probe on a net that is not there.
    """
    rails = {GROUND: 0.0, **supplies}
    connectors = tuple(pin for pin in host_pins if pin.connector)
    held = [
        Drive(pin.net, DriveKind.RAIL, pin.function, rails[pin.function])
        for pin in connectors
        if pin.function in rails
    ]
    held += _probes(nets, probes)
    held += [
        Drive(pin.net, DriveKind.HOST, pin.function, 0.0)
        for pin in connectors
        if host_drives(pin.function)
    ]
    drives: dict[int, Drive] = {}
    for drive in held:
        winner = drives.setdefault(drive.net, drive)
        same = (winner.kind, winner.function) == (drive.kind, drive.function)
        if not same and winner.kind is not DriveKind.PROBE:
            name = nets[drive.net].name
            message = (
                f"net {name} is held by {winner.function} and by {drive.function};"
                f" it is simulated at the voltage of {winner.function}"
            )
            problems.append(Problem(ProblemKind.DRIVES_IN_CONFLICT, message, nets=(name,)))
    return tuple(drives[net] for net in sorted(drives))


def _probes(nets: tuple[CircuitNet, ...], probes: Iterable[str]) -> list[Drive]:
    net_of_name = {name: position for position, net in enumerate(nets) for name in net.names}
    found: list[Drive] = []
    for name in probes:
        if name not in net_of_name:
            raise UsageError(
                f'no net "{name}" in the netlist to hold with a probe.'
                f"{suggestion(name, net_of_name)}"
            )
        found.append(Drive(net_of_name[name], DriveKind.PROBE, name, 0.0))
    return found

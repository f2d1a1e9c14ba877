"""Which functions the connectors of a design's board must have, and who drives each."""

from __future__ import annotations

from dataclasses import dataclass

from designs import Design, channels, role_nodes

SIDES = ("FREE", "CLAMPED")
CONTROLS = ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK")
ETA_CONTROLS = ("ETA_STEP", "ETA_UP", "ETA_SELECT")
IDLE_HIGH = ("ETA_SELECT",)
"""Lines that select nothing while they are high; a host that is not there leaves them high."""
ENABLE_RETURN = "ENABLE_RETURN"
GROUND = "GND"
LINK = "LINK."
"""What the functions of pins begin with that a cable joins to another board."""
V_SUPPLY = "V_SUPPLY"
V_COMPARATOR = "V_COMPARATOR"


@dataclass(frozen=True)
class Interface:
    """The functions that connector pins of a design's board have; each is needed exactly once.

    Attributes:
        controls: logic lines that the host drives.
        sources, desired: analog lines that the host drives, by channel.
        outputs: analog lines that the host reads, by target channel.
        enable_return: the logic line that the host reads.
        node_ports: function -> (node, side); empty with fixed copper.
        channel_ports: function -> (channel, side); empty with fixed copper.
        supplies: supply function -> volts that the design feeds it with.
    """

    controls: tuple[str, ...]
    sources: dict[str, str]
    desired: dict[str, str]
    outputs: dict[str, str]
    enable_return: str
    node_ports: dict[str, tuple[str, str]]
    channel_ports: dict[str, tuple[str, str]]
    supplies: dict[str, float]

    @property
    def host_driven(self) -> frozenset[str]:
        """Functions whose level comes from the host."""
        return frozenset((*self.controls, *self.sources.values(), *self.desired.values()))

    @property
    def required(self) -> tuple[str, ...]:
        """Every function that must be there once, in a fixed order."""
        return (
            *self.controls,
            self.enable_return,
            *self.sources.values(),
            *(
                name
                for target in self.desired
                for name in (self.desired[target], self.outputs[target])
            ),
            *self.node_ports,
            *self.channel_ports,
            *self.supplies,
        )


def design_interface(design: Design) -> Interface:
    """The connector functions of a design's board."""
    names = channels(design)
    electronics = design.electronics
    cables = design.board.patching == "cables"
    supplies = {V_SUPPLY: electronics.supply_v}
    if electronics.comparator_supply_v != electronics.supply_v:
        supplies[V_COMPARATOR] = electronics.comparator_supply_v
    adjustable = electronics.nudge == "adjustable"
    return Interface(
        controls=CONTROLS + (ETA_CONTROLS if adjustable else ()),
        sources={name: name for name in names.sources},
        desired={name: f"{name}.DESIRED" for name in names.targets},
        outputs={name: f"{name}.OUT" for name in names.targets},
        enable_return=ENABLE_RETURN,
        node_ports=_ports({f"N{node}": node for node in role_nodes(design)} if cables else {}),
        channel_ports=_ports(
            {name: name for name in (*names.sources, *names.targets)} if cables else {}
        ),
        supplies=supplies,
    )


def _ports(names: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {f"{prefix}.{side}": (what, side) for prefix, what in names.items() for side in SIDES}

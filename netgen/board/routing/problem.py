"""RoutingProblem: what is on the board, by which rules, and which nets to join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from netgen.board.record import Layer as LayerName
from netgen.board.routing.shape import Shape
from netgen.errors import BuildError

Run = Literal["horizontal", "vertical", "any"]
"""Which way a layer's tracks run where they can choose."""

PITCHES = (50_000, 1_000_000)
"""Smallest and largest grid pitch that is accepted, nm."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A copper layer; `run` is None where it carries no tracks (a plane)."""

    name: LayerName
    run: Run | None = "any"


@dataclass(frozen=True, slots=True)
class Rules:
    """Widths and gaps, nm.

    Attributes:
        track: width of a track where its net asks for no other.
        space: between copper of different nets.
        via_diameter, via_drill: of every via; a via passes through all layers.
        edge: copper to the board's edge.
        hole_to_hole: between the walls of two holes, whatever their nets.
        hole_to_copper: from a hole's wall to copper of another net.
        via_to_solder: from a via's copper to the copper of any soldered pad, its own net's too.
    """

    track: int
    space: int
    via_diameter: int
    via_drill: int
    edge: int
    hole_to_hole: int
    hole_to_copper: int = 0
    via_to_solder: int = 100_000


@dataclass(frozen=True, slots=True)
class Copper:
    """Copper that is on the board before routing.

    Attributes:
        shape: its outline.
        layers: the layers it is on.
        net: its net; None for copper that joins nothing.
        hole: the hole through it, a disc or a slot; None for copper on a surface.
        solder: whether a component is soldered on it (no via may lie in it).
        name: what messages call it: `UE4_7_1.3`.
    """

    shape: Shape
    layers: tuple[LayerName, ...]
    net: str | None = None
    hole: Shape | None = None
    solder: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Keepout:
    """An area that no new track, no new via, or neither may enter with its copper."""

    shape: Shape
    layers: tuple[LayerName, ...]
    tracks: bool = True
    vias: bool = True


@dataclass(frozen=True, slots=True)
class NetRequest:
    """A net to be joined into one piece.

    Attributes:
        name: of the net.
        width: of its tracks, nm; None for that of the rules.
        plane: the layer that is filled with this net: each piece of the net's copper is then led
            to a via of its own, or to copper that reaches the layer. None for an ordinary net.
    """

    name: str
    width: int | None = None
    plane: LayerName | None = None


@dataclass(frozen=True, slots=True)
class RoutingProblem:
    """A board and the nets that are to be joined on it.

    All copper of a requested net becomes one piece. Copper of other nets, and of none, is in the
    way. Copper that touches already is one terminal, so a routed tile comes in as it is.

    Attributes:
        board: left, top, right and bottom edge, nm.
        layers: from the front to the back.
        rules: widths and gaps.
        pitch: of the grid whose nodes and 45-degree lines the tracks follow, nm.
        copper: what is there.
        keepouts: where nothing may go.
        nets: what is to be joined, in any order.

    Raises:
        BuildError: a name of a layer or net that is not there or there twice, a length that is
            not positive, a pitch out of range.
    """

    board: tuple[int, int, int, int]
    layers: tuple[Layer, ...]
    rules: Rules
    pitch: int
    copper: tuple[Copper, ...]
    nets: tuple[NetRequest, ...]
    keepouts: tuple[Keepout, ...] = ()

    def __post_init__(self) -> None:
        _check_lengths(self)
        _check_layers(self)
        _check_nets(self)

    @property
    def track_layers(self) -> tuple[Layer, ...]:
        """The layers that carry tracks, from the front to the back."""
        return tuple(layer for layer in self.layers if layer.run is not None)


def _check_lengths(problem: RoutingProblem) -> None:
    left, top, right, bottom = problem.board
    if left >= right or top >= bottom:
        raise BuildError(f"routing: the board {problem.board} has no area; give left, top, right, "
                         "bottom with left < right and top < bottom")  # fmt: skip
    if not PITCHES[0] <= problem.pitch <= PITCHES[1]:
        raise BuildError(f"routing: a grid pitch of {problem.pitch} nm; allowed are {PITCHES[0]} "
                         f"to {PITCHES[1]}")  # fmt: skip
    rules = problem.rules
    widths = {"track": rules.track, "via_drill": rules.via_drill}
    widths |= {
        f"width of net {net.name}": net.width for net in problem.nets if net.width is not None
    }
    names = ("space", "edge", "hole_to_hole", "hole_to_copper", "via_to_solder")
    gaps = {name: getattr(rules, name) for name in names}
    for least, lengths in ((1, widths), (0, gaps)):
        for name, length in lengths.items():
            if length < least:
                raise BuildError(f"routing: {name} is {length} nm; it must be {least} or more")
    if rules.via_diameter <= rules.via_drill:
        raise BuildError(f"routing: via_diameter {rules.via_diameter} nm leaves no ring around "
                         f"via_drill {rules.via_drill} nm")  # fmt: skip


def _check_layers(problem: RoutingProblem) -> None:
    names = [layer.name for layer in problem.layers]
    if not problem.track_layers:
        raise BuildError("routing: no layer carries tracks; give one of them a run")
    _check_distinct("layer", names)
    used = {layer for item in (*problem.copper, *problem.keepouts) for layer in item.layers}
    used |= {net.plane for net in problem.nets if net.plane is not None}
    for layer in sorted(used - set(names)):
        raise BuildError(f"routing: layer {layer} is not one of {', '.join(names)}")


def _check_nets(problem: RoutingProblem) -> None:
    names = [net.name for net in problem.nets]
    _check_distinct("net", names)
    for name in sorted(set(names) - {item.net for item in problem.copper}):
        raise BuildError(f"routing: net {name} has no copper to join; leave it out")


def _check_distinct(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BuildError(f"routing: {kind} {name} is listed twice")
        seen.add(name)

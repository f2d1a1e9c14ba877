"""From placed parts to the router's problem, for a tile and for the whole board alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netgen.board.record import FabRules, Layer, Mount, Placed, Track, Via
from netgen.board.routing import Copper, NetRequest, RoutingProblem, Rules, Run, Shape
from netgen.board.routing import Layer as RoutedLayer
from netgen.board.tiles.tile import GRID
from parts.footprint import MM, Pad, Rect

VIA_TO_SOLDER = MM // 10
"""From a via to any soldered pad, which would lose its solder into the hole."""
_FEED = "_IN"
"""How nets between a supply's terminal and its fuse end."""


@dataclass(frozen=True)
class Wiring:
    """How nets are carried on a board.

    Attributes:
        layers: copper layers from the front to the back.
        planes: of the nets that have a layer of their own, that layer.
        pours: of a net that also fills what tracks leave free of these layers.
        wide: nets that carry a supply on tracks.
        rules: the fab's.
    """

    layers: tuple[Layer, ...]
    planes: Mapping[str, Layer]
    pours: tuple[tuple[str, Layer], ...]
    wide: frozenset[str]
    rules: FabRules

    def request(self, net: str) -> NetRequest:
        """What is asked of the router for a net."""
        width = self.rules.rail if net in self.wide else None
        if net in self.wide and net.endswith(_FEED):
            width = self.rules.feed
        return NetRequest(net, width, self.planes.get(net))


def board_wiring(layers: Sequence[Layer], ground: str, rail: str, rules: FabRules,
                 nets: Iterable[str]) -> Wiring:  # fmt: skip
    """Planes on inner layers where there are any; whatever else is a supply goes on wide tracks.

    On two layers the main rail fills what the front has left, and ground what the back has, since
    wide tracks alone let a supply droop by some per cent on its way across a board.
    """
    planes: dict[str, Layer] = {ground: layers[1], rail: layers[-2]} if len(layers) > 2 else {}
    supplies = {net for net in nets if net == ground or net.startswith("+")}
    pours: tuple[tuple[str, Layer], ...] = ()
    if not planes:
        pours = ((rail, layers[0]), (ground, layers[-1]))
    return Wiring(tuple(layers), planes, pours, frozenset(supplies - set(planes)), rules)


def problem_of(
    area: Rect, edge: int, wiring: Wiring, copper: Sequence[Copper],
    requests: Sequence[NetRequest], *, grain: bool,
) -> RoutingProblem:  # fmt: skip
    """The router's problem.

    Args:
        area: that tracks may use.
        edge: copper keeps so far inside of the area.
        wiring: of the board.
        copper: what is there.
        requests: what is to be joined.
        grain: whether each layer has a direction that its tracks prefer.
    """
    rules = wiring.rules
    return RoutingProblem(
        board=(area.left, area.top, area.right, area.bottom),
        layers=_routed_layers(wiring, grain),
        rules=Rules(
            track=rules.track,
            space=rules.space,
            via_diameter=rules.via,
            via_drill=rules.drill,
            edge=edge,
            hole_to_hole=rules.hole_to_hole,
            hole_to_copper=rules.hole_space,
            via_to_solder=VIA_TO_SOLDER,
        ),
        pitch=GRID,
        copper=tuple(copper),
        nets=tuple(requests),
    )


def _routed_layers(wiring: Wiring, grain: bool) -> tuple[RoutedLayer, ...]:
    """Planes carry no tracks; with a grain the others run along x and along y by turns."""
    planes = set(wiring.planes.values())
    runs: dict[Layer, Run] = {}
    for layer in wiring.layers:
        if layer not in planes:
            along_x = len(runs) % 2 == 0
            runs[layer] = "any" if not grain else "horizontal" if along_x else "vertical"
    return tuple(RoutedLayer(layer, runs.get(layer)) for layer in wiring.layers)


def copper_of(
    placed: Iterable[Placed], tracks: Iterable[Track], vias: Iterable[Via],
    layers: Sequence[Layer], mounts: Iterable[Mount] = (),
) -> list[Copper]:  # fmt: skip
    """Everything that is on the board, as the router sees it; screws' heads as copper of no net."""
    found = [
        Copper(
            Shape.disc(mount.at, mount.head), tuple(layers), hole=Shape.disc(mount.at, mount.drill)
        )
        for mount in mounts
    ]
    for item in placed:
        found.extend(_pad(item, pad, layers) for pad in item.footprint.pads)
        if item.footprint.bridge is not None:
            rect = item.area(item.footprint.bridge)
            found.append(Copper(_rectangle(rect), ("F.Cu",), name=f"{item.refdes} bridge"))
    found.extend(
        Copper(Shape.segment(item.start, item.end, item.width), (item.layer,), item.net)
        for item in tracks
    )
    found.extend(
        Copper(
            Shape.disc(item.at, item.diameter), tuple(layers), item.net,
            hole=Shape.disc(item.at, item.drill),
        )
        for item in vias
    )  # fmt: skip
    return found


def _pad(item: Placed, pad: Pad, layers: Sequence[Layer]) -> Copper:
    at = item.spot(pad.at)
    size = pad.size if item.rotation % 180 == 0 else (pad.size[1], pad.size[0])
    if pad.shape == "circle":
        shape = Shape.disc(at, pad.size[0])
    elif pad.shape == "oval":
        shape = Shape.oval(at, size)
    else:
        corner = round(min(size) * pad.round_ratio) if pad.shape == "roundrect" else 0
        shape = Shape.rectangle(at, size, corner=corner)
    through = pad.drill is not None
    return Copper(
        shape,
        tuple(layers) if through else ("F.Cu",),
        item.net(pad.number),
        hole=Shape.disc(at, pad.drill) if pad.drill is not None else None,
        solder=True,
        name=f"{item.refdes}.{pad.number}",
    )


def _rectangle(rect: Rect) -> Shape:
    return Shape.rectangle(rect.centre, (rect.width, rect.height))

"""The drawing of a learning network: nodes, edges, and what each node is for in each task."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from designs.network import Edge, edge_name
from netgen.layout import positions
from netgen.network import LearningNetwork, Role
from netgen.svg import Canvas

FILL = {Role.SOURCE: "#2f6fb5", Role.TARGET: "#e07b1f", Role.HIDDEN: "#ffffff"}
INK, SOFT, EDGE, TWIN = "#1f2933", "#66727f", "#56636f", "#a9b4bf"
SPACING = 96.0  # median length of an edge in the large panel
CLOSEST = 46.0  # nearest centres in the large panel
RADIUS = 15.0
MARGIN = 46.0
WIDTH = 860.0  # at least, so that three small panels stand in a row
PANEL, PANEL_GAP = 256.0, 22.0
LONG = 2.2  # times the median length, and through the middle of a node: a periodic lattice's wrap

Point = tuple[float, float]


@dataclass(frozen=True)
class _Plan:
    """Where things go in a panel: pixel coordinates, y down."""

    at: Mapping[str, Point]
    radius: float
    width: float
    height: float


@dataclass(frozen=True)
class _Route:
    """How an edge runs: straight, bent aside by `bow` times its length, or as two stubs."""

    bow: float = 0.0
    wraps: bool = False


def graph_svg(network: LearningNetwork, title: str) -> str:
    """The text of `<name>-graph.svg`.

    One large panel with every node and edge by name; where there is more than one task, a small
    panel for each with its sources and targets. An edge that would run through another node is
    bent, and one that wraps around a periodic lattice ends in two stubs.
    """
    places = positions(network)
    canvas = Canvas()
    large, routes = _large(network, places)
    small = network.tasks if len(network.tasks) > 1 else tuple[str, ...]()
    width = max(large.width, WIDTH)
    columns = int((width - MARGIN + PANEL_GAP) // (PANEL + PANEL_GAP))
    panel_height = _panel_height(places)
    row = panel_height + PANEL_GAP
    height = 64 + large.height + 34 + -(-len(small) // columns) * row
    canvas.text(24, 34, title, size=17, font_weight="600", fill=INK)
    counts = f"{len(network.nodes)} nodes, {len(network.edges)} edges, twice: free and clamped"
    canvas.text(24, 54, counts, size=12, fill=SOFT)
    only = None if small else next(iter(network.tasks))
    _network(canvas, network, _moved(large, (width - large.width) / 2, 64), routes, only)
    _legend(canvas, 24, 64 + large.height + 14, only is not None or bool(small))
    for index, task in enumerate(small):
        x = MARGIN / 2 + (index % columns) * (PANEL + PANEL_GAP)
        y = 64 + large.height + 34 + (index // columns) * row
        _panel(canvas, network, places, routes, task, (x, y, panel_height))
    return canvas.document(width, height, f"twinboard graph of {title}")


def _large(
    network: LearningNetwork, places: Mapping[str, Point]
) -> tuple[_Plan, Mapping[Edge, _Route]]:
    """The large panel's places, and how each edge runs in it."""
    lengths = [math.dist(places[a], places[b]) for a, b in network.edges]
    scale = SPACING / max(median(lengths), 1e-9)
    nearest = _nearest(list(places.values()))
    scale = max(scale, CLOSEST / nearest) if nearest > 0 else scale
    span = max(_span(places)) * scale
    scale *= min(1.0, 2400 / span) if span > 0 else 1.0
    routes = _routes(network, _fit(places, scale, RADIUS, 0))
    bulge = max(
        abs(route.bow) * length * scale
        for route, length in zip(routes.values(), lengths, strict=True)
    )
    return _fit(places, scale, RADIUS, MARGIN + bulge), routes


def _routes(network: LearningNetwork, plan: _Plan) -> Mapping[Edge, _Route]:
    """How each edge runs so that it meets no node but its own."""
    points = np.array([plan.at[node] for node in network.nodes])
    index = {node: place for place, node in enumerate(network.nodes)}
    middle = median(math.dist(plan.at[a], plan.at[b]) for a, b in network.edges)
    routes: dict[Edge, _Route] = {}
    for edge in network.edges:
        start, end = (points[index[node]] for node in edge)
        along = end - start
        length = float(np.hypot(*along))
        part = (points - start) @ along / length**2
        aside = (along[0] * (points - start)[:, 1] - along[1] * (points - start)[:, 0]) / length
        inner = (part > 0.01) & (part < 0.99)
        hit = aside[inner & (abs(aside) < plan.radius + 4)]
        if length > LONG * middle and bool((abs(hit) < 0.001 * length).any()):
            routes[edge] = _Route(wraps=True)
        elif len(hit):
            # A curve passes its nodes on the side where they are not.
            side = -1.0 if float(hit.sum()) > 0 else 1.0
            routes[edge] = _Route(bow=side * (plan.radius + 10 + 0.08 * length) / length)
        else:
            routes[edge] = _Route()
    return routes


def _fit(places: Mapping[str, Point], scale: float, radius: float, margin: float) -> _Plan:
    left = min(x for x, _ in places.values())
    top = max(y for _, y in places.values())
    wide, high = _span(places)
    at = {
        node: (margin + (x - left) * scale, margin + (top - y) * scale)
        for node, (x, y) in places.items()
    }
    return _Plan(at, radius, wide * scale + 2 * margin, high * scale + 2 * margin)


def _moved(plan: _Plan, dx: float, dy: float) -> _Plan:
    at = {node: (x + dx, y + dy) for node, (x, y) in plan.at.items()}
    return _Plan(at, plan.radius, plan.width, plan.height)


def _span(places: Mapping[str, Point]) -> tuple[float, float]:
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    return max(xs) - min(xs), max(ys) - min(ys)


def _nearest(points: list[Point]) -> float:
    """The smallest distance between two points, by a sweep over x."""
    ordered = sorted(points)
    best = math.inf
    for index, point in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other[0] - point[0] >= best:
                break
            best = min(best, math.dist(point, other))
    return best if math.isfinite(best) else 0.0


def _network(
    canvas: Canvas,
    network: LearningNetwork,
    plan: _Plan,
    routes: Mapping[Edge, _Route],
    task: str | None,
    *,
    small: bool = False,
) -> None:
    """Edges first, then nodes on top of them, then the edges' names."""
    twins = ((0.0, TWIN),) if small else ((-1.6, EDGE), (1.6, TWIN))
    labels: list[tuple[Point, str]] = []
    for edge in network.edges:
        route = routes[edge]
        if route.wraps:
            labels += [_stub(canvas, plan, edge, end, twins) for end in (0, 1)]
        else:
            labels.append(_line(canvas, plan, edge, route, twins))
    for node in network.nodes:
        role = Role.HIDDEN if task is None else network.role(node, task)
        _node(canvas, plan, node, role, small=small)
    for (x, y), text in () if small else labels:
        half = 3.0 + 2.7 * len(text)
        canvas.shape("rect", x=x - half, y=y - 6, width=2 * half, height=12, rx=4, fill="#ffffff")
        canvas.text(x, y + 3, text, size=8.5, fill=SOFT, text_anchor="middle")


def _line(
    canvas: Canvas, plan: _Plan, edge: Edge, route: _Route, twins: Sequence[tuple[float, str]]
) -> tuple[Point, str]:
    """Draw an edge as its two twins; returns its name and where that goes."""
    start, end = plan.at[edge[0]], plan.at[edge[1]]
    length = max(math.dist(start, end), 1e-9)
    normal = (-(end[1] - start[1]) / length, (end[0] - start[0]) / length)
    bow = route.bow * length
    for offset, colour in twins:
        a, b = _along(start, end, 0, normal, offset), _along(start, end, 1, normal, offset)
        c = _along(start, end, 0.5, normal, offset + 2 * bow)
        path = f"M{_xy(a)} Q{_xy(c)} {_xy(b)}" if bow else f"M{_xy(a)} L{_xy(b)}"
        canvas.shape("path", d=path, fill="none", stroke=colour, stroke_width=1.5)
    return _along(start, end, 0.5, normal, bow), edge_name(edge)


def _stub(
    canvas: Canvas, plan: _Plan, edge: Edge, end: int, twins: Sequence[tuple[float, str]]
) -> tuple[Point, str]:
    """One end of an edge that wraps around: it leaves the node away from the other end."""
    here, there = plan.at[edge[end]], plan.at[edge[1 - end]]
    length = max(math.dist(here, there), 1e-9)
    ux, uy = (here[0] - there[0]) / length, (here[1] - there[1]) / length
    reach = plan.radius + 14
    for offset, colour in twins:
        x, y = here[0] - uy * offset, here[1] + ux * offset
        canvas.line(
            x, y, x + ux * reach, y + uy * reach,
            stroke=colour, stroke_width=1.5, stroke_dasharray="6 2",
        )  # fmt: skip
    far = reach + 4 + 9 * abs(ux)
    return (here[0] + ux * far, here[1] + uy * far), edge_name(edge)


def _node(canvas: Canvas, plan: _Plan, node: str, role: Role, *, small: bool) -> None:
    x, y = plan.at[node]
    canvas.shape("circle", cx=x, cy=y, r=plan.radius, fill=FILL[role], stroke=INK, stroke_width=1.4)
    if not small or role is not Role.HIDDEN:
        size = min(8.0 if small else 12.0, 2.8 * plan.radius / max(len(node), 2))
        colour = INK if role is Role.HIDDEN else "#ffffff"
        canvas.text(
            x, y + size * 0.36, node, size=size, fill=colour, text_anchor="middle",
            font_weight="600",
        )  # fmt: skip


def _panel_height(places: Mapping[str, Point]) -> float:
    wide, high = _span(places)
    scale = (PANEL - 64) / max(wide, high, 1e-9)
    return high * scale + 92


def _panel(
    canvas: Canvas,
    network: LearningNetwork,
    places: Mapping[str, Point],
    routes: Mapping[Edge, _Route],
    task: str,
    box: tuple[float, float, float],
) -> None:
    """The small drawing of one task in a box (x, y, height)."""
    x, y, height = box
    canvas.shape(
        "rect", x=x, y=y, width=PANEL, height=height, rx=6, fill="#f6f8fa", stroke="#d5dbe1"
    )
    canvas.text(x + 12, y + 21, f"task {task}", size=12, font_weight="600", fill=INK)
    scale = (PANEL - 64) / max(*_span(places), 1e-9)
    radius = max(3.0, min(8.5, 0.42 * _nearest(list(places.values())) * scale))
    plan = _fit(places, scale, radius, 0)
    inner = _moved(plan, x + (PANEL - plan.width) / 2, y + 30 + (height - 30 - plan.height) / 2)
    _network(canvas, network, inner, routes, task, small=True)


def _legend(canvas: Canvas, x: float, y: float, roles: bool) -> None:
    entries = [("source", FILL[Role.SOURCE]), ("target", FILL[Role.TARGET]), ("hidden", "#ffffff")]
    for text, colour in entries if roles else ():
        canvas.shape("circle", cx=x, cy=y, r=6, fill=colour, stroke=INK, stroke_width=1.2)
        canvas.text(x + 12, y + 4, text, size=11, fill=INK)
        x += 76
    for text, colour in (("free", EDGE), ("clamped", TWIN)):
        canvas.line(x - 6, y, x + 14, y, stroke=colour, stroke_width=2.0)
        canvas.text(x + 20, y + 4, text, size=11, fill=INK)
        x += 72


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _along(start: Point, end: Point, part: float, normal: Point, offset: float) -> Point:
    return (
        start[0] + part * (end[0] - start[0]) + offset * normal[0],
        start[1] + part * (end[1] - start[1]) + offset * normal[1],
    )

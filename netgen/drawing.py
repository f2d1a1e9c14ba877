"""The drawing of a learning network: nodes, edges, and what each node is for in each task."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

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
PANEL, PANEL_GAP = 250.0, 22.0
LONG = 2.2  # times the median length: an edge that wraps around a periodic lattice

Point = tuple[float, float]


@dataclass(frozen=True)
class _Plan:
    """Where things go in a panel: pixel coordinates, y down."""

    at: Mapping[str, Point]
    radius: float
    width: float
    height: float


def graph_svg(network: LearningNetwork, title: str) -> str:
    """The text of `<name>-graph.svg`.

    One large panel with every node and edge by name; where there is more than one task, a small
    panel for each with its sources and targets. An edge that would run through another node is
    bent, and one that wraps around a periodic lattice ends in two stubs.
    """
    places = positions(network)
    canvas = Canvas()
    large = _large(network, places)
    columns = max(1, int((max(large.width, 640) + PANEL_GAP) // (PANEL + PANEL_GAP)))
    small = network.tasks if len(network.tasks) > 1 else ()
    rows = -(-len(small) // columns)
    width = max(large.width, 640.0, min(len(small), columns) * (PANEL + PANEL_GAP) + MARGIN)
    height = 64 + large.height + 34 + rows * (PANEL + PANEL_GAP)
    canvas.text(24, 34, title, size=17, font_weight="600", fill=INK)
    counts = f"{len(network.nodes)} nodes, {len(network.edges)} edges, twice: free and clamped"
    canvas.text(24, 54, counts, size=12, fill=SOFT)
    only = network.tasks[0] if not small else None
    _network(canvas, network, _moved(large, (width - large.width) / 2, 64), only, names=True)
    _legend(canvas, 24, 64 + large.height + 14, only is not None or bool(small))
    for index, task in enumerate(small):
        x = MARGIN / 2 + (index % columns) * (PANEL + PANEL_GAP)
        y = 64 + large.height + 34 + (index // columns) * (PANEL + PANEL_GAP)
        _panel(canvas, network, places, task, (x, y))
    return canvas.document(width, height, f"twinboard graph of {title}")


def _large(network: LearningNetwork, places: Mapping[str, Point]) -> _Plan:
    lengths = [math.dist(places[a], places[b]) for a, b in network.edges]
    scale = SPACING / max(median(lengths), 1e-9)
    nearest = _nearest(list(places.values()))
    scale = max(scale, CLOSEST / nearest) if nearest > 0 else scale
    span = max(_span(places)) * scale
    return _fit(places, scale * min(1.0, 2400 / span) if span > 0 else scale, RADIUS, MARGIN)


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
    canvas: Canvas, network: LearningNetwork, plan: _Plan, task: str | None, *, names: bool
) -> None:
    """Edges first, then nodes on top of them."""
    middle = median(math.dist(plan.at[a], plan.at[b]) for a, b in network.edges)
    labels: list[tuple[Point, str]] = []
    for edge in network.edges:
        labels += _edge(canvas, plan, edge, middle)
    for node in network.nodes:
        role = Role.HIDDEN if task is None else network.role(node, task)
        _node(canvas, plan, node, role, names=names)
    if names:
        for (x, y), text in labels:
            canvas.text(
                x, y + 3, text, size=8.5, fill=SOFT, text_anchor="middle",
                paint_order="stroke", stroke="#ffffff", stroke_width=3.0,
            )  # fmt: skip


def _edge(canvas: Canvas, plan: _Plan, edge: Edge, middle: float) -> list[tuple[Point, str]]:
    """Draw an edge as its two twins; returns its labels with their places."""
    start, end = plan.at[edge[0]], plan.at[edge[1]]
    length = math.dist(start, end)
    blocked = any(
        _beside(plan.at[node], start, end) < plan.radius + 3
        for node in plan.at
        if node not in edge and _between(plan.at[node], start, end)
    )
    if blocked and length > LONG * middle:
        return [_stub(canvas, plan, edge, 0), _stub(canvas, plan, edge, 1)]
    normal = (-(end[1] - start[1]) / length, (end[0] - start[0]) / length)
    bow = 0.3 * length if blocked else 0.0
    bend = _along(start, end, 0.5, normal, bow)
    for offset, colour in ((-1.6, EDGE), (1.6, TWIN)):
        a, b = _along(start, end, 0, normal, offset), _along(start, end, 1, normal, offset)
        c = _along(start, end, 0.5, normal, offset + 2 * bow)
        path = f"M{_xy(a)} Q{_xy(c)} {_xy(b)}" if blocked else f"M{_xy(a)} L{_xy(b)}"
        canvas.shape("path", d=path, fill="none", stroke=colour, stroke_width=1.5)
    return [(bend, edge_name(edge))]


def _stub(canvas: Canvas, plan: _Plan, edge: Edge, end: int) -> tuple[Point, str]:
    """One end of an edge that wraps around: it leaves the node away from the other end."""
    here, there = plan.at[edge[end]], plan.at[edge[1 - end]]
    length = math.dist(here, there)
    ux, uy = (here[0] - there[0]) / length, (here[1] - there[1]) / length
    reach = plan.radius + 14
    for offset, colour in ((-1.6, EDGE), (1.6, TWIN)):
        x, y = here[0] - uy * offset, here[1] + ux * offset
        canvas.line(
            x, y, x + ux * reach, y + uy * reach,
            stroke=colour, stroke_width=1.5, stroke_dasharray="6 2",
        )  # fmt: skip
    far = reach + 12
    return (here[0] + ux * far, here[1] + uy * far), edge_name(edge)


def _node(canvas: Canvas, plan: _Plan, node: str, role: Role, *, names: bool) -> None:
    x, y = plan.at[node]
    canvas.shape(
        "circle", cx=x, cy=y, r=plan.radius, fill=FILL[role], stroke=INK, stroke_width=1.4
    )
    if names or role is not Role.HIDDEN:
        size = min(12.0, 2.6 * plan.radius / max(len(node), 2)) if names else 8.0
        colour = INK if role is Role.HIDDEN else "#ffffff"
        canvas.text(
            x, y + size * 0.36, node, size=size, fill=colour, text_anchor="middle",
            font_weight="600",
        )  # fmt: skip


def _panel(
    canvas: Canvas, network: LearningNetwork, places: Mapping[str, Point], task: str, at: Point
) -> None:
    """The small drawing of one task."""
    x, y = at
    canvas.shape(
        "rect", x=x, y=y, width=PANEL, height=PANEL, rx=6, fill="#f6f8fa", stroke="#d5dbe1"
    )
    canvas.text(x + 12, y + 21, f"task {task}", size=12, font_weight="600", fill=INK)
    wide, high = _span(places)
    scale = min((PANEL - 48) / max(wide, 1e-9), (PANEL - 72) / max(high, 1e-9))
    radius = max(3.0, min(8.5, 0.42 * _nearest(list(places.values())) * scale))
    plan = _fit(places, scale, radius, 0)
    inner = _moved(plan, x + (PANEL - plan.width) / 2, y + 32 + (PANEL - 48 - plan.height) / 2)
    _network(canvas, network, inner, task, names=False)


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


def _between(point: Point, start: Point, end: Point) -> bool:
    """Whether the foot of the perpendicular from the point lies on the segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = (point[0] - start[0]) * dx + (point[1] - start[1]) * dy
    return 0 < along < dx * dx + dy * dy


def _beside(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from the line through two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return abs(dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / math.hypot(dx, dy)

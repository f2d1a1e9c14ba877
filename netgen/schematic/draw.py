"""The drawing itself: symbols, wires between neighbouring columns, labels for everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netgen.circuit import Circuit
from netgen.errors import BuildError
from netgen.page import GROUND
from netgen.schematic.blocks import TWO_TERMINAL, Block, Page, Port, take_apart
from netgen.schematic.place import Placed, nets_of, place
from netgen.schematic.symbols import INK, SOFT, WIRE, draw_block, ground_symbol, rail_symbol
from netgen.svg import Canvas

MARGIN = 28.0
TOP = 76.0
STUB = 14.0  # of wire between a pin and its label
TRACK = 11.0  # between two vertical wires
LETTER = 5.9  # width of one at label size
NOTE_LINE = 15.0


@dataclass(frozen=True)
class _Sheet:
    """Pixel places: left edge of each column and x of the vertical wire of each net."""

    placed: Sequence[Placed]
    column_x: Sequence[float]
    track_x: Mapping[str, float]
    width: float
    height: float


def cell_svg(circuit: Circuit, cell: str) -> str:
    """An SVG schematic of one cell.

    Units in use are drawn with their pins by name and number; nets between neighbouring columns are
    wires, all others are labels; supply pins, straps and idle units stand in notes below.

    Raises:
        BuildError: the circuit has no such cell.
    """
    if not circuit.in_cell(cell):
        near = ", ".join(list(circuit.cells)[:8])
        raise BuildError(f"{circuit.name} has no cell {cell}; it has {near} and more")
    page = take_apart(circuit, cell)
    sheet = _sheet(page, cell)
    canvas = Canvas()
    canvas.text(MARGIN, 30, cell, size=16, font_weight="600", fill=INK)
    canvas.text(MARGIN, 48, f"{len(circuit.in_cell(cell))} components of {circuit.name}",
                size=11, fill=SOFT)  # fmt: skip
    for net in sheet.track_x:
        _wire(canvas, sheet, net, cell)
    for item in sheet.placed:
        x, y = sheet.column_x[item.column], TOP + item.y
        draw_block(canvas, item.block, x, y)
        for port in item.block.ports:
            if port.net not in sheet.track_x or _loops(item.block, port):
                _label(canvas, cell, port, x, y, item.block, port in item.block.right)
    bottom = TOP + sheet.height + 30
    for row, note in enumerate(page.notes):
        canvas.text(MARGIN, bottom + NOTE_LINE * row, note, size=9.5, fill=SOFT)
    widest = max([len(note) for note in page.notes], default=0) * 5.4 + 2 * MARGIN
    height = bottom + NOTE_LINE * len(page.notes) + 12
    return canvas.document(max(sheet.width, widest, 360), height, f"twinboard schematic of {cell}")


def _sheet(page: Page, cell: str) -> _Sheet:
    placed = place(page)
    wired = _wired(placed, page)
    last = max(item.column for item in placed)
    column_x: list[float] = []
    track_x: dict[str, float] = {}
    x = MARGIN + _label_width(placed, 0, wired, cell, right=False)
    for column in range(last + 1):
        column_x.append(x)
        x += max(_width(item.block) for item in placed if item.column == column)
        x += _label_width(placed, column, wired, cell, right=True)
        tracks = [net for net, after in wired.items() if after == column]
        x += max([LETTER * len(_short(cell, net)) for net in tracks], default=0.0)
        for index, net in enumerate(tracks):
            track_x[net] = x + STUB + TRACK * index
        x += 2 * STUB + TRACK * max(len(tracks) - 1, 0)
        if column < last:
            x += _label_width(placed, column + 1, wired, cell, right=False)
    height = max(item.y + item.block.height for item in placed)
    return _Sheet(placed, column_x, track_x, x + MARGIN, height)


def _width(block: Block) -> float:
    """Of a block or of the name above it."""
    name = 0.0 if block.shape in TWO_TERMINAL else 6.1 * (len(block.refdes) + 2 + len(block.value))
    return max(block.width, name)


def _wired(placed: Sequence[Placed], page: Page) -> dict[str, int]:
    """Nets drawn as wires -> the column on the left of their vertical part.

    A net is one where it leaves one column on the right and enters only the next one on the left,
    or joins only left sides of one column, and so crosses no block.
    """
    found: dict[str, int] = {}
    for net, ends in nets_of(placed).items():
        outs = {item.column for item, right in ends if right}
        ins = {item.column for item, right in ends if not right}
        if net not in page.joined:
            continue
        if len(outs) == 1 and ins <= {next(iter(outs)) + 1}:
            found[net] = next(iter(outs))
        elif not outs and net in page.inner and len(ins) == 1 and next(iter(ins)) > 0:
            found[net] = next(iter(ins)) - 1
    return dict(sorted(found.items(), key=lambda entry: _height(placed, entry[0])))


def _height(placed: Sequence[Placed], net: str) -> tuple[float, str]:
    ends = [item.y + port.y for item in placed for port in item.block.ports if port.net == net]
    return (sum(ends) / len(ends), net)


def _label_width(
    placed: Sequence[Placed], column: int, wired: Mapping[str, int], cell: str, *, right: bool
) -> float:
    ports = [
        port
        for item in placed
        if item.column == column
        for port in (item.block.right if right else item.block.left)
        if port.net not in wired
    ]
    texts = [_short(cell, port.net or "") for port in ports]
    return max([LETTER * len(text) + STUB + 10 for text in texts], default=0.0)


def _short(cell: str, net: str) -> str:
    """A net as a label shows it: without the path of the cell, which the drawing's title says."""
    return net.removeprefix(f"{cell}/")


def _wire(canvas: Canvas, sheet: _Sheet, net: str, cell: str) -> None:
    x = sheet.track_x[net]
    heights: list[float] = []
    named: list[tuple[float, float, str]] = []
    for item in sheet.placed:
        left = sheet.column_x[item.column]
        for port in item.block.ports:
            if port.net == net and not _loops(item.block, port):
                y = TOP + item.y + port.y
                heights.append(y)
                right = port in item.block.right
                start = left + item.block.width if right else left
                if right:
                    named.append((start + 15, y, "start"))
                canvas.line(start, y, x, y, stroke=WIRE, stroke_width=1.3)
    low, high = min(heights), max(heights)
    canvas.line(x, low, x, high, stroke=WIRE, stroke_width=1.3)
    for y in sorted(set(heights)):
        if low < y < high or (low < high and heights.count(y) > 1):
            canvas.shape("circle", cx=x, cy=y, r=2.4, fill=WIRE)
    at, level, anchor = min(named) if named else (x - 3, low, "end")
    canvas.text(at, level - 4, _short(cell, net), size=9, fill=WIRE, text_anchor=anchor)


def _loops(block: Block, port: Port) -> bool:
    """Whether a port is a follower's inverting input."""
    return port in block.left and any(port.net == other.net for other in block.right if port.net)


def _label(
    canvas: Canvas, cell: str, port: Port, x: float, y: float, block: Block, right: bool
) -> None:
    """A short wire and the net's name; a symbol for ground and rails; a cross where open."""
    way = 1 if right else -1
    start = x + block.width if right else x
    level, end = y + port.y, start + way * STUB
    if port.net is None:
        canvas.line(start, level, end, level, stroke=SOFT, stroke_width=1.2)
        for slope in (-1, 1):
            canvas.line(end - 3, level - 3 * slope, end + 3, level + 3 * slope, stroke=SOFT,
                        stroke_width=1.2)  # fmt: skip
        return
    canvas.line(start, level, end, level, stroke=WIRE, stroke_width=1.3)
    if _loops(block, port):
        _feedback(canvas, block, x, y, port, block.right[0])
    elif port.net == GROUND:
        ground_symbol(canvas, end, level)
    elif port.net.startswith("+"):
        rail_symbol(canvas, end, level, port.net, "start" if right else "end")
    else:
        text = _short(cell, port.net)
        canvas.text(end + way * 3, level + 3.4, text, size=10, fill=INK,
                    text_anchor="start" if right else "end")  # fmt: skip


def _feedback(canvas: Canvas, block: Block, x: float, y: float, port: Port, out: Port) -> None:
    """A follower's output back to its inverting input, around the triangle."""
    low = y + block.height + 5
    near, far = x - STUB, x + block.width + STUB * 0.6
    points = [(near, y + port.y), (near, low), (far, low), (far, y + out.y)]
    canvas.shape(
        "polyline", points=" ".join(f"{px:.1f},{py:.1f}" for px, py in points),
        fill="none", stroke=WIRE, stroke_width=1.3,
    )  # fmt: skip

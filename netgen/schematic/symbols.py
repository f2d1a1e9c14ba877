"""The symbols of a schematic: one per shape of a block."""

from netgen.schematic.blocks import TWO_TERMINAL, Block, Port
from netgen.svg import Canvas

INK, SOFT, WIRE, FILL = "#1f2933", "#66727f", "#2f6fb5", "#fdf6e3"


def draw_block(canvas: Canvas, block: Block, x: float, y: float) -> None:
    """Draw a block with its name and pins; (x, y) is the upper left corner."""
    if block.shape in TWO_TERMINAL:
        _two_terminal(canvas, block, x, y)
        return
    if block.shape == "probe":
        middle = y + block.height / 2
        canvas.shape("circle", cx=x + 6, cy=middle, r=6, fill=FILL, stroke=INK, stroke_width=1.4)
        canvas.text(x + 17, middle + 3.5, block.refdes, size=9.5, fill=INK, font_weight="600")
        return
    canvas.text(x, y - 5, f"{block.refdes}  {block.value}", size=9.5, fill=INK, font_weight="600")
    if block.shape == "triangle":
        _triangle(canvas, block, x, y)
    elif block.shape in ("buffer", "inverter"):
        _polygon(canvas, [(x, y), (x + 42, y + block.height / 2), (x, y + block.height)])
        _bubble_or_wire(canvas, block, x, y)
    elif block.shape == "gate":
        _xor(canvas, block, x, y)
    else:
        canvas.shape("rect", x=x, y=y, width=block.width, height=block.height, rx=3,
                     fill=FILL, stroke=INK, stroke_width=1.4)  # fmt: skip
    for port in block.ports:
        _pin(canvas, block, port, x, y)


def _pin(canvas: Canvas, block: Block, port: Port, x: float, y: float) -> None:
    """Number outside, name inside where there is room."""
    right = port in block.right
    edge = x + block.width if right else x
    canvas.text(edge + (3 if right else -3), y + port.y - 2.5, port.number, size=7.5, fill=SOFT,
                text_anchor="start" if right else "end")  # fmt: skip
    if block.shape == "box":
        canvas.text(edge - 5 if right else edge + 5, y + port.y + 3.2, port.name, size=9, fill=INK,
                    text_anchor="end" if right else "start")  # fmt: skip


def _polygon(canvas: Canvas, points: list[tuple[float, float]]) -> None:
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    canvas.shape("polygon", points=text, fill=FILL, stroke=INK, stroke_width=1.4)


def _triangle(canvas: Canvas, block: Block, x: float, y: float) -> None:
    """A comparator or amplifier: its first input is the non-inverting one."""
    _polygon(canvas, [(x, y), (x + block.width, y + block.height / 2), (x, y + block.height)])
    for port, sign in zip(block.left, ("+", "−"), strict=True):
        canvas.text(x + 9, y + port.y + 4, sign, size=12, fill=INK, text_anchor="middle")


def _bubble_or_wire(canvas: Canvas, block: Block, x: float, y: float) -> None:
    middle = y + block.height / 2
    # The loop of a Schmitt trigger's characteristic.
    canvas.shape("path", d=f"M{x + 6:.1f},{middle + 4:.1f} h9 v-8 M{x + 11:.1f},{middle + 4:.1f} "
                 "v-8 h9", fill="none", stroke=INK, stroke_width=1.0)  # fmt: skip
    if block.shape == "inverter":
        canvas.shape("circle", cx=x + 46, cy=middle, r=4, fill=FILL, stroke=INK, stroke_width=1.4)
    else:
        canvas.line(x + 42, middle, x + block.width, middle, stroke=INK, stroke_width=1.3)


def _xor(canvas: Canvas, block: Block, x: float, y: float) -> None:
    high, middle = block.height, y + block.height / 2
    canvas.shape(
        "path",
        d=f"M{x + 7:.1f},{y:.1f} Q{x + 18:.1f},{middle:.1f} {x + 7:.1f},{y + high:.1f} "
        f"Q{x + 36:.1f},{y + high:.1f} {x + 50:.1f},{middle:.1f} "
        f"Q{x + 36:.1f},{y:.1f} {x + 7:.1f},{y:.1f} Z",
        fill=FILL, stroke=INK, stroke_width=1.4,
    )  # fmt: skip
    canvas.shape(
        "path", d=f"M{x:.1f},{y:.1f} Q{x + 11:.1f},{middle:.1f} {x:.1f},{y + high:.1f}",
        fill="none", stroke=INK, stroke_width=1.4,
    )  # fmt: skip
    for port in block.left:
        canvas.line(x, y + port.y, x + 11, y + port.y, stroke=INK, stroke_width=1.3)


def _two_terminal(canvas: Canvas, block: Block, x: float, y: float) -> None:
    middle, end = y + block.height / 2, x + block.width
    style = {"stroke": INK, "stroke_width": 1.4}
    if block.shape in ("resistor", "fuse"):
        canvas.shape("rect", x=x, y=middle - 5, width=block.width, height=10, fill=FILL, **style)
        if block.shape == "fuse":
            canvas.line(x, middle, end, middle, **style)
    elif block.shape == "capacitor":
        for way in (-1, 1):
            canvas.line(x + 17 + 3 * way, middle - 8, x + 17 + 3 * way, middle + 8, **style)
            canvas.line(x + 17 + 17 * way, middle, x + 17 + 3 * way, middle, **style)
    elif block.shape == "jumper":
        canvas.line(x, middle, end, middle, **style)
        for way in (-1, 1):
            canvas.shape("circle", cx=x + 17 + 8 * way, cy=middle, r=3.4, fill=FILL, **style)
    else:
        _diode(canvas, block, x, middle)
    canvas.text(x + block.width / 2, middle - 11, block.refdes, size=9.5, fill=INK,
                font_weight="600", text_anchor="middle")  # fmt: skip
    canvas.text(x + block.width / 2, middle + 18, block.value, size=8.5, fill=SOFT,
                text_anchor="middle")  # fmt: skip


def _diode(canvas: Canvas, block: Block, x: float, middle: float) -> None:
    """The bar is on the side of the cathode, which is the right one unless the block was turned."""
    cathode_right = block.right[0].name.upper().startswith(("K", "C"))
    base, tip = (x + 9, x + 25) if cathode_right else (x + 25, x + 9)
    _polygon(canvas, [(base, middle - 8), (tip, middle), (base, middle + 8)])
    canvas.line(tip, middle - 8, tip, middle + 8, stroke=INK, stroke_width=1.6)
    canvas.line(x, middle, x + 9, middle, stroke=INK, stroke_width=1.3)
    canvas.line(x + 25, middle, x + 34, middle, stroke=INK, stroke_width=1.3)


def ground_symbol(canvas: Canvas, x: float, y: float) -> None:
    """Three bars."""
    canvas.line(x, y, x, y + 5, stroke=WIRE, stroke_width=1.3)
    for row, half in enumerate((7, 4.5, 2)):
        canvas.line(x - half, y + 5 + 3 * row, x + half, y + 5 + 3 * row, stroke=WIRE,
                    stroke_width=1.3)  # fmt: skip


def rail_symbol(canvas: Canvas, x: float, y: float, name: str, anchor: str) -> None:
    """A bar with the rail's name above it."""
    canvas.line(x, y, x, y - 6, stroke=WIRE, stroke_width=1.3)
    canvas.line(x - 7, y - 6, x + 7, y - 6, stroke=WIRE, stroke_width=1.3)
    edge = x - 7 if anchor == "start" else x + 7
    canvas.text(edge, y - 9, name, size=9, fill=WIRE, text_anchor=anchor)

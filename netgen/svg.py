"""A small writer of SVG: shapes in, text out. Numbers have one decimal: bytes are stable."""

from xml.sax.saxutils import escape, quoteattr

FONT = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"


def number(value: float) -> str:
    """A coordinate with at most one decimal, without a negative zero."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


class Canvas:
    """Collects shapes in drawing order."""

    def __init__(self) -> None:
        self._shapes: list[str] = []

    def shape(self, tag: str, text: str | None = None, /, **attributes: str | float) -> None:
        """Add an element. Underscores in attribute names become hyphens, numbers are rounded."""
        words = [tag]
        for key, value in attributes.items():
            shown = value if isinstance(value, str) else number(value)
            words.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(shown)}")
        opening = " ".join(words)
        self._shapes.append(
            f"<{opening}/>" if text is None else f"<{opening}>{escape(text)}</{tag}>"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, /, **style: str | float) -> None:
        """A straight line."""
        self.shape("line", x1=x1, y1=y1, x2=x2, y2=y2, **style)

    def text(
        self, x: float, y: float, text: str, /, size: float = 11, **style: str | float
    ) -> None:
        """A line of text; `y` is its base line."""
        self.shape("text", text, x=x, y=y, font_size=size, **style)

    def document(self, width: float, height: float, comment: str) -> str:
        """The whole file. The comment may not hold two hyphens in a row."""
        size = f'width="{number(width)}" height="{number(height)}"'
        view = f'viewBox="0 0 {number(width)} {number(height)}"'
        return "\n".join(
            [
                "<?xml version='1.0' encoding='UTF-8'?>",
                f"<!-- {escape(comment).replace('--', '- -')} -->",
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} font-family="{FONT}">',
                f'<rect width="{number(width)}" height="{number(height)}" fill="#ffffff"/>',
                *self._shapes,
                "</svg>",
                "",
            ]
        )

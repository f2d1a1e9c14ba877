"""The board's own name on its silkscreen, where there is room for it."""

from netgen.board.kicad.footprint import text_width
from netgen.board.record import Board, SilkText
from parts.footprint import MM, Rect

_HEIGHTS = (MM * 5 // 2, MM * 3 // 2, MM)
_STEP = MM
_OFF = MM // 2


def title_of(board: Board) -> tuple[SilkText, ...]:
    """The name at the lowest free place, as large as fits; none where it does not fit at all."""
    taken = [item.courtyard for item in board.placed]
    taken += [text_area(text) for text in board.texts]
    inside = board.outline.grown(-2 * _OFF)
    for height in _HEIGHTS:
        width = text_width(board.name, height)
        for bottom in range(inside.bottom, inside.top + height, -_STEP):
            for left in range(inside.left, inside.right - width, _STEP):
                area = Rect(left, bottom - height, left + width, bottom).grown(_OFF)
                if inside.grown(_OFF).holds(area) and not any(map(area.overlaps, taken)):
                    return (SilkText(board.name, area.centre, height),)
    return ()


def text_area(text: SilkText) -> Rect:
    """About what a text covers."""
    length = text_width(text.text, text.height)
    wide, tall = (text.height, length) if text.rotation % 180 else (length, text.height)
    x, y = text.at
    return Rect(x - wide // 2, y - tall // 2, x + wide // 2, y + tall // 2)

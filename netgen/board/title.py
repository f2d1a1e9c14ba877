"""The board's own name on its silkscreen, where there is room for it."""

from netgen.board.lettering import text_area, text_depth, text_width
from netgen.board.record import Board, SilkText
from parts.footprint import MM, Rect

_HEIGHTS = (MM * 5 // 2, MM * 3 // 2, MM)
_STEP = MM
_OFF = MM // 2


def title_of(board: Board) -> tuple[SilkText, ...]:
    """The name at the lowest free place, as large as fits; none where it does not fit at all."""
    taken = [item.courtyard for item in board.placed]
    taken += [Rect(*mount.at, *mount.at).grown(mount.head // 2) for mount in board.mounts]
    taken += [
        text_area(text.text, text.at, text.height, text.rotation % 180 != 0) for text in board.texts
    ]
    inside = board.outline.grown(-2 * _OFF)
    for height in _HEIGHTS:
        width, depth = text_width(board.name, height), text_depth(board.name, height)
        for bottom in range(inside.bottom, inside.top + depth, -_STEP):
            for left in range(inside.left, inside.right - width, _STEP):
                area = Rect(left, bottom - depth, left + width, bottom).grown(_OFF)
                if inside.grown(_OFF).holds(area) and not any(map(area.overlaps, taken)):
                    return (SilkText(board.name, area.centre, height),)
    return ()

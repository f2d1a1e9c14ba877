"""Where a board lies on its page."""

from dataclasses import replace

from netgen.board.record import Board
from parts.footprint import MM, Point

MARGIN: Point = (20 * MM, 20 * MM)
"""From the page's corner to the board's."""
_BELOW = 50 * MM
"""Room for what a drawing says of the board."""
_NARROWEST = 160 * MM


def on_page(board: Board) -> Board:
    """The board with a margin around it: the page's corner is the origin of a file."""

    def moved(point: Point) -> Point:
        return point[0] + MARGIN[0], point[1] + MARGIN[1]

    return replace(
        board,
        outline=board.outline.moved(MARGIN),
        placed=tuple(replace(item, at=moved(item.at)) for item in board.placed),
        mounts=tuple(replace(item, at=moved(item.at)) for item in board.mounts),
        tracks=tuple(
            replace(item, start=moved(item.start), end=moved(item.end)) for item in board.tracks
        ),
        vias=tuple(replace(item, at=moved(item.at)) for item in board.vias),
        zones=tuple(
            replace(
                item,
                outline=tuple(map(moved, item.outline)),
                fill=tuple(tuple(map(moved, piece)) for piece in item.fill),
            )
            for item in board.zones
        ),
        texts=tuple(replace(item, at=moved(item.at)) for item in board.texts),
    )


def page_size(placed: Board) -> Point:
    """Width and height of the page of a board that lies on it."""
    width, height = placed.outline.right + MARGIN[0], placed.outline.bottom + _BELOW
    return max(width, _NARROWEST), height

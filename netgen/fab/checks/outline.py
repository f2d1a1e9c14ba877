"""The board's outline from the pieces of a Gerber layer."""

from collections.abc import Sequence

from netgen.fab.raster import Spot

Piece = tuple[Spot, Spot]


def contours(pieces: Sequence[Piece]) -> tuple[tuple[tuple[Spot, ...], ...], int]:
    """Closed contours that pieces make, and how many ends are loose or meet more than one other.

    Ends meet where they are equal to a micrometre. Cost: linear in the pieces.
    """
    at: dict[tuple[int, int], list[int]] = {}
    for index, piece in enumerate(pieces):
        for end in piece:
            at.setdefault(_key(end), []).append(index)
    loose = sum(len(found) != 2 for found in at.values())
    if loose:
        return (), loose
    found: list[tuple[Spot, ...]] = []
    left = dict.fromkeys(range(len(pieces)))
    while left:
        index = next(iter(left))
        start, end = pieces[index]
        corners = [start]
        while index in left:
            del left[index]
            corners.append(end)
            index = next((k for k in at[_key(end)] if k in left), index)
            if index in left:
                first, second = pieces[index]
                end = second if _key(first) == _key(end) else first
        found.append(tuple(corners[:-1]))
    return tuple(found), 0


def _key(spot: Spot) -> tuple[int, int]:
    return round(spot[0] * 1000), round(spot[1] * 1000)

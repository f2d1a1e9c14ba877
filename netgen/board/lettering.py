"""How much room KiCad's stroke font takes, so that texts keep off each other and off parts."""

from collections.abc import Mapping

from parts.footprint import Point, Rect

_UNITS = 21
_ADVANCE: Mapping[int, str] = {
    10: "!',.:;Iij", 11: "`l", 12: "^ft", 13: "r", 14: "()[\\]{}", 16: '"*JT_vy ~', 17: "Lkszx",
    18: "?AFVYce", 19: "Eabdghnopqu", 20: "$0123456789SXZ|", 21: "#BCDGKPR", 22: "/HNOQUw",
    24: "%MW", 26: "&+-<=>", 28: "@m",
}  # fmt: skip
"""From one letter to the next, in 21sts of the height, pen and all; the widest for any other."""
_WIDTH = {letter: units for units, letters in _ADVANCE.items() for letter in letters}
_WIDEST = max(_ADVANCE)
_DEEP = frozenset("#$,;/\\@gjpqy()[]{}|")
"""Letters that reach below the line or above the others."""


def text_width(text: str, height: int) -> int:
    """How long a text is at most, nm."""
    return -(-sum(_WIDTH.get(letter, _WIDEST) for letter in text) * height // _UNITS)


def text_depth(text: str, height: int) -> int:
    """How far a text reaches up and down together, seen from its middle, nm."""
    deep = any(letter in _DEEP or not letter.isascii() for letter in text)
    return height * (182 if deep else 130) // 100


def text_area(text: str, at: Point, height: int, upright: bool) -> Rect:
    """What a text covers at most, centred at a point."""
    length, depth = text_width(text, height), text_depth(text, height)
    wide, tall = (depth, length) if upright else (length, depth)
    x, y = at
    return Rect(x - wide // 2, y - tall // 2, x + wide // 2, y + tall // 2)

"""The drawing sheet of the PDF: what a fab asks, in words below the board."""

from collections import Counter

from netgen.board.kicad.words import quoted
from netgen.fab.assembly import Assembly
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.gerber import board_frame
from netgen.fab.profile import FabProfile

_HEAD = (
    '(kicad_wks (version 20220228) (generator "twinboard")\n'
    "  (setup (textsize 1.5 1.5) (linewidth 0.15) (textlinewidth 0.15)\n"
    "    (left_margin 4) (right_margin 4) (top_margin 4) (bottom_margin 4))\n"
)
_MARGIN, _BELOW, _STEP = 4.0, 8.0, 4.5


def sheet_text(board: BoardFile, profile: FabProfile, parts: Assembly, title: str) -> str:
    """KiCad's drawing sheet: no frame around the board and what is said of it."""
    points = [
        point for item in board.graphics if item.layer == "Edge.Cuts" for point in item.points
    ]
    left, bottom = min(x for x, _ in points) / 1e6, max(y for _, y in points) / 1e6
    lines = [(title, 2.5), ("${LAYER}, page ${#} of ${##}", 2.0)]
    lines += [(line, 1.5) for line in facts(board, profile, parts)]
    texts = [
        f'  (tbtext {quoted(text)} (name "") '
        f"(pos {max(left, 2.0):g} {bottom + _BELOW - _MARGIN + index * _STEP:g} ltcorner) "
        f"(font (size {size:g} {size:g})))\n"
        for index, (text, size) in enumerate(lines)
    ]
    return _HEAD + "".join(texts) + ")\n"


def facts(board: BoardFile, profile: FabProfile, parts: Assembly) -> tuple[str, ...]:
    """What a fab asks for an order: size, layers, narrowest copper, holes, parts."""
    frame, rules = board_frame(board), profile.rules
    width, height = frame.right - frame.left - 2, frame.top - frame.bottom - 2
    holes = Counter((max(hole.size), hole.plated) for hole in board.holes())
    drilled = ", ".join(
        f"{count} of {size / 1e6:g} mm{'' if plated else ' not plated'}"
        for (size, plated), count in sorted(holes.items())
    )
    narrowest = min((track.width for track in board.tracks), default=rules.track)
    return (
        f"Size {width:g} x {height:g} mm, {len(board.copper)} copper layers "
        f"({', '.join(board.copper)}), 1.6 mm FR-4, 1 oz",
        f"Narrowest track {narrowest / 1e6:g} mm, gap {rules.space / 1e6:g} mm; "
        "vias covered by mask",
        f"Holes: {drilled or 'none'}",
        f"Rules of {rules.name}: {rules.source}, read {rules.date}",
        f"{len(parts.placements)} parts in {len(parts.lines)} lines of the bill of materials, "
        "all on the front",
    )

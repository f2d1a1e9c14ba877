"""How long a board takes to be read and judged: one row of the table in docs/board-checks.md.

python -m tests.verification.board.timing BOARD NETLIST
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

from parts.catalogue import load_catalogue
from verification.board.copper import find_copper
from verification.board.reading import parse_board
from verification.board.subject import Witnesses, board_subject
from verification.reading.readers import read_netlist


def row(board: Path, netlist: Path) -> str:
    """Sizes, and seconds of one core for reading, for conductors, and for all board checks."""
    text, wanted, catalogue = board.read_text("utf-8"), read_netlist(netlist), load_catalogue()
    begin = process_time()
    found = parse_board(text, board.name)
    read = process_time()
    find_copper(found)
    joined = process_time()
    board_subject(text, board.name, catalogue, Witnesses(wanted, kicad=False))
    end = process_time()
    corners = sum(len(fill.area.points) for zone in found.zones for fill in zone.fills)
    cells = (
        netlist.stem, len(found.footprints), len(found.tracks), len(found.vias), corners,
        f"{len(text) / 1e6:.1f} MB", f"{read - begin:.2g}", f"{joined - read:.2g}",
        f"{end - joined:.2g}",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    print(row(Path(sys.argv[1]), Path(sys.argv[2])))

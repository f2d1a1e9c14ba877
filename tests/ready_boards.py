"""`make boards`: the boards of the ready designs, as the command makes them.

With `--pictures` KiCad draws them from above, for the pages; the kept boards are rewritten by
`make goldens`, and figures come from `make boards-random`.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from goldens import PICTURES
from PIL import Image

from designs.load import ready_designs
from netgen.fab.pictures import png, trimmed

PIXELS = ("--width", "2000", "--height", "1400")
COLOURS = 48


def make_boards(name: str, folder: Path) -> tuple[str, tuple[Path, ...]]:
    """`twinboard board`: its verdict, and the board files.

    Raises:
        SystemExit: the command ended with an error; a finding (1) and a partial board (5) are
            results.
    """
    line = [sys.executable, "-m", "twinboard", "board", name, "-o", str(folder)]
    done = subprocess.run([*line, "--format", "json"], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1, 5):
        raise SystemExit(done.returncode)
    said = json.loads(done.stdout)
    return said["verdict"], tuple(sorted(folder.glob("*.kicad_pcb")))


def picture(board: Path) -> bytes:
    """A board from above, in few colours."""
    with TemporaryDirectory() as folder:
        drawn = Path(folder) / "top.png"
        words = ["kicad-cli", "pcb", "render", *PIXELS, "--output", str(drawn), str(board)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return png(Image.open(io.BytesIO(trimmed(drawn.read_bytes()))).quantize(COLOURS))


def main() -> None:
    """Make them; end with 1 where a board is not clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("designs", nargs="*", help="all by default")
    parser.add_argument("-o", "--out", type=Path, default=Path("out/boards"))
    parser.add_argument("--pictures", action="store_true", help="into docs/pictures")
    asked = parser.parse_args()
    clean = True
    for name in asked.designs or ready_designs():
        verdict, boards = make_boards(name, asked.out / name)
        clean &= verdict == "pass"
        print(f"{name}: {verdict}:", *boards, flush=True)
        for board in boards if asked.pictures else ():
            (PICTURES / f"board-{board.stem}.png").write_bytes(picture(board))
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()

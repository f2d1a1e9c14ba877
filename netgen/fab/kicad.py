"""KiCad as a plotter: what `kicad-cli` makes of a board file, as files in memory."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netgen.errors import ToolError
from netgen.fab.board_file import BoardFile
from netgen.fab.clockless import without_clock
from netgen.fab.profile import FabProfile, file_name

PROGRAM = "kicad-cli"
INSTALL = (
    "apt-get install -t bookworm-backports --no-install-recommends "
    "kicad kicad-symbols kicad-footprints"
)
OLDEST = 9
_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Kicad:
    """KiCad's command, and its version."""

    program: str
    version: str

    @classmethod
    def find(cls) -> "Kicad":
        """The installed one.

        Raises:
            ToolError: it is missing, or older than 9.
        """
        program = shutil.which(PROGRAM)
        if program is None:
            raise ToolError(
                f"{PROGRAM} is missing: KiCad {OLDEST} plots the fabrication files. On Debian 12, "
                f"with the suite bookworm-backports among apt's sources: {INSTALL}"
            )
        with tempfile.TemporaryDirectory(prefix="twinboard-") as settings:
            version = _run([program, "version"], Path(settings)).strip()
        major = version.partition(".")[0]
        if not major.isdigit() or int(major) < OLDEST:
            raise ToolError(
                f"{program} is version {version}; KiCad {OLDEST} or later is needed: {INSTALL}"
            )
        return cls(program, version)

    def call(self, settings: Path, *words: str) -> None:
        """Run it with settings of its own, so that a user's colours and paths change nothing.

        Raises:
            ToolError: it failed.
        """
        _run([self.program, *words], settings)


def _run(command: Sequence[str], settings: Path) -> str:
    env = {**os.environ, "KICAD_CONFIG_HOME": str(settings)}
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{' '.join(command[:4])} did not end in {_SECONDS:g} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        reason = said[-1] if said else f"exit code {done.returncode}"
        raise ToolError(f"{' '.join(command[:4])} failed: {reason}")
    return done.stdout


@dataclass(frozen=True)
class Plots:
    """What KiCad made of a board.

    Attributes:
        upload: Gerber and drill files by name, what a fab needs.
        beside: pictures, drawing, 3D model and netlist by ending, `.d356`.
        positions: its own placement file, from the drill origin, to compare ours with.
    """

    upload: Mapping[str, bytes]
    beside: Mapping[str, bytes]
    positions: str


@contextmanager
def bench(board: BoardFile, project: str) -> Generator[Path]:
    """A folder with the board and its project, gone afterwards; gives the board's path."""
    with tempfile.TemporaryDirectory(prefix="twinboard-") as folder:
        path = Path(folder) / f"{board.name}.kicad_pcb"
        path.write_text(board.text, encoding="utf-8")
        path.with_suffix(".kicad_pro").write_text(project, encoding="utf-8")
        yield path


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of KiCad besides the board.

    Attributes:
        x2: whether Gerber files carry X2 attributes.
        pictures: whether renders, drawings and the 3D model are made; they take longest.
    """

    x2: bool = True
    pictures: bool = True


def plot(
    kicad: Kicad, path: Path, board: BoardFile, profile: FabProfile, wish: Wish, sheet: str
) -> Plots:
    """Plot everything; the calls run side by side, one a core.

    Args:
        kicad: the installed one.
        path: of the board's file, in a folder of its own that is written to.
        board: the same, read.
        profile: of the fab.
        wish: what is made, and how.
        sheet: KiCad's drawing sheet of the PDF.

    Raises:
        ToolError: KiCad failed, or did not write what it was asked for.
    """
    made, settings = path.parent / "made", path.parent / "settings"
    (made / "pages").mkdir(parents=True)
    # Of two calls that find no folder and make the same one, KiCad lets the second fail.
    (made / "gerber").mkdir()
    (path.parent / "sheet.kicad_wks").write_text(sheet, encoding="utf-8")
    jobs = _uploads(path, board, profile, wish.x2, made)
    jobs = [*(_pictures(path, board, made) if wish.pictures else ()), *jobs]
    kicad.call(settings, "pcb", "export", "ipcd356", "-o", str(made / "x.d356"), str(path))
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        # The settings exist now, so that no two calls make them at once.
        for running in [pool.submit(kicad.call, settings, "pcb", *words) for words in jobs]:
            running.result()
    upload = dict(_collected(made / "gerber", board, profile))
    beside = {
        item.name.removeprefix("x"): without_clock(item.name, item.read_bytes())
        for item in sorted(made.iterdir())
        if item.is_file() and item.name != "x-pos.csv"
    }
    # KiCad 9 makes a folder of the name that it is given, and KiCad 10 the file itself.
    for drawing in filter(Path.is_file, (made / "pages").rglob("*.pdf")):
        beside["-drawing.pdf"] = without_clock(drawing.name, drawing.read_bytes())
    return Plots(upload, beside, (made / "x-pos.csv").read_text(encoding="utf-8"))


def _uploads(
    path: Path, board: BoardFile, profile: FabProfile, x2: bool, made: Path
) -> list[list[str]]:
    """Gerber, drill and places, from the drill origin."""
    layers = ",".join(layer for layer, _ in profile.layers(board.copper))
    folder = f"{made / 'gerber'}/"
    gerbers = ["export", "gerbers", "--use-drill-file-origin", "-l", layers, "-o", folder]
    gerbers += [] if x2 else ["--no-x2", "--no-netlist"]
    drill = ["export", "drill", "--format", "excellon", "--drill-origin", "plot", "-o", folder]
    drill += [] if profile.merged_drill else ["--excellon-separate-th"]
    places = ["export", "pos", "--format", "csv", "--units", "mm", "--use-drill-file-origin"]
    places += ["-o", str(made / "x-pos.csv")]
    return [[*job, str(path)] for job in (gerbers, drill, places)]


def _pictures(path: Path, board: BoardFile, made: Path) -> list[list[str]]:
    """Renders first, since they take longest."""
    width, height, zoom = picture_size(board)
    render = ["render", "-w", str(width), "-h", str(height), "--quality", "basic"]
    flat = ["--zoom", f"{zoom:.2f}"]
    single = ["--mode-single", "--page-size-mode", "2", "--exclude-drawing-sheet"]
    layers = ",".join((*board.copper, "F.Mask", "F.SilkS", "F.Fab"))
    jobs = [
        [*render, "--side", "top", *flat, "-o", str(made / "x-top.png")],
        [*render, "--side", "bottom", *flat, "-o", str(made / "x-bottom.png")],
        [*render, "--rotate", "-40,0,20", "-o", str(made / "x-3d.png")],
        ["export", "step", "--drill-origin", "--force", "-o", str(made / "x.step")],
        ["export", "pdf", "--mode-multipage", "--ibt", "--drawing-sheet",
         str(path.parent / "sheet.kicad_wks"), "-l", layers, "--cl", "Edge.Cuts",
         "-o", str(made / "pages" / "x.pdf")],
    ]  # fmt: skip
    for side, letter in (("front", "F"), ("back", "B")):
        shown = f"{letter}.Cu,{letter}.Mask,{letter}.SilkS,Edge.Cuts"
        mirrored = ["--mirror"] if letter == "B" else []
        jobs.append(
            ["export", "svg", *single, *mirrored, "-l", shown, "-o", str(made / f"x-{side}.svg")]
        )
    return [[*job, str(path)] for job in jobs]


def picture_size(board: BoardFile) -> tuple[int, int, float]:
    """Width and height in pixels and the zoom of a render that the board about fills."""
    points = [
        point for item in board.graphics if item.layer == "Edge.Cuts" for point in item.points
    ]
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    longest = 2000
    scale = longest / max(width, height)
    return max(320, round(width * scale)), max(320, round(height * scale)), 1.2


def _collected(folder: Path, board: BoardFile, profile: FabProfile) -> Iterator[tuple[str, bytes]]:
    """Gerbers by the names of the facts, whatever a user calls the layers; drills with a hole."""
    for layer, ending in profile.layers(board.copper):
        found = list(folder.glob(f"*.{ending}"))
        if len(found) != 1:
            raise ToolError(f"KiCad wrote {len(found)} files for layer {layer}, not one")
        name = file_name(board.name, layer, ending)
        yield name, without_clock(name, found[0].read_bytes())
    for path in sorted(folder.glob("*.drl")):
        content = path.read_bytes()
        if b"\nT1" in content:
            yield path.name, without_clock(path.name, content)

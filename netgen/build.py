"""The files of a board: planned in memory, then written all or not at all."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from designs import Design
from netgen.bom import COLUMNS, bom_csv
from netgen.drawing import graph_svg
from netgen.elaborate import Elaboration, elaborate
from netgen.emit.erc import ErcReport
from netgen.emit.netlist import TOOL, Netlist, emit_netlist
from netgen.errors import BuildError
from netgen.interface import interface_json
from parts.catalogue import load_catalogue

# How a file of an earlier build is known by its beginning. Files of other names are known by the
# manifest beside them; anything else is not ours to replace.
_MARKS: Mapping[str, bytes] = {
    ".net": b'(export (version "D")\n  (design\n    (source "',
    ".erc.json": b'{\n  "schema_version": ',
    "-bom.csv": ",".join(COLUMNS).encode(),
    "-interface.json": b'{\n  "schema_version": ',
    "-system.json": b'{\n  "schema_version": ',
    "-graph.svg": b"<?xml version='1.0' encoding='UTF-8'?>\n<!-- twinboard graph",
    # KiCad's own mark stands here once somebody has edited the board: then it is theirs.
    ".kicad_pcb": b'(kicad_pcb\n\t(version 20240108)\n\t(generator "twinboard")',
    ".kicad_pro": b'{\n  "board": {',
    "manifest.json": b'{\n  "schema_version": 1,\n  "board": ',
}


@dataclass(frozen=True)
class BuildPlan:
    """The files of a build: name -> content, sorted by name."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents: equal digests, equal builds."""
        total = hashlib.sha256()
        for name, content in self.files.items():
            total.update(f"{name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()


@dataclass(frozen=True)
class BoardCounts:
    """One of several boards: its name, and how much of what is on it."""

    name: str
    nodes: int
    edges: int
    components: int
    nets: int


@dataclass(frozen=True)
class BuildResult:
    """What `build` did.

    Attributes:
        design: name of the design.
        folder: where the files are.
        files: their paths, sorted.
        digest: of the plan, see `BuildPlan.digest`.
        erc: what the electrical rules say; the files are written whatever they say.
        components, nets, edges, nodes: counts, over all boards where there are several.
        boards: each board where there are several.
    """

    design: str
    folder: Path
    files: tuple[Path, ...]
    digest: str
    erc: ErcReport
    components: int
    nets: int
    edges: int
    nodes: int
    boards: tuple[BoardCounts, ...] = ()


def build(design: Design, out_dir: str | Path) -> BuildResult:
    """Make a design's circuit and write its files into `out_dir`, which is made where missing.

    The whole network goes on one board; `netgen.system.build` knows of several.

    Files of an earlier build of this design are replaced; nothing else in the folder is touched.

    Raises:
        BuildError: the design does not become a circuit, `out_dir` is a file, a file that is not
            ours stands in the way, or writing fails. Nothing has been written then.
    """
    made = elaborate(design, load_catalogue())
    plan, erc = plan_build(made)
    folder = Path(out_dir)
    paths = write_plan(plan, folder)
    return BuildResult(
        design=design.name,
        folder=folder,
        files=paths,
        digest=plan.digest,
        erc=erc,
        components=len(made.circuit.components),
        nets=len(made.circuit.nets),
        edges=len(made.network.edges),
        nodes=len(made.network.nodes),
    )


def plan_build(made: Elaboration) -> tuple[BuildPlan, ErcReport]:
    """All files of a build in memory, and the findings of the electrical rules."""
    name = made.design.name
    netlist = emit_netlist(made.circuit, made.design.erc_waivers)
    texts = board_texts(made, netlist, interface_json(made))
    texts[f"{name}-graph.svg"] = graph_svg(made.network, made.design.title or name)
    return planned(texts), netlist.erc


def board_texts(made: Elaboration, netlist: Netlist, interface: str) -> dict[str, str]:
    """The files of one board, by name."""
    name = made.design.name
    return {
        f"{name}.net": netlist.text,
        f"{name}.erc.json": netlist.erc.to_json(name, TOOL),
        f"{name}-bom.csv": bom_csv(made.circuit),
        f"{name}-interface.json": interface,
    }


def planned(texts: Mapping[str, str]) -> BuildPlan:
    """The plan that writes these texts."""
    return BuildPlan({key: texts[key].encode() for key in sorted(texts)})


def write_plan(plan: BuildPlan, folder: Path) -> tuple[Path, ...]:
    """Write the files of a plan, all or none.

    A new folder appears complete, by one rename. In an existing folder files are replaced one by
    one, by renames, after all have been written beside them; if one of these fails, or the program
    is interrupted between them, the files of before are put back.

    Raises:
        BuildError: see `build`.
    """
    try:
        check_room(plan.files, folder)
        if folder.exists():
            with _staged(plan, folder) as stage:
                _replace_all(plan, stage, folder)
        else:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with _staged(plan, folder.parent) as stage:
                stage.rename(folder)
    except OSError as error:
        raise BuildError(
            f"{error.filename or folder}: cannot be written ({error.strerror}); "
            "nothing was changed, choose another output folder"
        ) from error
    return tuple(folder / name for name in plan.files)


def check_room(names: Iterable[str], folder: Path) -> None:
    """Refuse a folder that is a file, or where a file of one of these names is not our work.

    Raises:
        BuildError: see `build`.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise BuildError(f"{folder} is a file; the output goes into a folder, name another one")
    listed = _listed(folder)
    for name in names:
        path = folder / name
        if not path.exists() and not path.is_symlink():
            continue
        if path.is_symlink() or not path.is_file() or not _is_ours(path, listed):
            raise BuildError(
                f"{path} exists and is not the work of an earlier build; "
                "move it away or choose another output folder"
            )


def _is_ours(path: Path, listed: Mapping[str, str]) -> bool:
    """Whether a file begins as ours do, or is as the manifest has it."""
    mark = next((mark for suffix, mark in _MARKS.items() if path.name.endswith(suffix)), None)
    if mark is None:
        return hashlib.sha256(path.read_bytes()).hexdigest() == listed.get(path.name)
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _listed(folder: Path) -> Mapping[str, str]:
    """SHA-256 by name of the files in a manifest that an earlier run left; none where none did."""
    try:
        table = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {name: entry["sha256"] for name, entry in table["files"].items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


@contextlib.contextmanager
def _staged(plan: BuildPlan, near: Path) -> Generator[Path]:
    """A folder in `near`, on the same file system, that holds the plan's files; gone afterwards."""
    # mkdtemp makes a private folder; the one inside it has the permissions that the user asks for.
    outer = Path(tempfile.mkdtemp(prefix=".twinboard-", dir=near))
    try:
        stage = outer / "files"
        stage.mkdir()
        for name, content in plan.files.items():
            with (stage / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        yield stage
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def _replace_all(plan: BuildPlan, stage: Path, folder: Path) -> None:
    """Move the staged files into the folder; put everything back if that does not succeed."""
    kept = stage.parent / "kept"
    kept.mkdir()
    moved: list[str] = []
    done = False
    try:
        for name in plan.files:
            moved.append(name)
            if (folder / name).exists():
                (folder / name).rename(kept / name)
            (stage / name).rename(folder / name)
        done = True
    finally:
        if not done:
            for name in moved:
                if (kept / name).exists():
                    (kept / name).replace(folder / name)
                elif not (stage / name).exists():
                    (folder / name).unlink(missing_ok=True)

"""`manifest.json`: every file with its SHA-256, and the tools that made them."""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

from netgen.fab.board_file import BoardFile
from netgen.fab.clockless import STAMP
from netgen.fab.gerber import READER
from netgen.fab.kicad import Kicad

NAME = "manifest.json"
_PACKAGES = ("twinboard", READER, "pillow", "numpy", "scipy")


def tools(kicad: Kicad) -> Mapping[str, str]:
    """Version of every tool, by name."""
    found = {"python": python_version(), "kicad-cli": kicad.version}
    return found | {name: _version(name) for name in _PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def board_head(board: BoardFile) -> Mapping[str, object]:
    """What the manifest of a board begins with."""
    return {"board": board.name, "board_sha256": hashlib.sha256(board.text.encode()).hexdigest()}


def manifest_text(
    head: Mapping[str, object],
    profile: str,
    verdict: str,
    files: Mapping[str, bytes],
    used: Mapping[str, str],
) -> str:
    """The text of the manifest of these files; `head` says of what, its key `board` first."""
    table = {
        "schema_version": 1,
        **head,
        "profile": profile,
        "verdict": verdict,
        "time": f"every file says {STAMP} where its format wants a time",
        "tools": dict(sorted(used.items())),
        "files": {
            name: {"bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
            for name in sorted(files)
        },
    }
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"

"""Claims about the zip and the manifest, read back."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

from netgen.fab.checks.record import Check, Finding, judged

_AGAIN = "make the package anew"


def check_zip(content: bytes, files: Mapping[str, bytes]) -> Check:
    """Flat, and exactly the Gerber and drill files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    findings = [
        Finding(f"{name} lies in a folder of the zip", _AGAIN) for name in inside if "/" in name
    ]
    findings += [
        Finding(f"{name} of the zip is not the file that was plotted", _AGAIN)
        for name in sorted({*inside, *files})
        if inside.get(name) != files.get(name)
    ]
    evidence = {"files": len(inside), "bytes": len(content)}
    claim = "the zip holds the Gerber and drill files and nothing else, in no folder"
    return judged("zip", claim, len(inside), evidence, findings)


def check_manifest(text: str, files: Mapping[str, bytes]) -> Check:
    """Every file by its hash, every tool by its version."""
    table = json.loads(text)
    findings = [
        Finding(f"{name} is not in the manifest with its SHA-256", _AGAIN)
        for name, content in files.items()
        if table["files"].get(name, {}).get("sha256") != hashlib.sha256(content).hexdigest()
    ]
    findings += [
        Finding(f"the version of {name} is not known", f"install {name} by its package")
        for name, version in table["tools"].items()
        if not version or version == "not installed"
    ]
    evidence = {"files": len(files), "tools": len(table["tools"])}
    claim = "the manifest has the SHA-256 of every file and the version of every tool"
    return judged("manifest", claim, len(files), evidence, findings)

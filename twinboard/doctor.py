"""What is installed here."""

from __future__ import annotations

import shutil
import sys
from typing import Any

import typer

from twinboard.console import MISSING, PASS, app, as_json, show
from twinboard.options import Format, FormatOption, Quiet


@app.command()
def doctor(output: FormatOption = Format.TEXT, quiet: Quiet = False) -> None:
    """Say what is installed here, what is missing, and how to get it."""
    rows = [*map(installed_package, PACKAGES), *map(installed_tool, TOOLS)]
    healthy = all(row["found"] or row["optional"] for row in rows)
    if output is Format.JSON:
        show(as_json({"schema_version": 1, "healthy": healthy, "items": rows}), quiet)
    else:
        lines = [
            f"{'ok     ' if row['found'] else 'missing'} {row['name']:12} "
            f"{row['found'] or row['install']}  ({row['use']})"
            for row in rows
        ]
        show("\n".join([f"Python {sys.version.split()[0]}, {sys.executable}", *lines]), quiet)
    raise typer.Exit(PASS if healthy else MISSING)


# (distribution, what to install where it is optional, what it is for), and (program, how to install
# it, what it is for).
PACKAGES = (
    ("skidl", "", "writes netlists"),
    ("kinparse", "", "second netlist reader"),
    ("networkx", "", "graphs"),
    ("numpy", "", "numbers"),
    ("scipy", "", "reference solver"),
    ("numba", "", "compiled simulation"),
    ("pydantic", "", "reads designs and parts"),
    ("matplotlib", "", "plots"),
    ("distributed", "", "campaigns on all cores"),
    ("klayout", "twinboard[golden]", "optional: a comparer of netlists, `faults --golden`"),
    ("gerbonara", "twinboard[fab]", "optional: reads Gerber files back, `fab`"),
)
TOOLS = (
    (
        "kicad-cli",
        "apt-get install -t bookworm-backports kicad",
        "optional: judges boards, `board`, and plots them, `fab`; not needed to write them",
    ),
    ("ngspice", "apt-get install ngspice", "optional: a second simulator, `spice`"),
)


def installed_package(package: tuple[str, str, str]) -> dict[str, Any]:
    """One row of `doctor`: a Python distribution and its version."""
    from importlib.metadata import PackageNotFoundError, version

    name, extra, use = package
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    return {
        "name": name,
        "found": found,
        "optional": bool(extra),
        "install": f"pip install '{extra}'" if extra else f"pip install {name}",
        "use": use,
    }


def installed_tool(tool: tuple[str, str, str]) -> dict[str, Any]:
    """One row of `doctor`: a program and where it is."""
    name, install, use = tool
    found = shutil.which(name) or ""
    return {"name": name, "found": found, "optional": True, "install": install, "use": use}

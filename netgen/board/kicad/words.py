"""How KiCad's files write numbers, texts and identities."""

import uuid

from netgen.circuit import Component
from parts.footprint import MM, Point

# SKiDL's namespace for time stamps: with it, the board's components are those of the netlist file,
# so that KiCad can bring the one up to date from the other.
_NETLIST = uuid.UUID("7026fcc6-e1a0-409e-aaf4-6a17ea82654f")
_BOARD = uuid.uuid5(_NETLIST, "twinboard board")


def mm(value: int) -> str:
    """Nanometres as millimetres, exactly: ``-1270000`` is ``-1.27``."""
    whole, rest = divmod(abs(value), MM)
    sign = "-" if value < 0 else ""
    digits = f"{rest:06d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def xy(point: Point) -> str:
    """A point: two numbers."""
    return f"{mm(point[0])} {mm(point[1])}"


def quoted(text: str) -> str:
    """A text in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def identity(*names: object) -> str:
    """The UUID of a thing on the board, a function of these names alone."""
    return str(uuid.uuid5(_BOARD, "\0".join(str(name) for name in names)))


def netlist_path(component: Component) -> str:
    """The path of a component's time stamps, as the netlist file has it."""
    return stamp_path(component.cell, component.path)


def stamp_path(cell: str, path: str) -> str:
    """See `netlist_path`: of the cell ``edge/4-7`` and the path ``edge/4-7/xor``."""
    sheets = cell.split("/")
    stamps = [uuid.uuid5(_NETLIST, sheet) for sheet in sheets]
    stamps.append(uuid.uuid5(_NETLIST, ".".join(("", *sheets, path))))
    return "".join(f"/{stamp}" for stamp in stamps)

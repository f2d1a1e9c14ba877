"""Fab profiles: what each fab asks for at least, and what our boards are drawn with.

The figures are the fabs' published ones for 1 oz of outer copper. They drift, so each profile
carries the month they were read and is printed in what `board` says.
"""

from collections.abc import Mapping

from netgen.board.record import FabRules
from netgen.errors import BuildError
from parts.footprint import MM, Rect

_READ = "2026-11"


def _nm(millimetres: float) -> int:
    return round(millimetres * MM)


def _profile(
    name: str, source: str, *, track: float, space: float, drill: float, via: float,
    annular: float, edge: float, silk_line: float, silk_height: float,
    largest: tuple[float, float], largest_source: str,
) -> FabRules:  # fmt: skip
    """A profile from a fab's figures in mm; what is drawn is the same for every fab.

    Drawn are figures that all three make and that KiCad takes for granted where a board comes
    without its project: 0.2 mm tracks and gaps, vias of 0.6 mm with holes of 0.3 mm, 0.5 mm to the
    edge. Narrower ones would buy little, since the parts and not the tracks set a tile's size.
    """
    return FabRules(
        name=name,
        date=_READ,
        source=source,
        track_min=_nm(track),
        space_min=_nm(space),
        drill_min=_nm(drill),
        via_min=_nm(via),
        annular_min=_nm(annular),
        edge=max(_nm(edge), _nm(0.5)),
        hole_to_hole=_nm(0.5),
        hole_space=_nm(0.25),
        silk_line=_nm(silk_line),
        silk_height=_nm(silk_height),
        track=_nm(0.2),
        space=_nm(0.2),
        via=_nm(0.6),
        drill=_nm(0.3),
        rail=_nm(0.5),
        feed=_nm(1.5),
        largest=(_nm(largest[0]), _nm(largest[1])),
        largest_source=largest_source,
    )


PROFILES: Mapping[str, FabRules] = {
    profile.name: profile
    for profile in (
        _profile(
            "jlcpcb", "JLCPCB, PCB manufacturing capabilities, 2 and 4 layers, 1 oz",
            track=0.127, space=0.127, drill=0.3, via=0.6, annular=0.15, edge=0.3,
            silk_line=0.15, silk_height=1.0, largest=(500, 400),
            largest_source="jlcpcb.com/capabilities, max. dimension, read 2026-11",
        ),
        _profile(
            "pcbway", "PCBWay, PCB capabilities, standard FR-4, 1 oz",
            track=0.127, space=0.127, drill=0.2, via=0.4, annular=0.15, edge=0.25,
            silk_line=0.15, silk_height=0.8, largest=(1100, 500),
            largest_source="PCBWay, PCB capabilities, quick-turn, maximum size, read 2026-11",
        ),
        _profile(
            "oshpark", "OSH Park, design rules of the 2 and 4 layer services",
            track=0.1524, space=0.1524, drill=0.254, via=0.508, annular=0.127, edge=0.381,
            silk_line=0.127, silk_height=0.762, largest=(558.8, 406.4),
            largest_source="16 x 22 inches, on no page that could be read in 2026-11: ask OSH Park",
        ),
    )
}  # fmt: skip


def fab_rules(name: str) -> FabRules:
    """The profile of a fab.

    Raises:
        BuildError: there is none of this name.
    """
    found = PROFILES.get(name)
    if found is None:
        raise BuildError(f"board.fab: no profile {name!r}; there are {', '.join(PROFILES)}")
    return found


def fits(outline: Rect, rules: FabRules) -> bool:
    """Whether the fab makes a board of this outline, lying or upright."""
    sides = sorted((outline.width, outline.height), reverse=True)
    return all(side <= most for side, most in zip(sides, rules.largest, strict=True))

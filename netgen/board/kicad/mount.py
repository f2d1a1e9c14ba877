"""A screw's hole as KiCad writes it into the board file: a footprint that no netlist knows."""

from netgen.board.kicad.words import identity, mm, xy
from netgen.board.record import Mount

_LINE = 50_000
_HEIGHT = 800_000


def mount_text(mount: Mount, number: int) -> str:
    """The footprint's element; holes are called `H1`, `H2` and so on."""
    name, radius = f"H{number}", mount.head // 2
    size = mm(_HEIGHT)
    font = f"(effects (font (size {size} {size}) (thickness {mm(_HEIGHT * 15 // 100)})))"
    place = '(at 0 0 0) (layer "F.Fab") (hide yes)'
    properties = [
        f'\t\t(property "{key}" "{text}" {place} (uuid "{identity(name, key)}") {font})'
        for key, text in (("Reference", name), ("Value", "M3"))
    ]
    circles = [
        f"\t\t(fp_circle (center 0 0) (end {mm(radius)} 0) (stroke (width {mm(_LINE)}) "
        f'(type solid)) (fill none) (layer "{layer}") (uuid "{identity(name, layer)}"))'
        for layer in ("F.CrtYd", "B.CrtYd", "Cmts.User")
    ]
    drill = mm(mount.drill)
    return "\n".join([
        f'\t(footprint "MountingHole_{drill}mm_M3"',
        '\t\t(layer "F.Cu")',
        f'\t\t(uuid "{identity(name)}")',
        f"\t\t(at {xy(mount.at)})",
        *properties,
        "\t\t(attr board_only exclude_from_pos_files exclude_from_bom)",
        *circles,
        f'\t\t(pad "" np_thru_hole circle (at 0 0) (size {drill} {drill}) (drill {drill}) '
        f'(layers "*.Cu" "*.Mask") (uuid "{identity(name, "pad")}"))',
        "\t)",
    ])  # fmt: skip

"""By how much JLCPCB's zero angle of a package differs from KiCad's.

KiCad draws a package as IPC-7351 has it, pin 1 at the top left. JLCPCB takes the angle that it has
on its tape, and its own library decides which that is. The angles below are those that open tools
for JLCPCB agree on (see `source` of each row); they are no promise of JLCPCB, so the report lists
them, and its placement preview has the last word. PCBWay and others take KiCad's angles.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

AGREED = "JLCKicadTools, Fabrication Toolkit, KiBot"
_EVEN = "two equal ends"
_DIODE = "cathode on pin 1 on both sides: KiBot"
_UNLISTED = "in no list: look at the preview"


@dataclass(frozen=True, slots=True)
class Correction:
    """A row of the table.

    Attributes:
        pattern: of the footprint's name; the first row that matches counts.
        degrees: added to KiCad's angle, counter-clockwise.
        source: who says so.
    """

    pattern: str
    degrees: int
    source: str

    def fits(self, footprint: str) -> bool:
        """Whether the row is for this footprint."""
        return re.match(self.pattern, footprint) is not None


JLCPCB = (
    Correction(r"SOT-23", 180, AGREED + "; a change of JLCKicadTools in 2024 has 270"),
    Correction(r"(SOIC|TSSOP|SOP|SSOP)-", 270, AGREED),
    Correction(r"R_Array_Conv", 90, AGREED),
    Correction(r"CP_Elec_", 180, "Fabrication Toolkit, KiBot; JLCKicadTools for some sizes"),
    Correction(r"(R|C|L|Fuse)_[0-9]", 0, _EVEN),
    Correction(r"(D_SM[ABC]|LED_0)", 0, _DIODE),
    Correction(r"(DIP-|CP_Radial|C_Disc|R_Axial|D_DO-|LED_D|Fuse_Bourns)", 0, _UNLISTED),
    Correction(r"(PinHeader_|IDC-Header_|TerminalBlock_)", 0, _UNLISTED),
)


def correction(footprint: str) -> Correction | None:
    """The row for a footprint; None where the table has none."""
    return next((row for row in JLCPCB if row.fits(footprint)), None)


def corrections(footprints: Iterable[str]) -> tuple[tuple[str, Correction | None], ...]:
    """The row of each of these footprints, sorted by name."""
    return tuple((name, correction(name)) for name in sorted(set(footprints)))

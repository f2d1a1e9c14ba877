"""What each fab wants its files to look like."""

from collections.abc import Mapping
from dataclasses import dataclass

from netgen.board.record import FabRules
from netgen.board.rules import fab_rules

_LAYERS: tuple[tuple[str, str], ...] = (
    ("F.Paste", "gtp"), ("F.Silkscreen", "gto"), ("F.Mask", "gts"),
    ("B.Mask", "gbs"), ("B.Silkscreen", "gbo"), ("B.Paste", "gbp"),
    ("Edge.Cuts", "gm1"),
)  # fmt: skip
_KINDS: Mapping[str, str] = {
    "F.Cu": "top copper", "B.Cu": "bottom copper",
    "F.Mask": "top mask", "B.Mask": "bottom mask",
    "F.Silkscreen": "top silk", "B.Silkscreen": "bottom silk",
    "F.Paste": "top paste", "B.Paste": "bottom paste",
    "Edge.Cuts": "mechanical outline",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FabProfile:
    """How a fab takes its files.

    Attributes:
        rules: what it can make.
        merged_drill: one drill file for plated and other holes.
        paste: whether solder paste layers are sent.
        assembles: whether it places parts.
    """

    rules: FabRules
    merged_drill: bool
    paste: bool
    assembles: bool

    @property
    def name(self) -> str:
        """Of the profile, as the design file has it."""
        return self.rules.name

    def layers(self, copper: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """(KiCad's layer, ending of its file) of every Gerber that is sent."""
        inner = len(copper) - 1
        found = [("F.Cu", "gtl"), *((copper[k], f"g{k}") for k in range(1, inner)), ("B.Cu", "gbl")]
        found += [item for item in _LAYERS if self.paste or not item[0].endswith("Paste")]
        return tuple(found)


def fab_profile(name: str) -> FabProfile:
    """The profile of a fab.

    Raises:
        BuildError: there is none of this name.
    """
    rules = fab_rules(name)
    oshpark = name == "oshpark"
    return FabProfile(rules, merged_drill=oshpark, paste=not oshpark, assembles=not oshpark)


def reader_kind(layer: str) -> str:
    """What the Gerber reader should take a layer's file for."""
    return _KINDS.get(layer) or f"inner_{layer.removeprefix('In').removesuffix('.Cu')} copper"


def file_name(board: str, layer: str, ending: str) -> str:
    """Name of a layer's Gerber file."""
    return f"{board}-{layer.replace('.', '_')}.{ending}"

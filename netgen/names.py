"""Names on the board: cell paths, their codes in reference designators, and nets.

A name is a function of the node, edge or channel alone, so that it stays when another edge is
inserted, and a placement or a note that uses it stays valid.
"""

from dataclasses import dataclass

from designs.network import Edge, edge_name

TWINS = ("FREE", "CLAMPED")


def code(letters: str, *names: str) -> str:
    """The code of a cell in reference designators: ``E4_7``, ``N4``, ``SRC_N8``.

    Names are joined by one underscore, or by two where a name has one itself, so that edges
    1_2 to 3 and 1 to 2_3 stay apart. ``-`` is written as an underscore: assembly houses read it
    as a range of designators.
    """
    separator = "__" if len(names) > 1 and any("_" in name for name in names) else "_"
    return (letters + separator.join(names)).replace("-", "_")


def edge_cell(edge: Edge) -> str:
    """Path of an edge's cell: ``edge/4-7``."""
    return f"edge/{edge_name(edge)}"


def bank_cell(number: int) -> str:
    """Path of the cell that feeds the clocks to the edges of one bank, counted from 1."""
    return f"control/bank{number}"


def volts(value: float) -> str:
    """A rail's name: ``+5V``, ``+3V3``."""
    text = f"{value:g}"
    return f"+{text}V" if "." not in text else "+" + text.replace(".", "V")


@dataclass(frozen=True, slots=True)
class Nets:
    """Names of the nets that cells share.

    Attributes:
        logic: the main rail.
        comparator: the comparators' rail; the main one where they need none of their own.
        ground: ground.
    """

    logic: str
    comparator: str
    ground: str

    @staticmethod
    def node(name: str, twin: str) -> str:
        """The net of a node in one network: ``N4_FREE``."""
        return f"N{name}_{twin}"

    def buffered(self, name: str, twin: str) -> str:
        """The follower's copy of a node's net: ``N4_FREE_BUF``."""
        return f"{self.node(name, twin)}_BUF"

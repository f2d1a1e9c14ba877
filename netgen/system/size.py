"""How many boards a network needs, from the size of its tiles and the largest board of the fab."""

from designs import Design
from parts.catalogue import Catalogue


def count_boards(design: Design, catalogue: Catalogue) -> int:
    """The boards that a design asks for."""
    if design.board.boards != "auto":
        return design.board.boards
    raise NotImplementedError

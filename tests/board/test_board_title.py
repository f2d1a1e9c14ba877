"""The board's name stands where nothing else does, and not at all where there is no room."""

from netgen.board.lettering import text_area
from netgen.board.record import LAYERS, Board, Placed, SilkText
from netgen.board.rules import fab_rules
from netgen.board.title import title_of
from parts.footprint import MM, Rect
from parts.footprint_file import load_footprints


def board(parts: int, texts: tuple[SilkText, ...] = ()) -> Board:
    """Capacitors in a row from the left, 9.4 mm wide each, on a board of 40 mm."""
    shape = load_footprints()["Capacitor_SMD:CP_Elec_6.3x5.8"]
    placed = tuple(
        Placed(f"C{k}", f"a/c{k}", shape, (MM * (52 + 94 * k) // 10, MM * 45 // 10), 0, (), "", "")
        for k in range(parts)
    )
    return Board("name", "", Rect(0, 0, 40 * MM, 9 * MM), LAYERS[2], fab_rules("jlcpcb"), placed,
                 texts=texts)  # fmt: skip


def area_of(text: SilkText) -> Rect:
    """What a text covers."""
    return text_area(text.text, text.at, text.height, text.rotation % 180 != 0)


def test_the_name_is_large_where_there_is_room() -> None:
    (title,) = title_of(board(1))
    assert title.text == "name"
    assert title.height == 2.5 * MM


def test_the_name_keeps_off_parts_texts_and_edges() -> None:
    other = SilkText("x" * 12, (30 * MM, 7 * MM), 2 * MM)
    made = board(1, (other,))
    (title,) = title_of(made)
    area = area_of(title)
    assert made.outline.grown(-MM // 2).holds(area)
    assert not area.overlaps(area_of(other))
    assert not any(area.overlaps(item.courtyard) for item in made.placed)


def test_without_room_there_is_no_name() -> None:
    assert title_of(board(4)) == ()

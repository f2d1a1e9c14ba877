"""Texts take the room that the board keeps for them, whatever their letters."""

from pathlib import Path

from board_layouts import drc, elaborated, needs_kicad

from designs import load_design
from netgen.board.lettering import text_area, text_width
from netgen.board.make import make_board
from netgen.board.write import plan_files
from parts.footprint import MM

DESIGN = """
schema = 1
name = "gypjq-Wm-m"
[network]
edges = [["WMQ", "gpq"], ["gpq", "mmm+m"]]
[[task]]
name = "t"
kind = "allostery"
sources = { "WMQ" = 3.0, "mmm+m" = 0.0 }
targets = { "gpq" = 1.0 }
bound = { rms_v = 0.05 }
"""


@needs_kicad
def test_wide_and_deep_letters_keep_off_everything(tmp_path: Path) -> None:
    path = tmp_path / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    made = make_board(elaborated(load_design(path)), 1e-3, lambda *_: None)
    for name, content in plan_files(made).files.items():
        (tmp_path / name).write_bytes(content)
    found = drc(tmp_path / f"{made.board.name}.kicad_pcb")["violations"]
    assert [item for item in found if item["type"].startswith("silk")] == []
    assert "gpq" in {text.text for text in made.board.texts}


def test_letters_differ_in_width_and_in_depth() -> None:
    assert text_width("iii", MM) < text_width("nnn", MM) < text_width("mmm", MM)
    assert text_width("\u0398", MM) == text_width("m", MM)
    assert text_area("nn", (0, 0), MM, False).height < text_area("gg", (0, 0), MM, False).height
    assert text_area("Theta", (0, 0), MM, True).height == text_width("Theta", MM)

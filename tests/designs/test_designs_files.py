"""What cannot be read as a design at all: one clear message, never a traceback."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_design import SMALL

from designs import Design, DesignError, load_design
from designs.load import design_from_text, ready_designs

READY = (
    "dillavou16, dillavou16_throughhole, disordered100, iris16, lattice4x4, regression16, "
    "two_boards, two_edge"
)


def message(spec: str | Path) -> str:
    with pytest.raises(DesignError) as caught:
        load_design(spec)
    return str(caught.value)


def test_ready_names_are_those_of_the_issue() -> None:
    assert ", ".join(ready_designs()) == READY


def test_unknown_ready_name_gets_the_nearest() -> None:
    assert message("dilavou16") == (
        "'dilavou16' is no ready design, folder or file (did you mean 'dillavou16'?); "
        f"the ready designs are {READY}"
    )


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert message(path) == (
        f"{str(path)!r}: no such design file or folder; the ready designs are {READY}"
    )


def test_folder_without_a_design(tmp_path: Path) -> None:
    assert message(tmp_path) == (
        f"{tmp_path}: this folder holds no design.toml; name a folder that does, a design file, "
        f"or a ready design: {READY}"
    )


def test_folder_and_file_are_the_same_design(tmp_path: Path, small: str) -> None:
    path = tmp_path / "design.toml"
    path.write_text(small, encoding="utf-8")
    assert load_design(tmp_path) == load_design(path) == load_design(str(path))


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path, small: str) -> None:
    path = tmp_path / "design.toml"
    path.write_bytes(b"\xef\xbb\xbf" + small.encode())
    assert load_design(path).name == "small"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"name\0",
            "not a text file (byte 4 is zero); a design file is plain text in UTF-8",
        ),
        (
            b"schema = 1\nname = '\xe9'\n",
            "byte 19 (0xe9) is not UTF-8; a design file is plain text: save it as UTF-8",
        ),
        (b"#" * 1_000_001, "over 1 MB, the most that a design file may have"),
        (
            b"a = " + b"[" * 100_000,
            "lists or tables are nested too deeply; a design needs four levels",
        ),
        (
            b"a = " + b"{a = " * 100_000,
            "lists or tables are nested too deeply; a design needs four levels",
        ),
        (b"\na" + b".a" * 33 + b" = 1", "a key may have at most 32 dots"),
        (b"(" * 900_000, "not valid TOML: Invalid statement (at line 1, column 1)"),
        (b"a = 1\na = 2\n", "not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
    ],
    ids=["binary", "latin-1", "large", "lists", "tables", "dots", "parentheses", "twice"],
)
def test_unusable_contents(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "design.toml"
    path.write_bytes(content)
    start, _, rest = message(path).partition(": ")
    assert rest == expected
    assert start in (str(path), f"{path}, line 2")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_a_device_is_not_read() -> None:
    assert message("/dev/zero") == (
        "/dev/zero: the design file cannot be read: it is not a regular file"
    )


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert message(pipe) == f"{pipe}: the design file cannot be read: it is not a regular file"


@pytest.mark.parametrize("spec", ["a\0b", "x" * 5000, "", "~nobody", "/proc/self/mem"])
def test_odd_specs_are_refused(spec: str) -> None:
    assert message(spec)


def test_dots_in_a_comment_are_no_key(loaded: Callable[[str], Design], small: str) -> None:
    assert loaded("# " + "etc." * 50 + "\n" + small).name == "small"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_design_is_read_or_refused(data: st.DataObject) -> None:
    """Deleting, repeating or inserting text anywhere never ends in another error."""
    start = data.draw(st.integers(0, len(SMALL)))
    length = data.draw(st.integers(0, 40))
    put = data.draw(st.one_of(st.just(""), st.text(max_size=8), st.sampled_from(_PIECES)))
    text = SMALL[:start] + put + SMALL[start + length :]
    try:
        design_from_text(text, Path("my.toml"))
    except DesignError as error:
        assert str(error).startswith("my.toml")


_PIECES = [
    *("[", "]", "{", "}", '"', "=", "\n", "true", "1e999", "-1", "[[task]]\n", "[network]\n"),
    *("1979-05-27", "0x" + "f" * 300, "'''", "nan", "{}", "[]", "[[1, 2], [2, 3]]", "kind = 3\n"),
]

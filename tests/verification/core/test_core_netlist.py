"""The netlist readers: dialects read, wrong circuits kept, broken files refused in one sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from core_netlists import twin_sheet

from verification.errors import NetlistError, UsageError
from verification.reading import sexpr
from verification.reading.netlist import Netlist, PinRef
from verification.reading.netlist_text import parse_netlist
from verification.reading.readers import read_netlist

KICAD_6 = """(export (version "E")
  (design (source "a.kicad_sch") (date "x") (tool "Eeschema 6.0.11")
    (sheet (number "1") (name "/") (tstamps "/") (title_block (title) (company) (rev) (date)
      (source "a.kicad_sch") (comment (number "1") (value "")))))
  (components
    (comp (ref "R1") (value "10k") (footprint "R:0603")
      (fields (field (name "MPN") "RT0603BRD0710KL") (field (name "Empty")))
      (libsource (lib "Device") (part "R") (description "a \\"quoted\\" \\\\ text"))
      (property (name "Sheetname") (value "Root"))
      (property (name "MPN") (value "loses against the field"))
      (sheetpath (names "/sub/") (tstamps "/1/"))
      (tstamps "aa" )))
  (libparts (libpart (lib "Device") (part "R") (fields (field (name "Value") "R"))
    (pins (pin (num "1") (name "~") (type "passive")))))
  (libraries (library (logical "Device") (uri "/x")))
  (nets
    (net (code "1") (name "/sub/A") (node (ref "R1") (pin "1") (pintype "passive")))
    (net (code "2") (name "Net (R1-Pad2)") (node (ref "R1") (pin "2") (pinfunction "LATCH")
      (pintype "passive")))))
"""
KICAD_9 = """(export
	(version "E")
	(design (source "a") (textvars (textvar (name "X") "y")))
	(components
		(comp (ref "U1") (value "LM339") (footprint "F")
			(fields (field (name "MPN") "LM339AN"))
			(property (name "ki_fp_filters") (value "x"))
			(sheetpath (names "/") (tstamps "/"))
			(component_classes (class "fast") (class "slow"))
			(tstamps "one" "two")
			(units (unit (name "A") (pins (pin (num "1")) (pin (num "2")))))))
	(groups (group (name "g") (members (member (uuid "1")))))
	(nets (net (code "1") (name "N") (class "Default")
		(node (ref "U1") (pin "1") (pinfunction "OUT") (pintype "output+no_connect")))))
"""
UNQUOTED = """(export (version D)
  (components
    (comp (ref R1) (value 10k) (footprint R:0603) (fields (field (name MPN) X)) (tstamp 1)))
  (nets (net (code 1) (name GND) (node (ref R1) (pin 1)))))
"""


def refused(text: str) -> str:
    with pytest.raises(NetlistError) as refusal:
        parse_netlist(text, "a.net")
    return str(refusal.value)


def test_the_dialects_of_kicad_6_and_9_and_unquoted_words_are_read() -> None:
    six, nine, bare = (parse_netlist(text) for text in (KICAD_6, KICAD_9, UNQUOTED))
    (resistor,) = six.components
    assert resistor.fields == (("MPN", "RT0603BRD0710KL"), ("Empty", ""), ("Sheetname", "Root"))
    assert (resistor.sheetpath, resistor.tstamp, resistor.line) == ("/sub/", "aa", 6)
    assert resistor.field("mpn") == "RT0603BRD0710KL"
    assert resistor.field("none", "default") == "default"
    assert [net.name for net in six.nets] == ["/sub/A", "Net (R1-Pad2)"]
    assert six.nets[1].functions[0] == "LATCH"
    assert nine.components[0].tstamp == "one two"
    assert nine.nets[0].pins == (PinRef("U1", "1"),)
    assert bare.nets[0].pins == (PinRef("R1", "1"),)
    assert bare.components[0].tstamp == "1"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # kinparse calls pyparsing's old names
def test_kinparse_reads_the_same_netlist(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    for text in (KICAD_6, twin_sheet([(1, 2)], [1], [2]).text()):
        path.write_text(text)
        assert read_netlist(path, "kinparse") == read_netlist(path) == parse_netlist(text)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # as above
def test_kinparse_refuses_what_it_cannot_read_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    path.write_text(KICAD_9)
    with pytest.raises(NetlistError) as refusal:
        read_netlist(path, "kinparse")
    assert str(refusal.value) == (
        f"{path}, line 2: kinparse cannot read this file (Missing one or more required elements);"
        " use the own reader"
    )
    with pytest.raises(UsageError) as wrong:
        read_netlist(path, "other")  # type: ignore[arg-type]
    assert str(wrong.value) == 'no netlist reader is called "other"; allowed: own, kinparse'


def test_wrong_circuits_are_still_netlists_and_the_index_shows_what_is_double() -> None:
    text = """(export (version "E") (components
      (comp (ref "R1") (value "1")) (comp (ref "R1") (value "2")))
      (nets (net (code 1) (name "A") (node (ref "R1") (pin "1")))
            (net (code 2) (name "A") (node (ref "R1") (pin "1")) (node (ref "R2") (pin "1")))
            (net (code 3) (name "B"))))"""
    index = parse_netlist(text).index()
    assert [component.value for component in index.components["R1"]] == ["1", "2"]
    assert index.component("R1") is index.components["R1"][0]
    assert index.component("X") is None
    assert index.pin_nets[PinRef("R1", "1")] == (0, 1)
    assert len(index.nets["A"]) == 2
    assert index.pins["R1"] == (PinRef("R1", "1"),)
    found = index.net_of("R2", "1")
    assert found is not None
    assert found.line == 4
    assert index.net_of("R2", "7") is None


def test_where_a_netlist_was_read_from_does_not_make_it_another() -> None:
    assert parse_netlist(UNQUOTED, "a") == parse_netlist("\n" + UNQUOTED, "b")
    assert isinstance(hash(parse_netlist(UNQUOTED)), int)
    assert parse_netlist(UNQUOTED) != Netlist((), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abc", "line 1: 'abc' outside of '(export ...)': not a KiCad netlist"),
        ("   \n", "line 2: no '(export ...)': not a KiCad netlist"),
        ("(kicad_pcb (x))", "line 1: a KiCad netlist starts with '(export', this file with"
         " '(kicad_pcb'"),
        ("(export (components))", None),
        (UNQUOTED + "\n)", "line 6: a ')' that closes nothing"),
        (UNQUOTED + "(export)", "line 5: a second list after the end of '(export ...)'"),
        ("(export\n((a)))", "line 2: a list without a name: '(' directly after '('"),
        ("(export\n(nets ()))", "line 2: an empty list '()'"),
        ("(export\n(nets (net (()))))", "line 2: a list without a name: '(' directly after '('"),
        ("(export\n(libs ()))", "line 2: an empty list '()'"),
        ('(export (nets (net (name "x', "line 1: a quoted text that never ends: the file is"
         " truncated"),
        ("(export (nets\n(net (name x", "line 2: the file ends inside '(nets' with 4 lists still"
         " open: it is truncated, export it again"),
        ("(export", "line 1: the file ends with 1 list still open: it is truncated, export it"
         " again"),
        ("(export (nets\n(foo (a))))", "line 2: '(foo' where section '(nets' has '(net' only"),
        ("(export (components\n(comp (value 1))))", "line 2: a component without a '(ref ...)'"),
        ("(export (nets (net\n(code 1))))", "line 1: a net without a '(name ...)'"),
        ("(export (nets (net (name A)\n(node (ref R1)))))", 'line 1: net "A" has a node without a'
         ' "ref" or a "pin"'),
    ],
)  # fmt: skip
def test_each_break_is_one_sentence_with_its_line(text: str, message: str | None) -> None:
    expected = (
        "a.net: no '(nets ...)' section; this is not a complete KiCad netlist: export it again"
        if message is None
        else f"a.net, {message}"
    )
    assert refused(text) == expected


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_file_cut_anywhere_is_refused(cut: int) -> None:
    assert refused(KICAD_6.rstrip()[: -cut * 37]).startswith("a.net")


def test_files_that_are_no_text_are_refused_by_path(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    cases = (
        (None, "no such file"),
        (b"", "the file is empty; export the netlist again"),
        (b" \n", "the file is empty; export the netlist again"),
        (b"(export\0)", "binary data, not a KiCad netlist, which is text"),
    )
    for data, reason in cases:
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(NetlistError) as refusal:
            read_netlist(path)
        assert str(refusal.value) == f"{path}: {reason}"
    path.write_bytes("(export\n(é))".encode("latin-1"))
    with pytest.raises(NetlistError) as refusal:
        read_netlist(path)
    assert str(refusal.value) == (
        f"{path}, line 2: byte 0xe9 is not UTF-8 text; a KiCad netlist is UTF-8: export it again"
    )
    with pytest.raises(NetlistError) as refusal:
        read_netlist(tmp_path)
    assert str(refusal.value) == f"{tmp_path}: this is a folder; give the netlist file inside it"


def test_a_file_over_the_size_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sexpr, "MAX_BYTES", 3_000_000)
    path = tmp_path / "a.net"
    path.write_bytes(b"(" * 4_000_000)
    with pytest.raises(NetlistError) as refusal:
        read_netlist(path)
    assert str(refusal.value) == f"{path}: 4 MB; a netlist of at most 3 MB is read"


@pytest.mark.parametrize("pattern", ["(", ")", "()", "(a)", '"', "(a ", '"\\', "a "])
@pytest.mark.parametrize("frame", ["", "(export (nets (net ", "(export (libparts "])
def test_fifty_megabytes_of_one_pattern_are_refused_at_once(pattern: str, frame: str) -> None:
    text = frame + pattern * (50_000_000 // len(pattern))
    begun = time.process_time()
    assert refused(text).startswith("a.net")
    assert time.process_time() - begun < 5


def test_limits_on_depth_and_on_the_lists_of_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "(export (nets (net " + "(a " * 98
    message = "a.net, line 1: lists nested over 100 deep; KiCad's netlists nest under 10 deep"
    assert refused(deep) == message
    assert refused("(export (libparts " + "(a " * 99) == message
    monkeypatch.setattr(sexpr, "MAX_LISTS_PER_ENTRY", 10)
    wide = "(export (nets\n(net " + "(a)" * 10 + ")))"
    assert refused(wide) == "a.net, line 2: one entry holds over 10 lists"
    monkeypatch.setattr(sexpr, "MAX_WORDS", 5)
    for frame in ("(export (nets (net\n", "(export (libparts (a)\n"):
        assert refused(frame + "a " * 10) == "a.net, line 2: one list holds over 5 words"

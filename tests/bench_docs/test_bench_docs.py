"""Bench documents: every pin, every cable the right way round, every number from its source."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from designs import load_design
from netgen.bench_docs.facts import Facts
from netgen.bench_docs.guide import bench_documents, guide
from netgen.bench_docs.html import html_page
from netgen.bench_docs.markdown import markdown
from netgen.bench_docs.record import (
    Heading,
    Level,
    Listing,
    Moment,
    Paragraph,
    Places,
    Steps,
    Table,
    Voltages,
)
from netgen.bench_docs.words import probe, seconds, span, volts
from netgen.elaborate import Elaboration, elaborate
from netgen.interface import interface_json
from netgen.names import Nets
from parts.catalogue import load_catalogue

CATALOGUE = load_catalogue()
DESIGNS = ("two_edge", "dillavou16", "dillavou16_throughhole")


@cache
def made(name: str) -> Elaboration:
    return elaborate(load_design(name), CATALOGUE)


def voltages(design: Elaboration) -> Voltages:
    """Unlike anything that a circuit would give, so that each can be found again."""
    nodes = design.network.nodes
    levels = tuple(
        Level(f"node {node} {twin}", 0.111 * (k + 1) + 0.5 * (twin == "CLAMPED"), 0.1, 0.9)
        for k, node in enumerate(nodes)
        for twin in ("FREE", "CLAMPED")
    )
    names = [item.function for c in design.circuit.components for item in c.functions]
    idle = tuple(Level(name, 0.0, 0.0, 0.0321) for name in dict.fromkeys(names))
    supplies = dict.fromkeys(("V_SUPPLY", "V_COMPARATOR"), 0.0777)
    tasks = json.loads(interface_json(design))["tasks"]
    moments = [Moment(tasks[0]["task"], {}, idle, supplies)]
    for task in tasks:
        pins = {
            patch["channel"] + (".DESIRED" if patch["channel"].startswith("TGT") else ""): 1.5 + k
            for k, patch in enumerate(task["patches"])
        }
        moments.append(Moment(task["task"], pins, (*idle, *levels), supplies))
    return Voltages(tuple(moments), 40)


@cache
def text(name: str) -> str:
    design = made(name)
    return bench_documents(design, voltages(design), None)[f"{name}-bring-up.md"]


def rows(part: str, header: str) -> list[list[str]]:
    """The rows of the first table under a header line."""
    lines = part.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith(header))
    found: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


@pytest.mark.parametrize("name", DESIGNS)
def test_every_pin_of_every_connector_is_told(name: str) -> None:
    """With its function, in the order of the pins."""
    told = [(row[2], row[3].strip("`")) for row in rows(text(name), "| Connector |")]
    wanted = [
        (item.number, item.function)
        for component in made(name).circuit.components
        if component.part.kind == "connector"
        for item in component.functions
    ]
    assert told == wanted
    points = [row[2].strip("`") for row in rows(text(name), "| Test point |")]
    assert len(points) == sum(c.part.kind == "testpoint" for c in made(name).circuit.components)


def test_cables_join_free_with_free_and_clamped_with_clamped() -> None:
    """Pin by pin against the circuit: a crossed pair would nudge the free network."""
    design = made("dillavou16")
    functions = {
        f"`{c.refdes}` pin {item.number}": item.function
        for c in design.circuit.components
        for item in c.functions
    }
    count = 0
    for part in text("dillavou16").split("### Task ")[1:]:
        for channel, node, free, clamped, *_ in rows(part, "| Channel |"):
            for twin, wire in (("FREE", free), ("CLAMPED", clamped)):
                start, end = wire.split(" to ")
                assert functions[start] == f"{channel.strip('`')}.{twin}"
                assert functions[end] == f"N{node.strip('`')}.{twin}"
                count += 1
    assert count == 2 * sum(
        len(task["patches"]) for task in json.loads(interface_json(design))["tasks"]
    )


def test_targets_cross_and_sources_do_not() -> None:
    """What the text warns of is so in the circuit."""
    assert "**pin 2 of a target's**" in text("dillavou16")
    for component in made("dillavou16").circuit.components:
        order = [item.function.partition(".")[2] for item in component.functions]
        if component.slot == "port":
            target = component.cell.startswith("target/")
            assert order == (["CLAMPED", "FREE", ""] if target else ["FREE", "CLAMPED"])


def test_idle_targets_get_a_shunt() -> None:
    """On FREE and GND of the channel's header."""
    part = text("dillavou16").split("### Task ii ")[1].split("### Task ")[0]
    assert "`TGT4` is not used: put a shunt on `JTGT4_10`, pins 2 and 3 (FREE to GND)" in part
    assert "`TGT1` is not used" not in part


def test_fixed_copper_has_no_cables() -> None:
    """Nothing to plug, and the network is tied from the start."""
    assert "there is nothing to plug" in text("two_edge")
    assert "Plug the cables" not in text("two_edge")
    assert "| Channel |" not in text("two_edge")


@pytest.mark.parametrize("name", DESIGNS)
def test_voltages_are_those_that_were_given(name: str) -> None:
    """Of every node, where a probe reaches its net."""
    design = made(name)
    for number, part in enumerate(text(name).split("### Task ")[1:], start=1):
        moment = voltages(design).moments[number]
        read = {
            row[1]: (row[0], row[2], row[3])
            for row in rows(part, "| At | Signal | Volts | Allowed")
        }
        for node in design.network.nodes:
            for twin in ("FREE", "CLAMPED"):
                level = moment.level(f"node {node} {twin}")
                assert level is not None
                at, volt, allowed = read[f"node `{node}`, {twin}"]
                assert at == probe(design.circuit, Nets.node(node, twin))
                assert (volt, allowed) == (volts(level.volts), "0.095 to 0.905")
        held = {row[1].strip("`"): row[2] for row in rows(part, "| At | Signal | Volts | Node")}
        assert held == {name: volts(value) for name, value in moment.pins.items()}


def test_a_probe_goes_where_it_is_easy() -> None:
    """A header before a jumper, a jumper before a chip; nothing for a net that is not there."""
    circuit = made("dillavou16").circuit
    assert probe(circuit, "N4_FREE") == "`JPORT4_1` pin 1"
    assert probe(circuit, "LATCH") == "`TPCTL_9` pin 1"
    assert probe(made("two_edge").circuit, "N2_FREE").startswith("`JP")
    assert probe(circuit, "N4_FREE_BUF").startswith("`")
    assert probe(circuit, "nothing") == ""


def test_current_limit_is_between_need_and_fuse() -> None:
    """A quarter above the most that is drawn with all lamps on, never above the fuse."""
    row = rows(text("dillavou16"), "| Supply |")[0]
    limit, fuse = (int(cell.removesuffix(" mA")) for cell in row[4:6])
    assert 1.25 * 77.7 < limit <= fuse
    assert limit % 10 == 0


def test_two_rails_are_switched_on_together() -> None:
    """The through-hole boards have a supply of their own for the comparators."""
    assert len(rows(text("dillavou16_throughhole"), "| Supply |")) == 2
    assert "both rails together" in text("dillavou16_throughhole")
    assert "both rails together" not in text("two_edge")


def test_clock_times_are_the_interface_files() -> None:
    """And the picture names the same letters."""
    clock = json.loads(interface_json(made("two_edge")))["clock"]
    told = {row[0]: row[2] for row in rows(text("two_edge"), "|  | Time")}
    assert told["a"] == seconds(clock["latch_pulse_min_s"])
    assert told["b"] == seconds(clock["latch_to_step_min_s"])
    assert told["c"] == seconds(clock["step_pulse_min_s"])
    assert told["d"] == seconds(clock["step_to_latch_min_s"])


def test_the_timing_picture_is_drawn_to_its_edges() -> None:
    """Spans begin and end at the edges that they are between."""
    lines = text("two_edge").split("```text\n")[1].split("\n```")[0].splitlines()
    latch = next(line for line in lines if line.startswith("LATCH"))
    step = next(line for line in lines if line.startswith("STEP"))
    a, b, cd = lines[3], lines[5], lines[7]
    rise, fall, again = latch.index("/"), latch.index("\\"), latch.rindex("/")
    assert [k for k, letter in enumerate(a) if letter == "|"][:2] == [rise, fall]
    assert [k for k, letter in enumerate(b) if letter == "|"] == [rise, step.index("/")]
    assert [k for k, letter in enumerate(cd) if letter == "|"] == [
        step.index("/"), step.index("\\"), again,
    ]  # fmt: skip


def test_the_enable_chain_is_in_its_order() -> None:
    """The first edge of the table is the one that ENABLE_DATA feeds."""
    design = made("dillavou16")
    told = [row[1].strip("`") for row in rows(text("dillavou16"), "| Pulses")]
    assert told == [f"{a}-{b}" for a, b in design.network.edges]
    first = design.circuit.by_path[f"edge/{told[0]}/enable"]
    assert any(pin.net == "control/ENABLE_DATA" for pin in first.pins)


def test_a_slow_host_is_warned() -> None:
    """74LVC at 5 V wants more than 3.3 V."""
    assert "a 3.3 V host are too low" in text("two_edge")


def test_an_adjustable_nudge_is_set(tmp_path: Path) -> None:
    """Down to the stop, then up to the code of the task's eta."""
    path = tmp_path / "design.toml"
    source = load_design("two_edge").source.read_text(encoding="utf-8")
    path.write_text(
        source + '\n[electronics]\nnudge = "adjustable"\neta = 0.25\n', encoding="utf-8"
    )
    design = elaborate(load_design(path), CATALOGUE)
    found = bench_documents(design, voltages(design), None)["two_edge-bring-up.md"]
    part = found.split("## Nudge")[1].split("## Tasks")[0]
    assert "128 pulses of `ETA_STEP`" in part
    assert "Codes: 32 for task `divide`" in part
    assert "there is nothing to adjust" in text("two_edge").split("## Nudge")[1]


def test_places_are_words() -> None:
    """Along the nearest edge, or coordinates in the middle."""
    places = Places(100, 50, {"J1": (2, 20), "J2": (60, 48), "J3": (50, 25), "J4": (97, 10)})
    assert places.where("J1") == "left edge, 20 mm up"
    assert places.where("J2") == "top edge, 60 mm from the left"
    assert places.where("J3") == "x 50, y 25 mm"
    assert places.where("J4") == "right edge, 10 mm up"


@pytest.mark.parametrize("name", DESIGNS)
def test_the_page_loads_nothing_and_says_the_same(name: str) -> None:
    """Every cell of the Markdown is in the HTML, which holds no address."""
    design = made(name)
    documents = bench_documents(design, voltages(design), None)
    page = documents[f"{name}-bring-up.html"]
    assert not re.search(r"https?:|src=|@import|url\(", page)
    cells = re.sub(r"<[^>]+>", "", page)
    for line in text(name).splitlines():
        if line.startswith("| `"):
            for cell in line.strip("|").split(" | "):
                plain = cell.strip().replace("`", "").replace("&", "&amp;").replace(">", "&gt;")
                assert plain in cells


def test_tables_are_whole() -> None:
    """As many cells in each row as in the header, in every design."""
    for name in DESIGNS:
        for block in text(name).split("\n\n"):
            if block.startswith("|"):
                counts = {line.count(" | ") for line in block.splitlines()}
                assert len(counts) == 1, block


def test_forms_of_each_block() -> None:
    """Both forms, of one of each kind."""
    blocks = (
        Heading(2, "A"), Paragraph("go to `B` **now** <x>"), Steps(("one", "two")),
        Table(("h",), (("a|b",),), measured=True), Listing("x\n  y\n"),
    )  # fmt: skip
    assert markdown(blocks) == (
        "## A\n\ngo to `B` **now** <x>\n\n1. one\n2. two\n\n| h | Measured |\n| --- | --- |\n"
        "| a\\|b |  |\n\n```text\nx\n  y\n```\n"
    )
    page = html_page((Heading(1, "T"), *blocks), "T")
    assert "<p>go to <code>B</code> <b>now</b> &lt;x&gt;</p>" in page
    assert "<pre>x\n  y</pre>" in page
    assert page.count("<li>") == 2
    assert '<input aria-label="measured">' in page


def test_figures() -> None:
    """Three digits of volts, times with a unit, ranges with what a meter adds."""
    assert (volts(1.23456), volts(-0.0001)) == ("1.235", "0.000")
    assert [seconds(value) for value in (2.0, 2e-3, 9.72e-6, 2.5e-9)] == [
        "2 s", "2 ms", "9.72 µs", "2.5 ns",
    ]  # fmt: skip
    assert span(Level("x", 1.0, 0.9, 1.1)) == "0.895 to 1.105"
    assert span(Level("x", 0.0, 0.0, 0.05)) == "below 0.055"


def test_the_guide_follows_the_board() -> None:
    """No lamp on the edges: nothing is said of what they draw."""
    design = made("two_edge")
    without = replace(design, parts=replace(design.parts, led=None))
    facts = Facts(without, voltages(without), None)
    assert facts.lamp_a == 0.0
    assert Facts(design, voltages(design), None).lamp_a > 0.001
    told = markdown(tuple(guide(facts)))
    assert "more with all on" not in told
    assert "more with all on" in text("two_edge")

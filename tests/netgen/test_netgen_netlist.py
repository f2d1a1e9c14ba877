"""The netlist holds the circuit, reads back in others' readers, and is the same everywhere."""

import cProfile
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import kinparse
import pytest
from board_designs import READY, design_of, emitted, made, ready
from netlist_text import components, nets, parse, section

import netgen
from designs.schema import Waiver
from netgen.circuit import Circuit, Component, Pin, PinFunction, assemble
from netgen.emit.erc import ErcReport
from netgen.emit.netlist import TOOL, emit_netlist
from parts.catalogue import load_catalogue

import skidl  # isort: skip  # after netgen, which imports it without its traces
from skidl.net import NCNet  # isort: skip

ROOT = Path(netgen.__file__).resolve().parent.parent
BUFFER = load_catalogue().part("SN74LVC1G17DBVR")
HEADER = load_catalogue().with_value("M20-999", 4)


def buffer(refdes: str, **joined: str) -> Component:
    pins = tuple(Pin(pin.number, pin.name, pin.role, joined.get(pin.name)) for pin in BUFFER.pins)
    return Component(refdes, BUFFER, "cell", refdes.lower(), pins)


def header(*joined: str) -> Component:
    pins = tuple(
        Pin(pin.number, pin.name, pin.role, net)
        for pin, net in zip(HEADER.pins, joined, strict=True)
    )
    functions = tuple(PinFunction(pin.number, "GND", "supply") for pin in pins)
    return Component("J1", HEADER, "cell", "j", pins, functions)


def test_netgen_is_ours_and_not_the_mesh_generator():
    assert (ROOT / "pyproject.toml").read_text(encoding="utf-8").startswith("[build-system]")
    assert Path(netgen.__file__) == ROOT / "netgen" / "__init__.py"


@pytest.mark.parametrize("name", READY)
def test_the_file_holds_every_component_and_net_of_the_circuit(name: str):
    circuit, text = ready(name).circuit, emitted(name).text
    found = components(text)
    assert list(found) == [part.refdes for part in circuit.components]
    for part in circuit.components:
        record = found[part.refdes]
        assert record["MPN"] == part.part.mpn
        assert record["Manufacturer"] == part.part.maker
        assert (record["Cell"], record["Slot"]) == (part.cell, part.slot)
        assert (record["value"], record["footprint"]) == (part.part.value, part.part.footprint)
        functions = " ".join(f"{f.number}={f.function}" for f in part.functions)
        assert record.get("PinFunctions", "") == functions
    wanted = {net.name: sorted(net.pins) for net in circuit.nets} | {
        f"unconnected-({part.refdes}-{pin.name}-Pad{pin.number})": [(part.refdes, pin.number)]
        for part, pin in circuit.open_pins()
    }
    assert nets(text) == wanted


@pytest.mark.parametrize("name", READY)
def test_ready_designs_break_no_electrical_rule(name: str):
    elaboration = ready(name)
    erc = emitted(name).erc
    assert erc.findings == ()
    assert erc.clean
    assert erc.checked_nets == len(elaboration.circuit.nets)
    assert erc.checked_pins == sum(len(part.pins) for part in elaboration.circuit.components)


def test_the_head_has_no_date_and_no_path():
    tree = parse(emitted("two_edge").text)
    design = section(tree, "design")
    assert design[:3] == [["source", "two_edge"], ["date", ""], ["tool", TOOL]]
    names = [section(sheet, "name")[0] for sheet in design[3:]]
    assert names[:4] == ["/", "/control/", "/control/bank1/", "/edge/"]


def test_skidl_s_own_writer_says_the_same():
    circuit = assemble("good", GOOD, ["+5V", "GND"])
    ours = emit_netlist(circuit).text
    theirs = str(stock(circuit).generate_netlist(tool="kicad8", track_src=False, do_backup=False))
    assert nets(theirs) == nets(ours)
    same = ("value", "footprint", "MPN", "Cell", "Slot", "SKiDL Tag", "Datasheet")
    for ref, record in components(theirs).items():
        assert {key: components(ours)[ref][key] for key in same} == {
            key: record[key] for key in same
        }


def stock(circuit: Circuit) -> skidl.Circuit:
    """A circuit in plain SKiDL, wired net by net."""
    types = {
        "power": "PWRIN", "ground": "PWRIN", "input": "INPUT", "output": "OUTPUT",
        "open_collector": "OPENCOLL", "analog_input": "INPUT", "analog_output": "OUTPUT",
        "passive": "PASSIVE", "no_connect": "NOCONNECT",
    }  # fmt: skip
    board = skidl.Circuit()
    board.no_files = True
    pins = {}
    for part in circuit.components:
        made_part = skidl.Part(
            name=part.part.mpn, tool="skidl", circuit=board, ref=part.refdes, tag=part.path,
            ref_prefix=part.part.prefix, footprint=part.part.footprint, value=part.part.value,
            datasheet=f"{part.part.datasheet.title}, {part.part.datasheet.revision}",
            pins=[
                skidl.Pin(num=pin.number, name=pin.name, func=skidl.Pin.types[types[pin.role]])
                for pin in part.pins
            ],
        )  # fmt: skip
        made_part.fields = {"MPN": part.part.mpn, "Cell": part.cell, "Slot": part.slot}
        pins.update({(part.refdes, pin.num): pin for pin in made_part.pins})
    for net in circuit.nets:
        made_net = skidl.Net(net.name, circuit=board)
        made_net += [pins[ref] for ref in net.pins]
        if net.supply:
            made_net.drive = skidl.POWER
    for part, pin in circuit.open_pins():
        name = f"unconnected-({part.refdes}-{pin.name}-Pad{pin.number})"
        NCNet(name, circuit=board).connect(pins[part.refdes, pin.number])
    return board


class Messages(logging.Handler):
    """Keeps what SKiDL's checker reports."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.levelname} {record.getMessage()}")


def stock_findings(circuit: Circuit) -> list[str]:
    """What SKiDL's own checker reports of a circuit."""
    messages = Messages()
    logger = logging.getLogger("ERC_Logger")
    logger.addHandler(messages)
    try:
        stock(circuit).ERC()
    finally:
        logging.Logger.removeHandler(logger, messages)
    return messages.texts


GOOD = (
    buffer("U1", A="IN", Y="MID", VCC="+5V", GND="GND"),
    buffer("U2", A="MID", Y="OUT", VCC="+5V", GND="GND"),
    header("IN", "OUT", "GND", "+5V"),
)


def test_skidl_s_own_checker_agrees_on_a_good_circuit():
    assert stock_findings(ready("two_edge").circuit) == []


@pytest.mark.parametrize(
    ("components_", "supplies", "rule", "severity", "pins", "stock_text"),
    [
        (
            (buffer("U1", A="IN", Y="OUT", VCC="+5V", GND="GND"),
             buffer("U2", A="IN", Y="OUT", VCC="+5V", GND="GND"),
             header("IN", "OUT", "GND", "+5V")),
            ("+5V", "GND"), "pin_conflict", "error", ("U1.4", "U2.4"),
            "ERROR Pin conflict on net OUT",
        ),
        (
            GOOD,
            ("GND",), "insufficient_drive", "warning", ("U1.5", "U2.5"),
            "WARNING Insufficient drive current on net +5V",
        ),
        (
            (buffer("U1", A="IN", VCC="+5V", GND="GND"),
             buffer("U2", A="IN", VCC="+5V", GND="GND")),
            ("+5V", "GND"), "no_driver", "warning", ("U1.2", "U2.2"),
            "WARNING No drivers for net IN",
        ),
    ],
)  # fmt: skip
def test_a_broken_circuit_is_found_as_skidl_finds_it(
    components_: tuple[Component, ...],
    supplies: tuple[str, ...],
    rule: str,
    severity: str,
    pins: tuple[str, ...],
    stock_text: str,
):
    circuit = assemble("broken", components_, supplies)
    findings = emit_netlist(circuit).erc.findings
    found = next(finding for finding in findings if finding.rule == rule)
    assert (found.severity, found.pins) == (severity, pins)
    assert found.net in found.message
    assert any(text.startswith(stock_text) for text in stock_findings(circuit))


def test_waivers_cover_what_they_name_and_unused_ones_are_told():
    circuit = assemble("broken", GOOD, ["GND"])
    reason = "the bench supply is joined by a clip"
    waivers = (
        Waiver(rule="insufficient_drive", where="+5V", reason=reason),
        Waiver(rule="insufficient_drive", where="+9V", reason=reason),
    )
    assert not emit_netlist(circuit).erc.clean
    erc = emit_netlist(circuit, waivers).erc
    assert [finding.waived for finding in erc.findings] == [reason]
    assert (erc.open_findings, erc.unused_waivers, erc.clean) == ((), waivers[1:], False)
    assert emit_netlist(circuit, waivers[:1]).erc.clean


def test_the_report_of_the_rules_is_json():
    erc = emit_netlist(assemble("broken", GOOD, ["GND"])).erc
    assert json.loads(erc.to_json("broken", TOOL)) == {
        "schema_version": 1,
        "design": "broken",
        "tool": TOOL,
        "verdict": "fail",
        "checked": {"nets": 5, "pins": 14},
        "findings": [
            {
                "severity": "warning",
                "rule": "insufficient_drive",
                "net": "+5V",
                "pins": ["U1.5", "U2.5"],
                "message": "net +5V is too weak for these pins: U1.5, U2.5",
                "waived": None,
            }
        ],
        "unused_waivers": [],
    }
    assert json.loads(ErcReport(1, 2, (), ()).to_json("d", TOOL))["verdict"] == "pass"


def calls(edges: int) -> int:
    """Function calls that it takes to build and check a ring of so many edges."""
    design = design_of([(i, (i + 1) % edges) for i in range(edges)])
    profile = cProfile.Profile()
    profile.enable()
    erc = emit_netlist(made(design).circuit).erc
    profile.disable()
    assert erc.clean
    return sum(entry.callcount for entry in profile.getstats())


def test_the_cost_grows_no_faster_than_the_board():
    calls(8)
    assert calls(48) < 4.0 * calls(12)


def test_kinparse_reads_the_same():
    circuit = assemble("good", GOOD, ["+5V", "GND"])
    text = emit_netlist(circuit).text
    read = kinparse.parse_netlist(text)
    assert {net.name: sorted((p.ref, p.num) for p in net.pins) for net in read.nets} == nets(text)
    assert {part.ref: part.value for part in read.parts} == {
        part.refdes: part.part.value for part in circuit.components
    }


def test_an_inserted_edge_keeps_all_other_stamps():
    before = components(emit_netlist(made(design_of([(1, 2), (2, 3)])).circuit).text)
    after = components(emit_netlist(made(design_of([(1, 2), (1, 3), (2, 3)])).circuit).text)
    assert before.keys() < after.keys()
    for ref, record in before.items():
        assert after[ref]["tstamps"] == record["tstamps"]
    stamps = [record["tstamps"] for record in after.values()]
    assert len(set(stamps)) == len(stamps)


SCRIPT = """
import hashlib, sys
from designs import load_design
from netgen.build import build
print(build(load_design("two_edge"), sys.argv[1]).digest)
"""


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    home = folder / "home"
    home.mkdir()
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("KICAD", "XDG"))
    }
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder / "out")],
        cwd=folder, capture_output=True, text=True, check=True,
        env={**clean, "PYTHONPATH": str(ROOT), "HOME": str(home), **environment},
    )  # fmt: skip


def test_the_same_bytes_under_another_hash_seed_locale_and_folder_and_nothing_else(tmp_path: Path):
    first = run(tmp_path / "a", PYTHONHASHSEED="0", LC_ALL="C")
    second = run(tmp_path / "b", PYTHONHASHSEED="4242", LC_ALL="de_DE.UTF-8", TZ="Asia/Tokyo")
    assert first.stdout == second.stdout
    assert (first.stderr, second.stderr) == ("", "")
    for folder in ("a", "b"):
        written = sorted(path.name for path in (tmp_path / folder).rglob("*") if path.is_file())
        assert written == [
            "two_edge-bom.csv", "two_edge-graph.svg", "two_edge-interface.json",
            "two_edge.erc.json", "two_edge.net",
        ]  # fmt: skip
        assert sorted(path.name for path in (tmp_path / folder).iterdir()) == ["home", "out"]
        assert list((tmp_path / folder / "home").iterdir()) == []


def test_importing_the_emitter_leaves_the_process_as_it_was():
    script = (
        "import logging, os, sys\n"
        "before = (logging.getLoggerClass(), os.getcwd(), os.environ.get('XDG_DATA_HOME'))\n"
        "import netgen.emit.netlist\n"
        "after = (logging.getLoggerClass(), os.getcwd(), os.environ.get('XDG_DATA_HOME'))\n"
        "assert before == after\n"
        "assert 'InSpice' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")

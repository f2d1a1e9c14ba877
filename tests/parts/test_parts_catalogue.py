"""Finding parts: by number, alias, series and value; from any place and without change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import parts
from parts.catalogue import load_catalogue
from parts.errors import PartError
from parts.models import (
    CapacitorModel,
    ComparatorModel,
    DigipotModel,
    FlipFlopModel,
    ResistorModel,
)
from parts.table import parts_table

CATALOGUE = load_catalogue()
ROOT = Path(parts.__file__).parent.parent


@pytest.mark.parametrize(
    ("alias", "mpn"),
    [
        ("AD5222BRUZ100", "AD5222BRUZ100"),
        ("AD5220BNZ100", "AD5220BNZ100"),
        ("MCP6562", "MCP6562-E/SN"),
        ("MCP6022", "MCP6022-I/SN"),
        ("LM339AN", "LM339AN/NOPB"),
        ("74LVC1G86", "SN74LVC1G86DBVR"),
        ("OPA350", "OPA350UA"),
    ],
)
def test_designs_may_write_short_names(alias: str, mpn: str) -> None:
    """An alias and the part number give the same record."""
    assert CATALOGUE.part(alias) is CATALOGUE.part(mpn)
    assert CATALOGUE.part(alias).mpn == mpn


@pytest.mark.parametrize(
    ("mpn", "value", "ohm"),
    [
        ("RC0603FR-0710KL", "10k", 10e3),
        ("RC0603FR-074K7L", "4.7k", 4700.0),
        ("RT0603BRD074K99L", "4.99k", 4990.0),
        ("MFR-25FBF52-100R", "100", 100.0),
        ("MFP-25BRD52-10K", "10k", 10e3),
    ],
)
def test_resistors_are_made_from_their_part_number(mpn: str, value: str, ohm: float) -> None:
    """Number, printed value and model agree, and the value leads back to the same part."""
    record = CATALOGUE.part(mpn)
    assert (record.mpn, record.value) == (mpn, value)
    assert record.units(ResistorModel)[0].ohm == ohm
    assert record.series_mpn is not None
    assert CATALOGUE.with_value(record.series_mpn, ohm) == record


def test_capacitors_are_made_from_their_part_number() -> None:
    """104 is 100 nF."""
    record = CATALOGUE.part("CC0603KRX7R9BB104")
    assert record.value == "100n"
    assert record.units(CapacitorModel)[0].farad == 1e-7


@pytest.mark.parametrize("positions", range(2, 21))
def test_headers_have_as_many_pins_as_positions(positions: int) -> None:
    """Pins 1 to n by number, the footprint and the part number of n ways."""
    record = CATALOGUE.with_value("M20-999", positions)
    assert record.mpn == f"M20-999{positions:02d}46"
    assert record.footprint.endswith(f"PinHeader_1x{positions:02d}_P2.54mm_Vertical")
    assert [pin.number for pin in record.pins] == [str(n) for n in range(1, positions + 1)]


@pytest.mark.parametrize("mpn", ["RC0603FR-0710.1KL", "RC0603FR-0710000RL", "RC0603FR-07471KL"])
def test_part_numbers_that_nobody_sells_are_not_found(mpn: str) -> None:
    """A code that is not the maker's own form of a value of the series is no part."""
    with pytest.raises(PartError):
        CATALOGUE.part(mpn)


def test_dual_digipot_steps_as_one_when_tied() -> None:
    """AD5222: MODE low steps both channels, and the pair stops together."""
    record = CATALOGUE.part("AD5222BRUZ100")
    assert record.ties == {"MODE": "ground", "DACSEL": "ground"}
    first, second = record.units(DigipotModel)
    assert first.stops_together
    assert second.stops_together
    assert (first.step_edge, first.select_level, first.up_level) == ("falling", "low", "high")
    assert first.power_on_code == 64


@pytest.mark.parametrize(
    ("name", "code", "ohm"),
    [
        ("AD5222BRUZ100", 0, 45.0),
        ("AD5222BRUZ100", 127, 127 * 100e3 / 128 + 45),
        ("X9C104", 99, 100e3 + 40),
        ("DS1804", 99, 100e3 + 400),
    ],
)
def test_resistance_at_a_tap(name: str, code: int, ohm: float) -> None:
    """R_WB = code * step + wiper, with the divisor of the part."""
    unit = CATALOGUE.part(name).units(DigipotModel)[0]
    assert unit.resistance_ohm(code) == pytest.approx(ohm, rel=1e-12)


def test_open_collector_and_bias_of_the_paper_s_comparator() -> None:
    """LM339: current flows out of the inputs, and 5 V inputs need more than a 6.5 V supply."""
    for unit in CATALOGUE.part("LM339AN").units(ComparatorModel):
        assert unit.output == "open_collector"
        assert unit.bias_typ_a == -25e-9
        assert unit.common_mode_high_v == 1.5


def test_set_and_reset_rest_high() -> None:
    """74HC74: both are active low, so all four are tied to the supply."""
    record = CATALOGUE.part("74HC74")
    pins = [pin for unit in record.units(FlipFlopModel) for pin in (unit.set_n, unit.reset_n)]
    assert {pin: record.ties[pin or ""] for pin in pins} == dict.fromkeys(pins, "power")


def test_units_are_typed_and_ordered() -> None:
    """A model of another type is not a unit; pins are found by name and by number."""
    record = CATALOGUE.part("MCP6562")
    assert [unit.out for unit in record.units(ComparatorModel)] == ["OUTA", "OUTB"]
    assert record.units(DigipotModel) == ()
    assert record.pin_number("-INA") == "2"
    assert record.pin_at("2").name == "-INA"


def test_the_catalogue_cannot_be_changed() -> None:
    """Neither a record nor the mapping accepts a change."""
    record = CATALOGUE.part("MCP6562")
    with pytest.raises(ValidationError):
        record.mpn = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        CATALOGUE["other"] = record  # type: ignore[index]


def test_loading_twice_reads_once() -> None:
    """The catalogue is cached."""
    assert load_catalogue() is load_catalogue()


def test_the_catalogue_loads_where_it_is_installed(tmp_path: Path) -> None:
    """A copy in another folder, used from a third one under another locale, has every part."""
    site = tmp_path / "site"
    shutil.copytree(ROOT / "parts", site / "parts", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "parts"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "LC_ALL": "C", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout == parts_table(CATALOGUE)


def test_the_documentation_shows_the_table() -> None:
    """docs/parts.md holds what `python -m parts` prints."""
    page = (ROOT / "docs" / "parts.md").read_text(encoding="utf-8")
    assert parts_table(CATALOGUE) in page

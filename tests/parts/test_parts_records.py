"""Every record of the catalogue is coherent with itself, with its footprint and with the others."""

import re
from pathlib import Path

import pytest

import parts
from parts.catalogue import load_catalogue
from parts.models import (
    AmplifierModel,
    ComparatorModel,
    DigipotModel,
    FlipFlopModel,
    GateModel,
)
from parts.record import ACTIVE_KINDS, DRIVEN_ROLES, PartRecord

CATALOGUE = load_catalogue()
FOLDER = Path(parts.__file__).parent

# Pads that the name of a footprint states; checked once against KiCad's library by hand.
PADS = (
    (r"Package_SO:(?:SOIC|TSSOP)-(\d+)_", None),
    (r"Package_DIP:DIP-(\d+)_", None),
    (r"Package_TO_SOT_SMD:SOT-23-(\d+)$", None),
    (r"PinHeader_1x(\d+)_P2\.54mm_Vertical$", None),
    (r"IDC-Header_2x20_P2\.54mm_Vertical$", 40),
    (r"TerminalBlock_Phoenix_MKDS-1,5-(\d)-5\.08_1x0\d_P5\.08mm_Horizontal$", None),
    (r"Resistor_SMD:R_Array_Convex_4x0612$", 8),
    (r"Jumper:SolderJumper-2_P1\.3mm_Bridged_RoundedPad1\.0x1\.5mm$", 2),
    (r"TestPoint:TestPoint_Pad_D1\.5mm$", 1),
    (r"(?:Resistor|Capacitor|LED)_SMD:(?:R|C|LED)_\d{4}_\d{4}Metric$", 2),
    (r"Fuse:Fuse_(?:\d{4}_\d{4}Metric|Bourns_MF-R(?:HT|G)\d+)$", 2),
    (r"Capacitor_SMD:CP_Elec_[\d.]+x[\d.]+$", 2),
    (r"Capacitor_THT:(?:CP_Radial_D[\d.]+mm|C_Disc_D[\d.]+mm_W[\d.]+mm)_P[\d.]+mm$", 2),
    (r"Resistor_THT:R_Axial_DIN0207_L6\.3mm_D2\.5mm_P10\.16mm_Horizontal$", 2),
    (r"Diode_SMD:D_SMB$", 2),
    (r"Diode_THT:D_DO-15_P10\.16mm_Horizontal$", 2),
    (r"LED_THT:LED_D3\.0mm$", 2),
)  # fmt: skip
THROUGH_HOLE = re.compile(
    r"_THT:|Package_DIP:|PinHeader|IDC-Header|TerminalBlock|Bourns_MF-R(HT|G)"
)


def _all() -> list[PartRecord]:
    """Every single record, and the ends of every series."""
    ends = [
        family.resolve(value)
        for family in CATALOGUE.families
        for value in (family.range.minimum, family.range.maximum)
    ]
    return [*CATALOGUE.values(), *ends]


EVERY = pytest.mark.parametrize("record", _all(), ids=lambda record: record.mpn)


@EVERY
def test_pins_are_the_pads_of_the_footprint(record: PartRecord) -> None:
    """A footprint's name looks like KiCad's and states as many pads as the record has pins."""
    for pattern, fixed in PADS:
        match = re.search(pattern, record.footprint)
        if match:
            pads = fixed or int(match[1])
            assert {pin.number for pin in record.pins} == {str(n) for n in range(1, pads + 1)}
            return
    pytest.fail(f"no pattern knows the footprint {record.footprint}")


@EVERY
def test_through_hole_flag_agrees_with_the_footprint(record: PartRecord) -> None:
    """A design that asks for through-hole parts gets footprints with holes, and the reverse."""
    assert record.through_hole == bool(THROUGH_HOLE.search(record.footprint))


@EVERY
def test_ratings_are_in_order(record: PartRecord) -> None:
    """Minimum, maximum and absolute maximum supply ascend; a passive part has no supply."""
    ratings = record.ratings
    if record.kind in ACTIVE_KINDS:
        low, high = record.supply_range_v()
        assert 0 < low < high <= (ratings.supply_absolute_max_v or high)
        assert ratings.supply_current_a is not None
        assert 0 < (ratings.input_capacitance_f or 0) < 20e-12
    else:
        assert ratings.supply_min_v is ratings.supply_max_v is None


@EVERY
def test_logic_states_its_levels(record: PartRecord) -> None:
    """A part with logic inputs states both levels, at a supply inside its range."""
    if record.pins_with_role("input"):
        ratings, (low, high) = record.ratings, record.supply_range_v()
        assert ratings.input_low_max_v is not None
        assert ratings.input_high_min_v is not None
        assert ratings.levels_at_v is not None
        assert ratings.input_low_max_v < ratings.input_high_min_v < ratings.levels_at_v
        assert low <= ratings.levels_at_v <= high


@EVERY
def test_every_working_pin_is_in_a_model_or_strapped(record: PartRecord) -> None:
    """No input or output of an active part is outside the simulation, unless it is tied."""
    if record.kind not in ACTIVE_KINDS:
        return
    modelled = {name for model in record.models for _, name in model.pin_names()}
    idle = {pin.name for pin in record.pins_with_role("power", "ground", "no_connect")}
    assert {pin.name for pin in record.pins} == modelled | idle | set(record.ties)


@EVERY
def test_roles_fit_the_models(record: PartRecord) -> None:
    """What a model drives is an output pin of the right sort; what it senses is an input."""
    for model in record.models:
        roles = [(keyword, record.pin(name).role) for keyword, name in model.pin_names()]
        for keyword, role in roles:
            if isinstance(model, ComparatorModel) and keyword == "out":
                assert role == ("output" if model.output == "push_pull" else "open_collector")
            elif isinstance(model, AmplifierModel) and keyword == "out":
                assert role == "analog_output"
            elif isinstance(model, GateModel | FlipFlopModel) and keyword in ("output", "q", "q_n"):
                assert role == "output"
            elif isinstance(model, DigipotModel) and keyword in ("a", "w", "b"):
                assert role == "passive"
            else:
                assert role not in DRIVEN_ROLES


@EVERY
def test_each_output_has_one_driver(record: PartRecord) -> None:
    """No two models of a package drive the same pin."""
    driven = [
        name
        for model in record.models
        for _, name in model.pin_names()
        if record.pin(name).role in DRIVEN_ROLES
    ]
    assert len(driven) == len(set(driven))


def test_file_names_are_part_numbers() -> None:
    """A record is found by its file's name."""
    expected = {
        re.sub(r"[^A-Za-z0-9+.-]", "_", mpn.replace("{code}", "_")) + ".toml"
        for mpn in (*CATALOGUE, *(family.mpn for family in CATALOGUE.families))
    }
    assert expected == {path.name for path in FOLDER.glob("*.toml")}


def test_digipot_pairs_state_their_matching() -> None:
    """The channels of a package match better than two packages do."""
    for mpn in CATALOGUE.mpns("digipot"):
        units = CATALOGUE[mpn].units(DigipotModel)
        if len(units) > 1:
            assert all(0 < unit.matching < unit.tolerance for unit in units)
            assert len({(unit.clk, unit.up_down, unit.cs) for unit in units}) == 1


def test_the_catalogue_offers_what_the_project_promises() -> None:
    """At least three digipots, three comparators, two buffers, XOR and latches in both forms."""
    makes = {CATALOGUE[mpn].value for mpn in CATALOGUE.mpns("digipot")}
    assert {"AD5222-100k", "AD5220-100k", "X9C104", "DS1804-100k"} <= makes
    assert len({CATALOGUE[mpn].value for mpn in CATALOGUE.mpns("comparator")}) >= 3
    gates = [g for mpn in CATALOGUE.mpns("logic") for g in CATALOGUE[mpn].units(GateModel)]
    assert {"xor", "buffer"} <= {gate.function for gate in gates}
    for kind in ("logic", "flipflop"):
        counts = {CATALOGUE[mpn].unit_count for mpn in CATALOGUE.mpns(kind)}
        assert 1 in counts
        assert max(counts) > 1


def test_refusals_of_designs_have_real_parts() -> None:
    """There is a part for every refusal: too low and too high a supply, and common mode."""
    assert CATALOGUE.part("74AUP1G86").supply_range_v()[1] < 5.0
    assert CATALOGUE.part("X9C104").supply_range_v()[0] > 3.3
    assert CATALOGUE.part("MCP6562").supply_range_v()[1] < 9.0
    assert CATALOGUE.part("LMV393").units(ComparatorModel)[0].common_mode_high_v > 0

"""The whole message of every refusal of a record, a series and a catalogue."""

import pytest

from parts.catalogue import Catalogue, load_catalogue, read_record
from parts.errors import PartError, nearest
from parts.record import PartRecord
from parts.series import PartSeries

GATE = """
mpn = "X1"
maker = "Maker"
kind = "logic"
title = "Two gates"
value = "X1"
prefix = "U"
footprint = "Package_SO:SOIC-8_3.9x4.9mm_P1.27mm"
price_class = "a"
life_cycle = "in production"
ties = { EN = "ground" }
unused = { "1A" = "ground", "2A" = "ground" }
pins = [
  { number = "1", name = "1A", role = "input" },
  { number = "2", name = "1Y", role = "output" },
  { number = "3", name = "2A", role = "input" },
  { number = "4", name = "2Y", role = "output" },
  { number = "5", name = "EN", role = "input" },
  { number = "6", name = "GND", role = "ground" },
  { number = "7", name = "VCC", role = "power" },
]
datasheet = { title = "X1", revision = "A" }

[witness]
pins = { mark = "memory", by = "nobody" }
numbers = { mark = "memory", by = "nobody" }

[ratings]
supply_min_v = 2.0
supply_max_v = 5.5
supply_current_a = 1e-6
input_capacitance_f = 5e-12

[[models]]
type = "gate"
function = "buffer"
inputs = ["1A"]
output = "1Y"
propagation_s = 5e-9
propagation_min_s = 1e-9

[[models]]
type = "gate"
function = "buffer"
inputs = ["2A"]
output = "2Y"
propagation_s = 5e-9
propagation_min_s = 1e-9
"""

SERIES = """
mpn = "R{code}"
maker = "Maker"
kind = "resistor"
title = "Resistor {value}"
value = "{value}"
prefix = "R"
footprint = "Resistor_SMD:R_0603_1608Metric"
price_class = "a"
life_cycle = "in production"
pins = [
  { number = "1", name = "1", role = "passive" },
  { number = "2", name = "2", role = "passive" },
]
datasheet = { title = "R", revision = "A" }

[series]
quantity = "ohm"
code = "letter"
e_series = "E24"
minimum = 10
maximum = 1e6

[witness]
pins = { mark = "confirmed", by = "two equal terminals" }
numbers = { mark = "memory", by = "nobody" }

[[models]]
type = "resistor"
a = "1"
b = "2"
tolerance = 0.05
power_w = 0.1
"""

_UNKNOWN_PIN = (
    'model 1 (gate) names pin "1B" as inputs, but the pins are 1A, 1Y, 2A, 2Y, EN, GND, VCC. '
    'Did you mean 1Y, 1A?; input "1A" is in no model and not in ties'
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('inputs = ["1A"]', 'inputs = ["1B"]', _UNKNOWN_PIN),
        ('number = "2"', 'number = "1"', 'pin number "1" is given more than once'),
        (
            'name = "2A"',
            'name = "1A"',
            'pin name "1A" is given more than once; model 2 (gate) names pin "2A" as inputs, but '
            "the pins are 1A, 1Y, 1A, 2Y, EN, GND, VCC. Did you mean 2Y, 1A?; "
            'unused names "2A", which is not an input pin. Did you mean 2Y, 1A?',
        ),
        ('role = "power"', 'role = "passive"', "a logic needs a pin with role power"),
        ("supply_max_v = 5.5\n", "", "a logic needs ratings.supply_max_v"),
        (
            "supply_min_v = 2.0",
            "supply_min_v = 6.0",
            "ratings.supply_min_v 6 is above supply_max_v 5.5",
        ),
        (
            'unused = { "1A" = "ground", ',
            "unused = { ",
            'unused lacks "1A", an input of one unit of 2',
        ),
        (
            'EN = "ground"',
            'ENA = "ground"',
            'ties names "ENA", which is not an input pin. Did you mean EN?; '
            'input "EN" is in no model and not in ties',
        ),
        (
            '"2A" = "ground"',
            '"2A" = "earth"',
            'unused.2A is "earth": write "power", "ground" or an output pin',
        ),
        (
            'kind = "logic"',
            'kind = "testpoint"',
            "model 1 is of type gate; a testpoint takes none; model 2 is of type gate; "
            "a testpoint takes none; a testpoint has no power or ground pin; write passive",
        ),
        (
            "life_cycle",
            "lifecycle",
            "life_cycle: this key is missing; lifecycle: unknown key. Did you mean life_cycle?",
        ),
        (
            'function = "buffer"\ninputs = ["2A"]',
            'function = "xor"\ninputs = ["2A"]',
            "models.1.gate: xor takes two or more inputs, not 1",
        ),
        (
            'output = "2Y"\npropagation_s = 5e-9',
            'output = "2Y"\npropagation_s = 5e-10',
            "models.1.gate: propagation_min_s is above propagation_s",
        ),
        (
            'prefix = "U"',
            'prefix = "U"\nfoot = 1',
            "foot: unknown key. Did you mean footprint, out?",
        ),
        ('mpn = "X1"\n', "", "mpn: this key is missing"),
    ],
)
def test_a_bad_record_is_refused(old: str, new: str, message: str) -> None:
    """The message names the file, the key and the reason."""
    assert old in GATE
    with pytest.raises(PartError) as caught:
        read_record("X1.toml", GATE.replace(old, new, 1))
    assert str(caught.value) == f"parts/X1.toml: {message}"


def test_a_file_that_is_not_toml_is_refused() -> None:
    """The parser's reason follows the file's name; its words differ between Python versions."""
    with pytest.raises(PartError, match=r"^parts/X1\.toml: not valid TOML: .*line 2"):
        read_record("X1.toml", GATE.replace('mpn = "X1"', "mpn = X1"))


def test_the_records_of_this_file_are_valid() -> None:
    """Otherwise the refusals above would not be for the stated reason."""
    assert isinstance(read_record("X1.toml", GATE), PartRecord)
    assert isinstance(read_record("R.toml", SERIES), PartSeries)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("R{code}", "R", 'the mpn of a series holds "{code}" once, which "R" does not'),
        (
            'e_series = "E24"\n',
            "",
            "R{code}: series.e_series is needed for ohm and farad, and only there",
        ),
        (
            "minimum = 10",
            "minimum = 10.5",
            "R{code} comes in E24 values, which 10.5 ohm is not: the nearest is 11 ohm",
        ),
        (
            'code = "letter"',
            'codes = "letter"',
            "code: this key is missing; codes: unknown key. Did you mean code, models, cathode?",
        ),
    ],
)
def test_a_bad_series_is_refused(old: str, new: str, message: str) -> None:
    """The message names the file, the key and the reason."""
    with pytest.raises(PartError) as caught:
        read_record("R.toml", SERIES.replace(old, new, 1))
    assert str(caught.value) == f"parts/R.toml: {message}"


def test_two_parts_may_not_share_a_name() -> None:
    """An alias that is already a part number would make a design ambiguous."""
    first = read_record("X1.toml", GATE)
    second = read_record("X2.toml", GATE.replace('mpn = "X1"', 'mpn = "X2"\naliases = ["X1"]'))
    assert isinstance(first, PartRecord)
    assert isinstance(second, PartRecord)
    with pytest.raises(PartError) as caught:
        Catalogue((first, second), ())
    assert str(caught.value) == 'two parts are called "X1": X1 and X2'


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        (
            "AD5223BRUZ100",
            "digipot",
            'no part "AD5223BRUZ100" in the catalogue; its parts of kind digipot are '
            "AD5220BNZ10, AD5220BNZ100, AD5220BRZ10, AD5220BRZ100, AD5222BRUZ10, AD5222BRUZ100, "
            "AD5222BRUZ50, DS1804-100+, DS1804Z-100+, X9C104PIZ, X9C104SIZ. "
            "Did you mean AD5222BRUZ100, AD5222BRUZ10, AD5220BRZ100?",
        ),
        (
            "zzz",
            None,
            'no part "zzz" in the catalogue; `python -m parts` lists its 66 parts.',
        ),
        (
            "MCP6562",
            "flipflop",
            "MCP6562 is a comparator, where a flipflop is needed; the catalogue has CD74HC175E, "
            "SN74AUP1G79DBVR, SN74HC74N, SN74LVC1G175DBVR, SN74LVC1G79DBVR",
        ),
    ],
)
def test_an_unknown_part_is_refused(name: str, kind: None, message: str) -> None:
    """The message lists what there is of the kind and the nearest names."""
    with pytest.raises(PartError) as caught:
        load_catalogue().part(name, kind)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("series", "value", "message"),
    [
        (
            "RC0603FR-07",
            4710.0,
            "RC0603FR-07{code}L comes in E24+E96 values, which 4.71k ohm is not: "
            "the nearest is 4.7k ohm",
        ),
        (
            "RC0603FR-07",
            1e9,
            "RC0603FR-07{code}L comes in 1 ohm to 10M ohm, not 1G ohm: "
            "choose a value in this range or another series",
        ),
        (
            "M20-999",
            21,
            "M20-999{code}46 comes in 2 positions to 20 positions, not 21 positions: "
            "choose a value in this range or another series",
        ),
        ("M20-999", 2.5, "M20-999{code}46 comes in whole numbers of positions, not 2.5"),
    ],
)
def test_a_value_outside_a_series_is_refused(series: str, value: float, message: str) -> None:
    """The message says what the series comes in and what is nearest."""
    with pytest.raises(PartError) as caught:
        load_catalogue().with_value(series, value)
    assert str(caught.value) == message


def test_an_unknown_series_is_refused() -> None:
    """The message lists every series by all of its names."""
    with pytest.raises(PartError) as caught:
        load_catalogue().with_value("R0605", 100.0)
    assert str(caught.value) == (
        'no series "R0605" in the catalogue; the series are C0603, CC0603KRX7R9BB, '
        "CC0603KRX7R9BB{code}, M20-999, M20-999{code}46, MFP-25BRD52, MFP-25BRD52-{code}, "
        "MFR-25FBF52, MFR-25FBF52-{code}, R-AXIAL, R-AXIAL-B, R0603, R0603B, RC0603FR-07, "
        "RC0603FR-07{code}L, RT0603BRD07, RT0603BRD07{code}L. Did you mean R0603, R0603B, C0603?"
    )


def test_an_unknown_pin_is_refused() -> None:
    """By name with the nearest names, by number with all numbers."""
    record = load_catalogue().part("74LVC1G79")
    with pytest.raises(PartError) as caught:
        record.pin("CLOCK")
    assert str(caught.value) == (
        'SN74LVC1G79DBVR has no pin named "CLOCK"; its pins are D, CLK, GND, Q, VCC. '
        "Did you mean CLK, VCC?"
    )
    with pytest.raises(PartError) as caught:
        record.pin_at("6")
    assert str(caught.value) == (
        'SN74LVC1G79DBVR has no pin numbered "6"; its pin numbers are 1, 2, 3, 4, 5.'
    )


def test_a_passive_part_has_no_supply() -> None:
    """A supply check asked of a resistor is a mistake of the caller, said as such."""
    with pytest.raises(PartError) as caught:
        load_catalogue().with_value("R0603", 100.0).supply_range_v()
    assert str(caught.value) == "RC0603FR-07100RL is a resistor: it has no supply"


def test_nearest_ignores_case_and_is_sorted() -> None:
    """A name in the wrong case is found; nothing near gives nothing."""
    assert nearest("mcp6562", ("LM339", "MCP6562", "MCP6561")) == ("MCP6562", "MCP6561")
    assert nearest("zzz", ("LM339",)) == ()

"""A second witness for pin numbers, typed from KiCad's symbols and datasheets, not from records.

Each line says what a pin number does in the words of the model: unit.keyword, a rail, or a tie.
"""

import pytest

from parts.catalogue import load_catalogue
from parts.record import PartRecord

_DUAL = "1.out 1.in_n 1.in_p ground 2.in_p 2.in_n 2.out power"
_SINGLE_SO8 = "- 1.in_n 1.in_p ground - 1.out power -"
_SINGLE_SOT = "1.out ground 1.in_p 1.in_n power"
_GATE = "1.inputs 1.inputs ground 1.output power"
_LATCH = "1.d 1.clk ground 1.q power"
_XDCP = "1.clk 1.up_down 1.a ground 1.w 1.b 1.cs power"
_HEX = (
    "1.inputs 1.output 2.inputs 2.output 3.inputs 3.output ground "
    "4.output 4.inputs 5.output 5.inputs 6.output 6.inputs power"
)
_QUAD = (
    "1.inputs 1.inputs 1.output 2.inputs 2.inputs 2.output ground "
    "3.output 3.inputs 3.inputs 4.output 4.inputs 4.inputs power"
)

# Part number -> what pins 1, 2, 3 ... do.
WITNESS = {
    "MCP6562-E/SN": _DUAL,  # KiCad Comparator:MCP6562
    "LMV393IDR": _DUAL,  # KiCad Comparator:LMV393
    "TLV3202AIDR": _DUAL,
    "MCP6022-I/SN": _DUAL,  # KiCad Amplifier_Operational:MCP6022
    "MCP6022-I/P": _DUAL,
    "MCP6002-I/SN": _DUAL,  # KiCad Amplifier_Operational:MCP6002-xSN
    "MCP6002-I/P": _DUAL,
    "OPA2350UA": _DUAL,  # KiCad Amplifier_Operational:OPA2340
    "OPA2350PA": _DUAL,
    "OPA350UA": _SINGLE_SO8,  # KiCad Amplifier_Operational:OPA340UA
    "OPA350PA": _SINGLE_SO8,
    "MCP6561T-E/OT": _SINGLE_SOT,  # KiCad Comparator:MCP6561-OT
    "MCP6021T-E/OT": _SINGLE_SOT,  # KiCad Amplifier_Operational:MCP6001-OT
    "LMV331IDBVR": "1.in_p ground 1.in_n 1.out power",  # KiCad Comparator:LMV331
    "LM339AN/NOPB": (  # KiCad Comparator:LM339, whose units A and B are 1 and 2 here
        "2.out 1.out power 1.in_n 1.in_p 2.in_n 2.in_p "
        "3.in_n 3.in_p 4.in_n 4.in_p ground 4.out 3.out"
    ),
    "SN74LVC1G86DBVR": _GATE,  # KiCad 74xGxx:74LVC1G86
    "SN74AUP1G86DBVR": _GATE,
    "SN74LVC1G17DBVR": "- 1.inputs ground 1.output power",  # KiCad 74xGxx:74LVC1G17
    "SN74LVC1G79DBVR": _LATCH,  # KiCad 74xGxx:74LVC1G79
    "SN74AUP1G79DBVR": _LATCH,
    "SN74LVC1G175DBVR": "1.clk ground 1.d 1.q power 1.reset_n",  # KiCad 74xGxx:74LVC1G175
    "SN74HC86N": _QUAD,  # KiCad 74xx:74HC86
    "SN74HC14N": _HEX,  # KiCad 74xx:74HC14
    "SN74HC125N": (  # KiCad 74xx:74LS125, with the enables tied
        "tie 1.inputs 1.output tie 2.inputs 2.output ground "
        "3.output 3.inputs tie 4.output 4.inputs tie power"
    ),
    "SN74HC74N": (  # KiCad 74xx:74HC74; datasheet of SN74HC74-Q1 page 1
        "1.reset_n 1.d 1.clk 1.set_n 1.q 1.q_n ground "
        "2.q_n 2.q 2.set_n 2.clk 2.d 2.reset_n power"
    ),
    "CD74HC175E": (  # KiCad 74xx:74LS175
        "1.reset_n 1.q 1.q_n 1.d 2.d 2.q_n 2.q ground "
        "1.clk 3.q 3.q_n 3.d 4.d 4.q_n 4.q power"
    ),
    "DS1804Z-100+": _XDCP,  # datasheet page 1; KiCad Sensor_Temperature:DS1804
    "DS1804-100+": _XDCP,
    "X9C104SIZ": _XDCP,
    "X9C104PIZ": _XDCP,
    "AD5220BRZ100": _XDCP,
    "AD5220BRZ10": _XDCP,
    "AD5220BNZ100": _XDCP,
    "AD5220BNZ10": _XDCP,
    **dict.fromkeys(
        ("AD5222BRUZ10", "AD5222BRUZ50", "AD5222BRUZ100"),
        "1.b 1.a 1.w ground 2.w 2.a 2.b ground tie tie 1.up_down 1.clk 1.cs power",
    ),
    **dict.fromkeys(  # KiCad Device:R_Pack04
        ("ACASA1002E1002P100", "ACASA1003E1003P100"), "1.a 2.a 3.a 4.a 4.b 3.b 2.b 1.b"
    ),
}  # fmt: skip


def _does(record: PartRecord, number: str) -> str:
    """What pin `number` does, in the words of the table."""
    pin = record.pin_at(number)
    if pin.role in ("power", "ground"):
        return pin.role
    for unit, model in enumerate(record.models, start=1):
        for keyword, name in model.pin_names():
            if name == pin.name:
                return f"{unit}.{keyword}"
    return "tie" if pin.name in record.ties else "-"


@pytest.mark.parametrize("mpn", sorted(WITNESS))
def test_pin_numbers_agree_with_the_witness(mpn: str) -> None:
    """The record's pin numbers mean what KiCad's symbol or the datasheet says."""
    record = load_catalogue()[mpn]
    found = [_does(record, str(number)) for number in range(1, len(record.pins) + 1)]
    assert " ".join(found) == WITNESS[mpn]


def test_every_part_with_a_pinout_has_a_witness() -> None:
    """Only parts with two equal or numbered terminals need no witness."""
    several = {mpn for mpn, record in load_catalogue().items() if len(record.models) > 1}
    active = {mpn for mpn, r in load_catalogue().items() if r.pins_with_role("power")}
    assert several | active == set(WITNESS)

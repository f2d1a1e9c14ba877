"""A part that does not suit is refused with the key, the reason and what to do."""

import pytest
from board_designs import changed, design_of, made, without

from netgen.elaborate import elaborate
from netgen.errors import BuildError
from parts.catalogue import Catalogue

EDGES = [(1, 2)]


@pytest.mark.parametrize(
    ("electronics", "message"),
    [
        (
            'digipot = "AD5222BRUZ1000"',
            'electronics.digipot: no part "AD5222BRUZ1000" in the catalogue; its parts of kind '
            "digipot are AD5220BNZ10, AD5220BNZ100, AD5220BRZ10, AD5220BRZ100, AD5222BRUZ10, "
            "AD5222BRUZ100, AD5222BRUZ50, DS1804-100+, DS1804Z-100+, X9C104PIZ, X9C104SIZ. "
            "Did you mean AD5222BRUZ100, AD5222BRUZ10, AD5222BRUZ50?",
        ),
        (
            'latch = "SN74AUP1G79DBVR"',
            "electronics.latch: SN74AUP1G79DBVR works from 0.8 V to 3.6 V, but its rail is 5 V "
            "(electronics.supply_v); choose another part or another supply",
        ),
        (
            "supply_v = 12.0",
            "electronics.digipot: AD5222BRUZ100 works from 2.7 V to 5.5 V, but its rail is 12 V "
            "(electronics.supply_v); choose another part or another supply",
        ),
        (
            'comparator = "LM339AN"',
            "electronics.comparator: the inputs of LM339AN/NOPB work from 0 V to 3.5 V on a rail "
            "of 5 V (electronics.comparator_supply_v), but node voltages reach from 0 V to 5 V; "
            "choose a rail-to-rail part or another rail",
        ),
        (
            "comparator_supply_v = 5.4",
            "electronics.comparator: TLV3202AIDR drives its output to its own rail of 5.4 V, but "
            "the logic works at 5 V; leave comparator_supply_v out or choose a comparator with an "
            "open-collector output",
        ),
        (
            'xor = "SN74HC14N"',
            "electronics.xor: SN74HC14N has 'not' gates of 1 inputs; an edge needs an XOR of two",
        ),
        (
            "average_ohm = 12345.0",
            "electronics.average_ohm: RT0603BRD07{code}L comes in E24+E96 values, which 12.35k ohm "
            "is not: the nearest is 12.4k ohm",
        ),
        (
            "eta = 0.00001",
            "electronics.eta: 1e-05 needs two resistors that the catalogue does not have: "
            "RT0603BRD07{code}L comes in 10 ohm to 1M ohm, not 3.16M ohm: choose a value in this "
            "range or another series; choose eta between 0.001 and 0.999, or 1",
        ),
    ],
)
def test_unsuitable_parts_are_refused(electronics: str, message: str):
    with pytest.raises(BuildError) as caught:
        made(design_of(EDGES, electronics=electronics))
    assert str(caught.value) == message


def test_a_part_of_another_kind_is_refused_with_those_that_fit():
    with pytest.raises(BuildError) as caught:
        made(design_of(EDGES, electronics='comparator = "MCP6022"'))
    start = "electronics.comparator: MCP6022 is a amplifier, where a comparator is needed; the cat"
    assert str(caught.value).startswith(start)
    assert "MCP6562-E/SN" in str(caught.value)


@pytest.mark.parametrize(
    ("catalogue", "message"),
    [
        (
            changed("MCP6022", swing_v=1.5),
            "electronics.amplifier: the output of MCP6022-I/SN stays 1.5 V away from its rails, so "
            "that a follower cannot copy node voltages of 0 to 5 V; choose a part with "
            "rail-to-rail output",
        ),
        (
            changed("OPA2350UA", common_mode_high_v=1.2),
            "electronics.driver: the inputs of OPA2350UA work from 0 V to 3.8 V on a rail of 5 V "
            "(electronics.supply_v), but node voltages reach from 0 V to 5 V; choose a "
            "rail-to-rail part or another rail",
        ),
        (
            changed("AD5222BRUZ100", terminal_max_v=-0.5),
            "electronics.digipot: the terminals of AD5222BRUZ100 work from 0 V to 4.5 V, but node "
            "voltages reach from 0 V to 5 V; choose another digipot",
        ),
        (
            changed("AD5222BRUZ100", select_level="high"),
            "electronics.digipot: AD5222BRUZ100 is selected by a high level on CS, but the enable "
            "chain selects by a low one; choose another digipot",
        ),
        (
            without("tvs", ["SMBJ5.0A"]),
            None,
        ),
        (
            without("tvs"),
            "supply: no clamp of the catalogue stands off a rail of 5 V; there are none",
        ),
        (
            without("fuse"),
            "supply: no fuse of the catalogue is rated for the 5 V of +5V; there are none",
        ),
        (
            without("connector"),
            "supply: the catalogue has no terminal with 2 pins",
        ),
    ],
)
def test_catalogues_that_do_not_suit_are_refused(catalogue: Catalogue, message: str | None):
    design = design_of(EDGES)
    if message is None:
        assert elaborate(design, catalogue).circuit.components
        return
    with pytest.raises(BuildError) as caught:
        elaborate(design, catalogue)
    assert str(caught.value) == message


@pytest.mark.parametrize("eta", [0.001, 0.02, 0.1, 1 / 3, 0.5, 0.9, 0.999])
def test_the_nudge_s_pair_of_resistors_gives_eta(eta: float):
    nudge = made(design_of(EDGES, electronics=f"eta = {eta}")).parts.nudge
    assert nudge is not None
    assert nudge.eta == pytest.approx(eta, rel=0.01)


def test_eta_one_has_no_resistor_to_the_free_side():
    design = made(design_of(EDGES, electronics="eta = 1.0"))
    assert design.parts.nudge is not None
    assert (design.parts.nudge.free, design.parts.nudge.eta) == (None, 1.0)
    assert "target/TGT1/r_free" not in design.circuit.by_path


@pytest.mark.parametrize(
    ("ohm", "slots"),
    [
        (100e3, {"sum_array": "ACASA1003E1003P100"}),
        (10e3, {"sum_array": "ACASA1002E1002P100"}),
        (47e3, {f"sum_{i}": "RT0603BRD0747KL" for i in (1, 2, 3, 4)}),
    ],
)
def test_averaging_uses_an_array_where_there_is_one(ohm: float, slots: dict[str, str]):
    circuit = made(design_of(EDGES, electronics=f"average_ohm = {ohm}")).circuit
    found = {
        part.slot: part.part.mpn
        for part in circuit.in_cell("edge/1-2")
        if part.slot.startswith("sum_")
    }
    assert found == slots


def test_a_through_hole_digipot_makes_a_through_hole_board():
    circuit = made(design_of(EDGES, electronics='edge_cell = "dillavou2022"')).circuit
    surface = {
        part.slot for part in circuit.components if not part.part.through_hole and part.part.in_bom
    }
    assert surface <= {"driver"}

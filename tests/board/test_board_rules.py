"""Fab profiles: what we draw is never below what a fab makes, or below KiCad's own defaults."""

import json
from dataclasses import asdict

import pytest

from netgen.board.kicad.project import project_text
from netgen.board.rules import PROFILES, fab_rules
from netgen.errors import BuildError
from parts.footprint import MM

# Where a board comes without its project, KiCad judges by these (mm).
KICAD_DEFAULTS = {"space": 0.2, "track": 0.2, "via": 0.5, "drill": 0.3, "edge": 0.5}


@pytest.mark.parametrize("name", PROFILES)
def test_what_is_drawn_can_be_made(name: str) -> None:
    rules = fab_rules(name)
    assert rules.track >= rules.track_min
    assert rules.space >= rules.space_min
    assert rules.drill >= rules.drill_min
    assert rules.via >= rules.via_min
    assert rules.via - rules.drill >= 2 * rules.annular_min
    assert rules.silk_height * 15 // 100 >= rules.silk_line * 3 // 4
    for key, least in KICAD_DEFAULTS.items():
        assert asdict(rules)[key] >= least * MM


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_say_where_and_when_they_were_read(name: str) -> None:
    rules = fab_rules(name)
    year, month = rules.date.split("-")
    assert 2024 < int(year) < 2100
    assert 1 <= int(month) <= 12
    assert rules.source


@pytest.mark.parametrize("name", PROFILES)
def test_the_project_asks_for_the_fabs_minima_and_switches_nothing_off(name: str) -> None:
    rules = fab_rules(name)
    table = json.loads(project_text("x", rules))
    settings = table["board"]["design_settings"]
    assert settings["drc_exclusions"] == []
    assert "ignore" not in settings["rule_severities"].values()
    assert settings["rules"]["min_clearance"] == rules.space_min / MM
    assert settings["rules"]["min_through_hole_diameter"] == rules.drill_min / MM
    assert settings["rules"]["min_copper_edge_clearance"] == rules.edge / MM
    assert settings["rules"]["min_hole_to_hole"] == rules.hole_to_hole / MM
    assert table["net_settings"]["classes"][0]["clearance"] == rules.space / MM
    assert table["text_variables"]["FAB"] == name


def test_an_unknown_fab_is_refused() -> None:
    with pytest.raises(BuildError) as refusal:
        fab_rules("nofab")
    assert str(refusal.value) == (
        "board.fab: no profile 'nofab'; there are jlcpcb, pcbway, oshpark"
    )

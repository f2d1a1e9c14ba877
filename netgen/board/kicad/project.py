"""The `.kicad_pro` beside a board: the fab's rules, so that KiCad judges by them."""

import json

from netgen.board.record import FabRules
from parts.footprint import MM


def project_text(name: str, rules: FabRules) -> str:
    """The project of the board `name`.

    Every check is left at the severity that KiCad gives it, except that courtyards are asked for
    as well; what is set are the fab's minima and the sizes we draw with.
    """
    table = {
        "board": {
            "design_settings": {
                "defaults": {
                    "silk_line_width": _mm(rules.silk_line),
                    "silk_text_size_h": _mm(rules.silk_height),
                    "silk_text_size_v": _mm(rules.silk_height),
                    "silk_text_thickness": _mm(rules.silk_line),
                    "zones": {"min_clearance": _mm(rules.space)},
                },
                "drc_exclusions": [],
                "meta": {"version": 2},
                "rule_severities": {"missing_courtyard": "error"},
                "rules": _minima(rules),
                "track_widths": [0.0, _mm(rules.track), _mm(rules.rail)],
                "via_dimensions": [
                    {"diameter": 0.0, "drill": 0.0},
                    {"diameter": _mm(rules.via), "drill": _mm(rules.drill)},
                ],
            }
        },
        "meta": {"filename": f"{name}.kicad_pro", "version": 1},
        "net_settings": {"classes": [_net_class(rules)], "meta": {"version": 3}},
        "text_variables": {
            "FAB": rules.name,
            "FAB_RULES": f"{rules.source}, read {rules.date}",
        },
    }
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


def _minima(rules: FabRules) -> dict[str, float | int]:
    return {
        "min_clearance": _mm(rules.space_min),
        "min_copper_edge_clearance": _mm(rules.edge),
        "min_hole_clearance": _mm(rules.hole_space),
        "min_hole_to_hole": _mm(rules.hole_to_hole),
        "min_resolved_spokes": 2,
        "min_silk_clearance": 0.0,
        "min_text_height": _mm(rules.silk_height) * 0.8,
        "min_text_thickness": 0.1,
        "min_through_hole_diameter": _mm(rules.drill_min),
        "min_track_width": _mm(rules.track_min),
        "min_via_annular_width": _mm(rules.annular_min),
        "min_via_diameter": _mm(rules.via_min),
    }


def _net_class(rules: FabRules) -> dict[str, object]:
    return {
        "name": "Default",
        "clearance": _mm(rules.space),
        "track_width": _mm(rules.track),
        "via_diameter": _mm(rules.via),
        "via_drill": _mm(rules.drill),
        "microvia_diameter": 0.3,
        "microvia_drill": 0.1,
        "diff_pair_gap": 0.25,
        "diff_pair_via_gap": 0.25,
        "diff_pair_width": 0.2,
        "bus_width": 12,
        "line_style": 0,
        "pcb_color": "rgba(0, 0, 0, 0.000)",
        "schematic_color": "rgba(0, 0, 0, 0.000)",
        "wire_width": 6,
    }


def _mm(value: int) -> float:
    return value / MM

"""The clauses that boards of KiCad 8, 9 and 10 have, by where they stand.

A clause that is in none of these lists is refused: it may be copper, or cut some away.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADER = _words("version general layers net")
"""In the board, before its items: what their meaning depends on."""

NO_COPPER = _words(
    "generator generator_version host paper page title_block setup property variants net_class "
    "group generated embedded_fonts embedded_files point image component_classes"
)
"""In the board: settings, names, references to other items."""

TEXTS = _words("fp_text property fp_text_box gr_text gr_text_box table dimension barcode target")
"""What draws letters and the like on any layer."""

TRACK = _words("start mid end width layer layers net uuid tstamp locked status solder_mask_margin")

VIA = _words(
    "at size drill layers net free locked uuid tstamp status teardrops tenting covering plugging "
    "filling capping keep_end_layers remove_unused_layers start_end_only zone_layer_connections "
    "blind buried micro"
)

ZONE = _words(
    "net net_name layer layers uuid tstamp name hatch priority connect_pads min_thickness "
    "filled_areas_thickness fill keepout polygon filled_polygon locked attr property placement"
)

DRAWING = _words(
    "start mid end center pts width stroke fill layer layers net uuid tstamp locked radius status "
    "solder_mask_margin angle hide"
)

FOOTPRINT = _words(
    "layer at property fp_text pad zone attr path fp_line fp_arc fp_rect fp_circle fp_poly "
    "fp_curve net_tie_pad_groups uuid tstamp tedit descr tags sheetname sheetfile locked placed "
    "autoplace_cost90 autoplace_cost180 solder_mask_margin solder_paste_margin solder_paste_ratio "
    "solder_paste_margin_ratio clearance zone_connect thermal_width thermal_gap model group "
    "embedded_fonts embedded_files private_layers version generator generator_version stackup "
    "duplicate_pad_numbers_are_jumpers jumper_pad_groups units component_classes variant point "
    "image fp_text_box table dimension barcode"
)

PAD = _words(
    "at size drill layers net net_name pinfunction pintype roundrect_rratio chamfer_ratio chamfer "
    "rect_delta options primitives die_length die_delay solder_mask_margin solder_paste_margin "
    "solder_paste_margin_ratio solder_paste_ratio clearance teardrops zone_connect thermal_width "
    "thermal_bridge_width thermal_bridge_angle thermal_gap property tenting covering plugging "
    "filling capping locked tstamp uuid zone_layer_connections keep_end_layers "
    "remove_unused_layers start_end_only"
)

CUTTING = _words("padstack backdrill tertiary_drill front_post_machining back_post_machining")
"""In pads and vias: copper that differs from layer to layer, or that a mill takes away."""

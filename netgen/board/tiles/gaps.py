"""How far apart the parts of a tile stand, courtyard to courtyard."""

from parts.footprint import MM

BESIDE = MM * 3 // 10
"""Between passive parts of one column: their pads leave room for a track."""

BETWEEN = MM
"""Between chips, and between the rows of a tile: room for vias and a few tracks."""

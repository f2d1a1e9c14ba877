"""The floor plan: which tile stands where, so that the wires between tiles are short.

    +--------------------------------------------+
    | rim |  row of edge and node tiles  |  rim   |     The rim holds the cells with connectors, the
    |     |------------------------------|        |     core everything else in rows. Between rows,
    |     |  row of edge and node tiles  |        |     and between core and rim, lie channels.
    +--------------------------------------------+

`plan.py` shows the steps; `links.py` says how strongly cells pull each other, `core.py` what places
there are, `assign.py` which cell takes which, `rim.py` where the connectors go.
"""

from netgen.board.floorplan.frame import Gaps
from netgen.board.floorplan.plan import FloorPlan, plan_floor

__all__ = ["FloorPlan", "Gaps", "plan_floor"]

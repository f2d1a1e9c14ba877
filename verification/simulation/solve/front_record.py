"""The record of the fronts: addresses of their numbers and tables, and counts.

What compiled code reads of FrontPlan, by the same names; rows of lanes are those of
`make_front_twins`.
"""

from __future__ import annotations

import numpy as np

from verification.simulation.solve.addresses import Address
from verification.simulation.solve.twin_kernels import COMMON_FIELDS, POINTS

# A run of the tape's columns: entries of each, how many, and the numbers of the first one's place,
# row of values, entry, target.
RUN_ROW = np.dtype([(n, np.uint32) for n in ("length", "count", "place", "row", "entry", "target")])
# A group of block rows: how many, pivots of the last one, blocks of the first one; and the numbers
# of its block row, value block, block beside, target.
GROUP_ROW = np.dtype(
    [(n, np.uint32) for n in ("size", "pivots", "blocks", "first", "start", "beside", "target")]
)

TABLES = (
    *("slot", "run", "entry_slot", "entry_place", "target"),
    *("start", "beside", "group", "block_target", "cleared"),
)
ASSEMBLY = ("leaf", "source", "single", "parallel", "pivot", "further", "outer")
COUNTS = (
    *("leaves", "leaf_runs", "taped", "hidden_blocks", "blocks"),
    *("first_slot", "first_row", "slots"),
)
COUNTED = ("run", "group", "cleared", *ASSEMBLY)
WORK = ("values", "right", "state", "scaled")
FRONT_TWINS = np.dtype(
    [
        *COMMON_FIELDS,
        *((name, Address) for name in (*TABLES, *ASSEMBLY, *WORK)),
        *((f"solve_{points}", Address) for points in range(1, POINTS + 1)),
        *((name, np.uint64) for name in COUNTS),
        *((f"{name}_count", np.uint64) for name in COUNTED),
    ]
)

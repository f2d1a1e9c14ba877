"""The first call: how long a user waits for the compiler, once, and for an answer, every time."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.boards import draw_board
from tests.bench.extracted import Extracted
from tests.bench.graphs import make_graph
from tests.bench.processes import python
from tests.bench.table import count_text, markdown, time_text

FIRST_CALLS = (("torus", 16), ("torus", 2_000))
STEPS = 20
NETLIST = "designs/dillavou16/golden/dillavou16.net"


def first_call_table() -> str:
    """CPU time of the first learning steps in a process, with an empty and with a filled cache."""
    rows = [[f"power-on and the first {STEPS} steps", "empty cache", "filled cache"]]
    for family, edges in FIRST_CALLS:
        with TemporaryDirectory(prefix="twinboard-bench-") as folder:
            words = ["-m", "tests.bench.start", family, str(edges)]
            settings = {"NUMBA_CACHE_DIR": folder}
            seconds = [float(json.loads(python(words, settings).said)) for _ in range(2)]
        rows.append([f"{family}, {count_text(edges)} edges", *map(time_text, seconds)])
    return markdown(rows)


def learn_table() -> str:
    """`twinboard learn` on `dillavou16` with a warm cache: the second of two runs."""
    rows = [["`twinboard learn`, `dillavou16`", "from start to end", "of CPU"]]
    with TemporaryDirectory(prefix="twinboard-bench-") as folder:
        for task in ("iii", "i"):
            words = ["-m", "twinboard", "learn", NETLIST, "--design", "dillavou16"]
            words += ["--task", task, "--seed", "0", "--quiet", "-o", str(Path(folder) / task)]
            python(words)
            spent = python(words)
            rows.append([f"task {task}", time_text(spent.wall_s), time_text(spent.cpu_s)])
    return markdown(rows)


def first_call_s(family: str, edges: int) -> float:
    """CPU seconds of power-on and STEPS learning steps, everything before it done."""
    extracted = Extracted(draw_board(make_graph(family, edges)))
    extracted.prepare()
    begun = time.process_time()
    extracted.train(extracted.power_on(), STEPS)
    return time.process_time() - begun


if __name__ == "__main__":
    print(json.dumps(first_call_s(sys.argv[1], int(sys.argv[2]))))

"""A working day's load on the paper's network: all of its tasks, 20 seeds each, to the end."""

from __future__ import annotations

import time
from pathlib import Path

from designs import AllosteryTask, load_design
from tests.bench.processes import ROOT
from tests.bench.start import NETLIST
from tests.bench.table import markdown, time_text
from verification.reading.readers import read_netlist
from verification.training.learn import learn_many

SEEDS = tuple(range(20))
STEPS = 300
BAR_S = 5.0


def workload_table() -> str:
    """CPU time of every task, compiled before."""
    netlist, design = read_netlist(ROOT / Path(NETLIST)), load_design("dillavou16")
    rows = [["`dillavou16`, drawn boards", "learning steps a seed", "of CPU, 20 seeds"]]
    total = 0.0
    for task in design.tasks:
        steps = STEPS if isinstance(task, AllosteryTask) else None
        learn_many(netlist, design, task.name, SEEDS[:1], steps=steps)
        begun = time.process_time()
        results = learn_many(netlist, design, task.name, SEEDS, steps=steps)
        spent = time.process_time() - begun
        total += spent
        rows.append([f"task {task.name}", str(results[0].steps), time_text(spent)])
    verdict = "holds" if total <= BAR_S else "**fails**"
    rows.append([f"all; at most {BAR_S:g} s asked: {verdict}", "", time_text(total)])
    return markdown(rows)

"""The circuit falls into blocks that can be solved in order, with nothing afloat and no loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verification.checks.records import Check, Item, judged
from verification.extraction.elements import Problem, ProblemKind
from verification.simulation.partition import Partition

NAME = "partition"
CLAIM = "with each task's cables the circuit falls into blocks in an order: nothing floats or loops"
_FIXES = {
    ProblemKind.FLOATING: "join the net to what should hold it",
    ProblemKind.LOOP: "break the loop: an output reaches its own inputs through a clock edge only",
    ProblemKind.NO_PULL_UP: "add a pull-up resistor",
    ProblemKind.OUTPUTS_IN_CONFLICT: "separate the two outputs",
    ProblemKind.UNPOWERED: "connect the part's supply pins",
}


def check_partition(cuts: Sequence[Partition]) -> Check:
    """Check 10.

    Args:
        cuts: the circuit cabled for each task (of a broken board, for the first).
    """
    faults: list[Item] = []
    seen: set[str] = set()
    for cut in cuts:
        for problem in cut.problems:
            if problem.message not in seen:
                seen.add(problem.message)
                faults += _items(problem)
    largest = max((len(block.nets) for cut in cuts for block in cut.blocks), default=0)
    evidence = {
        "tasks": len(cuts),
        "blocks": max((len(cut.blocks) for cut in cuts), default=0),
        "stages": max((len(cut.stages) for cut in cuts), default=0),
        "nets_of_largest_block": largest,
    }
    return judged(NAME, CLAIM, len(cuts), evidence, faults)


def _items(problem: Problem) -> Iterator[Item]:
    """One item a pin; where the problem names no pin, one a part, or one for the net."""
    places = [pin.rpartition(".")[::2] for pin in problem.pins]
    places = places or [(refdes, "") for refdes in problem.refdes] or [("", "")]
    for refdes, pin in places:
        yield Item(
            refdes,
            pin,
            problem.nets[0] if problem.nets else "",
            expected="a circuit that can be solved block by block",
            got=problem.message,
            fix=_FIXES.get(problem.kind, "correct the netlist"),
            weight=0.4,
        )

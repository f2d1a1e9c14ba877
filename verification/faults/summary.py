"""Summary: what a fault campaign found, class by class, with every name that a reader may ask for.

Mutation score = killed / (tried - invalid - equivalent).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verification.faults.parts import steps_off
from verification.statistics import wilson_interval

SCHEMA_VERSION = 1
PARAMETRIC = "D"
"""Its mutants are no faults to the last: a value one step off may do. They have a curve instead."""


def wilson(killed: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share; (0, 1) where nothing was tried."""
    return wilson_interval(killed, total) if total else (0.0, 1.0)


@dataclass(frozen=True)
class Tally:
    """Every trial of one operator.

    Attributes:
        operator: its letter.
        universe: how many mutants there are.
        trials: what `attempt` found of those tried, in the universe's order.
        behaviour: whether behaviour was looked at.
    """

    operator: str
    universe: int
    trials: tuple[Mapping[str, Any], ...]
    behaviour: bool

    @property
    def exhaustive(self) -> bool:
        """Whether the whole universe was tried."""
        return len(self.trials) == self.universe

    @property
    def invalid(self) -> list[str]:
        """Mutants that no reader reads."""
        return [trial["name"] for trial in self.trials if trial["invalid"]]

    @property
    def equivalent(self) -> list[Mapping[str, Any]]:
        """Trials of mutants that are the same circuit, by proof."""
        return [trial for trial in self.trials if not trial["invalid"] and trial["proof"]]

    @property
    def faults(self) -> list[Mapping[str, Any]]:
        """Trials of mutants that are read and are another circuit: what a judge must see."""
        return [trial for trial in self.trials if not (trial["invalid"] or trial["proof"])]

    @property
    def by_structure(self) -> list[Mapping[str, Any]]:
        """Faults that the checks see."""
        return [trial for trial in self.faults if trial["failed"]]

    @property
    def by_behaviour(self) -> list[Mapping[str, Any]]:
        """Faults that rule, timing, protocol or learning show."""
        return [trial for trial in self.faults if trial["behaviour"]]

    @property
    def survivors(self) -> list[str]:
        """Faults that nothing of the judge sees."""
        return [t["name"] for t in self.faults if not (t["failed"] or t["behaviour"])]

    def by_baseline(self, name: str) -> list[Mapping[str, Any]]:
        """Faults that another checker sees."""
        return [trial for trial in self.faults if trial["baselines"][name]]

    def as_dict(self) -> dict[str, Any]:
        """JSON of the row."""
        seen, faults = self.by_structure, self.faults
        return {
            "operator": self.operator,
            "universe": self.universe,
            "tried": len(self.trials),
            "exhaustive": self.exhaustive,
            "invalid": self.invalid,
            "equivalent": [
                {"name": t["name"], "proof": t["proof"], "flagged_by": t["failed"]}
                for t in self.equivalent
            ],
            "faults": len(faults),
            "killed_by_structure": len(seen),
            "score": len(seen) / len(faults) if faults else None,
            "interval_95": None if self.exhaustive else wilson(len(seen), len(faults)),
            "killed_by_behaviour": len(self.by_behaviour) if self.behaviour else None,
            "killed_by_baseline": {
                name: len(self.by_baseline(name)) for name in baselines_of([self])
            },
            "located": sum(t["named"] for t in seen),
            "located_among_first": sum(t["named_first"] for t in seen),
            "not_located": [t["name"] for t in seen if not t["named"]],
            "only_by_behaviour": [
                {"name": t["name"], "because": t["behaviour"]}
                for t in faults
                if t["behaviour"] and not t["failed"]
            ],
            "survivors": self.survivors,
        }


@dataclass(frozen=True)
class FaultReport:
    """A fault campaign.

    Attributes:
        design, netlist: names of what was mutated.
        seed: of samples and identity transforms.
        sample: the most mutants tried of a class; None: all of them.
        tallies: one for each operator.
        identities: what `attempt` found of each identity transform.
    """

    design: str
    netlist: str
    seed: int
    sample: int | None
    tallies: tuple[Tally, ...]
    identities: tuple[Mapping[str, Any], ...]

    @property
    def trials(self) -> int:
        """How many trials there were."""
        return sum(len(tally.trials) for tally in self.tallies) + len(self.identities)

    @property
    def alarms(self) -> list[Mapping[str, Any]]:
        """Identity transforms that a check refuses."""
        return [trial for trial in self.identities if trial["alarms"]]

    @property
    def passed(self) -> bool:
        """No survivor but parametric ones, and no false alarm."""
        hard = [tally for tally in self.tallies if tally.operator != PARAMETRIC]
        return not self.alarms and not any(tally.survivors for tally in hard)

    def as_dict(self) -> dict[str, Any]:
        """JSON of the whole report."""
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": "pass" if self.passed else "fail",
            "design": self.design,
            "netlist": self.netlist,
            "seed": self.seed,
            "sample": self.sample,
            "operators": [tally.as_dict() for tally in self.tallies],
            "detection_curve": curve(self.tallies),
            "identity": {
                "tried": len(self.identities),
                "false_alarms": [
                    {"name": t["name"], "checks": t["alarms"], "first": t["first"]}
                    for t in self.alarms
                ],
            },
        }


def baselines_of(tallies: Sequence[Tally]) -> list[str]:
    """The names of the baselines that were asked."""
    readable = (t for tally in tallies for t in tally.trials if not t["invalid"])
    return list(next(readable, {"baselines": {}})["baselines"])


def curve(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Parametric faults by how far off they are, in E24 steps (24 to a decade), least first."""
    rows: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    behaviour = False
    for tally in tallies:
        if tally.operator == PARAMETRIC:
            behaviour = tally.behaviour
            for trial in tally.faults:
                rows[steps_off(trial["deviation"])].append(trial)
    return [
        {
            "steps": steps,
            "ratio": round(10 ** (steps / 24), 3),
            "tried": len(rows[steps]),
            "killed_by_structure": sum(bool(t["failed"]) for t in rows[steps]),
            "killed_by_behaviour": (
                sum(bool(t["behaviour"]) for t in rows[steps]) if behaviour else None
            ),
        }
        for steps in sorted(rows, key=lambda steps: (abs(steps), steps))
    ]

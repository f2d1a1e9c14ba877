"""Outcome: what there is to say about a package. Fabricated: that, and its files."""

from collections.abc import Mapping
from dataclasses import dataclass

from netgen.build import BuildPlan
from netgen.fab.assembly import Assembly
from netgen.fab.checks.record import Check
from netgen.fab.profile import FabProfile


@dataclass(frozen=True)
class Outcome:
    """What there is to say about a package.

    Attributes:
        board: its name.
        profile: of the fab.
        x2: whether Gerber files carry X2 attributes.
        parts: bill of materials and placements.
        checks: in the order they were made.
        tools: version of each, by name.
    """

    board: str
    profile: FabProfile
    x2: bool
    parts: Assembly
    checks: tuple[Check, ...]
    tools: Mapping[str, str]

    @property
    def passed(self) -> bool:
        """Whether the package may be ordered."""
        return all(check.verdict == "pass" for check in self.checks)


@dataclass(frozen=True)
class Fabricated:
    """An outcome and the files of the package, in memory."""

    outcome: Outcome
    plan: BuildPlan

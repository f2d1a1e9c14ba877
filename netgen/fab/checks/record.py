"""Check: a claim, how much was looked at, and what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Evidence = Mapping[str, str | int | float]

_SHOWN = 5
"""A text lists so many findings of a check; the JSON has them all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and what to do about it."""

    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist.

    Attributes:
        name: short, for programs.
        claim: what holds where it passes.
        count: things that were looked at; a check of nothing fails.
        evidence: figures, in the order they are printed.
        findings: what was found.
    """

    name: str
    claim: str
    count: int
    evidence: Evidence
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Literal["pass", "fail"]:
        """Pass only where something was looked at and nothing found."""
        return "pass" if self.count and not self.findings else "fail"

    def as_dict(self) -> dict[str, Any]:
        """For `--format json`."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "claim": self.claim,
            "count": self.count,
            "evidence": dict(self.evidence),
            "findings": [{"what": item.what, "fix": item.fix} for item in self.findings],
        }

    def as_text(self) -> str:
        """Lines of the report."""
        figures = ", ".join(f"{name} {value}" for name, value in self.evidence.items())
        lines = [f"{self.verdict}  {self.name}: {self.claim}", f"      {figures}"]
        lines += [f"      ! {item.what}; {item.fix}" for item in self.findings[:_SHOWN]]
        if len(self.findings) > _SHOWN:
            lines.append(f"      ! and {len(self.findings) - _SHOWN} more, see --format json")
        return "\n".join(line for line in lines if line.strip())


def judged(
    name: str, claim: str, count: int, evidence: Evidence, findings: Iterable[Finding]
) -> Check:
    """A check of so many things; of none, it fails and says so."""
    found = tuple(findings)
    if not count and not found:
        found = (Finding("there was nothing to look at", "see why the board or file is empty"),)
    return Check(name, claim, count, evidence, found)

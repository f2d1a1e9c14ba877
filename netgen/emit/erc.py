"""SKiDL's electrical rules as data: findings, their waivers, and the report of them.

The rules are those of SKiDL's own checker (its pin conflict matrix, its drive levels, its checks of
unconnected pins). They run here over the *kinds* of pins on a net instead of over every pair of its
pins: a rail of 3000 pins has 4.5 million pairs and about five kinds.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from designs.schema import Waiver
from netgen.circuit import natural_key

SCHEMA_VERSION = 1
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule.

    Attributes:
        severity: as SKiDL ranks it.
        rule: `pin_conflict`, `single_pin_net`, `no_driver`, `insufficient_drive`,
            `unconnected_pin` or `connected_no_connect`.
        net: where, by name; empty for an unconnected pin.
        pins: `U1.4`, in natural order.
        message: the whole finding in words.
        waived: the design's reason for accepting it, or None.
    """

    severity: Severity
    rule: str
    net: str
    pins: tuple[str, ...]
    message: str
    waived: str | None = None


@dataclass(frozen=True)
class ErcReport:
    """What the electrical rule check found.

    Attributes:
        checked_nets, checked_pins: how much was looked at; a check over nothing proves nothing.
        findings: in order of rule, net and pins.
        unused_waivers: waivers of the design that no finding needed.
    """

    checked_nets: int
    checked_pins: int
    findings: tuple[Finding, ...]
    unused_waivers: tuple[Waiver, ...]

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Findings that no waiver covers."""
        return tuple(finding for finding in self.findings if finding.waived is None)

    @property
    def clean(self) -> bool:
        """No finding without a waiver, and no waiver without a finding."""
        return not self.open_findings and not self.unused_waivers

    def to_json(self, design: str, tool: str) -> str:
        """The text of `<name>.erc.json`."""
        table = {
            "schema_version": SCHEMA_VERSION,
            "design": design,
            "tool": tool,
            "verdict": "pass" if self.clean else "fail",
            "checked": {"nets": self.checked_nets, "pins": self.checked_pins},
            "findings": [
                {
                    "severity": finding.severity,
                    "rule": finding.rule,
                    "net": finding.net,
                    "pins": list(finding.pins),
                    "message": finding.message,
                    "waived": finding.waived,
                }
                for finding in self.findings
            ],
            "unused_waivers": [waiver.model_dump() for waiver in self.unused_waivers],
        }
        return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class ErcPin:
    """What the rules need to know of a pin.

    Attributes:
        name: `U1.4`.
        kind: SKiDL's pin type, by name.
        drive: drive level, as SKiDL ranks them.
        needs: lowest drive level that the net must have for this pin.
    """

    name: str
    kind: str
    drive: int
    needs: int


Conflict = Callable[[str, str], tuple[Severity, str] | None]
"""What SKiDL's matrix says of two kinds of pins on one net: severity and reason, or nothing."""


def check_net(
    net: str, pins: Sequence[ErcPin], net_drive: int, no_drive: int, conflict: Conflict
) -> Iterable[Finding]:
    """The rules of one net.

    Args:
        net: its name.
        pins: on it.
        net_drive: drive declared for the net itself.
        no_drive: the level at or below which a net has no driver.
        conflict: SKiDL's matrix.
    """
    if len(pins) == 1:
        yield _finding("warning", "single_pin_net", net, pins, "has only one pin")
    yield from _conflicts(net, pins, conflict)
    drive = max([net_drive, *(pin.drive for pin in pins)])
    if drive <= no_drive:
        yield _finding("warning", "no_driver", net, pins, "has no driver")
    starved = [pin for pin in pins if pin.needs > drive]
    if starved:
        yield _finding("warning", "insufficient_drive", net, starved, "is too weak for these pins")


def _conflicts(net: str, pins: Sequence[ErcPin], conflict: Conflict) -> Iterable[Finding]:
    by_kind: dict[str, list[ErcPin]] = {}
    for pin in pins:
        by_kind.setdefault(pin.kind, []).append(pin)
    kinds = sorted(by_kind)
    for index, first in enumerate(kinds):
        for second in kinds[index:]:
            found = conflict(first, second)
            if found is None or (first == second and len(by_kind[first]) < 2):
                continue
            both = by_kind[first] if first == second else by_kind[first] + by_kind[second]
            yield _finding(
                found[0], "pin_conflict", net, both, f"joins pins that clash ({found[1]})"
            )


def _finding(severity: Severity, rule: str, net: str, pins: Iterable[ErcPin], what: str) -> Finding:
    names = tuple(sorted((pin.name for pin in pins), key=natural_key))
    return Finding(severity, rule, net, names, f"net {net} {what}: {', '.join(names)}")


def apply_waivers(
    findings: Iterable[Finding], waivers: Sequence[Waiver]
) -> tuple[tuple[Finding, ...], tuple[Waiver, ...]]:
    """(findings with the reasons of the waivers that cover them, waivers that cover none).

    A waiver covers the findings of its rule on the net, or with the pin (`U1.4`), that it names.
    """
    used: set[int] = set()
    settled: list[Finding] = []
    for finding in findings:
        reason = None
        for index, waiver in enumerate(waivers):
            if waiver.rule == finding.rule and waiver.where in (finding.net, *finding.pins):
                used.add(index)
                reason = reason or waiver.reason
        settled.append(
            Finding(
                finding.severity, finding.rule, finding.net, finding.pins, finding.message, reason
            )
        )
    order = sorted(settled, key=lambda f: (f.rule, natural_key(f.net), f.pins))
    unused = tuple(waiver for index, waiver in enumerate(waivers) if index not in used)
    return tuple(order), unused

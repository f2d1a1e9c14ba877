"""One trial: a mutant or an identity transform, judged as its file would be.

```
text -> Document -> mutant -> Netlist -> checks that need no simulation -- none failed --> the rest
                                 |                     `-- failed: killed, and where it points
                                 |-> canonical form: equivalent, with its proof
                                 |-> local rule and learning, whatever the checks said
                                 `-> baselines, on the text
```
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from designs import Design
from parts.catalogue import load_catalogue
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.records import Check, Item, Verdict
from verification.checks.rig import Rig
from verification.errors import NetlistError, UsageError
from verification.faults.behaviour import Lesson, misbehaviour
from verification.faults.document import Document
from verification.faults.equivalence import Canon, proof
from verification.faults.identity import transform
from verification.faults.mutants import Mutant, Original, Universe
from verification.faults.parts import census, drifts, wrong_parts
from verification.faults.twins import twin_swaps
from verification.faults.wiring import wiring
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.structure import LearningNetwork, extract_network
from verification.verify import (
    VerifyOptions,
    behaviour_checks,
    wired_checks,
)

IDENTITY = "identity"
Job = tuple[str, int]
"""(operator or IDENTITY, which of its universe)."""
Baseline = Callable[[str], bool]
"""Whether another checker refuses a netlist's text."""
FIRST = 5
"""How many items of a check a reader looks at before losing patience."""
BEHAVIOUR_CHECKS = ("rule", "timing", "protocol", "learning_edges")
"""Checks of what the board does in time; the others are of structure and electrics."""
_OPTIONS = VerifyOptions(learning=False, ideal=True)


@dataclass(frozen=True)
class Subject:
    """A board to put faults into, and how to look at them. Workers get it without what it caches.

    Attributes:
        text: of the netlist file.
        source: its name.
        design: what it should be.
        lessons: what a faulty board is asked to learn; None: behaviour is not looked at.
        baselines: other checkers, by the name of their column.
        identity_seed: of the identity transforms.
    """

    text: str
    source: str
    design: Design
    lessons: tuple[Lesson, ...] | None = None
    baselines: Mapping[str, Baseline] = field(default_factory=dict[str, Baseline])
    identity_seed: int = 0

    def __reduce__(self) -> tuple[type[Subject], tuple[object, ...]]:
        given = (self.text, self.source, self.design, self.lessons)
        return Subject, (*given, dict(self.baselines), self.identity_seed)

    @cached_property
    def original(self) -> Original:
        """The board without a fault. Raises NetlistError."""
        document = Document.of(self.text, self.source)
        case = Case(index_board(document.netlist, self.design, load_catalogue()))
        return Original(document, case.board, case, extract_network(case))

    @cached_property
    def universes(self) -> Mapping[str, Universe]:
        """Operator -> its mutants."""
        catalogue = load_catalogue()
        made = (
            *wiring(self.original),
            twin_swaps(self.original),
            census(self.original),
            wrong_parts(self.original, catalogue),
            drifts(self.original, catalogue),
        )
        return {universe.operator: universe for universe in made}

    @cached_property
    def canon(self) -> Canon | None:
        """The board without a fault in canonical form."""
        return Canon.of(self.original.board)


def attempt(subject: Subject, job: Job) -> dict[str, Any]:
    """Carry out one trial; the result is JSON-able and the same on every machine."""
    operator, position = job
    if operator == IDENTITY:
        return _identity(subject, position)
    return _mutant(subject, subject.universes[operator].make(position))


def _identity(subject: Subject, position: int) -> dict[str, Any]:
    base = subject.original.document.netlist
    made = transform(base, subject.design, subject.identity_seed, position)
    netlist = parse_netlist(made.text, subject.source)
    case, network, checks = wired_checks(netlist, made.design, load_catalogue())
    failed = _failed(checks) or _failed(_rest(case, network, checks))
    kinds = [f"{check.name}: {check.items[0].expected}" for check in failed if check.items]
    return {"name": made.name, "alarms": [check.name for check in failed], "first": kinds[:1]}


def _mutant(subject: Subject, mutant: Mutant) -> dict[str, Any]:
    variant = subject.original.document.changed(mutant.change)
    result: dict[str, Any] = {"name": mutant.name, "deviation": mutant.deviation}
    try:
        netlist = variant.netlist()
    except NetlistError as error:
        return {**result, "invalid": str(error)}
    case, network, checks = wired_checks(netlist, subject.design, load_catalogue())
    failed = _failed(checks)
    why_equal = proof(subject.canon, case.board)
    behaviour = ""
    # The same circuit does the same: only what is compared by name can still differ.
    if not (failed or why_equal):
        late = _failed(_rest(case, network, checks))
        failed = [check for check in late if check.name not in BEHAVIOUR_CHECKS[1:]]
        acts = [check for check in late if check.name in BEHAVIOUR_CHECKS]
        behaviour = f"{acts[0].name}: {_said(acts[0])}" if acts else ""
    elif failed and not (why_equal or _named(mutant, _items(failed))):
        # Rare: what follows the wires stays silent on where; what runs the board may say it.
        failed += [c for c in _failed(_rest(case, network, checks)) if c.name == "interface"]
    if subject.lessons is not None and not why_equal:
        behaviour = behaviour or misbehaviour(case, network, subject.lessons)
    return {
        **result,
        "invalid": "",
        "proof": why_equal,
        "failed": [check.name for check in failed],
        "behaviour": behaviour,
        "named": _named(mutant, _items(failed)),
        "named_first": _named(mutant, _items(failed, FIRST)),
        "baselines": {name: look(variant.text) for name, look in subject.baselines.items()},
    }


def refusals(netlist: Netlist, design: Design) -> list[Check]:
    """The failed checks of a board, all but learning."""
    case, network, checks = wired_checks(netlist, design, load_catalogue())
    return _failed(checks) or _failed(_rest(case, network, checks))


def _rest(case: Case, network: LearningNetwork, checks: Sequence[Check]) -> list[Check]:
    """The checks that run the board; a board that cannot be simulated fails one of that name."""
    try:
        return behaviour_checks(Rig(case, network, load_catalogue()), checks, _OPTIONS)
    except UsageError as error:
        items = (Item(expected="a board that can be simulated", got=str(error)),)
        return [Check("simulation", "the board can be simulated", Verdict.FAIL, {}, items)]


def _failed(checks: Sequence[Check]) -> list[Check]:
    return [check for check in checks if check.verdict is Verdict.FAIL]


def _items(checks: Sequence[Check], most: int | None = None) -> list[Item]:
    """The items of checks, the first `most` of each."""
    return [item for check in checks for item in check.items[:most]]


def _said(check: Check) -> str:
    return f"{check.items[0].expected}; found {check.items[0].got}" if check.items else check.claim


def _named(mutant: Mutant, items: Sequence[Item]) -> bool:
    """Whether the items name every side of a fault."""
    return all(any(c.named_by(item) for item in items) for c in mutant.culprits)

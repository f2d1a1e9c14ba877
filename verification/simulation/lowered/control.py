"""Control: when each digipot steps, in which direction, and which flip-flops enable it.

The host's protocol is known: in each learning step bits are shifted with ENABLE_CLOCK, then LATCH
goes high and low, then STEP. So a flip-flop that LATCH alone clocks holds what its D was at LATCH,
one that ENABLE_CLOCK alone clocks a bit of the chain, and what a digipot does on its edge of STEP
is a function of comparators and bits.

```
comparators --> gates --> D latch (LATCH) --> gates --> up_down  \
comparators --> gates --------------------------------> up_down   > digipot, clocked by STEP
ENABLE_DATA --> D (ENABLE_CLOCK) --> D --> ... --> gates --> cs  /
```
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verification.extraction.elements import Digipot, DriveKind, FlipFlop
from verification.extraction.functions import ENABLE_CLOCK, ENABLE_DATA, LATCH, STEP
from verification.simulation.lowered.levels import Level, find_levels
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.lowered.truth import (
    FALSE,
    TRUE,
    Truth,
    Variable,
    VariableKind,
    substituted,
    value_of,
)
from verification.simulation.partition import Partition

STILL_TABLE = (0.0, 0.0, 0.0, 0.0)
_LINES = (LATCH, STEP, ENABLE_DATA, ENABLE_CLOCK)
_MOST_DECISIONS = 2


@dataclass(frozen=True, slots=True)
class PotControl:
    """What a digipot does in a learning step.

    Attributes:
        decides: the comparators (of the circuit) whose decisions count, at most two.
        table: its steps for decisions q0 + 2 q1 of them; the second is ignored where there is one.
        enable: flip-flop of the enable chain, or -1.
        high: whether the digipot is enabled when that flip-flop's Q is high.
    """

    decides: tuple[int, ...] = ()
    table: tuple[float, ...] = STILL_TABLE
    enable: int = -1
    high: bool = False


STILL = PotControl()


@dataclass(frozen=True, slots=True)
class Control:
    """The digital side of a board.

    Attributes:
        pots: of every digipot; STILL for those that no learning step moves.
        chain: flip-flop of each place of the enable chain, nearest to ENABLE_DATA first.
        chain_high: the bit that is in each place when its Q is high.
        quiet: pins that the host may not set in a run, the lines among them.
        lines: nets of the control lines, which change within a step.
    """

    pots: tuple[PotControl, ...]
    chain: tuple[int, ...]
    chain_high: tuple[bool, ...]
    quiet: tuple[int, ...]
    lines: frozenset[int]


def find_control(cut: Partition) -> Control:
    """The digital side of a board.

    Raises:
        CannotLower: a digipot's inputs follow from anything but the protocol, comparators and the
            enable chain.
    """
    reader = _Reader(cut)
    pots = tuple(reader.pot(position) for position in range(len(cut.circuit.digipots)))
    if not any(pot.decides for pot in pots):
        raise CannotLower("no digipot steps with STEP in a direction that a comparator gives")
    # Flip-flops that enable nothing are shifted too: the host reads the last one's output.
    chain, chain_high = reader.chain(
        k for k in range(len(cut.circuit.flipflops)) if reader.shifts(k)
    )
    return Control(pots, chain, chain_high, tuple(sorted(reader.quiet)), reader.lines)


class _Reader:
    """Follows the logic behind clocks, directions and selections; made for one circuit."""

    def __init__(self, cut: Partition) -> None:
        self.cut = cut
        self.circuit = cut.circuit
        lines = _line_nets(cut)
        self.line = {name: (VariableKind.PIN, net) for net, name in lines.items()}
        self.levels: dict[int, Level] = find_levels(cut, lines)
        self.lines = frozenset(lines)
        self.quiet = set(lines)
        self._edges: dict[str, bool] = {}
        self._latched: dict[int, Truth] = {}
        self._pots: dict[tuple[int, int, int, float, str, str, str], PotControl] = {}

    def pot(self, position: int) -> PotControl:
        """What one digipot does. Twins share their nets, and are looked at once."""
        pot = self.circuit.digipots[position]
        if not pot.supply.powered:
            return STILL
        levels = (pot.model.step_edge, pot.model.select_level, pot.model.up_level)
        key = (pot.clk, pot.up_down, pot.cs, pot.supply.threshold_v, *levels)
        if key not in self._pots:
            self._pots[key] = self._powered_pot(pot)
        return self._pots[key]

    def _powered_pot(self, pot: Digipot) -> PotControl:
        name = f"digipot {pot.unit.name}"
        clock = self.read(pot.clk, pot.supply.threshold_v, f"CLK of {name}")
        if not self._follows(clock, STEP):
            self._stands_still(clock, name)
            return STILL
        rises = clock.values[1] == (pot.model.step_edge == "rising")
        self._same_edge(STEP, rises, name)
        selected = self._at_step(pot, pot.cs, "CS", rises)
        up = self._at_step(pot, pot.up_down, "U/D", rises)
        return self._moves(pot, selected, up)

    def read(self, net: int, threshold_v: float, what: str) -> Truth:
        """What a logic input sees."""
        level = self.levels.get(net)
        truth = None if level is None else level.read(threshold_v)
        if truth is None:
            raise CannotLower(f"{what} is on net {self.circuit.nets[net].name}, no logic level")
        return truth

    def shifts(self, position: int) -> bool:
        """Whether ENABLE_CLOCK alone clocks a flip-flop."""
        flipflop = self.circuit.flipflops[position]
        level = self.levels.get(flipflop.clk)
        clock = None if level is None else level.read(flipflop.supply.threshold_v)
        return flipflop.supply.powered and clock is not None and self._follows(clock, ENABLE_CLOCK)

    def chain(self, wanted: Iterable[int]) -> tuple[tuple[int, ...], tuple[bool, ...]]:
        """The enable chain as far as the wanted flip-flops: flip-flops and polarities."""
        place: dict[int, int] = {}
        high: dict[int, bool] = {}
        for last in wanted:
            path: list[tuple[int, bool]] = []
            here = last
            while here >= 0 and here not in place:
                before, inverts = self._fed_by(here)
                path.append((here, inverts))
                if len(path) > len(self.circuit.flipflops):
                    raise CannotLower(f"the enable chain is a ring at {self._flipflop(here)}")
                here = before
            count, polarity = (place[here] + 1, high[here]) if here >= 0 else (0, True)
            for flipflop, inverts in reversed(path):
                polarity = polarity != inverts
                place[flipflop], high[flipflop] = count, polarity
                count += 1
        order = sorted(place, key=place.__getitem__)
        if [place[flipflop] for flipflop in order] != list(range(len(order))):
            raise CannotLower("two flip-flops of the enable chain are fed by the same one")
        return tuple(order), tuple(high[flipflop] for flipflop in order)

    def _follows(self, clock: Truth, line: str) -> bool:
        """Whether a clock moves with this line alone."""
        return line in self.line and clock.variables == (self.line[line],)

    def _stands_still(self, clock: Truth, name: str) -> None:
        """Refuse a clock that moves in the protocol; keep its pins quiet."""
        moving = {self.line[line] for line in _LINES if line in self.line}
        for variable in clock.variables:
            if variable in moving or variable[0] is not VariableKind.PIN:
                raise CannotLower(f"{name} is clocked by more than STEP")
            self.quiet.add(variable[1])

    def _same_edge(self, line: str, rises: bool, what: str) -> None:
        if self._edges.setdefault(line, rises) != rises:
            raise CannotLower(f"{what} changes on another edge of {line} than others do")

    def _at_step(self, pot: Digipot, net: int, pin: str, rises: bool) -> Truth:
        """What a digipot's input is on its edge of STEP."""
        what = f"{pin} of digipot {pot.unit.name}"
        truth = self.read(net, pot.supply.threshold_v, what)
        parts = {
            variable: self._latched_truth(variable[1])
            for variable in truth.variables
            if variable[0] is VariableKind.FLIPFLOP
        }
        return self._during(truth, {STEP: rises}, parts, what)

    def _during(
        self,
        truth: Truth,
        high: Mapping[str, bool],
        parts: Mapping[Variable, Truth],
        what: str,
    ) -> Truth:
        """A function while the lines have the protocol's levels; it may not read other pins."""
        fixed = {
            self.line[line]: TRUE if high.get(line, False) else FALSE
            for line in (LATCH, STEP, ENABLE_CLOCK)
            if line in self.line
        }
        found = substituted(truth, {**fixed, **parts})
        if found is None:
            raise CannotLower(f"{what} depends on too many signals")
        if any(kind is VariableKind.PIN for kind, _ in found.variables):
            raise CannotLower(f"{what} depends on a pin that the host sets")
        return found

    def _latched_truth(self, position: int) -> Truth:
        """What a flip-flop's Q is at STEP: a function of comparators, or itself (a chain's bit)."""
        known = self._latched.get(position)
        if known is None:
            known = self._latched[position] = self._find_latched(position)
        return known

    def _find_latched(self, position: int) -> Truth:
        flipflop, name = self.circuit.flipflops[position], self._flipflop(position)
        clock = self._clock(flipflop, name)
        if self._follows(clock, ENABLE_CLOCK):
            return Truth(((VariableKind.FLIPFLOP, position),), (False, True))
        if not self._follows(clock, LATCH):
            raise CannotLower(f"{name} is clocked by something else than LATCH or ENABLE_CLOCK")
        rises = clock.values[1] == (flipflop.model.edge == "rising")
        what = f"D of {name}"
        truth = self.read(flipflop.d, flipflop.supply.threshold_v, what)
        found = self._during(truth, {LATCH: rises}, {}, what)
        if any(kind is not VariableKind.COMPARATOR for kind, _ in found.variables):
            raise CannotLower(f"{what} depends on another flip-flop")
        return found

    def _clock(self, flipflop: FlipFlop, name: str) -> Truth:
        """The clock of a flip-flop whose set and reset do nothing."""
        threshold = flipflop.supply.threshold_v
        for net in (flipflop.set_n, flipflop.reset_n):
            if net is not None and self.read(net, threshold, f"set or reset of {name}") != TRUE:
                raise CannotLower(f"set or reset of {name} is not tied high")
        return self.read(flipflop.clk, threshold, f"CLK of {name}")

    def _fed_by(self, position: int) -> tuple[int, bool]:
        """The flip-flop before another in the chain, -1 for ENABLE_DATA, and whether it inverts."""
        flipflop, name = self.circuit.flipflops[position], self._flipflop(position)
        clock = self._clock(flipflop, name)
        label = f"{flipflop.unit.refdes}.{flipflop.record.pin_number(flipflop.model.q)}"
        if self.cut.holder[flipflop.q].label != label:
            raise CannotLower(f"Q of {name} is held by another output")
        rises = clock.values[1] == (flipflop.model.edge == "rising")
        self._same_edge(ENABLE_CLOCK, rises, name)
        what = f"D of {name}"
        truth = self.read(flipflop.d, flipflop.supply.threshold_v, what)
        data = self.line.get(ENABLE_DATA)
        bit: Variable = (VariableKind.FLIPFLOP, -1)
        found = self._during(
            truth, {ENABLE_CLOCK: rises}, {data: Truth((bit,), (False, True))} if data else {}, what
        )
        if len(found.variables) != 1 or found.variables[0][0] is not VariableKind.FLIPFLOP:
            raise CannotLower(f"{what} is fed by neither ENABLE_DATA nor one flip-flop")
        before = found.variables[0][1]
        if before >= 0:
            source = self.circuit.flipflops[before]
            if not self._follows(self._clock(source, self._flipflop(before)), ENABLE_CLOCK):
                raise CannotLower(f"{what} is fed by a flip-flop outside the enable chain")
        return before, found.values[0]

    def _moves(self, pot: Digipot, selected: Truth, up: Truth) -> PotControl:
        """The table of a digipot from its selection and its direction."""
        name = f"digipot {pot.unit.name}"
        wanted = pot.model.select_level == "high"
        if not selected.variables and selected.values[0] != wanted:
            return STILL
        enable, high = -1, False
        if selected.variables:
            kind, enable = selected.variables[0]
            if len(selected.variables) > 1 or kind is not VariableKind.FLIPFLOP:
                raise CannotLower(f"{name} is selected by more than a bit of the enable chain")
            high = selected.values[1] == wanted
        decides = tuple(index for kind, index in up.variables if kind is VariableKind.COMPARATOR)
        if len(decides) < len(up.variables) or len(decides) > _MOST_DECISIONS:
            raise CannotLower(f"the direction of {name} is no function of at most two comparators")
        table = tuple(
            1.0 if self._goes_up(pot, up, decides, index) else -1.0
            for index in range(len(STILL_TABLE))
        )
        return PotControl(decides, table, enable, high)

    def _goes_up(self, pot: Digipot, up: Truth, decides: tuple[int, ...], index: int) -> bool:
        point: dict[Variable, bool] = {
            (VariableKind.COMPARATOR, comparator): bool(index >> k & 1)
            for k, comparator in enumerate(decides)
        }
        return value_of(up, point) == (pot.model.up_level == "high")

    def _flipflop(self, position: int) -> str:
        return f"flip-flop {self.circuit.flipflops[position].unit.name}"


def _line_nets(cut: Partition) -> dict[int, str]:
    """Net -> control line that the host pulses on it, as Machine has them."""
    held = {drive.net for drive in cut.circuit.drives if drive.kind is not DriveKind.RAIL}
    lines: dict[int, str] = {}
    for name in _LINES:
        nets = cut.circuit.functions.get(name, ())
        if nets and nets[0] in held and lines.setdefault(nets[0], name) != name:
            raise CannotLower(f"pins {lines[nets[0]]} and {name} are on one net")
    return lines

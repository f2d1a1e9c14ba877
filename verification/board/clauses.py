"""Clauses of a board file, `(head atom (head ...) ...)`, taken apart; refusals name their line."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from verification.board.record import Point
from verification.errors import NetlistError
from verification.reading.sexpr import Sexpr

NM_PER_MM = 1_000_000
LARGEST_MM = 2147.483647
"""No coordinate is larger: KiCad counts nm in 32 bits."""
Clause = list[Sexpr]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands, for messages."""

    source: str
    line: int

    def error(self, message: str) -> NetlistError:
        """The refusal of what stands here."""
        return NetlistError(f"{self.source}, line {self.line}: {message}")


def head(clause: Clause) -> str:
    """The first atom of a clause, "" where it begins with a list."""
    first = clause[0] if clause else ""
    return first if isinstance(first, str) else ""


def clauses(clause: Clause) -> Iterator[Clause]:
    """The clauses inside a clause, in order."""
    return (item for item in clause if isinstance(item, list))


def atoms(clause: Clause) -> list[str]:
    """The atoms behind the head."""
    return [item for item in clause[1:] if isinstance(item, str)]


def find(clause: Clause, name: str) -> Clause | None:
    """The first clause of that head inside a clause."""
    return next((item for item in clauses(clause) if item[0] == name), None)


def text(clause: Clause, name: str) -> str:
    """The atoms of the first clause of that head, joined by spaces; "" where there is none."""
    found = find(clause, name)
    return "" if found is None else " ".join(atoms(found))


def flag(clause: Clause, name: str) -> bool:
    """Whether a boolean clause is there and says yes, or nothing, which older files write."""
    found = find(clause, name)
    return found is not None and atoms(found)[:1] in ([], ["yes"], ["true"])


def to_nm(number: Sexpr, place: Place) -> int:
    """A length of the file, which are millimetres, in nm."""
    try:
        value = float(number)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        said = number[:24] if isinstance(number, str) else f"({head(number)} ...)"
        raise place.error(f'"{said}" where a length in mm belongs') from None
    if not abs(value) <= LARGEST_MM:
        raise place.error(f"a length of {number} mm; at most {LARGEST_MM:g} mm are read")
    return round(value * NM_PER_MM)


def lengths(clause: Clause, name: str, count: int, place: Place) -> tuple[int, ...]:
    """The first `count` atoms of the clause of that head, in nm."""
    found = find(clause, name)
    given = [] if found is None else atoms(found)
    if len(given) < count:
        raise place.error(
            f"'({head(clause)} ...)' without a complete '({name} ...)': {count} numbers are needed"
        )
    return tuple(to_nm(number, place) for number in given[:count])


def point(clause: Clause, name: str, place: Place) -> Point:
    """The two atoms of the clause of that head, in nm."""
    x, y = lengths(clause, name, 2, place)
    return x, y


def length(clause: Clause, name: str, place: Place, default: int | None = None) -> int:
    """The first atom of the clause of that head, in nm; without it the default, or a refusal."""
    if default is not None and find(clause, name) is None:
        return default
    return lengths(clause, name, 1, place)[0]


def ratio(clause: Clause, name: str, place: Place) -> float:
    """A number without a unit, 0 where there is none."""
    found = find(clause, name)
    given = atoms(found)[:1] if found is not None else []
    return _finite(given[0], place) if given else 0.0


def position(clause: Clause, place: Place) -> tuple[Point, float]:
    """`(at x y angle)`: a point and an angle in degrees, 0 where none is given."""
    at = point(clause, "at", place)
    given = atoms(find(clause, "at") or [])
    numbers = [atom for atom in given if atom != "unlocked"]
    return at, _finite(numbers[2], place) if len(numbers) > 2 else 0.0


def net_of(clause: Clause, names: dict[str, str]) -> str:
    """The net's name: `(net 3 "GND")` and `(net 3)` up to KiCad 9, `(net "GND")` from 10 on."""
    found = find(clause, "net")
    given = [] if found is None else atoms(found)
    if len(given) > 1:
        return given[1]
    return names.get(given[0], given[0]) if given else text(clause, "net_name")


def layers_of(clause: Clause) -> list[str]:
    """The layers of a clause, as the file names them."""
    return [name for key in ("layer", "layers") for name in atoms(find(clause, key) or [])]


def refuse_unknown(clause: Clause, known: Collection[str], what: str, place: Place) -> None:
    """Refuse clauses that nobody here has read about: they may change the copper.

    Raises:
        NetlistError: the first such clause.
    """
    for item in clauses(clause):
        if head(item) not in known:
            raise place.error(
                f"{what} has a clause '({head(item)[:24]} ...)' that is not known here; boards of "
                "KiCad 8, 9 and 10 are read: save it with one of them"
            )


def _finite(number: str, place: Place) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise place.error(f'"{number[:24]}" where a number belongs')
    return value

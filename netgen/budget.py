"""How much current each rail feeds at most, from the components that hang on it."""

from collections.abc import Iterable

from netgen.circuit import Component
from parts.models import DigipotModel, ResistorModel


def rail_currents(components: Iterable[Component], rails: dict[str, float]) -> dict[str, float]:
    """An upper bound on the current of each rail, in ampere.

    Counted are the largest quiescent current of every chip on the rail, and, on the first rail,
    the current of every resistor and of every digipot at half its range with the whole rail across
    it: lamps, pull-ups, averaging resistors and the two networks at their power-on state. A network
    driven to its lowest resistances draws more; the source drivers' output currents limit it.

    Args:
        components: of the board.
        rails: volts of each rail by the name of its net; the first one is the main rail.
    """
    currents = dict.fromkeys(rails, 0.0)
    main, volts = next(iter(rails.items()))
    for component in components:
        part = component.part
        for net in sorted({pin.net for pin in component.pins if pin.role == "power" and pin.net}):
            currents[net] += part.ratings.supply_current_a or 0.0
        for resistor in part.units(ResistorModel):
            currents[main] += volts / resistor.ohm
        for digipot in part.units(DigipotModel):
            currents[main] += volts / (digipot.end_to_end_ohm / 2)
    return currents

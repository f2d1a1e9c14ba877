"""Signals: which nets each element senses and which it drives, with the pins for reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Amplifier, Comparator, Digipot, Element, FlipFlop, Gate


@dataclass(frozen=True, slots=True)
class Signal:
    """One pin of an element on one net: "U3.5" on net 17."""

    pin: str
    net: int


def is_follower(amplifier: Amplifier) -> bool:
    """Whether the output is wired to the inverting input, so that it repeats the other input."""
    return amplifier.in_n == amplifier.out


def inputs(element: Element) -> tuple[Signal, ...]:
    """The pins that sense a net without loading it. A follower's feedback is not among them."""
    match element:
        case Amplifier():
            names = ("in_p",) if is_follower(element) else ("in_p", "in_n")
        case Comparator():
            names = ("in_p", "in_n")
        case Gate():
            return tuple(
                Signal(_pin(element, name), net)
                for name, net in zip(element.model.inputs, element.inputs, strict=True)
            )
        case FlipFlop():
            names = ("d", "clk", "set_n", "reset_n")
        case Digipot():
            names = ("clk", "up_down", "cs")
        case _:
            return ()
    return tuple(_signals(element, names))


def outputs(element: Element) -> tuple[Signal, ...]:
    """The pins that hold a net at a voltage; an open collector holds nothing."""
    match element:
        case Amplifier():
            return tuple(_signals(element, ("out",)))
        case Comparator():
            return () if element.open_collector else tuple(_signals(element, ("out",)))
        case Gate():
            return tuple(_signals(element, ("output",)))
        case FlipFlop():
            return tuple(_signals(element, ("q", "q_n")))
        case _:
            return ()


def sensed_nets(circuit: MixedCircuit) -> dict[int, tuple[str, ...]]:
    """Net -> the input pins on it, for every net that an element senses."""
    found: dict[int, list[str]] = {}
    for element in circuit.elements:
        for signal in inputs(element):
            found.setdefault(signal.net, []).append(signal.pin)
    return {net: tuple(pins) for net, pins in found.items()}


def _signals(element: Element, keywords: tuple[str, ...]) -> Iterator[Signal]:
    """The pins of those keywords that the part has; element and model use one set of names."""
    for keyword in keywords:
        net = getattr(element, keyword)
        if net is not None:
            yield Signal(_pin(element, getattr(element.model, keyword)), net)


def _pin(element: Element, name: str) -> str:
    return f"{element.unit.refdes}.{element.record.pin_number(name)}"

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
    if isinstance(element, Gate):
        return tuple(
            Signal(_pin(element, name), net)
            for name, net in zip(element.model.inputs, element.inputs, strict=True)
        )
    return tuple(_signals(element, _sensing(element)))


def input_nets(element: Element) -> tuple[int, ...]:
    """The nets of `inputs`."""
    match element:
        case Gate():
            return element.inputs
        case Comparator():
            return element.in_p, element.in_n
        case Amplifier():
            return (element.in_p,) if is_follower(element) else (element.in_p, element.in_n)
        case _:
            nets: list[int | None] = [getattr(element, name) for name in _sensing(element)]
            return tuple([net for net in nets if net is not None])


def _sensing(element: Element) -> tuple[str, ...]:
    """The keywords of an element's inputs; a gate's are numbered instead."""
    match element:
        case Amplifier():
            return ("in_p",) if is_follower(element) else ("in_p", "in_n")
        case Comparator():
            return ("in_p", "in_n")
        case FlipFlop():
            return ("d", "clk", "set_n", "reset_n")
        case Digipot():
            return ("clk", "up_down", "cs")
        case _:
            return ()


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


def all_sensed(circuit: MixedCircuit) -> set[int]:
    """Every net that an element senses."""
    found: set[int] = set()
    for element in circuit.active:
        found.update(input_nets(element))
    return found


def _signals(element: Element, keywords: tuple[str, ...]) -> Iterator[Signal]:
    """The pins of those keywords that the part has; element and model use one set of names."""
    for keyword in keywords:
        net = getattr(element, keyword)
        if net is not None:
            yield Signal(_pin(element, getattr(element.model, keyword)), net)


def _pin(element: Element, name: str) -> str:
    return f"{element.unit.refdes}.{element.record.pin_number(name)}"

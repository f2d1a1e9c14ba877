"""The second reader of netlists: kinparse, a parser by another author, gives the same Netlist.

It takes 3 s for a 16-edge board and minutes for a 500-edge one; nothing depends on it but the
comparison.
"""

from __future__ import annotations

import io
from typing import Any

from kinparse import parse_netlist as kinparse_parse
from pyparsing import ParseBaseException

from verification.errors import NetlistError
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef
from verification.reading.sexpr import read_entries, unescape


def parse_with_kinparse(text: str, source: str) -> Netlist:
    """The netlist in a text by kinparse. Raises NetlistError, also for dialects it cannot read."""
    for _ in read_entries(text, source, ()):
        pass  # bounds depth and size first: pyparsing recurses and backtracks without limit
    try:
        parsed: Any = kinparse_parse(io.StringIO(text))
    except ParseBaseException as error:
        reason = error.msg.partition(" (")[0]  # what follows is kinparse's whole grammar
        raise NetlistError(
            f"{source}, line {error.lineno}: kinparse cannot read this file ({reason});"
            " use the own reader"
        ) from None
    components = tuple(_component(part) for part in parsed.parts)
    nets = tuple(
        NetlistNet(
            _text(net.name),
            tuple(PinRef(_text(pin.ref), _text(pin.num)) for pin in net.pins),
            functions=tuple(_text(pin.function) for pin in net.pins),
        )
        for net in parsed.nets
    )
    return Netlist(components, nets, source)


def _component(part: Any) -> NetlistComponent:
    fields: dict[str, str] = {}
    for item in (*part.fields, *part.properties):
        fields.setdefault(_text(item.name), _text(item.value))
    sheetpath = part.sheetpath
    path = (_text(sheetpath.names) or _text(sheetpath.name)) if sheetpath else ""
    return NetlistComponent(
        _text(part.ref),
        _text(part.value),
        _text(part.footprint),
        tuple(fields.items()),
        path,
        _text(part.tstamps) or _text(part.tstamp),
    )


def _text(value: Any) -> str:
    """A parsed string; kinparse gives an empty result object where a clause is absent.

    It leaves the quotes on where a space stands between them and the closing parenthesis.
    """
    if not isinstance(value, str):
        return ""
    text = value.strip()
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return unescape(text[1:-1] if quoted else text)

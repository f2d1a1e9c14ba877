"""A reader of netlists in a few lines, for the tests: not the generator's code, nor the judge's."""

import re
from typing import Any

TOKEN = re.compile(r'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+')


def parse(text: str) -> list[Any]:
    """Nested lists of words."""
    stack: list[list[Any]] = [[]]
    for token in TOKEN.findall(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            inner = stack.pop()
            stack[-1].append(inner)
        else:
            stack[-1].append(re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] == '"' else token)
    (tree,) = stack[0]
    return tree


def section(tree: list[Any], name: str) -> list[Any]:
    """The items of one part of a list: `section(tree, "nets")`."""
    return next(item[1:] for item in tree if isinstance(item, list) and item[0] == name)


def word(record: list[Any], name: str) -> str:
    """The first word of one entry of a record: its `ref`, its `name`."""
    return section(record, name)[0]


def components(text: str) -> dict[str, dict[str, str]]:
    """ref -> value, footprint, tstamps and fields of every component."""
    found: dict[str, dict[str, str]] = {}
    for record in section(parse(text), "components"):
        fields = {field[1][1]: "".join(field[2:]) for field in section(record, "fields")}
        plain = {key: word(record, key) for key in ("value", "footprint", "tstamps")}
        found[word(record, "ref")] = {**fields, **plain}
    return found


def nets(text: str) -> dict[str, list[tuple[str, str]]]:
    """name -> sorted (ref, pin) of every net."""
    return {
        word(record, "name"): sorted(
            (word(node, "ref"), word(node, "pin")) for node in record if node[0] == "node"
        )
        for record in section(parse(text), "nets")
    }

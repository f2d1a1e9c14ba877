"""From pydantic's list of errors to one sentence in the user's words."""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from designs.errors import DesignError
from designs.places import Keys, Place
from designs.words import listed, shown, suggestion

TASK_KINDS = ("allostery", "regression", "classification")


def refuse_table(
    error: ValidationError,
    model: type[BaseModel],
    table: Mapping[str, object],
    place: Place,
    prefix: Keys = (),
) -> DesignError:
    """The refusal for a table that does not fit its model.

    Args:
        error: what pydantic found.
        model: the model of `table`.
        table: the table as read.
        place: the design file.
        prefix: the keys that lead to `table` in the file.
    """
    found = [item for item in error.errors() if item["type"] != "default_factory_not_called"]
    # A misspelt key explains the missing one, so it goes first.
    first = min(found, key=lambda item: item["type"] != "extra_forbidden")
    keys = _without_tags(first["loc"], model)
    problem = _problem(first, model)
    more = len(found) - 1
    also = "" if more == 0 else f"\n(and {more} more problem{'s' if more > 1 else ''} in this file)"
    path = _key_path(prefix + keys, table)
    joined = problem.startswith(("must ", "is ", "names "))
    between = "" if not path or path.endswith(": ") else " " if joined else ": "
    return place.refusal(f"{path}{between}{problem}{also}", *prefix, *keys)


def _key_path(keys: Keys, table: Mapping[str, object]) -> str:
    """`task 'iii': bound.rms_v` or `network.edges, item 5`."""
    start = ""
    if len(keys) > 1 and keys[0] == "task" and isinstance(keys[1], int):
        start = f"{task_label(table, keys[1])}: "
        keys = keys[2:]
        if not keys:
            return start
    text = ""
    for key in keys:
        if key == "[key]":
            continue
        text += f", item {key + 1}" if isinstance(key, int) else f"{'.' if text else ''}{key}"
    return start + text


def task_label(table: Mapping[str, object], index: int) -> str:
    """`task 'iii'`, or `task number 3` where the name is no text."""
    tasks = table.get("task")
    task = tasks[index] if isinstance(tasks, list) and index < len(tasks) else None
    name = task.get("name") if isinstance(task, dict) else None
    return f"task {shown(name)}" if isinstance(name, str) else f"task number {index + 1}"


def _without_tags(loc: tuple[str | int, ...], model: type[BaseModel]) -> Keys:
    """The keys as the file has them: pydantic names the kind of a task as one more step."""
    if model.__name__ == "DesignFile" and len(loc) > 2 and loc[0] == "task":
        return (*loc[:2], *loc[3:])
    return loc


def _problem(item: ErrorDetails, model: type[BaseModel]) -> str:
    kind = item["type"]
    given = f"; given {shown(item['input'])}"
    context: dict[str, Any] = item.get("ctx", {})
    if kind == "extra_forbidden":
        names = _known_keys(item["loc"][:-1], model)
        return (
            f"is not a known key{suggestion(str(item['loc'][-1]), names)}; "
            f"known here: {listed(names, 20)}"
        )
    if kind == "missing":
        return "is missing"
    if kind == "union_tag_not_found":
        return f"kind is missing; it is one of {listed(TASK_KINDS)}"
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        return (
            f"kind must be one of {listed(TASK_KINDS)}; "
            f"given {shown(tag)}{suggestion(tag, TASK_KINDS)}"
        )
    if kind == "value_error":
        text = str(context["error"])
        return text + given if text.startswith("must ") else text
    wording = _WORDINGS.get(kind)
    return (wording(context) if wording else f"is not usable ({item['msg']})") + given


_Wording = Callable[[dict[str, Any]], str]
_WORDINGS: Mapping[str, _Wording] = {
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "bool_type": lambda _: "must be true or false",
    "string_type": lambda _: "must be a text in quotes",
    "string_too_short": lambda c: f"must have at least {c['min_length']} character(s)",
    "string_too_long": lambda c: f"must have at most {c['max_length']} characters",
    "literal_error": lambda c: f"must be {c['expected']}",
    "greater_than": lambda c: f"must be above {c['gt']:g}",
    "greater_than_equal": lambda c: f"must be at least {c['ge']:g}",
    "less_than": lambda c: f"must be below {c['lt']:g}",
    "less_than_equal": lambda c: f"must be at most {c['le']:g}",
    "too_short": lambda c: f"must have at least {c['min_length']} item(s)",
    "too_long": lambda c: f"must have at most {c['max_length']} item(s)",
    "tuple_type": lambda _: "must be a list",
    "mapping_type": lambda _: "must be a table",
    "model_type": lambda _: "must be a table",
    "dict_type": lambda _: "must be a table",
}


def _known_keys(loc: Keys, model: type[BaseModel]) -> list[str]:
    """The keys that the table at `loc` may have."""
    models = [model]
    for step in loc:
        if isinstance(step, int):
            continue
        kinds = [m for m in models if step in _literals(m)]
        if kinds:
            models = kinds
            continue
        models = [
            inner
            for m in models
            for name, field in m.model_fields.items()
            if step == (field.alias or name)
            for inner in _models_in(field.annotation)
        ]
    keys = [field.alias or name for m in models for name, field in m.model_fields.items()]
    return list(dict.fromkeys(keys))


def _literals(model: type[BaseModel]) -> tuple[object, ...]:
    field = model.model_fields.get("kind")
    return () if field is None else get_args(field.annotation)


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation] if issubclass(annotation, BaseModel) else []
    if isinstance(annotation, UnionType) or get_args(annotation):
        return [model for arg in get_args(annotation) for model in _models_in(arg)]
    return []

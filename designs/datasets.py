"""Data sets of classification tasks: numeric features and one label per sample."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from designs.errors import DesignError
from designs.source import read_text
from designs.words import listed, nearest, shown, suggestion

DATA_LIMIT_BYTES = 16_000_000

_BUNDLED: Mapping[str, Path] = MappingProxyType(
    {"iris": Path(__file__).resolve().parent / "data" / "iris.csv"}
)


@dataclass(frozen=True)
class Dataset:
    """Samples of a classification task.

    Attributes:
        features: names of the columns of `rows`, in the order of the file.
        classes: the labels that occur, in order of first appearance.
        rows: one tuple of feature values per sample, in the file's units.
        labels: the class of each sample, as an index into `classes`.
    """

    features: tuple[str, ...]
    classes: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    labels: tuple[int, ...]

    def of_class(self, index: int) -> tuple[int, ...]:
        """The positions in `rows` of the samples of a class."""
        return tuple(i for i, label in enumerate(self.labels) if label == index)


def dataset_path(data: str, folder: Path) -> Path:
    """Where a task's `data` is: a bundled set's name, or a CSV file relative to the design.

    Raises:
        DesignError: neither; the message names the bundled sets.
    """
    if data in _BUNDLED:
        return _BUNDLED[data]
    path = folder / data
    if not path.exists():
        hint = nearest(data, _BUNDLED)
        meant = f"; did you mean the bundled {hint!r}?" if hint else ""
        raise DesignError(
            f"no data set {data!r}: neither bundled ({listed(_BUNDLED)}) nor a file at "
            f"{path}{meant}"
        )
    return path


def read_dataset(path: Path, features: Sequence[str], label: str | None) -> Dataset:
    """The samples of a CSV file whose first line names its columns.

    Args:
        path: the file.
        features: the columns that a task uses; others need not be numbers and are not read.
        label: the column that holds the class; None for the last one.

    Raises:
        DesignError: a malformed file, an unknown column, a missing or non-numeric value, a feature
            that never changes, fewer than two classes.
    """
    text = read_text(path, "data file", DATA_LIMIT_BYTES)
    header, rows = _table(path, text)
    label_column = _label_column(path, header, label)
    names = [name for i, name in enumerate(header) if i != label_column]
    for feature in features:
        if feature not in names:
            raise DesignError(
                f"{path}: no feature {feature!r}{suggestion(feature, names)}; "
                f"the features are {listed(names)}"
            )
    used = [name for name in names if name in features]
    columns = [header.index(name) for name in used]
    values = tuple(
        tuple(_number(path, line, header[i], row[i]) for i in columns) for line, row in rows
    )
    labels = [_label(path, line, header[label_column], row[label_column]) for line, row in rows]
    classes = tuple(dict.fromkeys(labels))
    _check_variety(path, used, values, classes, header[label_column])
    return Dataset(tuple(used), classes, values, tuple(classes.index(name) for name in labels))


def _table(path: Path, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each further row with its line number."""
    try:
        reader = csv.reader(text.splitlines(keepends=True), skipinitialspace=True, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except csv.Error as error:
        raise DesignError(f"{path}: not valid CSV: {error}") from None
    if len(rows) < 2:
        raise DesignError(f"{path}: a line of column names and at least one sample are needed")
    (_, header), *samples = rows
    if len(header) < 2:
        raise DesignError(
            f"{path}: at least one feature and a label are needed, separated by commas; the first "
            f"line is {shown(header[0])}"
        )
    if all(_is_number(name) for name in header[:-1]):
        raise DesignError(
            f"{path}: the first line must name the columns; given {shown(','.join(header))}"
        )
    twice = [name for i, name in enumerate(header) if name in header[:i]]
    if twice:
        raise DesignError(f"{path}: two columns are called {twice[0]!r}; rename one")
    for line, row in samples:
        if len(row) != len(header):
            raise DesignError(
                f"{path}, line {line}: {len(header)} columns are needed, as in the first line; "
                f"given {len(row)}"
            )
    return header, samples


def _label_column(path: Path, header: list[str], label: str | None) -> int:
    if label is None:
        return len(header) - 1
    if label not in header:
        raise DesignError(
            f"{path}: no label column {label!r}{suggestion(label, header)}; "
            f"the columns are {listed(header)}"
        )
    return header.index(label)


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _number(path: Path, line: int, column: str, cell: str) -> float:
    if not cell:
        raise DesignError(f"{path}, line {line}: column {column!r} is empty; every sample needs it")
    if not _is_number(cell):
        raise DesignError(
            f"{path}, line {line}: column {column!r} must be a number; given {shown(cell)}"
        )
    return float(cell)


def _label(path: Path, line: int, column: str, cell: str) -> str:
    if not cell:
        raise DesignError(f"{path}, line {line}: the label {column!r} is empty")
    return cell


def _check_variety(
    path: Path,
    features: Sequence[str],
    rows: Sequence[Sequence[float]],
    classes: Sequence[str],
    label: str,
) -> None:
    if len(classes) < 2:
        raise DesignError(
            f"{path}: every sample is of class {classes[0]!r} (column {label!r}); "
            "at least two classes are needed"
        )
    for i, feature in enumerate(features):
        if len({row[i] for row in rows}) == 1:
            raise DesignError(
                f"{path}: feature {feature!r} is {rows[0][i]:g} in every sample, so it cannot be "
                "scaled to volts and tells nothing; leave it out"
            )

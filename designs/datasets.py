"""Data sets of classification tasks: numeric features and one label per sample."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dataset:
    """Samples of a classification task.

    Attributes:
        features: names of the columns of `rows`.
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

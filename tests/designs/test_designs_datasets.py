"""Data sets: the bundled one is the published one, and a bad CSV is refused in one sentence."""

from pathlib import Path

import pytest

from designs import DesignError
from designs.datasets import Dataset, dataset_path, read_dataset
from designs.load import load_design

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def iris() -> Dataset:
    return read_dataset(dataset_path("iris", Path()), FEATURES, None)


def test_iris_is_fishers_table_and_not_the_one_with_two_slips() -> None:
    """Sums over the 150 flowers are those of Fisher 1936; rows 35 and 38 are his."""
    data = iris()
    assert data.features == FEATURES
    assert data.classes == ("setosa", "versicolor", "virginica")
    assert [len(data.of_class(i)) for i in range(3)] == [50, 50, 50]
    sums = [round(sum(column), 1) for column in zip(*data.rows, strict=True)]
    assert sums == [876.5, 458.6, 563.7, 179.9]
    assert data.rows[34] == (4.9, 3.1, 1.5, 0.2)
    assert data.rows[37] == (4.9, 3.6, 1.4, 0.1)


def test_iris_states_its_source_and_licence() -> None:
    note = dataset_path("iris", Path()).with_name("README.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in note
    assert "10.24432/C56C76" in note


CSV = "id,width,kind,height\na,1.0,x,2\nb,1.5,y,3\nc,2.0,x,4\n"


def test_only_the_columns_that_a_task_uses_must_be_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    data = read_dataset(path, ("height", "width"), "kind")
    assert data.features == ("width", "height")
    assert data.rows == ((1.0, 2.0), (1.5, 3.0), (2.0, 4.0))
    assert (data.classes, data.labels) == (("x", "y"), (0, 1, 0))
    assert data.of_class(0) == (0, 2)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CSV, "", ": a line of column names and at least one sample are needed"),
        (
            CSV,
            "a\n1\n",
            ": at least one feature and a label are needed, separated by commas; the "
            "first line is 'a'",
        ),
        (CSV, "1,2,x\n3,4,y\n", ": the first line must name the columns; given '1,2,x'"),
        ("height", "width", ": two columns are called 'width'; rename one"),
        ("1.5,y,3", "1.5,y", ", line 3: 4 columns are needed, as in the first line; given 3"),
        ("1.5,", ",", ", line 3: column 'width' is empty; every sample needs it"),
        ("1.5", "wide", ", line 3: column 'width' must be a number; given 'wide'"),
        ("1.5", "inf", ", line 3: column 'width' must be a number; given 'inf'"),
        ("1.5", "nan", ", line 3: column 'width' must be a number; given 'nan'"),
        ("y", "", ", line 3: the label 'kind' is empty"),
        (
            "y",
            "x",
            ": every sample is of class 'x' (column 'kind'); at least two classes are needed",
        ),
        (
            "kind",
            "kinds",
            ": no label column 'kind' (did you mean 'kinds'?); the columns are id, width, kinds, "
            "height",
        ),
        (
            "width",
            "widths",
            ": no feature 'width' (did you mean 'widths'?); the features are id, widths, height",
        ),
        (
            CSV,
            "width,kind\n1,x\n1,y\n",
            ": feature 'width' is 1 in every sample, so it cannot be scaled to volts and tells "
            "nothing; leave it out",
        ),
        ("1.0", '"1.0', ": not valid CSV: unexpected end of data"),
    ],
)
def test_bad_data_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = tmp_path / "a.csv"
    assert old in CSV
    path.write_text(CSV.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        read_dataset(path, ("width",), "kind")
    assert str(caught.value) == f"{path}{expected}"


def test_a_task_reads_a_csv_beside_its_design(tmp_path: Path, small: str) -> None:
    text = small.replace('"iris"', '"a.csv"\nlabel = "kind"\ntrain_per_class = 1')
    text = text.replace('1 = "petal_length", 2 = 2.5', '1 = "width", 2 = 2.5')
    path = tmp_path / "design.toml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "a.csv").write_text(CSV + "d,3,y,4\n", encoding="utf-8")
    assert load_design(tmp_path).datasets["flowers"].classes == ("x", "y")
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        load_design(tmp_path)
    assert str(caught.value) == (
        f"{path}, line 28: task 'flowers': class 'y' of {tmp_path / 'a.csv'} has 1 sample(s); "
        "train_per_class = 1 leaves none to test"
    )

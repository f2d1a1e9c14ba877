"""The damage curve is what single trainings say, summed up without leaving anything out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from designs import Design
from verification.errors import UsageError
from verification.plots.damage import write_damage
from verification.reading.netlist import Netlist
from verification.reports.damage import damage_json, damage_text, write_damage_curves
from verification.training.damage import Damage
from verification.training.damage_curve import DamageCurve, damage_curves
from verification.training.learn import learn

Ready = Callable[[str], tuple[Design, Netlist]]


@pytest.fixture(scope="module")
def curve(ready: Ready) -> DamageCurve:
    """Task iii of the 16-edge board, up to two cut edges, three boards."""
    design, netlist = ready("dillavou16")
    return damage_curves(netlist, design, ["iii"], seeds=3, most=2, workers=1)[0]


def test_points_are_medians_of_single_trainings(ready: Ready, curve: DamageCurve) -> None:
    """Each column is the median over seeds of what `learn` gives with that damage."""
    design, netlist = ready("dillavou16")
    after = [learn(netlist, design, "iii", s, damage=Damage(random=2)) for s in range(3)]
    before = [
        learn(netlist, design, "iii", s, damage=Damage(random=2, when="before")) for s in range(3)
    ]
    intact = [learn(netlist, design, "iii", s).value for s in range(3)]
    point = curve.points[2]
    assert [spread.median for spread in point.spreads] == [
        median(result.value for result in before),
        median(result.damage.damaged for result in after if result.damage),
        median(result.value for result in after),
    ]
    assert point.spreads[2].worst == max(result.value for result in after)
    assert {spread.median for spread in curve.points[0].spreads} == {median(intact)}


def test_impossible_cuts_are_counted_not_averaged(ready: Ready) -> None:
    """Where every draw isolates the target there is no board, and the table says so."""
    design, netlist = ready("two_edge")
    curves = damage_curves(netlist, design, [], seeds=2, most=2, workers=1)
    last = curves[0].points[2]
    assert (last.boards, last.spreads) == (0, ())
    assert damage_text(design, curves, 2, False).splitlines()[-1].split() == ["2", "0"]
    assert "cut" in damage_json(design, curves, 2, False)["tasks"][0]["points"][2]


def test_more_edges_than_there_are_is_refused(ready: Ready) -> None:
    """The message says how many there are."""
    design, netlist = ready("two_edge")
    with pytest.raises(UsageError, match="2 edges; given 3"):
        damage_curves(netlist, design, [], seeds=1, most=3, workers=1)


def test_files_are_the_same_bytes(ready: Ready, curve: DamageCurve, tmp_path: Path) -> None:
    """Two runs write equal files."""
    design, _ = ready("dillavou16")
    first = write_damage_curves(design, [curve], 3, False, tmp_path / "a")
    second = write_damage_curves(design, [curve], 3, False, tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        write_damage(tmp_path / "c.pdf", "", "", [curve])

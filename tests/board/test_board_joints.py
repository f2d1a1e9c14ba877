"""Where a short track ends on another, the other is cut there; nothing else changes."""

from netgen.board.joints import split_at_joints
from netgen.board.record import Track


def track(
    start: tuple[int, int], end: tuple[int, int], net: str = "A", layer: str = "F.Cu"
) -> Track:
    return Track(net, layer, 10, start, end)  # type: ignore[arg-type]


def test_a_short_track_cuts_the_one_it_ends_on() -> None:
    long, short = track((100, 100), (0, 0)), track((40, 40), (60, 40))
    assert split_at_joints([long, short]) == (
        track((100, 100), (40, 40)),
        track((40, 40), (0, 0)),
        short,
    )


def test_what_does_not_end_on_it_does_not_cut_it() -> None:
    whole = track((0, 0), (100, 100))
    others = [
        track((40, 41), (60, 41)),  # beside it
        track((0, 0), (10, 0)),  # at its end
        track((40, 40), (140, 40)),  # long
        track((40, 40), (60, 40), net="B"),
        track((40, 40), (60, 40), layer="B.Cu"),
        track((120, 120), (120, 130)),  # on its line, beyond
    ]
    assert split_at_joints([whole, *others]) == (whole, *others)

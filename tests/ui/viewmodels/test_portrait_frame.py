"""The frame that cuts a portrait: always a square, always inside the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.viewmodels.portrait_frame import PortraitFrame

sides = st.integers(1, 2000)
amounts = st.floats(-5000, 5000)
moves = st.one_of(
    st.tuples(st.just("moved"), amounts, amounts),
    st.tuples(st.just("placed"), amounts, amounts),
    st.tuples(st.just("resized"), amounts),
    st.tuples(st.just("dragged"), st.booleans(), st.booleans(), amounts, amounts),
)


def apply(frame: PortraitFrame, move: tuple) -> PortraitFrame:
    name, *values = move
    if name == "dragged":
        is_left, is_top, x, y = values
        return frame.dragged(is_left=is_left, is_top=is_top, x=x, y=y)
    return getattr(frame, name)(*values)


@given(sides, sides, st.lists(moves, max_size=6))
def test_the_frame_never_leaves_the_picture(width, height, steps):
    frame = PortraitFrame.largest(width, height)
    for step in steps:
        frame = apply(frame, step)
        assert frame.least_side - 1e-6 <= frame.side <= frame.largest_side + 1e-6
        assert frame.left >= -1e-6
        assert frame.top >= -1e-6
        assert frame.right <= width + 1e-6
        assert frame.bottom <= height + 1e-6
        left, top, right, bottom = frame.box.pixels(width, height)
        assert abs((right - left) - (bottom - top)) <= 1


def test_it_begins_as_the_cast_cuts():
    frame = PortraitFrame.largest(400, 600)
    assert (frame.left, frame.top, frame.side) == (0, 40, 400)
    assert frame.spoken == (
        "400 pixels wide and high, 0 from the left, 40 from the top, of 400 by 600"
    )


@pytest.mark.parametrize(
    ("is_left", "is_top", "stays"),
    [
        (True, True, ("right", "bottom")),
        (True, False, ("right", "top")),
        (False, True, ("left", "bottom")),
        (False, False, ("left", "top")),
    ],
)
def test_the_corner_across_the_one_that_is_dragged_stays(is_left, is_top, stays):
    frame = PortraitFrame.largest(400, 600).resized(200)
    middle = frame.left + 100, frame.top + 100
    x = middle[0] + (-60 if is_left else 60)
    y = middle[1] + (-60 if is_top else 60)
    smaller = frame.dragged(is_left=is_left, is_top=is_top, x=x, y=y)
    assert smaller.side == 160
    assert all(getattr(smaller, edge) == getattr(frame, edge) for edge in stays)


def test_it_grows_around_its_middle():
    frame = PortraitFrame.largest(400, 600).resized(100)
    larger = frame.resized(200)
    assert (larger.left + 100, larger.top + 100) == (frame.left + 50, frame.top + 50)

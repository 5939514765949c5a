"""Where the people around a character stand, at any moment: values alone."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.life_context import Relationship, RelationshipChange
from personas.persona import Persona
from ui.viewmodels.people_map import (
    Box,
    Point,
    Size,
    is_fan_at,
    lay_out_people,
    share_of,
    wrap_name,
)
from ui.viewmodels.people_moments import read_life

CORE, DOT = 30.0, 6.0
sizes = st.builds(Size, st.floats(20, 160), st.floats(18, 70))
names = st.lists(sizes, min_size=1, max_size=20)
widths = st.floats(300, 900)
familiarities = st.none() | st.integers(0, 10)
twenty = st.lists(familiarities, min_size=20, max_size=20)


@given(names=names, width=widths, is_fan=st.booleans())
def test_names_never_lie_upon_each_other_nor_leave_the_picture(names, width, is_fan):
    people = lay_out_people(names, width, CORE, is_fan=is_fan)
    boxes = [spoke.name for spoke in people.spokes]
    assert len(boxes) == len(names)
    assert [(box.width, box.height) for box in boxes] == [(s.width, s.height) for s in names]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    for box in boxes:
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= people.width
        assert box.bottom <= people.height


@given(
    names=names,
    width=widths,
    is_fan=st.booleans(),
    numbers=st.lists(familiarities, min_size=20, max_size=20),
)
def test_nobody_stands_upon_a_name_or_in_the_middle(names, width, is_fan, numbers):
    people = lay_out_people(names, width, CORE, is_fan=is_fan)
    for spoke, familiarity in zip(people.spokes, numbers, strict=False):
        place = spoke.at(familiarity)
        assert place.distance(people.centre) >= CORE + DOT
        dot = Box(place.x - DOT, place.y - DOT, 2 * DOT, 2 * DOT)
        assert not any(dot.overlaps(other.name) for other in people.spokes)


@given(names=names, width=widths, is_fan=st.booleans())
def test_the_same_people_stand_at_the_same_places(names, width, is_fan):
    assert lay_out_people(names, width, CORE, is_fan=is_fan) == lay_out_people(
        tuple(names), width, CORE, is_fan=is_fan
    )


@given(names=names, width=widths, is_fan=st.booleans())
def test_the_better_known_stand_nearer_and_the_place_says_how_well(names, width, is_fan):
    people = lay_out_people(names, width, CORE, is_fan=is_fan)
    for spoke in people.spokes:
        far = [spoke.at(number).distance(people.centre) for number in (None, *range(11))]
        assert far == sorted(far, reverse=True)
        assert len(set(far)) == 12
        assert [spoke.familiarity_at(spoke.at(number)) for number in range(11)] == [*range(11)]
        assert spoke.familiarity_at(spoke.rim) == 0
        assert spoke.familiarity_at(people.centre) == 10


@pytest.mark.parametrize("width", [330, 442])
def test_twelve_people_have_room_in_a_narrow_picture(width):
    people = lay_out_people([Size(0.4 * width, 44)] * 12, width, CORE, is_fan=is_fan_at(width))
    assert people.width == width
    assert people.half_width >= 0.35 * width
    assert not any(spoke.is_left for spoke in people.spokes)
    tops = [spoke.name.top for spoke in people.spokes]
    assert tops == sorted(tops)
    assert not is_fan_at(760)


def test_a_picture_of_nobody_has_a_middle_and_no_spokes():
    people = lay_out_people((), 600, CORE)
    assert people.spokes == ()
    assert people.centre == Point(300, people.height / 2)
    assert share_of(None, 0.3) > share_of(0, 0.3) > share_of(10, 0.3) == pytest.approx(0.3)


@given(text=st.text(max_size=60), width=st.floats(30, 120))
def test_a_name_is_put_in_lines_that_fit_and_lose_nothing(text, width):
    lines = wrap_name(text, lambda part: 7.0 * len(part), width)
    assert all(7.0 * len(line) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_name_is_broken_between_words_before_it_is_broken_within_them():
    def width_of(text):
        return 10.0 * len(text)

    assert wrap_name("Donald John Beaton", width_of, 110) == ("Donald John", "Beaton")
    assert wrap_name("Jo Wolfeschlegel", width_of, 80) == ("Jo", "Wolfesch", "legel")


def change(what, **fields):
    return RelationshipChange(what=what, **fields).model_dump()


def life_of(*people, timeline=()):
    return read_life({"life": {"relationships": list(people), "timeline": list(timeline)}})


def numbers(person):
    if person is None:
        return None
    return (
        person.familiarity,
        person.affection,
        person.their_familiarity,
        person.their_affection,
    )


def test_moments_come_in_the_order_of_a_life_whoever_they_belong_to():
    life = life_of(
        {
            "name": "Tam",
            "changes": [
                change("named event", when="the flood"),
                change("by age", age=40),
                change("no date, so with the one before"),
            ],
        },
        {"name": "Ada", "changes": [change("by year", when="May 2004"), change("late", age=41)]},
        timeline=[
            {"when": "1990", "age": 10, "what": "Moved."},
            {"when": "the flood", "age": 22, "what": "Lost the boat."},
        ],
    )
    assert [moment.what for moment in life.moments] == [
        "named event",
        "by year",
        "by age",
        "no date, so with the one before",
        "late",
    ]
    assert [moment.when for moment in life.moments][:3] == ["the flood", "May 2004", "at 40"]


def test_years_alone_are_an_order_too_and_what_has_none_comes_first():
    life = life_of(
        {"name": "Tam", "changes": [change("c", when="2010"), change("d", when="2011")]},
        {"name": "Ada", "changes": [change("a"), change("b", when="1999")]},
        timeline=[{"when": "in 1999", "what": "x"}, {"what": ""}, "nonsense"],
    )
    assert [moment.what for moment in life.moments] == ["a", "b", "c", "d"]


def test_an_event_of_the_past_can_be_named_that_knows_only_its_year():
    life = life_of(
        {"name": "Tam", "changes": [change("second", when="Moved.")]},
        {"name": "Ada", "changes": [change("first", when="1989")]},
        timeline=[{"when": "1990", "what": "Moved."}],
    )
    assert [moment.what for moment in life.moments] == ["first", "second"]


def test_each_stands_as_the_changes_so_far_left_it():
    tam = {
        "name": "Tam",
        "familiarity": 6,
        "affection": 3,
        "their_affection": 1,
        "changes": [
            change("a", age=20, familiarity=5, affection=7),
            change("b", age=30, affection=-5),
            change("c", age=50, affection=3),
        ],
    }
    life = life_of(tam, {"name": "Ada", "affection": 2})
    stood = [numbers(life.standing(moment)[0]) for moment in range(4)]
    assert stood == [(5, 7, None, 1), (5, -5, None, 1), (5, 3, None, 1), (6, 3, None, 1)]
    assert {numbers(life.standing(moment)[1]) for moment in range(4)} == {(None, 2, None, None)}


def test_of_somebody_who_comes_later_nothing_is_told_before():
    life = life_of(
        {"name": "Tam", "changes": [change("a", age=20, affection=7)]},
        {"name": "Ada", "affection": 2, "changes": [change("b", age=30, affection=1)]},
    )
    assert [numbers(one) for one in life.standing(0)] == [(None, 7, None, None), None]
    # What today leaves open is as the last change left it.
    assert [numbers(one) for one in life.standing(2)] == [
        (None, 7, None, None),
        (None, 2, None, None),
    ]


def test_a_line_that_does_not_hold_yet_hides_nobody():
    life = life_of(
        {"name": "", "relation": "sister"},
        {"name": "Tam", "familiarity": 11, "relation": None},
        {"name": "Ada"},
        "nonsense",
    )
    assert [(one.name, one.relation) for one in life.people] == [
        ("Somebody", "sister"),
        ("Tam", ""),
        ("Ada", ""),
        ("Somebody", ""),
    ]
    assert read_life({}).people == read_life({"life": {"relationships": None}}).people == ()


def test_a_draft_reads_as_the_persona_does():
    persona = Persona.model_validate(
        {"name": "Isla", "life": {"relationships": [{"name": "Tam", "familiarity": 3}]}}
    )
    assert read_life(persona.model_dump(mode="json")).people == (
        Relationship(name="Tam", familiarity=3),
    )

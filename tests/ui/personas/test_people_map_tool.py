"""The map of the people: words, years, keyboard, and numbers set in the picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QSlider, QSpinBox

from app.settings import Appearance, ColourScheme
from personas.persona import Persona
from tests.ui.accessibility import names, unnamed
from ui.personas.people_map_tool import PeopleMapTool
from ui.viewmodels.people_view_model import PeopleViewModel
from ui.viewmodels.persona_view_model import PersonaViewModel

PEOPLE = [
    {
        "name": "Catriona",
        "relation": "sister, in Inverness",
        "familiarity": 8,
        "affection": 6,
        "their_affection": -5,
        "changes": [
            {"age": 30, "what": "Left.", "affection": -9},
            {"age": 44, "what": "Came back.", "affection": 6},
        ],
    },
    {"name": "Donald & Son", "familiarity": 2},
    {"name": "Tam", "changes": [{"when": "1999", "age": 34, "what": "Met.", "affection": 1}]},
]


@pytest.fixture
def sheet(sheet, isla_is_open) -> PersonaViewModel:
    put(sheet, PEOPLE)
    return sheet


@pytest.fixture
def people(sheet) -> PeopleViewModel:
    people = PeopleViewModel(sheet)
    people.reload()
    return people


@pytest.fixture
def tool(people, live_theme, show) -> PeopleMapTool:
    return show(PeopleMapTool(people, live_theme), 700, 760)


def put(sheet: PersonaViewModel, people: list) -> None:
    life = {"relationships": people}
    document = {"name": "Isla MacRae", "social": {"gender": "woman"}, "life": life}
    sheet.replace(Persona.model_validate(document))


def stepper(tool: PeopleMapTool, name: str) -> QSpinBox:
    return next(one for one in tool.findChildren(QSpinBox) if one.accessibleName() == name)


def slider(tool: PeopleMapTool) -> QSlider:
    return tool.findChild(QSlider)


def centre_of(tool: PeopleMapTool, number: int, familiarity: int | None) -> QPoint:
    place = tool.view.map.spokes[number].at(familiarity)
    return QPoint(round(place.x), round(place.y))


def test_everybody_is_read_out_with_relation_and_both_ways(people, tool):
    first, *others = [mark.accessibleName() for mark in tool.view.marks]
    assert first == (
        "Catriona, sister, in Inverness: "
        "Isla knows her well and is fond of her; she cannot bear Isla."
    )
    assert others == [
        "Donald & Son: Isla hardly knows them.",
        "Tam: Isla rather likes them.",
    ]
    assert people.title == "The people in her life"
    assert unnamed(tool) == []
    assert "How well Isla knows Catriona" in names(tool)
    assert "What Catriona feels for Isla" in names(tool)


def test_the_picture_goes_through_the_years_and_chooses_whom_they_changed(people, tool, qtbot):
    assert slider(tool).maximum() == 3
    assert people.say_moment() == "As they stand today"
    slider(tool).setValue(0)
    assert people.say_moment() == "at 30 \u00b7 Catriona: Left."
    assert people.sentence(0) == "Isla knew her well and hated her; she could not bear Isla."
    assert people.sentence(2) == "Nothing is told of the two before then."
    assert people.sentence(1) == "Isla hardly knew them."
    slider(tool).setValue(1)
    assert people.chosen == 2
    assert people.say_moment() == "1999, at 34 \u00b7 Tam: Met."
    assert slider(tool).accessibleDescription() == people.say_moment()
    # Numbers are set of today only.
    assert not stepper(tool, "How well Isla knows Tam").isVisible()
    slider(tool).setValue(3)
    assert people.is_today
    assert stepper(tool, "How well Isla knows Tam").isVisible()


def test_arrows_go_around_and_return_goes_to_the_form(people, tool, qtbot):
    gone: list[tuple] = []
    tool.go_requested.connect(gone.append)
    marks = tool.view.marks
    marks[0].setFocus()
    qtbot.keyClick(marks[0], Qt.Key.Key_Down)
    assert people.chosen == 1
    qtbot.keyClick(marks[1], Qt.Key.Key_Return)
    qtbot.keyClick(marks[1], Qt.Key.Key_Left)
    qtbot.keyClick(marks[0], Qt.Key.Key_Up)
    assert people.chosen == 2
    qtbot.mouseDClick(marks[0], Qt.MouseButton.LeftButton)
    assert gone == [("life", "relationships", 1, "name"), ("life", "relationships", 0, "name")]
    # One stop of Tab for the whole circle.
    strong = [mark for mark in marks if mark.focusPolicy() == Qt.FocusPolicy.StrongFocus]
    assert strong == [marks[people.chosen]]


def test_a_number_is_set_for_today_as_one_step_to_undo(people, tool, sheet):
    box = stepper(tool, "What Isla feels for Catriona")
    assert box.value() == 6
    box.setValue(9)
    assert sheet.draft["life"]["relationships"][0]["affection"] == 9
    assert people.sentence(0).startswith("Isla knows her well and loves her dearly")
    back = stepper(tool, "How well Catriona knows Isla")
    assert back.text() == "unsaid"
    back.setValue(4)
    back.setValue(back.minimum())
    assert sheet.draft["life"]["relationships"][0]["their_familiarity"] is None
    for _ in range(3):
        sheet.undo()
    assert sheet.draft["life"]["relationships"][0]["affection"] == 6
    assert stepper(tool, "What Isla feels for Catriona").value() == 6


def test_a_person_drawn_nearer_is_better_known(people, tool, sheet, qtbot):
    view, left = tool.view, Qt.MouseButton.LeftButton
    start, end = centre_of(tool, 1, 2), centre_of(tool, 1, 9)
    qtbot.mousePress(view, left, pos=start)
    assert people.chosen == 1
    qtbot.mouseMove(view, centre_of(tool, 1, 5))
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, left, pos=end)
    assert sheet.draft["life"]["relationships"][1]["familiarity"] == 9
    sheet.undo()
    assert sheet.draft["life"]["relationships"][1]["familiarity"] == 2
    # A press alone chooses and writes nothing, and what is past cannot be drawn.
    qtbot.mouseClick(view, left, pos=centre_of(tool, 1, 2))
    slider(tool).setValue(0)
    qtbot.mousePress(view, left, pos=centre_of(tool, 1, 2))
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, left, pos=end)
    assert sheet.draft["life"]["relationships"][1]["familiarity"] == 2


def test_the_place_of_a_person_leads_to_the_form_too(tool, qtbot):
    gone: list[tuple] = []
    tool.go_requested.connect(gone.append)
    qtbot.mouseDClick(tool.view, Qt.MouseButton.LeftButton, pos=centre_of(tool, 1, 2))
    qtbot.mouseDClick(tool.view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    buttons = tool.findChildren(QPushButton)
    next(one for one in buttons if one.accessibleName() == "To the form of Donald & Son").click()
    assert gone == [("life", "relationships", 1, "name")] * 2


def test_with_nobody_there_is_a_way_to_the_forms(people, tool, sheet):
    put(sheet, [])
    assert not tool.view.isVisible()
    assert not slider(tool).isVisible()
    gone: list[tuple] = []
    tool.go_requested.connect(gone.append)
    next(one for one in tool.findChildren(QPushButton) if one.isVisible()).click()
    assert gone == [("life", "relationships")]
    put(sheet, PEOPLE[1:2])
    assert tool.view.isVisible()
    assert people.chosen == 0
    assert [mark.text() for mark in tool.view.marks] == ["Donald && Son"]


def test_what_is_typed_in_the_forms_is_seen_in_the_picture(people, tool, sheet):
    before = tool.view.grab().toImage()
    sheet.set_value(("life", "relationships", 0, "name"), "")
    assert tool.view.marks[0].accessibleName().startswith("Somebody, sister")
    sheet.set_value(("life", "relationships", 0, "name"), "Catriona")
    assert tool.view.grab().toImage() == before
    sheet.set_value(("life", "relationships", 0, "affection"), -10)
    assert tool.view.grab().toImage() != before


def test_a_change_that_goes_keeps_the_slider_on_its_way(people, sheet):
    people.show_moment(2)
    put(sheet, PEOPLE[:1])
    assert people.moment == 2
    assert people.is_today
    people.show_moment(99)
    people.choose(7)
    assert (people.moment, people.chosen) == (2, 0)


def test_another_character_begins_with_today_and_the_first_person(
    people, tool, sheet, context, qtbot
):
    people.show_moment(0)
    people.choose(2)
    cast = context.personas.list_all().result()
    sheet.open(next(one for one in cast if one.persona.name == "Amir Mansour"))
    assert people.is_today
    assert people.chosen == 0
    assert people.title == "The people in his life"
    assert [mark.text() for mark in tool.view.marks] == [
        "Karim",
        "Sister Mariam",
        "Fathi",
        "Hala",
    ]
    assert not slider(tool).isVisible()


def test_twenty_names_stand_apart_at_every_width(tool, sheet, qtbot):
    long = "Wolfeschlegelsteinhausenbergerdorff"
    put(sheet, [{"name": f"{long} {n}", "relation": "a rival"} for n in range(20)])
    for width in (430, 700, 900):
        tool.resize(width, 1200)
        qtbot.waitUntil(lambda width=width: tool.view.map.width == tool.view.width())
        boxes = [mark.geometry() for mark in tool.view.marks]
        assert all(tool.view.rect().contains(box) for box in boxes)
        assert not any(
            one.intersects(other) for n, one in enumerate(boxes) for other in boxes[n + 1 :]
        )


def test_the_numbers_of_both_ways_stand_in_columns_at_any_width(people, live_theme, qtbot):
    tool = PeopleMapTool(people, live_theme)
    area = QScrollArea(widgetResizable=True)
    area.setWidget(tool)
    qtbot.addWidget(area)
    area.show()
    one = stepper(tool, "What Isla feels for Catriona")
    other = stepper(tool, "What Catriona feels for Isla")
    known = stepper(tool, "How well Isla knows Catriona")
    for width in (900, 340, 900):
        area.resize(width, 1000)
        qtbot.waitUntil(lambda: tool.width() <= area.viewport().width())
        assert one.mapTo(tool, QPoint()).x() == other.mapTo(tool, QPoint()).x()
        assert one.mapTo(tool, QPoint()).y() == known.mapTo(tool, QPoint()).y()


@pytest.mark.parametrize("reduced", [False, True])
def test_people_move_to_where_they_stood(tool, people, live_theme, qtbot, reduced):
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.LIGHT, reduced_motion=reduced))
    today = tool.view.grab().toImage()
    people.show_moment(0)
    people.show_moment(3)
    people.choose(0)
    qtbot.waitUntil(lambda: tool.view.grab().toImage() == today)


@pytest.mark.parametrize("width", [358, 442])
def test_where_there_is_no_room_on_both_sides_all_names_stand_on_one(sheet, tool, width):
    put(sheet, [{"name": name} for name in ("Catriona MacLeod-Fraser", *"ABCDEFGHIJK")])
    tool.resize(width, 760)
    first = tool.view.marks[0]
    assert first._name == ("Catriona", "MacLeod-Fraser")
    assert all(mark.x() > tool.view.map.centre.x for mark in tool.view.marks)
    assert all(mark.geometry().right() < width for mark in tool.view.marks)
    assert tool.view.height() < 720
    tool.resize(760, 760)
    assert tool.view.marks[-1].x() < tool.view.map.centre.x

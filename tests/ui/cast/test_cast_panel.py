from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QPushButton

from app.settings import Appearance, ColourScheme
from tests.ui.cast.cast_rows import rows_of
from tests.ui.theatre import isla_in
from ui.cast.cast_panel import CastPanel
from ui.viewmodels.cast_model import CastRowKind
from ui.viewmodels.portrait import TINT_COUNT
from ui.widgets.portraits import LETTERS, TINTS


def button(panel: CastPanel, name: str) -> QPushButton:
    return next(one for one in panel.findChildren(QPushButton) if one.accessibleName() == name)


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    parts = QColor(colour)
    red, green, blue = map(linear, (parts.redF(), parts.greenF(), parts.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_tint_has_a_colour_of_its_own():
    assert len(set(TINTS)) == TINT_COUNT


@pytest.mark.parametrize("tint", TINTS)
def test_initials_can_be_read_on_every_tint(tint):
    assert (luminance(LETTERS) + 0.05) / (luminance(tint) + 0.05) >= 4.5


def test_before_there_is_a_cast_the_panel_is_there_and_waits(live_theme, qtbot):
    panel = CastPanel(live_theme)
    qtbot.addWidget(panel)
    assert not any(one.isEnabled() for one in panel.findChildren(QPushButton))
    assert not panel.findChild(QLineEdit).isEnabled()
    panel.focus_search()
    rows_of(panel).focus_first()
    assert rows_of(panel).first_row() is None


def test_return_in_the_search_field_opens_the_first_found(panel, cast, qtbot):
    field = panel.findChild(QLineEdit)
    qtbot.keyClicks(field, "isla")
    with qtbot.waitSignal(cast.conversation_requested):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert cast.chosen.persona.name == "Isla MacRae"


def test_the_keyboard_walks_from_the_search_field_into_the_list(panel, cast, qtbot):
    field, rows = panel.findChild(QLineEdit), rows_of(panel)
    panel.focus_search()
    qtbot.keyClick(field, Qt.Key.Key_Down)
    first = cast.model.row_at(rows.currentIndex())
    assert first.title == "Amir Mansour"
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert cast.model.row_at(rows.currentIndex()).title == "Isla MacRae"
    with qtbot.waitSignal(cast.conversation_requested):
        qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert cast.chosen.persona.name == "Isla MacRae"


def test_escape_clears_the_search(panel, cast, qtbot):
    field = panel.findChild(QLineEdit)
    panel.focus_search()
    qtbot.keyClicks(field, "nobody at all")
    assert cast.model.rows[0].kind == CastRowKind.EMPTY
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert len(cast.model.rows) == 9


def test_a_click_opens_and_the_row_stays_current_when_it_moves_up(panel, cast, context, qtbot):
    rows = rows_of(panel)
    place = next(i for i, row in enumerate(cast.model.rows) if row.title == "Wilmer Quispe")
    where = rows.visualRect(cast.model.index(place)).center()
    with qtbot.waitSignal(cast.conversation_requested):
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: cast.model.rows[0].title == "On stage")
    qtbot.waitUntil(lambda: rows.currentIndex().row() == 1)


def test_the_sheet_is_a_link_once_somebody_is_chosen(panel, cast, context, qtbot):
    sheet = next(one for one in panel.findChildren(QPushButton) if one.text() == "Persona sheet")
    assert not sheet.isEnabled()
    isla = isla_in(context)
    cast.choose(isla.id)
    with qtbot.waitSignal(panel.sheet_requested) as asked:
        qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton)
    assert asked.args == [isla.id]


def test_new_asks_for_a_name_first(panel, cast, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("Ada", True))
    by_name, by_paragraph = button(panel, "New character").menu().actions()
    with qtbot.waitSignal(cast.persona_added) as added:
        by_name.trigger()
    assert added.args[0].persona.name == "Ada"
    with qtbot.waitSignal(panel.paragraph_requested):
        by_paragraph.trigger()


def test_a_name_that_was_not_given_adds_nobody(panel, cast, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("  ", True))
    with qtbot.assertNotEmitted(cast.persona_added, wait=50):
        panel.ask_for_name()


def open_menu(panel: CastPanel, row: int, qtbot) -> QMenu:
    rows = rows_of(panel)
    where = rows.visualRect(rows.model().index(row, 0)).center()
    rows.customContextMenuRequested.emit(where)
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in panel.findChildren(QMenu)))
    return next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_menu_of_a_character_begins_shows_and_sets_aside(panel, cast, context, qtbot):
    menu = open_menu(panel, 2, qtbot)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == [
        "New conversation",
        "Persona sheet",
        "Memories",
        "Move to folder",
        "Tags …",
        "Duplicate",
        "Export as",
        "Archive",
        "Set aside",
    ]
    with qtbot.waitSignal(panel.sheet_requested):
        actions["Persona sheet"].trigger()
    with qtbot.waitSignal(panel.memories_requested):
        actions["Memories"].trigger()
    with qtbot.waitSignal(cast.conversation_requested):
        actions["New conversation"].trigger()
    with qtbot.waitSignal(cast.notice_raised):
        actions["Set aside"].trigger()
    menu.close()


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_menu_of_a_conversation_renames_and_sets_aside(panel, cast, context, qtbot):
    isla = isla_in(context)
    for _ in range(2):
        context.conversations.create(isla.id).result()
    cast.choose(isla.id)
    qtbot.waitUntil(lambda: cast.model.rows[2].kind == CastRowKind.CONVERSATION)
    menu = open_menu(panel, 2, qtbot)
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == ["Rename …", "Set aside"]
    with qtbot.waitSignal(panel.rename_requested) as asked:
        actions["Rename …"].trigger()
    assert asked.args == [cast.model.rows[2].conversation_id]
    with qtbot.waitSignal(cast.notice_raised):
        actions["Set aside"].trigger()
    menu.close()


def test_a_heading_has_no_menu(panel, qtbot):
    rows = rows_of(panel)
    rows.customContextMenuRequested.emit(rows.visualRect(rows.model().index(0, 0)).center())
    rows.customContextMenuRequested.emit(QPoint(5, 5000))
    assert not any(menu.isVisible() for menu in panel.findChildren(QMenu))


def test_rows_grow_with_the_text(panel, live_theme, qtbot):
    rows = rows_of(panel)
    before = rows.visualRect(rows.model().index(1, 0)).height()
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.DARK, font_size=24))
    qtbot.waitUntil(lambda: rows.visualRect(rows.model().index(1, 0)).height() > before * 1.4)


def test_every_kind_of_row_can_be_painted(panel, cast, context, qtbot):
    isla = isla_in(context)
    for _ in range(2):
        context.conversations.create(isla.id).result()
    cast.choose(isla.id)
    qtbot.waitUntil(lambda: cast.model.rows[2].kind == CastRowKind.CONVERSATION)
    with_conversations = panel.grab().toImage()
    cast.set_words("lamp")
    qtbot.waitUntil(lambda: any(row.kind == CastRowKind.HIT for row in cast.model.rows))
    with_hits = panel.grab().toImage()
    cast.set_words("zzzz")
    nothing = panel.grab().toImage()
    assert with_conversations != with_hits != nothing

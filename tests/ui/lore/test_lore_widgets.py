"""The lorebook screens: choosing, writing, trying; by pointer, by keyboard, for a reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.domain.ids import LorebookId, LorebookVersionId
from app.domain.lore import LorebookRecord
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.ui.accessibility import unnamed
from tests.ui.controls import shown_button
from tests.ui.lore.conftest import SKYE
from ui.lore.book_editor import BookEditor
from ui.lore.lore_list import LoreList
from ui.lore.lore_screen import LoreScreen
from ui.lore.lore_tool import LoreTool
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.lore_shelf import LoreShelf
from ui.viewmodels.lore_trial import LoreTrialViewModel, TrialSubject
from ui.viewmodels.lore_view_model import LorebookViewModel
from ui.viewmodels.persona_view_model import PersonaViewModel

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def field(holder: QWidget, name: str) -> QLineEdit | QPlainTextEdit:
    found = [*holder.findChildren(QLineEdit), *holder.findChildren(QPlainTextEdit)]
    return next(one for one in found if one.accessibleName() == name and one.isVisible())


def said(holder: QWidget) -> list[str]:
    return [one.text() for one in holder.findChildren(QLabel) if one.isVisibleTo(holder)]


def titles(rows: LoreList) -> list[str]:
    return [row.title for row in rows.model().rows]


@pytest.fixture
def loose(tmp_path, qapp) -> LorebookViewModel:
    """A book that is written and never saved, so that nothing need be behind it."""
    book = LorebookViewModel(None, DraftFolder(tmp_path))
    book.open(LorebookRecord(LorebookId("b"), LorebookVersionId("v"), 1, SKYE, datetime.now(UTC)))
    return book


@pytest.fixture
def editor(loose, live_theme, show) -> BookEditor:
    return show(BookEditor(loose, live_theme, scrolls=True), 820, 700)


def test_entries_stand_in_their_order_and_the_first_is_in_the_form(editor):
    entries = editor.findChild(LoreList)
    assert titles(entries) == ["House rules", "Lamp", "Ferry"]
    assert entries.current == (0, 0)
    assert field(editor, "Name").text() == "Lamp"
    assert "about 4 tokens" in said(editor)


def test_typing_changes_the_draft_and_the_row_and_is_undone_as_one(editor, loose, qtbot):
    name = field(editor, "Name")
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "The lens")
    assert titles(editor.findChild(LoreList)) == ["House rules", "The lens", "Ferry"]
    assert name.cursorPosition() == 8
    loose.undo()
    assert name.text() == "Lamp"


def test_a_box_switches_an_entry_off_by_pointer_and_by_space(editor, loose, qtbot):
    entries = editor.findChild(LoreList)
    where = entries.visualRect(entries.model().index_of((0, 1)))
    qtbot.mouseClick(
        entries.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(where.left() + 17, where.center().y()),
    )
    assert loose.draft["entries"][1]["enabled"] is False
    entries.setFocus()
    qtbot.keyClick(entries, Qt.Key.Key_Space)
    assert loose.draft["entries"][1]["enabled"] is True


def test_the_keyboard_moves_copies_and_removes(editor, loose, qtbot):
    entries = editor.findChild(LoreList)
    entries.setFocus()
    qtbot.keyClick(entries, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert titles(entries) == ["House rules", "Ferry", "Lamp"]
    assert field(editor, "Name").text() == "Lamp"
    shown_button(editor, "Copy").click()
    assert titles(entries)[-1] == "Lamp (copy)"
    qtbot.keyClick(entries, Qt.Key.Key_Delete)
    assert titles(entries) == ["House rules", "Ferry", "Lamp"]
    qtbot.keyClick(entries, Qt.Key.Key_Up)
    assert len(loose.draft["entries"]) == 3


def test_a_filter_hides_the_others_and_stops_moving(editor):
    field(editor, "Filter entries").setText("oil")
    assert titles(editor.findChild(LoreList)) == ["Lamp"]
    assert not shown_button(editor, "Up").isEnabled()
    field(editor, "Filter entries").setText("nowhere")
    assert "None of 3 entries has these words." in said(editor)
    shown_button(editor, "+ New").click()
    assert titles(editor.findChild(LoreList))[-1] == "Without a name"
    assert field(editor, "Name").hasFocus()


def test_a_pattern_that_cannot_be_used_is_said_under_the_keys(editor):
    field(editor, "Keys").setPlainText("lamp\n/(/")
    assert any(words.startswith("The pattern /(/ cannot be used") for words in said(editor))
    field(editor, "Keys").setPlainText("lamp")
    assert not any(words.startswith("The pattern") for words in said(editor))


def test_the_rest_stands_under_more_and_the_first_other_key_counts(editor, loose):
    shown_button(editor, "More").click()
    field(editor, "Other keys").setPlainText("oil")
    entry = loose.draft["entries"][0]
    assert (entry["secondary_keys"], entry["selective"]) == (["oil"], True)
    assert entry["foreign"] == {"other": [1]}
    editor.focus_field(1, "sticky")
    assert field(editor, "Name").text() == "Ferry"


@pytest.mark.parametrize("width", [420, 820])
def test_everything_in_the_editor_has_a_name_and_nothing_is_wider_than_it(
    editor, qtbot, width: int
):
    shown_button(editor, "More").click()
    editor.resize(width, 700)
    qtbot.waitUntil(lambda: editor._area.viewport().width() > 300)
    assert unnamed(editor) == []
    form = editor._area.widget()
    assert form.minimumSizeHint().width() <= editor._area.viewport().width()


@pytest.fixture
def shelf(context, bridge, qapp) -> LoreShelf:
    return LoreShelf(context.lore, context.personas, bridge)


@pytest.fixture
def screen(shelf, book, skye, context, live_theme, show, qtbot) -> LoreScreen:
    trial = LoreTrialViewModel(
        context.lore, lambda: TrialSubject((book.book,) if book.book else ()), book
    )
    screen = show(LoreScreen(shelf, book, trial, live_theme), 1000, 700)
    shelf.refresh()
    qtbot.waitUntil(lambda: bool(shelf.model.rows) and bool(shelf.personas))
    screen.show_book(skye.id)
    return screen


def test_the_bench_of_a_book_leads_to_its_entries(screen, qtbot):
    shown_button(screen, "Try it").click()
    field(screen, "What you say").setPlainText("A lamp and a ferry.")
    rows = screen._bench.findChild(LoreList)
    qtbot.waitUntil(lambda: "In the prompt · 3" in titles(rows))
    shown_button(screen, "Earlier lines").click()
    rows.setFocus()
    rows.choose((0, 1))
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert field(screen, "Name").text() == "Ferry"
    assert unnamed(screen) == []


def test_a_new_book_is_named_at_once_and_saved_when_it_goes_out_of_sight(screen, context, qtbot):
    shown_button(screen, "+ New").click()
    qtbot.waitUntil(lambda: screen._book.record.book.name == "New lorebook")
    name = field(screen, "Name")
    qtbot.waitUntil(lambda: name.text() == "New lorebook")
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "Raasay")
    with qtbot.waitSignal(screen._book.saved):
        screen.hide()
    assert [one.book.name for one in context.lore.list_all().result()] == ["Raasay", "Skye"]


@pytest.mark.parametrize("again", [(Qt.Key.Key_Z, CTRL | SHIFT), (Qt.Key.Key_Y, CTRL)])
def test_a_step_is_taken_again_with_either_key(screen, book, qtbot, again):
    name = book.draft["name"]
    book.set_value(("name",), "Elsewhere")
    list_ = screen.findChild(LoreList)
    qtbot.keyClick(list_, Qt.Key.Key_Z, CTRL)
    assert book.draft["name"] == name
    qtbot.keyClick(list_, *again)
    assert book.draft["name"] == "Elsewhere"


def test_saving_keeps_what_can_be_undone(screen, book, qtbot):
    book.edit_entry(0, "name", "Lens")
    with qtbot.waitSignal(book.saved):
        shown_button(screen, "Save").click()
    qtbot.waitUntil(lambda: screen._shelf.find(book.record.id).version == 2)
    book.undo()
    assert book.draft["entries"][0]["name"] == "Lamp"
    assert shown_button(screen, "Save").isVisible()
    shown_button(screen, "Drop changes").click()
    assert book.draft["entries"][0]["name"] == "Lens"


def test_a_book_is_set_aside_and_brought_back_on_the_screen(screen, shelf, skye, qtbot):
    shown_button(screen, "The book").click()
    assert "Nobody yet: attach it, or it never comes up." in said(screen)
    shown_button(screen, "Set aside").click()
    qtbot.waitUntil(lambda: shelf.find_aside(skye.id) is not None and not shelf.books)
    screen._list.setCurrentIndex(shelf.model.index_of(skye.id))
    assert "This book is set aside: no character looks into it." in said(screen)
    shown_button(screen, "Bring back").click()
    qtbot.waitUntil(lambda: shelf.find(skye.id) is not None)
    qtbot.waitUntil(lambda: "This book is set aside" not in " ".join(said(screen)))
    assert shown_button(screen, "The book").isVisible()


def test_what_the_screen_cannot_do_it_asks_for(screen, shelf, skye, context, qtbot):
    isla = next(id_ for id_, name in shelf.personas.items() if name == "Isla MacRae")
    shelf.attach(skye.id, isla)
    shown_button(screen, "The book").click()
    qtbot.waitUntil(
        lambda: any(
            one.text() == "Isla MacRae" and one.isVisible()
            for one in screen.findChildren(QPushButton)
        )
    )
    for text, signal, asked in (
        ("Import …", screen.import_requested, []),
        ("Export …", screen.export_requested, [skye.id]),
        ("Attach to …", screen.attach_requested, [skye.id]),
        ("Isla MacRae", screen.persona_requested, [isla]),
    ):
        with qtbot.waitSignal(signal) as told:
            shown_button(screen, text).click()
        assert told.args == asked
    shown_button(screen, "Detach").click()
    qtbot.waitUntil(lambda: shelf.attached_to(isla) == [])


@pytest.fixture
def sheet(context, paths, qapp) -> PersonaViewModel:
    lore = Lorebook(name="Well", entries=(LoreEntry(name="Well", keys=("well",), content="Dry."),))
    sheet = PersonaViewModel(context.personas, DraftFolder(paths.data / "drafts"))
    sheet.open(context.personas.add(Persona(name="Morag", lore=lore)).result())
    return sheet


@pytest.fixture
def tool(sheet, shelf, context, skye, live_theme, show, qtbot) -> LoreTool:
    context.lore.attach(skye.id, sheet.record.id).result()
    tool = show(LoreTool(sheet, context.lore, shelf, live_theme), 440, 700)
    shelf.refresh()
    tool.reload()
    qtbot.waitUntil(lambda: bool(shelf.books) and bool(shelf.personas))
    return tool


def test_a_character_s_page_writes_the_card_s_own_book(tool, sheet):
    assert shown_button(tool, "In the card · 1").isChecked()
    field(tool, "What there is to know").setPlainText("Dry since May.")
    assert sheet.persona.lore.entries[0].content == "Dry since May."
    assert tool.focus_field(("lore", "entries", 0, "keys", 0)) is not None
    assert field(tool, "Keys").hasFocus()
    assert tool.focus_field(("lore", "token_budget")) is not None
    assert tool.focus_field(("name",)) is None
    shown_button(tool, "Take it out").click()
    assert sheet.persona.lore is None
    shown_button(tool, "Begin a book in the card").click()
    assert sheet.persona.lore.name == "Morag"
    assert shown_button(tool, "+ New").hasFocus()
    sheet.undo()
    sheet.undo()
    assert field(tool, "Name").text() == "Well"


def test_attached_books_are_opened_detached_and_attached_again(tool, shelf, skye, qtbot):
    shown_button(tool, "Attached · 1").click()
    with qtbot.waitSignal(tool.book_requested) as asked:
        shown_button(tool, "Open the book").click()
    assert asked.args == [skye.id]
    shown_button(tool, "Detach").click()
    qtbot.waitUntil(lambda: "None is attached." in said(tool))
    tool._list_books()
    tool._menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: "Skye" in said(tool))
    tool._list_books()
    assert [one.text() for one in tool._menu.actions()] == ["No other book is on the shelf"]


def test_a_character_s_bench_tries_all_their_books(tool, skye, qtbot):
    shown_button(tool, "Try it").click()
    field(tool, "What you say").setPlainText("The well and the lamp.")
    rows = tool._bench.findChild(LoreList)
    qtbot.waitUntil(
        lambda: titles(rows)[:4] == ["In the prompt · 3", "House rules", "Well", "Lamp"]
    )
    assert rows.model().rows[2].line == "The key “well” is in the newest message. In “Well”."
    with qtbot.waitSignal(tool.book_requested) as asked:
        rows.opened.emit((1, 0))
    assert asked.args == [skye.id]
    rows.opened.emit((0, 0))
    assert field(tool, "Name").text() == "Well"
    assert unnamed(tool) == []


def test_two_thousand_entries_cost_no_widget_each(loose, editor):
    before = len(editor.findChildren(QWidget))
    many = [LoreEntry(name=f"Entry {n}").model_dump(mode="json") for n in range(2000)]
    loose.put_values([(("entries",), many)])
    assert editor.findChild(LoreList).model().rowCount() == 2000
    assert len(editor.findChildren(QWidget)) - before < 10

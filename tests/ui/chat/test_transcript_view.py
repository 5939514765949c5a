"""The page: it never jumps, text can be selected, and the keyboard alone is enough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QAction, QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.domain.conversation import Author, MessageState
from app.domain.ids import MessageId
from app.settings import Appearance, ColourScheme
from tests.ui.accessibility import names, unnamed
from tests.ui.book import Book, make_message, make_recalled
from ui.chat.message_documents import DOCUMENTS_KEPT
from ui.chat.row_actions import RowAction
from ui.viewmodels.transcript_model import TranscriptRole

LEFT = Qt.MouseButton.LeftButton
LONG = "The lamp turns and the rain goes on. " * 12


def model_of(view):
    return view.model()


def row_rect(view, row: int) -> QRect:
    return view.visualRect(view.model().index(row))


def mark_area(view, row: int, kind: str) -> QRect:
    index = view.model().index(row)
    rect = view.visualRect(index)
    marks = [*view.delegate.marks(rect, index), *view.delegate._retry_marks(rect, index)]
    return next(mark.area for mark in marks if mark.kind == kind)


def text_point(view, row: int, dx: int = 3, dy: int = 10) -> QPoint:
    index = view.model().index(row)
    area = view.delegate.text_area(view.visualRect(index), index)
    return QPoint(area.left() + dx, area.top() + dy)


def first_visible(view) -> tuple[str, int]:
    index = view.indexAt(QPoint(view.viewport().width() // 2, 1))
    return index.data(TranscriptRole.KEY)[0], view.visualRect(index).top()


def at_end(view) -> bool:
    return view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def grow(model, number: int, text: str) -> None:
    model.store(
        replace(make_message(number, "x", state=MessageState.STREAMING), text=""), is_new=True
    )
    model.append_delta(MessageId(f"m{number}"), text)


# Nothing jumps


def test_opening_shows_the_end(show_book):
    book = Book(120)
    view = show_book(book)
    assert at_end(view)
    assert view.verticalScrollBar().maximum() > view.height()
    assert len(book.requests) == 1


def test_a_page_that_is_not_full_fetches_more_by_itself(qtbot, show_book):
    book = Book(120)
    book.messages = [make_message(number, "Aye.") for number in range(120)]
    view = show_book(book, height=6000)
    qtbot.waitUntil(lambda: view.model().rowCount() == 120)


def test_older_pages_come_without_a_pixel_of_drift(qtbot, show_book):
    view = show_book(Book(390))
    bar, model = view.verticalScrollBar(), view.model()
    drifts: list[int] = []
    seen: list[tuple[str, int]] = []
    model.rowsAboutToBeInserted.connect(lambda *_: seen.append(first_visible(view)))

    def compare() -> None:
        message_id, top = seen[-1]
        drifts.append(view.visualRect(model.index_of(message_id)).top() - top)

    model.rowsInserted.connect(lambda *_: compare())
    while model.has_older:
        count = len(drifts)
        bar.setValue(17)
        qtbot.waitUntil(lambda count=count: len(drifts) > count and not model.is_loading)
    assert drifts
    assert set(drifts) == {0}
    assert model.rowCount() == 300


def test_going_down_again_brings_the_newer_ones_back(qtbot, show_book):
    view = show_book(Book(400))
    bar, model = view.verticalScrollBar(), view.model()
    while model.has_older:
        bar.setValue(0)
        qtbot.waitUntil(lambda: not model.is_loading)
    assert model.has_newer
    assert not view.follows_end
    while model.has_newer:
        bar.setValue(bar.maximum())
        qtbot.waitUntil(lambda: not model.is_loading)
    assert model.newest.id == "m399"


def test_the_end_is_followed_while_a_reply_grows(qtbot, show_book):
    view = show_book(Book(41))
    grow(view.model(), 41, LONG)
    qtbot.waitUntil(lambda: at_end(view))
    assert row_rect(view, view.model().rowCount() - 1).bottom() <= view.viewport().height()
    view.model().append_delta(MessageId("m41"), LONG)
    qtbot.waitUntil(lambda: LONG + LONG in view.model().index(41).data())
    qtbot.waitUntil(lambda: at_end(view))


def test_who_reads_above_is_left_in_peace(qtbot, show_book):
    view = show_book(Book(45))
    view.verticalScrollBar().setValue(300)
    before = first_visible(view)
    assert not view.follows_end
    grow(view.model(), 45, LONG)
    view.model().finish(make_message(45, LONG))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    view.doItemsLayout()
    assert first_visible(view) == before
    view.follow_end()
    assert at_end(view)


def test_another_take_stands_where_the_first_stood(qtbot, show_book):
    book = Book(40)
    view = show_book(book)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 350)
    before = first_visible(view)
    take = make_message(37, LONG, id=MessageId("other"), position=1, siblings=2)
    book.messages[37:] = [take]
    view.model().reload()
    qtbot.waitUntil(lambda: view.model().index_of(MessageId("other")).isValid())
    assert first_visible(view) == before


def test_a_row_deleted_above_moves_nothing(qtbot, show_book):
    book = Book(40)
    view = show_book(book)
    view.verticalScrollBar().setValue(900)
    before = first_visible(view)
    del book.messages[2]
    view.model().reload()
    qtbot.waitUntil(lambda: view.model().rowCount() == 39)
    assert first_visible(view) == before


def test_resizing_keeps_the_line_that_is_read(show_book):
    view = show_book(Book(60))
    view.verticalScrollBar().setValue(1200)
    before = first_visible(view)
    view.resize(430, 500)
    assert view.delegate.columns.is_narrow
    after = first_visible(view)
    assert after[0] == before[0]


def test_the_strip_comes_and_goes_without_moving_a_row(show_book):
    view = show_book(Book(6), height=700)
    before = [row_rect(view, row) for row in range(6)]
    QTest.mouseMove(view.viewport(), row_rect(view, 1).center())
    assert view.tools.actions.isVisible()
    strip = view.tools.actions.geometry()
    assert row_rect(view, 1).contains(strip)
    index = view.model().index(1)
    assert not view.delegate.text_area(row_rect(view, 1), index).intersects(strip)
    assert [row_rect(view, row) for row in range(6)] == before
    QTest.mouseMove(view.viewport(), QPoint(5, 690))
    assert view.tools.actions.isHidden()


def test_documents_in_memory_are_bounded(qtbot, show_book):
    view = show_book(Book(400))
    bar, model = view.verticalScrollBar(), view.model()
    while model.has_older:
        bar.setValue(0)
        qtbot.waitUntil(lambda: not model.is_loading)
        view.grab()
    assert view.delegate.documents_kept <= DOCUMENTS_KEPT


# The look


def colours_in(view, area: QRect) -> set[str]:
    image = view.viewport().grab(area).toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_speakers_hang_in_the_margin_in_their_own_ink(live_theme, show_book):
    view = show_book(Book(2))
    palette = live_theme.current.palette
    columns = view.delegate.columns
    for row, ink in ((0, palette.accent_2), (1, palette.accent)):
        rect = row_rect(view, row)
        margin = QRect(columns.speaker_left, rect.top(), columns.speaker_width, rect.height())
        assert ink.lower() in colours_in(view, margin)


def test_a_block_stands_at_the_end_of_what_is_being_written(live_theme, show_book):
    view = show_book(Book(1))
    accent = live_theme.current.palette.accent.lower()
    grow(view.model(), 1, "It had")
    view.doItemsLayout()
    rect = row_rect(view, 1)
    prose = QRect(view.delegate.columns.text_left, rect.top(), 200, rect.height())
    assert accent in colours_in(view, prose)
    view.model().finish(make_message(1, "It had died."))
    view.doItemsLayout()
    assert accent not in colours_in(view, prose)


def test_the_measure_stays_readable_on_a_wide_page(show_book):
    view = show_book(Book(2), width=1600)
    columns = view.delegate.columns
    middle = columns.text_left + columns.text_width / 2
    assert columns.text_width < 620
    assert abs(middle - view.viewport().width() / 2) < 60


def test_a_narrow_page_puts_the_speaker_above_the_prose(show_book):
    view = show_book(Book(2), width=380)
    columns = view.delegate.columns
    assert columns.is_narrow
    assert columns.lead > 0
    assert columns.text_width > 300
    assert colours_in(view, row_rect(view, 1))


def test_narration_stands_in_the_middle_without_a_speaker(live_theme, show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "Late October.", author=Author.NARRATOR)
    view = show_book(book)
    rect = row_rect(view, 1)
    columns = view.delegate.columns
    margin = QRect(columns.speaker_left, rect.top(), columns.speaker_width, rect.height())
    assert colours_in(view, margin) == {live_theme.current.palette.paper.lower()}
    left_half = QRect(columns.text_left, rect.top(), columns.text_width // 4, rect.height())
    assert colours_in(view, left_half) == {live_theme.current.palette.paper.lower()}


def test_another_theme_is_painted_at_once(live_theme, show_book):
    view = show_book(Book(4))
    height = row_rect(view, 1).height()
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.DARK, font_size=20))
    assert row_rect(view, 1).height() > height
    assert "#1d1b18" in colours_in(view, row_rect(view, 1))


# Marks in the margin


def failed_book() -> Book:
    book = Book(2)
    state = MessageState.FAILED
    book.messages[1] = make_message(1, "It had", state=state, failure="The engine stopped.")
    return book


def test_takes_are_leafed_through_in_the_margin(qtbot, show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "Second.", position=1, siblings=3)
    view = show_book(book)
    for kind, step in (("earlier", -1), ("later", 1)):
        with qtbot.waitSignal(view.tools.sibling_requested) as told:
            QTest.mouseClick(view.viewport(), LEFT, pos=mark_area(view, 1, kind).center())
        assert told.args == ["m1", step]


def test_what_was_recalled_opens_from_the_margin(qtbot, show_book):
    book = Book(2)
    book.recalled[MessageId("m1")] = (make_recalled(),)
    view = show_book(book)
    view.grab()
    qtbot.waitUntil(lambda: view.model().index(1).data(TranscriptRole.RECALLED_COUNT) == 1)
    with qtbot.waitSignal(view.tools.recalled_requested) as told:
        QTest.mouseClick(view.viewport(), LEFT, pos=mark_area(view, 1, "recalled").center())
    assert told.args == ["m1"]


@pytest.mark.parametrize("width", [720, 380])
def test_a_row_that_broke_off_says_why_and_offers_to_try_again(qtbot, live_theme, show_book, width):
    view = show_book(failed_book(), width=width)
    retry = mark_area(view, 1, "retry")
    assert row_rect(view, 1).contains(retry)
    assert live_theme.current.palette.bad.lower() in colours_in(view, row_rect(view, 1))
    with qtbot.waitSignal(view.tools.take_again_requested) as told:
        QTest.mouseClick(view.viewport(), LEFT, pos=retry.center())
    assert told.args == ["m1"]


def test_the_pointer_says_what_it_is_over(show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "[here](https://example.org) it is", siblings=2)
    view = show_book(book)
    shapes = []
    for point in (
        text_point(view, 1),
        text_point(view, 1, dx=70),
        mark_area(view, 1, "later").center(),
        QPoint(5, 5),
    ):
        QTest.mouseMove(view.viewport(), point)
        shapes.append(view.viewport().cursor().shape())
    shape = Qt.CursorShape
    assert shapes == [
        shape.PointingHandCursor,
        shape.IBeamCursor,
        shape.PointingHandCursor,
        shape.ArrowCursor,
    ]


# Selecting


def drag(view, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), LEFT, pos=start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), LEFT, pos=end)


def test_text_is_selected_by_dragging_over_it(show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "It had died. *She nods.*")
    view = show_book(book)
    drag(view, text_point(view, 1, dx=1), text_point(view, 1, dx=600))
    reader = view.tools.reader
    assert reader.textCursor().selectedText() == "It had died. She nods."
    reader.copy()
    assert QGuiApplication.clipboard().text() == "It had died. She nods."


def test_the_text_stands_still_when_it_is_selected(show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "It had died. " + LONG)
    view = show_book(book)
    index = view.model().index(1)
    area = view.delegate.text_area(row_rect(view, 1), index)
    before = view.viewport().grab(area).toImage()
    reader = view.tools.begin_reading(index)
    after = view.viewport().grab(area).toImage()
    assert reader.document().size().height() == pytest.approx(area.height(), abs=1)
    different = sum(
        before.pixelColor(x, y) != after.pixelColor(x, y)
        for x in range(before.width())
        for y in range(before.height())
    )
    assert different < before.width() * before.height() * 0.002


def test_a_double_click_selects_a_word(show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "Stornoway calling")
    view = show_book(book)
    point = text_point(view, 1, dx=20)
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    assert view.tools.reader is None
    QTest.mouseDClick(view.viewport(), LEFT, pos=point)
    assert view.tools.reader.textCursor().selectedText() == "Stornoway"


def test_a_reader_goes_with_escape_and_when_its_row_changes(qtbot, show_book):
    view = show_book(Book(4))
    view.tools.begin_reading(view.model().index(1)).setFocus()
    QTest.keyClick(view.tools.reader, Qt.Key.Key_Escape)
    assert view.tools.reader is None
    view.tools.begin_reading(view.model().index(1))
    view.model().store(make_message(1, "Other words.", revision=2), is_new=False)
    assert view.tools.reader is None
    view.tools.begin_reading(view.model().index(3))
    view.model().open(None)
    assert view.tools.reader is None


def test_a_growing_row_is_not_selected_in(show_book):
    view = show_book(Book(1))
    grow(view.model(), 1, "It had")
    assert view.tools.begin_reading(view.model().index(1)) is None


def test_a_link_is_handed_over_and_followed_by_nobody(qtbot, show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "[here](https://example.org/a) it is")
    view = show_book(book)
    with qtbot.waitSignal(view.tools.link_clicked) as told:
        QTest.mouseClick(view.viewport(), LEFT, pos=text_point(view, 1, dx=8))
    assert told.args == ["https://example.org/a"]


def test_documents_and_readers_load_nothing(show_book, tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"x")
    view = show_book(Book(2))
    index = view.model().index(1)
    reader = view.tools.begin_reading(index)
    address = QUrl.fromLocalFile(str(picture))
    for kind in (2, 3):
        assert reader.loadResource(kind, address) is None
        assert view.delegate.document(index).loadResource(kind, address) is None


# The keyboard


@pytest.fixture
def keyed(qtbot, show_book):
    """A page with the keyboard on its last row."""

    def keying(book: Book, **size: int):
        view = show_book(book, **size)
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow)
        view.clearFocus()
        view.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(view.hasFocus)
        return view

    return keying


def test_arrows_go_from_row_to_row_with_a_ring_to_see(live_theme, keyed):
    view = keyed(Book(6), height=700)
    assert view.currentIndex().row() == 5
    assert view.delegate.is_focus_shown
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 4
    ring = live_theme.current.palette.accent_2.lower()
    edge = row_rect(view, 4)
    columns = view.delegate.columns
    corner = QRect(columns.speaker_left - 6, edge.center().y(), 4, 3)
    assert ring in colours_in(view, corner)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 5
    QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(4, 4))
    assert not view.delegate.is_focus_shown


def test_a_row_taller_than_the_page_is_scrolled_through(keyed):
    book = Book(3)
    book.messages[1] = make_message(1, LONG * 6)
    view = keyed(book, height=300)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 1
    value = view.verticalScrollBar().value()
    presses = 0
    while view.currentIndex().row() == 1 and presses < 200:
        QTest.keyClick(view, Qt.Key.Key_Up)
        presses += 1
    assert presses > 5
    assert view.verticalScrollBar().value() < value
    assert view.currentIndex().row() == 0
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 0


def test_enter_opens_the_strip_and_escape_leaves_it(qtbot, keyed):
    view = keyed(Book(4))
    QTest.keyClick(view, Qt.Key.Key_Return)
    strip = view.tools.actions
    assert strip.button(RowAction.TAKE_AGAIN).hasFocus()
    QTest.keyClick(strip.button(RowAction.TAKE_AGAIN), Qt.Key.Key_Right)
    assert strip.button(RowAction.EDIT).hasFocus()
    QTest.keyClick(strip.button(RowAction.EDIT), Qt.Key.Key_Left)
    with qtbot.waitSignal(view.tools.take_again_requested) as told:
        QTest.keyClick(strip.button(RowAction.TAKE_AGAIN), Qt.Key.Key_Return)
    assert told.args == ["m3"]
    QTest.keyClick(strip.button(RowAction.TAKE_AGAIN), Qt.Key.Key_Escape)
    assert view.hasFocus()


def test_f2_edits_in_place_and_control_enter_keeps(qtbot, keyed):
    view = keyed(Book(4))
    below = row_rect(view, 3).top()
    view.setCurrentIndex(view.model().index(1))
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = view.tools.editor
    assert editor.edit.hasFocus()
    assert editor.edit.toPlainText() == view.model().index(1).data()
    assert row_rect(view, 1).contains(editor.geometry().center())
    short = editor.height()
    editor.edit.setPlainText("\n".join(["Another line."] * 9))
    assert editor.height() > short
    assert row_rect(view, 3).top() > below
    with qtbot.waitSignal(view.tools.edit_requested) as told:
        QTest.keyClick(editor.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args == ["m1", "\n".join(["Another line."] * 9)]
    assert view.tools.editor is None
    assert view.hasFocus()


def test_an_edit_that_is_left_changes_nothing(qtbot, keyed):
    view = keyed(Book(4))
    before = [row_rect(view, row) for row in range(4)]
    view.setCurrentIndex(view.model().index(1))
    QTest.keyClick(view, Qt.Key.Key_F2)
    view.tools.editor.edit.setPlainText("Other words")
    with qtbot.assertNotEmitted(view.tools.edit_requested):
        QTest.keyClick(view.tools.editor.edit, Qt.Key.Key_Escape)
    assert [row_rect(view, row) for row in range(4)] == before


def test_an_emptied_message_cannot_be_kept(qtbot, keyed):
    view = keyed(Book(2))
    view.tools.begin_editing(view.model().index(1))
    view.tools.editor.edit.setPlainText("  ")
    with qtbot.assertNotEmitted(view.tools.edit_requested):
        view.tools.editor._finish()


def test_an_editor_goes_when_its_row_goes(qtbot, keyed):
    book = Book(4)
    view = keyed(book)
    view.tools.begin_editing(view.model().index(1))
    view.tools.begin_editing(view.model().index(1))
    del book.messages[1]
    view.model().reload()
    qtbot.waitUntil(lambda: view.tools.editor is None)


def test_delete_and_the_side_arrows_act_on_the_row(qtbot, keyed):
    book = Book(2)
    book.messages[1] = make_message(1, "Second.", position=1, siblings=2)
    view = keyed(book)
    with qtbot.waitSignal(view.tools.delete_requested) as deleted:
        QTest.keyClick(view, Qt.Key.Key_Delete)
    assert deleted.args == ["m1"]
    with qtbot.waitSignal(view.tools.sibling_requested) as leafed:
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert leafed.args == ["m1", -1]
    with qtbot.assertNotEmitted(view.tools.sibling_requested):
        QTest.keyClick(view, Qt.Key.Key_Right)


def test_copy_takes_the_row(keyed):
    book = Book(2)
    book.messages[1] = make_message(1, "It had *died*.")
    view = keyed(book)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "It had *died*."


def test_end_goes_to_the_newest_line(qtbot, keyed):
    view = keyed(Book(400))
    while view.model().has_older:
        view.verticalScrollBar().setValue(0)
        qtbot.waitUntil(lambda: not view.model().is_loading)
    QTest.keyClick(view, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: view.model().newest is not None and view.model().newest.id == "m399")
    qtbot.waitUntil(lambda: at_end(view))


def test_while_a_reply_is_written_rows_can_only_be_copied(qtbot, keyed):
    view = keyed(Book(4))
    view.tools.set_can_change(False)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_Delete):
        with qtbot.assertNotEmitted(view.tools.delete_requested):
            QTest.keyClick(view, key)
    assert view.tools.editor is None
    strip = view.tools.actions
    enabled = [one for one in RowAction if strip.button(one).isEnabled()]
    assert enabled == [RowAction.COPY]


# The menu and screen readers


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_menu_has_all_that_the_margin_and_the_strip_have(qtbot, show_book):
    book = Book(2)
    book.messages[1] = make_message(1, "First.", position=0, siblings=2)
    view = show_book(book)
    view.model().set_recalled(MessageId("m1"), 2)
    menu = entries(view.tools.build_menu(view.model().index(1)))
    words = ["Take again", "Edit", "Delete", "Copy", "Earlier take", "Later take"]
    assert list(menu) == [*words, "What was recalled"]
    assert not menu["Earlier take"].isEnabled()
    with qtbot.waitSignal(view.tools.sibling_requested):
        menu["Later take"].trigger()
    with qtbot.waitSignal(view.tools.recalled_requested):
        menu["What was recalled"].trigger()
    with qtbot.waitSignal(view.tools.delete_requested):
        menu["Delete"].trigger()
    assert "Take again" not in entries(view.tools.build_menu(view.model().index(0)))


def test_the_menu_opens_with_pointer_and_keyboard(qtbot, keyed):
    view = keyed(Book(4))
    for reason in ("Mouse", "Keyboard"):
        _ask_for_menu(view, reason)
        menu = view.findChildren(QMenu)[-1]
        qtbot.waitUntil(menu.isVisible)
        menu.close()
        qtbot.waitUntil(lambda: not view.findChildren(QMenu))


def _ask_for_menu(view, reason: str) -> None:
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    point = row_rect(view, 1).center()
    kind = getattr(QContextMenuEvent.Reason, reason)
    event = QContextMenuEvent(kind, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)


def test_a_screen_reader_finds_every_row_as_a_sentence(show_book):
    view = show_book(Book(3))
    assert unnamed(view) == []
    found = names(view)
    assert "Conversation" in found
    assert any(name.startswith("Isla MacRae, ") and "She waits." in name for name in found)
    view.tools.hover(view.model().index(1))
    assert unnamed(view.tools.actions) == []
    assert names(view.tools.actions) == ["Take again", "Edit", "Delete", "Copy"]


def test_the_fade_is_there_only_when_something_is_above(show_book):
    view = show_book(Book(60))
    assert view._fade.isVisible()
    view.verticalScrollBar().setValue(0)
    short = show_book(Book(1))
    assert short._fade.isHidden()
    assert short.grab().toImage().pixelColor(3, 3) == QColor("#FBF8F2")

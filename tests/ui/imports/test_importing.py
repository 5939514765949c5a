from __future__ import annotations

import json
from pathlib import Path
from threading import Event as Flag

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QListWidget, QPushButton

from personas.cards import read_card
from tests.ui.accessibility import unnamed
from tests.ui.theatre import isla_in
from ui.imports.receipt_page import ReceiptPage
from ui.viewmodels.import_receipt import EntryKind
from ui.viewmodels.import_view_model import NOTICE_KEY
from ui.viewmodels.notice import Notice


def write_card_file(folder: Path, name: str, **fields: object) -> Path:
    data = {
        "name": name,
        "description": f"{name} keeps the ferry.",
        "first_mes": "The ferry is late.",
        "extensions": {"elsewhere": {"colour": "blue"}},
        **fields,
    }
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(card), encoding="utf-8")
    return path


@pytest.fixture
def imports(session):
    return session.commands.cards.imports


def take_in(imports, files: list[Path], qtbot):
    with qtbot.waitSignal(imports.receipt_changed, timeout=10_000):
        imports.import_files(files)
    return imports.receipt


def test_a_card_comes_in_and_says_so_with_a_way_to_its_receipt(
    session, window, imports, tmp_path, qtbot
):
    receipt = take_in(imports, [write_card_file(tmp_path, "Ada Ferry")], qtbot)
    assert receipt.summary == "Ada Ferry came in."
    notice = window.notices.notice
    assert (notice.text, notice.action) == ("Ada Ferry came in.", "Look at the receipt")
    assert not notice.is_warning
    qtbot.waitUntil(lambda: any(row.title == "Ada Ferry" for row in session.cast.model.rows))
    notice.act()
    screen = window.screen_shown
    assert window.notices.notice is None
    assert screen.accessibleName() == "Receipt of the import"
    text = screen.findChild(ReceiptPage).toPlainText()
    assert "Ada Ferry.json" in text
    assert "CAME OVER" in text
    assert "Name, " in text
    assert "Name \u00a0\u2192\u00a0 Name" not in text
    assert text.count("As it was.") == 1
    assert screen.findChild(QListWidget).isHidden()
    assert unnamed(screen) == []


def test_files_that_need_a_look_come_first_each_with_its_sentence(
    session, window, imports, tmp_path, qtbot
):
    good = write_card_file(tmp_path, "Ada Ferry")
    take_in(imports, [good], qtbot)
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    files = [write_card_file(tmp_path, "Ben Ferry"), good, broken]
    receipt = take_in(imports, files, qtbot)
    kinds = [entry.kind for entry in receipt.entries]
    assert kinds == [EntryKind.BROKEN, EntryKind.DUPLICATE, EntryKind.KEPT]
    assert receipt.entries[0].sentence
    assert "This is Ada Ferry" in receipt.entries[1].sentence
    assert window.notices.notice.is_warning
    assert "1 file could not be read." in receipt.summary
    session.commands.cards.show_receipt()
    page, rows = (
        window.screen_shown.findChild(ReceiptPage),
        window.screen_shown.findChild(QListWidget),
    )
    assert rows.hasFocus()
    assert receipt.entries[0].sentence in page.toPlainText()
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert "This is Ada Ferry" in page.toPlainText()


def test_what_is_here_already_can_come_in_once_more(session, window, imports, tmp_path, qtbot):
    card = write_card_file(tmp_path, "Ada Ferry")
    take_in(imports, [card], qtbot)
    take_in(imports, [card], qtbot)
    session.commands.cards.show_receipt()
    screen = window.screen_shown
    again = next(one for one in screen.findChildren(QPushButton) if "once more" in one.text())
    assert again.isVisible()
    with qtbot.waitSignal(imports.receipt_changed):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert imports.receipt.entries[0].kind == EntryKind.KEPT
    assert not again.isVisible()


def test_the_receipt_leads_to_the_character_and_back(session, window, imports, tmp_path, qtbot):
    take_in(imports, [write_card_file(tmp_path, "Ada Ferry")], qtbot)
    session.commands.cards.show_receipt()
    screen = window.screen_shown
    qtbot.keyClick(screen.findChild(ReceiptPage), Qt.Key.Key_Escape)
    assert window.screen_shown is session.chat_screen
    assert window.actions_.receipt.isEnabled()
    window.actions_.receipt.trigger()
    sheet = next(one for one in screen.findChildren(QPushButton) if one.text() == "Persona sheet")
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.screen_shown is session.persona_screen)
    window.actions_.receipt.trigger()
    talk = next(one for one in screen.findChildren(QPushButton) if one.text() == "Talk")
    qtbot.mouseClick(talk, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    assert session.cast.chosen.persona.name == "Ada Ferry"


def test_the_words_of_a_card_are_no_markup(session, window, imports, tmp_path, qtbot):
    name = "<b>Ada</b> <img src='x.png'>"
    path = write_card_file(tmp_path, "odd", extensions={"<i>evil</i>": 1})
    text = path.read_text(encoding="utf-8").replace('"odd"', json.dumps(name))
    path.write_text(text, encoding="utf-8")
    take_in(imports, [path], qtbot)
    session.commands.cards.show_receipt()
    page = window.screen_shown.findChild(ReceiptPage)
    assert name in page.toPlainText()
    assert "<img" not in page.toHtml()


def test_a_hundred_files_show_how_far_they_are_and_can_be_stopped(
    session, window, imports, tmp_path, qtbot
):
    files = [write_card_file(tmp_path, f"Ferry {number}") for number in range(100)]
    is_stopped = Flag()
    # The first batch waits for the disk until somebody has pressed Cancel.
    session.context.personas._storage.submit(lambda: is_stopped.wait(20))
    shown = []
    imports.progress_raised.connect(shown.append)
    imports.import_files(files)
    first = window.notices.notice
    assert (first.key, first.action, first.progress) == (NOTICE_KEY, "Cancel", 0)
    qtbot.waitUntil(lambda: len(shown) > 3)
    with qtbot.waitSignal(imports.receipt_changed, timeout=10_000):
        window.notices.notice.act()
        is_stopped.set()
    count = len(imports.receipt.entries)
    assert 3 < count < 100
    steps = [notice.progress for notice in shown]
    assert steps == sorted(steps)
    assert f"Stopped after {count} of 100 files." in imports.receipt.summary
    kept = [r for r in session.context.personas.list_all().result() if "Ferry" in r.persona.name]
    assert len(kept) == count
    assert not imports.is_busy


def test_progress_steps_aside_for_another_notice(window):
    window.notices.show_notice(Notice("The disk is full.", is_warning=True))
    window.notices.show_progress(Notice("Reading …", key="import", progress=0.5))
    assert window.notices.notice.text == "The disk is full."


def test_files_that_come_meanwhile_wait_their_turn(imports, tmp_path, qtbot):
    receipts = []
    imports.receipt_changed.connect(receipts.append)
    imports.import_files([write_card_file(tmp_path, "Ada Ferry")])
    imports.import_files([write_card_file(tmp_path, "Ben Ferry")])
    imports.import_files([])
    qtbot.waitUntil(lambda: len(receipts) == 2, timeout=10_000)
    assert [one.entries[0].title for one in receipts] == ["Ada Ferry", "Ben Ferry"]


def drop(window, mime: QMimeData) -> bool:
    point, copy = QPointF(400, 300), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(point.toPoint(), copy, mime, left, none)
    enter.ignore()
    window.dragEnterEvent(enter)
    if enter.isAccepted():
        window.dropEvent(QDropEvent(point, copy, mime, left, none))
    return enter.isAccepted()


def test_files_dropped_on_the_window_come_in(window, imports, tmp_path, qtbot):
    mime = QMimeData()
    files = [write_card_file(tmp_path, name) for name in ("Ada Ferry", "Ben Ferry")]
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    assert window.acceptDrops()
    with qtbot.waitSignal(imports.receipt_changed, timeout=10_000):
        assert drop(window, mime)
    assert imports.receipt.summary == "2 characters came in."


def test_what_is_no_file_is_not_taken(window):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/card.png")])
    assert not drop(window, mime)


def test_the_menu_asks_which_files(session, window, imports, tmp_path, qtbot, monkeypatch):
    card = write_card_file(tmp_path, "Ada Ferry")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(card)], ""))
    with qtbot.waitSignal(imports.receipt_changed, timeout=10_000):
        window.actions_.import_cards.trigger()
    assert imports.receipt.entries[0].title == "Ada Ferry"


@pytest.mark.parametrize(
    ("form", "suffix"),
    [
        ("png", ".png"),
        ("json-v2", ".json"),
        ("json-v3", ".json"),
        ("charx", ".charx"),
        ("byaf", ".byaf"),
    ],
)
def test_a_character_goes_out_under_a_sensible_name(
    form, suffix, session, window, tmp_path, qtbot, monkeypatch
):
    asked = []

    def choose(_parent, _title, suggested, _filter):
        asked.append(Path(suggested).name)
        return str(tmp_path / Path(suggested).stem), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    session.cast.choose(isla_in(session.context).id)
    window.actions_.cards[form].trigger()
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert asked == [f"Isla MacRae{suffix}"]
    written = tmp_path / f"Isla MacRae{suffix}"
    found = read_card(written.read_bytes(), file_name=written.name)
    assert found.persona.name == "Isla MacRae"
    window.notices.notice.act()
    assert opened == [QUrl.fromLocalFile(str(tmp_path))]


def test_a_card_that_cannot_be_written_is_said(
    session, context, window, tmp_path, qtbot, monkeypatch
):
    where = str(tmp_path / "missing" / "isla.png")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (where, ""))
    window.cast.export_requested.emit(isla_in(context).id, "png")
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert window.notices.notice.is_warning


def test_nothing_is_written_when_nobody_answers(session, context, window, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    asked = []
    monkeypatch.setattr(context.card_exports, "export_card", lambda *args: asked.append(args))
    session.commands.cards.export(isla_in(context).id, "png")
    session.commands.cards.export("nobody", "png")
    assert asked == []
    assert window.notices.notice is None

"""Putting the cast in order: folders by menu, by hand and by key; tags from the menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QInputDialog, QLineEdit, QListWidget, QMenu

from tests.ui.accessibility import unnamed
from tests.ui.cast.cast_rows import row_of, rows_of, titles
from tests.ui.controls import button
from tests.ui.theatre import isla_in
from ui.cast.cast_menus import CastMenus
from ui.cast.cast_panel import CastPanel
from ui.cast.tags_dialog import TagsDialog
from ui.main_window import MainWindow
from ui.viewmodels.cast_model import CastRowKind
from ui.viewmodels.cast_view_model import CastViewModel

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


def place_of(panel: CastPanel, cast: CastViewModel, title: str) -> QPoint:
    rows = rows_of(panel)
    rows.doItemsLayout()
    return rows.visualRect(cast.model.index_of(row_of(cast, title))).center()


def menu_of(panel: CastPanel, cast: CastViewModel, title: str) -> dict[str, object]:
    menu = QMenu(panel)
    menus: CastMenus = panel._menus
    menus.fill(menu, cast, row_of(cast, title))
    return {action.text(): action for action in menu.actions() if action.text()}


def folder_menu(panel: CastPanel, cast: CastViewModel, title: str) -> dict[str, object]:
    move = menu_of(panel, cast, title)["Move to folder"]
    return {action.text(): action for action in move.menu().actions() if action.text()}


def put(cast, context, qtbot, folder: str, *names: str) -> None:
    for record in context.personas.list_all().result():
        if record.persona.name in names:
            context.personas.set_folder(record.id, folder).result()
    inside = {*names}
    qtbot.waitUntil(
        lambda: inside <= {row.title for row in cast.model.rows if row.folder == folder}
    )


def test_a_character_moves_into_a_new_folder_and_out_again(
    panel, cast, context, qtbot, monkeypatch
):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: (" Islands ", True))
    assert not folder_menu(panel, cast, "Isla MacRae")["Out of the folder"].isEnabled()
    with qtbot.waitSignal(cast.notice_raised) as said:
        folder_menu(panel, cast, "Isla MacRae")["New folder …"].trigger()
    assert said.args[0].text == "Isla MacRae is in the folder “Islands”."
    qtbot.waitUntil(lambda: titles(cast)[:2] == ["Islands", "Isla MacRae"])
    assert isla_in(context).folder == "Islands"
    actions = folder_menu(panel, cast, "Isla MacRae")
    assert list(actions) == ["Islands", "New folder …", "Out of the folder"]
    assert actions["Islands"].isChecked()
    folder_menu(panel, cast, "Amir Mansour")["Islands"].trigger()
    qtbot.waitUntil(lambda: row_of(cast, "Islands").subtitle == "2 characters")
    actions["Out of the folder"].trigger()
    qtbot.waitUntil(lambda: not row_of(cast, "Isla MacRae").folder)
    said.args[0].act()
    qtbot.waitUntil(lambda: isla_in(context).folder == "")


def test_a_folder_opens_and_closes_by_key_and_is_remembered(panel, cast, context, qtbot):
    put(cast, context, qtbot, "Islands", "Isla MacRae")
    rows = rows_of(panel)
    rows.focus_first()
    rows.setCurrentIndex(cast.model.index(0))
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert "Isla MacRae" not in titles(cast)
    assert panel.closed_folders == ["islands"]
    assert rows.currentIndex().row() == 0
    cast.set_words("isla")
    assert titles(cast)[:2] == ["Islands", "Isla MacRae"]
    cast.activate(cast.model.rows[0])
    assert titles(cast)[:2] == ["Islands", "Isla MacRae"]
    cast.set_words("")
    assert "Isla MacRae" not in titles(cast)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert "Isla MacRae" in titles(cast)
    assert panel.closed_folders == []


@pytest.mark.parametrize("names", [[], ["islands"], ["a, b", "islands"]])
def test_closed_folders_are_remembered_with_the_window(live_theme, paths, qtbot, names):
    window = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(window)
    window.cast.close_folders(names)
    window.close()
    again = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(again)
    assert again.cast.closed_folders == names


def test_a_folder_is_renamed_and_dissolved_and_both_can_be_undone(
    panel, cast, context, qtbot, monkeypatch
):
    put(cast, context, qtbot, "Islands", "Isla MacRae", "Amir Mansour")
    cast.close_folders(["islands"])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("Lights", True))
    menu_of(panel, cast, "Islands")["Rename …"].trigger()
    qtbot.waitUntil(lambda: titles(cast)[0] == "Lights")
    qtbot.waitUntil(lambda: row_of(cast, "Lights").subtitle == "2 characters")
    assert row_of(cast, "Lights").mark == "closed"
    with qtbot.waitSignal(cast.notice_raised) as said:
        menu_of(panel, cast, "Lights")["Take everybody out"].trigger()
    qtbot.waitUntil(lambda: not cast.folders)
    said.args[0].act()
    qtbot.waitUntil(lambda: cast.folders == ["Lights"])
    qtbot.waitUntil(lambda: row_of(cast, "Lights").subtitle == "2 characters")


def drag(panel: CastPanel, persona_id: str, where: QPoint) -> tuple[bool, bool]:
    """Drag a character there and let go; whether the list took it on the way and at the end."""
    rows, data = rows_of(panel), QMimeData()
    data.setData("application/x-dramatis-persona", persona_id.encode())
    move, left = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    over = QDragMoveEvent(where, move, data, left, none)
    rows.dragMoveEvent(over)
    let_go = QDropEvent(QPointF(where), move, data, left, none)
    rows.dropEvent(let_go)
    return over.isAccepted(), let_go.isAccepted()


def test_a_character_is_dragged_into_a_folder_and_back_to_the_top(panel, cast, context, qtbot):
    put(cast, context, qtbot, "Islands", "Isla MacRae")
    amir = row_of(cast, "Amir Mansour")
    dragged = cast.model.mimeData([cast.model.index_of(amir)])
    assert dragged.data(cast.model.mimeTypes()[0]).data().decode() == amir.persona_id
    assert drag(panel, amir.persona_id, place_of(panel, cast, "Islands")) == (True, True)
    qtbot.waitUntil(lambda: row_of(cast, "Amir Mansour").folder == "Islands")
    assert drag(panel, amir.persona_id, place_of(panel, cast, "Waiting")) == (True, True)
    qtbot.waitUntil(lambda: row_of(cast, "Amir Mansour").folder == "")
    nowhere = QPoint(20, rows_of(panel).height() - 4)
    assert drag(panel, amir.persona_id, nowhere) == (False, False)


def test_files_dragged_over_the_list_are_the_windows(panel):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/card.png")])
    enter = QDragEnterEvent(
        QPoint(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    rows_of(panel).dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_shift_f10_opens_the_menu_of_the_row_with_the_keyboard(panel, cast, qtbot, monkeypatch):
    monkeypatch.setattr("ui.cast.cast_list.sys.platform", "linux")
    rows = rows_of(panel)
    rows.setCurrentIndex(cast.model.index_of(row_of(cast, "Isla MacRae")))
    with qtbot.waitSignal(rows.menu_requested) as asked:
        rows.keyPressEvent(
            QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        )
    assert asked.args[0].title == "Isla MacRae"
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in panel.findChildren(QMenu)))
    next(menu for menu in panel.findChildren(QMenu) if menu.isVisible()).close()


def tags_dialog(panel: CastPanel, cast: CastViewModel, qtbot) -> TagsDialog:
    menu_of(panel, cast, "Isla MacRae")["Tags …"].trigger()
    dialog = panel.findChild(TagsDialog)
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def items(dialog: TagsDialog) -> dict[str, bool]:
    shown = dialog.findChild(QListWidget)
    found = [shown.item(row) for row in range(shown.count())]
    ticked = Qt.CheckState.Checked
    return {one.text(): one.checkState() == ticked for one in found if not one.isHidden()}


def test_tags_are_ticked_added_kept_and_undone(panel, cast, context, qtbot):
    everybody = {one.persona.name: one.id for one in context.personas.list_all().result()}
    context.personas.set_tags(everybody["Isla MacRae"], ("night, late",)).result()
    context.personas.set_tags(everybody["Amir Mansour"], ("Radio", "Rain")).result()
    qtbot.waitUntil(lambda: len(cast.tags) == 3)
    dialog = tags_dialog(panel, cast, qtbot)
    assert unnamed(dialog) == []
    assert items(dialog) == {"night, late": True, "Radio": False, "Rain": False}
    line = dialog.findChild(QLineEdit)
    qtbot.keyClicks(line, "ra")
    assert list(items(dialog)) == ["Radio", "Rain"]
    qtbot.keyClicks(line, "dio")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "salt & <b>")
    button(dialog, "Add").click()
    assert items(dialog) == {
        "salt & <b>": True,
        "night, late": True,
        "Radio": True,
        "Rain": False,
    }
    with qtbot.waitSignal(cast.notice_raised) as said:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert isla_in(context).persona.tags == ("salt & <b>", "night, late", "Radio")
    notice = said.args[0]
    assert notice.text == "Isla MacRae has the tags salt & <b>, night, late, Radio."
    notice.act()
    qtbot.waitUntil(lambda: isla_in(context).persona.tags == ("night, late",))


def test_a_cancel_and_an_answer_that_changes_nothing_keep_no_version(panel, cast, context, qtbot):
    before = isla_in(context).version
    button(tags_dialog(panel, cast, qtbot), "Cancel").click()
    cast.set_tags(isla_in(context).id, isla_in(context).persona.tags)
    cast.set_folder(isla_in(context).id, " ")
    assert context.personas.get(isla_in(context).id).result().version == before


def test_many_changes_at_once_are_fetched_together(cast, context, qtbot, monkeypatch):
    fetched: list[bool] = []
    list_all = context.personas.list_all

    def count(**more: bool):
        fetched.append(True)
        return list_all(**more)

    monkeypatch.setattr(context.personas, "list_all", count)
    moved = [
        context.personas.set_folder(row.persona_id, "Everybody")
        for row in cast.model.rows
        if row.kind == CastRowKind.PERSONA
    ]
    for future in moved:
        future.result()
    qtbot.waitUntil(lambda: titles(cast)[0] == "Everybody" and len(titles(cast)) == 9)
    assert len(fetched) <= 3


def test_tags_given_in_the_cast_reach_the_open_sheet(session, context, qtbot):
    isla = isla_in(context)
    session.show_sheet(isla.id)
    qtbot.waitUntil(lambda: session.persona.record is not None)
    with qtbot.waitSignal(session.persona.opened):
        session.cast.set_tags(isla.id, ["keeper"])
    assert session.persona.draft["tags"] == ["keeper"]
    assert not session.persona.is_changed
    session.persona.set_value(("tagline",), "retired")
    with qtbot.waitSignal(session.persona.draft_replaced):
        session.cast.set_tags(isla.id, ["keeper", "sea"])
    assert session.persona.draft["tags"] == ["keeper", "sea"]
    assert session.persona.draft["tagline"] == "retired"

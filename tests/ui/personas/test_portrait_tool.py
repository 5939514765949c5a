"""The portrait in the editor: chosen or dropped, cut, kept, removed, brought back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QFileDialog, QSpinBox

from tests.pictures import RIGHT, claiming_thirty_thousand, halves
from tests.ui.accessibility import unnamed
from tests.ui.controls import button
from tests.ui.theatre import isla_in
from ui.personas.portrait_crop_dialog import PortraitCropDialog
from ui.personas.portrait_crop_view import PortraitCropView
from ui.personas.portrait_tool import PortraitPicture, PortraitTool
from ui.viewmodels.portrait_view_model import PortraitViewModel


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "isla 100% #1.png"
    file.write_bytes(halves())
    return file


@pytest.fixture
def portrait(sheet, isla, context) -> PortraitViewModel:
    portrait = PortraitViewModel(sheet, context.personas, context.portraits)
    sheet.open(isla)
    return portrait


@pytest.fixture
def tool(portrait, live_theme, show) -> PortraitTool:
    tool = show(PortraitTool(portrait, live_theme), 620, 180)
    tool.reload()
    return tool


def drop(tool: PortraitTool, *addresses: str) -> bool:
    """Drag addresses over the tool and let them go; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl(address) for address in addresses])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, left, none)
    enter.ignore()
    tool.dragEnterEvent(enter)
    tool.dropEvent(QDropEvent(QPointF(20, 20), copy, data, left, none))
    return enter.isAccepted()


def dialog_of(tool: PortraitTool, qtbot) -> PortraitCropDialog:
    qtbot.waitUntil(lambda: tool.findChild(PortraitCropDialog) is not None)
    dialog = tool.findChild(PortraitCropDialog)
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def kept(context) -> Image.Image | None:
    png = context.personas.portrait(isla_in(context).id).result()
    return Image.open(io.BytesIO(png)) if png else None


def test_a_picture_is_chosen_cut_kept_removed_and_brought_back(
    tool, portrait, context, picture, qtbot, monkeypatch
):
    shown = tool.findChild(PortraitPicture)
    assert shown.accessibleName() == "No portrait of Isla MacRae: the initials IM"
    assert not button(tool, "Remove").isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(picture), ""))
    button(tool, "Choose …").click()
    dialog = dialog_of(tool, qtbot)
    dialog.view.set_frame(dialog.view.frame.placed(40, 0))
    with qtbot.waitSignal(portrait.notice_raised) as said:
        button(dialog, "Keep this part").click()
    assert said.args[0].text == "Isla MacRae has a new portrait."
    qtbot.waitUntil(lambda: portrait.picture is not None)
    assert shown.accessibleName() == "Portrait of Isla MacRae"
    assert (kept(context).size, kept(context).getpixel((1, 1))) == ((40, 40), RIGHT)
    with qtbot.waitSignal(portrait.notice_raised) as removed:
        button(tool, "Remove").click()
    qtbot.waitUntil(lambda: portrait.picture is None)
    assert kept(context) is None
    removed.args[0].act()
    qtbot.waitUntil(lambda: portrait.picture is not None)
    assert kept(context).size == (40, 40)
    said.args[0].act()
    qtbot.waitUntil(lambda: portrait.picture is None)
    assert kept(context) is None


def test_a_dropped_picture_is_offered_and_a_cancel_changes_nothing(
    tool, portrait, context, picture, qtbot
):
    assert drop(tool, picture.as_uri())
    dialog = dialog_of(tool, qtbot)
    assert unnamed(dialog) == []
    button(dialog, "Cancel").click()
    portrait.keep(dialog.view.frame.box)
    assert not portrait.busy
    assert kept(context) is None


def test_an_address_of_another_machine_is_not_fetched(tool, portrait):
    assert drop(tool, "https://example.com/isla.png")
    assert portrait.problem.startswith("https://example.com/isla.png is not a file on this machine")
    assert "fetches nothing" in portrait.problem


def test_one_picture_is_enough(tool, portrait, picture):
    drop(tool, picture.as_uri(), picture.as_uri())
    assert portrait.problem == "A portrait is one picture: drop a single file."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a picture", "It is none of PNG, JPEG, WEBP and GIF"),
        (claiming_thirty_thousand(), "too many to open safely"),
        (halves()[:60], "It is damaged"),
        (None, "is no file. Choose a picture."),
    ],
    ids=["words", "huge", "cut short", "a folder"],
)
def test_what_is_no_picture_is_said_in_place(tool, portrait, tmp_path, qtbot, content, sentence):
    file = tmp_path / "thing"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    drop(tool, file.as_uri())
    qtbot.waitUntil(lambda: sentence in portrait.problem)
    assert not portrait.busy
    assert button(tool, "Choose …").isEnabled()


def test_the_portrait_that_is_there_can_be_cut_further(tool, portrait, context, qtbot):
    isla = isla_in(context)
    context.personas.set_portrait(isla.id, halves(size=(30, 60))).result()
    portrait._persona.opened.emit(isla)
    qtbot.waitUntil(lambda: portrait.picture is not None)
    button(tool, "Cut …").click()
    dialog = dialog_of(tool, qtbot)
    assert dialog.view.frame.side == 30
    button(dialog, "Keep this part").click()
    qtbot.waitUntil(lambda: kept(context).size == (30, 30))


def test_another_character_shows_another_portrait(tool, portrait, context, qtbot):
    context.personas.set_portrait(isla_in(context).id, halves()).result()
    portrait._persona.opened.emit(isla_in(context))
    qtbot.waitUntil(lambda: portrait.picture is not None)
    amir = next(
        one for one in context.personas.list_all().result() if one.persona.name == "Amir Mansour"
    )
    portrait._persona.open(amir)
    assert portrait.picture is None
    assert tool.findChild(PortraitPicture).accessibleName().startswith("No portrait of Amir")


def test_where_it_is_narrow_the_picture_stands_above(tool):
    assert tool.minimumSizeHint().width() < 340
    shown, choose = tool.findChild(PortraitPicture), button(tool, "Choose …")
    assert choose.mapTo(tool, QPoint()).x() > shown.geometry().right()
    tool.resize(350, 400)
    tool.layout().activate()
    assert choose.mapTo(tool, QPoint()).y() > shown.geometry().bottom()


@pytest.fixture
def dialog(live_theme, qtbot) -> PortraitCropDialog:
    image = QImage.fromData(halves(size=(400, 600)))
    dialog = PortraitCropDialog(image, "Isla", live_theme, None)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def numbers(dialog: PortraitCropDialog) -> list[int]:
    return [one.value() for one in dialog.findChildren(QSpinBox)]


def test_keys_move_and_size_the_frame_and_a_reader_hears_where_it_is(dialog, qtbot):
    view: PortraitCropView = dialog.view
    assert numbers(dialog) == [0, 40, 400]
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert numbers(dialog) == [10, 50, 380]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert numbers(dialog) == [18, 51, 380]
    assert view.accessibleDescription().startswith("380 pixels wide and high, 18 from the left")
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert numbers(dialog) == [0, 33, 400]
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert numbers(dialog) == [0, 40, 400]


def test_numbers_move_the_frame(dialog):
    left, top, side = dialog.findChildren(QSpinBox)
    side.setValue(100)
    left.setValue(250)
    top.setValue(480)
    frame = dialog.view.frame
    assert (frame.left, frame.top, frame.side) == (250, 480, 100)


def test_the_mouse_moves_the_frame_and_draws_its_corners(dialog, qtbot):
    view: PortraitCropView = dialog.view
    view.set_frame(view.frame.resized(200))
    square = view._square()
    inside, right = square.center().toPoint(), QPoint(20, 0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=inside)
    qtbot.mouseMove(view, inside + right)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=inside + right)
    moved = view.frame
    assert moved.left > 100
    assert moved.side == 200
    corner = view._square().topLeft().toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=corner)
    qtbot.mouseMove(view, corner + QPoint(30, 30))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=corner + QPoint(30, 30))
    assert view.frame.side < 200
    assert view.frame.right == pytest.approx(moved.right)
    before = view.frame
    place = view._place()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place.bottomLeft() + QPoint(6, -6))
    assert view.frame.bottom == pytest.approx(600)
    assert view.frame.side == before.side


def test_what_lies_outside_the_frame_is_drawn_otherwise(dialog):
    before = dialog.grab().toImage()
    dialog.view.set_frame(dialog.view.frame.resized(120))
    assert dialog.grab().toImage() != before

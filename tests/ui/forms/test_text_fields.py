"""Files let go over a text belong to the window; words belong to the text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from personas.persona import Persona
from ui.chat.composer import ComposerField
from ui.forms.form import Form
from ui.viewmodels.form_fields import describe_fields
from ui.widgets.text_fields import PlainText, TextLine


class Window(QWidget):
    """Takes whatever nobody over it took."""

    def __init__(self):
        super().__init__()
        self.setAcceptDrops(True)
        self.dropped = []

    def dragEnterEvent(self, event):  # noqa: N802 - Qt's name
        event.accept()

    def dropEvent(self, event):  # noqa: N802 - Qt's name
        self.dropped = event.mimeData().urls()


@pytest.fixture
def window(qtbot):
    window = Window()
    qtbot.addWidget(window)
    QVBoxLayout(window)
    return window


def put(window, field, qtbot):
    window.layout().addWidget(field)
    with qtbot.waitExposed(window):
        window.show()


def drop(window, field, mime):
    """Let something go over a field, by the way that the platform goes."""
    place = field.mapTo(window, field.rect().center())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    rest = (copy, mime, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window.windowHandle(), QDragEnterEvent(place, *rest))
    QApplication.sendEvent(window.windowHandle(), QDropEvent(QPointF(place), *rest))


def file_mime():
    """Files as desktops hand them over: as places and as text."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/cards/ada.png")])
    mime.setText("/cards/ada.png")
    return mime


@pytest.mark.parametrize("make", [TextLine, PlainText])
def test_files_go_to_the_window_and_words_into_the_text(window, make, qtbot):
    field = make()
    put(window, field, qtbot)
    drop(window, field, file_mime())
    assert [url.toLocalFile() for url in window.dropped] == ["/cards/ada.png"]
    text = field.text if isinstance(field, TextLine) else field.toPlainText
    assert text() == ""
    words = QMimeData()
    words.setText("a lamp")
    drop(window, field, words)
    assert text() == "a lamp"


def test_no_field_of_a_character_and_no_line_of_a_talk_takes_files(window, live_theme, qtbot):
    form = Form(describe_fields(Persona))
    put(window, form, qtbot)
    put(window, ComposerField(live_theme), qtbot)
    fields = [one for kind in (QLineEdit, QPlainTextEdit) for one in window.findChildren(kind)]
    assert len(fields) > 8
    mime = file_mime()
    for field in fields:
        enter = QDragEnterEvent(
            field.rect().center(),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        field.dragEnterEvent(enter)
        assert not enter.isAccepted()

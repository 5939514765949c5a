from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.tab_order import focus_neighbour


class Window(QWidget):
    """A window in which Tab goes as it is read."""

    def focusNextPrevChild(self, is_next: bool, /) -> bool:  # noqa: N802 - Qt's name
        return focus_neighbour(self, is_forward=is_next) or super().focusNextPrevChild(is_next)


@pytest.fixture
def window(qtbot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    return window


def come_to(window: Window, qtbot, key: Qt.Key = Qt.Key.Key_Tab) -> str:
    """Press round the window from its first thing; returns the names in order."""
    if not window.isVisible():
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
    window.findChild(QWidget, "a").setFocus()
    names: list[str] = []
    while (focused := QApplication.focusWidget()).objectName() not in names:
        names.append(focused.objectName())
        qtbot.keyClick(focused, key)
    return "".join(names)


def called(name: str, made: QWidget | None = None) -> QWidget:
    made = made or QPushButton(name)
    made.setObjectName(name)
    return made


def test_rows_and_columns_are_read_however_they_were_made(window, qtbot):
    names = {name: called(name) for name in "gfedcba"}
    down = QVBoxLayout(window)
    down.addWidget(names["a"])
    across = QHBoxLayout()
    across.addWidget(names["c"])
    across.insertWidget(0, names["b"])
    down.addLayout(across)
    grid = QGridLayout()
    grid.addWidget(names["g"], 1, 1)
    grid.addWidget(names["f"], 1, 0)
    grid.addWidget(names["e"], 0, 1)
    grid.addWidget(names["d"], 0, 0)
    down.addLayout(grid)
    assert come_to(window, qtbot) == "abcdefg"
    assert come_to(window, qtbot, Qt.Key.Key_Backtab) == "agfedcb"
    down.insertWidget(1, called("n"))
    QApplication.processEvents()
    assert come_to(window, qtbot) == "anbcdefg"


def test_what_is_made_of_several_parts_is_one_stop(window, qtbot):
    down = QVBoxLayout(window)
    proxied = QWidget()
    inner = called("b", QLineEdit())
    QHBoxLayout(proxied).addWidget(inner)
    proxied.setFocusProxy(inner)
    proxied.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    parts = [
        called("a"),
        proxied,
        called("c", QSpinBox()),
        called("d", QComboBox(editable=True)),
        called("e"),
    ]
    for part in parts:
        down.addWidget(part)
    assert come_to(window, qtbot) == "abcde"
    assert come_to(window, qtbot, Qt.Key.Key_Backtab) == "aedcb"


def test_what_cannot_be_used_or_seen_is_passed_over(window, qtbot):
    down = QVBoxLayout(window)
    for name in "abcde":
        down.addWidget(called(name))
    window.findChild(QWidget, "b").setEnabled(False)
    window.findChild(QWidget, "c").hide()
    window.findChild(QWidget, "d").setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    assert come_to(window, qtbot) == "ae"
    window.findChild(QWidget, "d").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget().objectName() == "e"


def test_the_parts_of_a_splitter_are_read_as_they_stand(window, qtbot):
    down = QVBoxLayout(window)
    splitter = QSplitter()
    splitter.addWidget(called("b"))
    splitter.insertWidget(0, called("a"))
    down.addWidget(splitter)
    down.addWidget(called("c"))
    assert come_to(window, qtbot) == "abc"


def test_the_keyboard_goes_on_from_what_is_hidden_while_it_has_it(window, qtbot):
    down = QVBoxLayout(window)
    for name in "abc":
        down.addWidget(called(name))
    come_to(window, qtbot)
    window.findChild(QWidget, "b").setFocus()
    window.findChild(QWidget, "b").hide()
    assert QApplication.focusWidget().objectName() == "c"


def test_where_there_is_nothing_else_the_keyboard_stays(window, qtbot):
    QVBoxLayout(window).addWidget(called("a"))
    assert come_to(window, qtbot) == "a"
    assert not focus_neighbour(window, is_forward=True)

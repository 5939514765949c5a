from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError, Bug, EngineError, MachineError, UserError
from ui.__main__ import find_missing_libraries, find_obstacle, has_display, reaches_x_server
from ui.errors import explain
from ui.notice_bar import NoticeBar
from ui.opening_page import OpeningPage
from ui.viewmodels.notice import Notice


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (
            UserError("The file x is not there.", code="model-missing"),
            "The model file is not there",
        ),
        (MachineError("Full.", code="disk-full"), "The disk is full"),
        (MachineError("New.", code="database-too-new"), "A newer Dramatis wrote this"),
        (UserError("No."), "That did not work"),
        (MachineError("No."), "The machine is in the way"),
        (EngineError("No."), "The engine stumbled"),
        (Bug("No."), "A mistake in Dramatis"),
        (AppError("No."), "Something went wrong"),
    ],
)
def test_every_error_has_a_title_and_keeps_its_sentence(error, title):
    explanation = explain(error)
    assert explanation.title == title
    assert explanation.message == error.message
    assert explanation.sentence == f"{title}. {error.message}"


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_only_linux_can_be_without_a_display(environment, platform, expected):
    assert has_display(environment, platform, lambda _: True) is expected


def test_an_x_server_that_does_not_answer_is_no_display() -> None:
    assert not reaches_x_server(":9777")
    assert not has_display({"DISPLAY": ":9777"}, "linux")
    assert has_display({"DISPLAY": ":9777", "QT_QPA_PLATFORM": "offscreen"}, "linux")


@pytest.mark.parametrize(
    ("environment", "platform", "is_missed"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", False),
        ({}, "darwin", False),
    ],
)
def test_a_library_of_x11_is_missed_only_where_it_is_needed(environment, platform, is_missed):
    names = ("libc.so.6", "libdramatis-nowhere.so.9") if platform == "linux" else ("x",)
    missing = find_missing_libraries(environment, platform, names)
    assert missing == (["libdramatis-nowhere.so.9"] if is_missed else [])


def test_what_stands_in_the_way_of_a_window_is_one_sentence(monkeypatch):
    nothing = {"QT_QPA_PLATFORM": "offscreen"}
    assert find_obstacle(nothing) == ""
    monkeypatch.setattr("ui.__main__._loads", lambda name: name != "libxcb-cursor.so.0")
    sentence = find_obstacle({"QT_QPA_PLATFORM": "xcb"})
    assert sentence == (
        "A window needs libxcb-cursor.so.0, not found here, so Dramatis talks in the terminal."
    )


@pytest.fixture
def holder(qtbot, live_theme) -> QWidget:
    """A window with something else to have the focus."""
    holder = QWidget()
    qtbot.addWidget(holder)
    return holder


@pytest.fixture
def bar(holder, qtbot) -> NoticeBar:
    bar = NoticeBar()
    layout = QVBoxLayout(holder)
    layout.addWidget(QLineEdit())
    layout.addWidget(bar)
    holder.setGeometry(0, 0, 400, 200)
    with qtbot.waitExposed(holder):
        holder.show()
    return bar


def test_a_notice_is_shown_acted_upon_and_gone(bar, qtbot):
    done = []
    bar.show_notice(Notice("She is set aside.", action="Bring back", act=lambda: done.append(1)))
    act = next(one for one in bar.findChildren(QPushButton) if one.text() == "Bring back")
    qtbot.mouseClick(act, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert bar.isHidden()


def test_a_warning_stays_and_only_its_own_key_withdraws_it(bar):
    bar.show_notice(Notice("It cannot be saved.", is_warning=True, key="draft"))
    assert bar.property("kind") == "warning"
    assert not bar._patience.isActive()
    bar.withdraw("other")
    assert bar.notice is not None
    bar.withdraw("draft")
    assert bar.notice is None


def test_what_only_informs_leaves_unless_somebody_is_there(bar, qtbot):
    bar._patience.setInterval(10)
    bar.show_notice(Notice("It is on the clipboard."))
    qtbot.waitUntil(bar.isHidden)
    bar.show_notice(Notice("It is written.", action="Open"))
    act = next(one for one in bar.findChildren(QPushButton) if one.text() == "Open")
    act.setFocus()
    qtbot.waitUntil(act.hasFocus)
    bar._leave_when_unused()
    assert not bar.isHidden()
    qtbot.keyClick(act, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_the_opening_page_explains_and_can_be_copied(qtbot, live_theme):
    page = OpeningPage(live_theme)
    qtbot.addWidget(page)
    page.show()
    page.explain(explain(MachineError("The disk of /data is full.", code="disk-full")))
    copy = next(one for one in page.findChildren(QPushButton) if one.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == (
        "The disk is full\nThe disk of /data is full.\nFree some space, then try again."
    )
    again = next(one for one in page.findChildren(QPushButton) if one.text() == "Try again")
    with qtbot.waitSignal(page.retry_requested):
        again.click()
    page.say("Opening …")
    assert again.isHidden()

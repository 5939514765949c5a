from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.paths import AppPaths
from ui.main_window import MainWindow


def test_the_first_paint_is_told_once(qtbot, live_theme, paths: AppPaths):
    window = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(window)
    painted = []
    window.first_painted.connect(lambda: painted.append(1))
    window.show()
    qtbot.waitUntil(lambda: bool(painted))
    window.grab()
    assert painted == [1]


def test_where_the_window_was_is_remembered(qtbot, live_theme, paths: AppPaths):
    first = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(first)
    first.show()
    first.resize(700, 600)
    with qtbot.waitSignal(first.closing):
        first.close()
    second = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (700, 600)


def test_a_narrow_window_folds_the_cast_away_and_offers_it(window, qtbot):
    toggle = next(
        one for one in window.findChildren(QPushButton) if one.accessibleName() == "Show the cast"
    )
    assert window.cast.isVisible()
    assert not toggle.isVisible()
    window.resize(740, 700)
    qtbot.waitUntil(lambda: window.is_narrow)
    assert not window.cast.isVisible()
    qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert window.cast.isVisible()
    screen = QLabel("a screen")
    window.add_screen(screen)
    window.show_screen(screen)
    assert window.screen_shown is screen
    assert not window.cast.isVisible()
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: not window.is_narrow)
    assert window.cast.isVisible()


def test_the_cast_can_be_put_away_in_a_wide_window_too(window):
    window.actions_.cast.trigger()
    assert not window.cast.isVisible()
    window.actions_.cast.trigger()
    assert window.cast.isVisible()


def test_the_window_comes_back_when_it_was_minimised(window, qtbot):
    window.showMinimized()
    window.raise_window()
    assert not window.isMinimized()
    assert window.isVisible()


def test_commands_wait_until_there_is_something_to_command(window):
    actions = window.actions_
    assert not actions.settings.isEnabled()
    assert not actions.rename.isEnabled()
    assert actions.quit.isEnabled()
    titles = [action.text().replace("&", "") for action in window.menuBar().actions()]
    assert titles == ["Dramatis", "Conversation", "Edit", "View", "Help"]


def test_no_two_commands_share_their_keys(window):
    keys = [
        action.shortcut().toString()
        for action in window.findChildren(type(window.actions_.quit))
        if not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys))


def test_screens_stand_on_the_right(window):
    first, second = QWidget(), QWidget()
    window.add_screen(first)
    window.add_screen(second)
    window.show_screen(second)
    assert window.screen_shown is second

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
)

from app.events import EngineStateChanged
from ui.settings.settings_screen import ModelLine, SettingsScreen
from ui.viewmodels.settings_view_model import SettingsViewModel


@pytest.fixture
def settings(context, bridge) -> SettingsViewModel:
    return SettingsViewModel(context.settings, context.models, bridge)


@pytest.fixture
def screen(settings, live_theme, show) -> Iterator[SettingsScreen]:
    screen = show(SettingsScreen(settings), 900, 700)
    yield screen
    screen._model_pause.stop()


def named(screen: SettingsScreen, kind: type, name: str):
    return next(one for one in screen.findChildren(kind) if one.accessibleName() == name)


def test_every_setting_has_a_title_a_sentence_and_an_editor(screen, settings):
    shown = {label.text() for label in screen.findChildren(QLabel)}
    for group in settings.groups:
        assert group.title in shown
        for field in group.fields:
            assert field.title in shown
            form = next(form for form in screen._forms if form.prefix == (group.name,))
            assert form.editor(field.name).isVisibleTo(screen)


def test_a_change_is_in_force_at_once(screen, settings):
    colours = named(screen, QComboBox, "Colours")
    colours.setCurrentIndex(colours.findData("dark"))
    assert settings.current.appearance.colour_scheme == "dark"
    named(screen, QAbstractSpinBox, "Text size").setValue(18)
    assert settings.current.appearance.font_size == 18


def test_what_does_not_hold_is_said_beside_the_field(screen, settings):
    name = named(screen, QLineEdit, "Your name")
    name.clear()
    name.textEdited.emit("")
    assert "This cannot be empty." in {
        label.text() for label in screen.findChildren(QLabel) if label.isVisible()
    }
    assert settings.current.writing.user_name == "You"


def test_changes_from_elsewhere_are_shown(screen, settings, qtbot):
    settings.change_font_size(2)
    size = named(screen, QAbstractSpinBox, "Text size")
    qtbot.waitUntil(lambda: size.value() == 16)


def test_leaving_loads_the_model_that_was_chosen(screen, settings, context, qtbot):
    named(screen, QAbstractSpinBox, "Context").setValue(2048)
    seen = []
    settings.model_status_changed.connect(seen.append)
    screen.hide()
    assert seen[0].is_loading
    qtbot.waitUntil(lambda: not settings.model_status.is_loading)


def test_the_model_line_says_how_it_stands(screen, settings, context, qtbot):
    line = screen.findChild(ModelLine)
    again = next(one for one in line.findChildren(QPushButton) if one.text() == "Load again")
    context.hub.publish(EngineStateChanged("loading", 0.25))
    bar = line.findChild(QProgressBar)
    qtbot.waitUntil(lambda: bar.value() == 25)
    assert not bar.isHidden()
    context.hub.publish(EngineStateChanged("failed", detail="The file is no model."))
    qtbot.waitUntil(lambda: not again.isHidden())
    assert "The file is no model." in {label.text() for label in line.findChildren(QLabel)}
    again.click()
    qtbot.waitUntil(again.isHidden)
    qtbot.waitUntil(lambda: not settings.model_status.is_loading)

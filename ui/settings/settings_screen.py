"""All settings on one page, a heading a group, in force as soon as they hold.

Rows come from the settings model; only the model file has a line of its own, because
loading it takes time and can fail. Knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.forms.form import Form
from ui.viewmodels.form_fields import FieldDescription, FieldPath
from ui.viewmodels.settings_view_model import ModelStatus, SettingsViewModel
from ui.widgets.plain_parts import button, centred, label, paper, rule, scroll_area

_MEASURE = 720
_TITLE_LETTERS = 33
_MODEL_GROUP = "model"
_WRITING_GROUP = "writing"
_WHO_YOU_ARE = "Who you are: be somebody with a past, or a character of the cast"
_MODEL_PAUSE_MILLISECONDS = 1200


class SettingsScreen(QWidget):
    """Everything that can be set. GUI thread; owned by the main window.

    Signals:
        users_requested: show who the user can be.
    """

    users_requested = Signal()

    def __init__(self, view_model: SettingsViewModel) -> None:
        """Build a form for each group."""
        super().__init__()
        self.setAccessibleName("Settings")
        self._view_model = view_model
        self._forms: list[Form] = []
        self._model_line = ModelLine(view_model)
        page = QWidget()
        self._layout = QVBoxLayout(page)
        self._layout.setContentsMargins(0, 0, 0, 60)
        self._layout.setSpacing(10)
        self._layout.addWidget(label("Settings", "title"))
        lead = label("What is set here holds at once and is kept.", "secondary")
        self._layout.addWidget(lead)
        for group in view_model.groups:
            self._add_group(group)
        self._layout.addStretch(1)
        self._fill(page)
        self._reload()
        # Several of the model's numbers are often changed together; loading waits for the last.
        self._model_pause = QTimer(self, singleShot=True, interval=_MODEL_PAUSE_MILLISECONDS)
        self._model_pause.timeout.connect(view_model.load_model)
        view_model.settings_changed.connect(self._reload)
        view_model.problems_changed.connect(self._show_problems)

    def focus_page(self) -> None:
        """Give the keyboard to the page, so that it can be scrolled."""
        self._area.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show what is in force now."""
        super().showEvent(event)
        self._reload()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Load another model without waiting when the screen is left."""
        super().hideEvent(event)
        if self._model_pause.isActive():
            self._model_pause.stop()
            self._view_model.load_model()

    def _add_group(self, group: FieldDescription) -> None:
        self._layout.addSpacing(12)
        self._layout.addWidget(rule())
        self._layout.addSpacing(4)
        self._layout.addWidget(label(group.title, "heading"))
        form = Form(group.fields, (group.name,), explains=True, title_letters=_TITLE_LETTERS)
        form.value_edited.connect(self._set_value)
        self._forms.append(form)
        self._layout.addWidget(form)
        if group.name == _MODEL_GROUP:
            self._layout.addWidget(self._model_line)
        if group.name == _WRITING_GROUP:
            who = button("Who you are \u2026", self.users_requested.emit, spoken=_WHO_YOU_ARE)
            self._layout.addWidget(who, 0, Qt.AlignmentFlag.AlignLeft)

    def _fill(self, page: QWidget) -> None:
        self._area = scroll_area("All settings", centred(page, _MEASURE))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(paper(self._area))

    def _set_value(self, path: FieldPath, value: object) -> None:
        self._view_model.set_value(path, value)
        if path[0] == _MODEL_GROUP:
            self._model_pause.start()

    def _reload(self) -> None:
        for form in self._forms:
            form.show_values(self._view_model.draft)
        self._show_problems()

    def _show_problems(self) -> None:
        for form in self._forms:
            form.show_problems(self._view_model.problems)


class ModelLine(QFrame):
    """How it stands with the model, in words. GUI thread; owned by the settings screen."""

    def __init__(self, view_model: SettingsViewModel) -> None:
        """Show what is known now."""
        super().__init__()
        self._words = label("", "secondary")
        self._progress = QProgressBar()
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("How far the model is loaded")
        self._again = QPushButton("Load again")
        self._again.setAccessibleName("Load the model again")
        self._again.clicked.connect(lambda _checked: view_model.load_model_again())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self._words)
        layout.addWidget(self._progress)
        layout.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        view_model.model_status_changed.connect(self._show)
        self._show(view_model.model_status)

    def _show(self, status: ModelStatus) -> None:
        self.setProperty("kind", "warning" if status.is_problem else "bar")
        self.style().unpolish(self)
        self.style().polish(self)
        self._words.setText(status.text)
        self._progress.setVisible(status.is_loading)
        self._progress.setValue(round(status.progress * 100))
        self._again.setVisible(status.is_problem)

"""Starting points above the scales: presets with their honest note, and two questionnaires.

Speaks to the persona's view-model in whole personas, so that each is one step to undo.
"""

from __future__ import annotations

from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from personas.instruments import TRAIT_QUESTIONNAIRE, VALUE_PORTRAITS, Questionnaire
from personas.presets import STEREOTYPE_NOTE, Preset, apply_preset, load_presets
from ui.forms.flow_layout import FlowLayout
from ui.personas.questionnaire_dialog import QuestionnaireDialog
from ui.personas.reading_page import label
from ui.viewmodels.persona_temper import with_answers
from ui.viewmodels.persona_view_model import PersonaViewModel

_NOTE_WIDTH = 320


class TemperTools(QWidget):
    """Buttons that set a temper as a whole. GUI thread; owned by the section's editor."""

    def __init__(self, view_model: PersonaViewModel) -> None:
        """Offer the ways; presets are read when they are first looked at."""
        super().__init__()
        self._view_model = view_model
        self._presets = QMenu(self)
        self._presets.setToolTipsVisible(True)
        self._presets.aboutToShow.connect(self._list_presets)
        start = _chip("Start from a preset \u25be", "Start from a preset")
        start.setMenu(self._presets)
        self._traits = _chip("", "")
        self._traits.clicked.connect(lambda _checked: self.ask(TRAIT_QUESTIONNAIRE))
        self._values = _chip("", "")
        self._values.clicked.connect(lambda _checked: self.ask(VALUE_PORTRAITS))
        self._note = label("", "mark")
        self._note.hide()
        holder = QWidget()
        row = FlowLayout(holder, spacing=8)
        for button in (start, self._traits, self._values):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(holder)
        layout.addWidget(self._note)
        view_model.opened.connect(self._forget)
        self.show_words()

    def show_words(self) -> None:
        """Speak of the character as the headings do."""
        subject = self._view_model.pronouns.subject
        traits, values = len(TRAIT_QUESTIONNAIRE.items), len(VALUE_PORTRAITS.items)
        _name(self._traits, f"Answer as {subject} would ({traits})")
        _name(self._values, f"Values as {subject} would ({values})")

    def ask(self, questionnaire: Questionnaire) -> QuestionnaireDialog:
        """Open a questionnaire about the character; its scores are one step to undo."""
        dialog = QuestionnaireDialog(questionnaire, self._view_model.pronouns, self)

        def take(answers: dict[str, int]) -> None:
            persona = self._view_model.persona
            if persona is not None:
                self._view_model.replace(with_answers(persona, questionnaire, answers))

        dialog.answered.connect(take)
        dialog.open()
        return dialog

    def take_preset(self, preset: Preset) -> None:
        """Put a preset's scores in, and say what it is."""
        persona = self._view_model.persona
        if persona is None or self._view_model.problems:
            return
        self._view_model.replace(apply_preset(persona, preset))
        self._note.setText(f"{preset.title}. {preset.caution}")
        self._note.show()

    def _list_presets(self) -> None:
        if self._presets.actions():
            return
        self._presets.addAction(self._note_in_menu())
        for preset in load_presets().values():
            action = self._presets.addAction(preset.title)
            action.setToolTip(f"{preset.line} {preset.note}")
            action.triggered.connect(lambda _checked, preset=preset: self.take_preset(preset))

    def _note_in_menu(self) -> QWidgetAction:
        """Return what presets are, as words: a styled menu paints a section as a mere line."""
        note = label(STEREOTYPE_NOTE, "mark")
        note.setFixedWidth(_NOTE_WIDTH)
        note.setContentsMargins(12, 6, 12, 8)
        action = QWidgetAction(self._presets)
        action.setText(STEREOTYPE_NOTE)
        action.setDefaultWidget(note)
        action.setEnabled(False)
        return action

    def _forget(self, _record: object) -> None:
        self._note.hide()


def _chip(text: str, spoken: str) -> QPushButton:
    button = QPushButton()
    button.setProperty("kind", "chip")
    _name(button, text)
    button.setAccessibleName(spoken)
    return button


def _name(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)

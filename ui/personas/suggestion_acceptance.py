"""Ways of taking the role, as cards of which one can be chosen and put into the sheet.

Shows the acceptance's view-model; knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout

from ui.personas.aside_parts import (
    ModelWords,
    control_row,
    make_button,
    ruled_off,
    say,
    show_only,
    small_title,
    tell,
)
from ui.personas.reading_page import label
from ui.personas.section_tool import SectionTool
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import RADIUS, Theme
from ui.viewmodels.acceptance_view_model import AcceptanceViewModel
from ui.viewmodels.asking import AskingState

_NUMBERS = ("First way", "Second way", "Third way", "Fourth way", "Fifth way")


class AcceptanceTool(SectionTool):
    """Three ways to choose from, after the forms. GUI thread; owns its view-model."""

    def __init__(self, view_model: AcceptanceViewModel, theme: LiveTheme) -> None:
        """Offer to have them written."""
        super().__init__()
        self.setAccessibleName("Ways of taking the role")
        self._view_model = view_model
        view_model.setParent(self)
        self._lead = label("", "secondary")
        self._status = label("", "secondary")
        self._error = label("", "error")
        self._present_title = small_title("Now")
        self._present = ModelWords(theme)
        self._write = make_button("Write three ways", view_model.ask)
        self._stop = make_button("Stop", view_model.stop)
        self._stop.setAccessibleName("Stop writing ways of taking the role")
        self._use = make_button("", self._put_in_place)
        self._again = make_button("Again", view_model.ask)
        self._again.setAccessibleName("Write other ways of taking the role")
        self._no = make_button("No", view_model.dismiss, kind="quiet")
        self._no.setAccessibleName("Put the ways of taking the role away")
        self._buttons = (self._write, self._stop, self._use, self._again, self._no)
        self._choices = QButtonGroup(self)
        self._cards = [WayCard(words, theme) for words in _NUMBERS]
        for number, card in enumerate(self._cards):
            self._choices.addButton(card.choice, number)
        self._lay_out()
        self._choices.idToggled.connect(self._choose)
        view_model.changed.connect(self._show)
        self._show()

    def reload(self) -> None:
        """Speak of the character as the headings do."""
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """End what runs when the page is left."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._view_model.stop()

    def _lay_out(self) -> None:
        layout = ruled_off(self)
        layout.addWidget(label("Ways of taking the role", "heading"))
        layout.addWidget(self._lead)
        layout.addWidget(self._present_title)
        layout.addWidget(self._present)
        layout.addSpacing(4)
        for card in self._cards:
            layout.addWidget(card)
        layout.addWidget(self._error)
        layout.addLayout(control_row(self._buttons, self._status))

    def _show(self) -> None:
        view_model = self._view_model
        ways, chosen, is_used = view_model.ways, view_model.chosen, view_model.is_used
        self._lead.setText(view_model.lead)
        present = view_model.present if ways and not is_used else ""
        self._present_title.setVisible(bool(present))
        self._present.show_text(present)
        for number, card in enumerate(self._cards):
            card.show_way(
                ways[number].text if number < len(ways) else "", is_chosen=number == chosen
            )
        if chosen < 0:
            self._clear_choice()
        is_failed = view_model.state == AskingState.FAILED
        tell(self._error, view_model.sentence if is_failed else "")
        status = "It stands in the sheet now." if is_used else view_model.sentence
        tell(self._status, "" if is_failed else status)
        say(self._use, "Put it in its place" if present else "Use this one")
        self._use.setEnabled(chosen >= 0 and not is_used)
        if view_model.is_running:
            shown = [self._stop]
        elif ways:
            self._leave_stop()
            shown = [self._use, self._again, self._no]
        else:
            shown = [self._write]
        show_only(shown, self._buttons)

    def _leave_stop(self) -> None:
        """Bring the keyboard from the button that goes away to what is to be chosen from."""
        if self._stop.hasFocus():
            self._cards[0].choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_in_place(self) -> None:
        """Write the chosen way, and go to where it stands: a key more must not ask anew."""
        path = self._view_model.use()
        if path is not None:
            self.go_requested.emit(path)

    def _clear_choice(self) -> None:
        self._choices.setExclusive(False)
        for button in self._choices.buttons():
            button.setChecked(False)
        self._choices.setExclusive(True)

    def _choose(self, number: int, is_chosen: bool) -> None:
        if is_chosen:
            self._view_model.choose(number)


class WayCard(QFrame):
    """One way, chosen by its button or anywhere on the card. Owned by the tool."""

    def __init__(self, title: str, theme: LiveTheme) -> None:
        """Start without words."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setObjectName("way")
        self._theme = theme
        self._is_chosen = False
        self.choice = QRadioButton(title)
        self._words = ModelWords(theme)
        self._words.clicked.connect(self.choice.click)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(6)
        layout.addWidget(self.choice)
        layout.addWidget(self._words)
        theme.theme_changed.connect(self._restyle)

    def show_way(self, text: str, *, is_chosen: bool) -> None:
        """Show a way; without words there is no card."""
        self._words.show_text(text)
        self.choice.setAccessibleDescription(text)
        if is_chosen and not self.choice.isChecked():
            self.choice.setChecked(True)
        if is_chosen != self._is_chosen:
            self._is_chosen = is_chosen
            self._restyle(self._theme.current)
        self.setVisible(bool(text))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose this one."""
        super().mousePressEvent(event)
        self.choice.click()

    def _restyle(self, theme: Theme) -> None:
        colour = theme.palette.accent_2 if self._is_chosen else theme.palette.rule
        self.setStyleSheet(f"#way {{ border: 1px solid {colour}; border-radius: {RADIUS}px; }}")

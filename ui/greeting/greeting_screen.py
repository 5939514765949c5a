"""The one page of the first start: what they call you, and whom you meet first.

Three characters are offered as cards; one button leads into a conversation. Knows persona
values and no service.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.portrait import initials_of, tint_of
from ui.widgets.portraits import paint_portrait
from ui.widgets.text_fields import TextLine

_MEASURE = 620


class GreetingScreen(QWidget):
    """Greets somebody who is here for the first time. GUI thread; owned by the main window.

    Signals:
        finished(str, PersonaId): their name, and whom they want to talk with.
    """

    finished = Signal(str, str)

    def __init__(self, theme: LiveTheme) -> None:
        """Build the page; the characters come with `offer`."""
        super().__init__()
        self.setAccessibleName("Welcome")
        self._theme = theme
        self._choices = QButtonGroup(self)
        self._ids: dict[int, PersonaId] = {}
        self._name = TextLine(placeholderText="Your name, or one you would like to have")
        self._name.setMaxLength(60)
        self._name.setAccessibleName("What they call you")
        self._cards = QHBoxLayout()
        self._cards.setSpacing(12)
        self._begin = QPushButton("Begin")
        self._begin.setProperty("kind", "primary")
        self._begin.setEnabled(False)
        self._lay_out()
        self._begin.clicked.connect(self._finish)
        self._name.returnPressed.connect(self._finish)

    def offer(self, characters: Sequence[PersonaRecord]) -> None:
        """Show up to three characters; the first is chosen."""
        for button in self._choices.buttons():
            self._choices.removeButton(button)
            self._cards.removeWidget(button)
            button.deleteLater()
        self._ids.clear()
        for number, record in enumerate(characters[:3]):
            card = CharacterCard(record, self._theme)
            self._choices.addButton(card, number)
            self._ids[number] = record.id
            self._cards.addWidget(card)
            card.toggled.connect(self._name_button)
        if self._ids:
            self._choices.button(0).setChecked(True)
        self._begin.setEnabled(bool(self._ids))
        self._name.setFocus()

    def _lay_out(self) -> None:
        page = QFrame()
        page.setProperty("kind", "page")
        title = QLabel("Welcome to Dramatis")
        title.setProperty("kind", "title")
        words = QLabel(
            "Here are people who were written down with care. They speak through a language "
            "model on this machine; nothing that you say leaves it."
        )
        words.setProperty("kind", "prose")
        words.setWordWrap(True)
        name = QLabel("What may they call you?")
        name.setProperty("kind", "name")
        name.setBuddy(self._name)
        whom = QLabel("Whom would you like to meet first?")
        whom.setProperty("kind", "name")
        column = QWidget()
        column.setMaximumWidth(_MEASURE)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(words)
        layout.addSpacing(18)
        layout.addWidget(name)
        layout.addWidget(self._name)
        layout.addSpacing(18)
        layout.addWidget(whom)
        layout.addLayout(self._cards)
        layout.addSpacing(18)
        layout.addWidget(self._begin, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(10)
        hint = QLabel(
            "The model that ships is small, so that everything works at once. The settings take a "
            "larger one."
        )
        hint.setProperty("kind", "mark")
        hint.setWordWrap(True)
        layout.addWidget(hint)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        down = QVBoxLayout(page)
        down.setContentsMargins(34, 26, 34, 26)
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)

    def _name_button(self) -> None:
        chosen = self._choices.checkedButton()
        if isinstance(chosen, CharacterCard):
            self._begin.setText(f"Begin with {chosen.first_name}")

    def _finish(self) -> None:
        persona_id = self._ids.get(self._choices.checkedId())
        if persona_id is not None:
            self.finished.emit(self._name.text().strip(), persona_id)


class CharacterCard(QPushButton):
    """One character to choose. GUI thread; owned by the greeting."""

    def __init__(self, record: PersonaRecord, theme: LiveTheme) -> None:
        """Show portrait, name and line."""
        super().__init__()
        persona = record.persona
        self.first_name = persona.name.split()[0]
        self.setCheckable(True)
        self.setAccessibleName(f"{persona.name}, {persona.tagline}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(4)
        layout.addWidget(_Portrait(persona.name, theme))
        layout.addSpacing(4)
        for text, kind in ((persona.name, "name"), (persona.tagline, "mark")):
            words = QLabel(text)
            words.setProperty("kind", kind)
            words.setWordWrap(True)
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(words)
        layout.addStretch(1)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for what the portrait and the words need."""
        return self._column.sizeHint().expandedTo(QSize(150, 150))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never cut the words."""
        return self._column.minimumSize().expandedTo(QSize(120, 150))


class _Portrait(QWidget):
    """A disc with initials; the card's name speaks for it."""

    def __init__(self, name: str, theme: LiveTheme) -> None:
        super().__init__()
        self._name = name
        self._theme = theme
        self.setAccessibleName(f"Portrait of {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        side = round(theme.current.base_size * 3.2)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        disc = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        theme = self._theme.current
        paint_portrait(painter, disc, initials_of(self._name), tint_of(self._name), theme)
        painter.end()

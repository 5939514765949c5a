"""Who the user is in the conversation, as a quiet button whose menu changes it.

Knows the choices, not where they come from.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from app.domain.conversation import Conversation
from ui.viewmodels.user_personas import UserChoice

_MOST_CHARACTERS = 22
_CONSEQUENCE = "The next turn reads the sheet anew"


class YouChip(QPushButton):
    """Says and changes who the user is. GUI thread; owned by the header.

    Signals:
        user_chosen(UserPersonaId | None): be this one from here on; None is just the name.
        users_requested: show everybody whom the user can be.
    """

    user_chosen = Signal(object)
    users_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nobody to be."""
        super().__init__(parent)
        self._conversation: Conversation | None = None
        self._choices: tuple[UserChoice, ...] = ()
        self._words = ""
        self.setProperty("kind", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Who you are in this conversation")
        self.setMenu(self._menu)

    @property
    def words(self) -> str:
        """All of the words, shown or not."""
        return self._words

    def set_choices(self, choices: tuple[UserChoice, ...]) -> None:
        """Offer these people."""
        self._choices = choices
        self._fill()

    def show_conversation(self, conversation: Conversation) -> None:
        """Say who the user is in it."""
        self._conversation = conversation
        self._words = f"as {conversation.user_name}"
        shown = " ".join(self._words.split())
        if len(shown) > _MOST_CHARACTERS:
            shown = f"{shown[: _MOST_CHARACTERS - 1].rstrip()}\u2026"
        # An ampersand would be taken for the mark of a key.
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(f"You are {conversation.user_name}; change who you are")
        self.setToolTip(f"In this conversation you are {conversation.user_name}")
        self._fill()

    def _fill(self) -> None:
        self._menu.clear()
        conversation = self._conversation
        if conversation is None:
            return
        group = QActionGroup(self._menu)
        chosen = conversation.user_persona_id
        for choice in self._choices:
            mark = f"  ({choice.mark})" if choice.mark else ""
            entry = self._entry(f"{_shortened(choice.name)}{mark}", group)
            entry.setChecked(choice.id == chosen)
            entry.triggered.connect(lambda _checked, one=choice.id: self._choose(one))
        if chosen is not None and chosen not in {choice.id for choice in self._choices}:
            entry = self._entry(f"{_shortened(conversation.user_name)}  (set aside)", group)
            entry.setChecked(True)
        self._menu.addSeparator()
        self._menu.addAction("Somebody else \u2026").triggered.connect(
            lambda _checked: self.users_requested.emit()
        )
        self._menu.addSeparator()
        self._menu.addAction(_CONSEQUENCE).setEnabled(False)

    def _choose(self, user_id: object) -> None:
        conversation = self._conversation
        if conversation is None:
            return
        with QSignalBlocker(self._menu):
            # Ticked by the click; until it is so, the menu says what is.
            for choice, entry in zip(self._choices, self._menu.actions(), strict=False):
                entry.setChecked(choice.id == conversation.user_persona_id)
        self.user_chosen.emit(user_id)

    def _entry(self, words: str, group: QActionGroup) -> QAction:
        entry = self._menu.addAction(words.replace("&", "&&"))
        entry.setCheckable(True)
        group.addAction(entry)
        return entry


def _shortened(name: str) -> str:
    words = " ".join(name.split())
    return words if len(words) <= 2 * _MOST_CHARACTERS else f"{words[: 2 * _MOST_CHARACTERS]}\u2026"

"""Who you are, as a screen: everybody whom the user can be on the left, one on the right.

Shows the view-model; asks for other screens through signals. Knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, UserPersonaId
from ui.bridge import deliver
from ui.theme.live_theme import LiveTheme
from ui.users.character_dialog import CharacterDialog
from ui.users.user_page import UserPage
from ui.viewmodels.user_personas import UserPersonasViewModel
from ui.widgets.plain_parts import centred, label, paper, rule, scroll_area
from ui.widgets.row_list import ListRow, RowList

_LIST_WIDTH = 236
_MEASURE = 640
_PLAIN = "plain"


class UsersScreen(QWidget):
    """The list and the page. GUI thread; owned by the main window.

    Signals:
        settings_requested: the name in the settings is to be changed.
    """

    settings_requested = Signal()

    def __init__(self, users: UserPersonasViewModel, theme: LiveTheme) -> None:
        """Build the screen; everybody comes with the view-model."""
        super().__init__()
        self.setAccessibleName("Who you are")
        self._users = users
        self.list = RowList(theme, "Whom you can be")
        self.page = UserPage(users)
        self.new = _quiet("+ New", "Somebody new to be")
        self.play = _quiet("Play a character \u2026", "Play a character of the cast")
        self._lay_out()
        users.changed.connect(self._show_list)
        users.opened.connect(self._show_list)
        users.edited.connect(self._show_list)
        users.added.connect(self.page.focus_name)
        self.list.chosen.connect(self._open)
        self.page.settings_requested.connect(self.settings_requested)
        self.new.clicked.connect(lambda _checked: users.add())
        self.play.clicked.connect(lambda _checked: self.ask_whom_to_play())
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, context=here)
        save.activated.connect(users.save)
        self._show_list()

    def focus_page(self) -> None:
        """Give the keyboard to the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_whom_to_play(self) -> None:
        """Ask for a character of the cast."""

        def ask(records: list[PersonaRecord]) -> None:
            dialog = CharacterDialog(records, self)
            dialog.character_chosen.connect(lambda id_: self._users.play(PersonaId(id_)))
            dialog.open()

        deliver(self._users.fetch_cast(), self, ask, self._users.failed.emit)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Save what holds when it goes out of sight."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._users.leave()

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("kind", "panel")
        side.setFixedWidth(_LIST_WIDTH)
        title = label("Who you are", "heading")
        title.setContentsMargins(8, 0, 0, 0)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        tools.addWidget(self.new)
        tools.addWidget(self.play)
        tools.addStretch(1)
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 20, 8, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(tools)
        column.addWidget(self.list, 1)
        area = scroll_area("The one who is open", centred(self.page, _MEASURE))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(rule("upright-rule"))
        whole.addWidget(paper(area), 1)

    def _open(self, key: str) -> None:
        self._users.open(None if key == _PLAIN else UserPersonaId(key))

    def _show_list(self) -> None:
        users = self._users
        rows = [ListRow(one.id or _PLAIN, one.name, one.mark) for one in users.choices]
        rows += [
            ListRow(one.id, one.user_persona.name, "cannot be read", is_faded=True)
            for one in users.broken
        ]
        if users.aside:
            rows.append(ListRow("", "Set aside", is_heading=True))
            rows += [
                ListRow(one.id or "", one.name, one.mark, is_faded=True) for one in users.aside
            ]
        self.list.set_rows(rows)
        self.list.choose(users.record.id if users.record is not None else _PLAIN)


def _quiet(text: str, spoken: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("kind", "quiet")
    button.setAccessibleName(spoken)
    return button

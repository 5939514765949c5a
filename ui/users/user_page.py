"""The page of one whom the user can be: name, pronouns, description, and what others read.

Shows the view-model; knows no list.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.user_persona import UserPersona
from ui.forms.text_editors import GrowingText
from ui.viewmodels.user_personas import UserPersonasViewModel
from ui.widgets.plain_parts import button, label
from ui.widgets.text_fields import TextLine

_MOST_NAME = 200
_NOBODY = (
    "Without anything written, whom you talk with knows only what you are called. The name stands "
    "in the settings."
)


class UserPage(QWidget):
    """One of them, to be written. GUI thread; owned by the users screen.

    Signals:
        settings_requested: the name in the settings is to be changed.
    """

    settings_requested = Signal()

    def __init__(self, users: UserPersonasViewModel) -> None:
        """Build the fields; they are filled when somebody is open."""
        super().__init__()
        self._users = users
        self._title = label("", "title")
        self._intro = label("", "secondary")
        self.name = _line("Name", UserPersona.model_fields["name"].description or "")
        self.name.setMaxLength(_MOST_NAME)
        self.pronouns = _line("Pronouns", "How to speak of you, such as she/her.")
        self.description = GrowingText(6)
        self.description.setAccessibleName("Description")
        self.description.setProperty("kind", "prose")
        self.description.setPlaceholderText(
            "What they can know of you, in your own words. {{char}} is whom you talk with."
        )
        self._problem = label("", "error")
        self._plays = label("", "secondary")
        self._unplay = button("Stop playing them", kind="quiet")
        self._settings = button("Open the settings")
        self.default = button("Use by default")
        self.aside = button("Set aside", kind="quiet")
        self.restore = button("Bring back", kind="primary")
        self.save = button("Save", kind="primary")
        self.drop = button("Drop changes", kind="quiet")
        self._status = label("", "mark")
        self._reading_title = label("AS A CHARACTER READS YOU", "section")
        self._reading = label("", "excerpt")
        self._fields = QWidget()
        self._played = QWidget()
        self._read = QFrame()
        self._lay_out()
        self._connect()
        self._fill()

    def focus_name(self) -> None:
        """Put the keyboard into the name, all of it chosen, to be written over."""
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 30)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._intro)
        layout.addSpacing(6)
        layout.addWidget(self._fields)
        fields = QVBoxLayout(self._fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(6)
        played = QHBoxLayout(self._played)
        played.setContentsMargins(0, 0, 0, 4)
        played.addWidget(self._plays, 1)
        played.addWidget(self._unplay)
        fields.addWidget(self._played)
        for words, field in (
            ("Name", self.name),
            ("Pronouns", self.pronouns),
            ("Description", self.description),
        ):
            fields.addWidget(label(words, "bold"))
            fields.addWidget(field)
            if field is self.name:
                fields.addWidget(self._problem)
            fields.addSpacing(6)
        layout.addLayout(self._build_buttons())
        layout.addWidget(self._status)
        layout.addSpacing(12)
        self._read.setProperty("kind", "card")
        read = QVBoxLayout(self._read)
        read.setContentsMargins(16, 12, 16, 14)
        read.setSpacing(6)
        read.addWidget(self._reading_title)
        read.addWidget(self._reading)
        layout.addWidget(self._read)
        layout.addStretch(1)

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for one in (self.restore, self.save, self.drop, self._settings, self.default):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.aside)
        return row

    def _connect(self) -> None:
        users = self._users
        users.opened.connect(self._fill)
        users.edited.connect(self._show_state)
        users.changed.connect(self._show_state)
        users.reading_changed.connect(self._show_reading)
        self.name.textEdited.connect(lambda text: users.set_value("name", text))
        self.pronouns.textEdited.connect(lambda text: users.set_value("pronouns", text))
        self.description.textChanged.connect(self._take_description)
        self._unplay.clicked.connect(lambda _checked: users.set_value("persona_id", None))
        self._settings.clicked.connect(lambda _checked: self.settings_requested.emit())
        self.default.clicked.connect(lambda _checked: self._toggle_default())
        self.aside.clicked.connect(lambda _checked: users.set_aside())
        self.restore.clicked.connect(lambda _checked: self._bring_back())
        self.save.clicked.connect(lambda _checked: users.save())
        self.drop.clicked.connect(lambda _checked: users.discard())

    def _take_description(self) -> None:
        if self._users.draft.get("description") != self.description.toPlainText():
            self._users.set_value("description", self.description.toPlainText())

    def _toggle_default(self) -> None:
        record = self._users.record
        self._users.set_default(is_default=record is not None and not record.is_default)

    def _bring_back(self) -> None:
        if self._users.record is not None:
            self._users.bring_back(self._users.record.id)

    def _fill(self) -> None:
        draft = self._users.draft
        for line, name in ((self.name, "name"), (self.pronouns, "pronouns")):
            if line.text() != draft.get(name, ""):
                line.setText(draft.get(name, ""))
                line.setCursorPosition(0)
        if self.description.toPlainText() != draft.get("description", ""):
            self.description.setPlainText(draft.get("description", ""))
        self._show_state()
        self._show_reading()

    def _show_state(self) -> None:
        users, record = self._users, self._users.record
        is_aside, is_broken = users.is_set_aside, record is not None and bool(record.problem)
        is_written = record is not None and not is_aside and not is_broken
        plain = users.choices[0]
        self._title.setText(_name(users) if record else plain.name)
        self._intro.setText(self._say_intro())
        self._fields.setVisible(is_written)
        self._played.setVisible(is_written and bool(users.plays))
        self._plays.setText(f"You play {users.plays}. What can be seen of them is known of you.")
        self._problem.setText(users.problem)
        self._problem.setVisible(bool(users.problem))
        self._settings.setVisible(record is None)
        self.restore.setVisible(is_aside)
        self.save.setVisible(is_written and users.is_changed)
        self.drop.setVisible(is_written and users.is_changed)
        self.aside.setVisible(record is not None and not is_aside)
        is_default = record.is_default if record is not None else "by default" in plain.mark
        self.default.setVisible(is_written or record is None)
        self.default.setEnabled(record is not None or not is_default)
        self.default.setText(
            "Not by default" if is_default and record is not None else "Use by default"
        )
        self._status.setText(users.status)
        self._status.setVisible(bool(users.status))
        self._read.setVisible(record is not None and not is_broken)

    def _say_intro(self) -> str:
        record = self._users.record
        if record is None:
            is_default = "by default" in self._users.choices[0].mark
            said = " New conversations begin like this." if is_default else ""
            return f"{_NOBODY}{said}"
        if record.problem:
            return record.problem
        if self._users.is_set_aside:
            return "Set aside. Conversations that have them keep them."
        if record.is_default:
            return "New conversations begin with you as them."
        return "Choose them in the line above a conversation, or use them by default."

    def _show_reading(self) -> None:
        reading = self._users.reading
        self._reading.setText(reading or "Nothing but your name, until you write something.")


def _name(users: UserPersonasViewModel) -> str:
    """Return what the open one is called; while the name is being written anew, as before."""
    written: str = users.draft.get("name", "")
    return written.strip() or (users.record.user_persona.name if users.record else "")


def _line(spoken: str, hint: str) -> QLineEdit:
    line = TextLine(placeholderText=hint)
    line.setAccessibleName(spoken)
    return line

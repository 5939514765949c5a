"""Left of the sheet: whose it is, read or edit, the contents, and what can be done with it.

Shows the persona's view-model; whoever owns it acts on the buttons.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.personas.contents_list import ContentsList
from ui.personas.reading_page import label
from ui.viewmodels.persona_sections import SECTIONS, SectionKey
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.widgets.plain_parts import scroll_area

_LEAST_WIDTH = 212
_MARGIN = 12
_VERSIONS = "versions"
_LONG_WORD = re.compile(r"(\S{12})(?=\S)")


class SheetSide(QFrame):
    """The column of contents and buttons. GUI thread; owned by the persona screen.

    Signals:
        mode_chosen: Read or Edit was chosen; see `is_editing`.
        section_chosen(SectionKey): a heading was chosen.
        versions_requested: the row below the headings was chosen.
        stage_requested: the button of that name.
    """

    mode_chosen = Signal()
    section_chosen = Signal(object)
    stage_requested = Signal()
    versions_requested = Signal()

    def __init__(self, view_model: PersonaViewModel) -> None:
        """Begin with reading."""
        super().__init__()
        self.setProperty("kind", "panel")
        self._view_model = view_model
        self._name = label("", "heading")
        self._read = _mode_button("Read", "Read the sheet")
        self._edit = _mode_button("Edit", "Edit the sheet")
        self._modes = QButtonGroup(self)
        self._contents = ContentsList("Contents of the sheet")
        self._stage = _button("Go on stage", "primary")
        self._save = QPushButton("Save")
        self._drop = _button("Drop changes", "quiet")
        self._status = label("", "mark")
        self._lay_out()
        self._read.setChecked(True)
        self._modes.buttonClicked.connect(lambda _button: self.mode_chosen.emit())
        self._contents.chosen.connect(self._tell_chosen)
        self._stage.clicked.connect(lambda _checked: self.stage_requested.emit())
        self._save.clicked.connect(view_model.save)
        self._drop.clicked.connect(view_model.discard)
        # Whatever changes the sheet says so in its status, and after it is judged.
        view_model.status_changed.connect(self.show_state)

    @property
    def is_editing(self) -> bool:
        """Whether the forms are to be seen and not the page."""
        return self._edit.isChecked()

    def choose_mode(self, *, is_editing: bool) -> None:
        """Mark Read or Edit without saying so."""
        (self._edit if is_editing else self._read).setChecked(True)

    def choose_section(self, key: SectionKey) -> None:
        """Mark a heading without saying so."""
        self._contents.choose(key)

    def choose_versions(self) -> None:
        """Mark the versions without saying so."""
        self._contents.choose(_VERSIONS)

    def show_state(self) -> None:
        """Say whose sheet it is, how much of it is written, and whether all is saved."""
        view_model = self._view_model
        persona = view_model.persona
        if persona is None:
            return
        # A name without a space may break where the column ends.
        self._name.setText(_LONG_WORD.sub("\\1\u200b", persona.name))
        self._name.setAccessibleName(persona.name)
        for section in SECTIONS:
            mark, spoken = section.mark(view_model.draft)
            self._contents.set_row(section.key, section.title(view_model.pronouns), mark, spoken)
        count = view_model.record.version if view_model.record is not None else 1
        self._contents.set_row(_VERSIONS, "Versions", str(count), f"{count} so far")
        self._save.setVisible(view_model.is_changed)
        self._drop.setVisible(view_model.is_changed)
        self._status.setText(view_model.status)
        self._status.setVisible(bool(view_model.status))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Widen with the text's size: no heading is cut."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _tell_chosen(self, key: str) -> None:
        if key == _VERSIONS:
            self.versions_requested.emit()
        else:
            self.section_chosen.emit(SectionKey(key))

    def _fit(self) -> None:
        needed = self._contents.minimumSizeHint().width() + 2 * _MARGIN
        self.setFixedWidth(max(_LEAST_WIDTH, needed))

    def _lay_out(self) -> None:
        modes = QHBoxLayout()
        modes.setSpacing(8)
        for button in (self._read, self._edit):
            self._modes.addButton(button)
            modes.addWidget(button)
        modes.addStretch(1)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(_MARGIN, 20, _MARGIN, 16)
        layout.setSpacing(10)
        self._name.setContentsMargins(8, 0, 0, 0)
        layout.addWidget(self._name)
        layout.addLayout(modes)
        layout.addSpacing(6)
        layout.addWidget(self._contents)
        layout.addSpacing(14)
        for button in (self._stage, self._save, self._drop):
            layout.addWidget(button)
        layout.addWidget(self._status)
        layout.addStretch(1)
        area = scroll_area("Contents of the sheet")
        area.setFocusPolicy(area.focusPolicy().NoFocus)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._fit()


def _mode_button(text: str, spoken: str) -> QPushButton:
    button = _button(text, "chip")
    button.setCheckable(True)
    button.setAccessibleName(spoken)
    return button


def _button(text: str, kind: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("kind", kind)
    return button

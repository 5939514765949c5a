"""A paragraph about somebody, and what of it goes into the sheet: part by part, or all.

Shows the paragraph's view-model; writes nothing itself.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.personas.aside_parts import (
    ModelWords,
    control_row,
    make_button,
    say,
    show_only,
    small_title,
    tell,
)
from ui.personas.reading_page import label
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.asking import AskingState
from ui.viewmodels.paragraph_view_model import ParagraphRow, ParagraphViewModel
from ui.widgets.plain_parts import rule
from ui.widgets.text_fields import PlainText, TextLine

_SIZE = (600, 620)
_LEAST_WIDTH = 440
_TEXT_HEIGHT = 132
_TITLE_WIDTH = 128
_LONGEST_NAME = 200
_NO_LIMIT = 16777215
"""Qt's own number for a height without a bound."""


class ParagraphDialog(QDialog):
    """Asks for a paragraph and shows what it tells of. GUI thread; owns its view-model.

    Signals:
        parts_accepted(str, list): a new character's name ("" where it has one) and the paths
            and values that were accepted.
    """

    parts_accepted = Signal(str, object)

    def __init__(
        self, view_model: ParagraphViewModel, theme: LiveTheme, parent: QWidget | None = None
    ) -> None:
        """Begin with an empty paragraph."""
        super().__init__(parent)
        self.setWindowTitle("From a paragraph")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.resize(*_SIZE)
        self._view_model = view_model
        view_model.setParent(self)
        self._theme = theme
        self._rows: list[_RowView] = []
        self._suggested_name = ""
        self._text = PlainText(tabChangesFocus=True)
        self._read = make_button("Read it", self._ask)
        self._stop = make_button("Stop", view_model.stop)
        self._stop.setAccessibleName("Stop reading the paragraph")
        self._status = label("", "secondary")
        self._error = label("", "error")
        self._all = make_button("All", lambda: view_model.accept_all(is_accepted=True), kind="chip")
        self._none = make_button(
            "None", lambda: view_model.accept_all(is_accepted=False), kind="chip"
        )
        self._name = TextLine(placeholderText="What people call them")
        self._cancel = make_button("Cancel", self.reject, kind="quiet")
        self._accept = make_button("", self._finish)
        self._found = QWidget()
        self._list = QVBoxLayout()
        self._area = QScrollArea()
        self._lay_out()
        self._text.textChanged.connect(self._show)
        self._name.textChanged.connect(self._show)
        view_model.changed.connect(self._show)
        self._show()

    def done(self, result: int) -> None:
        """End what runs, however the dialog is left."""
        self._view_model.stop()
        super().done(result)

    def _lay_out(self) -> None:
        self._text.setObjectName("paragraph")
        self._text.setProperty("kind", "prose")
        self._text.setAccessibleName("A paragraph about the character")
        self._text.setPlaceholderText(
            "Sixty-one, keeps the light at Neist. Never married, says so before anyone asks \u2026"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 20)
        layout.setSpacing(8)
        layout.addWidget(label("From a paragraph", "title"))
        layout.addWidget(
            label(
                "Write who it is, as it comes. The model reads it into parts of a sheet; you "
                "choose.",
                "secondary",
            )
        )
        layout.addWidget(self._text, 1)
        layout.addLayout(control_row((self._read, self._stop), self._status))
        layout.addWidget(self._error)
        layout.addWidget(self._lay_out_found(), 3)
        layout.addLayout(self._lay_out_foot())

    def _lay_out_found(self) -> QWidget:
        self._all.setAccessibleName("Accept all parts")
        self._none.setAccessibleName("Accept no part")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label("What it tells of", "name"), 1)
        head.addWidget(self._all)
        head.addWidget(self._none)
        inner = QWidget()
        self._list.setSpacing(8)
        self._list.addStretch(1)
        inner.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("What the paragraph tells of")
        self._area.setWidget(inner)
        layout = QVBoxLayout(self._found)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._area, 1)
        # Without an edge the last card looks cut by the buttons.
        layout.addWidget(rule())
        return self._found

    def _lay_out_foot(self) -> QVBoxLayout:
        self._name.setMaxLength(_LONGEST_NAME)
        self._name.setAccessibleName("Name of the new character")
        name = QHBoxLayout()
        name.setSpacing(12)
        self._name_title = label("Name", "bold")
        self._name_title.setWordWrap(False)
        self._name_title.setBuddy(self._name)
        name.addWidget(self._name_title)
        name.addWidget(self._name, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._accept)
        foot = QVBoxLayout()
        foot.setSpacing(12)
        foot.addLayout(name)
        foot.addLayout(buttons)
        return foot

    def _ask(self) -> None:
        self._view_model.read(self._text.toPlainText())

    def _finish(self) -> None:
        view_model = self._view_model
        name = self._name.text().strip() if view_model.is_new else ""
        self.parts_accepted.emit(name, view_model.accepted)
        self.accept()

    def _show(self) -> None:
        view_model = self._view_model
        is_running, has_rows = view_model.is_running, bool(view_model.rows)
        is_failed = view_model.state == AskingState.FAILED
        self._read.setEnabled(bool(self._text.toPlainText().strip()))
        say(self._read, "Read it again" if has_rows else "Read it")
        show_only([self._stop] if is_running else [self._read], (self._read, self._stop))
        tell(self._status, "" if is_failed else view_model.sentence)
        tell(self._error, view_model.sentence if is_failed else "")
        # The paragraph has the room until there is something to choose from.
        self._text.setMaximumHeight(_TEXT_HEIGHT if has_rows else _NO_LIMIT)
        self._found.setVisible(has_rows)
        self._show_rows(view_model.rows)
        self._show_foot(count=len(view_model.accepted), has_rows=has_rows)

    def _show_foot(self, *, count: int, has_rows: bool) -> None:
        view_model = self._view_model
        is_named = not view_model.is_new
        if view_model.is_new:
            self._suggest_name(view_model.suggested_name)
            is_named = bool(self._name.text().strip())
        is_asked_for = view_model.is_new and has_rows
        self._name.setVisible(is_asked_for)
        self._name_title.setVisible(is_asked_for)
        if view_model.is_new:
            words = "Add the character"
        else:
            parts = f"{count} parts" if count > 1 else "one part" if count else "it"
            words = f"Put {parts} into the sheet"
        say(self._accept, words)
        self._accept.setVisible(has_rows)
        self._accept.setEnabled(is_named and (count > 0 or view_model.is_new))
        self._read.setProperty("kind", "" if has_rows else "primary")
        self._accept.setProperty("kind", "primary")
        for button in (self._read, self._accept):
            button.style().polish(button)

    def _suggest_name(self, name: str) -> None:
        """Put a name in that just came, unless somebody wrote another."""
        if name != self._suggested_name and self._name.text() == self._suggested_name:
            self._suggested_name = name
            self._name.setText(name)

    def _show_rows(self, rows: tuple[ParagraphRow, ...]) -> None:
        while len(self._rows) > len(rows):
            view = self._rows.pop()
            self._list.removeWidget(view)
            view.hide()
            view.deleteLater()
        while len(self._rows) < len(rows):
            self._rows.append(self._new_row(len(self._rows)))
        for view, row in zip(self._rows, rows, strict=True):
            view.show_row(row)

    def _new_row(self, number: int) -> _RowView:
        view = _RowView(self._theme)
        view.decided.connect(
            lambda is_accepted: self._view_model.accept(number, is_accepted=is_accepted)
        )
        self._list.insertWidget(number, view)
        return view


class _RowView(QFrame):
    """One part with its box. Owned by the dialog."""

    decided = Signal(bool)

    def __init__(self, theme: LiveTheme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._box = QCheckBox()
        self._box.clicked.connect(self._decide)
        self._text = ModelWords(theme)
        self._present_title = small_title("Now")
        self._present = ModelWords(theme)
        self._box.setMinimumWidth(_TITLE_WIDTH)
        words = QVBoxLayout()
        words.setSpacing(3)
        for widget in (self._text, self._present_title, self._present):
            words.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(self._box, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    def show_row(self, row: ParagraphRow) -> None:
        title = row.suggestion.title
        self._box.setText(title)
        self._box.setChecked(row.is_accepted)
        replaces = ", in place of what is there" if row.present else ""
        self._box.setAccessibleDescription(f"{row.suggestion.text}{replaces}")
        self._text.show_text(row.suggestion.text)
        self._present_title.setVisible(bool(row.present))
        self._present.show_text(row.present)

    def _decide(self, is_accepted: bool) -> None:
        self.decided.emit(is_accepted)

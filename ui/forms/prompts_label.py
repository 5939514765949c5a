"""Gentle questions below a field that is empty or being written; they never write themselves.

Once they were seen their room stays, so that nothing jumps under the pointer; below what was
written long ago there is none. Knows one editor.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

from ui.forms.field_editor import FieldEditor

# An em space, then one at which the line may break.
_GAP = "\u2003 "
_HARD = "\u00a0"


class PromptsLabel(QLabel):
    """Questions below one editor. GUI thread; owned by its form."""

    def __init__(self, questions: Sequence[str], editor: FieldEditor) -> None:
        """Follow the editor's focus; `begin_with` says what it holds at first."""
        super().__init__()
        self._questions = questions
        self._is_empty = True
        self._is_focused = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("kind", "mark")
        self._break_lines()
        target = editor.focus_target
        said = target.accessibleDescription()
        target.setAccessibleDescription(f"{said} {' '.join(questions)}".strip())
        target.installEventFilter(self)
        editor.edited.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break lines anew."""
        super().resizeEvent(event)
        self._break_lines()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never make the page wider than it is."""
        return QSize(0, super().minimumSizeHint().height())

    def _break_lines(self) -> None:
        """Break within a question only where no line could hold it."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        lines = (
            question if metrics.horizontalAdvance(question) > room else question.replace(" ", _HARD)
            for question in self._questions
        )
        self.setText(_GAP.join(lines))

    def begin_with(self, value: object) -> None:
        """Show them when the value is nothing; below anything else there is no room for them."""
        self._keep_room(is_kept=False)
        self._follow(value)

    def _follow(self, value: object) -> None:
        self._is_empty = not value
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show them while the field has the keyboard."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._is_focused = event.type() == QEvent.Type.FocusIn
            self._show()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        is_shown = self._is_empty or self._is_focused
        if is_shown:
            self._keep_room(is_kept=True)
        self.setVisible(is_shown)

    def _keep_room(self, *, is_kept: bool) -> None:
        policy = self.sizePolicy()
        if policy.retainSizeWhenHidden() != is_kept:
            policy.setRetainSizeWhenHidden(is_kept)
            self.setSizePolicy(policy)

"""Gentle questions below a field that is empty or being written; they never write themselves.

Once they were seen their room stays, so that nothing jumps under the pointer; below what was
written long ago there is none. Knows one editor.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from ui.forms.field_editor import FieldEditor

# An em space, then one at which the line may break.
_GAP = "\u2003 "


class PromptsLabel(QLabel):
    """Questions below one editor. GUI thread; owned by its form."""

    def __init__(self, questions: Sequence[str], editor: FieldEditor) -> None:
        """Follow the editor's focus; `begin_with` says what it holds at first."""
        super().__init__()
        # A question breaks only where the line could not hold it at all.
        self._words = _GAP.join(question.replace(" ", "\u00a0") for question in questions)
        self._is_empty = True
        self._is_focused = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("kind", "mark")
        self.setText(self._words)
        target = editor.focus_target
        said = target.accessibleDescription()
        target.setAccessibleDescription(f"{said} {' '.join(questions)}".strip())
        target.installEventFilter(self)
        editor.edited.connect(self._follow)

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

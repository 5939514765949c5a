"""Gentle questions below a field that is empty or being written; they never write themselves.

Their room stays when they are out of sight, so that nothing jumps under the pointer. Knows
one editor.
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
        """Follow the editor's focus; `show_for` says whether it holds anything."""
        super().__init__()
        # A question breaks only where the line could not hold it at all.
        self._words = _GAP.join(question.replace(" ", "\u00a0") for question in questions)
        self._is_empty = True
        self._is_focused = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("kind", "mark")
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.setText(self._words)
        target = editor.focus_target
        said = target.accessibleDescription()
        target.setAccessibleDescription(f"{said} {' '.join(questions)}".strip())
        target.installEventFilter(self)
        editor.edited.connect(self.show_for)

    def show_for(self, value: object) -> None:
        """Show them when the value is nothing."""
        self._is_empty = not value
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show them while the field has the keyboard."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._is_focused = event.type() == QEvent.Type.FocusIn
            self._show()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        self.setVisible(self._is_empty or self._is_focused)

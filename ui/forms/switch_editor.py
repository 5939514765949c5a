"""On or off: a box with words that wrap, which Qt's own do not.

Knows one field and no model.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy

from ui.forms.field_editor import FieldEditor
from ui.viewmodels.form_fields import FieldDescription

_LINE_HEIGHT = 32


class SwitchEditor(FieldEditor):
    """On or off; a click on the words counts too."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Say in words what on means."""
        super().__init__(field, spoken)
        self._box = QCheckBox()
        self._box.setAccessibleName(spoken)
        self._box.setAccessibleDescription(field.description)
        self._box.toggled.connect(self.edited.emit)
        self._words = QLabel(field.description or field.title)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # The box keeps its own distance, as if it had words.
        layout.setSpacing(0)
        layout.addWidget(self._box, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._words, 1)
        self.setMinimumHeight(_LINE_HEIGHT)
        self.setFocusProxy(self._box)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show on or off."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Turn it with a click on the words."""
        is_let_go = event.type() == QEvent.Type.MouseButtonRelease
        if is_let_go and isinstance(event, QMouseEvent) and self.isEnabled():
            is_left = event.button() == Qt.MouseButton.LeftButton
            if is_left and self._words.rect().contains(event.position().toPoint()):
                self._box.click()
        return super().eventFilter(watched, event)

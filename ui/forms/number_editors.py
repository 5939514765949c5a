"""Editors of numbers and closed lists: a scale, boxes, a choice.

Knows one field and no model.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QToolButton,
)

from ui.forms.field_editor import BoxedEditor, FieldEditor, guard_wheel
from ui.forms.open_number_box import UNSAID, OpenNumberBox, show_said
from ui.viewmodels.form_fields import FieldDescription

_NO_LIMIT = 1_000_000
_OWN_WIDTH = 160
_SHARED_WIDTH = 240
# The groove before the handle says "this much"; nothing is said, so it says nothing.
_HOLLOW = "QSlider::sub-page:horizontal { background: transparent; }"


class ScoreEditor(FieldEditor):
    """A score from 1 to 7 on a scale, or unsaid."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Start unsaid."""
        super().__init__(field, spoken)
        self._said = False
        least, greatest = field.bounds.least or 1.0, field.bounds.greatest or 7.0
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(round(least * 10), round(greatest * 10))
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(spoken)
        self._slider.setToolTip(field.description)
        self._slider.installEventFilter(self)
        guard_wheel(self._slider)
        self._number = QLabel()
        self._number.setProperty("kind", "secondary")
        self._number.setMinimumWidth(30)
        self._slider.setMinimumHeight(24)
        self._clear = QToolButton()
        self._clear.setFixedSize(26, 24)
        self._clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._clear.installEventFilter(self)
        self._clear.setAccessibleName(f"Leave {spoken} unsaid")
        self._clear.setToolTip("Leave unsaid (Delete)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._number)
        layout.addWidget(self._clear)
        self.setFocusProxy(self._slider)
        self._slider.valueChanged.connect(self._say)
        self._slider.sliderPressed.connect(self._say)
        self._clear.clicked.connect(self._unsay)
        self.set_value(None)

    @property
    def line_height(self) -> int:
        """The scale's own height, or the number's where letters are larger."""
        self._number.ensurePolished()
        return self.sizeHint().height()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a score; None rests in the middle, hollow and without a number."""
        self._said = value is not None
        middle = (self._slider.minimum() + self._slider.maximum()) // 2
        with QSignalBlocker(self._slider):
            self._slider.setValue(middle if value is None else round(float(value) * 10))
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Delete unsay, Space or Return say the middle, and focus show the way back."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            QTimer.singleShot(0, self, self._show_clear)
        is_press = watched is self._slider and event.type() == QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
                self._unsay()
                return True
            if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return} and not self._said:
                self._say()
                return True
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Show the way back to unsaid while the pointer is here."""
        super().enterEvent(event)
        self._show_clear()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Put it out of sight again; its place stays."""
        super().leaveEvent(event)
        self._show_clear()

    def _show_clear(self) -> None:
        is_here = self.underMouse() or self._slider.hasFocus() or self._clear.hasFocus()
        self._clear.setText("\u00d7" if is_here and self._said else "")

    def _say(self) -> None:
        self._said = True
        self._show()
        self.edited.emit(self._slider.value() / 10)

    def _unsay(self) -> None:
        if self._said:
            self.set_value(None)
            self.edited.emit(None)

    def _show(self) -> None:
        self._number.setText(f"{self._slider.value() / 10:.1f}" if self._said else "\u2013")
        spoken = f"{self._slider.value() / 10:.1f} of 7" if self._said else UNSAID
        self._slider.setAccessibleDescription(f"{spoken}. {self.field.description}")
        self._clear.setEnabled(self._said)
        self._show_clear()
        self._slider.setProperty("said", self._said)
        self._slider.setStyleSheet("" if self._said else _HOLLOW)


class NumberEditor(BoxedEditor):
    """A whole number within bounds, or unsaid where that is allowed."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Bound the number as the model does."""
        super().__init__(field, spoken)
        least = round(field.bounds.least if field.bounds.least is not None else -_NO_LIMIT)
        greatest = field.bounds.greatest if field.bounds.greatest is not None else _NO_LIMIT
        self._unsaid = least - 1 if field.is_optional else None
        self._box = QSpinBox() if self._unsaid is None else OpenNumberBox()
        self._box.setRange(least if self._unsaid is None else self._unsaid, round(greatest))
        self._box.setGroupSeparatorShown(True)
        self._box.setKeyboardTracking(False)
        self._box.setMaximumWidth(_SHARED_WIDTH if field.look.shares_row else _OWN_WIDTH)
        _dress_line(self._box.lineEdit())
        guard_wheel(self._box)
        self._box.valueChanged.connect(self._tell)
        self._hold(self._box)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a number."""
        with QSignalBlocker(self._box):
            number = self._unsaid if value is None else int(value)
            self._box.setValue(number if number is not None else self._box.minimum())
        self._show_said()

    def _tell(self, number: int) -> None:
        self._show_said()
        self.edited.emit(None if number == self._unsaid else number)

    def _show_said(self) -> None:
        if isinstance(self._box, OpenNumberBox):
            self._box.show_said()


class DecimalEditor(BoxedEditor):
    """A number with two decimals within bounds."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Bound the number as the model does."""
        super().__init__(field, spoken)
        self._box = QDoubleSpinBox(decimals=2, singleStep=0.05)
        _dress_line(self._box.lineEdit())
        least = field.bounds.least if field.bounds.least is not None else -_NO_LIMIT
        greatest = field.bounds.greatest if field.bounds.greatest is not None else _NO_LIMIT
        self._box.setRange(least + (0.01 if field.bounds.exclusive_least else 0.0), greatest)
        self._box.setKeyboardTracking(False)
        self._box.setMaximumWidth(_OWN_WIDTH)
        guard_wheel(self._box)
        self._box.valueChanged.connect(self._tell)
        self._hold(self._box)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a number."""
        with QSignalBlocker(self._box):
            self._box.setValue(float(value or 0.0))

    def _tell(self, number: float) -> None:
        self.edited.emit(round(number, 2))


class ChoiceEditor(BoxedEditor):
    """One of a closed list."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """List the choices in words."""
        super().__init__(field, spoken)
        self._box = QComboBox()
        for choice in field.choices:
            self._box.addItem(choice.title, choice.value)
        self._box.setMaximumWidth(240)
        guard_wheel(self._box)
        self._box.currentIndexChanged.connect(self._tell)
        self._show_said()
        self._hold(self._box)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a choice."""
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(max(0, self._box.findData(value)))
        self._show_said()

    def _tell(self, index: int) -> None:
        self._show_said()
        self.edited.emit(self._box.itemData(index))

    def _show_said(self) -> None:
        show_said(self._box, is_said=self._box.currentText() != UNSAID)


def _dress_line(line: QLineEdit) -> None:
    """Give the number's field its inset; what is dropped on it belongs to the window."""
    line.setTextMargins(10, 0, 0, 0)
    line.setAcceptDrops(False)

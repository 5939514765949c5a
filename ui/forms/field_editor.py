"""What every editor of a form is: a widget that shows one value and says when it was edited.

`edited` speaks when the person changed the value and never when the program did. Knows one
field and no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.viewmodels.form_fields import FieldDescription, FieldPath


class FieldEditor(QWidget):
    """Shows and edits one value. GUI thread; owned by its form.

    Signals:
        edited(value): the person changed it; JSON values only.
    """

    edited = Signal(object)

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Hold the field; `spoken` is what a screen reader calls it."""
        super().__init__()
        self.field = field
        self.spoken = spoken

    @property
    def focus_target(self) -> QWidget:
        """The widget that the keyboard goes to first."""
        return self.focusProxy() or self

    @property
    def line_height(self) -> int:
        """How tall it is with one line in it, in pixels; 0 where that says nothing."""
        return 0

    def set_line_height(self, height: int) -> None:
        """Be as tall as the neighbours in a row are with one line in them."""

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Show a value without saying that it was edited."""
        raise NotImplementedError

    def focus_field(self, path: FieldPath) -> QWidget:  # noqa: ARG002 - for what has parts
        """Give the keyboard to what the path names inside; returns what to bring into sight."""
        self.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)
        return self

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        """Show what does not hold inside, where there are parts; `path` is this field's own."""

    def _hold(self, inner: QWidget) -> None:
        """Make one widget the whole editor, named and reached by the label and by Tab."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(inner)
        inner.setAccessibleName(self.spoken)
        inner.setAccessibleDescription(self.field.description)
        self.setFocusProxy(inner)


class BoxedEditor(FieldEditor):
    """What has one box of one line: a line, a number, a choice."""

    @property
    def line_height(self) -> int:
        """The box's own height."""
        box = self.focus_target
        box.ensurePolished()
        return box.sizeHint().height()

    def set_line_height(self, height: int) -> None:
        """Make the box so tall; its text stays in the middle."""
        self.focus_target.setFixedHeight(height)


def align_first_lines(editors: Iterable[FieldEditor]) -> int:
    """Make what stands in a row one height, so that the words do; returns that height."""
    editors = list(editors)
    height = max((editor.line_height for editor in editors), default=0)
    for editor in editors:
        editor.set_line_height(height)
    return height


class WheelGuard(QObject):
    """Keeps a turning wheel from changing a value that was only scrolled past."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hand the wheel on to the page unless the widget has the focus."""
        is_wheel = event.type() == QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def guard_wheel(widget: QWidget) -> None:
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(WheelGuard(widget))

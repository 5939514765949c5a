"""Keeps the field that has the keyboard in sight while its page grows above or below it.

Knows scroll areas and focus; knows no field.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

_AROUND = 24


class FocusAnchor(QObject):
    """Follows the keyboard in one area. GUI thread; owned by the area.

    A field that somebody scrolled away from stays out of sight.
    """

    def __init__(self, area: QScrollArea) -> None:
        """Begin to follow."""
        super().__init__(area)
        self._area = area
        self._is_in_sight = False
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._bring_back)
        bar = area.verticalScrollBar()
        bar.sliderMoved.connect(self._note_sight)
        bar.actionTriggered.connect(lambda _action: QTimer.singleShot(0, self, self._note_sight))
        bar.rangeChanged.connect(lambda _least, _greatest: self._pause.start())
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def _field(self) -> QWidget | None:
        field = QApplication.focusWidget()
        page = self._area.widget()
        return field if field is not None and page.isAncestorOf(field) else None

    def _follow_focus(self, _before: QWidget | None, _now: QWidget | None) -> None:
        self._is_in_sight = self._field() is not None

    def _note_sight(self) -> None:
        field = self._field()
        self._is_in_sight = field is not None and not field.visibleRegion().isEmpty()

    def _bring_back(self) -> None:
        field = self._field()
        if self._is_in_sight and field is not None and field.visibleRegion().isEmpty():
            self._area.ensureWidgetVisible(field, 0, _AROUND)

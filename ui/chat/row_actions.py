"""What can be done with a row: four small buttons that appear below its prose, and a menu.

The strip lies in the space between rows, so that nothing moves when it comes or goes. Knows
no model; the view says for which row it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ui.theme.icons import tinted_icon
from ui.theme.live_theme import LiveTheme

ICON_SIZE = 14
_BUTTON = QSize(24, 19)


class RowAction(Enum):
    """An action as its icon's name and its words."""

    TAKE_AGAIN = ("again", "Take again")
    EDIT = ("edit", "Edit")
    DELETE = ("delete", "Delete")
    COPY = ("copy", "Copy")

    @property
    def icon_name(self) -> str:
        """The file in `resources/icons`."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What the button and the menu say."""
        return self.value[1]


class RowActions(QWidget):
    """The strip of buttons. Lives on the GUI thread; owned by the transcript view.

    `chosen(RowAction)`, and `left()` when Escape sends the keyboard back to the rows.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, theme: LiveTheme, parent: QWidget) -> None:
        """Build the buttons, out of sight."""
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("What can be done with this line")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._buttons: dict[RowAction, QToolButton] = {}
        for action in RowAction:
            self._buttons[action] = button = QToolButton()
            button.setProperty("kind", "row-action")
            button.setToolTip(action.words)
            button.setAccessibleName(action.words)
            button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
            button.setFixedSize(_BUTTON)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, one=action: self.chosen.emit(one))
            button.installEventFilter(self)
            layout.addWidget(button)
        self._tint()
        theme.theme_changed.connect(self._tint)
        self.hide()

    def offer(self, actions: Sequence[RowAction], *, enabled: Sequence[RowAction]) -> None:
        """Show these actions; those not enabled are greyed."""
        for action, button in self._buttons.items():
            button.setVisible(action in actions)
            button.setEnabled(action in enabled)
        self.adjustSize()

    def button(self, action: RowAction) -> QToolButton:
        """Return one button."""
        return self._buttons[action]

    def take_keyboard(self) -> None:
        """Put the keyboard on the first button that can be pressed."""
        for button in self._offered():
            button.setFocus(Qt.FocusReason.TabFocusReason)
            return

    @property
    def has_keyboard(self) -> bool:
        """Whether one of the buttons has the focus."""
        return any(button.hasFocus() for button in self._buttons.values())

    def _offered(self) -> list[QToolButton]:
        return [one for one in self._buttons.values() if one.isEnabled() and not one.isHidden()]

    def _step(self, step: int) -> None:
        offered = self._offered()
        focused = next((n for n, one in enumerate(offered) if one.hasFocus()), 0)
        offered[(focused + step) % len(offered)].setFocus(Qt.FocusReason.TabFocusReason)

    def _tint(self) -> None:
        for action, button in self._buttons.items():
            icon = tinted_icon(action.icon_name, self._theme.current.palette, "ink_3", ICON_SIZE)
            button.setIcon(icon)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrows go from button to button, Escape goes back to the rows."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Left:
                    self._step(-1)
                    return True
                case Qt.Key.Key_Right:
                    self._step(1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter if isinstance(watched, QToolButton):
                    watched.click()
                    return True
                case Qt.Key.Key_Escape:
                    self.left.emit()
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)

"""Words that lead somewhere: they wrap as words do and are pressed as a button is.

Qt's labels lead somewhere only when they read markup, which foreign words must not be.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize

_AIR = 2
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class WordLink(QAbstractButton):
    """A sentence to press. GUI thread; owned by its panel."""

    def __init__(
        self,
        text: str,
        theme: LiveTheme,
        *,
        size: TextSize = TextSize.MARK,
        is_serif: bool = False,
        is_struck: bool = False,
        role: str = "accent_2",
        parent: QWidget | None = None,
    ) -> None:
        """Say these words, in the interface's face or in the page's."""
        super().__init__(parent)
        self._theme = theme
        self._size = size
        self._is_serif = is_serif
        self._is_struck = is_struck
        self._role = role
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_words(text)
        theme.theme_changed.connect(self.updateGeometry)

    def set_words(self, text: str) -> None:
        """Say other words."""
        self.setText(text.replace("&", "&&"))
        self._words = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        metrics = QFontMetrics(self._face())
        box = metrics.boundingRect(0, 0, max(1, width - 2 * _AIR), 10_000, _WRAPPED, self._words)
        return box.height() + 2 * _AIR

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = QFontMetrics(self._face())
        return QSize(
            metrics.horizontalAdvance(self._words) + 2 * _AIR + 1, metrics.height() + 2 * _AIR
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = QFontMetrics(self._face())
        longest = max((metrics.horizontalAdvance(one) for one in self._words.split()), default=0)
        return QSize(min(longest, 160) + 2 * _AIR + 1, metrics.height() + 2 * _AIR)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.current.palette
        font = self._face()
        font.setUnderline(self.underMouse() and self.isEnabled())
        painter.setFont(font)
        painter.setPen(self._colour())
        painter.drawText(self.rect().adjusted(_AIR, _AIR, -_AIR, -_AIR), _WRAPPED, self._words)
        if self.hasFocus():
            painter.setPen(QPen(palette.colour("accent_2"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _colour(self) -> QColor:
        return self._theme.current.palette.colour(self._role if self.isEnabled() else "ink_3")

    def _face(self) -> QFont:
        theme = self._theme.current
        font = theme.serif(self._size) if self._is_serif else theme.sans(self._size)
        font.setStrikeOut(self._is_struck)
        return font

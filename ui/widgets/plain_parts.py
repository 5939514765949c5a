"""Parts that every screen is made of: words, buttons, rules, areas that scroll.

Of one kind of the stylesheet each, and named. Foreign files name characters and books, so no
label ever reads markup. Knows no content.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)


def label(text: str, kind: str = "") -> QLabel:
    """Return plain words that wrap; "bold" is a kind as well."""
    words = QLabel(text)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setWordWrap(True)
    if kind == "bold":
        words.setStyleSheet("font-weight: 600;")
    elif kind:
        words.setProperty("kind", kind)
    return words


def button(
    text: str, act: Callable[[], object] | None = None, *, kind: str = "", spoken: str = ""
) -> QPushButton:
    """Return a button that does one thing; what is spoken of it is its tip as well."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(spoken or text)
    if spoken:
        made.setToolTip(spoken)
    if act is not None:
        made.clicked.connect(lambda _checked: act())
    return made


def rule(kind: str = "rule") -> QFrame:
    """Return a hairline, across or "upright-rule"."""
    line = QFrame()
    line.setProperty("kind", kind)
    return line


def scroll_area(spoken: str, content: QWidget | None = None) -> QScrollArea:
    """Return an area in which what is put into it scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(spoken)
    if content is not None:
        area.setWidget(content)
    return area


def centred(page: QWidget, measure: int) -> QWidget:
    """Put a page of bounded width into the middle of whatever there is."""
    holder = QWidget()
    page.setMaximumWidth(measure)
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(34, 30, 34, 0)
    layout.addStretch(1)
    layout.addWidget(page, 1000)
    layout.addStretch(1)
    return holder


def paper(content: QWidget) -> QFrame:
    """Put something onto the page's ground, up to its edges."""
    ground = QFrame()
    ground.setProperty("kind", "page")
    layout = QVBoxLayout(ground)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(content)
    return ground


def clear(layout: QLayout, *, down_to: int = 0) -> None:
    """Take widgets out of a layout from its beginning until so many items are left."""
    while layout.count() > down_to:
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()

"""Tags as chips under the search field: two lines of the commonest, the others in a menu.

One tag at a time narrows the cast; the chosen one always shows. Knows no view-model.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

_LINES = 2
_MOST_CHIPS = 12
_GAP = 6
_WIDEST = 150


class TagChips(QWidget):
    """The chips. GUI thread; owned by the cast panel.

    Signals:
        tag_chosen(str): narrow to a tag, "" for everyone.
    """

    tag_chosen = Signal(str)

    def __init__(self) -> None:
        """Start out of sight: there is no tag yet."""
        super().__init__()
        self.setAccessibleName("Tags")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._tags: list[str] = []
        self._chosen = ""
        self._chips: list[QPushButton] = []
        self._height = 0
        self._more = QPushButton("More …", self)
        self._more.setProperty("kind", "chip")
        self._more.setAccessibleName("More tags")
        self._menu = QMenu(self)
        self._menu.setAccessibleName("More tags")
        self._menu.triggered.connect(self._choose_in_menu)
        self._more.setMenu(self._menu)
        self.hide()

    @property
    def chips(self) -> list[QPushButton]:
        """The chips that are shown, in order."""
        return [chip for chip in self._chips if not chip.isHidden()]

    @property
    def chosen(self) -> str:
        """The tag that narrows the cast, "" for none."""
        return self._chosen

    def show_tags(self, tags: list[str]) -> None:
        """Show other tags; a chosen one that is gone is given up."""
        self._tags = list(tags)
        if self._chosen not in self._tags:
            self._set_chosen("")
        self._fill()
        self.setVisible(bool(tags))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the lines that are filled."""
        return QSize(0, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fill the lines anew when there is another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.arrange()

    def arrange(self) -> None:
        """Put the chips into lines; what has no room goes into the menu."""
        x = y = 0
        self._more.ensurePolished()
        reserve = self._more.sizeHint().width() + _GAP
        line_height = self._more.sizeHint().height()
        is_full = False
        for number, chip in enumerate(self._chips):
            chip.ensurePolished()
            width = min(chip.sizeHint().width(), _WIDEST, max(self.width(), 1))
            last_line = y // (line_height + _GAP) == _LINES - 1
            is_last_tag = number == len(self._tags) - 1
            room = self.width() - (reserve if last_line and not is_last_tag else 0)
            if x and x + width > room and not last_line:
                x, y = 0, y + line_height + _GAP
                last_line = y // (line_height + _GAP) == _LINES - 1
                room = self.width() - (reserve if last_line and not is_last_tag else 0)
            is_full = is_full or (last_line and x > 0 and x + width > room)
            chip.setVisible(not is_full)
            if not is_full:
                chip.setGeometry(x, y, min(width, room), line_height)
                x += width + _GAP
        self._offer_the_rest(x, y, line_height)
        self._height = y + line_height
        self.updateGeometry()

    def _offer_the_rest(self, x: int, y: int, height: int) -> None:
        shown = {chip.property("tag") for chip in self.chips}
        rest = sorted((tag for tag in self._tags if tag not in shown), key=str.casefold)
        self._menu.clear()
        for tag in rest:
            action = self._menu.addAction(tag.replace("&", "&&"))
            action.setData(tag)
        self._more.setVisible(bool(rest))
        self._more.setGeometry(x, y, self._more.sizeHint().width(), height)

    def _fill(self) -> None:
        first = [self._chosen] if self._chosen else []
        shown = (first + [tag for tag in self._tags if tag != self._chosen])[:_MOST_CHIPS]
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(tag) for tag in shown]
        for earlier, later in pairwise((*self._chips, self._more)):
            self.setTabOrder(earlier, later)
        self.arrange()

    def _chip(self, tag: str) -> QPushButton:
        chip = QPushButton(tag.replace("&", "&&"), self)
        chip.setProperty("kind", "chip")
        chip.setProperty("tag", tag)
        chip.setCheckable(True)
        chip.setChecked(tag == self._chosen)
        chip.setAccessibleName(f"Only those with the tag {tag}")
        chip.setToolTip(f"<span>{escape(tag)}</span>")
        chip.clicked.connect(lambda is_on: self._choose(tag if is_on else ""))
        return chip

    def _choose(self, tag: str) -> None:
        self._set_chosen(tag)
        for chip in self._chips:
            chip.setChecked(chip.property("tag") == tag)

    def _choose_in_menu(self, action: QAction) -> None:
        self._set_chosen(str(action.data()))
        self._fill()
        self._chips[0].setFocus()

    def _set_chosen(self, tag: str) -> None:
        if tag != self._chosen:
            self._chosen = tag
            self.tag_chosen.emit(tag)

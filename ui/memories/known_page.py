"""What a character knows, as a page to read: each sentence leads to its memory.

Everything that is told is escaped: memories hold foreign words.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.memory_known import KnownParagraph, MemoryKnownViewModel
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.widgets.plain_parts import label

_MEASURE = 660
_NOTHING = (
    "Nothing yet. What is noted while you talk is told here, in whole sentences, and each leads "
    "to where it came from."
)


class KnownPage(QWidget):
    """The page. GUI thread; owned by the screen.

    Signals:
        memory_requested(MemoryId): a sentence was followed.
    """

    memory_requested = Signal(str)

    def __init__(self, room: MemoryRoomViewModel, theme: LiveTheme) -> None:
        """Tell what the room has, while it is in sight."""
        super().__init__()
        self._known = MemoryKnownViewModel(room, self)
        self._theme = theme
        self.prose = QTextBrowser()
        self.nothing = label(_NOTHING, "prose")
        self.nothing.hide()
        self.hint = label("Each sentence leads to its memory.", "hint")
        self.prose.setProperty("kind", "bare")
        self.prose.setFrameShape(QFrame.Shape.NoFrame)
        self.prose.setAccessibleName("What is known, in words")
        self.prose.setOpenLinks(False)
        self.prose.setMaximumWidth(_MEASURE)
        self.prose.document().setDocumentMargin(0)
        self.prose.anchorClicked.connect(self._follow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self.nothing)
        layout.addWidget(self.hint)
        layout.addSpacing(10)
        layout.addWidget(self.prose, 1)
        layout.addStretch(0)
        self._known.changed.connect(self._show)
        theme.theme_changed.connect(lambda _theme: self._show())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Tell it anew."""
        super().showEvent(event)
        self._known.watch(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Tell nothing out of sight."""
        super().hideEvent(event)
        self._known.watch(is_watched=False)
        self.prose.clear()

    def _show(self) -> None:
        if not self.isVisible():
            return
        told = self._known.told
        self.nothing.setVisible(not told)
        for part in (self.prose, self.hint):
            part.setVisible(bool(told))
        bar = self.prose.verticalScrollBar()
        place = bar.value()
        self.prose.setHtml("".join(self._paragraph(one) for one in told))
        bar.setValue(place)

    def _paragraph(self, paragraph: KnownParagraph) -> str:
        theme = self._theme.current
        palette, families = theme.palette, theme.families
        ink = f"color:{palette.ink};text-decoration:none;"
        sentences = " ".join(
            f'<a href="memory:{escape(one.memory_id)}" style="{ink}">{escape(one.text)}</a>'
            for one in paragraph.sentences
        )
        left = f" And {paragraph.left_out:,} more." if paragraph.left_out else ""
        heading = (
            f"font-family:'{families.serif}';font-size:{theme.pixels(TextSize.HEADING)}px;"
            "font-weight:600;margin:16px 0 8px 0;"
        )
        body = (
            f"font-family:'{families.serif}';font-size:{theme.pixels(TextSize.PAGE)}px;"
            "line-height:118%;margin:0 0 12px 0;"
        )
        return (
            f'<p style="{heading}">{escape(paragraph.title)}</p>'
            f'<p style="{body}">{sentences}<span style="color:{palette.ink_3}">{left}</span></p>'
        )

    def _follow(self, address: QUrl) -> None:
        if address.scheme() == "memory":
            self.memory_requested.emit(address.path())

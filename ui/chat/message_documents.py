"""Text documents of messages: built from HTML, dressed by the theme, a bounded number kept.

Nothing is ever loaded: no picture, no stylesheet, no file. Knows no row and no painter.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QFontDatabase, QTextDocument, QTextOption

from ui.chat.page_columns import PageType
from ui.theme.theme import TextSize, Theme

DOCUMENTS_KEPT = 96
SIZES_KEPT = 1200
BLOCK_GAP = 6

_V = TypeVar("_V")
_CENTRE = Qt.AlignmentFlag.AlignHCenter
Key = tuple[object, ...]


class BoundedCache(Generic[_V]):
    """Keeps the values used last. Owned by the delegate; GUI thread."""

    def __init__(self, size: int) -> None:
        """Keep at most `size` values."""
        self._size = size
        self._values: OrderedDict[Key, _V] = OrderedDict()

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._values)

    def find(self, key: Key) -> _V | None:
        """Return a value that is kept, and keep it longer."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def get(self, key: Key, make: Callable[[], _V]) -> _V:
        """Return the value of a key, made where it is not kept."""
        value = self.find(key)
        if value is None:
            value = self._values[key] = make()
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()


class MessageDocument(QTextDocument):
    """A message's text as a document that loads nothing. GUI thread; kept by a cache."""

    def loadResource(self, kind: int, name: QUrl) -> None:  # noqa: N802 - Qt's name
        """Refuse: whatever a message points at stays where it is."""
        del kind, name


def build_document(
    html: str, theme: Theme, kind: PageType, *, is_narration: bool
) -> MessageDocument:
    """Return a message as a document; set its text width before asking for its height.

    The line break behind the last block would become a space at the end of the text.
    """
    document = MessageDocument()
    dress_document(document, theme, kind, is_narration=is_narration)
    document.setHtml(html.rstrip())
    return document


def dress_document(
    document: QTextDocument, theme: Theme, kind: PageType, *, is_narration: bool
) -> None:
    """Give a document the page's type and colours; must come before its text."""
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setIndentWidth(22)
    document.setDefaultFont(theme.serif(italic=is_narration))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    if is_narration:
        option.setAlignment(_CENTRE)
    document.setDefaultTextOption(option)
    document.setDefaultStyleSheet(_style(theme, kind, is_narration=is_narration))


def _style(theme: Theme, kind: PageType, *, is_narration: bool) -> str:
    palette = theme.palette
    line = f"line-height: {kind.line_percent}%;"
    ink = palette.ink_2 if is_narration else palette.ink
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return f"""
        p, li {{ color: {ink}; margin: 0px 0px {BLOCK_GAP}px 0px; {line} }}
        ul, ol {{ margin: 0px 0px {BLOCK_GAP}px 0px; }}
        h1, h2, h3, h4, h5, h6 {{
            color: {ink}; font-size: {theme.pixels(TextSize.PAGE)}px; font-weight: 600;
            margin: 0px 0px {BLOCK_GAP}px 0px; {line}
        }}
        blockquote {{ margin: 0px 0px {BLOCK_GAP}px 18px; }}
        em {{ color: {palette.ink_2}; font-style: italic; }}
        strong {{ font-weight: 600; }}
        a {{ color: {palette.accent_2}; text-decoration: underline; }}
        code, pre {{ font-family: "{fixed}"; font-size: {theme.pixels(TextSize.INTERFACE)}px; }}
        pre {{ white-space: pre-wrap; margin: 0px 0px {BLOCK_GAP}px 0px; color: {ink}; }}
    """

"""One file's receipt as a page to read: headings, parts, where they are now, and why.

Every word of a card is foreign and is escaped; nothing is fetched for it. Knows values only.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QFrame, QTextBrowser

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize, Theme
from ui.viewmodels.import_receipt import EntryKind, ReceiptEntry, ReceiptGroup

_LONGEST_WORDS = 400


class ReceiptPage(QTextBrowser):
    """Shows one entry. GUI thread; owned by the receipt screen."""

    def __init__(self, theme: LiveTheme) -> None:
        """Start empty."""
        super().__init__()
        self._theme = theme
        self._entry: ReceiptEntry | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setOpenLinks(False)
        self.setAccessibleName("Receipt")
        theme.theme_changed.connect(self._write)

    def show_entry(self, entry: ReceiptEntry | None) -> None:
        """Show a file's receipt from its top."""
        self._entry = entry
        self.setAccessibleName(f"Receipt of {entry.file.name}" if entry else "Receipt")
        self._write(self._theme.current)

    def loadResource(self, kind: int, name: QUrl | str) -> None:  # noqa: N802 - Qt's name
        """Load nothing, whatever a card says."""
        del kind, name

    def _write(self, theme: Theme) -> None:
        self.setHtml(_document(self._entry, theme) if self._entry is not None else "")


def _document(entry: ReceiptEntry, theme: Theme) -> str:
    palette, families = theme.palette, theme.families
    role = {EntryKind.BROKEN: palette.bad, EntryKind.SUSPECT: palette.bad}
    status = role.get(entry.kind, palette.ink_2)
    file = entry.file.name if entry.title != entry.file.name else ""
    facts = " · ".join(escape(word) for word in (file, entry.file_format) if word)
    size = theme.pixels(TextSize.HEADING)
    head = f"font-family:'{families.serif}'; font-weight:600; font-size:{size}px"
    parts = [
        f'<p style="margin:0 0 2px 0; {head}">{escape(entry.title)}</p>',
        f'<p style="margin:0 0 2px 0; color:{palette.ink_2}">{facts}</p>',
        f'<p style="margin:0 0 8px 0; color:{status}">{escape(entry.status)}.</p>',
    ]
    if entry.sentence:
        parts.append(f'<p style="margin:6px 0 8px 0">{escape(entry.sentence)}</p>')
    parts.extend(_group(group, theme) for group in entry.groups)
    return "".join(parts)


def _group(group: ReceiptGroup, theme: Theme) -> str:
    palette = theme.palette
    colour = palette.bad if group.is_warning else palette.ink_3
    head = (
        f'<p style="margin:18px 0 4px 0; color:{colour};'
        f' font-size:{theme.pixels(TextSize.MARK)}px">{group.title.upper()}'
        f" · {len(group.lines)}</p>"
    )
    # What went to one place for one reason is said in one breath; most stands where it stood.
    alike: dict[tuple[str, str], list[str]] = {}
    for line in group.lines:
        place = "" if line.where == line.what else line.where
        alike.setdefault((place, line.why), []).append(line.what)
    rows = (_line(whats, place, why, palette.ink_2) for (place, why), whats in alike.items())
    return head + "".join(rows)


def _line(whats: Sequence[str], place: str, reason: str, quiet: str) -> str:
    what = ", ".join(f"<b>{_words(one)}</b>" for one in whats)
    where = f" &nbsp;→&nbsp; {_words(place)}" if place else ""
    why = f'<br><span style="color:{quiet}">{_words(reason)}</span>' if reason else ""
    return f'<p style="margin:0 0 8px 0">{what}{where}{why}</p>'


def _words(text: str) -> str:
    short = text if len(text) <= _LONGEST_WORDS else f"{text[:_LONGEST_WORDS]} …"
    return escape(short).replace("\n", "<br>")

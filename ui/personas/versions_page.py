"""The versions of a character as a page: the list, beside it what one of them changed.

Shows the versions' view-model; knows no service.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from personas.difference import Words, WordsAre
from ui.personas.reading_page import label
from ui.theme.live_theme import LiveTheme
from ui.theme.palette import Palette
from ui.viewmodels.persona_changes import ChangedField, ChangedSection
from ui.viewmodels.persona_versions import Against, PersonaVersions
from ui.widgets.plain_parts import scroll_area
from ui.widgets.row_list import ListRow, RowList

_LEAST_WIDTH_BESIDE = 620
_LIST_WIDTH = 236
_LIST_HEIGHT = 232
_MEASURE = 720
_TITLE_WIDTH = 150
_LEAST_WIDTH_FOR_TITLES = 420
_LEGEND = "Struck out was taken away, underlined is new."


class VersionsPage(QWidget):
    """List and comparison. GUI thread; owned by the persona screen.

    Signals:
        left: Escape was pressed.
    """

    left = Signal()

    def __init__(self, versions: PersonaVersions, theme: LiveTheme) -> None:
        """Build the page; the versions are fetched while it is shown."""
        super().__init__()
        self.setAccessibleName("Versions")
        self._versions = versions
        self._theme = theme
        self.list = RowList(theme, "Versions, the newest first", lines=2)
        self.restore = QPushButton("Restore")
        self._title = label("", "title")
        self._lead = label("", "mark")
        self._before = _chip("The version before")
        self._draft = _chip("The draft")
        self._choice = QWidget()
        self._group = QButtonGroup(self)
        self._changes = _Changes(theme)
        self._rule = QFrame()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lay_out()
        versions.changed.connect(self._show_rows)
        versions.compared.connect(self._show_comparison)
        theme.theme_changed.connect(lambda _theme: self._show_comparison())
        self.list.chosen.connect(versions.choose)
        self.restore.clicked.connect(lambda _checked: versions.restore())
        self._before.clicked.connect(lambda _checked: versions.compare_with(Against.BEFORE))
        self._draft.clicked.connect(lambda _checked: versions.compare_with(Against.DRAFT))

    def focus_page(self) -> None:
        """Give the keyboard to the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the character's versions."""
        super().showEvent(event)
        self._versions.watch(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let them be."""
        super().hideEvent(event)
        self._versions.watch(is_watched=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Set the list above the comparison where there is no room beside it."""
        super().resizeEvent(event)
        is_beside = self.width() >= _LEAST_WIDTH_BESIDE
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.LeftToRight if is_beside else direction.TopToBottom)
        most = (_LIST_WIDTH, 16_777_215) if is_beside else (16_777_215, _LIST_HEIGHT)
        self._side.setMaximumSize(*most)
        # Below each other a row has room for all its words in one line.
        self.list.lines = 2 if is_beside else 1
        self.list.doItemsLayout()
        self._side.setMinimumWidth(_LIST_WIDTH if is_beside else 0)
        self._rule.setProperty("kind", "upright-rule" if is_beside else "rule")
        self._rule.style().polish(self._rule)
        self._rule.setMaximumSize(*((1, 16_777_215) if is_beside else (16_777_215, 1)))

    def _lay_out(self) -> None:
        self._side = QWidget()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(12, 26, 8, 8)
        column.setSpacing(8)
        heading = label("Versions", "heading")
        heading.setContentsMargins(10, 0, 0, 0)
        column.addWidget(heading)
        column.addWidget(self.list, 1)
        choices = QHBoxLayout(self._choice)
        choices.setContentsMargins(0, 6, 0, 0)
        choices.setSpacing(8)
        choices.addWidget(label_of_choice := label("Against", "mark"))
        label_of_choice.setWordWrap(False)
        for chip in (self._before, self._draft):
            self._group.addButton(chip)
            choices.addWidget(chip)
        choices.addStretch(1)
        self._before.setChecked(True)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        page.setMaximumWidth(_MEASURE)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(28, 26, 24, 40)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._lead)
        layout.addWidget(self._choice)
        layout.addWidget(self._changes)
        layout.addStretch(1)
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(page, 1000)
        across.addStretch(1)
        self._area = scroll_area("What is different")
        self._area.setWidget(holder)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(0)
        self._sides.addWidget(self._side)
        self._sides.addWidget(self._rule)
        self._sides.addWidget(self._area, 1)

    def _show_rows(self) -> None:
        self.list.set_rows(ListRow(row.key, row.title, row.line) for row in self._versions.rows)

    def _show_comparison(self) -> None:
        shown = self._versions.comparison
        self.list.choose(self._versions.chosen)
        self._title.setText(shown.title)
        self._lead.setText(shown.lead)
        self._choice.setVisible(shown.has_choice)
        self._before.setText(shown.before or "The version before")
        self._before.setAccessibleName(f"Compare with {self._before.text().lower()}")
        self._draft.setAccessibleName("Compare with the draft")
        self.restore.setVisible(shown.can_restore)
        self.restore.setAccessibleName(f"Restore {shown.title.lower()} as a new version")
        self.restore.setToolTip("Write it over the draft and save it as a new version")
        self._changes.show_changes(shown.sections, shown.sentence)
        self._area.verticalScrollBar().setValue(0)


class _Changes(QWidget):
    """Headings, fields and what became of their words. Owned by the page."""

    def __init__(self, theme: LiveTheme) -> None:
        super().__init__()
        self._theme = theme
        self._is_stacked = False
        self._sections: tuple[ChangedSection, ...] = ()
        self._sentence = ""
        self._inner: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 10, 0, 0)

    def show_changes(self, sections: tuple[ChangedSection, ...], sentence: str) -> None:
        self._sections, self._sentence = sections, sentence
        self._build()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        is_stacked = self.width() < _LEAST_WIDTH_FOR_TITLES
        if is_stacked != self._is_stacked:
            self._is_stacked = is_stacked
            self._build()

    def _build(self) -> None:
        if self._inner is not None:
            self._layout.removeWidget(self._inner)
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = QWidget()
        inner = QVBoxLayout(self._inner)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        if self._sentence:
            inner.addWidget(label(self._sentence, "secondary"))
        for section in self._sections:
            inner.addSpacing(8)
            inner.addWidget(label(section.title, "name"))
            inner.addLayout(self._fields(section))
        if self._sections:
            inner.addSpacing(16)
            inner.addWidget(label(_LEGEND, "mark"))
        self._layout.addWidget(self._inner)
        self._inner.show()

    def _fields(self, section: ChangedSection) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4 if self._is_stacked else 8)
        grid.setColumnStretch(0 if self._is_stacked else 1, 1)
        if not self._is_stacked:
            grid.setColumnMinimumWidth(0, _TITLE_WIDTH)
        top = Qt.AlignmentFlag.AlignTop
        for number, field in enumerate(section.fields):
            title = label(field.title, "secondary")
            if self._is_stacked:
                # Nearer to its own words than to those above.
                title.setContentsMargins(0, 8 if number else 0, 0, 0)
                grid.addWidget(title, 2 * number, 0)
                grid.addWidget(self._words(field), 2 * number + 1, 0)
            else:
                title.setFixedWidth(_TITLE_WIDTH)
                grid.addWidget(title, number, 0, top)
                grid.addWidget(self._words(field), number, 1, top)
        return grid

    def _words(self, field: ChangedField) -> QLabel:
        palette = self._theme.current.palette
        words = label("", "excerpt")
        # A plain label can mark no word; every text is escaped.
        words.setTextFormat(Qt.TextFormat.RichText)
        lines = ("".join(_marked(run, palette) for run in line) for line in field.lines)
        shown = "".join(f'<p style="margin: 0 0 3px 0;">{line}</p>' for line in lines)
        words.setText(f'<div style="line-height: 125%;">{shown}</div>')
        words.setAccessibleName(field.spoken)
        return words


def _marked(run: Words, palette: Palette) -> str:
    text = html.escape(run.text).replace("\n", "<br>")
    if run.are is WordsAre.KEPT:
        return text
    is_new = run.are is WordsAre.ADDED
    colour, line = (palette.good, "underline") if is_new else (palette.bad, "line-through")
    return f'<span style="color: {colour}; text-decoration: {line};">{text}</span>'


def _chip(text: str) -> QPushButton:
    chip = QPushButton(text)
    chip.setCheckable(True)
    chip.setProperty("kind", "chip")
    return chip

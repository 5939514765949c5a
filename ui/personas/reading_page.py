"""A persona as a page to be read: headings, prose in the serif, facts, scales, dialogue.

Sets the blocks that `persona_reading` wrote; knows no form and no service.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from personas.persona import Persona
from personas.pronouns import Pronouns
from ui.personas.scales import ScaleBar, TraitPentagon
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.persona_reading import (
    Block,
    BlockKind,
    domain_scales,
    names_beside,
    read_origin,
    read_section,
    say_score,
)
from ui.viewmodels.persona_sections import SECTIONS, PersonaSection, SectionKey
from ui.widgets import plain_parts

_LINE_HEIGHT = 122
MEASURE = 620
"""The widest a line of the page may be, in logical pixels at the usual size."""


class ReadingPage(QWidget):
    """One persona, typeset. GUI thread; owned by the persona screen, made anew for a change."""

    def __init__(self, theme: LiveTheme, persona: Persona, pronouns: Pronouns) -> None:
        """Set the whole sheet."""
        super().__init__()
        self._theme = theme
        self._setters: dict[BlockKind, Callable[[Block], QWidget]] = {
            BlockKind.FACTS: self._set_facts,
            BlockKind.PROSE: self._set_prose,
            BlockKind.WORDS: self._set_words,
            BlockKind.LIST: self._set_list,
            BlockKind.SCALES: self._set_scales,
            BlockKind.ENTRIES: self._set_entries,
            BlockKind.DIALOGUE: self._set_dialogue,
            BlockKind.QUOTE: self._set_quote,
        }
        self._headings: dict[SectionKey, QLabel] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 60)
        self._layout.setSpacing(8)
        self._layout.addWidget(label(persona.name, "title"))
        if persona.tagline:
            tagline = label(persona.tagline, "prose")
            tagline.setStyleSheet("font-style: italic;")
            self._layout.addWidget(tagline)
        if beside := names_beside(persona):
            self._layout.addWidget(label(beside, "mark"))
        for section in SECTIONS:
            self._set_section(section, persona, pronouns)
        self._set_origin(persona)
        self._layout.addStretch(1)

    def heading(self, key: SectionKey) -> QLabel:
        """Return a section's heading, to scroll to."""
        return self._headings[key]

    def _set_section(self, section: PersonaSection, persona: Persona, pronouns: Pronouns) -> None:
        heading = label(section.title(pronouns), "heading")
        self._headings[section.key] = heading
        self._layout.addSpacing(14)
        self._layout.addWidget(plain_parts.rule())
        self._layout.addSpacing(6)
        self._layout.addWidget(heading)
        blocks = read_section(persona, section)
        if section.key == SectionKey.PERSONAL and any(
            scale.score is not None for scale in domain_scales(persona)
        ):
            self._set_traits([block for block in blocks if block.mean is not None], persona)
            blocks = [block for block in blocks if block.mean is None]
        self._set_blocks(self._layout, blocks)
        if not read_section(persona, section):
            self._layout.addWidget(label("Nothing is said of this yet.", "hint"))

    def _set_origin(self, persona: Persona) -> None:
        """Set what the card's maker says of it, small and at the foot."""
        blocks = read_origin(persona)
        if not blocks:
            return
        self._layout.addSpacing(14)
        self._layout.addWidget(plain_parts.rule())
        self._layout.addSpacing(4)
        for block in blocks:
            self._layout.addWidget(label(block.text, "mark"))

    def _set_blocks(self, layout: QVBoxLayout, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if block.title:
                layout.addSpacing(8)
                layout.addWidget(_small_title(block))
            layout.addWidget(self._setters[block.kind](block))

    def _set_traits(self, blocks: Sequence[Block], persona: Persona) -> None:
        """Set the scales of the five domains with their picture beside them."""
        column = QVBoxLayout()
        column.setSpacing(4)
        self._set_blocks(column, blocks)
        column.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(18)
        across.addLayout(column)
        pentagon = TraitPentagon(self._theme, domain_scales(persona))
        pentagon.setMinimumHeight(pentagon.sizeHint().height())
        across.addWidget(pentagon, 1, Qt.AlignmentFlag.AlignTop)
        self._layout.addLayout(across)

    def _set_facts(self, block: Block) -> QWidget:
        grid = _Rows()
        for entry in block.entries:
            grid.add(label(entry.head, "secondary"), label(entry.text))
        return grid

    def _set_prose(self, block: Block) -> QWidget:
        return prose(block.text)

    def _set_words(self, block: Block) -> QWidget:
        return prose(block.text)

    def _set_list(self, block: Block) -> QWidget:
        if all(len(item) < 24 for item in block.items):
            return prose(" · ".join(block.items))
        return prose("\n".join(f"\u2013 {item}" for item in block.items))

    def _set_scales(self, block: Block) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, 150)
        grid.setColumnStretch(3, 1)
        for row, scale in enumerate(block.scales):
            number = say_score(scale.score)
            title = label(scale.title, "secondary")
            title.setToolTip(scale.description)
            bar = ScaleBar(self._theme, scale.score, f"{scale.title} {number} of 7")
            bar.setFixedWidth(128)
            grid.addWidget(title, row, 0)
            grid.addWidget(bar, row, 1)
            grid.addWidget(label(number, "secondary"), row, 2)
        return holder

    def _set_entries(self, block: Block) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for entry in block.entries:
            head = QHBoxLayout()
            head.setSpacing(10)
            head.addWidget(label(entry.head, "name"), 0 if entry.text else 1)
            if entry.aside:
                aside = label(entry.aside, "mark")
                head.addWidget(aside, 1 if entry.text else 0, Qt.AlignmentFlag.AlignBottom)
            entry_layout = QVBoxLayout()
            entry_layout.setSpacing(1)
            entry_layout.addLayout(head)
            if entry.text:
                entry_layout.addWidget(prose(entry.text))
            layout.addLayout(entry_layout)
        return holder

    def _set_quote(self, block: Block) -> QWidget:
        holder = self._margin_rule()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(14, 2, 0, 2)
        layout.addWidget(prose(block.text))
        return holder

    def _set_dialogue(self, block: Block) -> QWidget:
        holder = self._margin_rule()
        grid = QGridLayout(holder)
        grid.setContentsMargins(14, 2, 0, 2)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, entry in enumerate(block.entries):
            speaker = label(entry.head, "mark")
            speaker.setContentsMargins(0, 3, 0, 0)
            grid.addWidget(speaker, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
            grid.addWidget(prose(entry.text), row, 1)
        return holder

    def _margin_rule(self) -> QFrame:
        """Return a frame with a rule on its left, as beside something quoted."""
        frame = QFrame()
        rule = self._theme.current.palette.rule
        frame.setStyleSheet(
            f"QFrame {{ border-left: 3px solid {rule}; }} QLabel {{ border: none; }}"
        )
        return frame


class _Rows(QWidget):
    """Pairs of a title and a text under each other."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, 168)
        self._grid.setColumnStretch(1, 1)

    def add(self, title: QLabel, text: QLabel) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)


def _small_title(block: Block) -> QWidget:
    if block.mean is None:
        return label(block.title, "bold")
    title = label(f"{block.title}  {say_score(block.mean)}", "bold")
    title.setAccessibleName(f"{block.title}, mean {say_score(block.mean)} of 7")
    return title


def label(text: str, kind: str = "") -> QLabel:
    """Return words of a kind that the stylesheet knows; they can be selected and never rich."""
    words = plain_parts.label(text, kind)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return words


def prose(text: str) -> QLabel:
    """Return a text in the page's face with the page's air between its lines."""
    words = label("", "prose")
    # A plain label has no line height; the text is escaped, so that it stays plain.
    words.setTextFormat(Qt.TextFormat.RichText)
    lines = html.escape(text).replace("\n", "<br>")
    words.setText(f'<p style="line-height: {_LINE_HEIGHT}%; margin: 0;">{lines}</p>')
    words.setAccessibleName(text)
    return words

"""A persona as a page to be read: headings, prose in the serif, facts, scales, dialogue.

Sets the blocks that `persona_reading` wrote; knows no form and no service.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
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
    read_section,
    say_score,
)
from ui.viewmodels.persona_sections import SECTIONS, PersonaSection, SectionKey

MEASURE = 640
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
        for section in SECTIONS:
            self._set_section(section, persona, pronouns)
        self._layout.addStretch(1)

    def heading(self, key: SectionKey) -> QLabel:
        """Return a section's heading, to scroll to."""
        return self._headings[key]

    def _set_section(self, section: PersonaSection, persona: Persona, pronouns: Pronouns) -> None:
        rule = QFrame()
        rule.setProperty("kind", "rule")
        heading = label(section.title(pronouns), "heading")
        self._headings[section.key] = heading
        self._layout.addSpacing(14)
        self._layout.addWidget(rule)
        self._layout.addSpacing(6)
        self._layout.addWidget(heading)
        blocks = read_section(persona, section)
        if section.key == SectionKey.PERSONAL and any(
            scale.score is not None for scale in domain_scales(persona)
        ):
            pentagon = TraitPentagon(self._theme, domain_scales(persona))
            pentagon.setMinimumHeight(pentagon.sizeHint().height())
            self._layout.addWidget(pentagon)
        for block in blocks:
            if block.title:
                self._layout.addSpacing(6)
                self._layout.addWidget(_small_title(block))
            self._layout.addWidget(self._setters[block.kind](block))
        if not blocks:
            self._layout.addWidget(label("Nothing is said of this yet.", "hint"))

    def _set_facts(self, block: Block) -> QWidget:
        grid = _Rows()
        for entry in block.entries:
            grid.add(label(entry.head, "secondary"), label(entry.text))
        return grid

    def _set_prose(self, block: Block) -> QWidget:
        return label(block.text, "prose")

    def _set_words(self, block: Block) -> QWidget:
        return label(block.text, "prose")

    def _set_list(self, block: Block) -> QWidget:
        if all(len(item) < 24 for item in block.items):
            return label(" · ".join(block.items), "prose")
        return label("\n".join(f"\u2013 {item}" for item in block.items), "prose")

    def _set_scales(self, block: Block) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, 168)
        grid.setColumnStretch(3, 1)
        for row, scale in enumerate(block.scales):
            number = say_score(scale.score)
            title = label(scale.title, "secondary")
            title.setToolTip(scale.description)
            bar = ScaleBar(self._theme, scale.score, f"{scale.title} {number} of 7")
            bar.setFixedWidth(160)
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
                entry_layout.addWidget(label(entry.text, "prose"))
            layout.addLayout(entry_layout)
        return holder

    def _set_dialogue(self, block: Block) -> QWidget:
        holder = QFrame()
        holder.setStyleSheet(
            f"QFrame {{ border-left: 3px solid {self._rule()}; }} QLabel {{ border: none; }}"
        )
        grid = QGridLayout(holder)
        grid.setContentsMargins(14, 2, 0, 2)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, entry in enumerate(block.entries):
            speaker = label(entry.head, "mark")
            speaker.setContentsMargins(0, 3, 0, 0)
            grid.addWidget(speaker, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label(entry.text, "prose"), row, 1)
        return holder

    def _rule(self) -> str:
        return self._theme.current.palette.rule


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
    words = QLabel(text)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setWordWrap(True)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if kind == "bold":
        words.setStyleSheet("font-weight: 600;")
    elif kind == "lead":
        words.setProperty("kind", "prose")
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    elif kind:
        words.setProperty("kind", kind)
    return words

"""Beside the editor: the sheet as the model reads it, its cost, and what to look at.

Shows the preview's view-model; knows no form: whoever owns it goes where a finding points.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from personas.review import Finding
from ui.personas.finding_card import FindingCard
from ui.personas.reading_page import label
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.persona_sections import path_from_dots, section_of
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.preview_view_model import PreviewSection, PreviewViewModel
from ui.widgets.plain_parts import scroll_area

_WIDTH = 296
_MEASURE = 620
_UNBOUNDED = 16_777_215
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class PreviewPanel(QFrame):
    """Sections with tokens, then findings. GUI thread; owned by the persona screen.

    Signals:
        go_requested(FieldPath): show this field and give it the keyboard.
    """

    go_requested = Signal(object)

    def __init__(
        self, sheet: PersonaViewModel, preview: PreviewViewModel, theme: LiveTheme
    ) -> None:
        """Start empty."""
        super().__init__()
        self.setProperty("kind", "panel")
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName("As the model reads the sheet")
        self._sheet = sheet
        self._preview = preview
        self._theme = theme
        self._shown: list[_SectionView] = []
        self._cards: list[FindingCard] = []
        self._findings: tuple[Finding, ...] | None = None
        self._title = label("As the model reads it", "name")
        self._total = label("Reading \u2026", "mark")
        self._heading = label("Things to look at", "name")
        self._whole = QPushButton("Whole text")
        self._whole.setCheckable(True)
        self._whole.setProperty("kind", "chip")
        self._whole.setAccessibleName("Show the whole text of each section")
        self._sections = QVBoxLayout()
        self._sections.setSpacing(12)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._lay_out()
        preview.changed.connect(self._show)
        self._whole.toggled.connect(lambda _checked: self._show())

    def set_filling(self, *, is_filling: bool) -> None:
        """Take all the room there is, or stand beside the forms with a width of its own."""
        self.setMinimumWidth(0 if is_filling else _WIDTH)
        self.setMaximumWidth(_UNBOUNDED if is_filling else _WIDTH)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(_MEASURE)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(18, 22, 14, 24)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        head = QHBoxLayout()
        head.addWidget(self._total, 1)
        head.addWidget(self._whole)
        layout.addLayout(head)
        layout.addSpacing(6)
        layout.addLayout(self._sections)
        layout.addSpacing(16)
        layout.addWidget(self._heading)
        layout.addLayout(self._list)
        layout.addStretch(1)
        area = scroll_area("As the model reads the sheet", inner)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def _show(self) -> None:
        self._title.setText(f"As the model reads {self._sheet.pronouns.object}")
        self._total.setText(self._preview.total)
        sections = self._preview.sections
        while len(self._shown) > len(sections):
            _take_out(self._sections, self._shown.pop())
        while len(self._shown) < len(sections):
            view = _SectionView()
            self._shown.append(view)
            self._sections.addWidget(view)
        for view, section in zip(self._shown, sections, strict=True):
            view.show_section(section, is_whole=self._whole.isChecked())
        if self._preview.findings != self._findings:
            self._show_findings(self._preview.findings)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Keep the cards of findings that stay, so that the keyboard's place stays too."""
        kept: dict[Finding, FindingCard] = {}
        for finding, card in zip(self._findings or (), self._cards, strict=True):
            if finding in findings and finding not in kept:
                kept[finding] = card
                self._list.removeWidget(card)
            else:
                _take_out(self._list, card)
        self._cards = [kept.pop(finding, None) or self._card(finding) for finding in findings]
        for card in self._cards:
            self._list.addWidget(card)
        self._findings = findings
        self._heading.setText(_say_count(len(findings)))

    def _card(self, finding: Finding) -> FindingCard:
        paths = [path_from_dots(dotted) for dotted in finding.fields]
        path: FieldPath | None = next((one for one in paths if section_of(one)), None)
        card = FindingCard(self._theme, finding, can_go=path is not None)
        card.go_requested.connect(lambda: self.go_requested.emit(path))
        return card


class _SectionView(QWidget):
    """One section: small title, tokens, text. Owned by the panel."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "section")
        self._cost = QLabel()
        self._cost.setProperty("kind", "mark")
        self._text = label("")
        self._text.setProperty("kind", "excerpt")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._cost, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self._text)

    def show_section(self, section: PreviewSection, *, is_whole: bool) -> None:
        self._title.setText(section.title.upper())
        self._title.setAccessibleName(f"{section.title}, {section.cost} tokens")
        self._cost.setText(section.cost)
        text = section.text if is_whole else section.beginning
        if self._text.text() != text:
            self._text.setText(text)


def _say_count(count: int) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    if not count:
        return "Nothing to look at"
    return f"{number} {'thing' if count == 1 else 'things'} to look at"


def _take_out(layout: QVBoxLayout, widget: QWidget) -> None:
    layout.removeWidget(widget)
    widget.hide()
    widget.deleteLater()

"""One heading of the sheet as a form: its lead, its groups, and the traits' picture.

Speaks to the persona's view-model in paths and values. Knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.forms.form import Form
from ui.personas.reading_page import label
from ui.personas.scales import TraitPentagon
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.persona_reading import domain_scales, say_score
from ui.viewmodels.persona_sections import FieldGroup, PersonaSection
from ui.viewmodels.persona_view_model import PersonaViewModel

_SCORE_TITLE_WIDTH = 150


class SectionEditor(QWidget):
    """The forms of one heading. GUI thread; owned by the persona screen."""

    def __init__(
        self, view_model: PersonaViewModel, section: PersonaSection, theme: LiveTheme
    ) -> None:
        """Build the forms; values come with `reload`."""
        super().__init__()
        self.section = section
        self._view_model = view_model
        self._theme = theme
        self._forms: list[Form] = []
        self._means: dict[str, QLabel] = {}
        self._pentagon: TraitPentagon | None = None
        self._title = label("", "title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 60)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        self._lead = label(section.lead, "prose")
        layout.addWidget(self._lead)
        layout.addSpacing(10)
        self._lay_out(layout)
        layout.addStretch(1)
        self._restyle(theme.current)
        theme.theme_changed.connect(self._restyle)
        view_model.problems_changed.connect(self._show_problems)
        view_model.value_changed.connect(self._show_traits)

    def reload(self) -> None:
        """Show the draft."""
        self._title.setText(self.section.title(self._view_model.pronouns))
        for form in self._forms:
            form.show_values(self._view_model.draft)
        self._show_problems()
        self._show_traits()

    def focus_field(self, path: FieldPath) -> QWidget | None:
        """Give the keyboard to a field; returns what to bring into sight."""
        for form in self._forms:
            depth = len(form.prefix)
            if path[:depth] == form.prefix and (found := form.focus_field(path[depth:])):
                return found
        return None

    def _restyle(self, theme: Theme) -> None:
        self._lead.setStyleSheet(f"color: {theme.palette.ink_2};")

    def _lay_out(self, layout: QVBoxLayout) -> None:
        traits = [group for group in self.section.groups if group.domain]
        others = [group for group in self.section.groups if not group.domain]
        if traits:
            row = QHBoxLayout()
            row.setSpacing(26)
            column = QVBoxLayout()
            column.setSpacing(6)
            for group in traits:
                self._add_group(column, group)
            self._pentagon = TraitPentagon(self._theme, ())
            row.addLayout(column, 3)
            row.addWidget(self._pentagon, 2, Qt.AlignmentFlag.AlignTop)
            layout.addLayout(row)
        for group in others:
            self._add_group(layout, group)

    def _add_group(self, layout: QVBoxLayout, group: FieldGroup) -> None:
        if group.title:
            layout.addSpacing(8)
            layout.addWidget(self._group_title(group))
        width = _SCORE_TITLE_WIDTH if group.is_scores else 168
        form = Form(group.fields, group.path, title_width=width)
        if group.is_scores:
            form.set_dense()
        if group.is_scores and not group.domain:
            form.setMaximumWidth(440)
        form.value_edited.connect(self._view_model.set_value)
        self._forms.append(form)
        layout.addWidget(form)

    def _group_title(self, group: FieldGroup) -> QWidget:
        if not group.domain:
            return label(group.title, "heading")
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        mean = label("", "secondary")
        self._means[group.domain] = mean
        mean.setToolTip("The mean of what is said below")
        grid.addWidget(label(group.title, "bold"), 0, 0)
        grid.addWidget(mean, 0, 1)
        grid.setColumnStretch(1, 1)
        return holder

    def _show_traits(self) -> None:
        persona = self._view_model.persona
        if self._pentagon is None or persona is None:
            return
        for domain, words in self._means.items():
            words.setText(say_score(persona.personal.traits.domain(domain)))
        self._pentagon.set_scales(domain_scales(persona))

    def _show_problems(self) -> None:
        for form in self._forms:
            form.show_problems(self._view_model.problems)

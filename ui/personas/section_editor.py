"""One heading of the sheet as a form: its lead, its groups, and the traits' picture.

Speaks to the persona's view-model in paths and values. Knows no service.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.forms.field_editor import FieldEditor
from ui.forms.form import Form
from ui.personas.reading_page import label
from ui.personas.scales import TraitPentagon
from ui.personas.section_tool import SectionTool
from ui.personas.temper_tools import TemperTools
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize, Theme
from ui.viewmodels.form_fields import FieldDescription, FieldKind, FieldPath, value_at
from ui.viewmodels.persona_reading import domain_scales
from ui.viewmodels.persona_sections import FieldGroup, PersonaSection
from ui.viewmodels.persona_temper import temper_sentences, with_domain_mean
from ui.viewmodels.persona_view_model import PersonaViewModel

_SCORE_TITLE_LETTERS = 21
_LEAST_LETTERS_WITH_PICTURE = 86


class SectionEditor(QWidget):
    """The forms of one heading. GUI thread; owned by the persona screen."""

    def __init__(
        self,
        view_model: PersonaViewModel,
        section: PersonaSection,
        theme: LiveTheme,
        pieces: Sequence[SectionTool] = (),
    ) -> None:
        """Build the forms around the given pieces; values come with `reload`.

        The forms speak of the character as they are called now, see `pronouns`.
        """
        super().__init__()
        self._pieces = pieces
        self.pronouns = view_model.pronouns
        self.section = section = section.told_of(self.pronouns)
        self._view_model = view_model
        self._theme = theme
        self._forms: list[Form] = []
        self._domains: dict[str, FieldEditor] = {}
        self._moved = ""
        self._pentagon: TraitPentagon | None = None
        self._tools: TemperTools | None = None
        self._sentences: QLabel | None = None
        self._title = label("", "title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 60)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        self._lead = label(section.lead, "prose")
        layout.addWidget(self._lead)
        layout.addSpacing(10)
        for piece in pieces:
            if piece.is_first:
                layout.addWidget(piece)
        self._lay_out(layout)
        for piece in pieces:
            if not piece.is_first:
                layout.addWidget(piece)
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
        if self._tools is not None:
            self._tools.show_words()
        for piece in self._pieces:
            piece.reload()

    def focus_field(self, path: FieldPath) -> QWidget | None:
        """Give the keyboard to a field; returns what to bring into sight."""
        for form in self._forms:
            depth = len(form.prefix)
            if path[:depth] == form.prefix and (found := form.focus_field(path[depth:])):
                return found
        return next((found for one in self._pieces if (found := one.focus_field(path))), None)

    def _restyle(self, theme: Theme) -> None:
        self._lead.setStyleSheet(f"color: {theme.palette.ink_2};")
        if self._sentences is None:
            return
        size = theme.pixels(TextSize.INTERFACE)
        self._sentences.setStyleSheet(
            f"border-left: 3px solid {theme.palette.rule}; padding-left: 10px; font-size: {size}px;"
        )

    def _lay_out(self, layout: QVBoxLayout) -> None:
        traits = [group for group in self.section.groups if group.domain]
        others = [group for group in self.section.groups if not group.domain]
        if traits:
            self._lay_out_traits(layout, traits)
        for group in others:
            self._add_group(layout, group)

    def _lay_out_traits(self, layout: QVBoxLayout, groups: list[FieldGroup]) -> None:
        self._tools = TemperTools(self._view_model)
        layout.addWidget(self._tools)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(26)
        scales = QVBoxLayout()
        scales.setSpacing(6)
        for group in groups:
            self._add_group(scales, group)
        scales.addStretch(1)
        pictures = QVBoxLayout()
        pictures.setSpacing(14)
        self._pentagon = TraitPentagon(self._theme, ())
        self._sentences = label("", "prose")
        self._sentences.setAccessibleName("The sentences that the scales become")
        pictures.addWidget(self._pentagon)
        pictures.addWidget(self._sentences)
        pictures.addStretch(1)
        self._row.addLayout(scales, 3)
        self._row.addLayout(pictures, 2)
        layout.addLayout(self._row)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the picture under the scales where there is no room beside them."""
        super().resizeEvent(event)
        if self._pentagon is not None:
            letters = self.width() // self.fontMetrics().averageCharWidth()
            is_wide = letters >= _LEAST_LETTERS_WITH_PICTURE
            direction = QBoxLayout.Direction
            self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _add_group(self, layout: QVBoxLayout, group: FieldGroup) -> None:
        if group.title:
            layout.addSpacing(8)
            layout.addWidget(self._group_title(group))
        letters = _SCORE_TITLE_LETTERS if group.is_scores else None
        form = Form(group.fields, group.path, title_letters=letters)
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
        field = FieldDescription(
            group.domain,
            group.title,
            f"Moves {_listed(group)} together.",
            FieldKind.SCORE,
            is_optional=True,
        )
        form = Form((field,), title_letters=_SCORE_TITLE_LETTERS, is_heavy=True)
        form.value_edited.connect(lambda _path, mean: self._move_domain(group, mean))
        self._domains[group.domain] = form.editor(group.domain)
        return form

    def _move_domain(self, group: FieldGroup, mean: float | None) -> None:
        """Move a domain's facets together; the slider stays where the hand put it."""
        draft = self._view_model.draft
        moved = with_domain_mean(value_at(draft, group.path) or {}, group.domain, mean)
        self._moved = group.domain
        self._view_model.set_value(group.path, moved)
        self._moved = ""
        for form in self._forms:
            if form.prefix == group.path:
                form.show_values(self._view_model.draft)

    def _show_traits(self) -> None:
        persona = self._view_model.persona
        if self._pentagon is None or self._sentences is None or persona is None:
            return
        for domain, editor in self._domains.items():
            if domain != self._moved:
                editor.set_value(persona.personal.traits.domain(domain))
        self._sentences.setText(temper_sentences(persona))
        self._pentagon.set_scales(domain_scales(persona))

    def _show_problems(self) -> None:
        for form in self._forms:
            form.show_problems(self._view_model.problems)


def _listed(group: FieldGroup) -> str:
    names = [field.title.lower() for field in group.fields]
    return f"{', '.join(names[:-1])} and {names[-1]}"

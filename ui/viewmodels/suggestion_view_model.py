"""Help from the model with one part of a page: a suggestion, written only when accepted.

What is accepted is one step to undo. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from app.services.suggestions import say_value
from personas.pronouns import Pronouns
from ui.viewmodels.asking import AskingViewModel, EngineStatus
from ui.viewmodels.draft_folder import Draft
from ui.viewmodels.form_fields import FieldPath, value_at
from ui.viewmodels.persona_sections import SectionKey, section_of
from ui.viewmodels.persona_view_model import PersonaViewModel

if TYPE_CHECKING:
    from app.services.suggestions import Suggestion, SuggestionService

ACCEPTANCE: FieldPath = ("acceptance",)
Parts = Sequence[tuple[FieldPath, str]]


@dataclass(frozen=True, slots=True)
class FillablePart:
    """A part of the sheet that can be suggested. A value."""

    path: FieldPath
    title: str
    is_empty: bool


class SuggestionViewModel(AskingViewModel):
    """One part of a page, suggested. GUI thread; owned by the tool that shows it.

    Signals:
        changed: another state, another suggestion, or other parts.
    """

    def __init__(
        self,
        sheet: PersonaViewModel,
        suggestions: SuggestionService,
        status: EngineStatus,
        fillable: Parts,
        section: SectionKey,
    ) -> None:
        """Suggest nothing yet. Of `fillable` only what stands under the section is offered."""
        super().__init__(status, suggestions.stop)
        self._sheet = sheet
        self._suggestions = suggestions
        self._fillable = parts_of(fillable, section)
        self._part: FillablePart | None = None
        self._suggestion: Suggestion | None = None
        self._seeds: dict[FieldPath, int] = {}
        self._is_used = False
        sheet.opened.connect(self._forget)
        sheet.value_changed.connect(self._follow_draft)

    @property
    def pronouns(self) -> Pronouns:
        """How to speak of the character."""
        return self._sheet.pronouns

    @property
    def parts(self) -> tuple[FillablePart, ...]:
        """What can be suggested here, the empty parts first."""
        draft = self._sheet.draft
        parts = [
            FillablePart(path, title, is_empty=not value_at(draft, path))
            for path, title in self._fillable
        ]
        return tuple(sorted(parts, key=lambda part: not part.is_empty))

    @property
    def is_used(self) -> bool:
        """Whether the suggestion went into the sheet."""
        return self._is_used

    @property
    def part(self) -> FillablePart | None:
        """What is being suggested, None when nothing is."""
        return self._part

    @property
    def suggestion(self) -> Suggestion | None:
        """What the model suggests, None before it came."""
        return self._suggestion

    @property
    def present(self) -> str:
        """What stands there now, as it reads; empty when nothing does."""
        return say_present(self._sheet.draft, self._part.path) if self._part else ""

    @property
    def added(self) -> str:
        """What the suggestion adds to what stands there, where it keeps all of that."""
        return say_added(self._sheet.draft, self._suggestion) if self._suggestion else ""

    def ask(self, part: FillablePart) -> None:
        """Have a part suggested; each time it is asked for, differently."""
        persona = self._sheet.persona
        if persona is None:
            return
        seed = self._seeds.get(part.path, -1) + 1
        self._seeds[part.path] = seed
        self._part, self._suggestion, self._is_used = part, None, False
        self._asking.ask(
            lambda _tell: self._suggestions.fill(persona, part.path, seed=seed), self._take
        )

    def ask_again(self) -> None:
        """Have the same part suggested differently."""
        if self._part is not None:
            self.ask(self._part)

    def use(self) -> None:
        """Write the suggestion into the sheet, as one step to undo."""
        if self._suggestion is not None:
            self._is_used = True
            self._sheet.put_values([(self._suggestion.path, self._suggestion.value)])
            self.changed.emit()

    def dismiss(self) -> None:
        """Put the suggestion away, or end the writing of it."""
        self._part = self._suggestion = None
        self._is_used = False
        self._asking.forget()
        self.changed.emit()

    def leave(self) -> None:
        """End what runs: the page goes out of sight. What has come stays."""
        if self.is_running:
            self.dismiss()

    def _take(self, suggestion: Suggestion) -> None:
        self._suggestion = suggestion

    def _forget(self) -> None:
        self._seeds = {}
        self.dismiss()

    def _follow_draft(self) -> None:
        """Say again that a part can be filled when its suggestion was taken back."""
        used = self._suggestion if self._is_used else None
        if used is not None and value_at(self._sheet.draft, used.path) != used.value:
            self._is_used = False
        if self._part is not None:
            self.changed.emit()


def parts_of(fillable: Parts, section: SectionKey) -> Parts:
    """Return the parts that stand under a heading, besides the one that has its own tool."""
    return [
        (path, title)
        for path, title in fillable
        if path != ACCEPTANCE and section_of(path) == section
    ]


def say_present(draft: Draft, path: FieldPath) -> str:
    """Return what stands at a place of a draft, as it reads; empty when nothing does."""
    value = value_at(draft, path)
    return say_value(value, str(draft.get("nickname") or draft.get("name") or "")) if value else ""


def say_added(draft: Draft, suggestion: Suggestion) -> str:
    """Return what a suggestion adds to a list that it otherwise keeps; empty when it is other."""
    present, suggested = value_at(draft, suggestion.path), suggestion.value
    if not present or not isinstance(suggested, list) or not isinstance(present, list):
        return ""
    items = cast("list[Any]", suggested)
    count = len(cast("list[Any]", present))
    if items[:count] != present or len(items) == count:
        return ""
    return say_value(items[count:], str(draft.get("nickname") or draft.get("name") or ""))

"""A paragraph about somebody, read into parts of a sheet that are accepted one by one.

Writes nothing itself. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from personas.persona import Persona
from ui.viewmodels.asking import SEED_STEP, AskingState, AskingViewModel, EngineStatus
from ui.viewmodels.draft_folder import Draft
from ui.viewmodels.form_fields import FieldPath, value_at
from ui.viewmodels.suggestion_view_model import say_present

if TYPE_CHECKING:
    from app.services.suggestions import Suggestion, SuggestionService

NAME: FieldPath = ("name",)


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """One part that a paragraph tells of. `present` is what stands there already. A value."""

    suggestion: Suggestion
    present: str
    is_accepted: bool


class ParagraphViewModel(AskingViewModel):
    """A paragraph read into parts of a sheet. GUI thread; owned by the dialog that shows it.

    Writes nothing: whoever opened the dialog asks for `accepted`.

    Signals:
        changed: another state, or other parts.
    """

    def __init__(
        self, suggestions: SuggestionService, status: EngineStatus, draft: Draft | None = None
    ) -> None:
        """Read nothing yet; `draft` is the sheet as it stands, None for a new character."""
        super().__init__(status, suggestions.stop, "Reading the paragraph \u2026")
        self.is_new = draft is None
        self._suggestions = suggestions
        self._draft = draft if draft is not None else _blank_draft()
        self._rows: tuple[ParagraphRow, ...] = ()
        self._seed = -SEED_STEP
        self._name = ""

    @property
    def sentence(self) -> str:
        """What to say of it."""
        if self.state == AskingState.DONE and not self._rows:
            return "Nothing in it could be put into a part of the sheet. Say more, or try again."
        return super().sentence

    @property
    def rows(self) -> tuple[ParagraphRow, ...]:
        """What was found; a new character's name is asked for by itself and not among it."""
        return self._rows

    @property
    def suggested_name(self) -> str:
        """What a new character is called, as far as the paragraph tells."""
        return self._name

    @property
    def accepted(self) -> list[tuple[FieldPath, Any]]:
        """Paths and values of what was accepted."""
        chosen = (row.suggestion for row in self._rows if row.is_accepted)
        return [(suggestion.path, suggestion.value) for suggestion in chosen]

    def read(self, paragraph: str) -> None:
        """Read a paragraph; the same one differently each time."""
        if not paragraph.strip():
            return
        self._seed += SEED_STEP
        seed = self._seed
        self._rows = ()
        self._asking.ask(
            lambda tell: self._suggestions.from_paragraph(
                paragraph.strip(), seed=seed, on_suggestion=tell
            ),
            self._take,
            self._add,
        )

    def accept(self, number: int, *, is_accepted: bool) -> None:
        """Accept one part, or refuse it."""
        rows = list(self._rows)
        rows[number] = replace(rows[number], is_accepted=is_accepted)
        self._rows = tuple(rows)
        self.changed.emit()

    def accept_all(self, *, is_accepted: bool) -> None:
        """Accept all parts, or none."""
        self._rows = tuple(replace(row, is_accepted=is_accepted) for row in self._rows)
        self.changed.emit()

    def _take(self, suggestions: tuple[Suggestion, ...]) -> None:
        """Put the parts into the order of the end; what was decided meanwhile holds."""
        decided = {row.suggestion.path: row.is_accepted for row in self._rows}
        self._rows = ()
        for suggestion in suggestions:
            self._add(suggestion)
        self._rows = tuple(
            replace(row, is_accepted=decided.get(row.suggestion.path, row.is_accepted))
            for row in self._rows
        )

    def _add(self, suggestion: Suggestion) -> None:
        if self.is_new and suggestion.path == NAME:
            self._name = suggestion.text
        value = value_at(self._draft, suggestion.path)
        if not (self.is_new and suggestion.path == NAME) and value != suggestion.value:
            present = say_present(self._draft, suggestion.path)
            # What somebody wrote is not replaced unless they say so.
            self._rows = (*self._rows, ParagraphRow(suggestion, present, is_accepted=not present))
        self.changed.emit()


def _blank_draft() -> Draft:
    return {**Persona(name="Somebody").model_dump(mode="json"), "name": ""}

"""Ways of taking the role, suggested by the model: one of them may be chosen and written.

Knows no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.viewmodels.asking import SEED_STEP, AskingViewModel, EngineStatus
from ui.viewmodels.form_fields import FieldPath, value_at
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.suggestion_view_model import ACCEPTANCE, say_present

if TYPE_CHECKING:
    from app.services.suggestions import Suggestion, SuggestionService


class AcceptanceViewModel(AskingViewModel):
    """Ways of taking the role, to choose from. GUI thread; owned by the tool that shows it.

    Signals:
        changed: another state, other ways, or another one chosen.
    """

    def __init__(
        self, sheet: PersonaViewModel, suggestions: SuggestionService, status: EngineStatus
    ) -> None:
        """Suggest nothing yet."""
        super().__init__(status, suggestions.stop)
        self._sheet = sheet
        self._suggestions = suggestions
        self._ways: tuple[Suggestion, ...] = ()
        self._chosen = -1
        self._seed = -SEED_STEP
        sheet.opened.connect(self._forget)
        sheet.value_changed.connect(self.changed.emit)

    @property
    def lead(self) -> str:
        """What this is about."""
        pronouns = self._sheet.pronouns
        takes = pronouns.verb("takes", "take")
        return (
            f"How {pronouns.subject} {takes} on the role, told to the model in the first person "
            "before anything is said."
        )

    @property
    def ways(self) -> tuple[Suggestion, ...]:
        """What the model suggests."""
        return self._ways

    @property
    def chosen(self) -> int:
        """Which of the ways is chosen, -1 for none."""
        return self._chosen

    @property
    def present(self) -> str:
        """What stands in the sheet now."""
        return say_present(self._sheet.draft, ACCEPTANCE) if self._sheet.draft else ""

    @property
    def is_used(self) -> bool:
        """Whether the chosen way is what stands in the sheet."""
        chosen = self._ways[self._chosen] if self._chosen >= 0 else None
        return chosen is not None and value_at(self._sheet.draft, chosen.path) == chosen.value

    def ask(self) -> None:
        """Have three ways suggested, other ones each time."""
        persona = self._sheet.persona
        if persona is None:
            return
        self._seed += SEED_STEP
        seed = self._seed
        self._ways, self._chosen = (), -1
        self._asking.ask(
            lambda tell: self._suggestions.acceptances(persona, seed=seed, on_suggestion=tell),
            self._take,
            self._add,
        )

    def choose(self, number: int) -> None:
        """Choose one of the ways."""
        if number != self._chosen:
            self._chosen = number
            self.changed.emit()

    def use(self) -> FieldPath | None:
        """Write the chosen way into the sheet, as one step to undo; returns where it stands."""
        if self._chosen < 0:
            return None
        way = self._ways[self._chosen]
        self._sheet.put_values([(way.path, way.value)])
        return way.path

    def dismiss(self) -> None:
        """Put the ways away."""
        self._ways, self._chosen = (), -1
        self._asking.forget()
        self.changed.emit()

    def _add(self, way: Suggestion) -> None:
        self._ways = (*self._ways, way)
        self.changed.emit()

    def _take(self, ways: tuple[Suggestion, ...]) -> None:
        self._ways = ways

    def _forget(self) -> None:
        self._seed = -SEED_STEP
        self.dismiss()

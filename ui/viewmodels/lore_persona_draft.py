"""The book inside a character's card, written in the character's own draft.

So it is undone, kept and saved with the character. Knows the persona's view-model and no
widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from personas.lorebook import Lorebook
from ui.viewmodels.draft_folder import Draft
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.lore_draft import LoreDraft
from ui.viewmodels.persona_view_model import PersonaViewModel

_PLACE: FieldPath = ("lore",)


class PersonaLoreDraft(LoreDraft):
    """The card's own book. GUI thread; owned by the lore page of the editor."""

    def __init__(self, sheet: PersonaViewModel) -> None:
        """Follow the sheet."""
        super().__init__(sheet)
        self._sheet = sheet
        sheet.value_changed.connect(self.value_changed)
        sheet.draft_replaced.connect(self.draft_replaced)
        sheet.opened.connect(self._follow)

    @property
    def draft(self) -> Draft | None:
        """What is written; None for a character without a book."""
        return self._sheet.draft.get("lore")

    @property
    def book(self) -> Lorebook | None:
        """What is written as a book; as stored while the sheet does not hold."""
        persona = self._sheet.persona
        return persona.lore if persona is not None else None

    @property
    def problems(self) -> dict[FieldPath, str]:
        """What of the book does not hold."""
        found = self._sheet.problems.items()
        return {path[1:]: sentence for path, sentence in found if path[:1] == _PLACE}

    def begin(self) -> None:
        """Put an empty book into the card."""
        persona = self._sheet.persona
        if self.draft is None and persona is not None:
            book = Lorebook(name=persona.name).model_dump(mode="json")
            self._sheet.put_values([(_PLACE, book)])

    def remove(self) -> None:
        """Take the book out of the card; it can be undone."""
        self._sheet.put_values([(_PLACE, None)])

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value into the character's draft."""
        if self.draft is not None:
            self._sheet.set_value((*_PLACE, *path), value)

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed into the character's draft, as one step."""
        if self.draft is not None:
            self._sheet.put_values([((*_PLACE, *path), value) for path, value in values])

    def undo(self) -> None:
        """Take the sheet's last step back."""
        self._sheet.undo()

    def redo(self) -> None:
        """Take the sheet's step again."""
        self._sheet.redo()

    def _follow(self, _record: object) -> None:
        self.draft_replaced.emit()

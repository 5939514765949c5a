"""A lorebook while it is written, wherever it lies: a book of its own, or inside a card.

The editor speaks to this alone. Drafts are JSON data, replaced and never changed in place.
Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from personas.lorebook import Lorebook, LoreEntry
from ui.viewmodels.draft_folder import Draft
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.lore_entries import blank_entry, copy_of, moved
from ui.viewmodels.lore_fields import draft_changes
from ui.viewmodels.problems import describe_problems


class LoreDraft(QObject):
    """One book that is written. GUI thread; owned by whoever made it.

    Signals:
        value_changed: the draft changed.
        draft_replaced: it changed otherwise than by typing, or another book came.
    """

    value_changed = Signal()
    draft_replaced = Signal()

    @property
    def draft(self) -> Draft | None:
        """What is written; None where there is no book."""
        raise NotImplementedError

    @property
    def book(self) -> Lorebook | None:
        """What is written as a book; None where it does not hold or there is none."""
        raise NotImplementedError

    @property
    def problems(self) -> dict[FieldPath, str]:
        """A sentence for each field of the book that does not hold."""
        return {}

    @property
    def entries(self) -> Sequence[dict[str, Any]]:
        """The entries as they are written, in the book's order."""
        return cast("list[dict[str, Any]]", (self.draft or {}).get("entries") or [])

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value; what is typed into one field is undone as one."""
        raise NotImplementedError

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed, as one step of its own."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take the last step back."""
        raise NotImplementedError

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        raise NotImplementedError

    def edit_book(self, name: str, value: Any) -> None:  # noqa: ANN401 - a form's value
        """Write what a form of the book says."""
        for field, changed in draft_changes({}, name, value).items():
            self.set_value((field,), changed)

    def edit_entry(self, number: int, name: str, value: Any) -> None:  # noqa: ANN401 - as above
        """Write what a form of an entry says."""
        entry = self.entries[number]
        changes = draft_changes(entry, name, value)
        if len(changes) == 1:
            for field, changed in changes.items():
                self.set_value(("entries", number, field), changed)
        else:
            self.put_values([(("entries", number, field), one) for field, one in changes.items()])

    def add_entry(self) -> int:
        """Add an empty entry; returns its number."""
        entries = self.entries
        self.put_values([(("entries",), [*entries, blank_entry(entries)])])
        return len(entries)

    def copy_entry(self, number: int) -> int:
        """Add a copy of an entry; returns its number."""
        entries = self.entries
        self.put_values([(("entries",), [*entries, copy_of(entries[number])])])
        return len(entries)

    def remove_entry(self, number: int) -> None:
        """Take an entry out."""
        kept = [entry for place, entry in enumerate(self.entries) if place != number]
        self.put_values([(("entries",), kept)])

    def move_entry(self, number: int, step: int) -> int:
        """Move an entry up (-1) or down (1) in the order; returns its number then."""
        change = moved(self.entries, number, step)
        if change is None:
            return number
        entries, place = change
        self.put_values([(("entries",), entries)])
        return place


class BookJudge:
    """Reads drafts as books; an entry that stayed the same object is read once. GUI thread."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: dict[int, tuple[dict[str, Any], LoreEntry]] = {}

    def read(self, draft: Draft) -> tuple[Lorebook | None, dict[FieldPath, str]]:
        """Return the book, and a sentence for each field that does not hold."""
        known, problems = {}, dict[FieldPath, str]()
        written = draft.get("entries")
        if not isinstance(written, list):
            # A damaged file may hold anything here: the model says what is wrong with it.
            return _validated(Lorebook.model_validate, draft, (), problems), problems
        entries: list[LoreEntry] = []
        for number, entry in enumerate(cast("list[dict[str, Any]]", written)):
            found = self._known.get(id(entry))
            if found is None:
                value = _validated(LoreEntry.model_validate, entry, ("entries", number), problems)
                found = None if value is None else (entry, value)
            if found is not None:
                known[id(entry)] = found
                entries.append(found[1])
        self._known = known
        book = _validated(Lorebook.model_validate, {**draft, "entries": []}, (), problems)
        if book is None or problems:
            return None, problems
        return book.model_copy(update={"entries": tuple(entries)}), problems


def _validated(
    read: Callable[[Any], Any], draft: object, path: FieldPath, problems: dict[FieldPath, str]
) -> Any:  # noqa: ANN401 - what `read` returns
    try:
        return read(draft)
    except ValidationError as error:
        found = describe_problems(error)
        problems.update({(*path, *place): sentence for place, sentence in found.items()})
        return None

"""An import's outcomes as things to read: an entry for each file, groups of rows within it.

Pure; the words are for whoever brought the cards. Knows no widget and no service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.ids import PersonaId
from ui.viewmodels.persona_sections import path_from_dots, say_path

if TYPE_CHECKING:
    from app.services.imports import ImportOutcome
    from personas.cards.receipt import ReceiptRow


class EntryKind(StrEnum):
    """What became of a file, what needs a look first."""

    BROKEN = "broken"
    SUSPECT = "suspect"
    DUPLICATE = "duplicate"
    KEPT = "kept"
    PORTRAIT = "portrait"


STATUS_WORDS: dict[EntryKind, str] = {
    EntryKind.BROKEN: "Could not be read",
    EntryKind.SUSPECT: "Came in, with something to look at",
    EntryKind.DUPLICATE: "Here already",
    EntryKind.KEPT: "Came in",
    EntryKind.PORTRAIT: "A portrait",
}
_GROUP_TITLES = {
    "hostile": "Look at this",
    "left": "Did not carry",
    "mapped": "Stands elsewhere now",
    "carried": "Came over",
}
_PLACES = {
    "portrait": "Portrait",
    "all layers": "All layers",
    "lore": "Lore",
    "lorebook": "Lorebooks",
    "conversations": "Conversations",
    "personal.values": "What matters",
}
_IN_THE_FILE = ("data.", "extensions.")


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One part of a card: what, where it is now in words, and why. A value, any thread."""

    what: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class ReceiptGroup:
    """Parts that fared alike. A value, any thread."""

    title: str
    lines: tuple[ReceiptLine, ...]
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """One file. `persona_id` is who came in, or who was here already. A value, any thread.

    The rows become groups when somebody looks: a thousand files are never all looked at.
    """

    kind: EntryKind
    title: str
    file: Path
    sentence: str = ""
    file_format: str = ""
    persona_id: PersonaId | None = None
    rows: tuple[ReceiptRow, ...] = ()

    @property
    def groups(self) -> tuple[ReceiptGroup, ...]:
        """What became of the file's parts, made anew each time."""
        groups: list[ReceiptGroup] = []
        for kind, title in _GROUP_TITLES.items():
            lines = tuple(
                ReceiptLine(row.what, say_where(row.where), row.why)
                for row in self.rows
                if row.kind == kind
            )
            if lines:
                groups.append(ReceiptGroup(title, lines, is_warning=kind == "hostile"))
        return tuple(groups)

    @property
    def status(self) -> str:
        """What became of the file, in words."""
        return STATUS_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """All files of one import, what needs a look first. A value, any thread."""

    entries: tuple[ReceiptEntry, ...] = ()
    summary: str = ""

    @property
    def needs_a_look(self) -> bool:
        """Whether something could not be read or looked hostile."""
        return any(one.kind in {EntryKind.BROKEN, EntryKind.SUSPECT} for one in self.entries)


def build_receipt(
    outcomes: Sequence[ImportOutcome], names: dict[str, str], total: int
) -> ImportReceipt:
    """Return the receipt of an import of `total` files; `names` are the cast's by id."""
    entries = [_entry(outcome, names) for outcome in outcomes]
    order = list(EntryKind)
    entries.sort(key=lambda entry: order.index(entry.kind))
    return ImportReceipt(tuple(entries), _summary(outcomes, entries, total))


def _entry(outcome: ImportOutcome, names: dict[str, str]) -> ReceiptEntry:
    if outcome.error is not None:
        return ReceiptEntry(EntryKind.BROKEN, outcome.file.name, outcome.file, outcome.error)
    if outcome.portrait_of is not None:
        sentence = f"The picture of {outcome.portrait_of.name}, which lies beside it."
        return ReceiptEntry(EntryKind.PORTRAIT, outcome.file.name, outcome.file, sentence)
    receipt = outcome.receipt
    rows = receipt.rows if receipt is not None else ()
    file_format = receipt.file_format if receipt is not None else ""
    if outcome.duplicate_of is not None:
        name = names.get(outcome.duplicate_of)
        sentence = (
            f"This is {name}, word for word; nothing was changed."
            if name
            else "The same is here already, word for word; nothing was changed."
        )
        persona_id = PersonaId(outcome.duplicate_of) if name else None
        title = name or outcome.file.name
        return ReceiptEntry(
            EntryKind.DUPLICATE, title, outcome.file, sentence, file_format, persona_id, rows
        )
    is_suspect = any(row.kind == "hostile" for row in rows)
    kind = EntryKind.SUSPECT if is_suspect else EntryKind.KEPT
    if outcome.record is not None:
        title = outcome.record.persona.name
        persona_id = outcome.record.id
        sentence = ""
    else:
        title = ", ".join(book.book.name for book in outcome.lorebooks if book.book.name)
        persona_id = None
        sentence = "A lorebook, without a character."
    title = title or outcome.file.name
    return ReceiptEntry(kind, title, outcome.file, sentence, file_format, persona_id, rows)


def say_where(where: str) -> str:
    """Return a place in a persona as its form names it; one in the file as "in the file: …"."""
    if not where or where in _PLACES:
        return _PLACES.get(where, "")
    if where.startswith("origin."):
        return "Kept with the character"
    in_persona = "" if where.startswith(_IN_THE_FILE) else say_path(path_from_dots(where))
    return in_persona or f"in the file: {where}"


def _summary(outcomes: Sequence[ImportOutcome], entries: Sequence[ReceiptEntry], total: int) -> str:
    """Return what happened in one or two sentences."""
    characters = sum(outcome.record is not None for outcome in outcomes)
    books = sum(len(outcome.lorebooks) for outcome in outcomes if outcome.record is None)
    kinds = Counter(entry.kind for entry in entries)
    came = [_some(characters, "character")] if characters or not books else []
    if books:
        came.append(_some(books, "lorebook"))
    named = len(entries) == 1 and characters == 1
    parts = [f"{entries[0].title if named else ' and '.join(came)} came in."]
    if kinds[EntryKind.PORTRAIT]:
        parts.append(f"{_some(kinds[EntryKind.PORTRAIT], 'file')} held a portrait.")
    if kinds[EntryKind.DUPLICATE]:
        parts.append(f"{_some(kinds[EntryKind.DUPLICATE], 'file')} held what is here already.")
    if kinds[EntryKind.BROKEN]:
        parts.append(f"{_some(kinds[EntryKind.BROKEN], 'file')} could not be read.")
    if kinds[EntryKind.SUSPECT]:
        parts.append(f"In {_some(kinds[EntryKind.SUSPECT], 'card')} something looks hostile.")
    if len(entries) < total:
        parts.append(f"Stopped after {len(entries)} of {total} files.")
    return " ".join(parts)


def _some(count: int, word: str) -> str:
    if count == 0:
        return f"No {word}"
    return f"1 {word}" if count == 1 else f"{count:,} {word}s"

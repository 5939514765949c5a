"""The cast as rows: headings, characters, the chosen one's conversations, words found.

    ON STAGE                     characters with a conversation, the last touched first
      Isla MacRae
        The lamp room   today    her conversations, when she is chosen and has several
    WAITING                      characters nobody has spoken to yet, by name
    IN WHAT WAS SAID             messages that hold the words searched for
    ARCHIVED · 3                 opens and closes; characters that were put away

In another order than the last talked the two first headings are one. `build_rows` is pure; the
model hands the rows to the view by role. Knows no colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, overload

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, MessageId, PersonaId
from app.ports.stores import SearchHit
from ui.viewmodels.days import say_day
from ui.viewmodels.portrait import initials_of, tint_of

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class CastRowKind(StrEnum):
    """What a row of the cast shows."""

    SECTION = "section"
    PERSONA = "persona"
    CONVERSATION = "conversation"
    ARCHIVE = "archive"
    HIT = "hit"
    EMPTY = "empty"


class CastOrder(StrEnum):
    """How the cast is sorted."""

    TALKED = "talked"
    NAME = "name"
    CHANGED = "changed"


class CastRole(IntEnum):
    """Roles of the cast's model besides Qt's own."""

    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class CastRow:
    """One row. A value, any thread.

    `problem` is why a character cannot be talked to; `portrait` the picture's key, None without
    one.
    """

    kind: CastRowKind
    title: str
    subtitle: str = ""
    mark: str = ""
    persona_id: PersonaId | None = None
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None
    initials: str = ""
    tint: int = 0
    portrait: str | None = None
    problem: str | None = None
    is_current: bool = False
    is_archived: bool = False

    @property
    def can_be_chosen(self) -> bool:
        """Whether the row leads anywhere."""
        return self.kind not in {CastRowKind.SECTION, CastRowKind.EMPTY} and self.problem is None

    @property
    def spoken(self) -> str:
        """The row as a sentence for a screen reader."""
        match self.kind:
            case CastRowKind.PERSONA if self.problem:
                return f"{self.title}. Cannot be opened: {self.problem}"
            case CastRowKind.PERSONA if self.is_archived:
                return f"{self.title}, archived"
            case CastRowKind.ARCHIVE:
                return f"{self.title}, {self.mark}"
            case CastRowKind.CONVERSATION:
                return f"Conversation {self.title}, {self.mark}, {self.subtitle}"
            case CastRowKind.HIT:
                return f"Found with {self.title}: {self.subtitle}"
            case _:
                return f"{self.title}, {self.subtitle}" if self.subtitle else self.title


@dataclass(frozen=True, slots=True)
class CastState:
    """Everything that decides the rows. A value, any thread."""

    personas: tuple[PersonaRecord, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    words: str = ""
    hits: tuple[SearchHit, ...] = ()
    chosen_persona: PersonaId | None = None
    chosen_conversation: ConversationId | None = None
    is_loaded: bool = False
    archived: tuple[PersonaRecord, ...] = ()
    is_archive_open: bool = False
    tag: str = ""
    order: CastOrder = CastOrder.TALKED


def build_rows(state: CastState, now: datetime) -> list[CastRow]:
    """Return the rows from top to bottom."""
    by_persona: dict[PersonaId, list[Conversation]] = {}
    for conversation in state.conversations:
        by_persona.setdefault(conversation.persona_id, []).append(conversation)
    rows: list[CastRow] = []
    for title, records in _groups(state, by_persona):
        if records:
            rows.append(CastRow(CastRowKind.SECTION, title))
        for record in records:
            rows.append(_persona_row(record, state))
            if record.id == state.chosen_persona:
                rows.extend(_conversation_rows(by_persona.get(record.id, []), state, now))
    rows.extend(_hit_rows(state))
    if not rows and state.is_loaded:
        rows.append(CastRow(CastRowKind.EMPTY, _nothing(state)))
    rows.extend(_archive_rows(state))
    return rows


def count_tags(records: Iterable[PersonaRecord]) -> list[str]:
    """Return every tag once, whatever its case, those of the most characters first."""
    words: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for record in records:
        for tag in record.persona.tags:
            words.setdefault(tag.casefold(), tag)
        counts.update({tag.casefold() for tag in record.persona.tags})
    return [words[key] for key in sorted(counts, key=lambda key: (-counts[key], key))]


class CastModel(QAbstractListModel):
    """The cast's rows for a list view. GUI thread; owned by the cast's view-model."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._rows: list[CastRow] = []

    @property
    def rows(self) -> Sequence[CastRow]:
        """All rows, top to bottom."""
        return self._rows

    def replace(self, rows: Iterable[CastRow]) -> None:
        """Show other rows; says nothing when they are the same."""
        new = list(rows)
        if new == self._rows:
            return
        if [_identity(row) for row in new] == [_identity(row) for row in self._rows]:
            self._rows = new
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    def row_at(self, index: Index) -> CastRow | None:
        """Return the row at an index, None for an invalid one."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, row: CastRow | None) -> QModelIndex:
        """Return where a row of the same identity is; an invalid index when it is gone."""
        if row is not None:
            for number, candidate in enumerate(self._rows):
                if _identity(candidate) == _identity(row):
                    return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a row's words, its reason as a tip, or the row itself."""
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem
        return row if role == CastRole.ROW else None

    @overload
    def flags(self, index: QModelIndex) -> Qt.ItemFlag: ...
    @overload
    def flags(self, index: QPersistentModelIndex) -> Qt.ItemFlag: ...
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return which rows can be chosen; a broken character shows its reason instead."""
        row = self.row_at(index)
        if row is None or not row.can_be_chosen:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _identity(row: CastRow) -> tuple[object, ...]:
    title = row.title if row.persona_id is None and row.kind != CastRowKind.ARCHIVE else ""
    return (row.kind, title, row.persona_id, row.conversation_id, row.message_id)


def _groups(
    state: CastState, by_persona: Mapping[PersonaId, Sequence[Conversation]]
) -> list[tuple[str, list[PersonaRecord]]]:
    """Return the headings, each with its characters in order."""
    wanted = _filter(state.personas, state)
    if state.order == CastOrder.NAME:
        return [("By name", wanted)]
    if state.order == CastOrder.CHANGED:
        changed = sorted(wanted, key=lambda record: record.updated_at, reverse=True)
        return [("Recently changed", changed)]
    on_stage = sorted(
        (record for record in wanted if record.id in by_persona),
        key=lambda record: max(talk.updated_at for talk in by_persona[record.id]),
        reverse=True,
    )
    waiting = [record for record in wanted if record.id not in by_persona]
    return [("On stage", on_stage), ("Waiting", waiting)]


def _archive_rows(state: CastState) -> list[CastRow]:
    """Return the archive's heading, and its characters when it is open."""
    found = _filter(state.archived, state)
    if not found:
        return []
    mark = "shown" if state.is_archive_open else "hidden"
    heading = CastRow(CastRowKind.ARCHIVE, f"Archived · {len(found)}", mark=mark)
    if not state.is_archive_open:
        return [heading]
    return [heading, *(_persona_row(record, state) for record in found)]


def _filter(records: Iterable[PersonaRecord], state: CastState) -> list[PersonaRecord]:
    """Return those who match the words and have the tag."""
    words, tag = state.words.casefold().split(), state.tag.casefold()
    return [
        record
        for record in records
        if (not tag or any(own.casefold() == tag for own in record.persona.tags))
        and (not words or _matches(record, words))
    ]


def _matches(record: PersonaRecord, words: Sequence[str]) -> bool:
    persona = record.persona
    text = f"{persona.name} {persona.tagline} {' '.join(persona.tags)}".casefold()
    return all(word in text for word in words)


def _persona_row(record: PersonaRecord, state: CastState) -> CastRow:
    persona = record.persona
    return CastRow(
        CastRowKind.PERSONA,
        persona.name,
        record.problem or persona.tagline,
        persona_id=record.id,
        initials=initials_of(persona.name),
        tint=tint_of(persona.name),
        portrait=record.portrait,
        problem=record.problem,
        is_current=record.id == state.chosen_persona,
        is_archived=record.archived_at is not None,
    )


def _conversation_rows(
    conversations: Sequence[Conversation], state: CastState, now: datetime
) -> list[CastRow]:
    """Return one row a conversation; a single one needs none, the character stands for it."""
    if len(conversations) < 2:
        return []
    return [
        CastRow(
            CastRowKind.CONVERSATION,
            title_of(conversation, now),
            _count(conversation.message_count),
            mark=say_day(conversation.updated_at, now),
            persona_id=conversation.persona_id,
            conversation_id=conversation.id,
            is_current=conversation.id == state.chosen_conversation,
        )
        for conversation in conversations
    ]


def title_of(conversation: Conversation, now: datetime) -> str:
    """Return a conversation's title, or the day it began for one without."""
    return conversation.title or f"Begun {say_day(conversation.created_at, now)}"


def _count(messages: int) -> str:
    return "1 message" if messages == 1 else f"{messages} messages"


def _hit_rows(state: CastState) -> list[CastRow]:
    if not state.hits:
        return []
    personas = {talk.id: talk.persona_id for talk in state.conversations}
    everyone = (*state.personas, *state.archived)
    names = {record.id: record.persona.name for record in everyone}
    rows = [CastRow(CastRowKind.SECTION, "In what was said")]
    for hit in state.hits:
        persona_id = personas.get(hit.message.conversation_id)
        if persona_id is not None:
            rows.append(
                CastRow(
                    CastRowKind.HIT,
                    names.get(persona_id, hit.message.speaker),
                    " ".join(hit.snippet.replace("[", "").replace("]", "").split()),
                    persona_id=persona_id,
                    conversation_id=hit.message.conversation_id,
                    message_id=hit.message.id,
                )
            )
    return rows if len(rows) > 1 else []


def _nothing(state: CastState) -> str:
    if state.tag and not state.words:
        return f"Nobody has the tag “{state.tag}” any more."
    if state.words:
        return f"Nobody and nothing said matches “{state.words}”."
    return "Nobody is here yet. “New” makes a first character."

"""The cast as rows: headings, characters, the chosen one's conversations, words found.

    ON STAGE                     characters with a conversation, the last touched first
      Isla MacRae
        The lamp room   today    her conversations, when she is chosen and has several
    WAITING                      characters nobody has spoken to yet, by name
    IN WHAT WAS SAID             messages that hold the words searched for

`build_rows` is pure; the model hands the rows to the view by role. Knows no colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    HIT = "hit"
    EMPTY = "empty"


class CastRole(IntEnum):
    """Roles of the cast's model besides Qt's own."""

    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class CastRow:
    """One row. `problem` is why a character cannot be talked to. A value, any thread."""

    kind: CastRowKind
    title: str
    subtitle: str = ""
    mark: str = ""
    persona_id: PersonaId | None = None
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None
    initials: str = ""
    tint: int = 0
    problem: str | None = None
    is_current: bool = False

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


def build_rows(state: CastState, now: datetime) -> list[CastRow]:
    """Return the rows from top to bottom."""
    by_persona: dict[PersonaId, list[Conversation]] = {}
    for conversation in state.conversations:
        by_persona.setdefault(conversation.persona_id, []).append(conversation)
    wanted = [record for record in state.personas if _matches(record, state.words)]
    on_stage = sorted(
        (record for record in wanted if record.id in by_persona),
        key=lambda record: max(talk.updated_at for talk in by_persona[record.id]),
        reverse=True,
    )
    waiting = [record for record in wanted if record.id not in by_persona]
    rows: list[CastRow] = []
    for title, records in (("On stage", on_stage), ("Waiting", waiting)):
        if records:
            rows.append(CastRow(CastRowKind.SECTION, title))
        for record in records:
            rows.append(_persona_row(record, state))
            if record.id == state.chosen_persona:
                rows.extend(_conversation_rows(by_persona.get(record.id, []), state, now))
    rows.extend(_hit_rows(state))
    if not rows and state.is_loaded:
        rows.append(CastRow(CastRowKind.EMPTY, _nothing(state)))
    return rows


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
    title = row.title if row.persona_id is None else ""
    return (row.kind, title, row.persona_id, row.conversation_id, row.message_id)


def _matches(record: PersonaRecord, words: str) -> bool:
    text = f"{record.persona.name} {record.persona.tagline}".casefold()
    return all(word in text for word in words.casefold().split())


def _persona_row(record: PersonaRecord, state: CastState) -> CastRow:
    persona = record.persona
    return CastRow(
        CastRowKind.PERSONA,
        persona.name,
        record.problem or persona.tagline,
        persona_id=record.id,
        initials=initials_of(persona.name),
        tint=tint_of(persona.name),
        problem=record.problem,
        is_current=record.id == state.chosen_persona,
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
    names = {record.id: record.persona.name for record in state.personas}
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
    if state.words:
        return f"Nobody and nothing said matches “{state.words}”."
    return "Nobody is here yet. “New” makes a first character."

"""A row of the cast as a value, and the model that hands rows to the view by role.

Which rows there are is decided in `cast_rows`. Knows no colour and no service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, overload

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt

from app.domain.ids import ConversationId, MessageId, PersonaId
from ui.viewmodels.rows_model import Index, RowsModel

DRAGGED_PERSONA = "application/x-dramatis-persona"
"""What a row carries while it is dragged: the character's id."""


class CastRowKind(StrEnum):
    """What a row of the cast shows."""

    SECTION = "section"
    PERSONA = "persona"
    CONVERSATION = "conversation"
    FOLDER = "folder"
    ARCHIVE = "archive"
    HIT = "hit"
    SHEET_HIT = "sheet hit"
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

    `number` tells those of one name apart, 0 for the first or only one. `problem` is why a
    character cannot be talked to; `portrait` the picture's key, None without one; `folder` the
    one that a heading opens, or that the row stands in; `place` the dotted one in a sheet.
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
    number: int = 0
    portrait: str | None = None
    problem: str | None = None
    is_current: bool = False
    is_archived: bool = False
    folder: str = ""
    place: str = ""

    @property
    def can_be_chosen(self) -> bool:
        """Whether the row leads anywhere."""
        return self.kind not in {CastRowKind.SECTION, CastRowKind.EMPTY} and self.problem is None

    @property
    def _numbered(self) -> str:
        return f"{self.title}, number {self.number} of this name" if self.number else self.title

    @property
    def spoken(self) -> str:
        """The row as a sentence for a screen reader."""
        match self.kind:
            case CastRowKind.PERSONA if self.problem:
                return f"{self.title}. Cannot be opened: {self.problem}"
            case CastRowKind.PERSONA:
                more = "archived" if self.is_archived else self.subtitle
                return f"{self._numbered}, {more}" if more else self._numbered
            case CastRowKind.ARCHIVE:
                return f"{self.title}, {self.mark}"
            case CastRowKind.FOLDER:
                return f"Folder {self.title}, {self.subtitle}, {self.mark}"
            case CastRowKind.CONVERSATION:
                return f"Conversation {self.title}, {self.mark}, {self.subtitle}"
            case CastRowKind.SHEET_HIT:
                return f"Found in the sheet of {self.title}, {self.mark}: {self.subtitle}"
            case CastRowKind.HIT:
                return f"Found with {self.title}: {self.subtitle}"
            case _:
                return f"{self.title}, {self.subtitle}" if self.subtitle else self.title


class CastModel(RowsModel[CastRow]):
    """The cast's rows for a list view. GUI thread; owned by the cast's view-model."""

    def identity(self, row: CastRow) -> tuple[object, ...]:
        """Tell rows apart by whom or what they lead to, and headings by their words."""
        title = row.title if row.persona_id is None and row.kind != CastRowKind.ARCHIVE else ""
        if row.kind == CastRowKind.FOLDER:
            title = row.folder
        return (row.kind, title, row.persona_id, row.conversation_id, row.message_id)

    def index_of(self, row: CastRow | None) -> QModelIndex:
        """Return where a row of the same identity is; an invalid index when it is gone."""
        return QModelIndex() if row is None else self.index_of_identity(self.identity(row))

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

    def kind_at(self, place: int) -> CastRowKind:
        """Return what the row at that place shows: asked for every row at every layout."""
        return self._rows[place].kind

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """Say what a row carries while it is dragged."""
        return [DRAGGED_PERSONA]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        """Return the dragged character's id."""
        data = QMimeData()
        row = self.row_at(indexes[0]) if indexes else None
        if row is not None and row.persona_id is not None:
            data.setData(DRAGGED_PERSONA, row.persona_id.encode())
        return data

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """A dragged character is moved."""
        return Qt.DropAction.MoveAction

    @overload
    def flags(self, index: QModelIndex) -> Qt.ItemFlag: ...
    @overload
    def flags(self, index: QPersistentModelIndex) -> Qt.ItemFlag: ...
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return which rows can be chosen; a broken character shows its reason instead."""
        row = self.row_at(index)
        if row is None or not row.can_be_chosen:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_person = row.kind == CastRowKind.PERSONA and not row.is_archived
        return flags | Qt.ItemFlag.ItemIsDragEnabled if is_person else flags

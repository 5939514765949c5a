"""All lorebooks: which there are, who uses them, what was set aside; and what is done with one.

Follows every change of books and characters. Knows services and no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import PersonaRecord
from app.domain.ids import LorebookId, PersonaId
from app.domain.lore import LorebookRecord
from app.events import LorebooksChanged, PersonasChanged
from personas.lorebook import Lorebook
from ui.bridge import EventBridge, deliver
from ui.viewmodels.lore_rows import LoreListModel, LoreRow, LoreRowKind
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from concurrent.futures import Future

    from app.services.lore import LoreService
    from app.services.personas import PersonaService

_T = TypeVar("_T")
_NEW = "New lorebook"
_ASIDE = "Set aside"


class LoreShelf(QObject):
    """The books. GUI thread; owned by the window's lorebooks.

    Signals:
        changed: other books, other names, or other attachments.
        book_added(LorebookRecord): a new book wants to be opened.
        notice_raised(Notice): something to say quietly.
        failed(AppError): something did not work.
    """

    changed = Signal()
    book_added = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        lore: LoreService,
        personas: PersonaService,
        bridge: EventBridge,
        parent: QObject | None = None,
    ) -> None:
        """Listen for changes; nothing is fetched before `refresh`."""
        super().__init__(parent)
        self.model = LoreListModel()
        self._lore = lore
        self._personas = personas
        self._books: list[LorebookRecord] = []
        self._aside: list[LorebookRecord] = []
        self._names: dict[PersonaId, str] = {}
        self._is_asked = False
        bridge.event_arrived.connect(self._react)

    @property
    def books(self) -> list[LorebookRecord]:
        """All that are not set aside, by name."""
        return self._books

    @property
    def personas(self) -> dict[PersonaId, str]:
        """The characters by name."""
        return self._names

    def find(self, lorebook_id: str) -> LorebookRecord | None:
        """Return a book of the list, None for one that was set aside."""
        return next((book for book in self._books if book.id == lorebook_id), None)

    def find_aside(self, lorebook_id: str) -> LorebookRecord | None:
        """Return a book that was set aside."""
        return next((book for book in self._aside if book.id == lorebook_id), None)

    def attached_to(self, persona_id: PersonaId) -> list[LorebookRecord]:
        """Return the books of a character, without the one inside the card."""
        return [book for book in self._books if persona_id in book.attached_to]

    def users_of(self, record: LorebookRecord) -> list[tuple[PersonaId, str]]:
        """Return who uses a book."""
        return [(one, self._names[one]) for one in record.attached_to if one in self._names]

    def refresh(self) -> None:
        """Fetch everything."""
        self._is_asked = True
        deliver(self._lore.list_all(), self, self._take_books, self.failed.emit)
        deliver(self._lore.list_set_aside(), self, self._take_aside, self.failed.emit)
        everyone = self._personas.list_all(include_archived=True)
        deliver(everyone, self, self._take_names, self.failed.emit)

    def add(self, name: str = _NEW) -> None:
        """Make a new, empty book."""
        deliver(self._lore.add(Lorebook(name=name)), self, self.book_added.emit, self.failed.emit)

    def attach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> None:
        """Let a character know what stands in a book."""
        self._do(self._lore.attach(lorebook_id, persona_id))

    def detach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> None:
        """Take a book off a character, with a way back."""
        record = self.find(lorebook_id)
        name = self._names.get(persona_id, "the character")
        book = record.book.name if record else "The book"

        def tell(_record: object) -> None:
            notice = Notice(
                f"{book} is taken off {name}.",
                action="Attach again",
                act=lambda: self.attach(lorebook_id, persona_id),
            )
            self.notice_raised.emit(notice)

        self._do(self._lore.detach(lorebook_id, persona_id), tell)

    def set_aside(self, lorebook_id: LorebookId) -> None:
        """Take a book off the list and off every character, with a way back."""
        record = self.find(lorebook_id)
        name = record.book.name if record else "The book"

        def tell(_result: object) -> None:
            notice = Notice(
                f"{name} is set aside.",
                action="Bring back",
                act=lambda: self.restore(lorebook_id),
            )
            self.notice_raised.emit(notice)

        self._do(self._lore.set_aside(lorebook_id), tell)

    def restore(self, lorebook_id: LorebookId) -> None:
        """Bring a book back."""
        self._do(self._lore.restore(lorebook_id))

    def export(
        self, lorebook_id: LorebookId, path: Path, written: Callable[[Path], object]
    ) -> None:
        """Write a book as a world file."""
        self._do(self._lore.export_world(lorebook_id, path), written)

    def _do(self, future: Future[_T], take: Callable[[_T], object] | None = None) -> None:
        deliver(future, self, take, self.failed.emit)

    def _react(self, event: object) -> None:
        if self._is_asked and isinstance(event, LorebooksChanged | PersonasChanged):
            self.refresh()

    def _take_books(self, books: list[LorebookRecord]) -> None:
        self._books = books
        self._show()

    def _take_aside(self, books: list[LorebookRecord]) -> None:
        self._aside = books
        self._show()

    def _take_names(self, records: list[PersonaRecord]) -> None:
        self._names = {record.id: record.persona.name for record in records}
        self._show()

    def _show(self) -> None:
        rows = [self._row(book) for book in self._books]
        if self._aside:
            heading = f"{_ASIDE} \u00b7 {len(self._aside):,}"
            rows.append(LoreRow(LoreRowKind.HEADING, _ASIDE, heading))
            rows += [self._row(book, is_aside=True) for book in self._aside]
        self.model.replace(rows)
        self.changed.emit()

    def _row(self, record: LorebookRecord, *, is_aside: bool = False) -> LoreRow:
        count = len(record.book.entries)
        entries = "1 entry" if count == 1 else f"{count:,} entries"
        names = [name for _, name in self.users_of(record)]
        users = ", ".join(names) if names else "nobody's yet"
        line = record.problem or f"{entries} \u00b7 {users}"
        state = "Set aside: " if is_aside else ""
        return LoreRow(
            LoreRowKind.ROW,
            record.id,
            record.book.name,
            line,
            is_faded=is_aside,
            problem=record.problem or "",
            spoken=f"{state}{record.book.name}, {line}",
            tip=record.book.description or line,
        )

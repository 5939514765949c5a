"""Cards in: any number of files, read side by side, kept in batches; a bad one stops nothing.

Files are read on the pool, kept on the storage lane, and the whole is led on the imports lane.
Knows stores, never adapters; the formats are those of `personas.cards`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Flag

from app.domain.conversation import PersonaRecord
from app.domain.ids import ConversationId, LorebookId, PersonaId
from app.domain.lore import LorebookRecord
from app.errors import MachineError, UserError
from app.events import ConversationsChanged, EventHub, LorebooksChanged, PersonasChanged
from app.ports.authoring import CardStore, KeptCard, NewCard
from app.services.imported_conversations import bring_conversations
from app.tasks import Lane
from personas.cards import CardError, ImportedCard, read_card, with_portrait
from personas.cards.limits import FILE_BYTES
from personas.cards.receipt import Receipt
from personas.cards.said import SaidConversation

BATCH_CARDS = 25
"""A commit waits for the disk, whatever its size: so many cards share one."""
BATCH_BYTES = 16 * 1024**2
"""Of portraits that wait in memory for their commit."""
READ_AHEAD = 8
CARD_SUFFIXES = frozenset(
    {
        *(".png", ".apng", ".jpg", ".jpeg", ".webp"),
        *(".json", ".yaml", ".yml", ".character"),
        *(".charx", ".zip", ".byaf"),
    }
)
"""What is taken out of a folder. What a file is, its bytes say; this only passes over the rest."""

_TEXT_SUFFIXES = frozenset({".json", ".yaml", ".yml"})
_PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one file. A value; any thread.

    Exactly one of these holds: something was kept (`record`, or `lorebooks` alone),
    `duplicate_of` names what is here already, `portrait_of` the card of text alone to which this
    plain picture belongs, or `error` is a sentence.
    """

    file: Path
    record: PersonaRecord | None = None
    lorebooks: tuple[LorebookRecord, ...] = ()
    receipt: Receipt | None = None
    error: str | None = None
    duplicate_of: PersonaId | LorebookId | None = None
    conversations: tuple[ConversationId, ...] = ()
    portrait_of: Path | None = None


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come: `done` of `total` files are read, `file` the latest."""

    done: int
    total: int
    file: Path


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read: a card to keep, or an outcome that is final.

    `picture` lay beside it and is its portrait.
    """

    outcome: ImportOutcome
    card: NewCard | None = None
    conversations: tuple[SaidConversation, ...] = ()
    picture: Path | None = None


class ImportService:
    """Brings cards in. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        store: CardStore,
        user_name: Callable[[], str],
        hub: EventHub,
        storage_lane: Lane,
        imports_lane: Lane,
        pool: Lane,
    ) -> None:
        """Take the store; `user_name`, asked on the storage lane, names who talked."""
        self._store = store
        self._user_name = user_name
        self._hub = hub
        self._storage = storage_lane
        self._imports = imports_lane
        self._pool = pool
        self._is_closing = Flag()

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        on_progress: Callable[[ImportProgress], None] = lambda _: None,
        cancel: Flag | None = None,
        even_duplicates: bool = False,
    ) -> Future[list[ImportOutcome]]:
        """Read and keep files; resolves with an outcome for each, in their order.

        A folder stands for the card files in it and below. `on_progress` is called on the imports
        lane. After `cancel` the files that were read are kept and the others have no outcome. A
        card that is here already is passed over, unless `even_duplicates`.
        """

        def is_cancelled() -> bool:
            return self._is_closing.is_set() or (cancel is not None and cancel.is_set())

        def work() -> list[ImportOutcome]:
            files = _in_folders(paths)
            outcomes: list[ImportOutcome] = []
            pictures: dict[Path, Path] = {}
            batch = _Batch()
            try:
                for read in self._read_side_by_side(files, is_cancelled):
                    batch.add(read)
                    if read.picture is not None:
                        pictures[read.picture] = read.outcome.file
                    on_progress(
                        ImportProgress(len(outcomes) + len(batch), len(files), read.outcome.file)
                    )
                    if batch.is_full:
                        outcomes += self._keep(batch.take(), even_duplicates=even_duplicates)
                outcomes += self._keep(batch.take(), even_duplicates=even_duplicates)
            finally:
                # Whatever breaks it off, what was kept until then is there.
                self._tell(outcomes)
            return _with_portraits(outcomes, pictures)

        return self._imports.submit(work)

    def close(self) -> None:
        """End what is being imported after the files at hand; what was read is kept."""
        self._is_closing.set()

    def _read_side_by_side(
        self, files: Sequence[Path], is_cancelled: Callable[[], bool]
    ) -> Generator[_Read]:
        """Return the files in order, a few of them read ahead on the pool."""
        waiting: deque[tuple[Path, Future[_Read]]] = deque()
        for file in files:
            if is_cancelled():
                break
            waiting.append((file, self._pool.submit(lambda file=file: _read_file(file))))
            if len(waiting) >= READ_AHEAD:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())

    def _keep(self, batch: Sequence[_Read], *, even_duplicates: bool) -> list[ImportOutcome]:
        """Keep a batch in one transaction; when that fails, each card in one of its own."""
        try:
            kept = iter(self._add(batch, even_duplicates=even_duplicates))
            return [
                _with_kept(read.outcome, next(kept)) if read.card else read.outcome
                for read in batch
            ]
        except (UserError, MachineError) as error:
            if len(batch) > 1:
                return [
                    outcome
                    for read in batch
                    for outcome in self._keep([read], even_duplicates=even_duplicates)
                ]
            return [replace(read.outcome, error=error.message) for read in batch]

    def _add(self, batch: Sequence[_Read], *, even_duplicates: bool) -> list[KeptCard]:
        if not any(read.card for read in batch):
            return []

        def work() -> list[KeptCard]:
            cards = [self._with_conversations(read.card, read) for read in batch if read.card]
            return self._store.add_all(cards, even_duplicates=even_duplicates)

        return self._storage.call(work)

    def _with_conversations(self, card: NewCard, read: _Read) -> NewCard:
        """Return the card with what was said, by whoever the user is now. Storage lane."""
        if card.persona is None or not read.conversations:
            return card
        brought = bring_conversations(read.conversations, card.persona, self._user_name())
        return replace(card, conversations=brought)

    def _tell(self, outcomes: Sequence[ImportOutcome]) -> None:
        if any(outcome.record for outcome in outcomes):
            self._hub.publish(PersonasChanged())
        for outcome in outcomes:
            if outcome.record is not None and outcome.conversations:
                self._hub.publish(ConversationsChanged(outcome.record.id))
        if any(outcome.lorebooks for outcome in outcomes):
            self._hub.publish(LorebooksChanged())


class _Batch:
    """Files that wait for their commit. One import, imports lane."""

    def __init__(self) -> None:
        self._reads: list[_Read] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._reads)

    @property
    def is_full(self) -> bool:
        return len(self._reads) >= BATCH_CARDS or self._bytes >= BATCH_BYTES

    def add(self, read: _Read) -> None:
        self._reads.append(read)
        if read.card is not None:
            self._bytes += len(read.card.portrait or b"")

    def take(self) -> list[_Read]:
        reads, self._reads, self._bytes = self._reads, [], 0
        return reads


def _in_folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files, each folder replaced by the card files in it; an empty one stays itself."""
    found: list[Path] = []
    for path in paths:
        found += (_cards_below(path) or [path]) if _is_folder(path) else [path]
    return tuple(found)


def _is_folder(path: Path) -> bool:
    """Whether it is one; what the disk refuses to say here, it says of the file once more."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _cards_below(folder: Path) -> list[Path]:
    """Return the card files below a folder in order of their names; links are not followed."""
    cards: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        cards += (
            Path(place, name)
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() in CARD_SUFFIXES
        )
    return cards


def _result(file: Path, future: Future[_Read]) -> _Read:
    """Wait for a file; a fault of ours in reading it, which the lane has logged, stops no other."""
    if future.exception() is None:
        return future.result()
    sentence = f"{file.name} cannot be read because of a fault in Dramatis itself."
    return _Read(ImportOutcome(file, error=sentence))


def _read_file(file: Path) -> _Read:
    """Read one file; whatever is wrong with it becomes a sentence."""
    try:
        content = _content(file)
        found, picture = _with_picture_beside(read_card(content, file_name=file.name), file)
    except CardError as error:
        return _Read(ImportOutcome(file, error=str(error)))
    except OSError as error:
        reason = error.strerror or str(error)
        sentence = f"{file.name} cannot be read ({reason}). Check the file and try again."
        return _Read(ImportOutcome(file, error=sentence))
    except MemoryError:
        sentence = f"{file.name} is too large for this machine's memory. Ask for a smaller card."
        return _Read(ImportOutcome(file, error=sentence))
    outcome = ImportOutcome(file, receipt=found.receipt)
    return _Read(outcome, _to_new(found), found.conversations, picture)


def _with_picture_beside(found: ImportedCard, file: Path) -> tuple[ImportedCard, Path | None]:
    """Return the card; to one of text alone belongs the picture of the same name beside it.

    The picture's path comes with it where the picture has become the portrait.
    """
    is_text = file.suffix.lower() in _TEXT_SUFFIXES
    if not is_text or found.persona is None or found.portrait is not None:
        return found, None
    for suffix in _PICTURE_SUFFIXES:
        picture = file.with_suffix(suffix)
        with suppress(CardError, OSError):
            card = with_portrait(found, _content(picture), picture.name)
            return card, None if card.portrait is None else picture
    return found, None


def _with_portraits(
    outcomes: Sequence[ImportOutcome], pictures: Mapping[Path, Path]
) -> list[ImportOutcome]:
    """Return the outcomes; a plain picture that became a portrait is no card that failed."""
    failed = {outcome.file for outcome in outcomes if outcome.error is not None}
    return [
        replace(outcome, error=None, portrait_of=pictures[outcome.file])
        if outcome.file in failed and pictures.get(outcome.file, outcome.file) not in failed
        else outcome
        for outcome in outcomes
    ]


def _content(file: Path) -> bytes:
    """Return a file's bytes. Raises CardError for what is no file or too large, OSError else."""
    if file.is_dir():
        problem = "There is no card file in this folder."
        raise CardError(file.name, problem, "Choose the card files themselves.")
    if not file.is_file() and file.exists():
        problem = "This is no file."
        raise CardError(file.name, problem, "Choose the card files themselves.")
    with file.open("rb") as stream:
        content = stream.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        problem = f"The file is larger than {FILE_BYTES // 1024**2} MB."
        raise CardError(file.name, problem, "No card needs that; ask its maker for a smaller one.")
    return content


def _to_new(found: ImportedCard) -> NewCard:
    return NewCard(found.persona, found.portrait, found.lorebooks, found.fingerprint)


def _with_kept(outcome: ImportOutcome, kept: KeptCard) -> ImportOutcome:
    return replace(
        outcome,
        record=kept.persona,
        lorebooks=kept.lorebooks,
        duplicate_of=kept.duplicate_of,
        conversations=kept.conversations,
    )

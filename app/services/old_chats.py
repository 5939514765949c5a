"""Old chats in: each becomes a conversation of a character, which remembers it.

Read, kept and waited for on a lane of its own; memories are written between turns, as all
memories are. A bad file stops nothing. Knows ports; the formats are those of `personas.chats`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from threading import Event as Flag
from time import monotonic

from app.domain.conversation import PersonaRecord
from app.domain.ids import ConversationId, PersonaId
from app.errors import AppError, UserError
from app.events import ConversationsChanged, EventHub
from app.ports.authoring import ChatStore, NewConversation, UserPersonaStore
from app.ports.memory_store import StoryMemoryStore
from app.ports.stores import PersonaStore
from app.services.casting import UNNAMED, CastChat, Naming, cast_chat
from app.services.memories import MemoryService
from app.services.readable import require_talkable
from app.services.user_names import name_by_default
from app.settings import Settings
from app.tasks import Lane
from personas.cards.limits import FILE_BYTES
from personas.cards.receipt import Receipt, ReceiptRow, RowKind
from personas.chats import Chat, ChatFileError, read_chats

CHAT_SUFFIXES = frozenset({".jsonl", ".json", ".byaf", ".md"})
"""What a window offers to choose. What a file is, its bytes say."""

_LOOK_SECONDS = 0.5  # How often it is seen how far the writing of memories has come,
_LOOK_SHARE = 0.1  # but for no more of the time than this: a look counts all memories.


class ChatStage(StrEnum):
    """What is being done with old chats."""

    KEEPING = "keeping"
    REMEMBERING = "remembering"


@dataclass(frozen=True, slots=True)
class ChatProgress:
    """How far it has come: `done` of `total` files are kept, or exchanges remembered."""

    stage: ChatStage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TakenChat:
    """What became of one chat. A value; any thread.

    `conversation_id` is the conversation that it is now; `duplicate_of` the one that it was
    already; otherwise `error` is a sentence, and `needs_names` tells that saying who is who may
    help. `unheard` lines were said in the character's absence; `memories` counts what stands of
    it by now.
    """

    title: str
    conversation_id: ConversationId | None = None
    duplicate_of: ConversationId | None = None
    error: str | None = None
    needs_names: bool = False
    messages: int = 0
    unheard: int = 0
    exchanges: int = 0
    memories: int = 0


@dataclass(frozen=True, slots=True)
class ChatOutcome:
    """What became of one file: its chats and the receipt, or a sentence. A value."""

    file: Path
    chats: tuple[TakenChat, ...] = ()
    receipt: Receipt | None = None
    error: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything in it is here now."""
        return self.error is None and all(chat.error is None for chat in self.chats)


class OldChatService:
    """Takes old chats in. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        personas: PersonaStore,
        users: UserPersonaStore,
        memory_store: StoryMemoryStore,
        memories: MemoryService,
        settings: Callable[[], Settings],
        hub: EventHub,
        storage_lane: Lane,
        chats_lane: Lane,
    ) -> None:
        """Take the ports, and the writer of memories."""
        self._chats = chats
        self._personas = personas
        self._users = users
        self._store = memory_store
        self._memories = memories
        self._settings = settings
        self._hub = hub
        self._storage = storage_lane
        self._lane = chats_lane
        self._is_closing = Flag()

    def bring_in(
        self,
        files: Sequence[Path],
        persona_id: PersonaId,
        *,
        user_name: str = "",
        character_name: str = "",
        even_duplicates: bool = False,
        on_progress: Callable[[ChatProgress], None] = lambda _: None,
        cancel: Flag | None = None,
    ) -> Future[list[ChatOutcome]]:
        """Make conversations of old chats and remember them; an outcome for each file begun.

        A folder stands for the .jsonl files in it and below. `user_name` and `character_name` say
        who is who where a chat does not. `on_progress` is
        called on the chats' lane. After `cancel` what is kept stays, and is remembered in idle
        time. UserError for a persona that nobody can talk with.
        """

        def is_cancelled() -> bool:
            return self._is_closing.is_set() or (cancel is not None and cancel.is_set())

        def work() -> list[ChatOutcome]:
            record = self._storage.call(lambda: require_talkable(self._personas.get(persona_id)))
            naming = Naming(user_name.strip(), character_name.strip(), self._default_user())
            outcomes: list[ChatOutcome] = []
            chosen = _in_folders(files)
            for file in chosen:
                if is_cancelled():
                    break
                on_progress(ChatProgress(ChatStage.KEEPING, len(outcomes), len(chosen)))
                outcomes.append(self._bring_one(file, record, naming, even_duplicates))
            else:
                on_progress(ChatProgress(ChatStage.KEEPING, len(chosen), len(chosen)))
            if not any(chat.conversation_id for one in outcomes for chat in one.chats):
                return outcomes
            self._hub.publish(ConversationsChanged(persona_id))
            return self._remember(outcomes, persona_id, on_progress, is_cancelled)

        return self._lane.submit(work)

    def close(self) -> None:
        """End what is being taken in after the file at hand; what was kept stays. Idempotent."""
        self._is_closing.set()

    def _default_user(self) -> str:
        return self._storage.call(lambda: name_by_default(self._users, self._settings()))

    def _bring_one(
        self, file: Path, record: PersonaRecord, naming: Naming, even_duplicates: bool
    ) -> ChatOutcome:
        """Read and keep one file; whatever is wrong with it becomes a sentence."""
        try:
            found = read_chats(_content(file), file_name=file.name)
        except ChatFileError as error:
            return ChatOutcome(file, error=str(error))
        except UserError as error:
            return ChatOutcome(file, error=error.message)
        except MemoryError:
            sentence = f"{file.name} is too large for this machine's memory. Divide it."
            return ChatOutcome(file, error=sentence)
        taken: list[TakenChat] = []
        rows: list[ReceiptRow] = list(found.receipt.rows)
        for chat in found.chats:
            one, more = self._keep(chat, record, naming, even_duplicates)
            taken.append(one)
            rows += more
        if not self._settings().remembering.enabled:
            why = "Remembering is switched off: they are conversations only, until it is on."
            rows.append(ReceiptRow(RowKind.LEFT, "Memories", "memories", why))
        return ChatOutcome(file, tuple(taken), replace(found.receipt, rows=tuple(rows)))

    def _keep(
        self, chat: Chat, record: PersonaRecord, naming: Naming, even_duplicates: bool
    ) -> tuple[TakenChat, Sequence[ReceiptRow]]:
        try:
            cast = cast_chat(chat, record.persona, naming)
            kept = self._storage.call(
                lambda: self._chats.keep_chat(
                    record.id, self._with_user(cast), even_duplicates=even_duplicates
                )
            )
        except AppError as error:
            needs_names = error.code in UNNAMED
            return TakenChat(chat.title, error=error.message, needs_names=needs_names), ()
        taken = TakenChat(
            chat.title,
            None if kept.is_duplicate else kept.conversation_id,
            kept.conversation_id if kept.is_duplicate else None,
            messages=len(cast.conversation.messages),
            unheard=cast.unheard,
            exchanges=cast.exchanges,
        )
        return taken, () if kept.is_duplicate else cast.rows

    def _with_user(self, cast: CastChat) -> NewConversation:
        """Return the conversation with whom the user is, where one is called so. Storage lane."""
        name = cast.conversation.user_name.casefold()
        known = [one for one in self._users.list_all() if not one.problem]
        default = self._users.default()
        known.sort(key=lambda one: default is None or one.id != default.id)
        found = next((one for one in known if one.user_persona.name.casefold() == name), None)
        return replace(cast.conversation, user_persona_id=found.id if found else None)

    def _remember(
        self,
        outcomes: Sequence[ChatOutcome],
        persona_id: PersonaId,
        on_progress: Callable[[ChatProgress], None],
        is_cancelled: Callable[[], bool],
    ) -> list[ChatOutcome]:
        """Wait until what was taken in is remembered, and say what there is of it."""
        writing = [
            self._memories.record_pending(persona_id),
            self._memories.note_pending(persona_id),
        ]
        total = sum(
            chat.exchanges for one in outcomes for chat in one.chats if chat.conversation_id
        )
        is_over = False
        while True:
            began = monotonic()
            counts = self._storage.call(lambda: self._store.count_by_conversation(persona_id))
            pause = max(_LOOK_SECONDS, (monotonic() - began) / _LOOK_SHARE)
            outcomes = [_with_memories(one, counts) for one in outcomes]
            done = sum(min(chat.memories, chat.exchanges) for one in outcomes for chat in one.chats)
            on_progress(ChatProgress(ChatStage.REMEMBERING, done, total))
            if is_over or is_cancelled():
                return list(outcomes)
            is_over = not wait(writing, timeout=pause).not_done


def _with_memories(outcome: ChatOutcome, counts: dict[ConversationId, int]) -> ChatOutcome:
    chats = tuple(
        replace(chat, memories=counts.get(chat.conversation_id, 0))
        if chat.conversation_id
        else chat
        for chat in outcome.chats
    )
    return replace(outcome, chats=chats)


def _in_folders(files: Sequence[Path]) -> list[Path]:
    """Return the files, each folder replaced by the chats in it; an empty one stays itself."""
    found: list[Path] = []
    for file in files:
        inside = sorted(one for one in file.rglob("*.jsonl") if one.is_file())
        found += inside or [file]
    return found


def _content(file: Path) -> bytes:
    """Return a file's bytes; UserError for what is none, or too large."""
    try:
        if not file.is_file() and file.exists():
            message = f"{file.name} is no file. Choose the files of the chats themselves."
            raise UserError(message, code="chat-unreadable")
        with file.open("rb") as stream:
            content = stream.read(FILE_BYTES + 1)
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Check that the file is there."
        raise UserError(message, code="chat-unreadable") from error
    if len(content) > FILE_BYTES:
        message = f"{file.name} is larger than {FILE_BYTES // 1024**2} MB. Divide it into parts."
        raise UserError(message, code="chat-long")
    return content

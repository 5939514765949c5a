"""Conversations: open, list, leaf through, search.

A new conversation begins with the character's greeting, the other greetings beside it as
alternatives. Knows stores, never adapters.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from app.domain.conversation import Author, Conversation, Message, MessageState, PersonaRecord
from app.domain.generation import Usage
from app.domain.ids import ConversationId, MessageId, PersonaId, UserPersonaId
from app.domain.memory import Recalled
from app.errors import UserError
from app.events import ConversationsChanged, EventHub, TranscriptChanged
from app.ports.authoring import UserPersonaStore
from app.ports.stores import ConversationStore, NewMessage, PersonaStore, SearchHit
from app.services.readable import require_talkable
from app.services.user_names import name_by_default
from app.settings import Settings
from app.tasks import Lane
from personas.immersion import greeting_texts
from personas.macro_setting import setting_of


@dataclass(frozen=True, slots=True)
class ReplyDetails:
    """What is known of one message besides its text. Any thread."""

    message: Message
    usage: Usage | None
    recalled: tuple[Recalled, ...]


class ConversationService:
    """What a person does with conversations. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        personas: PersonaStore,
        conversations: ConversationStore,
        users: UserPersonaStore,
        hub: EventHub,
        storage_lane: Lane,
        settings: Callable[[], Settings],
    ) -> None:
        """Take the stores; nothing happens yet."""
        self._personas = personas
        self._store = conversations
        self._users = users
        self._hub = hub
        self._storage = storage_lane
        self._settings = settings

    def list_all(self, persona_id: PersonaId | None = None) -> Future[list[Conversation]]:
        """Return conversations, the last touched first."""
        return self._storage.submit(lambda: self._store.list_all(persona_id))

    def get(self, conversation_id: ConversationId) -> Future[Conversation]:
        """Return one; UserError when there is none with that id."""
        return self._storage.submit(lambda: self._store.get(conversation_id))

    def create(self, persona_id: PersonaId, *, greeting: int = 0) -> Future[Conversation]:
        """Open a new conversation, which begins with that greeting."""
        return self._storage.submit(lambda: self._create(persona_id, greeting))

    def open_latest(self, persona_id: PersonaId) -> Future[Conversation]:
        """Return the last touched conversation with a character, or a new one."""

        def work() -> Conversation:
            existing = self._store.list_all(persona_id)
            return existing[0] if existing else self._create(persona_id, 0)

        return self._storage.submit(work)

    def rename(self, conversation_id: ConversationId, title: str) -> Future[Conversation]:
        """Give another title."""
        return self._changing(lambda: self._store.rename(conversation_id, title.strip()))

    def set_user_persona(
        self, conversation_id: ConversationId, user_persona_id: UserPersonaId | None
    ) -> Future[Conversation]:
        """Say who the user is from here on; None for the name in the settings.

        While nothing was said yet, the greetings call the user by the new name.
        """

        def work() -> Conversation:
            before = self._store.get(conversation_id)
            name = self._settings().writing.user_name
            if user_persona_id is not None:
                user = self._users.get(user_persona_id)
                if user.problem:
                    raise UserError(user.problem, code="user-persona-broken")
                name = user.user_persona.name
            changed = self._store.set_user(conversation_id, name, user_persona_id)
            if self._greet_anew(before, changed):
                self._hub.publish(TranscriptChanged(conversation_id))
                return self._store.get(conversation_id)
            return changed

        return self._changing(work)

    def set_aside(self, conversation_id: ConversationId) -> Future[Conversation]:
        """Take a conversation off the list; `restore` brings it back."""

        def work() -> Conversation:
            conversation = self._store.get(conversation_id)
            self._store.set_aside(conversation_id)
            return conversation

        return self._changing(work)

    def restore(self, conversation_id: ConversationId) -> Future[Conversation]:
        """Bring a conversation back onto the list."""

        def work() -> Conversation:
            self._store.restore(conversation_id)
            return self._store.get(conversation_id)

        return self._changing(work)

    def page(
        self,
        conversation_id: ConversationId,
        *,
        before: MessageId | None = None,
        limit: int | None = 50,
    ) -> Future[list[Message]]:
        """Return the newest messages of the path (or those above `before`), oldest first."""
        return self._storage.submit(
            lambda: self._store.path(conversation_id, before=before, limit=limit)
        )

    def siblings(self, message_id: MessageId) -> Future[list[Message]]:
        """Return a message's alternatives in order, itself among them."""
        return self._storage.submit(lambda: self._store.siblings(message_id))

    def deleted(self, conversation_id: ConversationId) -> Future[list[Message]]:
        """Return what `ChatService.bring_back` can bring back, the last deleted first."""
        return self._storage.submit(lambda: self._store.deleted(conversation_id))

    def details(self, message_id: MessageId) -> Future[ReplyDetails]:
        """Return a reply's cost and what was recalled for it."""
        return self._storage.submit(
            lambda: ReplyDetails(
                self._store.message(message_id),
                self._store.usage_of(message_id),
                self._store.recalled_for(message_id),
            )
        )

    def search(self, words: str) -> Future[list[SearchHit]]:
        """Find messages by their words, over all conversations."""
        return self._storage.submit(lambda: self._store.search(words))

    def settle(self) -> Future[int]:
        """Mark what a crash left unfinished as stopped; return how many there were.

        A reply without a word goes. Called once, when the context opens.
        """

        def work() -> int:
            unfinished = self._store.unfinished()
            for message in unfinished:
                self._store.checkpoint(message.id, message.text, MessageState.STOPPED)
                if not message.text:
                    self._store.delete(message.id)
            return len(unfinished)

        return self._storage.submit(work)

    def _changing(self, work: Callable[[], Conversation]) -> Future[Conversation]:
        def run() -> Conversation:
            conversation = work()
            self._hub.publish(ConversationsChanged(conversation.persona_id))
            return conversation

        return self._storage.submit(run)

    def _create(self, persona_id: PersonaId, greeting: int) -> Conversation:
        record = require_talkable(self._personas.get(persona_id))
        user = self._users.default()
        if user is not None and user.problem:
            user = None
        user_name = name_by_default(self._users, self._settings())
        conversation = self._store.create(
            record, title="", user_name=user_name, user_persona_id=user.id if user else None
        )
        first = self._greet(conversation, record, user_name)
        if first and greeting:
            chosen = first[min(greeting, len(first) - 1)]
            self._store.select(conversation.id, chosen)
        elif first:
            self._store.select(conversation.id, first[0])
        self._hub.publish(ConversationsChanged(persona_id))
        return self._store.get(conversation.id)

    def _greet(
        self, conversation: Conversation, record: PersonaRecord, user_name: str
    ) -> list[MessageId]:
        """Append every greeting as a root; return their ids."""
        return [
            self._store.append(
                conversation.id, None, NewMessage(Author.CHARACTER, record.persona.name, text)
            ).id
            for text in _greetings(conversation, record, user_name)
        ]

    def _greet_anew(self, before: Conversation, changed: Conversation) -> bool:
        """Write another name into greetings that nobody answered or edited; say if any was."""
        path = self._store.path(changed.id, limit=2)
        if len(path) != 1 or path[0].author is not Author.CHARACTER:
            return False
        record = self._personas.get(changed.persona_id)
        if record.problem:
            return False
        said = _greetings(before, record, before.user_name)
        anew = dict(zip(said, _greetings(changed, record, changed.user_name), strict=True))
        is_other = False
        for greeting in self._store.siblings(path[0].id):
            text = anew.get(greeting.text, greeting.text)
            if text != greeting.text:
                self._store.edit(greeting.id, text)
                is_other = True
        return is_other


def _greetings(conversation: Conversation, record: PersonaRecord, user_name: str) -> list[str]:
    began_at = conversation.created_at.astimezone()
    setting = setting_of(record.persona, user_name, seed=conversation.id, moment=began_at)
    # The first words are for the user to read, who may well be called "you" there.
    setting = replace(setting, user=user_name)
    return list(greeting_texts(record.persona, user_name, setting))

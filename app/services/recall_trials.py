"""Measures recall on dialogues with known answers, beside two plain ways of finding.

Dialogues go the way of every conversation: kept as messages, remembered by the writer, found by
recall. It fills the home that it runs in, so the home should be a temporary one. Knows ports
only; what a file of dialogues looks like is its callers' affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from app.domain.conversation import Author, Message
from app.domain.ids import ConversationId, LineId, MessageId, PersonaId, new_id
from app.domain.memory import Memory, StoryLine, Vector
from app.ports.authoring import CardStore, NewCard, NewConversation, NewTakes
from app.ports.engine import Embedder
from app.ports.memory_index import RebuildableIndex
from app.ports.memory_store import StoryMemoryStore
from app.ports.stores import ConversationStore, NewMessage
from app.services.recall import Asked, RecallService
from app.services.stems import stems
from app.tasks import Lane
from personas.persona import Persona

SILENCE = "…"
"""What stands for a speaker who says nothing where another would speak twice in a row."""

_PLAIN_REACH = 4


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """What one speaker said; `day` tells which sitting it belongs to. A value."""

    id: str
    by_first: bool
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Two speakers' sittings, in order; the first speaker is the user. A value."""

    speakers: tuple[str, str]
    turns: tuple[DialogueTurn, ...]


@dataclass(frozen=True, slots=True)
class ToldDialogue:
    """A dialogue that is remembered, and which message is which turn. A value."""

    persona_id: PersonaId
    conversation_id: ConversationId
    turn_of: dict[MessageId, str]


@dataclass(frozen=True, slots=True)
class TrialAnswer:
    """The turns found for one question, by recall and by two plain ways; recall's seconds."""

    recalled: tuple[str, ...]
    nearest: tuple[str, ...]
    by_words: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class TrialParts:
    """The app's own parts, of a home that is thrown away. A value.

    `record` has everything that was said with a persona remembered, `note` noted.
    """

    cards: CardStore
    conversations: ConversationStore
    memories: StoryMemoryStore
    index: RebuildableIndex
    embedder: Embedder
    recall: RecallService
    record: Callable[[PersonaId], Future[int]]
    note: Callable[[PersonaId], Future[int]]
    storage_lane: Lane


class RecallTrialService:
    """Runs trials of recall. Owned by the app context; any thread but the lanes."""

    def __init__(self, parts: TrialParts) -> None:
        """Take the parts; nothing happens yet."""
        self._parts = parts

    def tell(self, dialogue: Dialogue) -> ToldDialogue:
        """Keep a dialogue as a conversation and have it remembered."""
        user, character = dialogue.speakers
        said = list(_alternating(dialogue.turns))
        card = card_of(character, user, [(turn.by_first, turn.text, turn.said_at) for turn in said])

        def keep() -> tuple[PersonaId, ConversationId, list[Message]]:
            [kept] = self._parts.cards.add_all([card], even_duplicates=True)
            [conversation_id] = kept.conversations
            persona_id = self._parts.conversations.get(conversation_id).persona_id
            return persona_id, conversation_id, self._parts.conversations.path(conversation_id)

        persona_id, conversation_id, path = self._parts.storage_lane.call(keep)
        self._parts.record(persona_id).result()
        self._parts.note(persona_id).result()
        return ToldDialogue(
            persona_id,
            conversation_id,
            {message.id: turn.id for message, turn in zip(path, said, strict=True) if turn.id},
        )

    def ask_all(
        self, told: ToldDialogue, questions: Sequence[str], count: int
    ) -> list[TrialAnswer]:
        """Return the first `count` source turns for each question, three ways."""
        asked = [
            self._parts.recall.ask(told.persona_id, told.conversation_id, text)
            for text in questions
        ]
        bare = self._embed([one.question.bare for one in asked])
        whole = self._embed(questions)
        return [
            self._answer(told, *one, count)
            for one in zip(asked, questions, bare, whole, strict=True)
        ]

    def _answer(
        self,
        told: ToldDialogue,
        asked: Asked,
        question: str,
        bare: Vector,
        whole: Vector,
        count: int,
    ) -> TrialAnswer:
        found, seconds = self._timed(asked, bare, count)
        turns = [
            told.turn_of.get(message_id) for line in found for message_id in self._sources(line)
        ]
        neighbours = self._parts.index.nearest(told.persona_id, whole, count * _PLAIN_REACH)
        wanted = tuple(dict.fromkeys(stems(question)))
        by_words = self._parts.storage_lane.call(
            lambda: self._parts.memories.lines_with(asked.scope, wanted, count * _PLAIN_REACH)
        )
        nearest = [one.line_id for one in neighbours]
        return TrialAnswer(
            _first(turns, count),
            _first(self._turns(told, asked, nearest), count),
            _first(self._turns(told, asked, by_words), count),
            seconds,
        )

    def _timed(
        self, asked: Asked, vector: Vector, count: int
    ) -> tuple[list[tuple[StoryLine, Memory]], float]:
        started = perf_counter()
        found = self._parts.recall.search(asked, vector, count=count)
        seconds = perf_counter() - started
        return [(one.line, found.memories[one.line.memory_id]) for one in found.lines], seconds

    @staticmethod
    def _sources(found: tuple[StoryLine, Memory]) -> list[MessageId]:
        """Return the message of a line, or those that a note was made from."""
        line, memory = found
        if line.message_id is not None:
            return [line.message_id]
        return [source.message_id for source in memory.sources]

    def _turns(
        self, told: ToldDialogue, asked: Asked, line_ids: Sequence[LineId]
    ) -> list[str | None]:
        key = self._parts.embedder.model_key
        lines = self._parts.storage_lane.call(
            lambda: self._parts.memories.lines_around(asked.scope, line_ids, key, 0)
        )
        message_of = {line.id: line.message_id for line in lines if line.message_id is not None}
        return [
            told.turn_of.get(message_of[line_id]) for line_id in line_ids if line_id in message_of
        ]

    def _embed(self, texts: Sequence[str]) -> list[Vector]:
        """Embed what is of like length together, which pads least."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        vectors = self._parts.embedder.embed([texts[place] for place in order])
        by_place = dict(zip(order, vectors, strict=True))
        return [by_place[place] for place in range(len(texts))]


def card_of(character: str, user: str, said: Sequence[tuple[bool, str, datetime]]) -> NewCard:
    """Return a character who has said this with the user; True is the user's."""
    messages = tuple(
        NewTakes(
            (
                NewMessage(Author.USER, user, text)
                if by_user
                else NewMessage(Author.CHARACTER, character, text),
            ),
            said_at=moment,
        )
        for by_user, text, moment in said
    )
    conversation = NewConversation(character, user, messages)
    return NewCard(Persona(name=character), None, (), new_id(), (conversation,))


def _alternating(turns: Sequence[DialogueTurn]) -> Iterable[DialogueTurn]:
    """Put silences in, so that every turn is half of an exchange of its own sitting."""
    is_open: DialogueTurn | None = None
    for turn in turns:
        if is_open is not None and (turn.by_first or turn.said_at.date() != is_open.said_at.date()):
            yield DialogueTurn("", by_first=False, text=SILENCE, said_at=is_open.said_at)
            is_open = None
        if is_open is None and not turn.by_first:
            yield DialogueTurn("", by_first=True, text="", said_at=turn.said_at)
        yield turn
        is_open = turn if turn.by_first else None
    if is_open is not None:
        yield DialogueTurn("", by_first=False, text=SILENCE, said_at=is_open.said_at)


def _first(turns: Iterable[str | None], count: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(turn for turn in turns if turn))[:count]

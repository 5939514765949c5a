"""Writes notes: reads exchanges, embeds what is noted, ties it to what was noted before.

One exchange after the other, in chunks whose notes are embedded together. Where the model takes
the notes, it is told that something is to be read, and what it noted is kept here. Knows ports
only; what is noted and what replaces what is decided in `noting`. Memory lane.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from app.domain.conversation import Author, Conversation
from app.domain.ids import (
    ConversationId,
    LineId,
    MemoryId,
    MessageVersionId,
    PersonaId,
)
from app.domain.memory import Line, Memory, MemoryKind, NewMemory, Scope, Triple, Vector
from app.ports.engine import Embedder
from app.ports.extractor import Extractor, Note, Speakers
from app.ports.memory_index import MemoryIndex
from app.ports.memory_store import Exchange, StoryMemoryStore
from app.ports.stores import ConversationStore, PersonaStore
from app.services.noting.claims import facts_of
from app.services.noting.layers import first_layer
from app.services.noting.note_ties import ANYTHING, OVER, Candidate, ties_of
from app.services.reflecting import ReflectionWriter
from app.services.stems import stems
from app.settings import Settings
from app.tasks import Lane

EXCHANGES_AT_ONCE = 32

_NEAREST = 48
_NAMED = 400


@dataclass(frozen=True, slots=True)
class Unread:
    """An exchange to be read for notes: who speaks in it, and where its notes count. A value."""

    exchange: Exchange
    speakers: Speakers
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Draft:
    """A note on its way to being kept. A value."""

    memory: Memory
    note: Note
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Kept:
    """A note of this chunk, with what later ones are compared by. A value."""

    draft: _Draft
    vector: Vector


class NoteWriter:
    """Makes notes of exchanges that were not read for any, then reflects on the stories.

    Owned by the context; memory lane.
    """

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        conversations: ConversationStore,
        personas: PersonaStore,
        index: MemoryIndex,
        embedder: Embedder,
        extractor: Callable[[], Extractor],
        reflections: ReflectionWriter,
        storage_lane: Lane,
        settings: Callable[[], Settings],
        hand_over: Callable[[PersonaId | None], bool] = lambda _: False,
    ) -> None:
        """Take the ports; `extractor` is asked anew for each chunk, as settings may change.

        `hand_over` is asked first: it returns whether the model reads what is pending, which
        it then begins to do.
        """
        self._store = store
        self._conversations = conversations
        self._personas = personas
        self._index = index
        self._embedder = embedder
        self._extractor = extractor
        self._reflections = reflections
        self._storage = storage_lane
        self._settings = settings
        self._hand_over = hand_over

    def steps(self, persona_id: PersonaId | None) -> Generator[int, None, None]:
        """Yield how many notes and reflections each step kept, until all is read. Memory lane."""
        if self._hand_over(persona_id):
            return
        extractor = self._extractor()
        stories: dict[ConversationId, None] = {}
        for chunk in self._chunks(persona_id, extractor.key):
            if not chunk:
                yield 0
                continue
            stories |= dict.fromkeys(exchange.said.conversation_id for exchange in chunk)
            drafts = [
                draft
                for unread in self._storage.call(lambda chunk=chunk: self._describe(chunk))
                for draft in _drafts(
                    unread, extractor.extract(unread.exchange, unread.speakers), extractor.key
                )
            ]
            yield 0
            kept = self._keep(drafts)
            self._storage.call(lambda chunk=chunk: self._store.mark_all_read(chunk, extractor.key))
            yield kept
        for story in stories:
            yield self._reflections.reflect(story)

    def next_unread(
        self, persona_id: PersonaId | None, passed_over: Collection[MessageVersionId]
    ) -> Unread | None:
        """Return the oldest exchange that nobody read, but for replies that are passed over.

        What the rules have read the model need not read again, nor the other way round.
        """
        key = self._extractor().key

        count = len(passed_over) + 1
        place: int | None = 0
        while place is not None:
            part = self._storage.call(
                lambda after=place: self._store.pending_part(persona_id, key, after, count)
            )
            for exchange in part.exchanges:
                if exchange.reply.version_id not in passed_over:
                    return self._storage.call(lambda one=exchange: self._describe([one])[0])
            place = part.following
        return None

    def keep_read(
        self, unread: Unread, notes: Sequence[Note], key: str
    ) -> Generator[int, None, None]:
        """Keep what another extractor noted of an exchange, in steps as `steps` does."""
        kept = self._keep(_drafts(unread, notes, key))

        def mark() -> None:
            for one in (key, self._extractor().key):
                self._store.mark_read(unread.exchange, one)

        self._storage.call(mark)
        yield kept
        yield self._reflections.reflect(unread.exchange.said.conversation_id)

    def _chunks(self, persona_id: PersonaId | None, key: str) -> Iterator[list[Exchange]]:
        """Yield what was not read for notes, oldest first, and nothing for a part without."""
        place: int | None = 0
        while place is not None:
            part = self._storage.call(
                lambda after=place: self._store.pending_part(persona_id, key, after)
            )
            for start in range(0, max(1, len(part.exchanges)), EXCHANGES_AT_ONCE):
                yield part.exchanges[start : start + EXCHANGES_AT_ONCE]
            place = part.following

    def _describe(self, chunk: Sequence[Exchange]) -> list[Unread]:
        """Return exchanges with all that their notes depend on. Storage lane."""
        stories = {exchange.said.conversation_id for exchange in chunk}
        settled = {one: self._settled(one) for one in stories}
        unread: list[Unread] = []
        for exchange in chunk:
            conversation, name, facts = settled[exchange.said.conversation_id]
            speakers = Speakers(*_names(exchange, conversation.user_name, name), facts)
            scope = Scope(
                conversation.persona_id,
                conversation.id,
                conversation.user_persona_id,
                self._settings().remembering.between_stories,
            )
            unread.append(Unread(exchange, speakers, scope))
        return unread

    def _settled(self, story: ConversationId) -> tuple[Conversation, str, tuple[Triple, ...]]:
        """Return a conversation, its persona's name and what the sheet says. Storage lane."""
        conversation = self._conversations.get(story)
        record = self._personas.get(conversation.persona_id)
        return conversation, record.persona.name, facts_of(record.persona)

    def _keep(self, drafts: Sequence[_Draft]) -> int:
        """Embed, tie and keep the notes of a chunk; return how many.

        Whatever the user had forgotten since it was read stays forgotten.
        """
        drafts = self._storage.call(lambda: self._unforgotten(drafts))
        if not drafts:
            return 0
        vectors = self._embedder.embed([draft.memory.text for draft in drafts])
        named = self._named(drafts)
        kept: list[_Kept] = []
        new: list[NewMemory] = []
        for draft, vector in zip(drafts, vectors, strict=True):
            candidates = [
                *self._stored(draft, vector, named[draft.scope]),
                *_of_chunk(draft, vector, kept),
            ]
            ties = ties_of(draft.memory, candidates)
            words = draft.memory.text
            new.append(
                NewMemory(
                    draft.memory,
                    (Line(0, "", words, stems(words)),),
                    (vector,),
                    supersedes=ties.supersedes,
                    related=ties.related,
                    enriches=ties.enriches,
                    superseded_by=ties.superseded_by,
                )
            )
            kept.append(_Kept(draft, vector))
            self._reflections.count(draft.scope.conversation_id, draft.memory.importance)
        key = self._embedder.model_key
        self._storage.call(lambda: self._store.keep(new, key))
        for persona_id in {draft.scope.persona_id for draft in drafts}:
            self._index.add(
                persona_id,
                [
                    (LineId(f"{one.memory.id}-0"), one.vectors[0])
                    for one in new
                    if one.memory.persona_id == persona_id
                ],
            )
        return len(new)

    def _unforgotten(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """Return those of words on which no forgotten memory hangs. Storage lane."""
        versions = [source.version_id for one in drafts for source in one.memory.sources]
        gone = self._store.forgotten_versions(versions)
        return [one for one in drafts if gone.isdisjoint(s.version_id for s in one.memory.sources)]

    def _named(self, drafts: Sequence[_Draft]) -> dict[Scope, list[Memory]]:
        """Return the notes about whom these notes are about, by where they count.

        Also those that do not stand now: undoing may bring them back.
        """
        names: dict[Scope, dict[str, None]] = {}
        for draft in drafts:
            subjects = (triple.subject for triple in draft.memory.triples)
            names.setdefault(draft.scope, {}).update(dict.fromkeys(subjects))
        return self._storage.call(
            lambda: {
                scope: self._store.notes_naming(scope, list(some), _NAMED)
                for scope, some in names.items()
            }
        )

    def _stored(self, draft: _Draft, vector: Vector, named: Sequence[Memory]) -> list[Candidate]:
        """Return notes that are near in meaning, and those about the same subject."""
        near = self._index.nearest(draft.scope.persona_id, vector, _NEAREST)
        similar = {_memory_of(one.line_id): one.similarity for one in near}
        known = {memory.id for memory in named}
        others = [one for one in similar if one not in known]
        found = self._storage.call(lambda: self._store.get_many(others, draft.scope))
        return [
            Candidate(memory, similar.get(memory.id, 0.0))
            for memory in (*named, *found)
            if memory.kind is MemoryKind.NOTE and memory.id != draft.memory.id
        ]


def _names(exchange: Exchange, user: str, character: str) -> tuple[str, str]:
    """Return who speaks with whom; in place of a narrator stands whoever is always there."""
    said, reply = exchange.said, exchange.reply
    first = user if said.author is Author.NARRATOR else said.speaker
    return first, character if reply.author is Author.NARRATOR else reply.speaker


def _drafts(unread: Unread, notes: Iterable[Note], key: str) -> list[_Draft]:
    scope = unread.scope
    return [_Draft(_memory(note, unread.exchange, scope, key), note, scope) for note in notes]


def _memory(note: Note, exchange: Exchange, scope: Scope, key: str) -> Memory:
    """Return a note as a memory; reading the same words again gives the same id.

    It hangs on the one message that says it, and not on the whole exchange: where the other
    half was deleted or said otherwise, what was said was still said, and the note stands.
    """
    is_said = note.source.message_id == exchange.said.id
    message = exchange.said if is_said else exchange.reply
    told = f"{key}\0{note.source.version_id}\0{note.text}"
    return Memory(
        id=MemoryId(blake2b(told.encode(), digest_size=16).hexdigest()),
        persona_id=scope.persona_id,
        conversation_id=scope.conversation_id,
        kind=MemoryKind.NOTE,
        text=note.text,
        happened_at=message.created_at,
        sources=(note.source,),
        note_kind=note.kind,
        about=note.about,
        provenance=note.provenance,
        importance=note.importance,
        keywords=note.keywords,
        speaks_of=note.speaks_of,
        layer=first_layer(note.importance),
        quarantine=note.quarantine,
        triples=(*note.triples, *_over(note)),
    )


def _over(note: Note) -> list[Triple]:
    """Return what a note ended as relations of its own, but those that it states already."""
    over = [Triple(one.subject, OVER + one.relation, one.object or ANYTHING) for one in note.ended]
    return [one for one in over if one not in note.triples]


def _of_chunk(draft: _Draft, vector: Vector, kept: Iterable[_Kept]) -> list[Candidate]:
    """Return the notes of the same chunk and scope, which are not stored yet."""
    return [
        Candidate(one.draft.memory, _cosine(vector, one.vector))
        for one in kept
        if _is_in_scope(draft.scope, one.draft.scope)
    ]


def _is_in_scope(scope: Scope, other: Scope) -> bool:
    if scope.conversation_id == other.conversation_id:
        return True
    return (
        scope.between_stories
        and scope.persona_id == other.persona_id
        and scope.user_persona_id == other.user_persona_id
    )


def _cosine(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _memory_of(line_id: LineId) -> MemoryId:
    return MemoryId(line_id.rpartition("-")[0])

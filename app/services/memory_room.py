"""What a person can do with a character's memories: look, ask why, pin, mend, forget.

Nothing here is on the way of a reply. What is made by the person's hand is a memory like any
other: it hangs on the sources of those it was made from. Knows ports only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from app.domain.conversation import Message
from app.domain.ids import ConversationId, LineId, MemoryId, MessageId, PersonaId, new_id
from app.domain.memory import (
    Line,
    Memory,
    MemoryKind,
    NewMemory,
    NoteKind,
    Provenance,
    Recalled,
    Scope,
)
from app.errors import UserError
from app.ports.clock import Clock
from app.ports.engine import Embedder
from app.ports.memory_index import IndexAgreement, RebuildableIndex
from app.ports.memory_store import MemoryTies, StoryMemoryStore
from app.ports.stores import ConversationStore
from app.services.bonds import BondPoint, bond_line
from app.services.recaps import Recap, recap_of
from app.services.stems import stems
from app.settings import Settings
from app.tasks import Lane

LONGEST_NOTE = 600
"""Characters of a note that a person writes; what is longer belongs into a lorebook."""


@dataclass(frozen=True, slots=True)
class MemoryDetails:
    """A memory with the messages it was made from and what it has to do with others."""

    memory: Memory
    sources: tuple[Message, ...]
    ties: MemoryTies
    near: dict[MemoryId, Memory]


class MemoryRoomService:
    """A person's hands on a character's memories. Owned by the app context; any thread."""

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        conversations: ConversationStore,
        index: RebuildableIndex,
        embedder: Embedder,
        clock: Clock,
        settings: Callable[[], Settings],
        storage_lane: Lane,
        memory_lane: Lane,
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._store = store
        self._conversations = conversations
        self._index = index
        self._embedder = embedder
        self._clock = clock
        self._settings = settings
        self._storage = storage_lane
        self._memory = memory_lane

    def list_all(self, persona_id: PersonaId) -> Future[list[Memory]]:
        """Resolve with all that stands with a character, in all stories, oldest first."""
        return self._storage.submit(lambda: self._store.of_persona(persona_id))

    def in_story(self, conversation_id: ConversationId) -> Future[list[Memory]]:
        """Resolve with what can be recalled in a conversation, quarantined ones included."""
        return self._storage.submit(lambda: self._store.in_scope(self._scope(conversation_id)))

    def details(self, memory_id: MemoryId) -> Future[MemoryDetails]:
        """Resolve with a memory, its sources and ties; UserError when it does not stand."""

        def work() -> MemoryDetails:
            memory = self._require(memory_id)
            ties = self._store.ties(memory_id)
            ids = (*ties.supersedes, *ties.superseded_by, *ties.related, *ties.cited_by)
            near = self._store.get_many(list(dict.fromkeys((*ids, *memory.evidence))))
            sources = dict.fromkeys(source.message_id for source in memory.sources)
            messages = tuple(self._conversations.message(one) for one in sources)
            return MemoryDetails(memory, messages, ties, {one.id: one for one in near})

        return self._storage.submit(work)

    def why(self, message_id: MessageId) -> Future[tuple[Recalled, ...]]:
        """Resolve with what was recalled for a reply, with its reasons, best first."""
        return self._storage.submit(lambda: self._conversations.recalled_for(message_id))

    def made_from(self, message_id: MessageId) -> Future[list[Memory]]:
        """Resolve with what is remembered of a message."""
        return self._storage.submit(lambda: self._store.made_from(message_id))

    def ties_among(self, memory_ids: Sequence[MemoryId]) -> Future[list[tuple[MemoryId, MemoryId]]]:
        """Resolve with pairs of these memories that have to do with each other."""
        return self._storage.submit(lambda: self._store.all_ties(memory_ids))

    def set_pinned(self, memory_id: MemoryId, *, pinned: bool) -> Future[Memory]:
        """Pin, so that no forgetting touches it, or unpin."""
        return self._storage.submit(lambda: self._store.set_pinned(memory_id, pinned=pinned))

    def set_quarantine(self, memory_id: MemoryId, reason: str) -> Future[Memory]:
        """Keep out of every prompt with a reason, or let back in with ""."""
        return self._storage.submit(lambda: self._store.set_quarantine(memory_id, reason.strip()))

    def set_quarantines(self, reasons: Mapping[MemoryId, str]) -> Future[list[Memory]]:
        """The same for several, each with its reason or with ""."""
        return self._storage.submit(
            lambda: [self._store.set_quarantine(one, why.strip()) for one, why in reasons.items()]
        )

    def reword(self, memory_id: MemoryId, text: str) -> Future[Memory]:
        """Give a note or a reflection another sentence; an episode says what was said."""
        sentence = _sentence(text)

        def work() -> Memory:
            memory = self._storage.call(lambda: self._require(memory_id))
            if memory.kind is MemoryKind.EPISODE:
                message = (
                    "An episode is what was said, to the letter: edit the message instead, "
                    "and the memory follows."
                )
                raise UserError(message, code="memory-verbatim")
            line, vector = self._line(sentence)
            key = self._embedder.model_key
            reworded = self._storage.call(lambda: self._store.reword(memory_id, line, vector, key))
            self._index.remove(memory.persona_id, [_line_of(memory_id)])
            return reworded

        return self._memory.submit(work)

    def merge(self, memory_ids: Sequence[MemoryId], text: str) -> Future[Memory]:
        """Make one note of several, which it supersedes; it stands while all of them would."""
        sentence = _sentence(text)
        if len(set(memory_ids)) < 2:
            message = "Choose at least two memories to make one of."
            raise UserError(message, code="memory-merge")

        def work() -> Memory:
            old = self._storage.call(lambda: [self._require(one) for one in memory_ids])
            if len({one.conversation_id for one in old}) > 1:
                message = "Only memories of one conversation can become one."
                raise UserError(message, code="memory-merge")
            return self._keep(_note_of(old, sentence), [sentence], superseding=old)[0]

        return self._memory.submit(work)

    def split(self, memory_id: MemoryId, texts: Sequence[str]) -> Future[list[Memory]]:
        """Make several notes of one, which they supersede."""
        sentences = [_sentence(text) for text in texts]
        if len(sentences) < 2:
            message = "Say at least two things to take a memory apart."
            raise UserError(message, code="memory-split")

        def work() -> list[Memory]:
            old = self._storage.call(lambda: self._require(memory_id))
            return self._keep(_note_of([old], ""), sentences, superseding=[old])

        return self._memory.submit(work)

    def take_back(self, memory_ids: Sequence[MemoryId]) -> Future[list[Memory]]:
        """Undo a merge or a split: erase what it made, resolve with what stands again for it.

        One of several that a split made stands for all of them. UserError for what was made in
        another way, and where something newer was made of it since.
        """

        def work() -> list[Memory]:
            made, parts = self._storage.call(lambda: self._made_by_hand(memory_ids))
            self._erase(made, for_good=False)
            return self._storage.call(lambda: self._store.get_many(parts))

        return self._memory.submit(work)

    def forget(self, memory_ids: Sequence[MemoryId]) -> Future[int]:
        """Erase for good: text, vectors, index, traces on the disk. Resolves with how many."""

        def work() -> int:
            known = self._storage.call(lambda: self._store.get_many(memory_ids))
            missing = set(memory_ids) - {one.id for one in known}
            if missing:
                raise _unknown(min(missing))
            return self._erase(known, for_good=True)

        return self._memory.submit(work)

    def verify_index(self, persona_id: PersonaId) -> Future[IndexAgreement]:
        """Resolve with whether the index holds what the database has; changes nothing."""
        return self._memory.submit(lambda: self._index.verify(persona_id))

    def bond_line(self, conversation_id: ConversationId) -> Future[list[BondPoint]]:
        """Resolve with the relationship over time in a story."""

        def work() -> list[BondPoint]:
            return bond_line(self._store.in_scope(self._scope(conversation_id)))

        return self._storage.submit(work)

    def recap(self, conversation_id: ConversationId) -> Future[Recap | None]:
        """Resolve with what there was last time, None when that is no while ago."""

        def work() -> Recap | None:
            path = self._conversations.path(conversation_id, limit=1)
            if not path:
                return None
            story = replace(self._scope(conversation_id), between_stories=False)
            return recap_of(self._store.in_scope(story), path[-1].created_at, self._clock.now())

        return self._storage.submit(work)

    def _scope(self, conversation_id: ConversationId) -> Scope:
        conversation = self._conversations.get(conversation_id)
        return Scope(
            conversation.persona_id,
            conversation_id,
            conversation.user_persona_id,
            self._settings().remembering.between_stories,
        )

    def _require(self, memory_id: MemoryId) -> Memory:
        found = self._store.get_many([memory_id])
        if not found:
            raise _unknown(memory_id)
        return found[0]

    def _made_by_hand(
        self, memory_ids: Sequence[MemoryId]
    ) -> tuple[list[Memory], tuple[MemoryId, ...]]:
        """Return what a merge or a split made, and what it was made of. Storage lane."""
        first = self._require(memory_ids[0])
        parts = self._store.ties(first.id).supersedes
        after = {one for part in parts for one in self._store.ties(part).superseded_by}
        made: list[Memory] = []
        for one in self._store.get_many(list(dict.fromkeys((*memory_ids, *sorted(after))))):
            ties = self._store.ties(one.id)
            # What was read of the story hangs on its own lines, not on those of what it replaced.
            if one.sources != first.sources or set(ties.supersedes) != set(parts):
                continue
            if ties.superseded_by:
                message = "Something newer was made of this memory. Take that back first."
                raise UserError(message, code="memory-take-back")
            made.append(one)
        hung = {source for part in self._store.get_many(parts) for source in part.sources}
        is_split = len(parts) == 1 and len(made) > 1
        if set(first.sources) != hung or not (is_split or len(parts) > 1):
            message = "This memory was not made of others by hand: there is nothing to take back."
            raise UserError(message, code="memory-take-back")
        return made, parts

    def _erase(self, known: Sequence[Memory], *, for_good: bool) -> int:
        """Erase memories with their lines in the index. Memory lane."""
        ids = [one.id for one in known]
        erased = self._storage.call(lambda: self._store.forget(ids, for_good=for_good))
        for persona_id in {one.persona_id for one in known}:
            self._index.remove(persona_id, [_line_of(memory_id) for memory_id in ids])
        return erased

    def _line(self, sentence: str) -> tuple[Line, Sequence[float]]:
        [vector] = self._embedder.embed([sentence])
        return Line(0, "", sentence, stems(sentence)), vector

    def _keep(
        self, pattern: Memory, sentences: Sequence[str], superseding: Sequence[Memory]
    ) -> list[Memory]:
        """Keep one note for each sentence, of the pattern's sources. Memory lane."""
        lines = [self._line(sentence) for sentence in sentences]
        notes = [replace(pattern, id=MemoryId(new_id()), text=text) for text in sentences]
        kept = [
            NewMemory(note, (line,), (vector,), supersedes=tuple(one.id for one in superseding))
            for note, (line, vector) in zip(notes, lines, strict=True)
        ]
        key = self._embedder.model_key
        self._storage.call(lambda: self._store.keep(kept, key))
        self._index.refresh(pattern.persona_id)
        return self._storage.call(lambda: self._store.get_many([note.id for note in notes]))


def _note_of(old: Sequence[Memory], text: str) -> Memory:
    """Return a note that hangs on everything that the old ones hang on."""
    sources = tuple(dict.fromkeys(source for one in old for source in one.sources))
    first = old[0]
    return replace(
        first,
        kind=MemoryKind.NOTE,
        note_kind=first.note_kind or NoteKind.FACT,
        text=text,
        happened_at=max(one.happened_at for one in old),
        importance=max(one.importance for one in old),
        provenance=_least_trusted(old),
        sources=sources,
        is_pinned=any(one.is_pinned for one in old),
        quarantine=next((one.quarantine for one in old if one.quarantine), ""),
        uses=0,
        last_used_at=None,
        superseded_by=None,
        triples=(),
        bond=None,
        evidence=(),
    )


def _least_trusted(memories: Sequence[Memory]) -> Provenance:
    """Return the provenance that vouches least, so that joining cannot launder a text."""
    trust = (
        Provenance.USER,
        Provenance.CHARACTER,
        Provenance.MODEL,
        Provenance.CARD,
        Provenance.IMPORT,
    )
    return max((one.provenance for one in memories), key=trust.index)


def _line_of(memory_id: MemoryId) -> LineId:
    return LineId(f"{memory_id}-0")


def _sentence(text: str) -> str:
    sentence = " ".join(text.split())
    if not sentence:
        message = "A memory needs words."
        raise UserError(message, code="memory-empty")
    if len(sentence) > LONGEST_NOTE:
        message = f"A memory has at most {LONGEST_NOTE} characters; this has {len(sentence)}."
        raise UserError(message, code="memory-long")
    return sentence


def _unknown(memory_id: MemoryId) -> UserError:
    message = f"There is no memory {memory_id}, or what it was made of did not happen any more."
    return UserError(message, code="memory-unknown")

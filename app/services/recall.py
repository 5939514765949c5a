"""Recalls what fits a message: search, rank, choose, each bounded, none breaking a conversation.

Candidates come from the index (meaning), from the words, days and names that are stored; their
neighbours come along. Knows ports only; order and reasons are pure and stand beside.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.ids import ConversationId, LineId, MemoryId, MessageId, PersonaId
from app.domain.memory import Memory, Recalled, Scope, StoryLine, Vector
from app.errors import AppError
from app.ports.clock import Clock
from app.ports.engine import Embedder
from app.ports.memory_index import MemoryIndex
from app.ports.memory_store import StoryMemoryStore
from app.ports.stores import ConversationStore, PersonaStore
from app.services.recall_question import Question, in_context, understand
from app.services.recall_ranking import Frequencies, RankedLine, is_about_something, rank
from app.services.recall_selection import choose, weigh
from app.settings import Settings
from app.tasks import Lane

RECALL_SECONDS = 2.0

_FURTHEST = 2_500  # Where a story is a small part of a persona's memories.
_BY_DAY = 40
_BY_NAME = 20
_RAREST_STEMS = 6
_MOST_MATCHES = 800  # Lines that are looked through for words: what is in more tells little.
_REACH = 2
_SHORTLISTED_EACH = 4  # Lines for each memory that is wanted.

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Breadth:
    """How much is looked through for so many lines in the end. A value.

    Every line that is read costs time. On the development half of LoCoMo, with 24 lines wanted,
    60 near ones, 40 by words and the neighbours of 24 find no more among the first ten than
    these do.
    """

    near: int
    by_words: int
    with_neighbours: int

    @classmethod
    def of(cls, count: int) -> _Breadth:
        return cls(max(24, count * 3 // 2), max(16, count), max(8, count // 2))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for and whose memories are looked through. A value."""

    scope: Scope
    question: Question


@dataclass(frozen=True, slots=True)
class Found:
    """Lines in order with their memories and what supersedes them. A value.

    Empty when nothing was asked that anything remembered is about.
    """

    lines: tuple[RankedLine, ...]
    memories: dict[MemoryId, Memory]


class RecallService:
    """Finds memories for a turn. Owned by the app context; call from any thread.

    `ask` and `search` are its two halves, for those who embed questions themselves.
    """

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        conversations: ConversationStore,
        personas: PersonaStore,
        index: MemoryIndex,
        embedder: Embedder,
        clock: Clock,
        storage_lane: Lane,
        memory_lane: Lane,
        settings: Callable[[], Settings],
        recall_seconds: float = RECALL_SECONDS,
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._store = store
        self._conversations = conversations
        self._personas = personas
        self._index = index
        self._embedder = embedder
        self._clock = clock
        self._storage = storage_lane
        self._memory = memory_lane
        self._settings = settings
        self._recall_seconds = recall_seconds

    def recall(
        self,
        persona_id: PersonaId,
        conversation_id: ConversationId,
        query_text: str,
        *,
        exclude: frozenset[MessageId],
        before: str = "",
    ) -> list[Recalled]:
        """Return memories, best first; none when they cannot be had in time.

        `exclude` is what the model reads anyway, `before` what the user said before: a
        question that says too little leans on it. Not on the storage lane, which is needed
        meanwhile.
        """
        remembering = self._settings().remembering
        if not remembering.enabled or not remembering.recall_count or not query_text.strip():
            return []

        def work() -> list[Recalled]:
            try:
                asked = self.ask(persona_id, conversation_id, in_context(query_text, before))
                if not asked.question.says_something:
                    return []
                [vector] = self._embedder.embed([asked.question.bare])
                found = self.search(
                    asked,
                    vector,
                    exclude=exclude,
                    count=self.shortlist,
                )
            except AppError as error:
                _log.warning("nothing was recalled (%s): %s", error.code, error.message)
                return []
            return choose(found.lines, found.memories, asked.question, remembering.recall_count)

        if self._memory.is_current:
            return work()
        future = self._memory.submit(work)
        try:
            return future.result(self._recall_seconds)
        except TimeoutError:
            future.cancel()
            _log.warning("nothing was recalled within %g seconds", self._recall_seconds)
            return []

    @property
    def shortlist(self) -> int:
        """How many lines a turn has to choose its memories from."""
        return self._settings().remembering.recall_count * _SHORTLISTED_EACH

    def ask(self, persona_id: PersonaId, conversation_id: ConversationId, query_text: str) -> Asked:
        """Return what a message asks, said now in a conversation. Not on the storage lane."""

        def names() -> tuple[str, str, Scope]:
            conversation = self._conversations.get(conversation_id)
            persona = self._personas.get(persona_id).persona
            scope = Scope(
                persona_id,
                conversation_id,
                conversation.user_persona_id,
                self._settings().remembering.between_stories,
            )
            return conversation.user_name, persona.called, scope

        user_name, character_name, scope = self._storage.call(names)
        return Asked(scope, understand(query_text, user_name, character_name, self._today()))

    def search(
        self,
        asked: Asked,
        vector: Vector,
        *,
        exclude: Collection[MessageId] = frozenset(),
        count: int,
    ) -> Found:
        """Return up to `count` lines, the likeliest first; `vector` is that of `bare`.

        Memory lane, or any other but storage.
        """
        lines, frequencies = self._gather(asked, vector, exclude, _Breadth.of(count))
        ranked = rank(asked.question, vector, lines, frequencies, count=count)
        if not is_about_something(asked.question, ranked, frequencies):
            return Found((), {})
        ids = list(dict.fromkeys(line.line.memory_id for line in ranked))
        memories = self._storage.call(lambda: self._with_successors(asked.scope, ids))
        read = {
            memory.id: memory
            for memory in memories
            if not memory.sources
            or any(source.message_id not in exclude for source in memory.sources)
        }
        return Found(tuple(weigh(ranked, read, self._clock.now())), read)

    def _gather(
        self, asked: Asked, vector: Vector, exclude: Collection[MessageId], breadth: _Breadth
    ) -> tuple[list[StoryLine], Frequencies]:
        """Return candidates, the best with neighbours; none of an exchange in `exclude`.

        Looks further while most near ones lie outside the scope or are excluded.
        """
        scope = asked.scope
        reach = breadth.near
        searching = self._index.nearest_soon(scope.persona_id, vector, reach)
        frequencies, said = self._storage.call(lambda: self._told_by_words(asked, breadth))

        def read(near: Sequence[LineId]) -> list[StoryLine]:
            known = {line.id for line in said}
            close = self._around(scope, [one for one in near if one not in known], 0)
            lines = _without([*said, *close], exclude)
            best = rank(asked.question, vector, lines, frequencies, count=breadth.with_neighbours)
            around = self._around(scope, [one.line.id for one in best], _REACH)
            both = {line.id: line for line in (*around, *lines)}
            return _without(both.values(), exclude)

        while True:
            near = [one.line_id for one in searching.result()]
            lines = self._storage.call(lambda near=near: read(near))
            inside = len(frozenset(near).intersection(line.id for line in lines))
            if 2 * inside >= breadth.near or len(near) < reach or reach >= _FURTHEST:
                return lines, frequencies
            reach *= 5
            searching = self._index.nearest_soon(scope.persona_id, vector, reach)

    def _told_by_words(
        self, asked: Asked, breadth: _Breadth
    ) -> tuple[Frequencies, list[StoryLine]]:
        """Return what words, days and names bring, while the index looks for meaning.

        Storage lane.
        """
        scope, question = asked.scope, asked.question
        frequencies = Frequencies(*self._store.frequencies(question.stems))
        found = dict[LineId, None]()
        rarest = _telling_stems(frequencies, question)
        if rarest:
            found.update(dict.fromkeys(self._store.lines_with(scope, rarest, breadth.by_words)))
        if question.period is not None:
            last = question.period.last or self._today()
            # A day is read as a local midnight, for which the calendar's first has no room.
            first = max(question.period.first or date.min, date.min + timedelta(2))
            found.update(dict.fromkeys(self._store.lines_of_days(scope, first, last, _BY_DAY)))
        if question.names:
            found.update(dict.fromkeys(self._store.lines_naming(scope, question.names, _BY_NAME)))
        return frequencies, self._around(scope, list(found), 0)

    def _around(self, scope: Scope, ids: Sequence[LineId], reach: int) -> list[StoryLine]:
        return self._store.lines_around(scope, ids, self._embedder.model_key, reach)

    def _with_successors(self, scope: Scope, ids: list[MemoryId]) -> list[Memory]:
        """Return memories and those that supersede them, to the last one. Storage lane."""
        memories = self._store.get_many(ids, scope)
        known = {memory.id for memory in memories}
        latest = memories
        while newer := {one.superseded_by for one in latest if one.superseded_by} - known:
            latest = self._store.get_many(sorted(newer), scope)
            known |= newer
            memories = [*memories, *latest]
        return memories

    def _today(self) -> date:
        return self._clock.now().astimezone().date()


def _without(lines: Iterable[StoryLine], exclude: Collection[MessageId]) -> list[StoryLine]:
    """Leave out whole exchanges of which a message is excluded."""
    told = list(lines)
    hidden = {line.memory_id for line in told if line.message_id in exclude}
    return [line for line in told if line.memory_id not in hidden]


def _telling_stems(frequencies: Frequencies, question: Question) -> list[str]:
    """Return the rarest stems that are there, as many as can be looked through."""
    known = [stem for stem in question.stems if frequencies.counts.get(stem)]
    known.sort(key=frequencies.rarity, reverse=True)
    telling: list[str] = []
    matches = 0
    for stem in known[:_RAREST_STEMS]:
        matches += frequencies.counts[stem]
        if telling and matches > _MOST_MATCHES:
            break
        telling.append(stem)
    return telling

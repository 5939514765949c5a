"""Memories as they stand in their stories: the truth behind the index.

A memory stands while every message version it was made from is in force, not deleted and on
the path of its conversation, and that conversation is not set aside. Derived, never written:
undoing brings it back by itself, and so do supersession, enrichment and bonds, which count only
while the memory they come from stands. The rules of `stores` hold here too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.domain.conversation import Author, Message
from app.domain.ids import (
    ConversationId,
    LineId,
    MemoryId,
    MessageId,
    MessageVersionId,
    PersonaId,
)
from app.domain.memory import Line, Memory, NewMemory, Scope, StoryLine, Vector
from app.ports.stores import IndexFingerprint


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said and what came right after it, both as they stand now.

    Mostly the user's words and the reply. In a scene with several either can be another's.
    """

    said: Message
    reply: Message

    @property
    def told(self) -> tuple[Message, ...]:
        """What no exchange above tells: another's words are told with those before them."""
        is_new = self.said.author is Author.USER or (
            self.said.parent_id is None and self.said.author is not Author.CHARACTER
        )
        return (self.said, self.reply) if is_new else (self.reply,)

    @property
    def is_of_two(self) -> bool:
        """Whether nobody else in the scene says either."""
        return Author.OTHER not in {self.said.author, self.reply.author}


@dataclass(frozen=True, slots=True)
class MemoryTies:
    """What a memory has to do with others that stand, and where it was used last.

    `wordings` are earlier sentences of a reworded note, the newest first. `last_reply` is the
    message in whose prompt it stood last.
    """

    supersedes: tuple[MemoryId, ...] = ()
    superseded_by: tuple[MemoryId, ...] = ()
    related: tuple[MemoryId, ...] = ()
    cited_by: tuple[MemoryId, ...] = ()
    wordings: tuple[str, ...] = ()
    last_reply: MessageId | None = None


@dataclass(frozen=True, slots=True)
class PendingPart:
    """What is pending in a part of all that was said, and the place to go on from. A value.

    `following` is None where nothing comes after it.
    """

    exchanges: list[Exchange]
    following: int | None


class StoryMemoryStore(Protocol):
    """Memories, their lines and vectors, and what they do to each other."""

    def keep(self, memories: Sequence[NewMemory], model_key: str) -> None:
        """Keep memories with lines, vectors (as f16) and links in one transaction.

        One that is there already, by id, is passed over. An episode of the same versions that
        was forgotten by the user is passed over as well.
        """
        ...

    def give_vectors(self, vectors: Mapping[LineId, Vector], model_key: str) -> None:
        """Keep vectors of lines that have none of this model."""
        ...

    def without_vectors(
        self, persona_id: PersonaId, model_key: str, count: int
    ) -> list[tuple[LineId, Line]]:
        """Return up to `count` lines that have no vector of this model, oldest first."""
        ...

    def lines_without_stems(self, count: int) -> list[tuple[LineId, Line]]:
        """Return up to `count` lines whose stems were never found, oldest first."""
        ...

    def give_stems(self, stems: Mapping[LineId, Sequence[str]]) -> None:
        """Keep the stems of lines."""
        ...

    def pending_part(
        self,
        persona_id: PersonaId | None,
        extractor: str,
        after: int = 0,
        count: int | None = None,
    ) -> PendingPart:
        """Return exchanges on their paths that this extractor has not read, oldest first.

        `extractor` is "" for the verbatim episodes. Looked through is a bounded part of what was
        said, from a place on: so a long story holds nobody up who wants the store meanwhile. Of
        that part it is up to `count`.
        """
        ...

    def mark_all_read(self, exchanges: Sequence[Exchange], extractor: str) -> None:
        """Say of many exchanges that an extractor has read them."""
        ...

    def mark_read(self, exchange: Exchange, extractor: str) -> None:
        """Say that an extractor has read an exchange, whether it noted anything or not."""
        ...

    def get_many(self, memory_ids: Sequence[MemoryId], scope: Scope | None = None) -> list[Memory]:
        """Return those that stand, quarantined ones included, in the order asked for.

        With a scope only what is in it, and only what is in it supersedes and enriches.
        """
        ...

    def forgotten_of(self, memory_ids: Sequence[MemoryId]) -> set[MemoryId]:
        """Return which of these the user had forgotten."""
        ...

    def forgotten_versions(self, version_ids: Sequence[MessageVersionId]) -> set[MessageVersionId]:
        """Return on which of these a memory hangs that the user had forgotten."""
        ...

    def in_scope(self, scope: Scope) -> list[Memory]:
        """Return everything that stands in a scope, oldest first, superseded ones included."""
        ...

    def of_persona(self, persona_id: PersonaId) -> list[Memory]:
        """Return everything that stands with a persona, in all stories, oldest first."""
        ...

    def made_from(self, message_id: MessageId) -> list[Memory]:
        """Return what stands and was made from a message."""
        ...

    def ties(self, memory_id: MemoryId) -> MemoryTies:
        """Return what a memory has to do with others; UserError for an unknown one."""
        ...

    def all_ties(self, memory_ids: Sequence[MemoryId]) -> list[tuple[MemoryId, MemoryId]]:
        """Return pairs of these memories that are related, superseded or cited, newer first."""
        ...

    def lines_around(
        self, scope: Scope, line_ids: Collection[LineId], model_key: str, reach: int = 2
    ) -> list[StoryLine]:
        """Return these lines with up to `reach` neighbours each way, in story order.

        Only what stands in the scope and is not quarantined; neighbours are of the same
        sitting, with `story_order` apart by `reach` at most (it counts messages from the root,
        so a deleted one leaves a gap). Lines of notes have no neighbours. A line without a
        vector of this model has zeros.
        """
        ...

    def lines_with(self, scope: Scope, stems: Sequence[str], count: int) -> list[LineId]:
        """Return lines with any of the stems, best BM25 first."""
        ...

    def lines_of_days(self, scope: Scope, first: date, last: date, count: int) -> list[LineId]:
        """Return lines said in, or notes that speak of, these days, both included."""
        ...

    def lines_naming(self, scope: Scope, names: Sequence[str], count: int) -> list[LineId]:
        """Return lines of memories with such a subject, object or keyword, newest first."""
        ...

    def notes_naming(self, scope: Scope, names: Sequence[str], count: int) -> list[Memory]:
        """Return the newest notes with such a subject or object, whether they stand or not."""
        ...

    def frequencies(self, stems: Collection[str]) -> tuple[dict[str, int], int]:
        """Return in how many lines each stem stands, and how many lines there are."""
        ...

    def mark_used(self, memory_ids: Sequence[MemoryId], at: datetime) -> None:
        """Count a use: what was recalled and stood in a prompt."""
        ...

    def set_pinned(self, memory_id: MemoryId, *, pinned: bool) -> Memory:
        """Pin or unpin."""
        ...

    def set_quarantine(self, memory_id: MemoryId, reason: str) -> Memory:
        """Keep out of recall with a reason, or let back in with ""."""
        ...

    def reword(self, memory_id: MemoryId, line: Line, vector: Vector, model_key: str) -> Memory:
        """Give a note or reflection another sentence by the person's hand; the old one stays."""
        ...

    def forget(self, memory_ids: Sequence[MemoryId], *, for_good: bool = True) -> int:
        """Erase text, lines, vectors, index entries and traces in free pages; return how many.

        What was made from them alone (reflections, enrichments) goes too. Not undone. `for_good`
        what they were made of is read for memories no more, and older copies of the database that
        hold them go as well.
        """
        ...

    def vectors(self, persona_id: PersonaId, model_key: str) -> list[tuple[LineId, Vector]]:
        """Return the vectors of every line whose memory holds, on any branch."""
        ...

    def fingerprint(self, persona_id: PersonaId, model_key: str) -> IndexFingerprint:
        """Return what an index of this persona must agree with."""
        ...

    def count_by_conversation(self, persona_id: PersonaId) -> dict[ConversationId, int]:
        """Return how many memories stand in each of a persona's stories."""
        ...

"""After anything that can happen to a story, its memories are those of a fresh replay.

The replay is written down in Python, without a database: walk the surviving path, keep what was
made from it, let what stands supersede, enrich and be reflected on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule
from sqlalchemy import text

from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId
from app.domain.memory import Memory, NewMemory, Scope
from app.storage.story_memory_repository import StoryMemoryRepository
from tests.app.storage.memory_world import MODEL, line_of, new_episode, new_note
from tests.app.storage.storage_world import TickingClock
from tests.app.storage.test_storage_tree import TreeMachine

NAMES = st.sampled_from(["harbour", "tide", "lamp"])


@dataclass
class Kept:
    """A memory as the model has it; `at` are the message versions it was made from."""

    memory: Memory
    at: list[tuple[ConversationId, MessageId, MessageVersionId]]
    supersedes: tuple[MemoryId, ...] = ()
    enriches: dict[MemoryId, tuple[str, ...]] = field(default_factory=dict)
    is_suspect: bool = False
    is_forgotten: bool = False


class StoryMachine(TreeMachine):
    """Two stories of one persona, with all kinds of memories."""

    nodes = TreeMachine.nodes
    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.told = StoryMemoryRepository(self.store.database, TickingClock())
        self.kept: dict[MemoryId, Kept] = {}

    @rule(target=made, at=TreeMachine.nodes)
    def remember(self, at):
        """Keep what was said here with what it answers, as one episode."""
        message = self.store.conversations.message(at[1])
        messages = [message]
        if message.parent_id is not None:
            messages.insert(0, self.store.conversations.message(message.parent_id))
        new = new_episode(self.conversations[self.index_of(at[0])], *messages)
        sources = [(at[0], one.id, one.version_id) for one in messages]
        for key, one in self.kept.items():
            if one.at == sources and one.memory.kind == new.memory.kind:
                self.told.keep([new], MODEL)  # The same versions make one episode.
                return key
        return self.keep(new, sources)

    @rule(
        target=made,
        at=TreeMachine.nodes,
        older=st.lists(made, max_size=2, unique=True),
        enriched=st.lists(st.tuples(made, NAMES), max_size=2),
        word=NAMES,
    )
    def note(self, at, older, enriched, word):
        message = self.store.conversations.message(at[1])
        conversation = self.conversations[self.index_of(at[0])]
        older = [one for one in older if not self.kept[one].is_forgotten]
        enriches = {one: (name,) for one, name in enriched if not self.kept[one].is_forgotten}
        new = new_note(
            conversation, word, message, supersedes=older, enriches=enriches, keywords=(word,)
        )
        return self.keep(new, [(at[0], message.id, message.version_id)], tuple(older), enriches)

    @rule(target=made, evidence=st.lists(made, min_size=1, max_size=3, unique=True))
    def reflect(self, evidence):
        alive = [one for one in evidence if not self.kept[one].is_forgotten]
        if not alive:
            return evidence[0]
        first = self.kept[alive[0]].memory
        conversation = self.conversations[self.index_of(first.conversation_id)]
        return self.keep(new_note(conversation, "insight", evidence=alive), [])

    def keep(self, new: NewMemory, sources, supersedes=(), enriches=None) -> MemoryId:
        self.told.keep([new], MODEL)
        self.kept[new.memory.id] = Kept(new.memory, sources, supersedes, enriches or {})
        return new.memory.id

    @rule(one=made, is_suspect=st.booleans())
    def suspect(self, one, is_suspect):
        if not self.kept[one].is_forgotten:
            self.told.set_quarantine(one, "odd" if is_suspect else "")
            self.kept[one].is_suspect = is_suspect

    @rule(one=made)
    def forget(self, one):
        gone = {one}
        while more := {
            key
            for key, kept in self.kept.items()
            if key not in gone and gone & set(kept.memory.evidence)
        }:
            gone |= more
        gone = {key for key in gone if not self.kept[key].is_forgotten}
        assert self.told.forget([one]) == len(gone)
        for key in gone:
            self.kept[key].is_forgotten = True

    def replay(self, stories: list[ConversationId]) -> dict[MemoryId, Memory]:
        """What a fresh telling of the surviving paths would leave in these stories."""
        everywhere = self.surviving(list(self.trees))
        here = {
            key: replace(kept.memory, quarantine="odd" if kept.is_suspect else "")
            for key, kept in self.kept.items()
            if key in everywhere and kept.memory.conversation_id in stories
        }
        for key, giver in sorted(here.items(), key=lambda one: one[1].happened_at):
            kept = self.kept[key]
            if kept.is_suspect:
                continue
            for older in kept.supersedes:
                if older in here:
                    here[older] = replace(here[older], superseded_by=giver.id)
        for key, kept in self.kept.items():
            if key not in here or kept.is_suspect:
                continue
            for older, words in kept.enriches.items():
                if older in here:
                    keywords = dict.fromkeys((*here[older].keywords, *words))
                    here[older] = replace(here[older], keywords=tuple(keywords))
        return here

    def surviving(self, stories: list[ConversationId]) -> set[MemoryId]:
        """What was made from what is still told, and reflections on nothing else."""
        happened = {
            (story, one, self.trees[story][one].version)
            for story in stories
            if story not in self.in_trash and (leaf := self.leaves[story]) is not None
            for one in self.above(self.trees[story], leaf)
            if not self.trees[story][one].is_deleted
        }
        found: set[MemoryId] = set()
        for key, kept in self.kept.items():  # Evidence was kept before what rests on it.
            if (
                not kept.is_forgotten
                and kept.memory.conversation_id not in self.in_trash
                and happened.issuperset(kept.at)
                and found.issuperset(kept.memory.evidence)
            ):
                found.add(key)
        return found

    @invariant()
    def memories_are_those_of_a_fresh_replay(self):
        for story in self.trees:
            for between in (False, True):
                scope = Scope(self.persona_id, story, None, between)
                stories = [one for one in self.trees if between or one == story]
                stories = [one for one in stories if one not in self.in_trash]
                found = self.told.in_scope(scope)
                assert {one.id: one for one in found} == self.replay(stories)
                assert found == sorted(found, key=lambda one: one.happened_at)
                lines = [line_of(kept.memory) for kept in self.kept.values()]
                near = self.told.lines_around(scope, lines, MODEL, 0)
                recallable = {key for key in self.replay(stories) if not self.kept[key].is_suspect}
                assert {one.memory_id for one in near} == recallable

    @invariant()
    def the_path_is_marked(self):
        with self.store.database.reading() as session:
            rows = session.execute(
                text("SELECT conversation_id, id, depth FROM message WHERE on_path")
            ).all()
        marked = {(story, one): depth for story, one, depth in rows}
        walks = {
            story: self.above(self.trees[story], leaf)[::-1]
            for story, leaf in self.leaves.items()
            if leaf is not None
        }
        assert marked == {
            (story, one): depth for story, walk in walks.items() for depth, one in enumerate(walk)
        }

    @invariant()
    def memories_hold_while_their_sources_stand(self):
        """Vectors stay for every branch, so that a swipe leaves the index alone."""
        holding = {
            key
            for key, kept in self.kept.items()
            if not kept.is_forgotten
            and kept.memory.conversation_id not in self.in_trash
            and all(self.stands(*source) for source in kept.at)
        }
        vectors = {line for line, _ in self.told.vectors(self.persona_id, MODEL)}
        assert {line.rpartition("-")[0] for line in vectors} == holding
        assert self.told.fingerprint(self.persona_id, MODEL).count == len(vectors)

    def paths_agree(self):
        """Checked by the tree's own test."""

    def search_finds_what_stands(self):
        """Checked by the tree's own test."""


TestStoryReplay = StoryMachine.TestCase
TestStoryReplay.settings = settings(
    max_examples=8,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

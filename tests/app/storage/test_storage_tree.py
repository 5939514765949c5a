"""Any order of appends, edits, deletions, undos and selections, against a model in memory."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from app.domain.conversation import Conversation, MessageState
from app.domain.generation import Usage
from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId
from app.ports.stores import IndexFingerprint
from tests.app.storage.storage_world import Store, memory_of, unit_vector

WORDS = st.sampled_from(["alder", "birch", "cedar", "elm"])
MODEL = "mini"


@dataclass
class Node:
    """A message as the model has it; `undo` are the versions that an undo goes back through."""

    id: MessageId
    parent: MessageId | None
    order: int
    text: str
    version: MessageVersionId
    is_streaming: bool
    is_deleted: bool = False
    undo: list[tuple[str, MessageVersionId]] = field(default_factory=list)


class TreeMachine(RuleBasedStateMachine):
    """Two conversations of one persona."""

    nodes = Bundle("nodes")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name))
        persona = self.store.add_persona()
        self.persona_id = persona.id
        self.conversations: list[Conversation] = [
            self.store.open_conversation(persona) for _ in range(2)
        ]
        self.trees: dict[ConversationId, dict[MessageId, Node]] = {
            one.id: {} for one in self.conversations
        }
        self.leaves: dict[ConversationId, MessageId | None] = dict.fromkeys(self.trees)
        self.in_trash: set[ConversationId] = set()
        self.memories: dict[MemoryId, list[tuple[ConversationId, MessageId, MessageVersionId]]] = {}
        self.last: tuple[set[MemoryId], IndexFingerprint] | None = None

    def teardown(self) -> None:
        problem = self.store.database.integrity_problem()
        self.store.database.close()
        self.folder.cleanup()
        assert problem is None

    @rule(
        target=nodes,
        which=st.integers(0, 1),
        parent=st.one_of(st.none(), nodes),
        text=WORDS,
        is_reply=st.booleans(),
        is_streaming=st.booleans(),
    )
    def append(self, which, parent, text, is_reply, is_streaming):
        conversation = self.conversations[which if parent is None else self.index_of(parent[0])]
        above = None if parent is None else parent[1]
        if is_reply:
            state = MessageState.STREAMING if is_streaming else MessageState.COMPLETE
            message = self.store.reply(conversation, above, text, state)
        else:
            message = self.store.say(conversation, above, text)
        tree = self.trees[conversation.id]
        order = sum(len(one) for one in self.trees.values())
        tree[message.id] = Node(
            message.id, above, order, text, message.version_id, is_reply and is_streaming
        )
        self.leaves[conversation.id] = message.id
        return conversation.id, message.id

    @rule(at=nodes, text=WORDS)
    def edit(self, at, text):
        node = self.node(at)
        if not node.is_streaming:
            node.undo.append((node.text, node.version))
            edited = self.store.conversations.edit(node.id, text)
            node.text, node.version = text, edited.version_id

    @rule(at=nodes)
    def undo(self, at):
        node = self.node(at)
        if node.undo:
            self.store.conversations.undo_edit(node.id)
            node.text, node.version = node.undo.pop()

    @rule(at=nodes, text=WORDS, is_last=st.booleans())
    def write(self, at, text, is_last):
        node = self.node(at)
        if is_last:
            self.store.conversations.finish_reply(node.id, text, MessageState.COMPLETE, Usage(), ())
        else:
            self.store.conversations.checkpoint(node.id, text, MessageState.STREAMING)
        node.text, node.is_streaming = text, not is_last

    @rule(at=nodes, is_deleted=st.booleans())
    def delete_or_bring_back(self, at, is_deleted):
        node = self.node(at)
        change = (
            self.store.conversations.delete if is_deleted else self.store.conversations.undelete
        )
        change(node.id)
        if node.is_deleted != is_deleted:
            node.is_deleted = is_deleted
            self.turn_aside(at) if is_deleted else self.turn_back(at)

    def turn_aside(self, at: tuple[ConversationId, MessageId]) -> None:
        """A path that would end at what was deleted goes through the nearest sibling."""
        tree, leaf = self.trees[at[0]], self.leaves[at[0]]
        walk = [] if leaf is None else self.above(tree, leaf)
        if at[1] not in walk or not all(tree[one].is_deleted for one in walk[: walk.index(at[1])]):
            return
        around = [one for one in tree.values() if one.parent == tree[at[1]].parent]
        place = [one.id for one in around].index(at[1])
        alive = [(abs(place - i), i) for i, one in enumerate(around) if not one.is_deleted]
        if alive:
            self.leaves[at[0]] = self.newest_leaf(tree, around[min(alive)[1]].id)

    def turn_back(self, at: tuple[ConversationId, MessageId]) -> None:
        tree, leaf = self.trees[at[0]], self.leaves[at[0]]
        if leaf is None or at[1] not in self.above(tree, leaf):
            self.leaves[at[0]] = self.newest_leaf(tree, at[1])

    def newest_leaf(self, tree: dict[MessageId, Node], start: MessageId) -> MessageId:
        below = [one for one in tree.values() if start in self.above(tree, one.id)]
        alive = [one for one in below if not one.is_deleted]
        shown = max(alive, key=lambda one: one.order, default=tree[start])
        under = [one for one in tree.values() if shown.id in self.above(tree, one.id)]
        return max(under, key=lambda one: one.order).id

    @rule(at=nodes)
    def select(self, at):
        self.leaves[at[0]] = self.newest_leaf(self.trees[at[0]], at[1])
        assert self.store.conversations.select(*at).leaf_id == self.leaves[at[0]]

    @rule(which=st.integers(0, 1), is_in_trash=st.booleans())
    def move_to_trash_or_back(self, which, is_in_trash):
        conversation = self.conversations[which].id
        if is_in_trash:
            self.store.conversations.set_aside(conversation)
            self.in_trash.add(conversation)
        else:
            self.store.conversations.restore(conversation)
            self.in_trash.discard(conversation)

    @rule(at=nodes)
    def remember(self, at):
        message = self.store.conversations.message(at[1])
        memory = memory_of(self.conversations[self.index_of(at[0])], message)
        self.store.keep(memory, unit_vector(len(self.memories)), MODEL)
        sources = [(at[0], message.id, message.version_id)]
        if sources not in self.memories.values():  # The same versions make one episode.
            self.memories[memory.id] = sources

    @rule(at=nodes, limit=st.integers(1, 4))
    def page(self, at, limit):
        tree = self.trees[at[0]]
        expected = [one for one in self.above(tree, at[1]) if not tree[one].is_deleted]
        expected = [one for one in expected if one != at[1]][:limit]
        page = self.store.conversations.path(at[0], before=at[1], limit=limit)
        assert [one.id for one in page] == expected[::-1]

    @invariant()
    def paths_agree(self):
        for conversation, tree in self.trees.items():
            leaf = self.leaves[conversation]
            walk = [] if leaf is None else self.above(tree, leaf)
            expected = [tree[one] for one in reversed(walk) if not tree[one].is_deleted]
            path = self.store.conversations.path(conversation)
            assert [(one.id, one.text, one.version_id) for one in path] == [
                (one.id, one.text, one.version) for one in expected
            ]
            for message in path:
                around = [
                    one.id
                    for one in sorted(tree.values(), key=lambda one: one.order)
                    if one.parent == message.parent_id and not one.is_deleted
                ]
                assert (around.index(message.id), len(around)) == (
                    message.position,
                    message.siblings,
                )
                siblings = self.store.conversations.siblings(message.id)
                assert [one.id for one in siblings] == around
            assert self.store.conversations.get(conversation).message_count == len(path)
            deleted = {one.id for one in tree.values() if one.is_deleted and one.text}
            assert {one.id for one in self.store.conversations.deleted(conversation)} == deleted

    @invariant()
    def search_finds_what_stands(self):
        for word in ("alder", "elm"):
            found = {hit.message.id for hit in self.store.conversations.search(word, limit=1000)}
            assert found == {
                one.id
                for conversation, tree in self.trees.items()
                for one in tree.values()
                if one.text == word
                and not one.is_deleted
                and not one.is_streaming
                and conversation not in self.in_trash
            }

    @invariant()
    def memories_hold_while_their_sources_stand(self):
        holding = {
            memory
            for memory, sources in self.memories.items()
            if all(self.stands(*source) for source in sources)
        }
        vectors = self.store.memories.vectors(self.persona_id, MODEL)
        assert {line for line, _ in vectors} == {f"{memory}-0" for memory in holding}
        fingerprint = self.store.memories.fingerprint(self.persona_id, MODEL)
        assert fingerprint.count == len(holding)
        if self.last is not None:
            before, earlier = self.last
            assert fingerprint.generation >= earlier.generation
            assert holding == before or fingerprint.generation > earlier.generation
        self.last = holding, fingerprint

    def stands(
        self, conversation: ConversationId, message: MessageId, version: MessageVersionId
    ) -> bool:
        node = self.trees[conversation][message]
        in_trash = conversation in self.in_trash
        return not in_trash and not node.is_deleted and node.version == version

    def node(self, at: tuple[ConversationId, MessageId]) -> Node:
        return self.trees[at[0]][at[1]]

    def index_of(self, conversation: ConversationId) -> int:
        return [one.id for one in self.conversations].index(conversation)

    @staticmethod
    def above(tree: dict[MessageId, Node], start: MessageId) -> list[MessageId]:
        """The message and its ancestors, nearest first."""
        walk: list[MessageId] = []
        at: MessageId | None = start
        while at is not None:
            walk.append(at)
            at = tree[at].parent
        return walk


TestTree = TreeMachine.TestCase
TestTree.settings = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

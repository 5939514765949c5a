"""Remembering and recalling over real storage: what is kept, what is found, what is left out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.domain.conversation import Conversation, Message, MessageState
from app.domain.ids import ConversationId, LineId, MessageId, PersonaId
from app.domain.memory import Memory, Recalled, Vector
from app.errors import EngineError, MachineError
from app.inference.scripted import ScriptedEngine
from app.memory.checked import CheckedIndex
from app.memory.exact import ExactIndex
from app.memory.index import ChromaIndex
from app.ports.stores import IndexFingerprint
from app.services.memories import MemoryService
from app.settings import Remembering, Settings
from app.tasks import Lane
from tests.app.storage.storage_world import Store

OFF = Settings(remembering=Remembering(enabled=False))


class Embedder:
    """The scripted embedder, which can also fail, or wait at a gate."""

    def __init__(self) -> None:
        self.scripted = ScriptedEngine()
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    @property
    def model_key(self) -> str:
        return self.scripted.model_key

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.entered.set()
        assert self.gate.wait(60)
        if self.error is not None:
            raise self.error
        return self.scripted.embed(texts)


class ExactOnly(ExactIndex):
    """Exact search under the name that the service asks for: starts no child."""

    def rebuild(self, persona_id: PersonaId) -> int:
        return self.count(persona_id)


class Study:
    """A MemoryService with real storage and shorthands; `index` is Chroma's when asked for."""

    def __init__(self, folder: Path, *, with_chroma: bool) -> None:
        self.settings = Settings()
        self.embedder = Embedder()
        self.states: list[str] = []
        self.folder = folder / "index"
        self.storage, self.memory, self.background = Lane("storage"), Lane("memory"), Lane("index")
        self.store = self.storage.call(lambda: Store.open(folder))
        self.chroma = ChromaIndex(self.folder, lambda: self.embedder.model_key)
        self.index = CheckedIndex(
            self.chroma,
            vectors=self.vectors,
            fingerprint=self.fingerprint,
            background=self.background.submit,
            on_state=lambda state, _detail: self.states.append(state),
        )
        self.service = MemoryService(
            store=self.store.memories,
            conversations=self.store.conversations,
            index=self.index if with_chroma else ExactOnly(self.vectors, self.fingerprint),
            embedder=self.embedder,
            storage_lane=self.storage,
            memory_lane=self.memory,
            settings=lambda: self.settings,
            recall_seconds=5.0,
        )
        self.persona_id: PersonaId = self.open().persona_id

    def vectors(self, persona_id: PersonaId) -> list[tuple[LineId, Vector]]:
        return self.storage.call(
            lambda: self.store.memories.vectors(persona_id, self.embedder.model_key)
        )

    def fingerprint(self, persona_id: PersonaId) -> IndexFingerprint:
        return self.storage.call(
            lambda: self.store.memories.fingerprint(persona_id, self.embedder.model_key)
        )

    def open(self) -> Conversation:
        if not hasattr(self, "persona"):
            self.persona = self.storage.call(self.store.add_persona)
        return self.storage.call(lambda: self.store.open_conversation(self.persona))

    def exchange(
        self,
        conversation: Conversation,
        asked: str,
        replied: str,
        after: MessageId | None = None,
    ) -> tuple[Message, Message]:
        """Go on after a message, or at the end of the path."""

        def work() -> tuple[Message, Message]:
            parent = after or self.store.conversations.get(conversation.id).leaf_id
            return self.store.exchange(conversation, parent, asked, replied)

        return self.storage.call(work)

    def record(self) -> int:
        return self.service.record_pending().result(60)

    def memories(self) -> list[Memory]:
        return self.service.list_all(self.persona_id).result(60)

    def path_ids(self, conversation_id: ConversationId) -> frozenset[MessageId]:
        return self.storage.call(lambda: self.store.conversations.path_ids(conversation_id))

    def recall(
        self, conversation: Conversation, query: str, exclude: Sequence[Message] = ()
    ) -> list[Recalled]:
        return self.service.recall(
            self.persona_id,
            conversation.id,
            query,
            exclude=frozenset(message.id for message in exclude),
            path_ids=self.path_ids(conversation.id),
        )

    def settle(self) -> None:
        """Wait until Chroma answers."""
        deadline = time.monotonic() + 60
        while not self.index.is_agreed(self.persona_id):
            assert time.monotonic() < deadline
            self.index.add(self.persona_id, [])
            self.background.call(lambda: None)

    def close(self) -> None:
        self.embedder.gate.set()
        with ExitStack() as stack:
            stack.callback(self.storage.close)
            stack.callback(lambda: self.storage.call(self.store.database.close))
            stack.callback(self.background.close)
            stack.callback(self.memory.close)
            stack.callback(self.index.close)
            stack.callback(self.service.close)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    study = Study(tmp_path, with_chroma=False)
    yield study
    study.close()


@pytest.fixture
def full_study(tmp_path: Path) -> Iterator[Study]:
    study = Study(tmp_path, with_chroma=True)
    yield study
    study.close()


def test_a_finished_exchange_becomes_one_episode_to_the_letter(study: Study) -> None:
    conversation = study.open()
    asked, replied = study.exchange(conversation, "Where is the valve?", "In  the *tin*,\nlad.")
    assert study.record() == 1
    [memory] = study.memories()
    assert memory.text == "Ana said: Where is the valve? Morag said: In  the *tin*,\nlad."
    assert memory.happened_at == asked.created_at
    assert memory.conversation_id == conversation.id
    assert [(source.message_id, source.version_id) for source in memory.sources] == [
        (asked.id, asked.version_id),
        (replied.id, replied.version_id),
    ]
    assert study.record() == 0
    assert len(study.memories()) == 1


def test_day_and_speakers_are_in_what_is_embedded(study: Study) -> None:
    study.exchange(study.open(), "Where is the valve?", "In the tin.")
    study.record()
    assert study.embedder.scripted.embedded_texts == [
        "On 21 November 2026 Ana said: Where is the valve? Morag said: In the tin."
    ]


def test_long_exchanges_are_clipped_for_the_embedding_only(study: Study) -> None:
    story = "begin " + "wind and rain " * 400 + "harbour"
    study.exchange(study.open(), "Tell me.", story)
    study.record()
    [embedded] = study.embedder.scripted.embedded_texts
    assert len(embedded) < 1000
    assert "Ana said: Tell me. Morag said: begin wind" in embedded
    assert embedded.endswith("harbour")
    assert study.memories()[0].text.endswith(story)


def test_a_stopped_reply_is_remembered_and_an_unfinished_one_is_not(study: Study) -> None:
    conversation = study.open()

    def speak() -> None:
        asked = study.store.say(conversation, None, "Where?")
        study.store.reply(conversation, asked.id, "In the", MessageState.STOPPED)
        asked = study.store.say(conversation, None, "When?")
        study.store.reply(conversation, asked.id, "Once", MessageState.STREAMING)

    study.storage.call(speak)
    assert study.record() == 1
    assert study.memories()[0].text == "Ana said: Where? Morag said: In the"


def test_what_was_said_elsewhere_is_recalled_with_its_reason(study: Study) -> None:
    first = study.open()
    study.exchange(first, "Where is the copper valve?", "In the biscuit tin.")
    study.exchange(first, "Do you like rain?", "It likes me.")
    study.record()
    recalled = study.recall(study.open(), "the copper valve")
    assert recalled[0].memory.text.endswith("In the biscuit tin.")
    assert recalled[0].reason == f"meaning {recalled[0].similarity:.2f}".replace(" 0.", " .")
    assert not recalled[0].injected
    similarities = [item.similarity for item in recalled]
    assert similarities == sorted(similarities, reverse=True)
    assert all(similarity >= 0.15 for similarity in similarities)


def test_chroma_and_exact_search_recall_the_same(full_study: Study) -> None:
    first, second = full_study.open(), full_study.open()
    for number in range(30):
        full_study.exchange(first, f"Tell me of boat {number}.", f"It sank in year {number}.")
    full_study.record()
    questions = [f"boat {number} sank" for number in range(0, 30, 5)]
    at_first = [full_study.recall(second, question) for question in questions]
    full_study.settle()
    later = [full_study.recall(second, question) for question in questions]
    for before, after in zip(at_first, later, strict=True):
        assert len(before) == len(after) == 6
        assert before[0].memory == after[0].memory
        assert [item.similarity for item in before] == pytest.approx(
            [item.similarity for item in after], abs=2e-3
        )


def test_what_has_no_bearing_is_not_recalled(study: Study) -> None:
    study.exchange(study.open(), "Where is the copper valve?", "In the biscuit tin.")
    study.record()
    assert study.recall(study.open(), "zebra xylophone quasar") == []


def test_what_the_model_reads_anyway_is_left_out(study: Study) -> None:
    conversation = study.open()
    seen: list[Message] = []
    for number in range(40):
        seen += study.exchange(conversation, "The copper valve?", f"The copper valve, {number}.")
    other = study.open()
    study.exchange(other, "A valve?", "Of copper, perhaps, or of tin, who is to know it now.")
    study.record()
    recalled = study.recall(conversation, "The copper valve", exclude=seen)
    assert [item.memory.conversation_id for item in recalled] == [other.id]
    assert study.recall(conversation, "The copper valve", exclude=seen[:2])


def test_another_branch_did_not_happen_here_or_elsewhere(study: Study) -> None:
    conversation, other = study.open(), study.open()
    asked, lost = study.exchange(conversation, "Where is the valve?", "Lost at sea.")
    found = study.storage.call(
        lambda: study.store.reply(conversation, asked.id, "Found in the tin.")
    )
    study.record()
    recalled = study.recall(conversation, "Where is the valve?")
    assert [item.memory.sources[1].message_id for item in recalled] == [found.id]
    study.storage.call(lambda: study.store.conversations.select(conversation.id, lost.id))
    recalled = study.recall(conversation, "Where is the valve?")
    assert [item.memory.sources[1].message_id for item in recalled] == [lost.id]
    recalled = study.recall(other, "Where is the valve?")
    assert [item.memory.sources[1].message_id for item in recalled] == [lost.id]


def test_an_edited_exchange_is_remembered_as_it_reads_now(full_study: Study) -> None:
    first = full_study.open()
    _, reply = full_study.exchange(first, "Where is the valve?", "Lost at sea.")
    full_study.record()
    full_study.settle()
    full_study.storage.call(lambda: full_study.store.conversations.edit(reply.id, "In the tin."))
    assert full_study.recall(full_study.open(), "Where is the valve?") == []
    assert full_study.record() == 1
    [recalled] = full_study.recall(full_study.open(), "Where is the valve?")
    assert recalled.memory.text.endswith("In the tin.")
    full_study.settle()
    assert full_study.chroma.ids(full_study.persona_id) == {
        f"{recalled.memory.id}-0",
        f"{recalled.memory.id}-1",
    }


@pytest.mark.parametrize(
    ("remembering", "query"),
    [
        (Remembering(enabled=False), "the valve"),
        (Remembering(recall_count=0), "the valve"),
        (Remembering(), "  \n"),
    ],
)
def test_nothing_is_recalled_when_nothing_is_wanted(
    study: Study, remembering: Remembering, query: str
) -> None:
    study.exchange(study.open(), "the valve", "the valve")
    study.record()
    study.settings = Settings(remembering=remembering)
    assert study.recall(study.open(), query) == []


def test_no_more_are_recalled_than_set(study: Study) -> None:
    for _ in range(5):
        study.exchange(study.open(), "the copper valve", "the tin")
    study.record()
    study.settings = Settings(remembering=Remembering(recall_count=2))
    assert len(study.recall(study.open(), "the copper valve")) == 2


def test_switched_off_exchanges_wait_until_it_is_on_again(study: Study) -> None:
    study.exchange(study.open(), "the valve", "the tin")
    study.settings = OFF
    assert study.record() == 0
    study.settings = Settings()
    assert study.record() == 1


@pytest.mark.parametrize(
    "error", [EngineError("The engine is gone."), MachineError("The disk is gone.")]
)
def test_a_failing_embedder_breaks_nothing_and_is_tried_again(
    study: Study, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    study.exchange(study.open(), "the valve", "the tin")
    study.embedder.error = error
    with caplog.at_level(logging.WARNING):
        assert study.record() == 0
        assert study.recall(study.open(), "the valve") == []
    assert caplog.text.count(str(error)) == 2
    study.embedder.error = None
    assert study.record() == 1
    assert len(study.recall(study.open(), "the valve")) == 1


def test_a_slow_embedder_is_not_waited_for(study: Study) -> None:
    study.service._recall_seconds = 0.05
    study.embedder.gate.clear()
    assert study.recall(study.open(), "the valve") == []
    study.embedder.gate.set()
    study.memory.call(lambda: None)
    study.service._recall_seconds = 5.0
    study.exchange(study.open(), "the valve", "the tin")
    study.record()
    assert len(study.recall(study.open(), "the valve")) == 1


def test_recall_on_the_memory_lane_itself_answers(study: Study) -> None:
    study.exchange(study.open(), "the valve", "the tin")
    study.record()
    other = study.open()
    assert len(study.memory.call(lambda: study.recall(other, "the valve"))) == 1


def test_recording_stops_for_a_reply_and_goes_on_afterwards(study: Study) -> None:
    conversation = study.open()
    for number in range(4):
        study.exchange(conversation, f"boat {number}", "sank")
    study.embedder.gate.clear()
    done = study.service.record_pending()
    assert study.embedder.entered.wait(60)
    study.service.pause()
    study.embedder.gate.set()
    study.memory.call(lambda: None)
    assert not done.done()
    assert len(study.memories()) == 1
    study.service.resume(study.persona_id)
    assert done.result(60) == 4
    assert len(study.memories()) == 4


def test_what_was_said_during_a_pause_is_recorded_with_resume(study: Study) -> None:
    study.service.pause()
    study.exchange(study.open(), "boat", "sank")
    waiting = study.service.record_pending(PersonaId("somebody else"))
    study.memory.call(lambda: None)
    assert study.memories() == []
    study.service.resume(study.persona_id)
    assert waiting.result(60) == 0
    study.memory.call(lambda: None)
    assert len(study.memories()) == 1


def test_closing_leaves_nobody_waiting(study: Study) -> None:
    conversation = study.open()
    study.exchange(conversation, "boat", "sank")
    study.exchange(conversation, "ship", "sank")
    study.service.pause()
    waiting = study.service.record_pending()
    study.memory.call(lambda: None)
    study.service.close()
    study.service.close()
    assert waiting.result(60) == 0
    study.service.resume(study.persona_id)
    late: Future[int] = study.service.record_pending()
    assert late.result(60) == 0
    assert study.memories() == []


def test_a_rebuilt_index_finds_the_same(full_study: Study) -> None:
    for number in range(5):
        full_study.exchange(full_study.open(), f"the copper valve {number}", "the tin")
    full_study.record()
    before = full_study.recall(full_study.open(), "the copper valve 3")
    assert full_study.service.rebuild_index(full_study.persona_id).result(60) == 10
    assert full_study.states[-1] == "ready"
    assert full_study.index.is_agreed(full_study.persona_id)
    assert full_study.recall(full_study.open(), "the copper valve 3")[0].memory == before[0].memory


def test_nothing_that_was_said_is_written_into_the_index_folder(full_study: Study) -> None:
    full_study.exchange(full_study.open(), "Where is the copper valve?", "In the biscuit tin.")
    full_study.record()
    full_study.settle()
    assert full_study.recall(full_study.open(), "the copper valve")
    full_study.index.close()
    kept = [path.read_bytes() for path in full_study.folder.rglob("*") if path.is_file()]
    assert any(full_study.memories()[0].id.encode() in content for content in kept)
    for word in (b"copper", b"biscuit", b"Morag", b"Ana said", b"November"):
        assert not any(word in content for content in kept)


def test_the_list_is_oldest_first(study: Study) -> None:
    conversation = study.open()
    for number in range(3):
        study.exchange(conversation, f"boat {number}", "sank")
    study.record()
    moments = [memory.happened_at for memory in study.memories()]
    assert moments == sorted(moments)
    assert len(moments) == 3

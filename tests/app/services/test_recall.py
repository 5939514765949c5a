"""Recall on real storage with the real embedding model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from app.domain.memory import Vector
from app.errors import EngineError
from app.inference.embedding import EmbeddingClient
from app.inference.engine_child import EngineChild
from app.models.conversion import ensure_embedding_model
from tests.app.services.recall_world import PatientEmbedder, RecallWorld

pytestmark = pytest.mark.model

EVENING = (
    ("My sister Catriona plays the violin in Glasgow.", "I would love to hear her one day."),
    ("I grow tomatoes on the balcony now.", "They need more sun than Skye has."),
    ("What is your brother doing these days?", "Calum mends boats down at the harbour."),
    ("We adopted a grey cat called Ash.", "Mind the herring, then."),
    ("I am afraid of flying.", "Then take the ferry, as I do."),
    ("My exam in chemistry went badly.", "You can sit it again in spring."),
    ("Do you like poetry?", "I read MacCaig aloud to the sheep."),
    ("Our boiler broke last night.", "Come over and sit by the peat fire."),
)

BESIDE = (
    "hi",
    "Good evening!",
    "thank you",
    "what is 17 times 3?",
    "tell me a joke",
    "What is the capital of Australia?",
    "How do I sort a list in Python?",
    "Explain quantum tunnelling in one sentence.",
    "...",
)


@pytest.fixture(scope="module")
def embedder(model_folder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PatientEmbedder]:
    child = EngineChild(log_path=tmp_path_factory.mktemp("engine") / "engine.log")
    model = EmbeddingClient(child, lambda: ensure_embedding_model(model_folder), threads=1)
    yield PatientEmbedder(model)
    child.close()


@pytest.fixture
def world(embedder: PatientEmbedder, tmp_path) -> Iterator[RecallWorld]:
    made = RecallWorld(tmp_path, embedder)
    yield made
    made.close()


def test_what_was_said_is_found_in_other_words_and_says_why(world: RecallWorld):
    story = world.open_story()
    world.tell(story, *EVENING)
    first = world.ask(story, "Which instrument does my sister play?")[0]
    assert "violin" in first.memory.text
    assert "“sister”" in first.reason
    assert "said by Ana" in first.reason
    assert {signal.name for signal in first.signals} >= {"meaning", "words", "recency"}
    assert first.similarity == next(s.value for s in first.signals if s.name == "meaning")
    assert "Calum" in world.ask(story, "How does your brother earn his living?")[0].memory.text


def test_a_follow_up_question_is_about_what_was_said_before(world: RecallWorld):
    story = world.open_story()
    world.tell(story, *EVENING)
    assert world.ask(story, "And what is it called?") == []
    found = world.ask(story, "And what is it called?", before="Do you know we have a cat?")
    assert "Ash" in found[0].memory.text


def test_what_is_beside_the_point_recalls_nothing(world: RecallWorld):
    story = world.open_story()
    world.tell(story, *EVENING)
    assert {text: world.ask(story, text) for text in BESIDE} == {text: [] for text in BESIDE}


def test_a_question_of_another_story_recalls_nothing(world: RecallWorld):
    story = world.open_story()
    world.tell(story, *EVENING)
    assert world.ask(story, "Which dragons did the smuggler ride over the desert?") == []


def test_stories_are_apart_until_they_are_let_together(world: RecallWorld):
    first, second = world.open_story(), world.open_story()
    world.tell(first, *EVENING)
    question = "Which instrument does my sister play?"
    assert world.ask(second, question) == []
    world.change(between_stories=True)
    assert "violin" in world.ask(second, question)[0].memory.text


def test_what_the_model_reads_anyway_is_not_recalled(world: RecallWorld):
    story = world.open_story()
    told = world.tell(story, *EVENING)
    seen = [message.id for message in told]
    assert world.ask(story, "Which instrument does my sister play?", seen) == []
    found = world.ask(story, "Which instrument does my sister play?", seen[2:])
    assert ["violin" in one.memory.text for one in found] == [True]


def test_last_week_is_last_week(world: RecallWorld):
    story = world.open_story()
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    walks = (("I went for a long walk to the cliffs.", "In that wind?"),)
    world.tell(story, *walks, on=now - timedelta(days=40))
    world.tell(story, ("I went for a long walk to the castle.", "Alone?"), on=now - timedelta(9))
    world.tell(story, *EVENING, on=now)
    assert "castle" in world.ask(story, "Where did I walk last week?")[0].memory.text
    assert "cliffs" in world.ask(story, "Where did I walk in October?")[0].memory.text


def test_pinned_and_important_notes_do_not_sink_a_strong_match(world: RecallWorld):
    story = world.open_story()
    told = world.tell(story, *EVENING)
    loud = world.note(told[2], "Ana likes the sun.", importance=10.0, is_pinned=True)
    found = world.ask(story, "Which instrument does my sister play?")
    assert "violin" in found[0].memory.text
    assert found[0].memory.id != loud.id


def test_quarantined_notes_are_never_recalled(world: RecallWorld):
    story = world.open_story()
    told = world.tell(story, *EVENING)
    note = world.note(told[0], "The user's sister plays the trumpet.", quarantine="a command")
    found = world.ask(story, "Which instrument does my sister play?")
    assert note.id not in {one.memory.id for one in found}


def test_a_superseded_note_comes_behind_what_replaces_it(world: RecallWorld):
    story = world.open_story()
    told = world.tell(story, *EVENING)
    old = world.note(told[0], "Ana lives in Paris.")
    new = world.note(told[2], "Ana moved to Lyon.", supersedes=(old.id,))
    ids = [one.memory.id for one in world.ask(story, "Does Ana still live in Paris?")]
    assert new.id in ids
    assert old.id not in ids or ids.index(new.id) < ids.index(old.id)


def test_no_more_than_wanted_and_nothing_when_it_is_off(world: RecallWorld):
    story = world.open_story()
    world.tell(story, *EVENING)
    world.change(recall_count=1)
    assert len(world.ask(story, "Tell me of my sister and of my cat")) == 1
    world.change(enabled=False)
    assert world.ask(story, "Which instrument does my sister play?") == []


def test_the_same_said_twice_takes_one_of_two_places(world: RecallWorld):
    story = world.open_story()
    world.tell(story, EVENING[0], *EVENING[3:], EVENING[0])
    world.tell(story, ("My sister has a new bow for her violin.", "Lucky her."))
    world.change(recall_count=2)
    found = world.ask(story, "Tell me what my sister plays on her violin")
    assert len({one.memory.text for one in found}) == 2


class _Embedder:
    model_key = "none"

    def __init__(self, error: EngineError | None = None) -> None:
        self.error = error
        self.may_answer = Event()

    def embed(self, texts: list[str]) -> list[Vector]:
        if self.error is not None:
            raise self.error
        self.may_answer.wait(60)
        return [(0.0,) * 384 for _ in texts]


def test_a_failing_model_recalls_nothing_and_breaks_nothing(tmp_path):
    broken = RecallWorld(tmp_path, _Embedder(EngineError("gone")))
    try:
        assert broken.ask(broken.open_story(), "Which instrument does my sister play?") == []
    finally:
        broken.close()


def test_a_late_answer_is_not_waited_for(tmp_path):
    slow = _Embedder()
    late = RecallWorld(tmp_path, slow)
    try:
        story = late.open_story()
        found = late.service(recall_seconds=0.01).recall(
            story.persona_id, story.id, "Which instrument?", exclude=frozenset()
        )
        assert found == []
    finally:
        slow.may_answer.set()
        late.close()

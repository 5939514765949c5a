"""How far memory carries a character away: fixed questions, answered with memories and without.

The questions go to what must not move: values, origin, what is loved, what is refused, what the
user is to them. Beside the difference stands how much two answers without memories differ by
chance. Nothing is stored, nothing is remembered of it. Knows ports only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.conversation import Conversation
from app.domain.generation import GenerationRequest, ModelDescription
from app.domain.ids import ConversationId
from app.domain.memory import Recalled
from app.ports.clock import Clock
from app.ports.engine import Embedder
from app.ports.stores import ConversationStore
from app.prompting.assembly import PromptOrder, frame_prompt
from app.prompting.memories import TokenCounter
from app.services.asides import Aside, AsideService
from app.services.circumstances import CircumstanceReader, Circumstances
from app.services.hearing import MOST_TOKENS, Probe, as_message
from app.services.replies import ReplyCleaner
from app.services.turn import Recall, sampler_from
from app.settings import Settings
from app.tasks import Lane

if TYPE_CHECKING:
    from app.domain.memory import Vector

_KIND = "drift"

DRIFT_PROBES: tuple[Probe, ...] = (
    Probe("values", "Tell me, {name}, what matters to you more than anything else?"),
    Probe("origin", "Where do you come from, {name}, and what made you who you are?"),
    Probe("loved", "What is there, {name}, that you would not want to live without?"),
    Probe("refused", "What would you never do, {name}, whoever asked it of you?"),
    Probe("relation", "And what am I to you, {name}?"),
)
"""The name is in them as in a question that is put to memory: recall then looks more closely."""


@dataclass(frozen=True, slots=True)
class DriftAnswer:
    """One question with its answers; a value, any thread.

    `similarity` is the cosine of the answers with and without memories, -1 to 1; `by_chance`
    that of two answers without, under different seeds. With nothing injected the two are one.
    """

    key: str
    question: str
    with_memory: str
    without_memory: str
    similarity: float
    by_chance: float
    recalled: tuple[Recalled, ...]


@dataclass(frozen=True, slots=True)
class DriftReport:
    """All questions of a conversation's character; a value, any thread."""

    conversation_id: ConversationId
    seed: int
    answers: tuple[DriftAnswer, ...]

    @property
    def similarity(self) -> float:
        """The mean cosine of answers with and without memories."""
        return _mean([one.similarity for one in self.answers])

    @property
    def by_chance(self) -> float:
        """The mean cosine of two answers without memories."""
        return _mean([one.by_chance for one in self.answers])


@dataclass(frozen=True, slots=True)
class _Scene:
    """Who is asked, and by whom. A value."""

    conversation: Conversation
    circumstances: Circumstances


class DriftService:
    """Puts the questions, beside the conversation. Owned by the app context; any thread."""

    def __init__(
        self,
        *,
        asides: AsideService,
        recall: Recall,
        conversations: ConversationStore,
        circumstances: CircumstanceReader,
        embedder: Embedder,
        settings: Callable[[], Settings],
        clock: Clock,
        storage_lane: Lane,
    ) -> None:
        """Take the asides; nothing is asked yet."""
        self._asides = asides
        self._recall = recall
        self._conversations = conversations
        self._circumstances = circumstances
        self._embedder = embedder
        self._settings = settings
        self._clock = clock
        self._storage = storage_lane

    def probe(
        self,
        conversation_id: ConversationId,
        *,
        seed: int = 0,
        on_answer: Callable[[DriftAnswer], None] = lambda _: None,
    ) -> Future[DriftReport]:
        """Ask everything; the same seed, memories and model give the same answers.

        `on_answer` is called on the aside lane. The future raises Cancelled when somebody spoke
        meanwhile, for a half answer cannot be compared.
        """

        def work(aside: Aside) -> DriftReport:
            scene = self._storage.call(lambda: self._scene(conversation_id))
            answers: list[DriftAnswer] = []
            for probe in DRIFT_PROBES:
                answers.append(self._ask(aside, scene, probe, seed))
                on_answer(answers[-1])
            return DriftReport(conversation_id, seed, tuple(answers))

        return self._asides.ask(_KIND, work)

    def stop(self) -> None:
        """End the questions that are being asked."""
        self._asides.stop(_KIND)

    def _scene(self, conversation_id: ConversationId) -> _Scene:
        conversation = self._conversations.get(conversation_id)
        return _Scene(conversation, self._circumstances.read(conversation))

    def _ask(self, aside: Aside, scene: _Scene, probe: Probe, seed: int) -> DriftAnswer:
        name = scene.circumstances.persona.called
        asked = replace(probe, question=probe.question.format(name=name))
        conversation = scene.conversation
        found = self._recall.recall(
            conversation.persona_id, conversation.id, asked.question, exclude=frozenset()
        )
        without, _ = self._answer(aside, scene, asked, (), seed)
        other, _ = self._answer(aside, scene, asked, (), seed + 1)
        remembering, recalled = without, tuple(found)
        if found:
            remembering, recalled = self._answer(aside, scene, asked, found, seed)
        vectors = self._embedder.embed([without, other, remembering])
        return DriftAnswer(
            key=asked.key,
            question=asked.question,
            with_memory=remembering,
            without_memory=without,
            similarity=_cosine(vectors[0], vectors[2]),
            by_chance=_cosine(vectors[0], vectors[1]),
            recalled=recalled,
        )

    def _answer(
        self, aside: Aside, scene: _Scene, probe: Probe, found: Sequence[Recalled], seed: int
    ) -> tuple[str, tuple[Recalled, ...]]:
        """Return a whole answer and what of the memories was in its prompt."""
        requests: list[GenerationRequest] = []

        def compose(model: ModelDescription, count_tokens: TokenCounter) -> GenerationRequest:
            order = self._order(scene, probe, seed, model.context_tokens)
            requests.append(frame_prompt(order, count_tokens).complete(found, count_tokens))
            return requests[-1]

        written = aside.write(compose)
        aside.check()
        cleaner = ReplyCleaner(scene.circumstances.persona.name)
        text = f"{cleaner.feed(written.text)}{cleaner.finish()}".strip()
        return text, requests[-1].recalled

    def _order(self, scene: _Scene, probe: Probe, seed: int, context_tokens: int) -> PromptOrder:
        settings = self._settings()
        conversation = scene.conversation
        moment = self._clock.now().replace(minute=0, second=0, microsecond=0)
        return PromptOrder(
            persona=scene.circumstances.persona,
            user_name=conversation.user_name,
            user_description=scene.circumstances.user_description,
            path=(as_message(probe, conversation.user_name, moment),),
            sampler=replace(sampler_from(settings), seed=seed),
            max_tokens=min(MOST_TOKENS, context_tokens // 3),
            context_tokens=context_tokens,
            memory_share=settings.remembering.context_share,
            two_stage=settings.writing.two_stage_immersion,
            lorebooks=scene.circumstances.lorebooks,
            seed=conversation.id,
            began_at=conversation.created_at,
        )


def _cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length one."""
    return float(sum(a * b for a, b in zip(one, other, strict=True)))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0

"""Hearing a character before talking with them: three fixed questions, answered by the model.

The prompt is a conversation's, with the question as its only message, so that a draft and
the saved version differ by the persona and by nothing else. Nothing is stored. Knows ports
only.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.conversation import Author, Message, MessageState
from app.domain.generation import GenerationRequest, ModelDescription
from app.domain.ids import ConversationId, MessageId, MessageVersionId, PersonaId
from app.ports.clock import Clock
from app.prompting.assembly import PromptOrder, frame_prompt
from app.prompting.memories import TokenCounter
from app.services.asides import Aside, AsideService
from app.services.circumstances import CircumstanceReader
from app.services.replies import ReplyCleaner
from app.services.turn import sampler_from
from app.settings import Settings
from app.tasks import Lane
from personas.lorebook import Lorebook
from personas.persona import Persona

MOST_TOKENS = 120
"""How long an answer gets: enough to hear a voice."""

_KIND = "hearing"


@dataclass(frozen=True, slots=True)
class Probe:
    """A question that shows a voice; a value, any thread."""

    key: str
    question: str


PROBES: tuple[Probe, Probe, Probe] = (
    Probe("morning", "You look as if you had been up for hours. What has the day been like?"),
    Probe("favour", "Could you lend me some money until next week? I will pay you back."),
    Probe("regret", "Is there something you would do differently, if you could have it again?"),
)
"""Small talk, a request that can be refused, and something close to the heart."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """Who is asked, what comes up with them, and who asks. A value."""

    persona: Persona
    books: tuple[Lorebook, ...]
    user_name: str
    user_description: str


class HearingService:
    """Lets a persona answer the probes. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        asides: AsideService,
        circumstances: CircumstanceReader,
        settings: Callable[[], Settings],
        user_name: Callable[[], str],
        clock: Clock,
        storage_lane: Lane,
    ) -> None:
        """Take the asides; nothing is asked yet. `user_name` is called on the storage lane."""
        self._asides = asides
        self._circumstances = circumstances
        self._settings = settings
        self._user_name = user_name
        self._clock = clock
        self._storage = storage_lane

    def hear(
        self,
        persona: Persona,
        probe: Probe,
        on_piece: Callable[[str], None] | None = None,
        *,
        persona_id: PersonaId | None = None,
        seed: int = 0,
    ) -> Future[str]:
        """Return the answer to a probe; the same seed gives the same answer.

        `persona_id` names the character in the cast, whose attached books then come up as they
        do in a conversation; one that is nowhere yet has the card's book alone.
        `on_piece` hears the answer as it grows, off the caller's thread. A stopped answer
        resolves with what it has so far; the future raises Cancelled when that is nothing.
        """
        # To the hour, so that a clock in the card tells two versions the same time.
        moment = self._clock.now().replace(minute=0, second=0, microsecond=0)

        def work(aside: Aside) -> str:
            scene = self._storage.call(lambda: self._read(persona_id, persona))
            asked = as_message(probe, scene.user_name, moment)

            def compose(model: ModelDescription, count_tokens: TokenCounter) -> GenerationRequest:
                order = self._order(scene, asked, seed, model.context_tokens)
                return frame_prompt(order, count_tokens).complete((), count_tokens)

            cleaner = ReplyCleaner(persona.name)
            heard: list[str] = []

            def take(text: str) -> None:
                if text:
                    heard.append(text)
                    if on_piece is not None:
                        on_piece(text)

            aside.write(compose, lambda piece: take(cleaner.feed(piece)))
            take(cleaner.finish())
            return "".join(heard).rstrip()

        return self._asides.ask(_KIND, work)

    def stop(self) -> None:
        """End every answer that is being written or waits for its turn."""
        self._asides.stop(_KIND)

    def _read(self, persona_id: PersonaId | None, persona: Persona) -> _Scene:
        """Return what a new conversation would begin with. Storage lane."""
        if persona_id is None:
            books = () if persona.lore is None else (persona.lore,)
        else:
            books = self._circumstances.books_for(persona_id, persona)
        description = self._circumstances.describe_default(persona)
        return _Scene(persona, books, self._user_name(), description)

    def _order(self, scene: _Scene, asked: Message, seed: int, context_tokens: int) -> PromptOrder:
        settings = self._settings()
        return PromptOrder(
            persona=scene.persona,
            user_name=scene.user_name,
            user_description=scene.user_description,
            path=(asked,),
            sampler=replace(sampler_from(settings), seed=seed),
            max_tokens=min(MOST_TOKENS, context_tokens // 3),
            context_tokens=context_tokens,
            memory_share=0.0,
            two_stage=settings.writing.two_stage_immersion,
            lorebooks=scene.books,
            seed=str(seed),
            began_at=asked.created_at,
        )


def as_message(probe: Probe, speaker: str, moment: datetime) -> Message:
    """Return a question as if it had been said in a conversation."""
    return Message(
        id=MessageId(probe.key),
        conversation_id=ConversationId(_KIND),
        parent_id=None,
        position=0,
        siblings=1,
        author=Author.USER,
        speaker=speaker,
        text=probe.question,
        state=MessageState.COMPLETE,
        version_id=MessageVersionId(probe.key),
        revision=1,
        created_at=moment,
    )

"""Carries out one exchange: recall, prompt, generate, store.

Runs on the turn lane and calls the storage lane for every commit. The reply is checkpointed
at most every second while it streams, so that what was read survives a kill. Knows ports
only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event as Flag
from time import monotonic
from typing import Protocol

from app.domain.conversation import Author, Conversation, Message, MessageState
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Sampler,
    Usage,
)
from app.domain.ids import ConversationId, MessageId, PersonaId
from app.domain.memory import Recalled
from app.domain.turn import TurnPhase
from app.errors import AppError, Bug, Cancelled
from app.events import (
    EventHub,
    MessageStored,
    ReplyDelta,
    ReplyFailed,
    ReplyFinished,
    TurnPhaseChanged,
)
from app.ports.engine import Engine
from app.ports.stores import ConversationStore, NewMessage
from app.prompting.assembly import PromptFrame, PromptOrder, frame_prompt
from app.services.replies import ReplyCleaner
from app.settings import Settings
from app.tasks import Lane
from personas.lorebook import Lorebook
from personas.persona import Persona

CHECKPOINT_SECONDS = 1.0
_TOKENS_PER_SHORT_MESSAGE = 10


class Recall(Protocol):
    """Finds memories for a turn; never raises, bounded in time."""

    def recall(
        self,
        persona_id: PersonaId,
        conversation_id: ConversationId,
        query_text: str,
        *,
        exclude: frozenset[MessageId],
        before: str = "",
    ) -> list[Recalled]:
        """Return memories, best first; `before` is what the user said before that."""
        ...


@dataclass(frozen=True, slots=True)
class TurnOrder:
    """What a turn is to do. A value; any thread.

    The reply becomes a child of `parent`; `continued` is a reply that is written on instead.
    """

    conversation: Conversation
    persona: Persona
    parent: Message | None
    reply: Message | None = None
    continued: Message | None = None
    seed: int | None = None
    lorebooks: tuple[Lorebook, ...] = ()
    user_description: str = ""


class Turn:
    """One exchange and its phase. Made by ChatService; runs on the turn lane.

    `stop` may be called from any thread.
    """

    def __init__(self, conversation_id: ConversationId, hub: EventHub, engine: Engine) -> None:
        """Begin idle."""
        self.conversation_id = conversation_id
        self.phase = TurnPhase.IDLE
        self._hub = hub
        self._engine = engine
        self._stop = Flag()
        self.is_over = False

    def enter(self, phase: TurnPhase) -> None:
        """Go to the next phase and tell everybody; raises ValueError for a wrong step."""
        self.phase = self.phase.advance(phase)
        self.is_over = phase is TurnPhase.IDLE
        self._hub.publish(TurnPhaseChanged(self.conversation_id, self.phase))

    def stop(self) -> None:
        """Ask to stop; what was written so far is kept."""
        self._stop.set()
        self._engine.cancel()

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise Cancelled when a stop was asked for."""
        if self.is_stopping:
            message = "stopped"
            raise Cancelled(message)


class _ReplyWriter:
    """Receives the reply's pieces, shows and checkpoints them. One reply, engine's thread."""

    def __init__(
        self,
        reply: Message,
        cleaner: ReplyCleaner,
        hub: EventHub,
        checkpoint: Callable[[str], None],
    ) -> None:
        self.text = reply.text
        self.reply = reply
        self._cleaner = cleaner
        self._hub = hub
        self._checkpoint = checkpoint
        self._saved_at = monotonic()

    def write(self, piece: str) -> None:
        self._append(self._cleaner.feed(piece))

    def finish(self) -> None:
        self._append(self._cleaner.finish())

    def _append(self, shown: str) -> None:
        if not shown:
            return
        self.text += shown
        self._hub.publish(ReplyDelta(self.reply.conversation_id, self.reply.id, shown))
        if monotonic() - self._saved_at >= CHECKPOINT_SECONDS:
            self._saved_at = monotonic()
            self._checkpoint(self.text)


class TurnRunner:
    """Runs turns one after the other. Owned by ChatService; `run` on the turn lane."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        engine: Engine,
        memories: Recall,
        require_model: Callable[[], ModelDescription],
        hub: EventHub,
        storage_lane: Lane,
        settings: Callable[[], Settings],
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._store = store
        self._engine = engine
        self._memories = memories
        self._require_model = require_model
        self._hub = hub
        self._storage = storage_lane
        self._settings = settings
        self._anchors: dict[ConversationId, MessageId | None] = {}

    def run(self, turn: Turn, order: TurnOrder) -> None:
        """Carry the turn through to IDLE; a failure ends in the reply's row, not here."""
        writer: _ReplyWriter | None = None
        failure: AppError = Bug("The reply broke off because of a fault in Dramatis itself.")
        try:
            turn.enter(TurnPhase.RECALLING)
            reply = order.continued or order.reply or self._begin_reply(order)
            writer = self._writer(reply, order)
            self._exchange(turn, order, writer)
        except AppError as error:
            failure = error
        finally:
            if turn.phase is not TurnPhase.IDLE:
                self._fail(turn, writer, failure)

    def read_ahead(self, order: TurnOrder, stop: Flag) -> None:
        """Have the engine read what the next prompt will begin with, while nobody waits.

        Nothing is stored or shown; what was read when `stop` came is not read again. Does
        nothing while no model is loaded.
        """
        model = self._engine.model
        if model is None or stop.is_set():
            return
        frame = self._frame(order, model.context_tokens)
        request = frame.complete((), self._engine.count_tokens, with_tail=False)
        if stop.is_set():
            return
        self._engine.read(request)

    def _exchange(self, turn: Turn, order: TurnOrder, writer: _ReplyWriter) -> None:
        """Recall, prompt, generate and store; a stop keeps the text so far."""
        request: GenerationRequest | None = None
        finished = Finished(FinishReason.CANCELLED, Usage())
        try:
            model = self._require_model()
            turn.check()
            frame = self._frame(order, model.context_tokens)
            recalled = self._recall(order, frame)
            turn.check()
            turn.enter(TurnPhase.PROMPTING)
            request = frame.complete(recalled, self._engine.count_tokens)
            turn.check()
            turn.enter(TurnPhase.GENERATING)
            finished = self._engine.generate(request, _stoppable(turn, writer))
        except Cancelled:
            pass
        writer.finish()
        if turn.is_stopping:
            turn.enter(TurnPhase.STOPPING)
            finished = replace(finished, reason=FinishReason.CANCELLED)
        turn.enter(TurnPhase.STORING)
        self._store_reply(writer, finished, request)
        turn.enter(TurnPhase.IDLE)

    def _begin_reply(self, order: TurnOrder) -> Message:
        """Commit the empty reply, so that whatever happens has a row."""
        conversation = order.conversation
        parent_id = order.parent.id if order.parent else None
        new = NewMessage(Author.CHARACTER, order.persona.name, "", MessageState.STREAMING)
        reply = self._storage.call(lambda: self._store.append(conversation.id, parent_id, new))
        self._hub.publish(MessageStored(reply, is_new=True))
        return reply

    def _writer(self, reply: Message, order: TurnOrder) -> _ReplyWriter:
        def checkpoint(text: str) -> None:
            self._storage.submit(
                lambda: self._store.checkpoint(reply.id, text, MessageState.STREAMING)
            )

        cleaner = ReplyCleaner(order.persona.name, is_continued=order.continued is not None)
        return _ReplyWriter(reply, cleaner, self._hub, checkpoint)

    def _path(self, order: TurnOrder, context_tokens: int) -> list[Message]:
        """Return the newest part of the path above the reply: all that could fit."""
        conversation_id = order.conversation.id
        limit = max(32, context_tokens // _TOKENS_PER_SHORT_MESSAGE)
        path = self._storage.call(lambda: self._store.path(conversation_id, limit=limit + 1))
        if order.parent is None:
            return []
        ids = [message.id for message in path]
        return path[: ids.index(order.parent.id) + 1] if order.parent.id in ids else path[:-1]

    def _frame(self, order: TurnOrder, context_tokens: int) -> PromptFrame:
        """Settle what is in the context, and remember where it begins for the next turn."""
        settings = self._settings()
        conversation = order.conversation
        frame = frame_prompt(
            PromptOrder(
                persona=order.persona,
                user_name=conversation.user_name,
                user_description=order.user_description,
                lorebooks=order.lorebooks,
                seed=conversation.id,
                began_at=conversation.created_at,
                path=self._path(order, context_tokens),
                sampler=replace(sampler_from(settings), seed=order.seed),
                max_tokens=min(settings.writing.reply_tokens, context_tokens // 3),
                context_tokens=context_tokens,
                memory_share=settings.remembering.context_share,
                two_stage=settings.writing.two_stage_immersion,
                reply_prefix=order.continued.text if order.continued else "",
                anchor=self._anchors.get(conversation.id),
            ),
            self._engine.count_tokens,
        )
        self._anchors[conversation.id] = frame.anchor
        return frame

    def _recall(self, order: TurnOrder, frame: PromptFrame) -> list[Recalled]:
        """Find memories for the newest words; never what the model reads anyway."""
        spoken = [message for message in frame.kept if message.author is Author.USER]
        if not spoken:
            return []
        return self._memories.recall(
            order.conversation.persona_id,
            order.conversation.id,
            spoken[-1].text,
            exclude=frozenset(message.id for message in frame.kept),
            before=spoken[-2].text if len(spoken) > 1 else "",
        )

    def _store_reply(
        self, writer: _ReplyWriter, finished: Finished, request: GenerationRequest | None
    ) -> None:
        """Commit the end of the reply; one that was stopped before its first word goes."""
        reply = writer.reply
        recalled = request.recalled if request else ()
        state = (
            MessageState.STOPPED
            if finished.reason is FinishReason.CANCELLED
            else MessageState.COMPLETE
        )
        text = writer.text.rstrip()
        stored = self._storage.call(
            lambda: self._store.finish_reply(reply.id, text, state, finished.usage, recalled)
        )
        if not text and state is MessageState.STOPPED:
            self._storage.call(lambda: self._store.delete(reply.id))
        usage = finished.usage
        self._hub.publish(
            ReplyFinished(
                message=stored,
                reason=finished.reason,
                usage=usage,
                recalled=recalled,
                prompt_tokens=usage.prompt_read + usage.prompt_reused,
                context_tokens=request.context_tokens if request else 0,
                fired_lore=request.fired_lore if request else (),
            )
        )

    def _fail(self, turn: Turn, writer: _ReplyWriter | None, error: AppError) -> None:
        """Keep the text so far with the reason, and come back to IDLE whatever happens."""
        stored: Message | None = None
        if writer is not None:
            writer.finish()
            stored = self._keep_failed(writer, error)
        self._hub.publish(
            ReplyFailed(turn.conversation_id, stored, error.code, error.message, error)
        )
        turn.enter(TurnPhase.FAILED)
        turn.enter(TurnPhase.IDLE)

    def _keep_failed(self, writer: _ReplyWriter, error: AppError) -> Message:
        """Commit the failed reply; on a full disk the row still shows what was read."""
        reply, text = writer.reply, writer.text.rstrip()
        try:
            return self._storage.call(
                lambda: self._store.checkpoint(reply.id, text, MessageState.FAILED, error.message)
            )
        except AppError:
            return replace(reply, text=text, state=MessageState.FAILED, failure=error.message)


def _stoppable(turn: Turn, writer: _ReplyWriter) -> Callable[[str], None]:
    """Pass pieces on; a stop that came before the engine listened is said again."""

    def receive(piece: str) -> None:
        if turn.is_stopping:
            turn.stop()
            return
        writer.write(piece)

    return receive


def sampler_from(settings: Settings) -> Sampler:
    """Return the sampler that the settings describe."""
    sampling = settings.sampling
    return Sampler(
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        min_p=sampling.min_p,
        typical_p=sampling.typical_p,
        repeat_penalty=sampling.repeat_penalty,
        dry_multiplier=sampling.dry_multiplier,
        xtc_probability=sampling.xtc_probability,
        xtc_threshold=sampling.xtc_threshold,
    )

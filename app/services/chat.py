"""Talking: send, stop, take again, continue, edit, delete, undo.

Every change is committed before its future resolves. One turn at a time, over all
conversations: there is one model. Knows ports only; the turn itself is in `turn`.
"""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from threading import Event as Flag
from threading import Lock

from app.domain.conversation import Author, Conversation, Message, MessageState
from app.domain.ids import ConversationId, MessageId, PersonaId
from app.domain.turn import TurnPhase
from app.errors import MachineError, UserError
from app.events import ConversationsChanged, EventHub, MessageStored, TranscriptChanged
from app.ports.engine import Engine
from app.ports.stores import ConversationStore, NewMessage
from app.services.asides import AsideService, Read
from app.services.circumstances import CircumstanceReader
from app.services.idle import IdleGate, IdleWork
from app.services.titles import title_from
from app.services.turn import Turn, TurnOrder, TurnRunner
from app.services.undo_steps import UndoSteps
from app.tasks import Lane


class ChatService:
    """What a person does in a conversation. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        conversations: ConversationStore,
        circumstances: CircumstanceReader,
        engine: Engine,
        runner: TurnRunner,
        idle_work: IdleWork,
        asides: AsideService,
        hub: EventHub,
        storage_lane: Lane,
        turn_lane: Lane,
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._conversations = conversations
        self._circumstances = circumstances
        self._engine = engine
        self._runner = runner
        self._idle = IdleGate(idle_work, asides)
        self._asides = asides
        self._hub = hub
        self._storage = storage_lane
        self._turns = turn_lane
        self._lock = Lock()
        self._turn: Turn | None = None
        self._undo = UndoSteps()

    def start_turn(
        self, conversation_id: ConversationId, text: str, *, seed: int | None = None
    ) -> Future[Message]:
        """Say something; resolves once it is committed. The reply follows as events.

        Raises UserError in the future for empty text and while a reply is being written.
        """

        def commit() -> Message:
            if not text.strip():
                message = "There is nothing to send: write a line first."
                raise UserError(message, code="empty-message")
            turn = self._claim(conversation_id)
            try:
                conversation = self._conversations.get(conversation_id)
                order = self._order(conversation, seed)
                said = NewMessage(Author.USER, conversation.user_name, text.strip())
                message = self._conversations.append(conversation_id, conversation.leaf_id, said)
            except BaseException:
                self._release(turn)
                raise
            self._hub.publish(MessageStored(message, is_new=True))
            self._launch(turn, replace(order, parent=message))
            if not conversation.title:
                # What was said is committed; a title can still come with the next line.
                with suppress(MachineError):
                    self._conversations.rename(conversation_id, title_from(text))
            self._hub.publish(ConversationsChanged(conversation.persona_id))
            return message

        return self._storage.submit(commit)

    def regenerate(
        self,
        conversation_id: ConversationId,
        message_id: MessageId | None = None,
        *,
        seed: int | None = None,
    ) -> Future[Message]:
        """Write another reply beside the last (or the given) one.

        Resolves with the new, empty reply. When the path ends with the user's words, the
        missing reply is written.
        """

        def begin() -> Message:
            turn = self._claim(conversation_id)
            try:
                conversation = self._conversations.get(conversation_id)
                parent = self._parent_for_take(conversation, message_id)
                order = self._order(conversation, seed)
                new = NewMessage(Author.CHARACTER, order.persona.name, "", MessageState.STREAMING)
                reply = self._conversations.append(
                    conversation_id, parent.id if parent else None, new
                )
            except BaseException:
                self._release(turn)
                raise
            self._hub.publish(TranscriptChanged(conversation_id))
            self._launch(turn, replace(order, parent=parent, reply=reply))
            return reply

        return self._storage.submit(begin)

    def continue_reply(
        self, conversation_id: ConversationId, *, seed: int | None = None
    ) -> Future[Message]:
        """Write on at the end of the last reply; resolves with that reply."""

        def begin() -> Message:
            turn = self._claim(conversation_id)
            try:
                conversation = self._conversations.get(conversation_id)
                last = self._reply_to_continue(conversation_id)
                parent = self._conversations.message(last.parent_id) if last.parent_id else None
                order = self._order(conversation, seed)
                # A version of its own, so that undo and memory know both wordings.
                self._conversations.edit(last.id, last.text)
                streaming = self._conversations.checkpoint(
                    last.id, last.text, MessageState.STREAMING
                )
                self._undo.add(conversation_id, "continue", lambda: self._discontinue(last))
            except BaseException:
                self._release(turn)
                raise
            self._hub.publish(MessageStored(streaming, is_new=False))
            self._launch(turn, replace(order, parent=parent, continued=streaming))
            return streaming

        return self._storage.submit(begin)

    def read_ahead(self, conversation_id: ConversationId) -> Future[None]:
        """Let the model read a conversation that was opened, until somebody says something.

        The first reply then starts sooner. It waits for asides and gives way to them, and what
        they overwrote is read again. Does nothing during a turn or without a model.
        """
        with self._lock:
            if self._turn is None or self._turn.is_over:
                return self._asides.read_ahead(self._reader(conversation_id))
        nothing: Future[None] = Future()
        nothing.set_result(None)
        return nothing

    def stop(self, conversation_id: ConversationId) -> None:
        """End the reply that is being written there; its text so far stays."""
        turn = self._turn
        if turn is not None and turn.conversation_id == conversation_id:
            turn.stop()

    def hold_back(self, persona_id: PersonaId) -> None:
        """Let idle work wait: somebody types to this persona. `let_go_on` ends it."""
        self._idle.hold(persona_id)

    def let_go_on(self) -> None:
        """Let idle work go on: nobody types any more."""
        self._idle.release()

    def stop_all(self) -> None:
        """End whatever is being written, for closing."""
        self.let_go_on()
        self._asides.give_way()
        turn = self._turn
        if turn is not None:
            turn.stop()

    def phase(self, conversation_id: ConversationId) -> TurnPhase:
        """Return where this conversation's turn stands."""
        turn = self._turn
        if turn is None or turn.conversation_id != conversation_id:
            return TurnPhase.IDLE
        return turn.phase

    def edit(self, message_id: MessageId, text: str) -> Future[Message]:
        """Change what a message says; the earlier wording stays in store for undo."""

        def work() -> Message:
            if not text.strip():
                message = "A message cannot be empty. To remove it, delete it."
                raise UserError(message, code="empty-message")
            conversation_id = self._settled(message_id).conversation_id
            edited = self._conversations.edit(message_id, text.strip())
            self._undo.add(
                conversation_id, "edit", lambda: self._conversations.undo_edit(message_id)
            )
            self._hub.publish(MessageStored(edited, is_new=False))
            self._hub.publish(TranscriptChanged(conversation_id))
            return edited

        return self._storage.submit(work)

    def delete(self, message_id: MessageId) -> Future[None]:
        """Take a message out of the story; what follows it stays, and undo brings it back."""

        def work() -> None:
            conversation_id = self._settled(message_id).conversation_id
            if self._conversations.delete(message_id):
                self._undo.add(
                    conversation_id, "delete", lambda: self._conversations.undelete(message_id)
                )
            self._hub.publish(TranscriptChanged(conversation_id))

        return self._storage.submit(work)

    def bring_back(self, message_id: MessageId) -> Future[Message]:
        """Put a deleted message into the story again, however long ago it was deleted."""

        def work() -> Message:
            conversation_id = self._settled(message_id).conversation_id
            if self._conversations.undelete(message_id):
                self._undo.add(
                    conversation_id, "bring back", lambda: self._conversations.delete(message_id)
                )
            self._hub.publish(TranscriptChanged(conversation_id))
            return self._conversations.message(message_id)

        return self._storage.submit(work)

    def select(self, message_id: MessageId) -> Future[Conversation]:
        """Show the branch that goes through a message."""

        def work() -> Conversation:
            message = self._settled(message_id)
            conversation = self._conversations.select(message.conversation_id, message_id)
            self._hub.publish(TranscriptChanged(conversation.id))
            return conversation

        return self._storage.submit(work)

    def undo(self, conversation_id: ConversationId) -> Future[str | None]:
        """Take back the last edit or deletion; resolves with what it was, if anything."""

        def work() -> str | None:
            if self.phase(conversation_id).is_busy:
                raise _busy()
            label = self._undo.take_back(conversation_id)
            if label is not None:
                self._hub.publish(TranscriptChanged(conversation_id))
            return label

        return self._storage.submit(work)

    def can_undo(self, conversation_id: ConversationId) -> bool:
        """Whether `undo` would do something."""
        return self._undo.has_any(conversation_id)

    def _claim(self, conversation_id: ConversationId) -> Turn:
        """Take the one turn there is, or raise UserError."""
        with self._lock:
            if self._turn is not None and not self._turn.is_over:
                raise _busy()
            turn = self._turn = Turn(conversation_id, self._hub, self._engine)
        # What was read stays in the engine; a turn goes on from there.
        self._asides.give_way()
        return turn

    def _release(self, turn: Turn) -> None:
        """Give the turn back, unless somebody took the next one meanwhile."""
        with self._lock:
            if self._turn is turn:
                self._turn = None

    def _launch(self, turn: Turn, order: TurnOrder) -> None:
        """Run the turn on its lane; idle work waits meanwhile."""
        self._idle.begin_turn()

        def run() -> None:
            try:
                self._runner.run(turn, order)
            finally:
                self._release(turn)
                self._asides.keep_read(self._reader(order.conversation.id))
                self._idle.end_turn(order.conversation.persona_id)

        self._turns.submit(run)
        # What began to be asked since the turn was claimed would be answered before it.
        self._idle.give_way()

    def _reader(self, conversation_id: ConversationId) -> Read:
        """Return what reads a conversation ahead, as it stands by then."""

        def read(stop: Flag) -> None:
            order = self._storage.call(lambda: self._order_ahead(conversation_id))
            if order is not None:
                self._runner.read_ahead(order, stop)

        return read

    def _order_ahead(self, conversation_id: ConversationId) -> TurnOrder | None:
        """Return the order for reading what is on the path, if anything is."""
        last = self._last(conversation_id)
        if last is None:
            return None
        return replace(self._order(self._conversations.get(conversation_id)), parent=last)

    def _order(self, conversation: Conversation, seed: int | None = None) -> TurnOrder:
        """Return who talks with whom, before anything is written: it may be that nobody can."""
        found = self._circumstances.read(conversation)
        return TurnOrder(
            conversation,
            found.persona,
            parent=None,
            seed=seed,
            lorebooks=found.lorebooks,
            user_description=found.user_description,
        )

    def _discontinue(self, reply: Message) -> None:
        """Go back to a reply as it was before it was continued, however that ended."""
        self._conversations.undo_edit(reply.id)
        self._conversations.checkpoint(reply.id, reply.text, reply.state, reply.failure)

    def _last(self, conversation_id: ConversationId) -> Message | None:
        path = self._conversations.path(conversation_id, limit=1)
        return path[0] if path else None

    def _reply_to_continue(self, conversation_id: ConversationId) -> Message:
        last = self._last(conversation_id)
        if last is None or last.author is not Author.CHARACTER or not last.text:
            message = "There is no reply to continue: say something first."
            raise UserError(message, code="nothing-to-continue")
        return last

    def _parent_for_take(
        self, conversation: Conversation, message_id: MessageId | None
    ) -> Message | None:
        """Return what the new reply answers to."""
        message = (
            self._conversations.message(message_id) if message_id else self._last(conversation.id)
        )
        if message is None:
            text = "There is nothing to reply to yet: say something first."
            raise UserError(text, code="nothing-to-continue")
        if message.author is not Author.CHARACTER:
            return message
        return self._conversations.message(message.parent_id) if message.parent_id else None

    def _settled(self, message_id: MessageId) -> Message:
        """Return a message; UserError while its conversation is being written in."""
        message = self._conversations.message(message_id)
        if self.phase(message.conversation_id).is_busy:
            raise _busy()
        return message


def _busy() -> UserError:
    message = "A reply is still being written: wait for its end, or stop it first."
    return UserError(message, code="busy")

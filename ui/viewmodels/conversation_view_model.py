"""One conversation on the screen: what it shows, what can be done, and doing it.

Every button follows from the turn's phase and the transcript. Speaks to services and hears
events through the bridge; the rows live in the transcript model. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Author, Conversation, Message
from app.domain.ids import ConversationId, MessageId
from app.domain.turn import TurnPhase
from app.errors import AppError
from app.events import (
    ConversationsChanged,
    MessageStored,
    ReplyDelta,
    ReplyFailed,
    ReplyFinished,
    TranscriptChanged,
    TurnPhaseChanged,
)
from app.services.chat import ChatService
from app.services.conversations import ConversationService, ReplyDetails
from app.services.models import ModelService
from ui.bridge import EventBridge
from ui.viewmodels.deleted_messages import DeletedMessages
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.error_state import ErrorState
from ui.viewmodels.line_drafts import LineDrafts
from ui.viewmodels.message_changes import MessageChanges
from ui.viewmodels.reply_inspector import ReplyInspector
from ui.viewmodels.status_view_model import StatusViewModel
from ui.viewmodels.transcript_model import TranscriptModel
from ui.viewmodels.typing_pause import TypingPause

_T = TypeVar("_T")


_ABILITIES = ("can_send", "can_stop", "can_take_again", "can_continue", "can_undo")


class ConversationViewModel(QObject):
    """State and deeds of the conversation screen. Lives on the GUI thread; owned by it.

    Signals `x_changed` carry the new value of `x`. `sent()`: the user's message is committed
    and the draft may go. `announced(str)`: something to be read aloud once.
    `conversation_changed(Conversation | None)` when another was opened, `particulars_changed`
    when the open one has another title. The status line is in `status`, the side panel in
    `inspector`, editing and deleting in `changes`.
    """

    conversation_changed = Signal(object)
    phase_changed = Signal(object)
    is_reading_changed = Signal(bool)
    can_send_changed = Signal(bool)
    can_stop_changed = Signal(bool)
    can_take_again_changed = Signal(bool)
    can_continue_changed = Signal(bool)
    can_undo_changed = Signal(bool)
    error_changed = Signal(object)
    draft_changed = Signal(str)
    particulars_changed = Signal(object)
    sent = Signal()
    announced = Signal(str)

    def __init__(
        self,
        conversations: ConversationService,
        chat: ChatService,
        models: ModelService,
        bridge: EventBridge,
        drafts: DraftFolder | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Listen to events; nothing is open yet. Unsent words are kept in `drafts`."""
        super().__init__(parent)
        self.drafts = LineDrafts(drafts, self)
        self._conversations = conversations
        self._chat = chat
        self._typing = TypingPause(chat, self)
        self._bridge = bridge
        self._conversation: Conversation | None = None
        self._phase = TurnPhase.IDLE
        self._is_asking = False
        self._error: ErrorState | None = None
        self._retry: Callable[[], None] | None = None
        self._is_reading = False
        self._abilities: dict[str, bool] = {}
        self.status = StatusViewModel(models, bridge, self)
        self.status.engine_failed.connect(self._take_engine_failure)
        self.status.engine_recovered.connect(self._take_engine_recovery)
        self.transcript = TranscriptModel(conversations, self)
        self.transcript.failed.connect(self._fail)
        self.transcript.changed.connect(self._refresh)
        self.inspector = ReplyInspector(conversations, self.transcript, self)
        self.inspector.details_changed.connect(self._show_cost)
        self.inspector.failed.connect(self._fail)
        self.changes = MessageChanges(
            conversations, chat, bridge, self.drafts, lambda: self.can_send, self
        )
        self.changes.failed.connect(self._fail)
        self.changes.announced.connect(self.announced)
        self.changes.last_change_changed.connect(self._refresh)
        self._listen()

    # What the screen shows

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that is open."""
        return self._conversation

    @property
    def phase(self) -> TurnPhase:
        """Where the turn of the open conversation stands."""
        return self._phase

    @property
    def is_reading(self) -> bool:
        """Whether the model still reads the prompt of the reply that is under way."""
        return self._is_reading

    @property
    def can_send(self) -> bool:
        """Whether a line may be sent now; whether there is one is the composer's business."""
        return self._conversation is not None and not self._is_busy

    @property
    def can_stop(self) -> bool:
        """Whether a reply is under way that can be stopped."""
        return self._phase.can_stop

    @property
    def can_take_again(self) -> bool:
        """Whether there is something to reply to once more."""
        return self.can_send and self.transcript.rowCount() > 0

    @property
    def can_continue(self) -> bool:
        """Whether the last reply can be written on."""
        last = self.transcript.newest
        if last is None or last.author is not Author.CHARACTER:
            return False
        return self.can_send and bool(last.text)

    @property
    def can_undo(self) -> bool:
        """Whether an edit or a deletion can be taken back."""
        return self.changes.can_undo

    @property
    def error(self) -> ErrorState | None:
        """What the quiet bar says, if anything."""
        return self._error

    @property
    def draft(self) -> str:
        """What is being written and not yet sent."""
        return self.drafts.read(self._conversation.id) if self._conversation else ""

    # What can be done

    def open(self, conversation: Conversation | None) -> None:
        """Show another conversation, or none; its draft comes back with it."""
        self._conversation = conversation
        self._is_asking = False
        self._set_error(None)
        self.changes.open(conversation.id if conversation else None)
        self.status.show_cost(None)
        self.inspector.show(None)
        # Of a reply that was under way before it came into view, its words tell.
        self._set_reading(False)
        self._set_phase(self._chat.phase(conversation.id) if conversation else TurnPhase.IDLE)
        self.transcript.open(conversation.id if conversation else None)
        self.conversation_changed.emit(conversation)
        self.draft_changed.emit(self.draft)
        self._refresh()

    def set_draft(self, text: str) -> None:
        """Keep what is being written."""
        if self._conversation is not None and text != self.draft:
            self._typing.note(self._conversation.persona_id)
            self.drafts.keep(self._conversation.id, text)
            self.draft_changed.emit(text)

    def send(self, text: str) -> None:
        """Say something; `sent` follows once it is committed, and only then the draft goes."""
        if self._conversation is None or not self.can_send or not text.strip():
            return
        conversation_id = self._conversation.id
        self.changes.forget_last()
        self.transcript.show_newest()

        def committed(_message: Message) -> None:
            self.drafts.drop(conversation_id)
            if self._conversation is not None and self._conversation.id == conversation_id:
                self.draft_changed.emit("")
                self.sent.emit()

        self._ask(self._chat.start_turn(conversation_id, text), committed, lambda: self.send(text))

    def stop(self) -> None:
        """End the reply that is being written; its text so far stays."""
        if self._conversation is not None and self.can_stop:
            self._chat.stop(self._conversation.id)

    def take_again(self, message_id: MessageId | None = None) -> None:
        """Have the last reply (or the given one) written once more, beside the first."""
        if self._conversation is None or not self.can_take_again:
            return
        self.transcript.show_newest()
        future = self._chat.regenerate(self._conversation.id, message_id)
        self._ask(future, None, lambda: self.take_again(message_id))

    def continue_reply(self) -> None:
        """Have the last reply written on."""
        if self._conversation is None or not self.can_continue:
            return
        self._ask(self._chat.continue_reply(self._conversation.id), None, self.continue_reply)

    def list_deleted(self) -> DeletedMessages | None:
        """Return what was deleted in the open conversation, for whoever shows it."""
        if self._conversation is None:
            return None
        deleted = DeletedMessages(
            self._conversation.id, self._conversations, self.changes, self._bridge
        )
        deleted.failed.connect(self._fail)
        return deleted

    def retry(self) -> None:
        """Try again what the error says did not work."""
        again = self._retry
        self._set_error(None)
        if again is not None:
            again()

    def dismiss_error(self) -> None:
        """Put the quiet bar away."""
        self._set_error(None)

    # What happens

    def _listen(self) -> None:
        bridge = self._bridge
        bridge.turn_phase_changed.connect(self._take_phase)
        bridge.message_stored.connect(self._take_stored)
        bridge.reply_delta.connect(self._take_delta)
        bridge.reply_finished.connect(self._take_finished)
        bridge.reply_failed.connect(self._take_failed)
        bridge.transcript_changed.connect(self._take_transcript_change)
        bridge.conversations_changed.connect(self._take_conversations_change)
        # Whoever the user is in the open one may be called otherwise now.
        bridge.user_personas_changed.connect(self._look_again)

    def _take_phase(self, event: TurnPhaseChanged) -> None:
        if self._is_open(event.conversation_id):
            self._is_asking = False
            self._set_reading(event.phase is TurnPhase.GENERATING)
            self._set_phase(event.phase)

    def _take_stored(self, event: MessageStored) -> None:
        self.transcript.store(event.message, is_new=event.is_new)

    def _take_delta(self, event: ReplyDelta) -> None:
        self.transcript.append_delta(event.message_id, event.text)
        if self._is_open(event.conversation_id):
            self._set_reading(False)

    def _take_finished(self, event: ReplyFinished) -> None:
        message = event.message
        self.transcript.finish(message)
        if not self._is_open(message.conversation_id):
            return
        injected = [one for one in event.recalled if one.injected]
        self.transcript.set_recalled(message.id, len(injected))
        self.status.show_cost(event.usage, event.context_tokens)
        self.inspector.follow(ReplyDetails(message, event.usage, event.recalled))
        spoken = self.transcript.spoken(message.id)
        if spoken:
            self.announced.emit(spoken)

    def _take_failed(self, event: ReplyFailed) -> None:
        if event.message is not None:
            self.transcript.finish(event.message)
        if not self._is_open(event.conversation_id):
            return
        if event.message is None or not self.transcript.index_of(event.message.id).isValid():
            self._set_error(ErrorState(event.code, event.detail, can_retry=True), self.take_again)
        self.announced.emit(event.detail)

    def _take_transcript_change(self, event: TranscriptChanged) -> None:
        if self._is_open(event.conversation_id):
            self.transcript.reload()
            self._refresh()

    def _take_conversations_change(self, event: ConversationsChanged) -> None:
        if self._conversation is not None and self._conversation.persona_id == event.persona_id:
            self._look_again()

    def _look_again(self, _event: object = None) -> None:
        """Show the open conversation's particulars as they are stored now."""
        opened = self._conversation
        if opened is None:
            return

        def take(conversation: Conversation) -> None:
            if self._is_open(conversation.id) and conversation != self._conversation:
                self._conversation = conversation
                self.particulars_changed.emit(conversation)

        self._bridge.deliver(self._conversations.get(opened.id), self, take, self._fail)

    def _take_engine_failure(self, sentence: str) -> None:
        self._set_error(ErrorState("engine", sentence, can_retry=True), self.status.load_model)

    def _take_engine_recovery(self) -> None:
        if self._error is not None and self._error.code == "engine":
            self._set_error(None)

    # Keeping state

    @property
    def _is_busy(self) -> bool:
        return self._is_asking or self._phase.is_busy

    def _is_open(self, conversation_id: ConversationId) -> bool:
        return self._conversation is not None and self._conversation.id == conversation_id

    def _ask(
        self,
        future: Future[_T],
        success: Callable[[_T], None] | None,
        again: Callable[[], None],
    ) -> None:
        """Begin a turn; until its first phase arrives nothing else may begin."""
        self._set_error(None)
        self._is_asking = True
        self._refresh()

        def fail(error: AppError) -> None:
            self._is_asking = False
            self._refresh()
            self._set_error(ErrorState(error.code, error.message, can_retry=True), again)

        self._bridge.deliver(future, self, success, fail)

    def _fail(self, error: AppError) -> None:
        self._set_error(ErrorState(error.code, error.message))

    def _set_error(self, error: ErrorState | None, again: Callable[[], None] | None = None) -> None:
        self._retry = again
        if error != self._error:
            self._error = error
            self.error_changed.emit(error)

    def _set_phase(self, phase: TurnPhase) -> None:
        if phase != self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)
        self._refresh()

    def _set_reading(self, is_reading: bool) -> None:
        if is_reading != self._is_reading:
            self._is_reading = is_reading
            self.is_reading_changed.emit(is_reading)

    def _show_cost(self, details: ReplyDetails | None) -> None:
        """Have the status line say what the newest reply cost."""
        if details is not None and self.inspector.is_newest(details):
            self.status.show_cost(details.usage)

    def _refresh(self) -> None:
        """Tell of every ability that is not what it was."""
        abilities: dict[str, bool] = {name: getattr(self, name) for name in _ABILITIES}
        before, self._abilities = self._abilities, abilities
        for name, value in abilities.items():
            if before.get(name) != value:
                getattr(self, f"{name}_changed").emit(value)

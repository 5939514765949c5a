"""Who the user can be: the list, the one that is being written, and who plays in which story.

A draft is kept on disk soon after it was typed and stored when it is saved or left. Knows no
widget.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, PersonaId, UserPersonaId
from app.domain.user_persona import UserPersona, UserPersonaRecord
from ui.bridge import EventBridge, deliver
from ui.viewmodels.draft_folder import Draft, DraftFolder
from ui.viewmodels.notice import Notice
from ui.viewmodels.problems import describe_problems

if TYPE_CHECKING:
    from app.services.conversations import ConversationService
    from app.services.personas import PersonaService
    from app.services.user_personas import UserPersonaService

_PAUSE_MILLISECONDS = 500
_NEW_NAME = "Somebody new"


@dataclass(frozen=True, slots=True)
class UserChoice:
    """Somebody whom the user can be, for a menu or a row; None is just the name. A value."""

    id: UserPersonaId | None
    name: str
    mark: str


class UserPersonasViewModel(QObject):
    """The list and the one that is open. GUI thread; owned by the window's user part.

    Signals:
        changed: others on the list, or other marks.
        opened: another one is open, or the same one anew: fill the fields.
        edited: the draft, its status or its problem changed.
        reading_changed: other words that a character reads of the open one.
        added: a new one is open and waits for its name.
        attached(Conversation): the user is somebody else in a conversation.
        notice_raised(Notice): something to say quietly.
        failed(AppError): something did not work; the draft is kept.
    """

    changed = Signal()
    opened = Signal()
    edited = Signal()
    reading_changed = Signal()
    added = Signal()
    attached = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        users: UserPersonaService,
        conversations: ConversationService,
        personas: PersonaService,
        bridge: EventBridge,
        drafts: DraftFolder,
        name_in_settings: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        """Fetch nothing yet."""
        super().__init__(parent)
        self._users = users
        self._conversations = conversations
        self._personas = personas
        self._drafts = drafts
        self._name_in_settings = name_in_settings
        self._records: tuple[UserPersonaRecord, ...] = ()
        self._aside: tuple[UserPersonaRecord, ...] = ()
        self._played: dict[PersonaId, str] = {}
        self._record: UserPersonaRecord | None = None
        self._draft: Draft = {}
        self._reading = ""
        self._status = ""
        self._problem = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._keep_draft)
        bridge.user_personas_changed.connect(self.refresh)
        bridge.settings_changed.connect(self._tell_changed)

    @property
    def choices(self) -> tuple[UserChoice, ...]:
        """Everybody whom the user can be; first the name in the settings, which is nobody."""
        has_default = any(record.is_default for record in self._records)
        mark = "the name in the settings" + ("" if has_default else ", by default")
        plain = UserChoice(None, self._name_in_settings(), mark)
        return (plain, *(self._choice(record) for record in self._records if not record.problem))

    @property
    def broken(self) -> tuple[UserPersonaRecord, ...]:
        """Those that cannot be read."""
        return tuple(record for record in self._records if record.problem)

    @property
    def aside(self) -> tuple[UserChoice, ...]:
        """Those set aside."""
        return tuple(self._choice(record) for record in self._aside)

    @property
    def record(self) -> UserPersonaRecord | None:
        """The one that is open, as stored; None for the name in the settings."""
        return self._record

    @property
    def draft(self) -> Draft:
        """What the fields show."""
        return self._draft

    @property
    def is_set_aside(self) -> bool:
        """Whether the open one lies aside."""
        return self._record is not None and self._record.id in {one.id for one in self._aside}

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self._record is not None and self._draft != _as_draft(self._record)

    @property
    def plays(self) -> str:
        """The name of the character whom the open one plays; empty when none."""
        played = self._draft.get("persona_id")
        return self._played.get(played, "a character") if played else ""

    @property
    def reading(self) -> str:
        """What a character reads of the open one."""
        return self._reading

    @property
    def status(self) -> str:
        """A few words on whether all is saved."""
        return self._status

    @property
    def problem(self) -> str:
        """Why the draft cannot be saved; empty when it can."""
        return self._problem

    def refresh(self, _event: object = None) -> None:
        """Fetch everybody anew."""
        deliver(self._users.list_all(), self, self._take_all, self.failed.emit)

    def open(self, user_id: UserPersonaId | None) -> None:
        """Show one of the list, or what it means to be nobody in particular."""
        self.leave()
        every = {record.id: record for record in (*self._records, *self._aside)}
        self._load(every.get(user_id) if user_id is not None else None)

    def set_value(self, name: str, value: str | None) -> None:
        """Write one field of the draft."""
        if self._record is None or self._draft.get(name) == value:
            return
        self._draft = {**self._draft, name: value}
        self._judge()
        self._tell("Changed" if self.is_changed else "Saved")
        self._pause.start()

    def add(self) -> None:
        """Make somebody new, who waits for a name."""
        self._make(self._users.add(UserPersona(name=_NEW_NAME)), is_new=True)

    def play(self, persona_id: PersonaId) -> None:
        """Play a character of the cast."""
        self._make(self._users.play(persona_id), is_new=False)

    def fetch_cast(self) -> Future[list[PersonaRecord]]:
        """Return the characters who can be played."""
        return self._personas.list_all()

    def save(self) -> None:
        """Store the draft; says what is in the way when something is."""
        record, user = self._record, self._valid()
        if record is None or not self.is_changed:
            return
        self._keep_draft()
        if user is None:
            self._tell("Not saved: see the marked field")
            return

        def take(saved: UserPersonaRecord) -> None:
            is_open = self._record is not None and self._record.id == saved.id
            if is_open:
                self._record = saved
                self._tell("Changed" if self.is_changed else "Saved")
            if not (is_open and self.is_changed):
                self._drafts.drop(saved.id)

        deliver(self._users.save(record.id, user), self, take, self.failed.emit)

    def leave(self) -> None:
        """Store what holds and keep what does not."""
        self._pause.stop()
        self.save()

    def discard(self) -> None:
        """Go back to what is stored."""
        if self._record is not None:
            self._pause.stop()
            self._drafts.drop(self._record.id)
            self._load(self._record)

    def set_default(self, *, is_default: bool) -> None:
        """Have the open one (or the plain name) be the user in new conversations, or not."""
        chosen = self._record.id if self._record is not None and is_default else None
        deliver(self._users.set_default(chosen), self, None, self.failed.emit)

    def set_aside(self) -> None:
        """Take the open one off the list; it can be brought back."""
        record = self._record
        if record is None:
            return
        self.leave()
        name = record.user_persona.name

        def tell(_none: None) -> None:
            self._load(None)
            notice = Notice(
                f"{name} is set aside. Conversations that have {name} keep them.",
                action="Bring back",
                act=lambda: self.bring_back(record.id),
                key="user-aside",
            )
            self.notice_raised.emit(notice)

        deliver(self._users.set_aside(record.id), self, tell, self.failed.emit)

    def bring_back(self, user_id: UserPersonaId) -> None:
        """Put one back onto the list."""
        deliver(self._users.restore(user_id), self, None, self.failed.emit)

    def attach(self, conversation: Conversation, user_id: UserPersonaId | None) -> None:
        """Say who the user is in a conversation from here on."""
        wanted = (user_id, next((one.name for one in self.choices if one.id == user_id), ""))
        if (conversation.user_persona_id, conversation.user_name) == wanted:
            return
        self.leave()

        def tell(changed: Conversation) -> None:
            self.attached.emit(changed)
            notice = Notice(
                f"From here on you are {changed.user_name}. The next turn reads the sheet anew, "
                "so it begins a little later.",
                action="Undo",
                act=lambda: self._attach(changed.id, conversation.user_persona_id, None),
                key="user-attached",
            )
            self.notice_raised.emit(notice)

        self._attach(conversation.id, user_id, tell)

    def _attach(
        self,
        conversation_id: ConversationId,
        user_id: UserPersonaId | None,
        tell: Callable[[Conversation], None] | None,
    ) -> None:
        future = self._conversations.set_user_persona(conversation_id, user_id)
        deliver(future, self, tell or self.attached.emit, self.failed.emit)

    def _tell_changed(self, _event: object) -> None:
        self.changed.emit()

    def _make(self, future: Future[UserPersonaRecord], *, is_new: bool) -> None:
        self.leave()

        def take(record: UserPersonaRecord) -> None:
            if record.id not in {one.id for one in self._records}:
                self._records = (*self._records, record)
                self.changed.emit()
            self._load(record)
            if is_new:
                self.added.emit()

        deliver(future, self, take, self.failed.emit)

    def _take_all(self, records: list[UserPersonaRecord]) -> None:
        def take_aside(aside: list[UserPersonaRecord]) -> None:
            self._records, self._aside = tuple(records), tuple(aside)
            self._name_played()
            self._follow()
            self.changed.emit()

        deliver(self._users.list_set_aside(), self, take_aside, self.failed.emit)

    def _follow(self) -> None:
        """Take the open one as it is now; what was typed stays."""
        every = {record.id: record for record in (*self._records, *self._aside)}
        if self._record is None or self._record.id not in every:
            return
        was_changed = self.is_changed
        self._record = every[self._record.id]
        if was_changed or not self.is_changed:
            self.edited.emit()
        else:
            self._load(self._record)

    def _load(self, record: UserPersonaRecord | None) -> None:
        before, self._record = self._record, record
        stored = {} if record is None else _as_draft(record)
        kept = self._drafts.read(record.id) if record is not None else None
        fresh = {**stored, **{name: kept[name] for name in stored if name in kept}} if kept else {}
        is_same = before is not None and record is not None and before.id == record.id
        self._draft = fresh or stored
        self._judge()
        self.opened.emit()
        self._tell("Unsaved changes from last time" if fresh != stored and fresh else "")
        if not is_same:
            self._reading = ""
        self._read()

    def _choice(self, record: UserPersonaRecord) -> UserChoice:
        user = record.user_persona
        played = self._played.get(user.persona_id, "") if user.persona_id else ""
        said = [f"plays {played}" if played != user.name else "of the cast"] if played else []
        if user.pronouns:
            said.append(user.pronouns)
        if record.is_default:
            said.append("by default")
        return UserChoice(record.id, user.name, ", ".join(said))

    def _name_played(self) -> None:
        """Fetch the names of the characters who are played and not known by name yet."""
        everybody = (*self._records, *self._aside)
        wanted = {one.user_persona.persona_id for one in everybody} - {None, *self._played}
        for persona_id in wanted:
            if persona_id is not None:
                deliver(self._personas.get(persona_id), self, self._take_played, self.failed.emit)

    def _take_played(self, record: PersonaRecord) -> None:
        self._played[record.id] = record.persona.name
        self.changed.emit()
        self.edited.emit()

    def _judge(self) -> None:
        self._problem = ""
        if self._record is not None:
            try:
                UserPersona.model_validate(self._draft)
            except ValidationError as error:
                self._problem = next(iter(describe_problems(error).values()), "")

    def _valid(self) -> UserPersona | None:
        return None if self._problem or not self._draft else UserPersona.model_validate(self._draft)

    def _keep_draft(self) -> None:
        if self._record is None:
            return
        if self.is_changed:
            self._drafts.write(self._record.id, self._draft)
        else:
            self._drafts.drop(self._record.id)
        self._read()

    def _read(self) -> None:
        user = self._valid()
        if user is not None:
            deliver(self._users.describe(user), self, self._take_reading, self.failed.emit)

    def _take_reading(self, reading: str) -> None:
        self._reading = reading
        self.reading_changed.emit()

    def _tell(self, status: str) -> None:
        self._status = status
        self.edited.emit()


def _as_draft(record: UserPersonaRecord) -> dict[str, Any]:
    return record.user_persona.model_dump(mode="json")

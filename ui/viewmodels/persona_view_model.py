"""One character's sheet: what is stored, what is being written, and what does not hold yet.

A draft is plain JSON data that is judged by the persona model after every change, so that
a half-written line is allowed and named. It is kept on disk after a pause, saved as a new
version when asked or when the sheet is left, and kept when it cannot be saved. Knows no
widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from personas.persona import Persona
from personas.pronouns import Pronouns, pronouns_for
from ui.bridge import deliver
from ui.viewmodels.draft_folder import Draft, DraftFolder
from ui.viewmodels.form_fields import FieldPath, put_at
from ui.viewmodels.notice import Notice
from ui.viewmodels.persona_history import DraftChange
from ui.viewmodels.persona_sections import say_path
from ui.viewmodels.problems import describe_problems

if TYPE_CHECKING:
    from app.services.personas import PersonaService

_PAUSE_MILLISECONDS = 800
_UNDO_KEY = "Ctrl+Z"


class PersonaViewModel(QObject):
    """The sheet's state. GUI thread; owned by the session.

    Signals:
        opened(PersonaRecord): another character, or the same one from the store: reload.
        value_changed: the draft changed.
        draft_replaced: it changed otherwise than by typing, so the forms show it anew.
        problems_changed: other fields do not hold.
        status_changed(str): a few words on whether all is saved.
        saved(PersonaRecord): a new version is in force.
        notice_raised(Notice): something to say quietly.
        failed(AppError): something did not work; the draft is kept.
    """

    opened = Signal(object)
    value_changed = Signal()
    draft_replaced = Signal()
    problems_changed = Signal()
    status_changed = Signal(str)
    saved = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(self, personas: PersonaService, drafts: DraftFolder) -> None:
        """Start with no character."""
        super().__init__()
        self._personas = personas
        self._drafts = drafts
        self._record: PersonaRecord | None = None
        self._stored: Draft = {}
        self._draft: Draft = {}
        self._problems: dict[FieldPath, str] = {}
        self._persona: Persona | None = None
        self._status = ""
        self._history = QUndoStack(self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._keep_draft)

    @property
    def record(self) -> PersonaRecord | None:
        """The character as stored, None before one was opened."""
        return self._record

    @property
    def draft(self) -> Draft:
        """What the forms show; replaced, never changed in place."""
        return self._draft

    @property
    def persona(self) -> Persona | None:
        """What is written as a persona; as stored while the draft does not hold."""
        return self._persona or (self._record.persona if self._record else None)

    @property
    def problems(self) -> dict[FieldPath, str]:
        """A sentence for each field that does not hold."""
        return self._problems

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self._draft != self._stored

    @property
    def status(self) -> str:
        """A few words on whether all is saved."""
        return self._status

    @property
    def pronouns(self) -> Pronouns:
        """How the headings speak of the character."""
        persona = self.persona or Persona(name="Somebody")
        return pronouns_for(persona.social)

    def open(self, record: PersonaRecord) -> None:
        """Show a character; unsaved work on it from before comes back."""
        if self._record is not None and self._record.id != record.id:
            self.leave()
        if self._record is not None and self._record.id == record.id and self.is_changed:
            return
        self._load(record)
        kept = self._drafts.read(record.id)
        if kept is not None and kept != self._stored:
            self._draft = kept
            self._judge()
            self.opened.emit(record)
            self._tell("Unsaved changes from last time")
            self.notice_raised.emit(
                Notice(
                    f"There are unsaved changes to {record.persona.name} from last time.",
                    action="Drop them",
                    act=self.discard,
                    key="draft",
                )
            )
        else:
            self.opened.emit(record)
            self._tell("")

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value into the draft; what is typed into one field is undone as one."""
        if self._record is None:
            return
        changed = put_at(self._draft, path, value)
        if changed != self._draft:
            self._history.push(DraftChange(self._draft, changed, self._put_back, path))
            self._take_draft(changed)

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed, as one step of its own; the forms show them."""
        changed = self._draft
        for path, value in values:
            changed = put_at(changed, path, value)
        if self._record is not None and changed != self._draft:
            self._history.push(DraftChange(self._draft, changed, self._put_back))
            self._put_back(changed)

    def replace(self, persona: Persona) -> None:
        """Write a whole persona over the draft, as one step that can be undone."""
        changed: Draft = persona.model_dump(mode="json")
        if self._record is not None and changed != self._draft:
            self._history.push(DraftChange(self._draft, changed, self._put_back))
            self._put_back(changed)

    def undo(self) -> None:
        """Take the last step back."""
        self._history.undo()

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        self._history.redo()

    def fetch_versions(self, persona_id: PersonaId) -> Future[list[PersonaRecord]]:
        """Return every version of a character, the newest first."""
        return self._personas.versions(persona_id)

    def save(self) -> None:
        """Make the draft a new version; says which field is in the way when one is."""
        record = self._record
        if record is None or not self.is_changed:
            return
        if self._persona is None:
            self._tell("Not saved: see the marked field")
            self._keep_draft()
            self.notice_raised.emit(
                Notice(
                    f"{record.persona.name} cannot be saved yet: {self._first_problem()}",
                    is_warning=True,
                    key="draft",
                )
            )
            return
        self._save(record.id, self._persona, self._draft)

    def leave(self) -> None:
        """Save what holds and keep what does not; the sheet goes out of sight."""
        if self.is_changed and self._persona is not None:
            self.save()
        elif self.is_changed:
            self._keep_draft()
        self._pause.stop()

    def discard(self) -> None:
        """Go back to what is stored."""
        if self._record is None:
            return
        self._pause.stop()
        self._drafts.drop(self._record.id)
        self._history.push(DraftChange(self._draft, self._stored, self._put_back))
        self._draft = self._stored
        self._judge()
        self.opened.emit(self._record)
        self._tell(f"As saved \u00b7 undo with {_UNDO_KEY}")

    def _load(self, record: PersonaRecord) -> None:
        self._record = record
        self._stored = record.persona.model_dump(mode="json")
        self._draft = self._stored
        self._history.clear()
        self._judge()

    def _put_back(self, draft: Draft) -> None:
        self._take_draft(draft)
        self.draft_replaced.emit()

    def _take_draft(self, draft: Draft) -> None:
        self._draft = draft
        self._judge()
        self.value_changed.emit()
        self._tell(self._say_state())
        self._pause.start()

    def _say_state(self) -> str:
        words = "Changed" if self.is_changed else "Saved"
        return f"{words} \u00b7 undo with {_UNDO_KEY}" if self._history.canUndo() else words

    def _save(self, persona_id: PersonaId, persona: Persona, draft: Draft) -> None:
        self._pause.stop()
        # Kept until the database has it: a save that fails must not cost what was typed.
        self._drafts.write(persona_id, draft)
        self._tell("Saving …")

        def take(record: PersonaRecord) -> None:
            self._drafts.drop(persona_id)
            if self._record is not None and self._record.id == persona_id:
                self._record = record
                self._stored = draft
                saved = f"Saved as version {record.version} \u00b7 undo with {_UNDO_KEY}"
                self._tell(self._say_state() if self.is_changed else saved)
                if self.is_changed:
                    self._keep_draft()
            self.saved.emit(record)

        def fail(error: object) -> None:
            self._tell("Not saved; kept as a draft")
            self.failed.emit(error)

        deliver(self._personas.save(persona_id, persona), self, take, fail)

    def _judge(self) -> None:
        before = self._problems
        try:
            self._persona = Persona.model_validate(self._draft)
            self._problems = {}
        except ValidationError as error:
            self._persona = None
            self._problems = describe_problems(error)
        if self._problems != before:
            self.problems_changed.emit()

    def _first_problem(self) -> str:
        path, sentence = next(iter(self._problems.items()), ((), ""))
        return f"{say_path(path)}: {sentence}" if path else sentence

    def _keep_draft(self) -> None:
        if self._record is None:
            return
        if self.is_changed:
            self._drafts.write(self._record.id, self._draft)
        else:
            self._drafts.drop(self._record.id)

    def _tell(self, status: str) -> None:
        self._status = status
        self.status_changed.emit(status)

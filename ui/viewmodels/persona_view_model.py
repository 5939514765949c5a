"""One character's sheet: what is stored, what is being written, and what does not hold yet.

A draft is plain JSON data that is judged by the persona model after every change, so that
a half-written line is allowed and named. It is saved as a new version when asked or when the
sheet is left, and kept when it cannot be saved. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from personas.persona import Persona
from personas.pronouns import Pronouns, pronouns_for
from ui.viewmodels.draft_folder import Draft, DraftFolder
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.lore_draft import BookJudge
from ui.viewmodels.notice import Notice
from ui.viewmodels.persona_sections import say_path
from ui.viewmodels.problems import describe_problems
from ui.viewmodels.written_draft import WrittenDraft, unsaved_notice

if TYPE_CHECKING:
    from app.services.personas import PersonaService

_NOTICE = "draft"


class PersonaViewModel(QObject):
    """The sheet's state. GUI thread; owned by the session.

    Signals:
        opened(PersonaRecord): another character, or the same one from the store: reload.
        value_changed: the draft changed.
        draft_replaced: it changed otherwise than by typing, so the forms show it anew.
        problems_changed: other fields do not hold.
        status_changed: a few words on whether all is saved.
        saved(PersonaRecord): a new version is in force.
        notice_raised(Notice): something to say quietly.
        failed(AppError): something did not work; the draft is kept.
    """

    opened = Signal(object)
    value_changed = Signal()
    draft_replaced = Signal()
    problems_changed = Signal()
    status_changed = Signal()
    saved = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(self, personas: PersonaService, drafts: DraftFolder) -> None:
        """Start with no character."""
        super().__init__()
        self._personas = personas
        self._record: PersonaRecord | None = None
        self._problems: dict[FieldPath, str] = {}
        self._persona: Persona | None = None
        self._held: Persona | None = None
        self._book_judge = BookJudge()
        self._written = WrittenDraft(drafts, self)
        self._written.changed.connect(self._follow)
        self._written.replaced.connect(self.draft_replaced)
        self._written.status_changed.connect(self.status_changed)

    @property
    def record(self) -> PersonaRecord | None:
        """The character as stored, None before one was opened."""
        return self._record

    @property
    def draft(self) -> Draft:
        """What the forms show; replaced, never changed in place."""
        return self._written.draft

    @property
    def persona(self) -> Persona | None:
        """What is written as a persona; while the draft does not hold, as it last held."""
        return self._persona or self._held

    @property
    def problems(self) -> dict[FieldPath, str]:
        """A sentence for each field that does not hold."""
        return self._problems

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self._written.is_changed

    @property
    def status(self) -> str:
        """A few words on whether all is saved."""
        return self._written.status

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
        self._record = record
        self._held = record.persona
        is_kept = self._written.open(record.id, record.persona.model_dump(mode="json"))
        self._judge()
        self.opened.emit(record)
        self._written.tell_opened(is_kept=is_kept)
        if is_kept:
            self.notice_raised.emit(unsaved_notice(record.persona.name, self.discard, _NOTICE))

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value into the draft; what is typed into one field is undone as one."""
        self._written.set_value(path, value)

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed, as one step of its own; the forms show them."""
        self._written.put_values(values)

    def replace(self, persona: Persona) -> None:
        """Write a whole persona over the draft, as one step that can be undone."""
        self._written.replace(persona.model_dump(mode="json"))

    def take_tags(self, record: PersonaRecord) -> None:
        """Have tags that were given elsewhere in unsaved work too, or saving it would lose them."""
        tags = list(record.persona.tags)
        if self._record is None or self._record.id != record.id:
            self._written.correct(record.id, ("tags",), tags)
        elif self.is_changed:
            self.put_values([(("tags",), tags)])
        else:
            self.open(record)

    def undo(self) -> None:
        """Take the last step back."""
        self._written.undo()

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        self._written.redo()

    def fetch_versions(self, persona_id: PersonaId) -> Future[list[PersonaRecord]]:
        """Return every version of a character, the newest first."""
        return self._personas.versions(persona_id)

    def save(self) -> None:
        """Make the draft a new version; says which field is in the way when one is."""
        record = self._record
        if record is None or not self.is_changed:
            return
        persona = self._persona
        if persona is None:
            self._written.refuse()
            text = f"{record.persona.name} cannot be saved yet: {self._first_problem()}"
            self.notice_raised.emit(Notice(text, is_warning=True, key=_NOTICE))
            return

        def take(saved: PersonaRecord, is_open: bool) -> None:
            if is_open:
                self._record = saved
                self._written.tell_state(f"Saved as version {saved.version}")
            self.saved.emit(saved)

        self._written.save(lambda: self._personas.save(record.id, persona), take, self.failed.emit)

    def leave(self) -> None:
        """Save what holds and keep what does not; the sheet goes out of sight."""
        if self._persona is not None:
            self.save()
        self._written.rest()

    def discard(self) -> None:
        """Go back to what is stored."""
        if self._record is None:
            return
        self._written.discard()
        self._judge()
        self.opened.emit(self._record)
        self._written.tell_state("As saved")

    def _follow(self) -> None:
        self._judge()
        self.value_changed.emit()

    def _judge(self) -> None:
        before = self._problems
        self._persona, self._problems = self._read()
        self._held = self._persona or self._held
        if self._problems != before:
            self.problems_changed.emit()

    def _read(self) -> tuple[Persona | None, dict[FieldPath, str]]:
        lore = self.draft.get("lore")
        has_book = isinstance(lore, dict)
        try:
            # A book may have thousands of entries: only those that changed are read again.
            persona = Persona.model_validate({**self.draft, "lore": None if has_book else lore})
            problems: dict[FieldPath, str] = {}
        except ValidationError as error:
            persona, problems = None, describe_problems(error)
        if has_book:
            book, found = self._book_judge.read(cast("Draft", lore))
            problems.update({("lore", *path): sentence for path, sentence in found.items()})
            if persona is not None:
                persona = persona.model_copy(update={"lore": book})
        return (None if problems else persona), problems

    def _first_problem(self) -> str:
        path, sentence = next(iter(self._problems.items()), ((), ""))
        return f"{say_path(path)}: {sentence}" if path else sentence

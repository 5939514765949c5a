"""The character's voice on trial: three questions, answered from the draft and as saved.

Both answers to a question come of the same seed, so that a difference is the sheet's.
Nothing of it is stored. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import PersonaId
from personas.persona import Persona
from ui.viewmodels.asking import Asking, AskingState, EngineStatus
from ui.viewmodels.persona_sections import say_path
from ui.viewmodels.persona_view_model import PersonaViewModel

if TYPE_CHECKING:
    from app.services.hearing import HearingService, Probe

_NO_WORDS = "No words came."
_SAME = "Nothing is changed since it was saved, so one answer stands for both."


class Column(StrEnum):
    """Which of the two sheets answers."""

    WRITTEN = "As written"
    SAVED = "As saved"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its words so far, and what to say of it. IDLE while its turn is to come."""

    state: AskingState = AskingState.IDLE
    text: str = ""
    sentence: str = ""


Place = tuple[str, Column]
"""The question's key, and the column."""


class HearingViewModel(QObject):
    """The answers and how they stand. GUI thread; owned by the panel that shows it.

    Signals:
        changed: it began, ended, or something else is to be said of it.
        answer_changed(Place): an answer has more words, or another state.
    """

    changed = Signal()
    answer_changed = Signal(object)

    def __init__(
        self,
        sheet: PersonaViewModel,
        hearing: HearingService,
        status: EngineStatus,
        probes: Sequence[Probe],
    ) -> None:
        """Ask nothing yet."""
        super().__init__()
        self.probes = tuple(probes)
        self._sheet = sheet
        self._hearing = hearing
        self._asking = Asking(status, hearing.stop, self, "Reading the sheet \u2026")
        self._answers: dict[Place, Answer] = {}
        self._ahead: list[tuple[Place, Persona, Probe]] = []
        self._place: Place | None = None
        self._seed = 0
        self._heard: Persona | None = None
        self._columns: tuple[Column, ...] = ()
        self._record_id = ""
        self._asking.changed.connect(self._follow)
        sheet.opened.connect(self._open)
        for follow in (sheet.value_changed, sheet.problems_changed, sheet.saved):
            follow.connect(self._tell)

    @property
    def is_running(self) -> bool:
        """Whether answers are being written."""
        return self._place is not None

    @property
    def can_begin(self) -> bool:
        """Whether there is a draft that can be asked."""
        return self._sheet.persona is not None and not self._sheet.problems

    @property
    def is_heard(self) -> bool:
        """Whether there are answers on the screen."""
        return bool(self._answers)

    @property
    def is_complete(self) -> bool:
        """Whether every answer came to its end."""
        return all(answer.state == AskingState.DONE for answer in self._answers.values())

    @property
    def is_stale(self) -> bool:
        """Whether the sheet reads otherwise than when it was heard."""
        return self.is_heard and self._heard != self._sheet.persona

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown; one where both would say the same."""
        return self._columns

    @property
    def invitation(self) -> str:
        """The words for the button that begins."""
        return f"Hear {self._sheet.pronouns.object}"

    @property
    def sentence(self) -> str:
        """What to say above the answers."""
        if self.is_running:
            count = len(self._answers)
            number = count - len(self._ahead)
            has_begun = bool(self._place and self._answers[self._place].text)
            words = "Writing" if has_begun else self._asking.sentence
            return f"{words} \u00b7 {number} of {count}"
        if self._sheet.problems:
            path, problem = next(iter(self._sheet.problems.items()))
            words = f"{say_path(path)}: {problem}" if path else problem
            return f"The draft does not hold yet. {words}"
        if self.is_stale:
            return "The sheet has changed since."
        if self._asking.state == AskingState.STOPPED:
            return self._asking.sentence
        return _SAME if self._columns == (Column.WRITTEN,) else ""

    def answer(self, key: str, column: Column) -> Answer:
        """Return how an answer stands."""
        answer = self._answers.get((key, column), Answer())
        if answer.state == AskingState.IDLE:
            return replace(answer, sentence="\u2026" if self.is_running else "Not asked.")
        return answer

    def hear(self) -> None:
        """Ask all questions; the same seed as before, so that only the sheet differs."""
        record, persona = self._sheet.record, self._sheet.persona
        if record is None or persona is None or not self.can_begin:
            return
        self.stop()
        self._heard = persona
        self._record_id = record.id
        sheets = {Column.WRITTEN: persona}
        if persona != record.persona:
            sheets[Column.SAVED] = record.persona
        self._columns = tuple(sheets)
        # One sheet after the other, not question by question: the engine reads each sheet once.
        self._ahead = [
            ((probe.key, column), sheet, probe)
            for column, sheet in sheets.items()
            for probe in self.probes
        ]
        self._answers = {place: Answer() for place, _, _ in self._ahead}
        self._ask_next()

    def hear_again(self) -> None:
        """Ask all questions with another seed."""
        self._seed += 1
        self.hear()

    def stop(self) -> None:
        """Keep the words so far and ask no more."""
        self._ahead = []
        self._asking.stop()

    def _ask_next(self) -> None:
        if not self._ahead:
            self._place = None
            self.changed.emit()
            return
        self._place, persona, probe = self._ahead.pop(0)
        self._put(Answer(AskingState.WRITING))
        self._asking.ask(
            lambda tell: self._hearing.hear(
                persona, probe, tell, persona_id=PersonaId(self._record_id), seed=self._seed
            ),
            self._take,
            self._add_piece,
        )

    def _add_piece(self, piece: str) -> None:
        if self._place is not None:
            known = self._answers[self._place]
            self._put(replace(known, text=known.text + piece, sentence=""))
            if not known.text:
                self.changed.emit()

    def _take(self, text: str) -> None:
        self._put(Answer(AskingState.DONE, text, "" if text.strip() else _NO_WORDS))
        self._ask_next()

    def _follow(self) -> None:
        state, place = self._asking.state, self._place
        if place is not None and state in {AskingState.STOPPED, AskingState.FAILED}:
            self._ahead = []
            self._put(replace(self._answers[place], state=state, sentence=self._asking.sentence))
            self._place = None
        elif place is not None:
            sentence = "" if self._answers[place].text else self._asking.sentence
            self._put(replace(self._answers[place], sentence=sentence))
        self.changed.emit()

    def _put(self, answer: Answer) -> None:
        if self._place is not None:
            self._answers[self._place] = answer
            self.answer_changed.emit(self._place)

    def _tell(self) -> None:
        self.changed.emit()

    def _open(self) -> None:
        """Forget what another character said; the same one may be opened anew."""
        record = self._sheet.record
        record_id = record.id if record else ""
        if record_id != self._record_id:
            self._record_id = record_id
            self.stop()
            self._answers, self._columns, self._heard, self._seed = {}, (), None, 0
            self._asking.forget()
        self.changed.emit()

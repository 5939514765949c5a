"""Stand-ins for the services that ask the model: every answer is given by hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, PersonaVersionId
from app.errors import Cancelled
from personas.persona import Persona
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.status_view_model import EngineFacts


@dataclass(frozen=True)
class Question:
    key: str
    question: str


@dataclass(frozen=True)
class Suggested:
    path: tuple[str | int, ...]
    title: str
    value: Any
    text: str


QUESTIONS = (
    Question("morning", "What has the day been like?"),
    Question("favour", "Could you lend me some money?"),
)


class Engine(QObject):
    """Satisfies EngineStatus."""

    engine_changed = Signal(object)

    def __init__(self, state: str = "ready") -> None:
        super().__init__()
        self.engine = EngineFacts(state)

    def turn(self, state: str, progress: float = 0.0) -> None:
        self.engine = EngineFacts(state, progress)
        self.engine_changed.emit(self.engine)


class Asked:
    """A question that was put, and the way to answer it from here."""

    def __init__(self, **details: Any) -> None:
        self.details = details
        self.future: Future[Any] = Future()
        self.future.set_running_or_notify_cancel()

    def __getitem__(self, name: str) -> Any:
        return self.details[name]

    def piece(self, text: Any) -> None:
        self.details["on_piece"](text)

    def answer(self, value: Any) -> None:
        self.future.set_result(value)

    def fail(self, error: Exception) -> None:
        self.future.set_exception(error)

    def give_way(self) -> None:
        self.future.set_exception(Cancelled("a turn came"))


class Prompter:
    """Satisfies HearingService and SuggestionService."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.stops = 0

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    def hear(
        self,
        persona: Persona,
        probe: Question,
        on_piece: Callable[[str], None] | None = None,
        *,
        persona_id: str | None = None,
        seed: int = 0,
    ) -> Future[str]:
        return self._put(
            persona=persona, probe=probe, on_piece=on_piece, persona_id=persona_id, seed=seed
        )

    def fill(
        self, persona: Persona, path: tuple[str | int, ...], *, seed: int = 0
    ) -> Future[Suggested]:
        return self._put(persona=persona, path=path, seed=seed)

    def from_paragraph(
        self,
        paragraph: str,
        *,
        seed: int = 0,
        on_suggestion: Callable[[Suggested], None] | None = None,
    ) -> Future[tuple[Suggested, ...]]:
        return self._put(paragraph=paragraph, seed=seed, on_piece=on_suggestion)

    def acceptances(
        self,
        persona: Persona,
        count: int = 3,
        *,
        seed: int = 0,
        on_suggestion: Callable[[Suggested], None] | None = None,
    ) -> Future[tuple[Suggested, ...]]:
        return self._put(persona=persona, count=count, seed=seed, on_piece=on_suggestion)

    def stop(self) -> None:
        self.stops += 1

    def _put(self, **details: Any) -> Future[Any]:
        self.asked.append(Asked(**details))
        return self.last.future


class Shelf:
    """As much of PersonaService as a sheet needs."""

    def save(self, persona_id: PersonaId, persona: Persona) -> Future[PersonaRecord]:
        future: Future[PersonaRecord] = Future()
        future.set_result(make_record(persona, persona_id, version=2))
        return future


def make_record(persona: Persona, persona_id: str = "ada", version: int = 1) -> PersonaRecord:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return PersonaRecord(
        id=PersonaId(persona_id),
        version_id=PersonaVersionId(f"{persona_id}-{version}"),
        version=version,
        persona=persona,
        updated_at=now,
    )


def open_sheet(persona: Persona, folder: Path) -> PersonaViewModel:
    sheet = PersonaViewModel(Shelf(), DraftFolder(folder))
    sheet.open(make_record(persona))
    return sheet

"""Reads a file of dialogues with questions, as LoCoMo's are kept beside the repository.

A list of dialogues: `speakers`, `sessions` (`date`, `turns` with `id`, `speaker`, `text`, `image`)
and `questions` (`question`, `category`, `evidence`). The data is CC BY-NC: it is measured with,
never shipped. Knows no memory.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.domain.days import MONTHS
from app.errors import UserError
from app.services.recall_trials import Dialogue, DialogueTurn


class _Turn(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    speaker: str
    text: str
    image: str | None = None


class _Session(BaseModel):
    model_config = ConfigDict(frozen=True)

    date: str
    turns: tuple[_Turn, ...]


class _Question(BaseModel):
    model_config = ConfigDict(frozen=True)

    question: str
    category: int
    evidence: tuple[str, ...] = ()


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str = ""
    speakers: tuple[str, str]
    sessions: tuple[_Session, ...]
    questions: tuple[_Question, ...] = Field(default=())


_RECORDS = TypeAdapter(tuple[_Record, ...])


@dataclass(frozen=True, slots=True)
class TrialQuestion:
    """A question with the turns that answer it. A value."""

    text: str
    category: int
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrialDialogue:
    """A dialogue with the questions that can be scored, and how many cannot. A value."""

    dialogue: Dialogue
    questions: tuple[TrialQuestion, ...]
    skipped: int


def read_dialogues(path: Path) -> list[TrialDialogue]:
    """Return a file's dialogues; raises UserError for one that cannot be read.

    Evidence that names no turn is left out, and so are questions without any other.
    """
    try:
        records = _RECORDS.validate_json(path.read_bytes().removeprefix(BOM_UTF8))
        return [_read(record) for record in records]
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror})."
        raise UserError(message, code="dialogues-unreadable") from error
    except (ValueError, ValidationError) as error:
        message = f"{path} is no file of dialogues with questions, as LoCoMo's are."
        raise UserError(message, code="dialogues-unreadable") from error


def _read(record: _Record) -> TrialDialogue:
    turns: list[DialogueTurn] = []
    for session in record.sessions:
        began = _moment(session.date)
        turns += [
            DialogueTurn(
                id=turn.id,
                by_first=turn.speaker == record.speakers[0],
                text=f"{turn.text} [{turn.image}]" if turn.image else turn.text,
                # Seconds, so that no sitting runs into the next day.
                said_at=began + timedelta(seconds=place),
            )
            for place, turn in enumerate(session.turns)
        ]
    known = frozenset(turn.id for turn in turns)
    questions = [
        TrialQuestion(one.question, one.category, known.intersection(one.evidence))
        for one in record.questions
    ]
    scored = tuple(one for one in questions if one.evidence)
    dialogue = Dialogue(record.speakers, tuple(turns))
    return TrialDialogue(dialogue, scored, len(questions) - len(scored))


def _moment(words: str) -> datetime:
    """Return what "7:48 pm on 21 May, 2023" says, as local time; ValueError for anything else."""
    clock, _, day = words.partition(" on ")
    number, month, year = day.replace(",", " ").split()
    hour, _, rest = clock.strip().partition(":")
    minute, half = rest.split()
    return (
        datetime(
            int(year),
            [name.casefold() for name in MONTHS].index(month.casefold()) + 1,
            int(number),
            int(hour) % 12 + (12 if half.casefold() == "pm" else 0),
            int(minute),
        )
        .astimezone()
        .astimezone(UTC)
    )

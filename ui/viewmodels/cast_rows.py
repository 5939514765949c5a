"""The cast as rows: headings, characters, folders, the chosen one's conversations, words found.

    ON STAGE                     characters with a conversation, the last touched first
      Isla MacRae
        The lamp room   today    her conversations, when she is chosen and has several
    v Islands              3     folders by name; each opens and closes
    WAITING                      characters nobody has spoken to yet, by name
    IN THE SHEETS                characters whose sheets hold the words searched for
    IN WHAT WAS SAID             messages that hold the words searched for
    ARCHIVED · 3                 opens and closes; characters that were put away

Who is in a folder stands there only. In another order than the last talked the two first
headings are one, below the folders. What is searched for is found in closed folders too.
Pure but for what it remembers between two steps of a search; knows no widget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, PersonaId
from app.ports.stores import SearchHit
from app.services.sheet_search import NOTHING_FOUND, SheetHits
from ui.viewmodels.cast_model import CastOrder, CastRow, CastRowKind
from ui.viewmodels.cast_namesakes import number_namesakes
from ui.viewmodels.days import say_day
from ui.viewmodels.persona_sections import path_from_dots, say_path
from ui.viewmodels.portrait import initials_of, tint_of


@dataclass(frozen=True, slots=True)
class CastState:
    """Everything that decides the rows. A value, any thread.

    `closed_folders` holds names as `folder_key` writes them.
    """

    personas: tuple[PersonaRecord, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    words: str = ""
    hits: tuple[SearchHit, ...] = ()
    sheets: SheetHits = NOTHING_FOUND
    chosen_persona: PersonaId | None = None
    chosen_conversation: ConversationId | None = None
    is_loaded: bool = False
    archived: tuple[PersonaRecord, ...] = ()
    is_archive_open: bool = False
    tag: str = ""
    order: CastOrder = CastOrder.TALKED
    closed_folders: frozenset[str] = frozenset()

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of the cast are asked for."""
        return bool(self.words or self.tag)


@dataclass(frozen=True, slots=True)
class _Known:
    """What of a character does not change from one step of a search to the next."""

    record: PersonaRecord
    text: str
    tags: frozenset[str]
    row: CastRow


class CastRows:
    """Builds the rows. GUI thread; owned by the cast's view-model.

    A step of a search among thousands must not fold their words or make their rows again: both
    are kept for as long as a character's version, picture and place stay what they are.
    """

    def __init__(self) -> None:
        """Know nobody yet."""
        self._known: dict[PersonaId, _Known] = {}
        self._talks: tuple[Conversation, ...] = ()
        self._by_persona: dict[PersonaId, list[Conversation]] = {}
        self._latest: dict[PersonaId, datetime] = {}
        self._people: tuple[PersonaRecord, ...] = ()
        self._away: tuple[PersonaRecord, ...] = ()
        self._numbers: Mapping[PersonaId, int] = {}
        self._spellings: dict[str, str] = {}

    def build(self, state: CastState, now: datetime) -> list[CastRow]:
        """Return the rows from top to bottom."""
        self._gather(state.conversations)
        if state.personas is not self._people or state.archived is not self._away:
            self._people, self._away = state.personas, state.archived
            self._numbers = number_namesakes((*state.personas, *state.archived))
            self._spellings = {folder_key(name): name for name in list_folders(state.personas)}
        rows: list[CastRow] = []
        for heading, records in self._groups(state):
            rows.append(heading)
            if heading.kind == CastRowKind.FOLDER and heading.mark == "closed":
                continue
            for record in records:
                rows.append(self._row(record, state))
                if record.id == state.chosen_persona:
                    rows.extend(self._conversation_rows(record, state, now))
        names = {who.id: who for who in (*state.personas, *state.archived)} if state.words else {}
        rows.extend(_sheet_rows(state, names))
        rows.extend(_hit_rows(state, names))
        if not rows and state.is_loaded:
            rows.append(CastRow(CastRowKind.EMPTY, _nothing(state)))
        rows.extend(self._archive_rows(state))
        return rows

    def beside(self, state: CastState) -> list[PersonaRecord]:
        """Return those with the tag whom the words do not bring up, archived ones at the end."""
        everyone = (*state.personas, *state.archived)
        listed = {record.id for record in self._filter(everyone, state)}
        tagged = self._filter(everyone, replace(state, words=""))
        return [record for record in tagged if record.id not in listed]

    def _gather(self, talks: tuple[Conversation, ...]) -> None:
        if talks is self._talks:
            return
        self._talks, self._by_persona, self._latest = talks, {}, {}
        for talk in talks:
            self._by_persona.setdefault(talk.persona_id, []).append(talk)
            last = self._latest.get(talk.persona_id)
            if last is None or talk.updated_at > last:
                self._latest[talk.persona_id] = talk.updated_at

    def _know(self, record: PersonaRecord) -> _Known:
        known, number = self._known.get(record.id), self._numbers.get(record.id, 0)
        if (
            known is not None
            and known.row.number == number
            and (known.record is record or _is_same(known.record, record))
        ):
            return known
        persona = record.persona
        known = self._known[record.id] = _Known(
            record,
            f"{persona.name} {persona.tagline} {' '.join(persona.tags)} {record.folder}".casefold(),
            frozenset(tag.casefold() for tag in persona.tags),
            _persona_row(record, number),
        )
        return known

    def _row(self, record: PersonaRecord, state: CastState) -> CastRow:
        row = self._know(record).row
        return replace(row, is_current=True) if record.id == state.chosen_persona else row

    def _filter(self, records: Sequence[PersonaRecord], state: CastState) -> list[PersonaRecord]:
        """Return those who match the words and have the tag."""
        words, tag = state.words.casefold().split(), state.tag.casefold()
        found = list(records)
        if tag:
            found = [record for record in found if tag in self._know(record).tags]
        for word in words:
            found = [record for record in found if word in self._know(record).text]
        return found

    def _groups(self, state: CastState) -> list[tuple[CastRow, list[PersonaRecord]]]:
        """Return the headings, each with its characters in order."""
        free: list[PersonaRecord] = []
        members: dict[str, list[PersonaRecord]] = {}
        for record in self._sorted(self._filter(state.personas, state), state.order):
            if record.folder:
                members.setdefault(folder_key(record.folder), []).append(record)
            else:
                free.append(record)
        folders = [
            (_folder_row(self._spellings[key], members[key], state), members[key])
            for key in sorted(members)
        ]
        if state.order == CastOrder.TALKED:
            on_stage = [record for record in free if record.id in self._latest]
            waiting = free[len(on_stage) :]
            return [*_group("On stage", on_stage), *folders, *_group("Waiting", waiting)]
        title = "By name" if state.order == CastOrder.NAME else "Recently changed"
        return [*folders, *_group(title, free)]

    def _sorted(self, records: list[PersonaRecord], order: CastOrder) -> list[PersonaRecord]:
        """Return them in order; the last talked before those who wait, who stay by name."""
        if order == CastOrder.NAME:
            return records
        if order == CastOrder.CHANGED:
            return sorted(records, key=lambda record: record.updated_at, reverse=True)
        on_stage = [record for record in records if record.id in self._latest]
        on_stage.sort(key=lambda record: self._latest[record.id], reverse=True)
        return on_stage + [record for record in records if record.id not in self._latest]

    def _archive_rows(self, state: CastState) -> list[CastRow]:
        """Return the archive's heading, and its characters when it is open."""
        found = self._filter(state.archived, state)
        if not found:
            return []
        mark = "shown" if state.is_archive_open else "hidden"
        heading = CastRow(CastRowKind.ARCHIVE, f"Archived · {len(found)}", mark=mark)
        if not state.is_archive_open:
            return [heading]
        return [heading, *(self._row(record, state) for record in found)]

    def _conversation_rows(
        self, record: PersonaRecord, state: CastState, now: datetime
    ) -> list[CastRow]:
        """Return one row a conversation; a single one needs none, the character stands for it."""
        conversations = self._by_persona.get(record.id, [])
        if len(conversations) < 2:
            return []
        return [
            CastRow(
                CastRowKind.CONVERSATION,
                title_of(conversation, now),
                _count(conversation.message_count),
                mark=say_day(conversation.updated_at, now),
                persona_id=conversation.persona_id,
                conversation_id=conversation.id,
                is_current=conversation.id == state.chosen_conversation,
                folder=record.folder,
            )
            for conversation in conversations
        ]


def build_rows(state: CastState, now: datetime) -> list[CastRow]:
    """Return the rows from top to bottom, remembering nothing."""
    return CastRows().build(state, now)


def folder_key(folder: str) -> str:
    """Return what makes two folders one: their name whatever its case."""
    return folder.casefold()


def list_folders(records: Iterable[PersonaRecord]) -> list[str]:
    """Return every folder once, by name."""
    names: dict[str, str] = {}
    for record in records:
        if record.folder:
            names.setdefault(folder_key(record.folder), record.folder)
    return [names[key] for key in sorted(names)]


def count_tags(records: Iterable[PersonaRecord]) -> list[str]:
    """Return every tag once, whatever its case, those of the most characters first."""
    words: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for record in records:
        for tag in record.persona.tags:
            words.setdefault(tag.casefold(), tag)
        counts.update({tag.casefold() for tag in record.persona.tags})
    return [words[key] for key in sorted(counts, key=lambda key: (-counts[key], key))]


def title_of(conversation: Conversation, now: datetime) -> str:
    """Return a conversation's title, or the day it began for one without."""
    return conversation.title or f"Begun {say_day(conversation.created_at, now)}"


def _is_same(known: PersonaRecord, record: PersonaRecord) -> bool:
    """Whether a record read anew makes the same row; a version never changes."""
    return (
        known.version_id == record.version_id
        and known.folder == record.folder
        and known.portrait == record.portrait
        and known.archived_at == record.archived_at
        and known.problem == record.problem
        and known.persona.name == record.persona.name
    )


def _group(title: str, records: list[PersonaRecord]) -> list[tuple[CastRow, list[PersonaRecord]]]:
    return [(CastRow(CastRowKind.SECTION, title), records)] if records else []


def _folder_row(folder: str, records: Sequence[PersonaRecord], state: CastState) -> CastRow:
    """Return a folder's heading; it stands for whom it hides, and hides nobody searched for."""
    is_open = state.is_narrowed or folder_key(folder) not in state.closed_folders
    count = len(records)
    return CastRow(
        CastRowKind.FOLDER,
        folder,
        "1 character" if count == 1 else f"{count} characters",
        mark="open" if is_open else "closed",
        is_current=not is_open and any(record.id == state.chosen_persona for record in records),
        folder=folder,
    )


def _persona_row(record: PersonaRecord, number: int) -> CastRow:
    persona = record.persona
    return CastRow(
        CastRowKind.PERSONA,
        persona.name,
        record.problem or persona.tagline,
        persona_id=record.id,
        initials=initials_of(persona.name),
        tint=tint_of(persona.name),
        number=number,
        portrait=record.portrait,
        problem=record.problem,
        is_archived=record.archived_at is not None,
        folder="" if record.archived_at is not None else record.folder,
    )


def _count(messages: int) -> str:
    return "1 message" if messages == 1 else f"{messages} messages"


def _sheet_rows(state: CastState, known: Mapping[PersonaId, PersonaRecord]) -> list[CastRow]:
    found = state.sheets
    rows = [
        CastRow(
            CastRowKind.SHEET_HIT,
            known[hit.persona_id].persona.name,
            hit.snippet,
            mark=say_path(path_from_dots(hit.path)) or hit.title,
            persona_id=hit.persona_id,
            place=hit.path,
        )
        for hit in found.hits
        if hit.persona_id in known
    ]
    cut = f" · {len(rows)} of {found.count:,}" if found.count > len(found.hits) else ""
    return [CastRow(CastRowKind.SECTION, f"In the sheets{cut}"), *rows] if rows else []


def _hit_rows(state: CastState, known: Mapping[PersonaId, PersonaRecord]) -> list[CastRow]:
    if not state.hits:
        return []
    personas = {talk.id: talk.persona_id for talk in state.conversations}
    rows = [CastRow(CastRowKind.SECTION, "In what was said")]
    for hit in state.hits:
        persona_id = personas.get(hit.message.conversation_id)
        if persona_id is not None:
            rows.append(
                CastRow(
                    CastRowKind.HIT,
                    known[persona_id].persona.name if persona_id in known else hit.message.speaker,
                    " ".join(hit.snippet.replace("[", "").replace("]", "").split()),
                    persona_id=persona_id,
                    conversation_id=hit.message.conversation_id,
                    message_id=hit.message.id,
                )
            )
    return rows if len(rows) > 1 else []


def _nothing(state: CastState) -> str:
    if state.tag and not state.words:
        return f"Nobody has the tag “{state.tag}” any more."
    if state.words:
        return f"Nobody, no sheet and nothing said matches “{state.words}”."
    return "Nobody is here yet. “New” makes a first character."

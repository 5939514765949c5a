"""The versions of the open character: when each was written, and what one of them changed.

Restoring writes the old version over the draft and saves it, so that it can be undone like
any other step. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import PersonaRecord
from personas.persona import Persona
from ui.bridge import deliver
from ui.viewmodels.days import say_day
from ui.viewmodels.persona_changes import ChangedSection, name_changes, tell_changes
from ui.viewmodels.persona_sections import say_path
from ui.viewmodels.persona_view_model import PersonaViewModel

_DRAFT = "draft"
_FIRST = "The first version"


class Against(StrEnum):
    """What a version is compared with."""

    BEFORE = "before"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version, or the draft that is none yet, in a line. A value."""

    key: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The chosen version and what is different; `sentence` stands where nothing is listed."""

    title: str = ""
    lead: str = ""
    sections: tuple[ChangedSection, ...] = ()
    sentence: str = ""
    before: str = ""
    has_choice: bool = False
    can_restore: bool = False


class PersonaVersions(QObject):
    """All versions of the open character. GUI thread; owned by the versions page.

    Signals:
        changed: other rows.
        compared: another comparison.
    """

    changed = Signal()
    compared = Signal()

    def __init__(self, sheet: PersonaViewModel) -> None:
        """Fetch nothing before somebody watches."""
        super().__init__()
        self._sheet = sheet
        self._records: tuple[PersonaRecord, ...] = ()
        self._is_watched = False
        self.rows: tuple[VersionRow, ...] = ()
        self.chosen = ""
        self.against = Against.BEFORE
        self.comparison = Comparison()
        sheet.opened.connect(self._begin_anew)
        sheet.saved.connect(self._refresh)
        sheet.value_changed.connect(self._tell)

    def watch(self, *, is_watched: bool) -> None:
        """Follow the character's versions while they can be seen."""
        self._is_watched = is_watched
        self._refresh()

    def choose(self, key: str) -> None:
        """Show what a version changed."""
        self.chosen = key
        self._compare()

    def compare_with(self, against: Against) -> None:
        """Show what came with a version, or what has come since."""
        self.against = against
        self._compare()

    def restore(self) -> None:
        """Write the chosen version over the draft and save it as the newest."""
        record = self._find(self.chosen)
        if record is not None and record.problem is None:
            self.chosen = ""
            self._sheet.replace(record.persona)
            self._sheet.save()

    def _begin_anew(self, _record: object) -> None:
        self.chosen = ""
        self._refresh()

    def _refresh(self, _record: object = None) -> None:
        record = self._sheet.record
        if self._is_watched and record is not None:
            fetched = self._sheet.fetch_versions(record.id)
            deliver(fetched, self, self._take, self._sheet.failed.emit)

    def _take(self, records: list[PersonaRecord]) -> None:
        if self._sheet.record is not None and all(
            one.id == self._sheet.record.id for one in records
        ):
            self._records = tuple(records)
            self._tell()

    def _tell(self) -> None:
        """Say every row anew; the draft stands on top while it differs from what is saved."""
        if not self._is_watched:
            return
        self.rows = (*self._draft_row(), *self._version_rows())
        if all(row.key != self.chosen for row in self.rows):
            self.chosen = self.rows[0].key if self.rows else ""
        self.changed.emit()
        self._compare()

    def _draft_row(self) -> tuple[VersionRow, ...]:
        sheet = self._sheet
        if not sheet.is_changed or sheet.record is None:
            return ()
        written = self._draft()
        what = (
            "does not hold yet" if written is None else name_changes(sheet.record.persona, written)
        )
        return (VersionRow(_DRAFT, "The draft", f"Not saved \u00b7 {what}"),)

    def _version_rows(self) -> tuple[VersionRow, ...]:
        now = datetime.now(UTC)
        older = (*self._records[1:], None)
        return tuple(
            VersionRow(
                record.version_id,
                f"Version {record.version}",
                f"{_say_moment(record.updated_at, now)} \u00b7 {_say_what(before, record)}",
            )
            for record, before in zip(self._records, older, strict=True)
        )

    def _compare(self) -> None:
        self.comparison = (
            self._compare_draft() if self.chosen == _DRAFT else self._compare_version()
        )
        self.compared.emit()

    def _compare_draft(self) -> Comparison:
        stored, written = self._sheet.record, self._draft()
        title = "The draft"
        if stored is None or written is None:
            path, sentence = next(iter(self._sheet.problems.items()), ((), ""))
            why = f"{say_path(path)}: {sentence}" if path else sentence
            return Comparison(title, "Not saved", sentence=f"It does not hold yet. {why}")
        lead = f"Not saved \u00b7 what changed since version {stored.version}"
        return _comparison(title, lead, stored.persona, written)

    def _compare_version(self) -> Comparison:
        record = self._find(self.chosen)
        if record is None:
            return Comparison()
        title = f"Version {record.version}"
        when = _say_moment(record.updated_at, datetime.now(UTC))
        if record.problem is not None:
            return Comparison(title, when, sentence=record.problem)
        before = self._before(record)
        stored = self._sheet.record
        found = Comparison(
            title,
            before=f"Version {before.version}" if before is not None else "",
            has_choice=True,
            can_restore=stored is None or record.version_id != stored.version_id,
        )
        if self.against == Against.DRAFT:
            written = self._draft() or (stored.persona if stored is not None else record.persona)
            return _comparison(
                title, f"{when} \u00b7 what has changed since", record.persona, written, found
            )
        if before is None:
            return replace(found, lead=when, sentence=f"{_FIRST}: there is none before.")
        if before.problem is not None:
            return replace(found, lead=when, sentence="The version before cannot be read.")
        lead = f"{when} \u00b7 what it changed"
        return _comparison(title, lead, before.persona, record.persona, found)

    def _draft(self) -> Persona | None:
        return None if self._sheet.problems else self._sheet.persona

    def _find(self, key: str) -> PersonaRecord | None:
        return next((one for one in self._records if one.version_id == key), None)

    def _before(self, record: PersonaRecord) -> PersonaRecord | None:
        place = self._records.index(record) + 1
        return self._records[place] if place < len(self._records) else None


def _comparison(
    title: str, lead: str, old: Persona, new: Persona, found: Comparison | None = None
) -> Comparison:
    sections = tell_changes(old, new)
    sentence = "" if sections else "Nothing differs."
    return replace(
        found or Comparison(), title=title, lead=lead, sections=sections, sentence=sentence
    )


def _say_what(before: PersonaRecord | None, record: PersonaRecord) -> str:
    if record.problem is not None:
        return "cannot be read"
    if before is None:
        return _FIRST
    return name_changes(before.persona, record.persona)


def _say_moment(moment: datetime, now: datetime) -> str:
    """Return "Today, 15:12" in local time."""
    day = say_day(moment, now)
    return f"{day[0].upper()}{day[1:]}, {moment.astimezone():%H:%M}"

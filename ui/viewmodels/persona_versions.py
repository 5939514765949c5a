"""The versions of a character: when each was written, and what it changed, in sentences.

Restoring writes the old version over the draft and saves it, so that it can be undone like
any other step. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import PersonaRecord
from personas.difference import describe_difference
from ui.bridge import deliver
from ui.viewmodels.days import say_day
from ui.viewmodels.persona_view_model import PersonaViewModel


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version and what it changed against the one before. A value."""

    record: PersonaRecord
    title: str
    sentences: tuple[str, ...]
    can_restore: bool


class PersonaVersions(QObject):
    """All versions of the open character. GUI thread; owned by the versions dialog.

    Signals:
        changed: other rows.
    """

    changed = Signal()

    def __init__(self, sheet: PersonaViewModel) -> None:
        """Fetch nothing yet."""
        super().__init__()
        self._sheet = sheet
        self.rows: tuple[VersionRow, ...] = ()

    def refresh(self) -> None:
        """Fetch the versions of the open character."""
        record = self._sheet.record
        if record is not None:
            deliver(
                self._sheet.fetch_versions(record.id), self, self._take, self._sheet.failed.emit
            )

    def restore(self, row: VersionRow) -> None:
        """Write a version over the draft and save it as the newest."""
        self._sheet.replace(row.record.persona)
        self._sheet.save()

    def _take(self, records: list[PersonaRecord]) -> None:
        now = datetime.now(UTC)
        older: Sequence[PersonaRecord | None] = [*records[1:], None]
        self.rows = tuple(
            VersionRow(
                record,
                f"Version {record.version} \u00b7 {say_day(record.updated_at, now)}",
                _say_difference(before, record),
                can_restore=number > 0 and record.problem is None,
            )
            for number, (record, before) in enumerate(zip(records, older, strict=True))
        )
        self.changed.emit()


def _say_difference(before: PersonaRecord | None, record: PersonaRecord) -> tuple[str, ...]:
    if record.problem is not None:
        return (record.problem,)
    if before is None:
        return ("The first version.",)
    if before.problem is not None:
        return ("The version before cannot be read.",)
    changes = describe_difference(before.persona, record.persona)
    return tuple(change.sentence for change in changes) or ("Nothing differs.",)

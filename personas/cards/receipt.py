"""What became of each part of a card on its way in: carried, mapped, left, or hostile.

The words are for the person who imported it. Knows no format.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RowKind(StrEnum):
    """What became of a part."""

    CARRIED = "carried"
    MAPPED = "mapped"
    LEFT = "left"
    HOSTILE = "hostile"


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One part of a card: what it is, where it is now or was found, and why. A value."""

    kind: RowKind
    what: str
    where: str
    why: str

    def as_dict(self) -> dict[str, str]:
        """Return the row for JSON."""
        return {
            "kind": self.kind.value,
            "what": self.what,
            "where": self.where,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that is to be said of one imported file. A value, any thread."""

    file_name: str
    file_format: str
    rows: tuple[ReceiptRow, ...]

    def of_kind(self, kind: RowKind) -> tuple[ReceiptRow, ...]:
        """Return the rows of one kind, in order."""
        return tuple(row for row in self.rows if row.kind == kind)

    def as_dict(self) -> dict[str, object]:
        """Return the receipt for JSON."""
        return {
            "file": self.file_name,
            "format": self.file_format,
            "rows": [row.as_dict() for row in self.rows],
        }


class ReceiptRows:
    """Rows as they are found; owned by one reading, not shared between threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._rows: dict[ReceiptRow, None] = {}

    def carried(self, what: str, where: str, why: str = "As it was.") -> None:
        """Note a part that came over whole."""
        self._rows[ReceiptRow(RowKind.CARRIED, what, where, why)] = None

    def mapped(self, what: str, where: str, why: str) -> None:
        """Note a part that stands elsewhere or in another form now."""
        self._rows[ReceiptRow(RowKind.MAPPED, what, where, why)] = None

    def left(self, what: str, where: str, why: str) -> None:
        """Note a part that has no effect here."""
        self._rows[ReceiptRow(RowKind.LEFT, what, where, why)] = None

    def hostile(self, what: str, where: str, why: str) -> None:
        """Note a part that somebody should look at."""
        self._rows[ReceiptRow(RowKind.HOSTILE, what, where, why)] = None

    def receipt(self, file_name: str, file_format: str) -> Receipt:
        """Return what was noted, hostile rows first, no row twice."""
        rows = sorted(self._rows, key=lambda row: row.kind != RowKind.HOSTILE)
        return Receipt(file_name, file_format, tuple(rows))

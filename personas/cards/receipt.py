"""What became of each part of a card on its way in: carried, mapped, left, or hostile.

The words are for the person who imported it. Knows no format.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from personas.cards import limits


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
        self._rows: dict[RowKind, dict[ReceiptRow, None]] = {kind: {} for kind in RowKind}
        self._uncounted: dict[RowKind, int] = dict.fromkeys(RowKind, 0)

    def carried(self, what: str, where: str, why: str = "As it was.") -> None:
        """Note a part that came over whole."""
        self._add(RowKind.CARRIED, what, where, why)

    def mapped(self, what: str, where: str, why: str) -> None:
        """Note a part that stands elsewhere or in another form now."""
        self._add(RowKind.MAPPED, what, where, why)

    def left(self, what: str, where: str, why: str) -> None:
        """Note a part that has no effect here."""
        self._add(RowKind.LEFT, what, where, why)

    def hostile(self, what: str, where: str, why: str) -> None:
        """Note a part that somebody should look at."""
        self._add(RowKind.HOSTILE, what, where, why)

    def receipt(self, file_name: str, file_format: str) -> Receipt:
        """Return what was noted, hostile rows first, no row twice."""
        order = (RowKind.HOSTILE, RowKind.CARRIED, RowKind.MAPPED, RowKind.LEFT)
        rows: list[ReceiptRow] = []
        for kind in order:
            rows += self._rows[kind]
            if self._uncounted[kind]:
                why = f"There are {self._uncounted[kind]:,} more of this kind."
                rows.append(ReceiptRow(kind, "And so on", "the file", why))
        return Receipt(file_name, file_format, tuple(rows))

    def _add(self, kind: RowKind, what: str, where: str, why: str) -> None:
        row = ReceiptRow(kind, what[:200], where[:200], why)
        if row in self._rows[kind]:
            return
        if len(self._rows[kind]) < limits.RECEIPT_ROWS:
            self._rows[kind][row] = None
        else:
            self._uncounted[kind] += 1

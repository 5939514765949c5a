"""Every character card in and out: PNG, JSON, zip archives and the forms of other programs.

`read_card` and `write_card` are all that the rest of the application needs. Nothing here
touches a disk or a network: bytes in, values out, and a receipt that says what became of each
part. Knows no database and no window.
"""

from __future__ import annotations

from personas.cards.errors import CardError
from personas.cards.reading import ImportedCard, fingerprint_of, read_card, with_portrait
from personas.cards.receipt import Receipt, ReceiptRow, RowKind
from personas.cards.writing import CardFormat, write_card

__all__ = [
    "CardError",
    "CardFormat",
    "ImportedCard",
    "Receipt",
    "ReceiptRow",
    "RowKind",
    "fingerprint_of",
    "read_card",
    "with_portrait",
    "write_card",
]

"""A card inside a zip: told by what stands at its root.

The bounds of the zip itself are kept by whoever opened it.
"""

from __future__ import annotations

from personas.cards.archive import CardArchive
from personas.cards.byaf import MANIFEST, read_byaf
from personas.cards.card_source import CardSource
from personas.cards.charx import CARD, read_charx
from personas.cards.errors import CardError
from personas.cards.receipt import ReceiptRows


def read_archive(archive: CardArchive, file: str, rows: ReceiptRows) -> CardSource:
    """Return the card of a `.charx` or `.byaf`. Raises CardError for any other archive."""
    card = archive.find(CARD)
    if card is not None:
        return read_charx(archive, card, file, rows)
    manifest = archive.find(MANIFEST)
    if manifest is not None:
        return read_byaf(archive, manifest, file, rows)
    raise CardError(
        file,
        "The archive is no card: neither card.json nor manifest.json is in it.",
        "If it is a folder of cards, unpack it and choose the cards.",
    )

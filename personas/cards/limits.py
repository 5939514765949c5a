"""How much a card may ask of the machine: every cap in one place, checked before the work.

Chosen so that the worst file within them stays under 200 MB and a second. Knows no format.
"""

from __future__ import annotations

FILE_BYTES = 64 * 1024**2
JSON_BYTES = 16 * 1024**2
"""Of a JSON text, wherever it comes from."""
JSON_DEPTH = 100
JSON_VALUES = 300_000
"""Values and containers together: five million empty lists fit into 16 MB and need 350."""
WIDE_TEXT_CHARACTERS = 6 * 1024**2
"""Of a text with characters beyond the basic plane, which takes four bytes for each."""
FIELD_CHARACTERS = 1_000_000
"""Of one text of a persona: three long novels; no model reads it."""
FIELD_ITEMS = 3000
"""Of one list of a persona or of a book's entries."""
EXAMPLE_LINES = 10_000
DATA_PICTURES = 3
"""Pictures inside the JSON that are tried as a portrait."""
SAID_MESSAGES = 20_000
"""Of all conversations in one file."""
SAID_TAKES = 50
"""Of one message."""
RECEIPT_ROWS = 200
"""Of one kind; a card made of nonsense fields has no use for more."""
YAML_BYTES = 512 * 1024

PNG_CHUNKS = 20_000
TEXT_CHUNK_BYTES = 8 * 1024**2

ZIP_ENTRIES = 4096
ZIP_DIRECTORY_BYTES = 1024**2
ZIP_RATIO = 200
"""Of a member larger than `ZIP_RATIO_FROM`; prose shrinks to a tenth at best."""
ZIP_RATIO_FROM = 1024**2

IMAGE_SIDE = 8192
IMAGE_PIXELS = 4096 * 4096
"""Of one picture: at four bytes each, what fits beside the rest."""
COSTLY_IMAGE_PIXELS = 2048 * 3072
"""Of a WEBP, whose decoder holds it four times, or a JPEG that comes in layers."""
PICTURE_BYTES = 32 * 1024**2
"""Of one picture as it is packed: it may lie in an archive that is in memory as well."""
PORTRAIT_SIDE = 1536
"""Larger pictures are made smaller; no screen shows a portrait larger."""

NAME_CHARACTERS = 200

"""What can be wrong with a card file: always a sentence with the file, the place and a remedy.

Knows no app error; the border above translates.
"""

from __future__ import annotations

from personas.errors import PersonaFileError


class CardError(PersonaFileError):
    """A card that cannot be read or written; a value, any thread."""

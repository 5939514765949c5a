"""What can be wrong with the file of an old chat: a sentence with the file, the place, a remedy.

Knows no app error; the border above translates.
"""

from __future__ import annotations

from personas.errors import PersonaFileError


class ChatFileError(PersonaFileError):
    """A file that holds no chat that can be read; a value, any thread."""

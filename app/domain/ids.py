"""Identifiers as types, so that a conversation's id cannot be passed for a message's.

All are opaque strings; new ones are random. Knows nothing of what they identify.
"""

from __future__ import annotations

from typing import NewType
from uuid import uuid4

PersonaId = NewType("PersonaId", str)
PersonaVersionId = NewType("PersonaVersionId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
MessageVersionId = NewType("MessageVersionId", str)
MemoryId = NewType("MemoryId", str)
LineId = NewType("LineId", str)
LorebookId = NewType("LorebookId", str)
LorebookVersionId = NewType("LorebookVersionId", str)
UserPersonaId = NewType("UserPersonaId", str)


def new_id() -> str:
    """Return 32 random hexadecimal digits, to be wrapped in one of the types above."""
    return uuid4().hex

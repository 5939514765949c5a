"""Old chats from other programs, read as values. Knows no database, no model and no screen."""

from __future__ import annotations

from personas.chats.errors import ChatFileError
from personas.chats.reading import read_chats
from personas.chats.values import Chat, ChatFile, ChatLine

__all__ = ["Chat", "ChatFile", "ChatFileError", "ChatLine", "read_chats"]

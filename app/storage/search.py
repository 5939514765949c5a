"""Finding messages by their words through FTS5.

The index holds what is neither deleted nor still being written (see the first migration).
Knows no transaction.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ports.stores import SearchHit
from app.storage.message_tree import read_messages

_SEARCH = text(
    """
    SELECT message.id AS id, snippet(message_search, 0, '[', ']', '…', 16) AS snippet
    FROM message_search
    JOIN message ON message.ordinal = message_search.rowid
    JOIN conversation ON conversation.id = message.conversation_id
    WHERE message_search MATCH :query AND conversation.set_aside_at IS NULL
    ORDER BY message_search.rank, message.ordinal DESC
    LIMIT :count
    """
)


def quote_words(words: str) -> str:
    """Return an FTS5 query for all the words, the last one as a beginning; "" for no words.

    Every word is quoted, so that none is read as an operator.
    """
    plain = words.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    pieces = ['"' + piece.replace('"', '""') + '"' for piece in plain.split()]
    return " ".join(pieces) + "*" if pieces else ""


def search_messages(session: Session, words: str, limit: int) -> list[SearchHit]:
    """Return the messages with all the words, best first."""
    query = quote_words(words)
    if not query or limit <= 0:
        return []
    found = session.execute(_SEARCH, {"query": query, "count": limit}).all()
    messages = read_messages(session, [row.id for row in found])
    return [SearchHit(messages[row.id], row.snippet) for row in found]

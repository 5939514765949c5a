"""Waits for a reply and tells it as a value: what every command that ends in one shares.

Knows services only, through the context.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict

from app.context import AppContext
from app.domain.conversation import Message
from app.domain.ids import ConversationId
from app.terminal.exchange import follow
from app.terminal.rendering import recalled_row, usage_row


def reply_row(
    context: AppContext,
    conversation_id: ConversationId,
    begin: Callable[[], Future[Message]],
) -> dict[str, object]:
    """Begin a turn, wait for its end and return it as a value."""
    finished = follow(context.hub, conversation_id, begin).finished
    return {
        "reply": finished.message.text,
        "usage": {
            **(usage_row(finished.usage) or {}),
            "prompt_tokens": finished.prompt_tokens,
            "context_tokens": finished.context_tokens,
            "reason": finished.reason.value,
        },
        "recalled": [recalled_row(item) for item in finished.recalled],
        "lore": [asdict(item) for item in finished.fired_lore],
        "conversation": conversation_id,
        "message": finished.message.id,
    }

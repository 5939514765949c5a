"""The conversations of a Backyard archive: one for each scenario in which something was said.

The scenario's first message opens it. Of an answer's outputs the one that was active last is
the one that was read; the others are takes beside it. Knows no archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from personas.cards import coercion, limits
from personas.cards.coercion import JsonObject
from personas.cards.other_programs import double_braces
from personas.cards.receipt import ReceiptRows
from personas.cards.said import SaidConversation, SaidMessage


def read_conversations(
    scenarios: Sequence[JsonObject], rows: ReceiptRows
) -> tuple[SaidConversation, ...]:
    """Return what was said in each scenario, and note how much that is and what stays out."""
    found: list[SaidConversation] = []
    passed_over = 0
    room = limits.SAID_MESSAGES
    for scenario in scenarios:
        written = coercion.items(scenario.get("messages"))
        if not written:
            continue
        said = [message for one in coercion.objects(written[:room]) if (message := _message(one))]
        passed_over += len(written) - len(said)
        room -= len(said)
        if said:
            title = coercion.text(scenario.get("title"))[: limits.NAME_CHARACTERS].strip()
            found.append(SaidConversation(title, (*_opening(scenario, said[0]), *said)))
    if found:
        count = sum(len(conversation.messages) for conversation in found)
        why = f"{_some(count, 'message')} in {_some(len(found), 'conversation')}, takes included."
        rows.carried("Conversations", "conversations", why)
    if passed_over:
        why = f"{_some(passed_over, 'message')} without words, or more than there is room for."
        rows.left("Conversations", "messages", why)
    return tuple(found)


def moment_of(value: object) -> datetime | None:
    """Return a moment in ISO 8601, None for anything else; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(coercion.text(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _opening(scenario: JsonObject, first: SaidMessage) -> tuple[SaidMessage, ...]:
    """Return the scenario's first message, unless the conversation begins with it as it is."""
    messages = coercion.objects(scenario.get("firstMessages"))
    text = double_braces(coercion.text(messages[0].get("text"))).strip() if messages else ""
    begins_so = not first.by_user and text in first.takes
    return () if not text or begins_so else (SaidMessage(False, (text,), said_at=first.said_at),)


def _message(written: JsonObject) -> SaidMessage | None:
    kind = coercion.text(written.get("type"))
    if kind == "human":
        text = _words(written)
        said_at = moment_of(written.get("createdAt"))
        return SaidMessage(True, (text,), said_at=said_at) if text else None
    if kind != "ai":
        return None
    outputs = [one for one in coercion.objects(written.get("outputs")) if _words(one)]
    outputs = outputs[: limits.SAID_TAKES]
    if not outputs:
        return None
    # The last of those that were active at the same time, and of those that never were.
    times = [coercion.text(one.get("activeTimestamp")) for one in outputs]
    chosen = max(range(len(outputs)), key=lambda number: (times[number], number))
    said_at = moment_of(outputs[chosen].get("createdAt"))
    return SaidMessage(False, tuple(map(_words, outputs)), chosen, said_at)


def _words(written: JsonObject) -> str:
    """Return what it says, "" where that is more than one message may hold."""
    text = double_braces(coercion.text(written.get("text"))).strip()
    return text if len(text) <= limits.FIELD_CHARACTERS else ""


def _some(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count:,} {word}s"

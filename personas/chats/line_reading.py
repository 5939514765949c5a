"""A message's parts as every format has them: its words, its takes, who spoke.

Counts what is passed over, so that the receipt can say so. Knows no format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from personas.cards import coercion
from personas.cards import limits as card_limits
from personas.cards.receipt import ReceiptRows
from personas.chats import limits
from personas.chats.times import moment_of
from personas.chats.values import ChatLine

_PASSED_OVER = (
    ("hidden", "Hidden messages", "were kept from the model there, so nobody heard them."),
    ("empty", "Empty messages", "say nothing."),
    ("long", "Messages beyond all measure", "are longer than one message may be."),
    ("broken", "Broken lines", "cannot be read; the rest of the chat is whole."),
    ("over", "The rest", f"is more than the {limits.LINES:,} messages that one file may bring."),
)


class Reading:
    """One file while it is read: the lines so far are counted. Owned by one reading."""

    def __init__(self, file: str, rows: ReceiptRows) -> None:
        """Begin with nothing read."""
        self.file = file
        self.rows = rows
        self.count = 0
        self._passed_over: dict[str, int] = {}

    def pass_over(self, why: str) -> None:
        """Count a message that does not come over."""
        self._passed_over[why] = self._passed_over.get(why, 0) + 1

    def line(
        self,
        speaker: object,
        by_user: bool | None,
        takes: Sequence[object],
        *,
        chosen: int = 0,
        said_at: object = None,
        is_narration: bool = False,
    ) -> ChatLine | None:
        """Return a message, None for one without words; takes that say nothing fall away."""
        if self.count >= limits.LINES:
            self.pass_over("over")
            return None
        said = [words_of(take) for take in takes]
        chosen = min(max(chosen, 0), len(said) - 1) if said else 0
        if not said or not said[chosen]:
            self.pass_over("empty")
            return None
        if len(said[chosen]) > card_limits.FIELD_CHARACTERS:
            self.pass_over("long")
            return None
        kept = [
            number
            for number, text in enumerate(said)
            if number == chosen or 0 < len(text) <= card_limits.FIELD_CHARACTERS
        ]
        kept = _nearest(kept, chosen)
        self.count += 1
        return ChatLine(
            name_of(speaker),
            by_user,
            tuple(said[number] for number in kept),
            kept.index(chosen),
            moment_of(said_at),
            is_narration,
        )

    def note_passed_over(self) -> None:
        """Say in the receipt what did not come over, and why."""
        for key, what, why in _PASSED_OVER:
            if count := self._passed_over.get(key, 0):
                self.rows.left(what, "chat", f"{count:,} of them: they {why}")


def name_of(value: object) -> str:
    """Return a speaker's name in one line."""
    return " ".join(coercion.text(value).split())[: card_limits.NAME_CHARACTERS].strip()


def words_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a message's words: a text, an object that holds it, or a list of parts."""
    if isinstance(value, dict):
        inner = coercion.mapping(value)
        for key in ("message", "text", "content", "value", "visible_content"):
            if key in inner and not isinstance(inner[key], dict | list):
                return coercion.text(inner[key]).strip()
        held = next((inner[key] for key in ("text", "content", "steps") if key in inner), None)
        return "" if held is None else _joined(held)
    return _joined(value)


def _joined(value: Any, depth: int = 0) -> str:  # noqa: ANN401 - any JSON value
    """Return the texts of a list of parts, one below the other; pictures and tools say nothing."""
    if isinstance(value, list) and depth < 4:
        parts = (_joined(part, depth + 1) for part in coercion.items(value))
        return "\n".join(part for part in parts if part).strip()
    if isinstance(value, dict) and depth < 4:
        inner = coercion.mapping(value)
        held = next((inner[key] for key in ("text", "content", "value") if key in inner), None)
        return "" if held is None else _joined(held, depth + 1)
    return "" if isinstance(value, dict | list) else coercion.text(value).strip()


def _nearest(numbers: list[int], chosen: int) -> list[int]:
    """Return as many takes as one message may have, those around the chosen one."""
    most = card_limits.SAID_TAKES
    if len(numbers) <= most:
        return numbers
    first = min(max(numbers.index(chosen) - most // 2, 0), len(numbers) - most)
    return numbers[first : first + most]

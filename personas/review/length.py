"""Rules about room: what is too long for the context, or for anybody to read.

Tokens are counted by whoever is handed in, else reckoned from characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from personas.review.finding import Remark, Severity
from personas.review.reading import Reading
from personas.sheet import build_sheet

_SECTION_FIELDS = {
    "identity": ("social",),
    "description": ("description", "personality"),
    "traits": ("personal.traits",),
    "values": ("personal.values",),
    "work": ("personal.career", "personal.aspiration", "personal.skills"),
    "life": ("life.weekday", "life.weekend", "life.home"),
    "people": ("life.relationships",),
    "past": ("life.timeline",),
    "voice": ("voice",),
    "examples": ("voice.examples",),
    "scenario": ("scenario",),
}
_MOST_OF_CONTEXT, _MUCH_OF_CONTEXT = 0.5, 1 / 3
_MUCH_FOR_A_SECTION = 0.2
_LONG_FIELD = 6_000
_LONG_GREETING = 2_400
_LONG_LAST_WORD = 1_000
_LONG_TAGLINE = 120
_ESTIMATED = " (reckoned at four characters a token)"


def sheet_above_its_share(reading: Reading) -> Iterator[Remark]:
    """A sheet that leaves too little of the context for the talk."""
    if reading.context_tokens is None:
        return
    total = sum(count for _, _, count in _sections(reading))
    share = total / reading.context_tokens
    if share > _MUCH_OF_CONTEXT:
        longest = sorted(_sections(reading), key=lambda section: -section[2])[:2]
        fields = [field for name, _, _ in longest for field in _SECTION_FIELDS.get(name, ())]
        yield Remark(
            Severity.BAD if share > _MOST_OF_CONTEXT else Severity.WARN,
            f"The sheet takes {total} of {reading.context_tokens} tokens, {share:.0%} of the "
            f"context{_how(reading)}; the longest part is “{longest[0][1]}” with "
            f"{longest[0][2]}.",
            tuple(fields),
            "Shorten the longest parts, or choose a model with a longer context.",
        )


def section_too_long(reading: Reading) -> Iterator[Remark]:
    """One part of the sheet that takes more than a fifth of the context."""
    if reading.context_tokens is None:
        return
    for name, title, count in _sections(reading):
        if count > _MUCH_FOR_A_SECTION * reading.context_tokens:
            yield Remark(
                Severity.WARN,
                f"“{title}” takes {count} of {reading.context_tokens} tokens{_how(reading)}.",
                _SECTION_FIELDS.get(name, ()),
                reading.told(
                    "Keep what changes how {they} [talks|talk], and move the rest to a lorebook."
                ),
            )


def field_too_long(reading: Reading) -> Iterator[Remark]:
    """A text of several pages."""
    for passage in reading.passages:
        if len(passage.text) > _LONG_FIELD:
            yield Remark(
                Severity.WARN,
                f"{passage.title} has {len(passage.text)} characters.",
                (passage.path,),
                "Move facts that are needed now and then to a lorebook.",
            )


def greeting_too_long(reading: Reading) -> Iterator[Remark]:
    """First words that teach the model to write long replies."""
    for passage in reading.greetings:
        if len(passage.text) > _LONG_GREETING:
            yield Remark(
                Severity.WARN,
                f"{passage.title} has {len(passage.text)} characters.",
                (passage.path,),
                "Shorten it: replies become as long as the greeting, and the scene belongs "
                "in the scenario.",
            )


def last_word_too_long(reading: Reading) -> Iterator[Remark]:
    """Instructions at the end, which are read anew with every message."""
    text = reading.persona.instructions.post_history
    if len(text) > _LONG_LAST_WORD:
        yield Remark(
            Severity.WARN,
            f"The last word has {len(text)} characters and is read anew with every message.",
            ("instructions.post_history",),
            "Keep one or two sentences there; the rest belongs in the description.",
        )


def tagline_too_long(reading: Reading) -> Iterator[Remark]:
    """A line that is no line."""
    text = reading.persona.tagline
    if len(text) > _LONG_TAGLINE:
        yield Remark(
            Severity.NOTE,
            f"The line under the name has {len(text)} characters.",
            ("tagline", "description"),
            "Keep to what a cast list would say.",
        )


def _sections(reading: Reading) -> list[tuple[str, str, int]]:
    """Return name, title and tokens of each part of the sheet."""
    return [
        (section.name, section.title, reading.tokens(section.text))
        for section in build_sheet(reading.persona, user_name="")
    ]


def _how(reading: Reading) -> str:
    return "" if reading.count_tokens else _ESTIMATED

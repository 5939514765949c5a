"""Our own transcripts in Markdown and plain text, read back.

Only with our heading, which says who talked with whom and since when: any other text could
be cut in many ways. What begins like a speaker's line and is none is part of the line above
unless it bears the name of one of the two. Knows no bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.chats.line_reading import Reading
from personas.chats.values import Chat

_HEADING = re.compile(
    r"\A(?P<mark># )?(?P<title>[^\n]{1,400})\n\n(?P<star>\*?)(?P<names>[^\n]{1,600}), "
    r"from (?P<day>\d{1,2} [A-Z][a-z]+ \d{4})(?P=star)\n\n"
)
_JOINED = " and "


def read_transcript(text: str, reading: Reading) -> list[Chat] | None:
    """Return the one chat of a transcript, None for a text that is none of ours."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    heading = _HEADING.match(text)
    if heading is None or bool(heading["mark"]) is not bool(heading["star"]):
        return None
    is_markdown = bool(heading["mark"])
    body = text[heading.end() :]
    said_at = heading["day"]
    for persona, user in _pairs(heading["names"]):
        turns = list(_turns(body, persona, user, is_markdown=is_markdown))
        if not turns:
            continue
        found = [
            reading.line(name, name == user, [words], said_at=said_at, is_narration=not name)
            for name, words in turns
        ]
        reading.rows.mapped(
            "Times", "conversation", "A transcript tells only the day on which it began."
        )
        lines = tuple(line for line in found if line is not None)
        return [Chat(heading["title"].strip(), lines)] if lines else None
    return None


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    """Yield how "A and B" can be parted into two names, which may hold an "and" themselves."""
    parts = names.split(_JOINED)
    for place in range(1, min(len(parts), 8)):
        yield _JOINED.join(parts[:place]), _JOINED.join(parts[place:])


def _turns(body: str, persona: str, user: str, *, is_markdown: bool) -> Iterator[tuple[str, str]]:
    """Yield who says what; "" is the narrator. Nothing where the text begins with no name."""
    paragraphs = body.rstrip("\n").split("\n\n")
    speaker, words = None, list[str]()
    for paragraph in paragraphs:
        found = _speaker(paragraph, (persona, user), is_markdown=is_markdown)
        if found is None:
            if speaker is None:
                return
            words.append(paragraph)
            continue
        if speaker is not None:
            yield speaker, "\n\n".join(words)
        speaker, first = found
        words = [first]
    if speaker is not None:
        yield speaker, "\n\n".join(words)


def _speaker(
    paragraph: str, names: tuple[str, str], *, is_markdown: bool
) -> tuple[str, str] | None:
    for name in names:
        mark = f"**{name}:** " if is_markdown else f"{name}: "
        if paragraph.startswith(mark):
            return name, paragraph[len(mark) :]
    return None

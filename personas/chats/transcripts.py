"""Our own transcripts in Markdown, read back.

Only with our heading, which says who talked with whom and since when, and only where nobody
else seems to speak: whose words they are must be beyond doubt. Plain text and HTML are for
reading. Knows no bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.chats.errors import ChatFileError
from personas.chats.line_reading import Reading
from personas.chats.values import Chat

_HEADING = re.compile(
    r"\A# (?P<title>[^\n]{1,400})\n\n\*(?P<names>[^\n]{1,600}), "
    r"from (?P<day>\d{1,2} [A-Z][a-z]+ \d{4})\*\n\n"
)
_SPEAKER = re.compile(r"\*\*(?P<name>[^*\n]{1,200}):\*\* ")
_JOINED = " and "


def read_transcript(text: str, reading: Reading) -> list[Chat] | None:
    """Return the one chat of a transcript, None for a text that is none of ours.

    Raises ChatFileError for one in which it is not certain who speaks.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    heading = _HEADING.match(text)
    if heading is None:
        return None
    paragraphs = text[heading.end() :].rstrip("\n").split("\n\n")
    first = _SPEAKER.match(paragraphs[0])
    pairs = [pair for pair in _pairs(heading["names"]) if first and first["name"] in pair]
    if not pairs:
        return None
    persona, user = pairs[0]
    turns = list(_turns(paragraphs, (persona, user), reading))
    found = [
        reading.line(name, name == user, [words], said_at=heading["day"]) for name, words in turns
    ]
    reading.rows.mapped(
        "Times", "conversation", "A transcript tells only the day on which it began."
    )
    lines = tuple(line for line in found if line is not None)
    return [Chat(heading["title"].strip(), lines)] if lines else []


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    """Yield how "A and B" can be parted into two names, which may hold an "and" themselves."""
    parts = names.split(_JOINED)
    for place in range(1, min(len(parts), 8)):
        yield _JOINED.join(parts[:place]), _JOINED.join(parts[place:])


def _turns(
    paragraphs: list[str], names: tuple[str, str], reading: Reading
) -> Iterator[tuple[str, str]]:
    """Yield who says what; what no name stands before belongs to the line above."""
    speaker, words = "", list[str]()
    for paragraph in paragraphs:
        found = _SPEAKER.match(paragraph)
        if found is None:
            words.append(paragraph)
            continue
        if found["name"] not in names:
            problem = f"It is not certain whether \u201c{found['name']}\u201d speaks in it."
            remedy = "Export the conversation for SillyTavern (JSONL), and choose that file."
            raise ChatFileError(reading.file, problem, remedy)
        if words:
            yield speaker, "\n\n".join(words)
        speaker, words = found["name"], [paragraph[found.end() :]]
    yield speaker, "\n\n".join(words)

"""One conversation as Markdown, HTML, plain text or SillyTavern JSONL.

Pure functions from a `Transcript` to text. HTML is one file without scripts and without
anything to fetch. Knows no storage.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.conversation import Author, Conversation, Message
from app.domain.days import day_in_words


class TranscriptFormat(StrEnum):
    """What a conversation can be exported as."""

    MARKDOWN = "markdown"
    HTML = "html"
    TEXT = "text"
    JSONL = "jsonl"

    @property
    def suffix(self) -> str:
        """The file name's ending, with the dot."""
        return {"markdown": ".md", "html": ".html", "text": ".txt", "jsonl": ".jsonl"}[self.value]


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """A message of the path with its alternatives in order, itself among them."""

    message: Message
    alternatives: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation as it is read. Any thread."""

    conversation: Conversation
    persona_name: str
    lines: Sequence[TranscriptLine]

    @property
    def title(self) -> str:
        """The conversation's title, or whom it was with."""
        return self.conversation.title or f"With {self.persona_name}"


def write_transcript(transcript: Transcript, form: TranscriptFormat) -> str:
    """Return the whole file's text."""
    writers: dict[TranscriptFormat, Callable[[Transcript], str]] = {
        TranscriptFormat.MARKDOWN: _markdown,
        TranscriptFormat.HTML: _html,
        TranscriptFormat.TEXT: _text,
        TranscriptFormat.JSONL: _jsonl,
    }
    return writers[form](transcript)


def _heading(transcript: Transcript) -> str:
    conversation = transcript.conversation
    began = day_in_words(conversation.created_at)
    return f"{transcript.persona_name} and {conversation.user_name}, from {began}"


def _markdown(transcript: Transcript) -> str:
    parts = [f"# {transcript.title}", f"*{_heading(transcript)}*"]
    parts += [
        f"**{line.message.speaker}:** {line.message.text}"
        if line.message.author is not Author.NARRATOR
        else f"*{line.message.text}*"
        for line in transcript.lines
    ]
    return "\n\n".join(parts) + "\n"


def _text(transcript: Transcript) -> str:
    parts = [transcript.title, _heading(transcript)]
    parts += [f"{line.message.speaker}: {line.message.text}" for line in transcript.lines]
    return "\n\n".join(parts) + "\n"


_STYLE = """
:root { color-scheme: light dark; --paper: #FBF8F2; --desk: #EFEAE0; --ink: #26221C;
  --ink2: #6B6357; --rule: #DED6C7; --character: #8C3B2E; --user: #2F5D62; }
@media (prefers-color-scheme: dark) { :root { --paper: #1D1B18; --desk: #141311;
  --ink: #E9E3D8; --ink2: #A79E90; --rule: #35312B; --character: #D98A74; --user: #7FB3B5; } }
body { margin: 0; background: var(--desk); color: var(--ink);
  font: 1.15rem/1.55 "Source Serif 4", "Source Serif Pro", Georgia, serif; }
main { max-width: 46rem; margin: 3rem auto; padding: 3rem 3.5rem; background: var(--paper);
  border: 1px solid var(--rule); border-radius: 9px; }
h1 { font-size: 1.6rem; margin: 0; } header p { color: var(--ink2); font-style: italic; }
article { display: grid; grid-template-columns: 7rem 1fr; column-gap: 1.2rem; margin: 1.4rem 0; }
h2 { font-size: 1rem; font-weight: 400; font-variant: small-caps; letter-spacing: .06em;
  text-align: right; margin: .1rem 0 0; }
.character h2 { color: var(--character); } .user h2 { color: var(--user); }
p { margin: 0 0 .7rem; } em { color: var(--ink2); }
@media (max-width: 40rem) { article { display: block; } h2 { text-align: left; } }
""".strip()


def _html(transcript: Transcript) -> str:
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": False, "breaks": True})
    renderer.disable(["image", "link", "autolink", "reference"])
    articles = "\n".join(
        f'<article class="{line.message.author.value}">'
        f"<h2>{html.escape(line.message.speaker)}</h2>"
        f"<div>{renderer.render(line.message.text)}</div></article>"
        for line in transcript.lines
    )
    title = html.escape(transcript.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        f"<header><h1>{title}</h1><p>{html.escape(_heading(transcript))}</p></header>\n"
        f"{articles}\n</main>\n</body>\n</html>\n"
    )


def _jsonl(transcript: Transcript) -> str:
    """Return SillyTavern's chat lines: a full old-style header, then one object a message."""
    conversation = transcript.conversation
    header: dict[str, object] = {
        "user_name": conversation.user_name,
        "character_name": transcript.persona_name,
        "create_date": _iso(conversation.created_at),
        "chat_metadata": {},
    }
    lines = [header, *(_jsonl_line(line) for line in transcript.lines)]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)


def _jsonl_line(line: TranscriptLine) -> dict[str, object]:
    message = line.message
    row: dict[str, object] = {
        "name": message.speaker,
        "is_user": message.author is Author.USER,
        "is_system": False,
        "send_date": _iso(message.created_at),
        "mes": message.text,
        "extra": {"type": "narrator"} if message.author is Author.NARRATOR else {},
    }
    if len(line.alternatives) > 1:
        ids = [alternative.id for alternative in line.alternatives]
        row["swipe_id"] = ids.index(message.id)
        row["swipes"] = [alternative.text for alternative in line.alternatives]
        row["swipe_info"] = [
            {"send_date": _iso(alternative.created_at), "extra": {}}
            for alternative in line.alternatives
        ]
    return row


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

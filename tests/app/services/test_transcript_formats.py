"""Transcripts say everything that was said, in every format, and nothing that runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from app.domain.conversation import Author, Conversation, Message, MessageState
from app.domain.ids import (
    ConversationId,
    MessageId,
    MessageVersionId,
    PersonaId,
    PersonaVersionId,
)
from app.services.transcript_formats import (
    Transcript,
    TranscriptFormat,
    TranscriptLine,
    write_transcript,
)

WHEN = datetime(2026, 10, 12, 21, 40, tzinfo=UTC)


def message(number: int, author: Author, speaker: str, text: str, position: int = 0) -> Message:
    return Message(
        id=MessageId(f"m{number}"),
        conversation_id=ConversationId("c"),
        parent_id=None,
        position=position,
        siblings=1,
        author=author,
        speaker=speaker,
        text=text,
        state=MessageState.COMPLETE,
        version_id=MessageVersionId(f"v{number}"),
        revision=1,
        created_at=WHEN,
    )


def transcript(*texts: str, title: str = "The lamp room") -> Transcript:
    conversation = Conversation(
        ConversationId("c"),
        PersonaId("p"),
        PersonaVersionId("pv"),
        title,
        "Daniel",
        None,
        WHEN,
        WHEN,
    )
    lines = []
    for number, text in enumerate(texts):
        author = Author.CHARACTER if number % 2 else Author.USER
        said = message(number, author, "Isla" if number % 2 else "Daniel", text)
        lines.append(TranscriptLine(said, (said,)))
    return Transcript(conversation, "Isla MacRae", lines)


def test_markdown_names_speakers_in_bold() -> None:
    text = write_transcript(transcript("Hello.", "*nods* Aye."), TranscriptFormat.MARKDOWN)
    assert "**Daniel:** Hello." in text
    assert "**Isla:** *nods* Aye." in text
    assert text.startswith("# The lamp room\n")


def test_an_untitled_conversation_is_named_after_whom_it_was_with() -> None:
    text = write_transcript(transcript("Hi", title=""), TranscriptFormat.TEXT)
    assert text.startswith("With Isla MacRae\n")


def test_jsonl_begins_with_the_old_full_header_and_has_no_trailing_newline() -> None:
    text = write_transcript(transcript("Hello.", "Aye."), TranscriptFormat.JSONL)
    rows = [json.loads(line) for line in text.split("\n")]
    assert rows[0] == {
        "user_name": "Daniel",
        "character_name": "Isla MacRae",
        "create_date": "2026-10-12T21:40:00.000Z",
        "chat_metadata": {},
    }
    assert [(row["name"], row["is_user"], row["mes"]) for row in rows[1:]] == [
        ("Daniel", True, "Hello."),
        ("Isla", False, "Aye."),
    ]


def test_jsonl_carries_alternatives_as_swipes() -> None:
    takes = tuple(
        message(number, Author.CHARACTER, "Isla", text, position=number)
        for number, text in enumerate(["Aye.", "No.", "Perhaps."])
    )
    base = transcript("Hello.")
    whole = Transcript(base.conversation, "Isla MacRae", [TranscriptLine(takes[1], takes)])
    row = json.loads(write_transcript(whole, TranscriptFormat.JSONL).split("\n")[1])
    assert row["swipes"] == ["Aye.", "No.", "Perhaps."]
    assert row["swipe_id"] == 1
    assert row["mes"] == row["swipes"][row["swipe_id"]]
    assert len(row["swipe_info"]) == 3


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_html_has_nothing_that_runs_or_fetches(texts: list[str]) -> None:
    hostile = ["<script>alert(1)</script>", "![x](http://a/b.png)", '<img src="file:///etc/x">']
    page = write_transcript(transcript(*texts, *hostile), TranscriptFormat.HTML)
    parser = _Tags()
    parser.feed(page)
    allowed = {
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3",
        "h4", "h5", "h6", "p", "article", "div", "em", "strong", "br", "code", "pre", "ul",
        "ol", "li", "blockquote", "hr",
    }  # fmt: skip
    assert {tag for tag, _ in parser.seen} <= allowed
    assert not any({"src", "href", "style", "onclick"} & set(found) for _, found in parser.seen)


@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_jsonl_is_one_object_a_line_whatever_was_said(texts: list[str]) -> None:
    text = write_transcript(transcript(*texts), TranscriptFormat.JSONL)
    rows = [json.loads(line) for line in text.split("\n")]
    assert [row["mes"] for row in rows[1:]] == texts

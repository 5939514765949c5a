"""The rows of a transcript as values: what one row says, and how two lists of rows differ.

Knows Markdown and messages; no Qt and no service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import MessageId
from ui.viewmodels.markdown_blocks import MarkdownRenderer, StreamingMarkdown

_NO_FIRST_NAMES = frozenset(
    {"the", "a", "an", "old", "mr", "mrs", "ms", "miss", "dr", "sir", "lady", "lord", "madame"}
    | {"señor", "señora", "don", "doña", "aunt", "uncle", "mother", "father", "sister", "brother"}
)


@dataclass(frozen=True, slots=True)
class HtmlParts:
    """A growing text: how many blocks are frozen, their HTML, and that of the open block."""

    frozen_blocks: int
    frozen: str
    tail: str


@dataclass(slots=True)
class TranscriptRow:
    """A message as shown. Owned by the transcript model; GUI thread.

    `revision` is new with every change of what is seen, so that (id, revision) keys caches.
    `recalled` is None until it was looked up.
    """

    message: Message
    revision: int
    stream: StreamingMarkdown | None = None
    recalled: int | None = None
    is_asked: bool = False
    html: str | None = None

    @property
    def text(self) -> str:
        """What the message says so far."""
        return self.message.text if self.stream is None else self.stream.text

    @property
    def is_streaming(self) -> bool:
        """Whether more text may come."""
        return self.message.state is MessageState.STREAMING

    @property
    def written_at(self) -> str:
        """When it was written, in words and local time."""
        return self.message.created_at.astimezone().strftime("%A, %d %B %Y, %H:%M")

    def render(self, renderer: MarkdownRenderer) -> str:
        """Return the text as HTML, rendered once for each revision."""
        if self.html is None:
            is_cut_off = self.message.state is not MessageState.COMPLETE
            self.html = (
                renderer.render(self.message.text, is_cut_off=is_cut_off)
                if self.stream is None
                else self.stream.html()
            )
        return self.html

    def parts(self, renderer: MarkdownRenderer) -> HtmlParts:
        """Return the text in two: blocks that will not change any more, and the open one."""
        if self.stream is None:
            return HtmlParts(0, "", self.render(renderer))
        stream = self.stream
        return HtmlParts(stream.frozen_blocks, stream.frozen_html, stream.tail_html())

    def spoken(self, renderer: MarkdownRenderer) -> str:
        """Return the row as one sentence or more for a screen reader."""
        message = self.message
        hour = message.created_at.astimezone().strftime("%H:%M")
        words = renderer.plain(self.text) or "nothing yet"
        who = "Narration" if message.author is Author.NARRATOR else message.speaker
        parts = [f"{who}, {hour}: {words}"]
        if self.is_streaming:
            parts.append("Still being written.")
        elif message.state is MessageState.STOPPED:
            parts.append("Stopped here.")
        elif message.state is MessageState.FAILED:
            parts.append(message.failure or "This reply broke off.")
        if message.siblings > 1:
            parts.append(f"Take {message.position + 1} of {message.siblings}.")
        if self.recalled:
            parts.append(f"{self.recalled} recalled.")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two lists share `kept_before` rows at the start and `kept_after` at the end."""

    kept_before: int
    kept_after: int


def compare(old: Sequence[MessageId], new: Sequence[MessageId]) -> Difference:
    """Return what stays in place, so that only the rest needs to be taken out and put in."""
    shortest = min(len(old), len(new))
    before = 0
    while before < shortest and old[before] == new[before]:
        before += 1
    after = 0
    while after < shortest - before and old[-1 - after] == new[-1 - after]:
        after += 1
    return Difference(before, after)


def align(old: Sequence[MessageId], new: Sequence[MessageId]) -> int:
    """Return how many of `new` lie above the window that `old` shows."""
    places = {message_id: place for place, message_id in enumerate(new)}
    return next((places[message_id] for message_id in old if message_id in places), 0)


def short_name(speaker: str) -> str:
    """Return the name as a printed play would put it in the margin: the first, if it is one."""
    words = speaker.split()
    if len(words) < 2 or words[0].endswith(".") or words[0].lower() in _NO_FIRST_NAMES:
        return speaker
    return words[0]

"""A document as passages: each short enough to be embedded whole, with the heading it stands under.

Plain text and Markdown are read alike: headings, paragraphs, lists. Nothing is changed but spaces;
lines stay lines, for what stands at the head of one may tell what it is. Pure; what a passage
says is data to whoever keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_PASSAGE = 600
"""Characters; the embedding model reads some nine hundred, and a prompt shows eight hundred."""

_ENOUGH = 240  # Shorter paragraphs under one heading are joined until they are this long.
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-{3,})[ \t]*$")
_LONGEST_HEADING = 80
_SENTENCE_END = re.compile(r"(?<=[.!?\u2026][\"'\u201d\u2019)])\s+|(?<=[.!?\u2026])\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document and the heading above it, "" without. A value."""

    heading: str
    text: str


def passages_of(document: str) -> list[Passage]:
    """Return the passages of a document in order; none of them is empty."""
    found: list[Passage] = []
    for heading, paragraph in _paragraphs(document):
        for piece in _pieces(paragraph):
            last = found[-1] if found else None
            joined = f"{last.text}\n{piece}" if last is not None else ""
            if (
                last is not None
                and last.heading == heading
                and len(last.text) < _ENOUGH
                and len(joined) <= LONGEST_PASSAGE
            ):
                found[-1] = Passage(heading, joined)
            else:
                found.append(Passage(heading, piece))
    return found


def _paragraphs(document: str) -> Iterator[tuple[str, str]]:
    """Yield paragraphs with their headings, spaces made even."""
    heading = ""
    lines: list[str] = []
    for line in (*document.splitlines(), ""):
        titled = _HEADING.match(line)
        if titled is None and line.strip() and not (_UNDERLINE.match(line) and lines):
            lines.append(line)
            continue
        if titled is None and line.strip() and len(lines) == 1:
            # The line above an underline is a heading; a rule below a paragraph ends it.
            heading, lines = _even(lines[0])[:_LONGEST_HEADING], []
            continue
        if text := _even_lines(lines):
            yield heading, text
        lines = []
        if titled is not None:
            heading = _even(titled[1])[:_LONGEST_HEADING]
    if text := _even_lines(lines):
        yield heading, text


def _pieces(paragraph: str) -> Iterator[str]:
    """Yield a paragraph whole, or cut at lines and sentences, at words, at last anywhere."""
    piece = ""
    for line in paragraph.split("\n"):
        gap = "\n"
        for sentence in _SENTENCE_END.split(line):
            for part in _parts(sentence):
                if piece and len(piece) + 1 + len(part) > LONGEST_PASSAGE:
                    yield piece
                    piece = part
                else:
                    piece = f"{piece}{gap}{part}" if piece else part
                gap = " "
    if piece:
        yield piece


def _parts(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST_PASSAGE:
        cut = sentence.rfind(" ", 0, LONGEST_PASSAGE + 1)
        cut = cut if cut > 0 else LONGEST_PASSAGE
        yield sentence[:cut]
        sentence = sentence[cut:].lstrip(" ")
    if sentence:
        yield sentence


def _even_lines(lines: list[str]) -> str:
    return "\n".join(even for line in lines if (even := _even(line)))


def _even(text: str) -> str:
    return " ".join(text.split())

"""Why a memory was recalled, in words that a person understands.

The numbers stand beside it as signals. Pure.
"""

from __future__ import annotations

from app.domain.days import day_in_words
from app.domain.memory import Memory
from app.services.recall_question import Question
from app.services.recall_ranking import RankedLine
from app.services.stems import stems, words

_CLOSE = 0.45
_RELATED = 0.25
_MOST_WORDS = 4


def reason_of(memory: Memory, line: RankedLine, question: Question) -> str:
    """Return a sentence with what counted most: meaning, words, speaker, day, pin."""
    parts: list[str] = []
    if shared := _shared_words(line, question):
        parts.append(f"shares {', '.join(f'“{word}”' for word in shared)}")
    elif line.value("words"):
        parts.append("shares words with what was said beside it")
    meaning = line.value("meaning")
    if meaning >= _RELATED:
        parts.insert(0, "close in meaning" if meaning >= _CLOSE else "related in meaning")
    if line.value("answer") >= _RELATED:
        parts.append("answers a question like this one")
    if line.value("date") >= 0.5:
        parts.append(f"from {day_in_words(memory.happened_at)}")
    if line.value("speaker"):
        parts.append(f"said by {line.line.speaker}")
    if memory.is_pinned:
        parts.append("pinned")
    sentence = "; ".join(parts) or "of the same time as what else was found"
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _shared_words(line: RankedLine, question: Question) -> list[str]:
    """Return the words of the line, as they stand there, that the question has in some form."""
    shared = dict[str, str]()
    for word in words(line.line.text):
        for stem in stems(word):
            if stem in question.stems:
                shared.setdefault(stem, word)
    return list(shared.values())[:_MOST_WORDS]

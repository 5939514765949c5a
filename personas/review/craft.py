"""Rules about craft: what makes a character's talk go wrong though nothing in it is false.

They read English, and stay silent where narration and speech cannot be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.review.finding import Remark, Severity, listed, quoted
from personas.review.language import contains_phrase, names_in, narration, words
from personas.review.reading import Reading

_DOING = (
    r"(?:say|reply|answer|ask|nod|smile|laugh|sigh|gasp|blush|agree|decide|think|feel|realise"
    r"|realize|notice|wonder|walk|step|take|follow|shiver|stare|hesitate|kiss|kneel)"
)
_YOU_DO = re.compile(rf"\byou (?:can't help but )?{_DOING}\b(?! me\b)", re.IGNORECASE)
_USER_DOES = re.compile(rf"(?:\{{\{{user\}}\}}|<user>) {_DOING}(?:s|es)?\b", re.IGNORECASE)
_USER_LINE = re.compile(
    r"^[ \t]*(?:\{\{user\}\}|<user>|user|you)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_ASSISTANT = re.compile(
    r"\bas an? (?:AI|artificial intelligence|(?:large )?language model)\b"
    r"|\b(?:I'm|I am) (?:just |only )?an? (?:AI|language model|virtual assistant)\b"
    r"|\bhow (?:can|may) I (?:help|assist) you(?: today)?\b"
    r"|\bI(?:'m| am) (?:here|happy|glad) to (?:help|assist)\b"
    r"|\bI (?:can't|cannot|am unable to|'m unable to) (?:assist|fulfil|fulfill|comply) with\b"
    r"|\bis there anything else I can\b|\bfeel free to ask\b",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your|you're|yours|yourself)\b", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“][^\"“”]*[\"”]")
_OUTSIDE = frozenset({"he", "she", "they", "his", "her", "their"})
_INSIDE = frozenset({"i", "i'm", "i've", "i'll", "i'd", "my", "me", "we", "our", "us", "mine"})
_MOST_NAMES = 5


def greeting_speaks_for_the_user(reading: Reading) -> Iterator[Remark]:
    """First words that say what the user does, thinks or says."""
    for passage in reading.greetings:
        told = narration(passage.text)
        found = (
            _USER_LINE.search(passage.text)
            or _USER_DOES.search(told or passage.text)
            or _YOU_DO.search(told)
        )
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} acts for the user: {quoted(found[0])}.",
                (passage.path,),
                "Leave what the user says and does to the user; the model copies this.",
            )


def fact_only_in_the_greeting(reading: Reading) -> Iterator[Remark]:
    """Names that fall in a greeting and are nowhere else."""
    openings = {passage.path for passage in reading.greetings}
    known = {
        word
        for passage in reading.passages
        if passage.path not in openings
        for word in _stems(passage.text)
    }
    for passage in reading.greetings:
        unknown = [
            name for name in dict.fromkeys(names_in(passage.text)) if not set(_stems(name)) & known
        ]
        if unknown:
            shown = [f"“{name}”" for name in unknown[:_MOST_NAMES]]
            yield Remark(
                Severity.NOTE,
                f"{passage.title} speaks of {listed(shown)}, and nothing else does; that is "
                "forgotten once the greeting has scrolled out of the context.",
                (passage.path,),
                "If it matters, put it in the scenario, the past, the people or a lorebook.",
            )


def you_for_two_people(reading: Reading) -> Iterator[Remark]:
    """Prose that calls the character by name and somebody else “you”."""
    for path in ("description", "personality", "scenario"):
        passage = reading.by_path.get(path)
        if passage is None:
            continue
        told = _QUOTES.sub(" ", passage.text)
        found = _YOU.search(told)
        if found and _is_about_them(reading, told):
            begun = 1 + max(told.rfind(mark, 0, found.start()) for mark in ".!?\n")
            yield Remark(
                Severity.WARN,
                f"{passage.title} speaks of the character from outside and also says "
                f"{quoted(told[begun : found.end() + 40])}; the sheet calls the character “you”.",
                (path,),
                "Write {{user}} for the user.",
            )


def assistant_speak(reading: Reading) -> Iterator[Remark]:
    """Lines that sound like a help desk."""
    for passage in reading.own_lines:
        found = _ASSISTANT.search(passage.text.replace("\u2019", "'"))
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} sounds like an assistant: {quoted(found[0])}.",
                (passage.path,),
                "Put it in the words of the character.",
            )


def example_without_the_character(reading: Reading) -> Iterator[Remark]:
    """An exchange in which the character says nothing."""
    for number, example in enumerate(reading.persona.voice.examples):
        said = [line for line in example.lines if line.text]
        if said and not any(reading.is_character(line.speaker) for line in said):
            speakers = list(dict.fromkeys(f"“{line.speaker}”" for line in said))
            yield Remark(
                Severity.WARN,
                f"In example {number + 1} only {listed(speakers[:3])} speaks.",
                (f"voice.examples.{number}.lines.0.speaker",),
                "Give the character a line, with {{char}} as its speaker.",
            )


def essay_from_outside(reading: Reading) -> Iterator[Remark]:
    """A day told about the character and not by the character."""
    for path in ("life.weekday", "life.weekend"):
        passage = reading.by_path.get(path)
        if passage is None:
            continue
        used = set(words(passage.text))
        if not used & _INSIDE and (used & _OUTSIDE or _is_about_them(reading, passage.text)):
            yield Remark(
                Severity.NOTE,
                f"{passage.title} is told from outside: {quoted(passage.text)}.",
                (path,),
                reading.told(
                    "Let {them} tell it: “I get up …”. It is the best example of {their} voice."
                ),
            )


def name_like_a_macro(reading: Reading) -> Iterator[Remark]:
    """A name with marks in it that other programs read."""
    for path, name in (("name", reading.persona.name), ("nickname", reading.persona.nickname)):
        found = re.search(r"[{}<>|\[\]#:]|\n", name)
        if found:
            mark = quoted(found[0]) if found[0].strip() else "a line break"
            yield Remark(
                Severity.WARN,
                f"The name {quoted(name)} holds {mark}.",
                (path,),
                reading.told(
                    "Use letters, spaces, apostrophes and hyphens: the name opens every line "
                    "{they} [says|say]."
                ),
            )


def _is_about_them(reading: Reading, text: str) -> bool:
    """Whether a text names the character as others would."""
    lowered = text.casefold()
    if "{{char}}" in lowered or "<bot>" in lowered:
        return True
    return any(contains_phrase(text, name) for name in reading.names)


def _stems(text: str) -> Iterator[str]:
    for word in words(text):
        yield word.removesuffix("'s").rstrip("'").removesuffix("s")

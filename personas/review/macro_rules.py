"""Rules about macros: what changes by itself, what stays as text, what was meant as a macro.

What each macro means is known to `personas.macro_expansion` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.macro_expansion import changing_macros, unsupported_macros
from personas.review.finding import Remark, Severity, listed
from personas.review.reading import Reading

# What stands near the tail is read anew anyway, and a greeting is written once.
_NO_MATTER_THERE = ("instructions.post_history", "lore.", "greeting", "alternate_greetings.")
_MEANT_AS_MACRO = re.compile(
    r"(?<!\{)\{(?:user|char|character|name)\}(?!\})"
    r"|\[(?:user|your name|name|player|insert [^\]\n]{1,30})\]"
    r"|\(your name\)|%(?:user|char)%|\{\{\s+(?:user|char)\s*\}\}|\{\{(?:user|char)\s+\}\}"
    r"|\bY/N\b",
    re.IGNORECASE,
)
_LITERAL_USER = frozenset({"user", "you", "anon", "human", "player", "me"})
_ANON = re.compile(r"\bAnon(?:ymous)?\b(?=[ ,.!?'\u2019])")


def changing_macro_in_stable_part(reading: Reading) -> Iterator[Remark]:
    """Time or chance where the prompt must not change."""
    for passage in reading.passages:
        if passage.path.startswith(_NO_MATTER_THERE):
            continue
        found = changing_macros(passage.text)
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} holds {listed(found)}, which would have the whole prompt read "
                "anew with every message; it is frozen when a conversation begins.",
                (passage.path,),
                "Write the words out, or move them to the last word or a lorebook entry.",
            )


def unsupported_macro(reading: Reading) -> Iterator[Remark]:
    """A macro that nobody here expands and that the model will read as it is."""
    for passage in reading.passages:
        found = unsupported_macros(passage.text)
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} holds {listed(found)}, which stays in the text as it is.",
                (passage.path,),
                "Take it out, or write what it stands for.",
            )


def misspelt_macro(reading: Reading) -> Iterator[Remark]:
    """A name that was meant to be put in and will not be."""
    for passage in reading.passages:
        found = list(dict.fromkeys(m[0] for m in _MEANT_AS_MACRO.finditer(passage.text)))
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} holds “{found[0]}”, for which no name is put in.",
                (passage.path,),
                "Write {{user}} or {{char}}, without spaces.",
            )


def literal_user(reading: Reading) -> Iterator[Remark]:
    """A stand-in for the user's name where the macro should be."""
    for path, line in reading.example_lines():
        if line.speaker.strip().casefold() in _LITERAL_USER:
            yield Remark(
                Severity.WARN,
                f"A speaker in the examples is called “{line.speaker}”.",
                (path.removesuffix("text") + "speaker",),
                "Write {{user}}, so that the user's name stands there.",
            )
    for passage in reading.passages:
        found = _ANON.search(passage.text)
        if found:
            yield Remark(
                Severity.NOTE,
                f"{passage.title} calls somebody “{found[0]}”.",
                (passage.path,),
                "Write {{user}} where the user is meant.",
            )


def rules_replaced(reading: Reading) -> Iterator[Remark]:
    """Rules of its own that leave ours out."""
    text = reading.persona.instructions.system_prompt
    if text and "{{original}}" not in "".join(text.split()).casefold():
        yield Remark(
            Severity.NOTE,
            "The character brings rules of its own, so ours (stay in character, never speak "
            "for the user) are left out.",
            ("instructions.system_prompt",),
            "Write {{original}} where ours should stand, or empty the field.",
        )

"""How a character speaks: register, habits, phrases, and examples to imitate.

Knows no prompt: `sheet` decides how the examples are laid out.
"""

from __future__ import annotations

from personas.fields import CARD_V2, DRAMATIS, Layer, documented


class ExampleLine(Layer):
    """One line of example dialogue; a value, any thread.

    `speaker` is a name, or one of the macros `{{char}}` and `{{user}}`.
    """

    speaker: str = documented(..., "Speaker", "A name, {{char}} or {{user}}.", CARD_V2)
    text: str = documented(..., "Line", "What is said or done.", CARD_V2, long=True)


class ExampleDialogue(Layer):
    """A short exchange that shows the voice; a value, any thread."""

    lines: tuple[ExampleLine, ...] = documented((), "Lines", "In order.", CARD_V2)


class Voice(Layer):
    """How they speak; a value, owned by its persona, any thread."""

    speech_register: str = documented("", "Register", "Plain, formal, dialect, slang.", DRAMATIS)
    sentence_length: str = documented("", "Sentences", "Short, long, unfinished.", DRAMATIS)
    habits: tuple[str, ...] = documented((), "Habits", "What {their} speech does.", DRAMATIS)
    catchphrases: tuple[str, ...] = documented(
        (), "Phrases", "What {they} [says|say] often.", DRAMATIS
    )
    never_says: tuple[str, ...] = documented((), "Never says", "Words not {theirs}.", DRAMATIS)
    examples: tuple[ExampleDialogue, ...] = documented(
        (), "Example dialogue", "Short exchanges in {their} voice.", CARD_V2
    )

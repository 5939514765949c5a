"""A persona as the rules read it: its texts with their places, and who is who in them.

Made once for a review and never changed. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from personas.decorators import split_decorators
from personas.fields import Layer
from personas.persona import NEVER_IN_THE_PROMPT, Persona
from personas.pronouns import pronouns_for
from personas.voice import ExampleLine

CountTokens = Callable[[str], int]
"""How many tokens a text takes in the chosen model."""

Similarity = Callable[[str, str], float]
"""How alike two texts are in meaning, 1 for the same; embeddings, where there are any."""

PatternFault = Callable[[str], str]
"""What is wrong with a key that is a pattern, as the end of a sentence; empty when nothing."""

ABOUT_THEM = (
    "description",
    "personality",
    "scenario",
    "personal.career",
    "personal.aspiration",
    "life.home",
    "life.weekday",
    "life.weekend",
    "acceptance",
)
"""Prose that speaks of the character, in the first or the third person."""

IN_FIRST_PERSON = frozenset({"life.weekday", "life.weekend", "acceptance"})

_APART = {"lore", "kind", *NEVER_IN_THE_PROMPT}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that reaches the model, and its place; a value, any thread."""

    path: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One persona laid open for the rules; a value, any thread."""

    persona: Persona
    context_tokens: int | None = None
    count_tokens: CountTokens | None = None
    similarity: Similarity | None = None
    pattern_fault: PatternFault | None = None
    passages: tuple[Passage, ...] = field(init=False)
    by_path: Mapping[str, Passage] = field(init=False)

    def __post_init__(self) -> None:
        passages = (*_passages(self.persona, "", ""), *_lore_passages(self.persona))
        object.__setattr__(self, "passages", passages)
        object.__setattr__(self, "by_path", {passage.path: passage for passage in passages})

    @property
    def prose(self) -> tuple[Passage, ...]:
        """The texts that speak of the character, empty ones left out."""
        return tuple(self.by_path[path] for path in ABOUT_THEM if path in self.by_path)

    @property
    def greetings(self) -> tuple[Passage, ...]:
        return tuple(
            passage
            for passage in self.passages
            if passage.path == "greeting" or passage.path.startswith("alternate_greetings.")
        )

    @property
    def own_lines(self) -> tuple[Passage, ...]:
        """What the character says in the examples, in the greetings and on taking the role."""
        lines = [
            self.by_path[path]
            for path, line in self.example_lines()
            if self.is_character(line.speaker) and path in self.by_path
        ]
        acceptance = self.by_path.get("acceptance")
        return (*lines, *self.greetings, *((acceptance,) if acceptance else ()))

    def example_lines(self) -> Iterator[tuple[str, ExampleLine]]:
        """Yield the path of each example line's text, and the line."""
        for number, example in enumerate(self.persona.voice.examples):
            for place, line in enumerate(example.lines):
                yield f"voice.examples.{number}.lines.{place}.text", line

    def is_character(self, speaker: str) -> bool:
        return speaker.strip().casefold() in {
            "{{char}}",
            "<bot>",
            "<char>",
            *(name.casefold() for name in self.names),
        }

    @property
    def names(self) -> tuple[str, ...]:
        """What the character is called: the whole name, its first word, the nickname."""
        name = self.persona.name
        return tuple(
            dict.fromkeys(n for n in (name, *name.split()[:1], self.persona.nickname) if n)
        )

    def told(self, template: str) -> str:
        """Return words about the character with their pronouns, see `Pronouns.put_into`.

        For words of ours alone: what is quoted may have brackets of its own.
        """
        return pronouns_for(self.persona.social).put_into(template)

    def tokens(self, text: str) -> int:
        """Return the tokens of a text, a quarter of its characters where nobody counts."""
        return self.count_tokens(text) if self.count_tokens else (len(text) + 3) // 4


def _passages(layer: Layer, path: str, title: str) -> Iterator[Passage]:
    for name, declared in type(layer).model_fields.items():
        if not path and name in _APART:
            continue
        where = f"{path}.{name}" if path else name
        called = f"{title}, {declared.title}" if title else declared.title or name
        yield from _texts(getattr(layer, name), where, called)


def _texts(value: object, path: str, title: str) -> Iterator[Passage]:
    if isinstance(value, str):
        if value.strip():
            yield Passage(path, title, value)
    elif isinstance(value, Layer):
        is_entry = path.rpartition(".")[2].isdigit()
        yield from _passages(value, path, title if is_entry else "")
    elif isinstance(value, tuple):
        for number, item in enumerate(cast("tuple[object, ...]", value)):
            yield from _texts(item, f"{path}.{number}", f"{title}, {number + 1}")


def _lore_passages(persona: Persona) -> Iterator[Passage]:
    """Yield what the model reads of each entry, without its decorators."""
    for number, entry in enumerate(persona.lore.entries if persona.lore else ()):
        text = split_decorators(entry.content).text
        if text.strip():
            title = f"Lorebook, {entry.label}"
            yield Passage(f"lore.entries.{number}.content", title, text)

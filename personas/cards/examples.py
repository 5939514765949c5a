"""Example dialogue between `mes_example` and our lines: `<START>` blocks and speakers.

Also `#{{user}}:` (Backyard, HammerAI) and `You:` (Pygmalion). Text before the first speaker
of a block is the character's. Knows no card.
"""

from __future__ import annotations

import re

from personas.voice import ExampleDialogue, ExampleLine

_START = re.compile(r"^[ \t]*<START>[ \t]*:?", re.IGNORECASE | re.MULTILINE)
_USERS = frozenset({"{{user}}", "<user>", "you"})
_CHARACTERS = frozenset({"{{char}}", "<bot>"})
_CHARACTER = "{{char}}"
_USER = "{{user}}"
_LONGEST_SPEAKER = 60


def read_examples(source: str, *names: str) -> tuple[ExampleDialogue, ...]:
    """Return the exchanges in a card's example text; `names` are the character's."""
    characters = _CHARACTERS | {name.strip().casefold() for name in names if name.strip()}
    dialogues = (_dialogue(block, characters) for block in _START.split(source))
    return tuple(dialogue for dialogue in dialogues if dialogue.lines)


def write_examples(examples: tuple[ExampleDialogue, ...]) -> str:
    """Return the example text of a card, each exchange under its `<START>`."""
    blocks = (
        "\n".join(("<START>", *(f"{line.speaker}: {line.text}".rstrip() for line in example.lines)))
        for example in examples
        if example.lines
    )
    return "\n".join(blocks)


def _dialogue(block: str, characters: frozenset[str]) -> ExampleDialogue:
    lines: list[tuple[str, list[str]]] = []
    for raw in block.strip().split("\n"):
        speaker, said = _speaker(raw, characters)
        if speaker:
            lines.append((speaker, [said]))
        elif lines:
            lines[-1][1].append(raw)
        elif raw.strip():
            lines.append((_CHARACTER, [raw]))
    return ExampleDialogue(
        lines=tuple(
            ExampleLine(speaker=speaker, text="\n".join(said).strip()) for speaker, said in lines
        )
    )


def _speaker(raw: str, characters: frozenset[str]) -> tuple[str, str]:
    """Return the speaker that a line begins with and what is said; no speaker is empty."""
    label, colon, said = raw.partition(":")
    label = label.strip().removeprefix("#").strip()
    if not colon or not label or len(label) > _LONGEST_SPEAKER:
        return "", raw
    folded = label.casefold()
    if folded in _USERS:
        return _USER, said.strip()
    if folded in characters:
        return _CHARACTER, said.strip()
    # Another macro with its own colon ({{random: …}}) is no speaker, nor is a sentence.
    is_name = label[:1].isupper() and len(label.split()) <= 3 and label.replace(" ", "").isalpha()
    return (label, said.strip()) if is_name else ("", raw)

"""What looks hostile in a card: orders to the model, scripts, addresses, hidden letters.

Finds and names; nothing is removed, because a card is text here and none of it is ever run,
followed or fetched. Knows no format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from personas.cards import coercion
from personas.cards.coercion import JsonObject
from personas.cards.receipt import ReceiptRows
from personas.persona import Persona

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|all|any|your|the)\b[^.\n]{0,30}"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|safety|filters?)\b"
    r"|\b(?:reveal|print|repeat|output)\b[^.\n]{0,30}\bsystem (?:prompt|message)\b"
    r"|\byou are now (?:in )?(?:dan\b|developer mode|unrestricted|jailbroken)"
    r"|<\|(?:im_start|im_end|system|start_header_id|eot_id)\|>|\[/?INST\]|<<SYS>>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"<\s*(?:script|iframe|object|embed|link|meta|svg)\b|javascript:|data:text/html"
    r"|<[^>\n]{1,200}\bon(?:error|load|click|mouseover)\s*=",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"!\[[^\]\n]{0,200}\]\([^)\n]{1,500}\)|<\s*img\b|\bfile://|(?<![\w\\])\\\\[\w.-]+\\[\w$]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"')\]]{3,200}", re.IGNORECASE)
# Tag letters are invisible copies of ASCII (flags of regions are spelt with them); the others
# turn or hide text on a screen.
_HIDDEN = re.compile(
    "(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]|[\u202a-\u202e\u2066-\u2069]|[\u200b\u2060\ufeff]{4,}"
)

_FOR_READERS = ("origin",)
_CODE_EXTENSIONS = {
    "regex_scripts": "SillyTavern's scripts that rewrite text",
    "TavernHelper_scripts": "programs for SillyTavern",
    "tavern_helper": "programs for SillyTavern",
    "triggerscript": "RisuAI's triggers",
    "customScripts": "RisuAI's scripts that rewrite text",
    "virtualscript": "a program for RisuAI",
    "backgroundHTML": "a page for RisuAI's background",
    "lowLevelAccess": "a wish for RisuAI's deeper powers",
}


def note_hostile_persona(persona: Persona, rows: ReceiptRows) -> None:
    """Note what looks hostile in a persona's texts, where they stand in it."""
    kept = persona.model_dump(mode="json", exclude={"origin": {"foreign", "assets"}})
    for place, said in _texts(kept, ""):
        note_hostile_text(said, place, rows)


def note_hostile_text(said: str, place: str, rows: ReceiptRows) -> None:
    """Note what looks hostile in one text."""
    findings = [
        (_SCRIPT, "Code for a web page", "It is text here and never run."),
        (_HIDDEN, "Letters that nobody sees", "They may carry orders to a model."),
    ]
    if not place.startswith(_FOR_READERS):
        findings += [
            (_ORDER, "An order to the model", "It may try to break the rules of play."),
            (_REMOTE, "A picture or file from elsewhere", "It is never loaded."),
            (_ADDRESS, "A web address", "It is text for the model and never opened."),
        ]
    for pattern, what, why in findings:
        found = pattern.search(said)
        if found:
            rows.hostile(what, place, f"{why} It says: {_quoted(found[0])}")


def note_hostile_extensions(extensions: JsonObject, rows: ReceiptRows) -> None:
    """Note program code that other programs would run."""
    for name, value in extensions.items():
        for inner, said in [(name, value), *coercion.mapping(value).items()]:
            if inner in _CODE_EXTENSIONS and said:
                path = f"extensions.{name}" if inner == name else f"extensions.{name}.{inner}"
                rows.hostile(
                    "Program code",
                    path,
                    f"These are {_CODE_EXTENSIONS[inner]}. Kept for export, never run.",
                )


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, object]", value).items():
            yield from _texts(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[object]", value)):
            yield from _texts(inner, f"{place}[{index + 1}]")


def _quoted(found: str) -> str:
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in found
    )
    return f"“{shown[:80]}”"

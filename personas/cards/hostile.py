"""What looks hostile in a card: orders to the model, scripts, addresses, hidden letters.

Finds and names; nothing is removed, because a card is text here and none of it is ever run,
followed or fetched. Knows no format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast

from personas.cards import coercion
from personas.cards.coercion import JsonObject
from personas.cards.receipt import ReceiptRows
from personas.persona import Persona

# An order is looked for step by step: one pattern for all of it takes seconds on a text that
# is made of its beginnings.
_VERB = re.compile(r"\b(?:ignore|disregard|forget|override|bypass)\b", re.IGNORECASE)
_OBJECT = re.compile(
    r"\b(?:previous|prior|above|earlier|all|any|your|the)\b[^.\n]{0,30}?"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|safety|filters?)\b",
    re.IGNORECASE,
)
_ORDER_REACH = 80
_MOST_VERBS = 2000
_ORDER = re.compile(
    r"\b(?:reveal|print|repeat|output)\b[^.\n]{0,30}?\bsystem (?:prompt|message)\b"
    r"|\byou are now (?:in )?(?:dan\b|developer mode|unrestricted|jailbroken)"
    r"|<\|(?:im_start|im_end|system|start_header_id|eot_id)\|>|\[/?INST\]|<<SYS>>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"<\s*(?:script|iframe|object|embed|link|meta|svg)\b|javascript:|data:text/html",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\bon(?:error|load|click|mouseover)\s*=", re.IGNORECASE)
_TAG_REACH = 200
_REMOTE = re.compile(
    r"!\[[^\[\]\n]{0,200}+\]\([^()\n]{1,500}+\)|<\s*img\b|\bfile://"
    r"|(?<![\w\\])\\\\[\w.-]++\\[\w$]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"')\]]{3,200}", re.IGNORECASE)
# Tag letters are invisible copies of ASCII (flags of regions are spelt with them); the others
# turn or hide text on a screen.
_HIDDEN = re.compile(
    "(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]|[\u202a-\u202e\u2066-\u2069]|[\u200b\u2060\ufeff]{4,}"
)

_SHORT = 6
"""Letters that are too few for any of it; most of a lorebook's fields are single words."""
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
        if len(said) < _SHORT and said.isascii():
            continue
        note_hostile_text(said, place, rows)


def note_hostile_text(said: str, place: str, rows: ReceiptRows) -> None:
    """Note what looks hostile in one text."""
    findings = [
        (_code(said), "Code for a web page", "It is text here and never run."),
        (_first(_HIDDEN, said), "Letters that nobody sees", "They may carry orders to a model."),
    ]
    if not place.startswith(_FOR_READERS):
        findings += [
            (_order(said), "An order to the model", "It may try to break the rules of play."),
            (_first(_REMOTE, said), "A picture or file from elsewhere", "It is never loaded."),
            (
                _first(_ADDRESS, said),
                "A web address",
                "It is text for the model and never opened.",
            ),
        ]
    for found, what, why in findings:
        if found:
            rows.hostile(what, place, f"{why} It says: {_quoted(found)}")


def _first(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    return found[0] if found else ""


def _order(said: str) -> str:
    """Return an order to drop the rules, empty for none."""
    for verb in islice(_VERB.finditer(said), _MOST_VERBS):
        reach = re.split(r"[.\n]", said[verb.end() : verb.end() + _ORDER_REACH], maxsplit=1)[0]
        found = _OBJECT.search(reach)
        if found:
            return verb[0] + reach[: found.end()]
    return _first(_ORDER, said)


def _code(said: str) -> str:
    """Return what a web page would run, empty for nothing."""
    for attribute in islice(_ATTRIBUTE.finditer(said), _MOST_VERBS):
        before = said[max(0, attribute.start() - _TAG_REACH) : attribute.start()]
        if "<" in before.rpartition(">")[2]:
            return attribute[0]
    return _first(_SCRIPT, said)


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

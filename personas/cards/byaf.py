"""The Backyard archive (`.byaf`): a manifest, one character, scenarios, and ours beside them.

Further scenarios hold the other greetings, as other programs read them. `dramatis.json` holds
the layers and `extensions.json` what others keep in a card, for which the archive has no place.
Conversations come in and are not written. Settings travel in `extensions.byaf`.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from personas.cards import coercion, limits
from personas.cards.archive import CardArchive, write_archive
from personas.cards.bounded_json import parse_json
from personas.cards.byaf_conversations import moment_of, read_conversations
from personas.cards.card_data import DRAMATIS
from personas.cards.card_source import CardSource, Picture
from personas.cards.coercion import JsonObject
from personas.cards.errors import CardError
from personas.cards.other_programs import backyard_lore, double_braces
from personas.cards.receipt import ReceiptRows

MANIFEST = "manifest.json"
_OURS = "dramatis.json"
_OTHERS = "extensions.json"
_EXTENSION = "byaf"
_MOST_SCENARIOS = 100
_MOST_SECONDS = 253_402_300_799
_UNKNOWN = 1
"""Seconds after 1970 that stand for a date nobody knows; the archive must name one."""
_DOUBLE = re.compile(r"\{\{(user|char)\}\}|<(USER|BOT)>", re.IGNORECASE)
_PLAIN = re.compile(r"^(\{\{(?:user|char)\}\}:)", re.MULTILINE)
_MARKED = re.compile(r"^#(\{\{(?:user|char)\}\}:)", re.MULTILINE)
_MANIFEST_HANDLED = frozenset({"schemaVersion", "characters", "scenarios", "createdAt"})
_CHARACTER_HANDLED = frozenset(
    {"schemaVersion", "id", "name", "displayName", "persona", "loreItems", "images"}
    | {"createdAt", "updatedAt"}
)
_SCENARIO_HANDLED = frozenset(
    {"schemaVersion", "formattingInstructions", "narrative", "exampleMessages"}
    | {"firstMessages", "messages", "backgroundImage"}
)
_SETTINGS: JsonObject = {
    "title": "",
    "model": None,
    "promptTemplate": None,
    "minP": 0.1,
    "minPEnabled": True,
    "temperature": 0.8,
    "repeatPenalty": 1.05,
    "repeatLastN": 256,
    "topK": 40,
    "topP": 0.9,
    "grammar": None,
    "canDeleteExampleMessages": True,
}


def read_byaf(archive: CardArchive, manifest_name: str, file: str, rows: ReceiptRows) -> CardSource:
    """Return the character of an archive with its first scenario and its pictures."""
    reader = _ByafReader(archive, file, rows)
    manifest = reader.object_at(manifest_name)
    names = list(coercion.texts(manifest.get("characters")))
    if not names or archive.find(names[0]) is None:
        raise CardError(
            file,
            "The archive names no character that is in it.",
            "Export it again from Backyard.",
            place=manifest_name,
        )
    if len(names) > 1:
        rows.left("Further characters", manifest_name, "Only the first of them is read.")
    character = reader.object_at(names[0])
    scenarios = [
        reader.object_at(name)
        for name in coercion.texts(manifest.get("scenarios"))[:_MOST_SCENARIOS]
        if archive.find(name)
    ]
    data = _data(manifest, character, scenarios)
    if archive.find(_OTHERS) is not None:
        data["extensions"] = {**reader.object_at(_OTHERS), **data["extensions"]}
    ours = archive.find(_OURS)
    if ours is not None:
        data["extensions"][DRAMATIS] = reader.object_at(ours)
    return CardSource(
        "BYAF",
        data,
        pictures=reader.pictures(character, names[0]),
        conversations=read_conversations(scenarios, rows),
    )


def write_byaf(data: JsonObject, extension: JsonObject | None, portrait: bytes | None) -> bytes:
    """Return the archive for a card's data, our extension and the portrait."""
    held = coercion.mapping(coercion.mapping(data.get("extensions")).get(_EXTENSION))
    created = _moment(coercion.whole(data.get("creation_date")))
    updated = _moment(coercion.whole(data.get("modification_date"))) or created
    name = coercion.text(data.get("name"))
    identity = hashlib.sha256(coercion.canonical(data).encode()).hexdigest()[:24]
    folder = f"characters/{identity}"
    scenarios = _written_scenarios(data, held, identity)
    places = [f"scenarios/scenario{index + 1}.json" for index in range(len(scenarios))]
    manifest: JsonObject = {
        **coercion.mapping(held.get("manifest")),
        "schemaVersion": 1,
        "createdAt": created or _moment(_UNKNOWN),
        "characters": [f"{folder}/character.json"],
        "scenarios": places,
    }
    maker = coercion.text(data.get("creator"))
    if maker:
        manifest["author"] = {**coercion.mapping(manifest.get("author")), "name": maker}
    character: JsonObject = {
        "isNSFW": False,
        **coercion.mapping(held.get("character")),
        "schemaVersion": 1,
        "id": identity,
        "name": coercion.text(data.get("nickname")) or name,
        "displayName": name,
        "persona": _single(_about(data)),
        "createdAt": created or _moment(_UNKNOWN),
        "updatedAt": updated or _moment(_UNKNOWN),
        "loreItems": _written_lore(data),
        "images": [{"path": "images/portrait.png", "label": ""}] if portrait else [],
    }
    members = {MANIFEST: _encoded(manifest), f"{folder}/character.json": _encoded(character)}
    if portrait:
        members[f"{folder}/images/portrait.png"] = portrait
    members |= {
        place: _encoded(scenario) for place, scenario in zip(places, scenarios, strict=True)
    }
    others = coercion.without(
        coercion.mapping(data.get("extensions")), frozenset({_EXTENSION, DRAMATIS})
    )
    if others:
        members[_OTHERS] = _encoded(others)
    if extension is not None:
        members[_OURS] = _encoded(extension)
    return write_archive(members)


class _ByafReader:
    """Reads the members of one archive; owned by one reading."""

    def __init__(self, archive: CardArchive, file: str, rows: ReceiptRows) -> None:
        self._archive = archive
        self._file = file
        self._rows = rows

    def object_at(self, name: str) -> JsonObject:
        found = self._archive.find(name) or name
        content = self._archive.read(found, limits.JSON_BYTES)
        return coercion.mapping(parse_json(content, self._file, found))

    def pictures(self, character: JsonObject, place: str) -> tuple[Picture, ...]:
        """Return the first of the character's pictures that is in the archive."""
        folder = place.rpartition("/")[0]
        for image in coercion.objects(character.get("images")):
            path = coercion.text(image.get("path"))
            found = self._archive.find(f"{folder}/{path}") or self._archive.find(path)
            if found is not None:
                try:
                    return (Picture(self._archive.read(found, limits.FILE_BYTES), found),)
                except CardError as error:
                    self._rows.left("Picture", found, f"{error.problem} {error.remedy}")
        return ()


def _data(manifest: JsonObject, character: JsonObject, scenarios: list[JsonObject]) -> JsonObject:
    first = scenarios[0] if scenarios else {}
    shown = coercion.text(character.get("displayName"))
    name = coercion.text(character.get("name"))
    greetings = [_first_message(scenario) for scenario in scenarios]
    data: JsonObject = {
        "name": shown or name,
        "description": double_braces(coercion.text(character.get("persona"))),
        "scenario": double_braces(coercion.text(first.get("narrative"))),
        "system_prompt": double_braces(coercion.text(first.get("formattingInstructions"))),
        "mes_example": _examples(first),
        "first_mes": greetings[0] if greetings else "",
        "alternate_greetings": [greeting for greeting in greetings[1:] if greeting],
        "creator": coercion.text(coercion.mapping(manifest.get("author")).get("name")),
    }
    dates = {"creation_date": "createdAt", "modification_date": "updatedAt"}
    for field, key in dates.items():
        if _seconds(character.get(key)):
            data[field] = _seconds(character.get(key))
    if shown and name and shown != name:
        data["nickname"] = name
    lore = backyard_lore(character.get("loreItems"))
    if lore is not None:
        data["character_book"] = lore
    data["extensions"] = _settings(manifest, character, scenarios)
    return data


def _settings(
    manifest: JsonObject, character: JsonObject, scenarios: list[JsonObject]
) -> JsonObject:
    """Return the extension with what a card has no field for and is not as usual."""
    unusual = [
        {
            name: value
            for name, value in coercion.without(scenario, _SCENARIO_HANDLED).items()
            if name not in _SETTINGS or value != _SETTINGS[name]
        }
        for scenario in scenarios
    ]
    about = coercion.without(character, _CHARACTER_HANDLED)
    settings: JsonObject = {
        "manifest": coercion.without(manifest, _MANIFEST_HANDLED),
        "character": {name: value for name, value in about.items() if value is not False},
        "scenarios": unusual if any(unusual) else [],
    }
    if isinstance(manifest.get("author"), dict) and set(manifest["author"]) <= {"name"}:
        del settings["manifest"]["author"]
    filled = {name: value for name, value in settings.items() if value}
    return {_EXTENSION: filled} if filled else {}


def _first_message(scenario: JsonObject) -> str:
    messages = coercion.objects(scenario.get("firstMessages"))
    return double_braces(coercion.text(messages[0].get("text"))) if messages else ""


def _examples(scenario: JsonObject) -> str:
    messages = coercion.objects(scenario.get("exampleMessages"))
    blocks = (double_braces(coercion.text(message.get("text"))).strip() for message in messages)
    plain = (_MARKED.sub(r"\1", block) for block in blocks if block)
    return "\n".join(f"<START>\n{block}" for block in plain)


def _written_scenarios(data: JsonObject, held: JsonObject, identity: str) -> list[JsonObject]:
    kept = coercion.objects(held.get("scenarios"))
    greetings = (
        coercion.text(data.get("first_mes")),
        *coercion.texts(data.get("alternate_greetings")),
    )
    examples = coercion.text(data.get("mes_example")).split("<START>")
    written: list[JsonObject] = []
    for index, greeting in enumerate(greetings):
        settings = kept[index] if index < len(kept) else {}
        written.append(
            {
                **_SETTINGS,
                **settings,
                "schemaVersion": 1,
                "formattingInstructions": _single(coercion.text(data.get("system_prompt"))),
                "narrative": _single(coercion.text(data.get("scenario"))),
                "exampleMessages": [
                    {"characterID": identity, "text": _turns(block)}
                    for block in examples
                    if block.strip()
                ],
                "firstMessages": [{"characterID": identity, "text": _single(greeting)}]
                if greeting
                else [],
                "messages": [],
            }
        )
    return written


def _written_lore(data: JsonObject) -> list[JsonObject]:
    book = coercion.mapping(data.get("character_book"))
    return [
        {
            "key": ", ".join(coercion.words(entry.get("keys"))),
            "value": _single(coercion.text(entry.get("content"))),
        }
        for entry in coercion.objects(book.get("entries"))
        if entry.get("enabled") is not False
    ]


def _about(data: JsonObject) -> str:
    """Return the one text on a character that Backyard has."""
    personality = coercion.text(data.get("personality"))
    parts = (
        coercion.text(data.get("description")),
        f"Personality: {personality}" if personality else "",
    )
    return "\n\n".join(part for part in parts if part)


def _turns(block: str) -> str:
    """Return an exchange with its speakers marked as Backyard marks them."""
    return _single(_PLAIN.sub(r"#\1", block.strip()))


def _single(said: str) -> str:
    """Return the macros of cards as Backyard's."""

    def macro(found: re.Match[str]) -> str:
        return "{user}" if (found[1] or found[2]).casefold() == "user" else "{character}"

    return _DOUBLE.sub(macro, said)


def _seconds(value: Any) -> int:  # noqa: ANN401 - any JSON value
    """Return the seconds of a moment in ISO 8601, 0 for anything else."""
    moment = moment_of(value)
    seconds = 0 if moment is None else int(moment.timestamp())
    return seconds if seconds > _UNKNOWN else 0


def _moment(seconds: int | None) -> str:
    if not seconds or not 0 < seconds <= _MOST_SECONDS:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _encoded(value: JsonObject) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()

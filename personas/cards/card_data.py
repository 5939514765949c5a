"""The `data` of a V2 or V3 card and a persona, one made from the other.

Reading is total: any object gives a persona. What reading loses, a null, spaces, unknown
fields, is kept in the persona's origin and written back. Knows no file and no container.
"""

from __future__ import annotations

from personas.cards import coercion, limits
from personas.cards.books import book_for_v2, book_for_v3, read_book, write_book
from personas.cards.card_source import CardSource
from personas.cards.character_note import find_note, read_note, with_note, without_note, write_note
from personas.cards.coercion import JsonObject
from personas.cards.description import write_description
from personas.cards.examples import read_examples, write_examples
from personas.cards.keeping import kept, restored
from personas.instructions import Instructions
from personas.lorebook import Lorebook
from personas.origin import Origin
from personas.persona import Persona
from personas.voice import Voice

DRAMATIS = "dramatis"
V2 = "2.0"
V3 = "3.0"

_V1_FIELDS = frozenset(
    {"name", "description", "personality", "scenario", "first_mes", "mes_example"}
)
_REQUIRED = _V1_FIELDS | {
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "alternate_greetings",
    "tags",
    "creator",
    "character_version",
    "extensions",
}
KNOWN_FIELDS = _REQUIRED | {
    "group_only_greetings",
    "character_book",
    "assets",
    "nickname",
    "creator_notes_multilingual",
    "source",
    "creation_date",
    "modification_date",
}
_NAMELESS = "Nameless"


def persona_from(source: CardSource, fallback_name: str) -> Persona:
    """Return the persona that a card's own fields describe, foreign ones kept in its origin."""
    data = source.data or {}
    extensions = coercion.mapping(data.get("extensions"))
    persona = _meant(data, fallback_name)
    has_extensions = isinstance(data.get("extensions"), dict)
    original = coercion.without(data, frozenset({"extensions"})) if has_extensions else data
    written = coercion.without(_written(persona), frozenset({"extensions"}))
    odd = kept(original, written, _REQUIRED)
    book = original.get("character_book")
    if isinstance(book, dict) and "character_book" in odd:
        complete = book_for_v3(coercion.mapping(book))
        if coercion.same(complete, written.get("character_book")):
            del odd["character_book"]
    foreign = {
        "data": odd,
        "extensions": coercion.without(extensions, frozenset({DRAMATIS})),
        "card": source.outer,
    }
    origin = persona.origin.model_copy(
        update={
            "foreign": {name: value for name, value in foreign.items() if value},
            "file_format": source.file_format,
        }
    )
    return persona.model_copy(update={"origin": origin})


def data_from(persona: Persona, version: str) -> JsonObject:
    """Return the `data` of a card for a persona, without our own extension."""
    foreign = persona.origin.foreign
    written = _written(persona)
    written["extensions"] = _extensions(persona)

    def read(data: JsonObject) -> Persona:
        # A card that came without a name leaves with the one it was given.
        return _meant(data, "")

    odd = coercion.mapping(foreign.get("data"))
    if written["extensions"]:
        odd = coercion.without(odd, frozenset({"extensions"}))
    data = restored(written, odd, KNOWN_FIELDS, read, _own_meaning(persona, read(written)))
    book = data.get("character_book")
    if version == V3:
        data.setdefault("group_only_greetings", [])
        if isinstance(book, dict):
            data["character_book"] = book_for_v3(coercion.mapping(book))
    # A card that came as V2 may hold such lines as text; then they are its own.
    elif isinstance(book, dict) and not persona.origin.file_format.endswith("V2"):
        data["character_book"] = book_for_v2(coercion.mapping(book))
    return data


def _meant(data: JsonObject, fallback_name: str) -> Persona:
    """Return the persona of the fields that we know, without what is kept beside them."""
    name = coercion.text(data.get("name")).strip() or fallback_name.strip() or _NAMELESS
    nickname = coercion.text(data.get("nickname")).strip()
    name, nickname = name[: limits.NAME_CHARACTERS], nickname[: limits.NAME_CHARACTERS]
    return Persona(
        name=name,
        nickname=nickname,
        tags=coercion.texts(data.get("tags")),
        description=coercion.text(data.get("description")),
        personality=coercion.text(data.get("personality")),
        scenario=coercion.text(data.get("scenario")),
        greeting=coercion.text(data.get("first_mes")),
        alternate_greetings=coercion.texts(data.get("alternate_greetings")),
        voice=Voice(examples=read_examples(coercion.text(data.get("mes_example")), name, nickname)),
        instructions=Instructions(
            system_prompt=coercion.text(data.get("system_prompt")),
            post_history=coercion.text(data.get("post_history_instructions")),
        ),
        lore=_lore(data),
        origin=_origin(data),
    )


def _own_meaning(persona: Persona, read_back: Persona) -> Persona:
    """Return what the card's fields ought to say: the persona's, but for its description."""
    voice = read_back.voice.model_copy(update={"examples": persona.voice.examples})
    return read_back.model_copy(
        update={
            "voice": voice,
            "greeting": persona.greeting,
            "alternate_greetings": persona.alternate_greetings,
            "scenario": persona.scenario,
            "personality": persona.personality,
            "instructions": persona.instructions,
            "tags": persona.tags,
            "lore": persona.lore,
        }
    )


def _origin(data: JsonObject) -> Origin:
    notes = coercion.mapping(data.get("creator_notes_multilingual"))
    return Origin(
        creator=coercion.text(data.get("creator")),
        character_version=coercion.text(data.get("character_version")),
        creator_notes=coercion.text(data.get("creator_notes")),
        creator_notes_multilingual={
            language: coercion.text(note) for language, note in notes.items()
        },
        source=coercion.texts(data.get("source")),
        creation_date=coercion.whole(data.get("creation_date")) or 0,
        modification_date=coercion.whole(data.get("modification_date")) or 0,
        group_only_greetings=coercion.texts(data.get("group_only_greetings")),
        assets=tuple(coercion.objects(data.get("assets"))),
    )


def _lore(data: JsonObject) -> Lorebook | None:
    book = data.get("character_book")
    note = coercion.mapping(data.get("extensions")).get("depth_prompt")
    lore = read_book(coercion.mapping(book)) if isinstance(book, dict) else None
    return with_note(lore, read_note(note))


def _written(persona: Persona) -> JsonObject:
    """Return what the persona's own values say in V3's terms, extensions aside."""
    origin, book = persona.origin, without_note(persona.lore)
    written: JsonObject = {
        "name": persona.name,
        "description": write_description(persona),
        "personality": persona.personality,
        "scenario": persona.scenario,
        "first_mes": persona.greeting,
        "mes_example": write_examples(persona.voice.examples),
        "creator_notes": origin.creator_notes,
        "system_prompt": persona.instructions.system_prompt,
        "post_history_instructions": persona.instructions.post_history,
        "alternate_greetings": list(persona.alternate_greetings),
        "tags": list(persona.tags),
        "creator": origin.creator,
        "character_version": origin.character_version,
        "extensions": {},
    }
    optional: JsonObject = {
        "character_book": None if book is None else write_book(book),
        "nickname": persona.nickname,
        "group_only_greetings": list(origin.group_only_greetings),
        "creator_notes_multilingual": dict(origin.creator_notes_multilingual),
        "source": list(origin.source),
        "creation_date": origin.creation_date,
        "modification_date": origin.modification_date,
        "assets": [dict(asset) for asset in origin.assets],
    }
    return written | {name: value for name, value in optional.items() if value}


def _extensions(persona: Persona) -> JsonObject:
    """Return other programs' extensions, with the character's note as it is now."""
    extensions = dict(coercion.mapping(persona.origin.foreign.get("extensions")))
    return write_note(find_note(persona.lore), extensions)

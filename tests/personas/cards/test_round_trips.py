"""Out and in again: any persona in every format, and any foreign card to the letter."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from personas.cards import CardFormat, RowKind, read_card, write_card
from personas.cards.character_note import NOTE_ID
from personas.cards.png_chunks import PNG_SIGNATURE, read_texts, walk_chunks
from personas.cards.world_files import write_world_file
from personas.instructions import Instructions
from personas.library import load_library
from personas.life_context import (
    LifeContext,
    LifeEvent,
    Relationship,
    RelationshipChange,
    Secret,
)
from personas.lorebook import Lorebook, LoreEntry, LoreLogic, LorePosition, LoreRole
from personas.origin import Origin
from personas.persona import Persona, PersonaKind
from personas.traits import PersonalIdentity, Traits, Values
from personas.voice import ExampleDialogue, ExampleLine, Voice
from tests.personas.cards import fixtures
from tests.personas.cards.fixtures import PRODUCERS
from tests.personas.cards.test_world_files import executed

MODERATE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["{{char}}: hi", "<START>", "a\nb: c", "@@depth 2\nx", "#{{user}}: y", " z "]
)
WORD = TEXT.filter(lambda text: text.strip())
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
ENTRIES = st.builds(
    LoreEntry,
    id=st.none() | st.integers(0, 99) | TEXT | st.just(NOTE_ID),
    name=TEXT,
    keys=TEXTS,
    secondary_keys=TEXTS,
    selective=st.booleans(),
    logic=st.sampled_from(LoreLogic),
    content=TEXT,
    enabled=st.booleans(),
    constant=st.booleans(),
    use_regex=st.booleans(),
    regex_in_slashes=st.booleans(),
    case_sensitive=st.none() | st.booleans(),
    insertion_order=st.integers(-5, 500),
    priority=st.none() | st.integers(0, 9),
    position=st.sampled_from(LorePosition),
    depth=st.integers(0, 9),
    role=st.sampled_from(LoreRole),
    probability=st.integers(0, 100),
    sticky=st.none() | st.integers(0, 9),
    delay_until_recursion=st.booleans() | st.integers(1, 3),
    group=TEXT,
)
BOOKS = st.builds(
    Lorebook,
    name=TEXT,
    scan_depth=st.none() | st.integers(0, 50),
    recursive_scanning=st.none() | st.booleans(),
    entries=st.lists(ENTRIES, max_size=3).map(tuple),
)
SCORES = st.none() | st.floats(1, 7)
LINES = st.builds(ExampleLine, speaker=TEXT, text=TEXT)
PERSONAS = st.builds(
    Persona,
    name=WORD,
    nickname=TEXT,
    tagline=TEXT,
    tags=TEXTS,
    description=TEXT,
    personality=TEXT,
    kind=st.sampled_from(PersonaKind),
    personal=st.builds(
        PersonalIdentity,
        traits=st.builds(Traits, trust=SCORES, anxiety=SCORES),
        values=st.builds(Values, power=SCORES),
        skills=TEXTS,
    ),
    life=st.builds(
        LifeContext,
        weekday=TEXT,
        loves=TEXTS,
        relationships=st.lists(
            st.builds(
                Relationship,
                name=WORD,
                affection=st.none() | st.integers(-10, 10),
                their_familiarity=st.none() | st.integers(0, 10),
                changes=st.lists(
                    st.builds(RelationshipChange, what=WORD, age=st.none() | st.integers(0, 99)),
                    max_size=2,
                ).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
        timeline=st.lists(st.builds(LifeEvent, what=WORD), max_size=2).map(tuple),
        secrets=st.lists(st.builds(Secret, what=WORD, known_by=TEXTS), max_size=2).map(tuple),
    ),
    voice=st.builds(
        Voice,
        habits=TEXTS,
        examples=st.lists(
            st.builds(ExampleDialogue, lines=st.lists(LINES, max_size=3).map(tuple)), max_size=2
        ).map(tuple),
    ),
    scenario=TEXT,
    greeting=TEXT,
    alternate_greetings=TEXTS,
    acceptance=TEXT,
    instructions=st.builds(Instructions, system_prompt=TEXT, post_history=TEXT),
    lore=st.none() | BOOKS,
    origin=st.builds(
        Origin,
        creator=TEXT,
        creator_notes=TEXT,
        creator_notes_multilingual=st.dictionaries(TEXT, TEXT, max_size=2),
        source=TEXTS,
        creation_date=st.integers(0, 10**10),
        group_only_greetings=TEXTS,
        assets=st.lists(st.dictionaries(TEXT, JSON, max_size=2), max_size=2).map(tuple),
    ),
)
ODD = st.none() | st.integers(-5, 10**6) | st.booleans() | TEXT | st.lists(TEXT, max_size=2)
FOREIGN_ENTRIES = st.fixed_dictionaries(
    {"keys": ODD, "content": ODD, "extensions": st.dictionaries(TEXT, JSON, max_size=2) | ODD},
    optional={
        "enabled": ODD,
        "insertion_order": ODD,
        "case_sensitive": ODD,
        "selective": ODD,
        "secondary_keys": ODD,
        "position": st.sampled_from(["before_char", "after_char"]) | ODD,
        "id": ODD,
        "priority": ODD,
        "odd": JSON,
        "use_regex": ODD,
    },
)
FOREIGN_DATA = st.fixed_dictionaries(
    {"name": WORD, "description": WORD},
    optional={
        "personality": ODD,
        "scenario": ODD,
        "first_mes": ODD,
        "mes_example": ODD,
        "creator_notes": ODD,
        "system_prompt": ODD,
        "alternate_greetings": ODD,
        "tags": ODD,
        "creator": ODD,
        "nickname": ODD,
        "creation_date": ODD,
        "assets": ODD,
        "source": ODD,
        "group_only_greetings": ODD,
        "creator_notes_multilingual": ODD | st.dictionaries(TEXT, ODD, max_size=2),
        "extensions": st.dictionaries(TEXT, JSON, max_size=3)
        | st.just({"depth_prompt": {"prompt": "p", "depth": 1, "role": "user", "x": 1}})
        | ODD,
        "odd": JSON,
        "avatar": ODD,
    },
)
FOREIGN_BOOKS = st.fixed_dictionaries(
    {"entries": st.lists(FOREIGN_ENTRIES, min_size=1, max_size=2)},
    optional={"name": ODD, "scan_depth": ODD, "extensions": ODD, "odd": JSON},
)


def own(persona: Persona | None) -> Persona:
    """A persona without what belongs to the file that it came in."""
    assert persona is not None
    origin = persona.origin.model_copy(update={"foreign": {}, "file_format": ""})
    return persona.model_copy(update={"origin": origin})


def without_assets(persona: Persona | None) -> Persona:
    bare = own(persona)
    return bare.model_copy(update={"origin": bare.origin.model_copy(update={"assets": ()})})


def data_of(content: bytes) -> dict[str, Any]:
    return json.loads(content)["data"]


def complete(book: Any) -> Any:
    """A book with the fields that V3 asks for: they are added where a file lacks them."""
    if not isinstance(book, dict) or not isinstance(book.get("entries"), list):
        return book
    required = {"keys": [], "content": "", "extensions": {}, "enabled": True}
    required |= {"insertion_order": 100, "use_regex": False, "constant": False}
    return {"extensions": {}, **book, "entries": [{**required, **e} for e in book["entries"]]}


def exported(persona: Persona | None, form: CardFormat = CardFormat.JSON_V3) -> bytes:
    assert persona is not None
    return write_card(persona, None, form)


@pytest.mark.parametrize("form", CardFormat)
@MODERATE
@given(persona=PERSONAS)
def test_any_persona_comes_back_equal_from_every_format(form, persona):
    content = write_card(persona, None, form)
    found = read_card(content, file_name="other.bin").persona
    assert own(found) == own(persona)
    again = write_card(found, None, form)
    assert own(read_card(again, file_name="other.bin").persona) == own(persona)


@pytest.mark.parametrize("form", CardFormat)
def test_the_library_comes_back_byte_for_byte_with_a_description_for_others(form):
    for persona in load_library().values():
        card = read_card(write_card(persona, None, form), file_name="x")
        found = card.persona
        for layer in ("social", "personal", "life", "voice"):
            assert getattr(found, layer).model_dump_json() == (
                getattr(persona, layer).model_dump_json()
            )
        assert any(row.what == "Structured layers" for row in card.receipt.rows)


def test_other_programs_read_a_description_made_of_the_layers():
    persona = load_library()["isla-macrae"]
    data = data_of(exported(persona, CardFormat.JSON_V2))
    assert data["description"].startswith("What follows is written to {{char}}, who is called")
    assert "{{char}}: keeper of a light" in data["description"]
    assert persona.life.weekday in data["description"]
    assert data["first_mes"] == persona.greeting
    assert data["mes_example"].startswith("<START>\n{{user}}: ")


@MODERATE
@given(data=FOREIGN_DATA, book=st.none() | ODD | FOREIGN_BOOKS)
@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_any_foreign_card_leaves_with_the_data_it_came_with(version, data, book):
    data = data if book is None else {**data, "character_book": book}
    spec = "chara_card_v2" if version == "2.0" else "chara_card_v3"
    form = CardFormat.JSON_V2 if version == "2.0" else CardFormat.JSON_V3
    card = {"spec": spec, "spec_version": version, "data": data}
    came = json.loads(fixtures.card_json(card))["data"]
    persona = read_card(fixtures.card_json(card), file_name="x.json").persona
    left = data_of(exported(persona, form))
    for each in (came, left):
        each["character_book"] = complete(each.get("character_book"))
    assert {name: left.get(name, "gone") for name in came} == came
    added = {name: value for name, value in left.items() if name not in came}
    assert not any(added.values())
    assert "dramatis" not in str(left)
    assert own(read_card(exported(persona, form), file_name="x.json").persona) == own(persona)


@pytest.mark.parametrize(
    "name", ["V2 JSON", "V3 JSON", "SillyTavern JSON", "RisuAI PNG, ccv3 alone"]
)
def test_a_card_of_another_program_leaves_as_it_came(name):
    came = {
        "V2 JSON": fixtures.V2_DATA,
        "V3 JSON": fixtures.V3_DATA,
        "SillyTavern JSON": fixtures.SILLY["data"],
        "RisuAI PNG, ccv3 alone": fixtures.RISU_DATA,
    }[name].copy()
    form = CardFormat.JSON_V3 if came.get("assets") else CardFormat.JSON_V2
    persona = read_card(PRODUCERS[name](), file_name="x").persona
    left = data_of(exported(persona, form))
    for each in (came, left):
        each["character_book"] = complete(each["character_book"])
    assert left == came
    outer = json.loads(exported(persona, form))
    if name == "SillyTavern JSON":
        assert outer["talkativeness"] == "0.5"


@pytest.mark.parametrize("form", CardFormat)
@pytest.mark.parametrize("name", sorted(set(PRODUCERS) - fixtures.BOOKS))
def test_every_producers_card_comes_back_from_every_format_and_stays_what_it_was(name, form):
    came = read_card(PRODUCERS[name](), file_name="Morag Reid.bin")
    once = read_card(write_card(came.persona, came.portrait, form), file_name="x")
    if form == CardFormat.CHARX:
        # An archive names its icon itself; that it is the card's picture goes without saying.
        assert without_assets(once.persona) == without_assets(came.persona)
    else:
        assert own(once.persona) == own(came.persona)
    assert once.fingerprint == came.fingerprint
    kept = once.persona.origin.foreign.get("extensions", {})
    for key, value in came.persona.origin.foreign.get("extensions", {}).items():
        assert kept[key] == value
    # What it holds beyond the first time is what the format asks for, and that is all.
    twice = read_card(write_card(once.persona, once.portrait, form), file_name="x")
    assert twice.persona == once.persona
    if form in {CardFormat.PNG, CardFormat.CHARX, CardFormat.BYAF}:
        assert once.portrait == came.portrait


@pytest.mark.parametrize("name", sorted(fixtures.BOOKS))
def test_every_producers_lorebook_comes_back_from_a_world_file(name):
    (came,) = read_card(PRODUCERS[name](), file_name="Portree.json").lorebooks
    again = read_card(write_world_file(came), file_name="Portree.json")
    (left,) = again.lorebooks
    # There a pattern is told by its slashes, whatever told it before.
    marks = {"use_regex": False, "regex_in_slashes": True}
    entries = tuple(entry.model_copy(update=marks) for entry in came.entries)
    assert executed(left) == executed(came.model_copy(update={"entries": entries}))


def test_a_png_holds_both_texts_before_its_end_and_no_older_ones():
    old = fixtures.png_with(
        fixtures.text_chunk("chara", fixtures.encoded({**fixtures.V1, "name": "Old"})),
        fixtures.text_chunk("Comment", b"taken at 57.4N"),
    )
    persona = read_card(PRODUCERS["V3 JSON"](), file_name="x").persona
    content = write_card(persona, old, CardFormat.PNG)
    assert content.startswith(PNG_SIGNATURE)
    kinds = [chunk.kind for chunk in walk_chunks(content)]
    assert kinds.count(b"tEXt") == 2
    assert kinds[-3:] == [b"tEXt", b"tEXt", b"IEND"]
    assert b"57.4N" not in content
    texts = read_texts(content, frozenset({"chara", "ccv3"}))
    assert [text.keyword for text in texts] == ["chara", "ccv3"]
    assert all(text.content.isascii() for text in texts)
    v2, v3 = (json.loads(base64.b64decode(text.content)) for text in texts)
    assert (v2["spec"], v3["spec"]) == ("chara_card_v2", "chara_card_v3")
    assert v2["data"]["character_book"]["entries"][0]["content"] == "The ferry is late."
    assert v3["data"]["character_book"]["entries"][0]["content"].startswith("@@depth 2\n@@@")
    Image.open(io.BytesIO(content)).load()


def test_a_card_that_came_as_v2_keeps_lines_that_look_like_decorators():
    book = {"extensions": {}, "entries": [{"keys": ["a"], "content": "@@x\nb", "extensions": {}}]}
    card = {**fixtures.V2, "data": {**fixtures.V2_DATA, "character_book": book}}
    persona = read_card(fixtures.card_json(card), file_name="x").persona
    left = data_of(exported(persona, CardFormat.JSON_V2))
    assert left["character_book"]["entries"][0]["content"] == "@@x\nb"


def test_an_edit_here_leaves_and_the_rest_stays_as_it_came():
    odd = {**fixtures.V2_DATA, "scenario": None, "personality": "  spaced  "}
    persona = read_card(fixtures.card_json({**fixtures.V2, "data": odd}), file_name="x").persona
    edited = persona.model_copy(update={"scenario": "A hill."})
    left = data_of(exported(edited, CardFormat.JSON_V2))
    assert (left["scenario"], left["personality"]) == ("A hill.", "  spaced  ")
    assert "dramatis" not in left["extensions"]


def test_an_edit_elsewhere_is_taken_and_the_layers_stay():
    persona = load_library()["isla-macrae"].model_copy(update={"description": "Ours."})
    card = json.loads(exported(persona))
    card["data"]["first_mes"] = "Changed."
    card["data"]["description"] = "New. " + card["data"]["description"] + " More."
    card["data"]["tags"] = ["new"]
    card["data"]["creator"] = "them"
    card["data"]["system_prompt"] = "Theirs."
    card["data"]["mes_example"] = "<START>\n{{char}}: Aye."
    card["data"]["extensions"]["theirs"] = {"a": 1}
    found = read_card(fixtures.card_json(card), file_name="x")
    changed = found.persona
    assert (changed.greeting, changed.tags) == ("Changed.", ("new",))
    assert changed.description == "New. Ours.\n\nMore."
    assert changed.instructions.system_prompt == "Theirs."
    assert changed.origin.creator == "them"
    assert changed.voice.examples[0].lines[0].text == "Aye."
    assert changed.voice.habits == persona.voice.habits
    assert (changed.life, changed.social) == (persona.life, persona.social)
    assert changed.origin.foreign["extensions"] == {"theirs": {"a": 1}}
    assert sum("since" in row.why for row in found.receipt.of_kind(RowKind.MAPPED)) == 6


def test_a_description_rewritten_elsewhere_stands_beside_the_layers():
    persona = load_library()["isla-macrae"]
    card = json.loads(exported(persona))
    card["data"]["description"] = "Somebody else."
    found = read_card(fixtures.card_json(card), file_name="x")
    assert found.persona.description == "Somebody else."
    assert found.persona.life == persona.life
    assert any("may repeat" in row.why for row in found.receipt.rows)


@pytest.mark.parametrize("version", [2, None, "1"])
def test_layers_of_a_newer_dramatis_are_kept_and_told(version):
    card = json.loads(exported(load_library()["isla-macrae"]))
    card["data"]["extensions"]["dramatis"]["version"] = version
    found = read_card(fixtures.card_json(card), file_name="x")
    assert found.persona.life.is_empty
    assert any("newer Dramatis" in row.why for row in found.receipt.of_kind(RowKind.LEFT))
    left = data_of(exported(found.persona))
    assert left["extensions"]["dramatis"]["version"] == version


def test_layers_that_do_not_hold_are_not_believed():
    card = json.loads(exported(load_library()["isla-macrae"]))
    card["data"]["extensions"]["dramatis"]["persona"]["personal"]["traits"] = {"trust": 900}
    found = read_card(fixtures.card_json(card), file_name="x")
    assert found.persona.personal.is_empty


def test_a_character_note_can_be_edited_and_taken_away():
    persona = read_card(PRODUCERS["SillyTavern JSON"](), file_name="x").persona
    rain, note = persona.lore.entries
    louder = note.model_copy(update={"content": "Wide awake.", "depth": 1})
    book = persona.lore.model_copy(update={"entries": (rain, louder)})
    left = data_of(exported(persona.model_copy(update={"lore": book})))
    assert left["extensions"]["depth_prompt"] == {
        "prompt": "Wide awake.",
        "depth": 1,
        "role": "system",
    }
    assert len(left["character_book"]["entries"]) == 1
    book = persona.lore.model_copy(update={"entries": (rain,)})
    without = data_of(exported(persona.model_copy(update={"lore": book})))
    assert "depth_prompt" not in without["extensions"]
    only = persona.model_copy(update={"lore": Lorebook(entries=(note,))})
    assert "character_book" not in data_of(exported(only, CardFormat.JSON_V2))


@pytest.mark.parametrize("form", [CardFormat.PNG, CardFormat.CHARX, CardFormat.BYAF])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "I;16", "1", "LA"])
def test_a_portrait_comes_back_pixel_for_pixel(form, mode):
    source = fixtures.picture(mode=mode)
    persona = Persona(name="Isla")
    found = read_card(write_card(persona, source, form), file_name="x").portrait
    again = read_card(write_card(persona, found, form), file_name="x").portrait
    assert found == again
    picture = Image.open(io.BytesIO(found))
    assert picture.size == (24, 32)
    assert picture.mode in {"RGB", "RGBA"}


@pytest.mark.parametrize("form", CardFormat)
def test_a_card_without_a_portrait_can_be_written(form):
    card = read_card(write_card(Persona(name="Isla"), None, form), file_name=f"x{form.suffix}")
    assert card.persona.name == "Isla"
    assert card.portrait is None
    assert not any(row.what == "Picture" for row in card.receipt.rows)


def test_a_portrait_that_cannot_be_opened_is_left_out():
    content = write_card(Persona(name="Isla"), b"no picture", CardFormat.CHARX)
    assert read_card(content, file_name="x").portrait is None

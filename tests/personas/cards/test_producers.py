"""Cards of every producer come in with all that they say, whatever the file is called."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from PIL import Image

from personas.cards import (
    CardError,
    CardFormat,
    ImportedCard,
    RowKind,
    limits,
    read_card,
    write_card,
)
from personas.lorebook import LoreLogic, LorePosition, LoreRole
from personas.persona import Persona
from tests.personas.cards import fixtures
from tests.personas.cards.fixtures import BOOKS, PRODUCERS


def read(name: str, file_name: str = "Morag Reid.bin") -> ImportedCard:
    return read_card(PRODUCERS[name](), file_name=file_name)


def persona_of(name: str) -> Persona:
    persona = read(name).persona
    assert persona is not None
    return persona


def said(card: ImportedCard, kind: RowKind) -> str:
    return "\n".join(f"{row.what} {row.where} {row.why}" for row in card.receipt.of_kind(kind))


@pytest.mark.parametrize("name", PRODUCERS)
def test_every_producers_file_comes_in_with_a_receipt_in_sentences(name):
    card = read(name)
    assert (card.persona is None) == (name in BOOKS)
    assert len(card.lorebooks) == (1 if name in BOOKS else 0)
    assert card.receipt.file_name == "Morag Reid.bin"
    assert card.receipt.file_format
    assert len(card.fingerprint) == 64
    rows = card.receipt.rows
    assert rows
    assert all(row.what and row.where and row.why.endswith((".", "”")) for row in rows)
    assert json.loads(json.dumps(card.receipt.as_dict()))["file"] == "Morag Reid.bin"


@pytest.mark.parametrize("name", sorted(set(PRODUCERS) - BOOKS))
def test_every_card_has_what_a_card_is_for(name):
    persona = persona_of(name)
    assert persona.called in {"Morag", "Mo", "Morag Reid"}
    assert "net" in f"{persona.description} {persona.origin.creator_notes}"
    assert persona.greeting
    if "TextGen" not in name:
        assert persona.scenario
        first = persona.voice.examples[0].lines
        assert [line.speaker for line in first[:2]] == ["{{user}}", "{{char}}"]
        assert first[0].text == "Cold?"


def test_the_six_fields_of_v1_stand_where_they_belong():
    persona = persona_of("V1 JSON")
    assert persona.name == "Morag"
    assert persona.description == "{{char}} mends nets in Portree."
    assert persona.personality == "dry, exact"
    assert persona.greeting.startswith("*She does not look up.*")
    assert [len(example.lines) for example in persona.voice.examples] == [2, 1]
    assert persona.voice.examples[0].lines[1].text == "No.\nNot yet."


def test_v2_and_v3_fields_stand_where_they_belong():
    persona = persona_of("V3 JSON")
    assert persona.instructions.system_prompt == "Play {{char}}. {{original}}"
    assert persona.instructions.post_history == "Keep it short."
    assert persona.alternate_greetings == ("Back again?", "The kettle's on.")
    assert persona.nickname == "Mo"
    assert persona.tags == ("Scotland", "slice of life")
    assert persona.origin.creator_notes_multilingual == {"en": "Best small.", "gd": "Beag."}
    assert persona.origin.creation_date == 1700000000
    assert persona.origin.group_only_greetings == ("Aye, all of you.",)
    assert persona.origin.file_format == "JSON V3"
    assert persona.lore is not None
    (entry,) = persona.lore.entries
    assert entry.content.startswith("@@depth 2")
    assert (entry.id, entry.use_regex, entry.insertion_order) == ("a-b", True, 1.5)
    (v2_entry,) = persona_of("V2 JSON").lore.entries
    assert v2_entry.position == LorePosition.AFTER_CHARACTER
    assert (v2_entry.selective, v2_entry.secondary_keys) == (True, ("time",))


def test_silly_taverns_extensions_have_their_effect_and_its_position_is_the_true_one():
    card = read("SillyTavern PNG, both chunks")
    assert card.persona is not None
    assert card.persona.lore is not None
    rain, note = card.persona.lore.entries
    assert rain.position == LorePosition.AT_DEPTH
    assert (rain.depth, rain.probability, rain.sticky) == (2, 40, 2)
    assert rain.logic == LoreLogic.AND_ALL
    assert rain.role == LoreRole.USER
    assert rain.case_sensitive is True
    assert rain.regex_in_slashes
    assert rain.extensions["vectorized"] is False
    assert (note.content, note.constant, note.depth) == ("She is tired today.", True, 4)
    assert note.position == LorePosition.AT_DEPTH
    assert "world file “Portree”" in said(card, RowKind.LEFT)
    assert card.persona.origin.foreign["extensions"]["talkativeness"] == "0.5"


def test_silly_taverns_doubled_fields_give_way_to_its_data():
    doubled = {**fixtures.SILLY, "description": "Old.", "data": dict(fixtures.SILLY["data"])}
    del doubled["data"]["creator_notes"]
    card = read_card(fixtures.card_json(doubled), file_name="a")
    assert card.persona is not None
    assert card.persona.description == "{{char}} mends nets in Portree."
    assert card.persona.origin.creator_notes == "Best on a small model."
    assert "its data counts" in said(card, RowKind.LEFT)
    assert card.persona.origin.foreign["card"]["talkativeness"] == "0.5"


def test_a_world_file_becomes_a_lorebook_named_after_its_file():
    card = read("SillyTavern world", "Portree at night.json")
    (book,) = card.lorebooks
    assert book.name == "Portree at night"
    rain, wind = book.entries
    assert rain.keys == ("rain", "/storm(s)?/i")
    assert rain.secondary_keys == ("night",)
    assert (rain.logic, rain.position) == (LoreLogic.NOT_ANY, LorePosition.AFTER_CHARACTER)
    assert (rain.sticky, rain.cooldown, rain.delay, rain.scan_depth) == (3, 1, 2, 5)
    assert (rain.delay_until_recursion, rain.exclude_recursion) == (2, True)
    assert (rain.group, rain.group_override, rain.match_whole_words) == ("weather", True, True)
    assert (rain.insertion_order, rain.probability, rain.comment) == (90, 70, "Rain")
    assert rain.foreign["addMemo"] is True
    assert rain.regex_in_slashes
    assert (wind.enabled, rain.enabled) == (False, True)


def test_other_programs_lorebooks_are_read():
    (risu,) = read("RisuAI lorebook").lorebooks
    assert risu.entries[0].keys == ("rain", "storm")
    assert risu.entries[0].foreign["mode"] == "normal"
    (v3,) = read("lorebook V3").lorebooks
    assert v3.entries[0].use_regex
    agnai = {**fixtures.AGNAI["characterBook"]}
    (memory,) = read_card(fixtures.card_json(agnai), file_name="m.json").lorebooks
    assert (memory.name, memory.entries[0].keys) == ("Portree", ("ferry",))


def test_risus_scripts_are_named_and_kept_and_its_extra_files_are_told():
    card = read("RisuAI charx behind a JPEG")
    assert "extensions.risuai.customScripts" in said(card, RowKind.HOSTILE)
    assert "module.risum" in said(card, RowKind.LEFT)
    assert card.persona is not None
    assert card.persona.origin.foreign["extensions"]["risuai"]["customScripts"]
    assert Image.open(io.BytesIO(card.portrait)).size == (10, 12)


@pytest.mark.parametrize("name", ["charx", "charx behind a program", "BYAF"])
def test_the_portrait_of_an_archive_is_its_icon(name):
    portrait = read(name).portrait
    assert Image.open(io.BytesIO(portrait)).size == (10, 12)


@pytest.mark.parametrize("scheme", ["embeded://", "embedded://", "__asset:"])
def test_icons_are_found_by_every_spelling_of_their_address(scheme):
    asset = {"type": "icon", "uri": f"{scheme}pics/x.png", "name": "main", "ext": "png"}
    card = {**fixtures.V3, "data": {**fixtures.V3_DATA, "assets": [asset]}}
    members = {
        "Card.JSON": fixtures.card_json(card),
        "a.png": fixtures.picture(size=(5, 5)),
        "pics/X.png": fixtures.picture(size=(7, 9)),
    }
    found = read_card(fixtures.zipped(members), file_name="a.zip")
    assert Image.open(io.BytesIO(found.portrait)).size == (7, 9)


def test_agnais_attributes_become_lines_and_travel_in_full():
    card = read("Agnai JSON")
    assert card.persona is not None
    assert card.persona.description == "species: human\nmood: dry, calm"
    assert card.persona.origin.creator_notes == "A net mender."
    agnai = card.persona.origin.foreign["extensions"]["agnai"]
    assert agnai["persona"] == fixtures.AGNAI["persona"]
    assert agnai["appearance"] == "oilskins"
    assert card.persona.lore.entries[0].content == "Leaves at six."
    prose = {
        **fixtures.AGNAI,
        "persona": {"kind": "text", "attributes": {"text": ["Dry.", "Old."]}},
    }
    other = read_card(fixtures.card_json(prose), file_name="a").persona
    assert other.description == "Dry.\n\nOld."


@pytest.mark.parametrize("kind", ["wpp", "sbf", "boostyle", "attributes"])
def test_every_kind_of_agnais_persona_becomes_lines_and_travels_in_full(kind):
    persona = {"kind": kind, "attributes": {"mind": ["dry"], "likes": ["nets", "tar"]}}
    came = {**fixtures.AGNAI, "persona": persona}
    card = read_card(fixtures.card_json(came), file_name="a.json")
    assert card.persona.description == "mind: dry\nlikes: nets, tar"
    left = json.loads(write_card(card.persona, None, CardFormat.JSON_V2))["data"]
    assert left["extensions"]["agnai"]["persona"] == persona


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_every_version_of_backyards_picture_is_read(version):
    content = fixtures.encoded({**fixtures.BACKYARD, "version": version})
    exif = fixtures.chunk(b"eXIf", fixtures.exif_block(content))
    card = read_card(fixtures.png_with(exif, at_front=True), file_name="a.png")
    assert card.persona.name == "Morag of Portree"
    assert card.persona.origin.foreign["extensions"]["backyard"]["version"] == version


def test_backyards_braces_become_macros():
    for name in ("Backyard PNG", "BYAF"):
        card = read(name)
        persona = card.persona
        assert persona is not None
        assert (persona.name, persona.nickname) == ("Morag of Portree", "Morag")
        assert "{{char}} mends nets" in persona.description
        assert persona.greeting == "You'll be wet, {{user}}."
        assert persona.instructions.system_prompt == "Play {{char}}."
        assert persona.lore.entries[0].keys == ("ferry", "boat")
        assert persona.lore.entries[0].content == "Six, {{user}}."
    assert persona_of("BYAF").alternate_greetings == ("Back again?",)
    assert persona_of("BYAF").origin.creation_date == 1738555506


def test_conversations_of_the_archive_come_with_it_and_those_of_the_old_form_do_not():
    old = read("Backyard PNG")
    assert old.conversations == ()
    assert "a .byaf brings them" in said(old, RowKind.LEFT)
    card = read("BYAF")
    assert "4 messages in 1 conversation, takes included." in said(card, RowKind.CARRIED)
    (quay,) = card.conversations
    assert quay.title == "Quay"
    opening, hello, answer, late = quay.messages
    assert (opening.by_user, opening.takes) == (False, ("You'll be wet, {{user}}.",))
    assert (hello.by_user, hello.takes) == (True, ("Hello, {{char}}.",))
    assert answer.takes == ("No.", "Sit, {{user}}.", "Aye.")
    assert answer.takes[answer.chosen] == "Sit, {{user}}."
    assert answer.said_at == datetime(2025, 2, 3, 5, 0, 40, tzinfo=UTC)
    assert (late.by_user, late.takes) == (True, ("Is it late?",))


def test_what_is_no_message_stays_out_and_is_counted():
    messages = [
        {"type": "ai", "outputs": [{"text": "You'll be wet, {user}."}]},
        *({"type": "ai"}, {"type": "ai", "outputs": [{"text": " "}, 7]}, {"type": "system"}),
        *({"type": "human"}, {"text": "whose?"}, None, 7),
        {"type": "human", "text": "x" * (limits.FIELD_CHARACTERS + 1)},
        {"type": "human", "text": 12, "createdAt": "yesterday"},
    ]
    card = read_card(fixtures.byaf(messages), file_name="a.byaf")
    (conversation,) = card.conversations
    # It begins with its scenario's greeting already, so that is not put before it again.
    assert [one.takes for one in conversation.messages] == [("You'll be wet, {{user}}.",), ("12",)]
    assert [one.said_at for one in conversation.messages] == [None, None]
    assert "8 messages without words" in said(card, RowKind.LEFT)


@pytest.mark.parametrize("messages", [[], None, 7, {"type": "human", "text": "x"}, [None], ["x"]])
def test_a_scenario_in_which_nothing_was_said_is_no_conversation(messages):
    assert read_card(fixtures.byaf(messages), file_name="a.byaf").conversations == ()


def test_no_more_is_read_of_a_conversation_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(limits, "SAID_MESSAGES", 3)
    monkeypatch.setattr(limits, "SAID_TAKES", 2)
    answer = {"type": "ai", "outputs": [{"text": str(number)} for number in range(9)]}
    card = read_card(fixtures.byaf([answer] * 5), file_name="a.byaf")
    (conversation,) = card.conversations
    assert [one.takes for one in conversation.messages[1:]] == [("0", "1")] * 3
    assert [one.chosen for one in conversation.messages[1:]] == [1] * 3
    assert "2 messages" in said(card, RowKind.LEFT)


def test_byaf_settings_survive_an_export():
    again = read_card(write_card(persona_of("BYAF"), None, CardFormat.BYAF), file_name="a").persona
    settings = again.origin.foreign["extensions"]["byaf"]
    assert settings["scenarios"][0]["promptTemplate"] == "ChatML"
    assert settings["manifest"]["author"]["backyardURL"] == "https://example.org/s"


def test_hammers_sections_are_mapped_and_the_file_names_the_character():
    card = read("HammerAI", "Morag Reid.character")
    persona = card.persona
    assert persona.name == "Morag Reid"
    assert persona.origin.creator_notes == "A net mender of Portree."
    assert persona.lore.entries[0].keys == ("ferry", "boat")
    assert len(persona.voice.examples[0].lines) == 4
    assert persona.origin.foreign["extensions"]["hammerai"] == {"Abilities": "Knots."}
    assert "called Morag Reid after its file" in said(card, RowKind.MAPPED)


def test_textgen_keeps_its_context_whole():
    persona = persona_of("TextGen YAML")
    assert persona.greeting == "You'll be wet,\nthen."
    assert persona.description == "{{char}}'s Persona: mends nets: dry.\nOften."


def test_pygmalions_you_is_the_user():
    persona = persona_of("Pygmalion JSON")
    assert [line.speaker for line in persona.voice.examples[0].lines] == ["{{user}}", "{{char}}"]
    assert persona.origin.foreign["data"]["metadata"] == {"version": 1}


def test_the_same_card_has_one_fingerprint_in_every_wrapping():
    wrappings = {
        read(name).fingerprint for name in ("V2 JSON", "zTXt PNG", "APNG", "JPEG with EXIF")
    }
    assert len(wrappings) == 1
    assert read("V1 JSON").fingerprint not in wrappings


def test_a_better_chunk_that_is_broken_gives_way_to_the_other():
    data = fixtures.png_with(
        fixtures.text_chunk("chara", fixtures.encoded(fixtures.V2)),
        fixtures.text_chunk("ccv3", b"eyJicm9rZW4i"),
    )
    card = read_card(data, file_name="a.png")
    assert card.persona.name == "Morag"
    assert "ccv3" in said(card, RowKind.LEFT)


def test_of_two_chunks_the_last_counts():
    old = {**fixtures.V2, "data": {**fixtures.V2_DATA, "name": "Old"}}
    data = fixtures.png_with(
        fixtures.text_chunk("chara", fixtures.encoded(old)),
        fixtures.text_chunk("CHARA", fixtures.encoded(fixtures.V2)),
    )
    assert read_card(data, file_name="a.png").persona.name == "Morag"


def test_base64_is_read_without_padding_with_spaces_and_in_url_letters():
    raw = fixtures.encoded({**fixtures.V1, "name": "Mo~~~??>>"}).rstrip(b"=")
    sloppy = b"\n".join(raw[at : at + 60] for at in range(0, len(raw), 60))
    for text in (raw, sloppy, sloppy.translate(bytes.maketrans(b"+/", b"-_")), raw + b"====\x00"):
        data = fixtures.png_with(fixtures.text_chunk("chara", text))
        assert read_card(data, file_name="a.png").persona.name == "Mo~~~??>>"


def test_plain_json_in_a_chunk_and_latin_1_are_read():
    latin = json.dumps({**fixtures.V1, "name": "Mòrag"}, ensure_ascii=False).encode("latin-1")
    data = fixtures.png_with(fixtures.text_chunk("chara", latin))
    assert read_card(data, file_name="a.png").persona.name == "Mòrag"


def test_a_newer_version_is_read_and_told():
    newer = {**fixtures.V3, "spec_version": "3.7"}
    card = read_card(fixtures.card_json(newer), file_name="a.json")
    assert card.persona.nickname == "Mo"
    assert "version 3.7" in said(card, RowKind.LEFT)


def test_pictures_inside_the_json_are_used_and_those_elsewhere_are_not_fetched():
    import base64

    held = "data:image/png;base64," + base64.b64encode(fixtures.picture(size=(6, 8))).decode()
    asset = {"type": "icon", "uri": held, "name": "main", "ext": "png"}
    far = {"type": "background", "uri": "https://example.org/b.png", "name": "b", "ext": "png"}
    card = {**fixtures.V3, "data": {**fixtures.V3_DATA, "assets": [asset, far]}}
    found = read_card(fixtures.card_json(card), file_name="a.json")
    assert Image.open(io.BytesIO(found.portrait)).size == (6, 8)
    assert "https://example.org/b.png" in said(found, RowKind.LEFT)


@pytest.mark.parametrize("name", ["SillyTavern JSON", "SillyTavern world", "V2 JSON"])
def test_a_receipt_calls_no_field_unread_that_is_read(name):
    card = read_card(PRODUCERS[name](), file_name="a")
    said = " ".join(row.why for row in card.receipt.rows if row.what == "Fields of its entries")
    unread = set(said.removeprefix("Nothing here reads ").partition(";")[0].split(", "))
    assert unread.isdisjoint({"position", "depth", "probability", "cooldown", "case_sensitive"})
    assert ("vectorized" in unread) == (name != "V2 JSON")


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_character_in_our_own_words_is_not_taken_for_another_programs(wrapped):
    persona = Persona(name="Morag", tagline="net mender").model_dump(mode="json")
    said = {"name": "Morag", "kind": "character", "persona": persona} if wrapped else persona
    with pytest.raises(CardError, match="personas save"):
        read_card(json.dumps(said).encode(), file_name="morag.json")

"""The characters that ship: complete, consistent with themselves, and worth meeting."""

from __future__ import annotations

import re

import pytest

from personas.errors import PersonaFileError
from personas.library import library_slugs, load_library, load_library_persona
from personas.pronouns import HE, SHE, THEY, pronouns_for
from personas.sheet import acceptance_turn, build_sheet, greeting_texts
from personas.traits import DOMAINS, Traits, Values

PRESENT_YEAR = 2026
LIBRARY = load_library()
each_persona = pytest.mark.parametrize("persona", LIBRARY.values(), ids=LIBRARY.keys())


def own_words(persona):
    """Whatever the character says aloud in the file."""
    said = [
        line.text
        for example in persona.voice.examples
        for line in example.lines
        if line.speaker == "{{char}}"
    ]
    return [*said, *greeting_texts(persona), acceptance_turn(persona)]


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from texts(inner)


def test_the_cast_is_in_the_order_of_the_cast_list():
    assert [(p.name, p.tagline) for p in LIBRARY.values()][:6] == [
        ("Isla MacRae", "keeper of a light, Skye, 61"),
        ("Tunde Okafor", "night-bus driver, counts birds"),
        ("Rosalba Vega", "retired seamstress, Oaxaca"),
        ("Jun Lindqvist", "first-year vet, allergic to cats"),
        ("Amir Mansour", "restorer of radios, stubborn"),
        ("Nan Bridget", "lock-keeper's widow, 84"),
    ]
    assert len(LIBRARY) == 8
    assert tuple(LIBRARY) == library_slugs()


def test_no_two_characters_share_an_age_a_place_or_a_way_of_speaking():
    people = list(LIBRARY.values())
    for parts in (
        [p.social.age for p in people],
        [p.social.residence for p in people],
        [p.voice.speech_register for p in people],
        [p.voice.sentence_length for p in people],
        [phrase for p in people for phrase in p.voice.catchphrases],
    ):
        assert len(set(parts)) == len(parts)


def test_tempers_differ_and_somebody_is_difficult():
    agreeable = [p.personal.traits.domain("agreeableness") for p in LIBRARY.values()]
    assert min(agreeable) < 2.5
    assert max(agreeable) >= 6.0
    assert {pronouns_for(p.social) for p in LIBRARY.values()} == {SHE, HE, THEY}


@each_persona
def test_every_layer_is_filled(persona):
    social, personal, life, voice = persona.social, persona.personal, persona.life, persona.voice
    blank = {name for name, said in social.model_dump().items() if not said}
    assert blank <= {"dual_nationality"}
    assert None not in [personal.traits.facet(name) for name in Traits.model_fields]
    assert None not in [personal.values.importance(name) for name in Values.model_fields]
    assert all((personal.career, personal.aspiration, personal.skills))
    assert len(personal.headline_traits) == 3
    assert len(personal.strengths) == len(personal.flaws) == 3
    assert all((life.weekday, life.weekend, life.home, life.goals))
    assert len(life.loves) == len(life.hates) == 5
    assert 3 <= len(life.relationships) <= 5
    assert 5 <= len(life.timeline) <= 8
    assert 1 <= len(life.secrets) <= 3
    assert all((voice.speech_register, voice.sentence_length, voice.habits, voice.never_says))
    assert 2 <= len(voice.examples) <= 3
    assert len(greeting_texts(persona)) == 3
    assert persona.scenario
    assert persona.acceptance
    assert len(persona.tagline) <= 40


@each_persona
def test_people_have_numbers_and_a_note(persona):
    for other in persona.life.relationships:
        assert None not in (other.familiarity, other.affection)
        assert other.relation
        assert other.note


@each_persona
def test_years_and_ages_agree(persona):
    birth_year = PRESENT_YEAR - int(persona.social.age)
    dated = [
        (int(year[0]), event.age)
        for event in persona.life.timeline
        if (year := re.search(r"\b\d{4}\b", event.when)) and event.age is not None
    ]
    assert len(dated) >= 5
    assert [year - age for year, age in dated] == [birth_year] * len(dated)
    assert dated == sorted(dated)
    assert dated[-1][0] <= PRESENT_YEAR


@each_persona
def test_the_days_are_told_in_the_first_person(persona):
    for essay in (persona.life.weekday, persona.life.weekend):
        assert len(re.findall(r"\b(?:I|I'm|I've|my|me)\b", essay)) >= 5
        assert persona.name not in essay


@each_persona
def test_nobody_says_what_they_never_say(persona):
    spoken = "\n".join(own_words(persona)).casefold()
    plain = [phrase for phrase in persona.voice.never_says if len(phrase.split()) <= 3]
    assert plain
    said = [p for p in plain if re.search(rf"\b{re.escape(p.casefold())}\b", spoken)]
    assert said == []


@each_persona
def test_who_knows_a_secret_is_somebody_in_their_life(persona):
    people = [other.name for other in persona.life.relationships]
    for secret in persona.life.secrets:
        for knower in secret.known_by:
            assert any(knower.startswith(name) for name in people)


@each_persona
def test_only_the_known_macros_are_used(persona):
    for text in texts(persona.model_dump()):
        assert set(re.findall(r"\{\{.*?\}\}|<\w+>", text)) <= {"{{char}}", "{{user}}"}


@each_persona
def test_first_words_read_well_whatever_the_user_is_called(persona):
    assert greeting_texts(persona, "You") == greeting_texts(persona, "Daniel")


@each_persona
def test_examples_are_exchanges_between_the_two(persona):
    for example in persona.voice.examples:
        assert len(example.lines) >= 2
        assert {line.speaker for line in example.lines} == {"{{char}}", "{{user}}"}


@each_persona
def test_the_whole_sheet_stays_short_enough_for_a_small_context(persona):
    sheet = build_sheet(persona, user_name="Daniel")
    assert len(sheet) == 10
    assert 900 <= sum(len(section.text.split()) for section in sheet) <= 1750


def test_isla_worked_in_aberdeen_and_never_lived_in_glasgow():
    isla = LIBRARY["isla-macrae"]
    assert "Nine years in Aberdeen" in isla.personal.career
    life = "\n".join(texts(isla.life.model_dump())) + "\n".join(own_words(isla))
    assert "Glasgow" not in life
    assert any("Glasgow, where she has never lived" in phrase for phrase in isla.voice.never_says)


def test_scores_fit_what_the_prose_shows():
    def facet(slug, name):
        return LIBRARY[slug].personal.traits.facet(name)

    assert facet("isla-macrae", "sociability") < 2.5
    assert facet("wilmer-quispe", "sociability") > 5.5
    assert facet("jun-lindqvist", "anxiety") > 5.5
    assert facet("nan-bridget", "anxiety") < 2.5
    assert facet("vasundhara-iyengar", "trust") < 2.5
    assert facet("amir-mansour", "assertiveness") > 5.5
    assert {f for facets in DOMAINS.values() for f in facets} == set(Traits.model_fields)


def test_an_unknown_slug_names_the_ones_there_are():
    with pytest.raises(PersonaFileError, match="Choose one of these: isla-macrae, tunde"):
        load_library_persona("../isla-macrae")


def test_an_empty_folder_says_so(tmp_path):
    assert load_library(tmp_path) == {}
    with pytest.raises(PersonaFileError, match="the library is empty"):
        load_library_persona("isla-macrae", tmp_path)


def test_one_broken_file_hides_no_other(tmp_path):
    (tmp_path / "zed.toml").write_text('name = "Zed"')
    (tmp_path / "isla-macrae.toml").write_text("name = ")
    assert library_slugs(tmp_path) == ("isla-macrae", "zed")
    assert load_library_persona("zed", tmp_path).name == "Zed"
    with pytest.raises(PersonaFileError, match=r"isla-macrae\.toml, end of document: This is not"):
        load_library(tmp_path)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from pydantic import ValidationError

from app.settings import Settings
from personas.library import load_library
from personas.persona import Persona
from personas.pronouns import HE, SHE, THEY
from ui.viewmodels.form_fields import FieldDescription, FieldKind, describe_fields
from ui.viewmodels.persona_reading import BlockKind, domain_scales, read_section, say_score
from ui.viewmodels.persona_sections import SECTIONS, SectionKey, say_path
from ui.viewmodels.problems import describe_problems

ISLA = load_library()["isla-macrae"]


def test_every_field_of_a_persona_stands_under_one_heading():
    placed = [
        (*group.path, field.name)
        for section in SECTIONS
        for group in section.groups
        for field in group.fields
    ]
    wanted = []
    for field in describe_fields(Persona):
        inner = field.fields if field.kind == FieldKind.GROUP else ()
        for part in inner:
            deeper = part.fields if part.kind == FieldKind.GROUP else ()
            wanted.extend((field.name, part.name, leaf.name) for leaf in deeper)
            if not deeper:
                wanted.append((field.name, part.name))
        if not inner:
            wanted.append((field.name,))
    assert sorted(placed) == sorted(wanted)


@pytest.mark.parametrize(
    ("pronouns", "titles"),
    [
        (SHE, ["Who she is", "What drives her", "How she lives", "How she speaks"]),
        (HE, ["Who he is", "What drives him", "How he lives", "How he speaks"]),
        (THEY, ["Who they are", "What drives them", "How they live", "How they speak"]),
    ],
)
def test_headings_speak_of_the_character(pronouns, titles):
    shown = [section.title(pronouns) for section in SECTIONS]
    assert shown == [titles[0], "In prose", *titles[1:], "Opening", "Lore"]


def sentences(fields: Iterable[FieldDescription]) -> Iterator[str]:
    for field in fields:
        yield field.description
        yield from field.look.prompts
        yield from sentences(field.fields)


@pytest.mark.parametrize("pronouns", [SHE, HE, THEY], ids=["she", "he", "they"])
def test_sentences_and_questions_speak_of_the_character_as_the_headings_do(pronouns):
    told = [section.told_of(pronouns) for section in SECTIONS]
    said = [section.lead for section in told]
    for section in told:
        for group in section.groups:
            said += sentences(group.fields)
    words = {word for sentence in said for word in re.findall(r"[a-z]+", sentence.casefold())}
    # "Them" and "their" may be said of things; a subject is always the character.
    others = {"she", "hers", "he", "him", "they", "theirs"} - {
        pronouns.subject,
        pronouns.object,
        pronouns.absolute,
    }
    assert pronouns.subject in words
    assert words.isdisjoint(others)
    assert not [sentence for sentence in said if re.search(r"\[.*\||(?<!\{)\{t", sentence)]


def test_headings_count_what_is_said():
    draft = Persona(name="Ada").model_dump(mode="json")
    said, all_of_them = SECTIONS[0].filled(draft)
    assert (said, all_of_them) == (2, 27)
    assert SECTIONS[0].filled(ISLA.model_dump(mode="json")) == (25, 27)


@pytest.mark.parametrize("persona", load_library().values(), ids=lambda persona: persona.name)
def test_everything_that_was_written_can_be_read(persona):
    read = ""
    for section in SECTIONS:
        for block in read_section(persona, section):
            entries = " ".join(f"{one.head} {one.aside} {one.text}" for one in block.entries)
            scales = " ".join(f"{one.title} {say_score(one.score)}" for one in block.scales)
            read += f"\n{block.title} {block.text} {' '.join(block.items)} {entries} {scales}"
    written = persona.model_dump(mode="json", exclude={"name", "tagline", "kind"})
    for text in texts_in(written):
        assert text in read


def texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value and not value.startswith("{{") else []
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts_in(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts_in(inner)]
    return []


def test_an_empty_persona_has_nothing_to_read():
    ada = Persona(name="Ada")
    assert [read_section(ada, section) for section in SECTIONS] == [[] for _ in SECTIONS]
    assert {scale.score for scale in domain_scales(ada)} == {None}
    assert say_score(None) == "\u2013"


def test_scores_are_read_by_domain_with_their_mean():
    blocks = read_section(ISLA, next(one for one in SECTIONS if one.key == SectionKey.PERSONAL))
    extraversion = blocks[0]
    assert extraversion.kind == BlockKind.SCALES
    assert extraversion.title == "Extraversion"
    assert extraversion.mean == ISLA.personal.traits.domain("extraversion")
    assert blocks[-1].kind == BlockKind.QUOTE
    assert "What you are like" in blocks[-1].text


def test_examples_name_the_speakers_not_the_macros():
    blocks = read_section(ISLA, next(one for one in SECTIONS if one.key == SectionKey.VOICE))
    speakers = {
        entry.head
        for block in blocks
        if block.kind == BlockKind.DIALOGUE
        for entry in block.entries
    }
    assert speakers == {"You", "Isla"}


def test_problems_are_sentences_at_their_path():
    with pytest.raises(ValidationError) as caught:
        Persona.model_validate(
            {
                "name": "",
                "life": {
                    "loves": list("abcdef"),
                    "relationships": [{"name": "Catriona", "familiarity": 11}, {"relation": "x"}],
                },
                "personal": {"traits": {"trust": 0.5}},
            }
        )
    problems = describe_problems(caught.value)
    assert problems[("name",)] == "This cannot be empty."
    assert problems[("life", "loves")] == "At most 5 fit here; there are 6."
    assert problems[("life", "relationships", 0, "familiarity")] == "This is at most 10."
    assert problems[("life", "relationships", 1, "name")] == "This cannot be empty."
    assert problems[("personal", "traits", "trust")] == "This is at least 1.0."


def test_an_unlisted_problem_keeps_its_own_words():
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"appearance": {"colour_scheme": "mauve"}})
    [sentence] = describe_problems(caught.value).values()
    assert sentence.startswith("Input should be")


def test_a_place_in_the_sheet_is_said_in_words():
    assert say_path(("name",)) == "Name"
    assert say_path(("life", "relationships", 1, "name")) == "People 2, Name"
    assert say_path(("voice", "examples", 0, "lines", 2, "text")) == (
        "Example dialogue 1, Lines 3, Line"
    )
    assert say_path(("no", "such")) == ""
    assert say_path((3,)) == ""


def test_people_are_read_in_sentences_both_ways_with_what_changed():
    ada = Persona.model_validate(
        {
            "name": "Ada Moss",
            "life": {
                "relationships": [
                    {
                        "name": "Catriona",
                        "relation": "sister",
                        "familiarity": 8,
                        "their_affection": -5,
                        "note": "Rings on Sundays.",
                        "changes": [{"when": "1999", "age": 13, "what": "Left.", "affection": 2}],
                    }
                ]
            },
        }
    )
    life = next(one for one in SECTIONS if one.key == SectionKey.LIFE)
    (block,) = read_section(ada, life)
    (entry,) = block.entries
    assert (entry.head, entry.aside) == ("Catriona", "sister")
    assert entry.text.splitlines() == [
        "Ada knows her well; she cannot bear Ada. Rings on Sundays.",
        "1999, at 13: Left. After that Ada rather liked her.",
    ]

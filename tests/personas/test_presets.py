"""Presets: complete, apart from one another, honest, and gentle with what was written."""

from __future__ import annotations

from itertools import combinations

import pytest

from personas.errors import PersonaFileError
from personas.persona import Persona
from personas.presets import STEREOTYPE_NOTE, apply_preset, load_presets
from personas.review import review
from personas.sheet import build_sheet
from personas.traits import Traits, Values
from personas.voice import Voice

PRESETS = load_presets()
each_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())


def test_there_is_a_dozen_to_start_from():
    assert len(PRESETS) == 12
    assert PRESETS["reserved-scholar"].title == "The reserved scholar"
    assert list(PRESETS) == sorted(PRESETS)


@each_preset
def test_every_score_is_set_and_every_voice_hinted_at(preset):
    assert None not in [preset.traits.facet(name) for name in Traits.model_fields]
    assert None not in [preset.values.importance(name) for name in Values.model_fields]
    assert preset.voice.speech_register
    assert preset.voice.sentence_length
    assert len(preset.voice.habits) == 3


@each_preset
def test_each_says_that_it_is_a_stereotype_and_asks_for_more(preset):
    assert preset.caution.startswith(STEREOTYPE_NOTE)
    assert "stereotype" in preset.caution
    assert len(preset.note.split()) >= 12


def test_no_two_are_alike():
    for one, other in combinations(PRESETS.values(), 2):
        far = [
            abs(one.traits.facet(name) - other.traits.facet(name)) for name in Traits.model_fields
        ]
        assert sum(gap > 0.9 for gap in far) >= 5, (one.title, other.title)


@each_preset
def test_taking_one_on_sets_scores_and_reaches_the_sheet(preset):
    persona = apply_preset(Persona(name="Ada"), preset)
    assert (persona.personal.traits, persona.personal.values) == (preset.traits, preset.values)
    sheet = "\n".join(section.text for section in build_sheet(persona, user_name="Kim"))
    assert preset.voice.speech_register in sheet
    assert all(habit in sheet for habit in preset.voice.habits)
    assert STEREOTYPE_NOTE not in sheet
    assert "headline-and-facets" not in {finding.rule for finding in review(persona)}


def test_words_that_were_written_stay():
    voice = Voice(speech_register="whispers", catchphrases=("Well, well.",))
    persona = Persona(name="Ada", tagline="baker", voice=voice)
    changed = apply_preset(persona, PRESETS["gruff-mentor"])
    assert changed.tagline == "baker"
    assert changed.voice.speech_register == "whispers"
    assert changed.voice.catchphrases == ("Well, well.",)
    assert changed.voice.habits == PRESETS["gruff-mentor"].voice.habits


def test_a_second_preset_replaces_the_scores_of_the_first():
    persona = apply_preset(Persona(name="Ada"), PRESETS["gentle-carer"])
    again = apply_preset(persona, PRESETS["cold-strategist"])
    assert again.personal.traits == PRESETS["cold-strategist"].traits
    assert again.voice == persona.voice


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'title = "X', "not valid TOML"),
        (b'title = "\xff"', "not valid TOML in UTF-8"),
        (b'title = "X"', "line: Field required"),
        (b'title = "X"\nline = "y"\nnote = "z"\n[traits]\ntrust = 9\n[values]', "traits.trust"),
    ],
)
def test_a_broken_preset_is_explained(tmp_path, content, reason):
    (tmp_path / "broken.toml").write_bytes(content)
    with pytest.raises(PersonaFileError, match=r"broken\.toml") as caught:
        load_presets(tmp_path)
    assert reason in str(caught.value)


def test_a_preset_that_cannot_be_read_is_explained(tmp_path):
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(PersonaFileError, match="cannot be read"):
        load_presets(tmp_path)

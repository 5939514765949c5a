"""A persona file that cannot be used is named, with the place and the remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.errors import PersonaFileError
from personas.persona import Persona
from personas.persona_file import parse_persona, read_persona_file


def failure(content: bytes) -> PersonaFileError:
    with pytest.raises(PersonaFileError) as caught:
        parse_persona(content, "isla.toml")
    return caught.value


def test_a_name_is_enough():
    assert parse_persona('name = "Åsa"'.encode(), "asa.toml").name == "Åsa"


def test_a_file_from_windows_reads_the_same():
    content = b'\xef\xbb\xbfname = "Isla"\r\ntagline = "keeper"\r\n'
    assert parse_persona(content, "isla.toml") == Persona(name="Isla", tagline="keeper")


def test_a_slip_in_the_syntax_is_given_by_line_and_column():
    error = failure(b'name = "Isla"\ntagline = "keeper\n')
    assert error.file == "isla.toml"
    assert error.place.startswith("line 2, column ")
    assert str(error).startswith("isla.toml, line 2, column ")
    assert str(error).endswith("quotation mark or bracket there or just before.")


def test_a_misspelt_field_is_a_finding():
    error = failure(b'name = "Isla"\n[life]\nweekdays = "I wake."\n')
    assert (error.place, error.problem) == ("life.weekdays", "There is no field of that name.")


def test_a_number_off_its_scale_is_given_by_its_entry():
    error = failure(
        b'name = "Isla"\n[[life.relationships]]\nname = "Morag"\n'
        b'[[life.relationships]]\nname = "Ewan"\nfamiliarity = 11\n'
    )
    assert error.place == "life.relationships, entry 2, familiarity"
    assert "less than or equal to 10" in error.problem


def test_a_missing_name_is_asked_for_and_the_other_faults_are_counted():
    error = failure(b"tagline = 4\n")
    assert (error.place, error.remedy) == (
        "name",
        "Write it in. There are 2 such faults; this is the first.",
    )


def test_a_score_that_is_no_number_is_refused():
    error = failure(b'name = "Isla"\n[personal.traits]\ntrust = nan\n')
    assert error.place == "personal.traits.trust"


def test_text_in_another_encoding_is_given_by_its_line():
    error = failure('name = "Isla"\ntagline = "gardienne, île"'.encode("latin-1"))
    assert (error.place, error.problem) == ("line 2", "The text is not UTF-8.")


def test_brackets_without_end_are_no_crash():
    error = failure(b"name = " + b"[" * 100_000)
    assert "isla.toml" in str(error)


def test_a_number_without_end_is_no_crash():
    error = failure(b'name = "Isla"\n[personal.traits]\ntrust = ' + b"7" * 5000)
    assert "not valid TOML" in error.problem


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PersonaFileError, match=r"gone\.toml: The file cannot be read"):
        read_persona_file(tmp_path / "gone.toml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_persona_or_a_sentence(content):
    try:
        outcome = parse_persona(content, "any.toml").name
    except PersonaFileError as error:
        outcome = str(error)
        sentence = outcome.startswith("any.toml") and outcome.endswith(".")
    else:
        sentence = True
    assert outcome
    assert sentence

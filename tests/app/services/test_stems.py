from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from app.services.stems import stems, words


def test_endings_and_stop_words_fall_away():
    assert stems("The violins were playing in her gardens") == ("violin", "play", "garden")
    assert stems("play") == stems("Playing") == stems("PLAYED")


def test_a_name_loses_its_possessive_in_either_apostrophe():
    assert stems("Caroline's dog") == stems("Caroline\u2019s dog") == stems("Caroline dog")


def test_contractions_leave_nothing_behind():
    assert stems("I don't, can't, won't; we'll see what they've got") == ("see",)
    assert stems("She won a prize") == ("won", "prize")


def test_other_languages_pass_without_accents():
    assert stems("Café Straße 東京 Москва") == ("cafe", "strass", "東京", "москва")
    assert stems("हिन्दी") != ()


def test_numbers_stay_whole():
    assert stems("Born on 17 May 2023 at 7:30") == ("born", "17", "2023", "7", "30")


def test_threads_do_not_disturb_each_other():
    text = " ".join(f"{word}s" for word in ("garden", "violin", "castle", "river", "story"))
    texts = [f"{text} {number} relations{'al' * (number % 3)}" for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(stems, texts)) == [stems(text) for text in texts]


@given(st.text())
def test_stems_of_any_text_are_those_of_its_words(text: str):
    assert stems(text) == stems(" ".join(words(text)))
    assert not any(char.isspace() for stem in stems(text) for char in stem)

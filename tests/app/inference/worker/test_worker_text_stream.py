"""Text out of bytes, however the bytes are cut."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from app.inference.worker.text_stream import TextStream

LETTERS = st.text(alphabet="abé🙂", max_size=24)
STOPS = st.lists(st.text(alphabet="abé🙂", min_size=1, max_size=4), max_size=4)
CUTS = st.lists(st.integers(min_value=0, max_value=120), max_size=12)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    at = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(at)]


def run(pieces: Iterable[bytes], stops: list[str]) -> tuple[str, bool, list[str]]:
    stream = TextStream(stops)
    shown = [stream.feed(piece) for piece in pieces]
    shown.append(stream.finish())
    return "".join(shown), stream.is_stopped, shown


def expect(text: str, stops: list[str]) -> tuple[str, bool]:
    """Read letter by letter until a stop string is complete, and take it away."""
    for end in range(len(text) + 1):
        found = [stop for stop in stops if stop and text[:end].endswith(stop)]
        if found:
            return text[: end - max(map(len, found))], True
    return text, False


@given(LETTERS, STOPS, CUTS)
def test_text_up_to_the_first_stop_comes_out_whatever_the_cuts(
    text: str, stops: list[str], places: list[int]
):
    shown, stopped, _ = run(cut(text.encode(), places), stops)
    assert (shown, stopped) == expect(text, stops)


@given(LETTERS, STOPS, CUTS)
def test_nothing_shown_has_to_be_taken_back(text: str, stops: list[str], places: list[int]):
    final, _ = expect(text, stops)
    so_far = ""
    for piece in run(cut(text.encode(), places), stops)[2]:
        so_far += piece
        assert final.startswith(so_far)


@given(st.binary(max_size=40), CUTS)
def test_any_bytes_become_characters(data: bytes, places: list[int]):
    shown, _, _ = run(cut(data, places), [])
    assert shown == codecs.getincrementaldecoder("utf-8")("replace").decode(data)


@given(st.binary(max_size=30))
def test_invalid_bytes_never_hold_up_what_follows(data: bytes):
    stream = TextStream(["never"])
    stream.feed(data)
    assert stream.feed(b" and on it goes.").endswith("and on it goes.")


def test_only_what_may_become_a_stop_is_held_back():
    stream = TextStream(["\nYou:"])
    assert stream.feed(b"Hello\n") == "Hello"
    assert stream.feed(b"Yo") == ""
    assert stream.feed(b"nder") == "\nYonder"
    assert stream.feed(b"\nYou: hi") == ""
    assert stream.is_stopped
    assert stream.feed(b"more") == ""
    assert stream.finish() == ""


def test_half_a_character_at_the_end_is_dropped():
    assert run([b"caf\xc3"], [])[0] == "caf"


def test_empty_stop_strings_stop_nothing():
    assert run([b"hello"], [""])[:2] == ("hello", False)

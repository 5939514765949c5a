"""The index child's protocol: every message survives the pipe, names of collections hold."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from app.children.protocol import Codec
from app.memory.protocol import MESSAGES, Neighbours, name_collection

CODEC = Codec(MESSAGES)


NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(tuple)
MESSAGE = st.sampled_from([kind for kind in MESSAGES if kind is not Neighbours]).flatmap(
    st.builds
) | st.builds(Neighbours, similarities=NUMBERS)


@given(MESSAGE)
def test_every_message_comes_back_as_it_was_sent(message: object) -> None:
    assert CODEC.decode(CODEC.encode(message).rstrip(b"\n")) == message


@given(st.text(), st.text())
def test_a_collection_has_a_name_that_chroma_takes(persona_id: str, model_key: str) -> None:
    name = name_collection(persona_id, model_key)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,510}[a-z0-9]", name)


@given(st.text(alphabet="ab", max_size=4), st.text(alphabet="ab", max_size=4))
def test_personas_and_models_do_not_share_a_collection(one: str, other: str) -> None:
    assert (name_collection(one, "x") == name_collection(other, "x")) == (one == other)
    assert (name_collection("x", one) == name_collection("x", other)) == (one == other)
    if one:
        assert name_collection(one, other) != name_collection("", one + other)

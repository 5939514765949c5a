from __future__ import annotations

import dataclasses
import io
import json
import types
import typing
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.children.protocol import Codec, LineReader, ProtocolError
from app.inference import protocol
from app.inference.engine_child import engine_codec


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Outer:
    ticket: int
    inner: Inner
    several: tuple[Inner, ...] = ()
    maybe: str | None = None
    nested: tuple[tuple[int, ...], ...] = field(default_factory=tuple)
    flag: bool = False


CODEC = Codec([Outer])
ENGINE = engine_codec()
MESSAGE_TYPES = [*typing.get_args(protocol.Request), *typing.get_args(protocol.Answer)]


def values(hint: object) -> st.SearchStrategy[object]:
    """Any value of a message field's type."""
    if hint is str:
        return st.text()
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-(2**70), 2**70)
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(
            hint, **{item.name: values(hints[item.name]) for item in dataclasses.fields(hint)}
        )
    arguments = typing.get_args(hint)
    if isinstance(hint, types.UnionType):
        return st.one_of(*(st.none() if a is types.NoneType else values(a) for a in arguments))
    return st.lists(values(arguments[0]), max_size=4).map(tuple)


engine_messages = st.one_of(*(values(kind) for kind in MESSAGE_TYPES))


@given(engine_messages)
def test_every_message_of_the_engine_survives_the_wire(message: object) -> None:
    line = ENGINE.encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert ENGINE.decode(line) == message


@given(values(Outer))
def test_nested_and_optional_fields_survive_the_wire(message: object) -> None:
    assert CODEC.decode(CODEC.encode(message)) == message


@given(st.binary())
def test_noise_is_refused_and_nothing_else_happens(noise: bytes) -> None:
    with pytest.raises(ProtocolError):
        ENGINE.decode(noise)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["ticket", "inner", "several", "maybe", "nested", "flag"]), json_values)
def test_a_field_is_taken_as_its_type_or_refused(name: str, value: object) -> None:
    fields = {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 1}, name: value}
    try:
        message = CODEC.decode(json.dumps(fields).encode())
    except ProtocolError:
        return
    assert CODEC.decode(CODEC.encode(message)) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "Outer"},
        {"type": "Outer", "ticket": 1},
        {"type": "Outer", "ticket": True, "inner": {"name": "a", "weight": 1}},
        {"type": "Outer", "ticket": "1", "inner": {"name": "a", "weight": 1}},
        {"type": "Outer", "ticket": 1.0, "inner": {"name": "a", "weight": 1}},
        {"type": "Outer", "ticket": 1, "inner": None},
        {"type": "Outer", "ticket": 1, "inner": {"name": 1, "weight": 1}},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": False}},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 10**400}},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 1}, "several": {}},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 1}, "nested": [1]},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 1}, "maybe": 3},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 1}, "flag": 1},
        {"type": "Outer", "ticket": 1, "inner": {"name": "a", "weight": 1}, "surplus": 1},
        {"type": "Inner", "name": "a", "weight": 1},
        {"type": ["Outer"]},
        {"ticket": 1},
        ["Outer"],
        None,
    ],
)
def test_a_message_that_does_not_fit_is_refused(fields: object) -> None:
    with pytest.raises(ProtocolError):
        CODEC.decode(json.dumps(fields).encode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused_on_arrival(number: str) -> None:
    line = f'{{"type":"Outer","ticket":1,"inner":{{"name":"a","weight":{number}}}}}'
    with pytest.raises(ProtocolError):
        CODEC.decode(line.encode())


def test_what_json_cannot_carry_is_refused_before_it_is_sent() -> None:
    for weight in (float("nan"), float("inf"), [1.0], object()):
        with pytest.raises(ProtocolError):
            CODEC.encode(Outer(1, Inner("a", weight)))  # type: ignore[arg-type]


def test_a_stranger_cannot_be_sent() -> None:
    with pytest.raises(ProtocolError, match="Inner"):
        CODEC.encode(Inner("a", 1.0))


def test_a_message_type_that_json_cannot_carry_is_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Impossible:
        when: bytes

    with pytest.raises(TypeError, match="bytes"):
        Codec([Impossible])


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ProtocolError):
        CODEC.decode(b"[" * 200_000)


def test_a_line_has_a_longest_length() -> None:
    short = Codec([Outer], max_line_bytes=100)
    message = Outer(1, Inner("n" * 100, 1.0))
    with pytest.raises(ProtocolError, match="too long"):
        short.encode(message)
    with pytest.raises(ProtocolError, match="too long"):
        short.decode(CODEC.encode(message))


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)), st.integers(1, 7))
def test_lines_are_cut_wherever_the_pipe_cuts(lines: list[bytes], size: int) -> None:
    stream = io.BytesIO(b"".join(line + b"\n" for line in lines))
    reader = LineReader(lambda _: stream.read(size))
    read: list[bytes] = []
    while (line := reader.next_line()) is not None:
        read.append(line)
    assert read == lines


def test_half_a_line_at_the_end_is_dropped() -> None:
    stream = io.BytesIO(b"whole\nhal")
    reader = LineReader(stream.read)
    assert reader.next_line() == b"whole"
    assert reader.next_line() is None


def test_a_line_that_never_ends_is_refused() -> None:
    reader = LineReader(lambda _: b"x" * 50, max_line_bytes=200)
    with pytest.raises(ProtocolError, match="200"):
        reader.next_line()

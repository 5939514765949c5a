"""Headers of model files, honest and hostile."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.inference.gguf_file import GgufError, read_gguf_facts

UINT8, UINT32, STRING, ARRAY, UINT64 = 0, 4, 8, 9, 10
F32, Q4_0 = 0, 2


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def key(name: str, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def tensor(name: str, shape: tuple[int, ...], kind: int, offset: int) -> bytes:
    sizes = struct.pack(f"<{len(shape)}Q", *shape)
    return text(name) + struct.pack("<I", len(shape)) + sizes + struct.pack("<IQ", kind, offset)


ARCHITECTURE = key("general.architecture", STRING, text("llama"))


def gguf(
    keys: tuple[bytes, ...] = (ARCHITECTURE,),
    tensors: tuple[bytes, ...] = (),
    data: bytes = b"",
    version: int = 3,
    counts: tuple[int, int] | None = None,
) -> bytes:
    tensor_count, key_count = counts or (len(tensors), len(keys))
    head = b"GGUF" + struct.pack("<IQQ", version, tensor_count, key_count)
    head += b"".join((*keys, *tensors))
    return head + b"\0" * (-len(head) % 32) + data


WHOLE = gguf(
    keys=(
        ARCHITECTURE,
        key("general.name", STRING, text("Ada")),
        key("llama.context_length", UINT32, struct.pack("<I", 4096)),
        key("llama.block_count", UINT64, struct.pack("<Q", 2)),
        key("tokenizer.chat_template", STRING, text("{{ messages }}")),
        key("long text that nobody asks for", STRING, text("x" * 2_000_000)),
        key("words", ARRAY, struct.pack("<IQ", STRING, 3) + text("a") + text("b" * 9) + text("")),
        key("more", ARRAY, struct.pack("<IQ", STRING, 2) + text("a" * 400_000) + text("b")),
        key("scores", ARRAY, struct.pack("<IQ", UINT32, 5) + b"\0" * 20),
    ),
    tensors=(tensor("a", (64, 2), Q4_0, 0), tensor("b", (4,), F32, 96)),
    data=b"\1" * 112,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


def refuse(path: Path, content: bytes) -> GgufError:
    path.write_bytes(content)
    with pytest.raises(GgufError) as caught:
        read_gguf_facts(path)
    return caught.value


def test_whole_header_gives_its_facts(path: Path):
    path.write_bytes(WHOLE)
    facts = read_gguf_facts(path)
    assert (facts.architecture, facts.name, facts.kind) == ("llama", "Ada", "model")
    assert (facts.trained_context_tokens, facts.block_count) == (4096, 2)
    assert (facts.tensor_count, facts.parameters) == (2, 132)
    assert facts.chat_template == "{{ messages }}"
    assert facts.file_bytes == len(WHOLE)
    assert facts.split_count == 0
    assert facts.can_chat


@pytest.mark.parametrize(
    ("keys", "can_chat"),
    [
        ((ARCHITECTURE,), True),
        ((key("general.architecture", STRING, text("bert")),), False),
        ((key("general.architecture", STRING, text("gemma-embedding")),), False),
        ((ARCHITECTURE, key("general.type", STRING, text("mmproj"))), False),
        ((ARCHITECTURE, key("general.type", STRING, text("adapter"))), False),
    ],
)
def test_what_can_chat_is_told_from_what_cannot(
    path: Path, keys: tuple[bytes, ...], can_chat: bool
):
    path.write_bytes(gguf(keys))
    assert read_gguf_facts(path).can_chat is can_chat


@pytest.mark.parametrize("length", range(4))
def test_shorter_than_its_magic_is_no_gguf(path: Path, length: int):
    assert refuse(path, WHOLE[:length]).code == "not-gguf"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=4, max_value=len(WHOLE) - 1))
def test_file_cut_anywhere_is_truncated(path: Path, length: int):
    assert refuse(path, WHOLE[:length]).code == "truncated"


HUGE = 2**63
HOSTILE = {
    "other format": (b"PK\3\4" + b"\0" * 100, "not-gguf"),
    "version 1": (gguf(version=1), "too-old"),
    "version of the future": (gguf(version=99), "damaged"),
    "big-endian version": (gguf(version=0x03000000), "damaged"),
    "many tensors": (gguf(counts=(HUGE, 1)), "damaged"),
    "many keys": (gguf(counts=(0, HUGE)), "damaged"),
    "key longer than the file": (gguf((text("")[:0] + struct.pack("<Q", HUGE),)), "damaged"),
    "text longer than the file": (
        gguf((key("other", STRING, struct.pack("<Q", HUGE)),)),
        "truncated",
    ),
    "kept text longer than is kept": (
        gguf((key("general.name", STRING, struct.pack("<Q", HUGE)),)),
        "damaged",
    ),
    "array longer than the file": (
        gguf((key("a", ARRAY, struct.pack("<IQ", UINT64, HUGE)),)),
        "truncated",
    ),
    "words longer than the file": (
        gguf((key("a", ARRAY, struct.pack("<IQ", STRING, 2) + struct.pack("<Q", HUGE)),)),
        "truncated",
    ),
    "many words": (gguf((key("a", ARRAY, struct.pack("<IQ", STRING, HUGE)),)), "damaged"),
    "array of arrays": (gguf((key("a", ARRAY, struct.pack("<IQ", ARRAY, 1)),)), "damaged"),
    "unknown kind": (gguf((key("a", 77, b""),)), "damaged"),
    "alignment of three": (
        gguf((key("general.alignment", UINT32, struct.pack("<I", 3)),)),
        "damaged",
    ),
    "huge alignment": (
        gguf((key("general.alignment", UINT32, struct.pack("<I", 2**31)),)),
        "damaged",
    ),
    "many dimensions": (gguf(tensors=(tensor("a", (1,) * 9, F32, 0),)), "damaged"),
    "huge tensor": (gguf(tensors=(tensor("a", (HUGE, HUGE), F32, 0),)), "damaged"),
    "tensor behind the end": (gguf(tensors=(tensor("a", (1,), F32, HUGE),)), "truncated"),
    "tensor of an unknown type behind the end": (
        gguf(tensors=(tensor("a", (1,), 99, HUGE),)),
        "truncated",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_header_is_refused(path: Path, name: str):
    content, code = HOSTILE[name]
    error = refuse(path, content)
    assert error.code == code
    assert error.detail.startswith("it")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=2000)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=12), st.booleans())
def test_any_damage_is_told_or_harmless_and_costs_little(
    path: Path, changes: list[tuple[int, int]], at_the_end: bool
):
    small = gguf(
        keys=(
            ARCHITECTURE,
            key("words", ARRAY, struct.pack("<IQ", STRING, 2) + text("a") + text("b")),
            key("llama.context_length", UINT32, struct.pack("<I", 4096)),
        ),
        tensors=(tensor("a", (64, 2), Q4_0, 0), tensor("b", (4,), F32, 96)),
        data=b"\1" * 112,
    )
    content = bytearray(small)
    for at, value in changes:
        content[at % len(content)] = value
    path.write_bytes(bytes(content) + (b"\xff" * 100 if at_the_end else b""))
    tracemalloc.start()
    try:
        read_gguf_facts(path)
    except GgufError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4_000_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_behind_the_magic_are_refused_or_read(path: Path, data: bytes):
    path.write_bytes(b"GGUF\3\0\0\0" + data)
    outcome = "read"
    try:
        read_gguf_facts(path)
    except GgufError as error:
        outcome = error.code
    assert outcome in {"read", "truncated", "damaged"}

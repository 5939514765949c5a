"""Valid cards made invalid at random, the same for the same seed: in their bytes or values."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from tests.personas.cards import fixtures
from tests.personas.cards.fixtures import PRODUCERS

_TOKENS = (
    b"null",
    b"[[[[",
    b"\\ud800",
    b"1e999",
    b"\x00",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"IEND",
    b"tEXtchara\x00",
    b"\xff\xff\xff\xff",
    b"--- // x",
    b"&a *a",
    b'"entries":',
    b"{{char}}",
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**70, 1.5, 1e300, "", " ", "1", "\x00", "\ud800", "😀" * 50),
    *("{{char}}: a", "<START>", "@@depth x", "data:image/png;base64,AAAA", "../../x"),
    *([], [None], [[]], ["a", 1], {}, {"a": None}, {"entries": []}, {"0": {}}),
)
_OBJECTS = (
    *(fixtures.V1, fixtures.V2, fixtures.V3, fixtures.SILLY, fixtures.RISU),
    *(fixtures.SILLY_WORLD, fixtures.RISU_BOOK, fixtures.PYGMALION),
    *(fixtures.AGNAI, fixtures.BACKYARD),
)
_SOURCES = tuple(make() for make in PRODUCERS.values())


def faulty_card(seed: int) -> bytes:
    """Return a card with faults in its values, in its bytes, or in both."""
    chance = random.Random(seed)
    kind = chance.randrange(3)
    if kind == 0:
        return _with_faulty_bytes(chance.choice(_SOURCES), chance)
    data = _wrapped(_with_faulty_values(copy.deepcopy(chance.choice(_OBJECTS)), chance), chance)
    return data if kind == 1 else _with_faulty_bytes(data, chance)


def _with_faulty_values(source: Any, chance: random.Random) -> Any:
    for _ in range(chance.randint(1, 6)):
        inner = source
        for _ in range(chance.randrange(6)):
            held = _choice_of(inner, chance)
            if held is None or not isinstance(inner[held], dict | list) or not inner[held]:
                break
            inner = inner[held]
        held = _choice_of(inner, chance)
        if held is None:
            continue
        if chance.random() < 0.2:
            del inner[held]
        else:
            inner[held] = copy.deepcopy(chance.choice(_VALUES))
    return source


def _choice_of(value: Any, chance: random.Random) -> Any:
    """Return one of the keys or places of a container that is not empty."""
    if not value:
        return None
    return chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))


def _wrapped(value: Any, chance: random.Random) -> bytes:
    plain = json.dumps(value).encode()
    kind = chance.randrange(5)
    if kind == 0:
        return plain
    if kind == 1:
        return fixtures.png_with(fixtures.text_chunk(chance.choice(("chara", "ccv3")), plain))
    if kind == 2:
        return fixtures.zipped({"card.json": plain}, before=chance.choice((b"", b"MZ" * 20)))
    if kind == 3:
        return fixtures.webp_with(plain)
    return fixtures.jpeg_with(plain) if len(plain) < 60_000 else plain


def _with_faulty_bytes(source: bytes, chance: random.Random) -> bytes:
    data = bytearray(source)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        if not data:
            break
        at = chance.randrange(len(data))
        length = chance.choice((1, 2, 4, 16, 200))
        kind = chance.randrange(13)
        if kind < 2:
            data[at] ^= 1 << chance.randrange(8)
        elif kind < 4:
            data[at : at + length] = chance.randbytes(length)
        elif kind < 6:
            del data[at : at + length]
        elif kind < 8:
            data[at:at] = data[at : at + length] * chance.randint(1, 50)
        elif kind < 10:
            data[at:at] = chance.choice(_TOKENS)
        elif kind < 12:
            data[at : at + 4] = chance.choice((b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff"))
        else:
            del data[at:]
    return bytes(data)

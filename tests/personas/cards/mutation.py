"""Valid cards made invalid at random, the same for the same seed."""

from __future__ import annotations

import random

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


def seeds() -> list[bytes]:
    return [make() for make in PRODUCERS.values()]


def mutated(source: bytes, chance: random.Random) -> bytes:
    """Return the file with one to eight faults: bits, cuts, repeats, foreign bytes."""
    data = bytearray(source)
    for _ in range(chance.randint(1, 8)):
        if not data:
            break
        at = chance.randrange(len(data))
        length = chance.choice((1, 2, 4, 16, 200))
        kind = chance.randrange(7)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + length] = chance.randbytes(length)
        elif kind == 2:
            del data[at : at + length]
        elif kind == 3:
            data[at:at] = data[at : at + length] * chance.randint(1, 50)
        elif kind == 4:
            data[at:at] = chance.choice(_TOKENS)
        elif kind == 5:
            del data[at:]
        else:
            data[at : at + 4] = chance.choice((b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff"))
    return bytes(data)

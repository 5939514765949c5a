"""Frozen dataclasses as JSON lines: one message a line, `{"type": ClassName, …}`.

Fields may be str, int, float, bool, other such dataclasses, `X | None` and `tuple[X, ...]`.
Whatever does not fit its type to the letter is refused, so that neither side works on
half a message. Knows no message of its own.
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from collections.abc import Callable, Iterable
from typing import Protocol, cast

MAX_LINE_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024

_Decode = Callable[[object, str], object]


class ProtocolError(Exception):
    """A line is no message of this protocol, or a value cannot be sent. Any thread."""


class Ticketed(Protocol):
    """A message that belongs to one request."""

    @property
    def ticket(self) -> int:
        """The request's number."""
        ...


class Heartbeat(Ticketed, Protocol):
    """The answer to a ping: whether the child computes, and whether it gets anywhere."""

    @property
    def busy(self) -> bool:
        """Whether a request is being worked on."""
        ...

    @property
    def progress(self) -> int:
        """Grows as long as work gets on."""
        ...


class Codec:
    """Turns messages into lines and back. Immutable; any thread."""

    def __init__(
        self, message_types: Iterable[type], *, max_line_bytes: int = MAX_LINE_BYTES
    ) -> None:
        """Learn the message types; raises TypeError for a field that JSON cannot carry."""
        self.max_line_bytes = max_line_bytes
        self._decoders = {kind.__name__: _dataclass_decoder(kind) for kind in message_types}
        self._types = frozenset(message_types)

    def encode(self, message: object) -> bytes:
        """Return the message as one line with its newline; raises ProtocolError."""
        if type(message) not in self._types:
            text = f"{type(message).__name__} is no message of this protocol"
            raise ProtocolError(text)
        name = type(message).__name__
        fields = _to_json_object(message)
        # Checked here as well, where the caller can be told: the other side could only leave.
        self._decoders[name](fields, name)
        try:
            line = json.dumps(
                {"type": name, **fields}, allow_nan=False, separators=(",", ":")
            ).encode("ascii")
        except ValueError as error:
            text = f"{name} cannot be sent: {error}"
            raise ProtocolError(text) from error
        if len(line) > self.max_line_bytes:
            text = f"{name} is {len(line)} bytes long, too long to send"
            raise ProtocolError(text)
        return line + b"\n"

    def decode(self, line: bytes) -> object:
        """Return the message of one line; raises ProtocolError for anything else."""
        if len(line) > self.max_line_bytes + 1:
            text = f"a line of {len(line)} bytes is too long"
            raise ProtocolError(text)
        try:
            value = cast("object", json.loads(line, parse_constant=_refuse_constant))
        except (ValueError, RecursionError) as error:
            text = f"a line is not JSON: {_shorten(line)}"
            raise ProtocolError(text) from error
        if not isinstance(value, dict):
            text = f"a line is no JSON object: {_shorten(line)}"
            raise ProtocolError(text)
        fields = cast("dict[str, object]", value)
        name = fields.pop("type", None)
        decode = self._decoders.get(name) if isinstance(name, str) else None
        if decode is None:
            text = f"unknown message: {_shorten(line)}"
            raise ProtocolError(text)
        return decode(fields, str(name))


class LineReader:
    """Cuts a stream of bytes into lines of bounded length. One thread.

    Reads through a function, not through a buffered file, because a thread blocked inside a
    buffered file holds a lock that the interpreter wants at exit.
    """

    def __init__(self, read: Callable[[int], bytes], max_line_bytes: int = MAX_LINE_BYTES) -> None:
        """Read with `read(size)`, which returns b"" at the end."""
        self._read = read
        self._max_line_bytes = max_line_bytes
        self._lines: list[bytes] = []
        self._rest = bytearray()

    def next_line(self) -> bytes | None:
        """Return the next line without its newline, None at the end.

        Raises ProtocolError for a line that never ends; a last line without newline is
        half a message and dropped.
        """
        while not self._lines:
            chunk = self._read(_CHUNK_BYTES)
            if not chunk:
                return None
            if b"\n" not in chunk:
                self._rest += chunk
                if len(self._rest) > self._max_line_bytes:
                    text = f"a line is longer than {self._max_line_bytes} bytes"
                    raise ProtocolError(text)
                continue
            first, *others = chunk.split(b"\n")
            whole = [bytes(self._rest + first), *others]
            self._rest = bytearray(whole.pop())
            whole.reverse()
            self._lines = whole
        return self._lines.pop()


def _to_json(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_to_json(item) for item in cast("tuple[object, ...]", value)]
    if dataclasses.is_dataclass(value):
        return _to_json_object(value)
    text = f"a {type(value).__name__} cannot be sent"
    raise ProtocolError(text)


def _to_json_object(message: object) -> dict[str, object]:
    fields = dataclasses.fields(cast("typing.Any", message))
    return {field.name: _to_json(getattr(message, field.name)) for field in fields}


def _dataclass_decoder(kind: type) -> _Decode:
    hints = typing.get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}
    required = frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )

    def decode(value: object, where: str) -> object:
        if not isinstance(value, dict):
            raise _misfit(where, "an object", value)
        fields = cast("dict[str, object]", value)
        if not required <= fields.keys() <= decoders.keys():
            wrong = sorted((required - fields.keys()) | (fields.keys() - decoders.keys()))
            text = f"{where} lacks or does not know {', '.join(wrong)}"
            raise ProtocolError(text)
        return kind(
            **{name: decoders[name](item, f"{where}.{name}") for name, item in fields.items()}
        )

    return decode


def _decoder(hint: object) -> _Decode:
    if isinstance(hint, type) and hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _dataclass_decoder(hint)
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _tuple_decoder(_decoder(arguments[0]))
    if isinstance(hint, types.UnionType) and len(arguments) == 2 and types.NoneType in arguments:
        [inner] = [argument for argument in arguments if argument is not types.NoneType]
        return _optional_decoder(_decoder(inner))
    text = f"messages cannot carry {hint}"
    raise TypeError(text)


def _tuple_decoder(decode_item: _Decode) -> _Decode:
    def decode(value: object, where: str) -> object:
        if not isinstance(value, list):
            raise _misfit(where, "a list", value)
        return tuple(decode_item(item, where) for item in cast("list[object]", value))

    return decode


def _optional_decoder(decode_inner: _Decode) -> _Decode:
    def decode(value: object, where: str) -> object:
        return None if value is None else decode_inner(value, where)

    return decode


def _decode_str(value: object, where: str) -> object:
    if not isinstance(value, str):
        raise _misfit(where, "text", value)
    return value


def _decode_bool(value: object, where: str) -> object:
    if not isinstance(value, bool):
        raise _misfit(where, "true or false", value)
    return value


def _decode_int(value: object, where: str) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _misfit(where, "a whole number", value)
    return value


def _decode_float(value: object, where: str) -> object:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _misfit(where, "a number", value)
    try:
        number = float(value)
    except OverflowError as error:
        raise _misfit(where, "a number of usual size", value) from error
    if not math.isfinite(number):
        raise _misfit(where, "a finite number", value)
    return number


_SCALARS: dict[type, _Decode] = {
    str: _decode_str,
    bool: _decode_bool,
    int: _decode_int,
    float: _decode_float,
}


def _refuse_constant(name: str) -> object:
    text = f"{name} is no JSON"
    raise ValueError(text)


def _misfit(where: str, wanted: str, value: object) -> ProtocolError:
    return ProtocolError(f"{where} should be {wanted}, not {type(value).__name__}")


def _shorten(line: bytes) -> str:
    return repr(line[:120])

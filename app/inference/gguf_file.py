"""Reads the header of a GGUF file in plain Python, with a bound on everything.

A model file comes from anywhere, so nothing in it is believed: counts, lengths and offsets
are held against the size of the file before they are used, and long values are stepped over
and never kept. Knows no llama.cpp; raises GgufError and OSError only.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

MAGIC = b"GGUF"

_VERSIONS = (2, 3)
_MAX_KEYS = 4096
_MAX_TENSORS = 65_536
_MAX_KEY_BYTES = 1024
_MAX_TEXT_BYTES = 1024 * 1024
_MAX_STRINGS = 4_000_000
_MAX_HEADER_BYTES = 512 * 1024 * 1024
_MAX_DIMENSIONS = 4
_CHUNK_BYTES = 256 * 1024

_KEPT_TEXTS = frozenset(
    {
        "general.architecture",
        "general.basename",
        "general.name",
        "general.size_label",
        "general.type",
        "tokenizer.chat_template",
    }
)

_STRING, _ARRAY = 8, 9
_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
# Tensor type -> (values in a block, bytes of a block), from ggml of llama.cpp 0c1e57098.
_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 36),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    20: (32, 18),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    29: (256, 56),
    30: (1, 2),
    34: (256, 54),
    35: (256, 66),
    39: (32, 17),
    40: (64, 36),
    41: (128, 18),
    42: (64, 18),
}

# Architectures that cannot continue a text: embedding models, encoder and decoder pairs, and
# the vision and audio halves of others.
_NO_CHAT_ARCHITECTURES = frozenset(
    {
        "bert",
        "modern-bert",
        "nomic-bert",
        "nomic-bert-moe",
        "neo-bert",
        "jina-bert-v2",
        "jina-bert-v3",
        "eurobert",
        "gemma-embedding",
        "llama-embed",
        "t5encoder",
        "t5",
        "clip",
        "wavtokenizer-dec",
    }
)
_NO_CHAT_KINDS = frozenset({"adapter", "mmproj", "vocab", "imatrix"})


class GgufError(Exception):
    """A file is no usable GGUF. `code` is not-gguf, truncated, damaged or too-old."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code, and half a sentence that says what is wrong."""
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class GgufFacts:
    """What the header of a GGUF file says, as far as Dramatis asks. A value; any thread."""

    path: Path
    file_bytes: int
    version: int
    architecture: str
    name: str
    basename: str
    size_label: str
    kind: str
    trained_context_tokens: int
    block_count: int
    tensor_count: int
    parameters: int
    chat_template: str
    split_count: int

    @property
    def can_chat(self) -> bool:
        """Whether the file holds a model that writes text."""
        return self.architecture not in _NO_CHAT_ARCHITECTURES and self.kind not in _NO_CHAT_KINDS


def read_gguf_facts(path: Path) -> GgufFacts:
    """Read the header and check that all tensor data lies within the file.

    Raises GgufError, and OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        file_bytes = file.seek(0, 2)
        file.seek(0)
        return _Header(file, file_bytes).read(path)


class _Header:
    """One pass over one header; owned by `read_gguf_facts`."""

    def __init__(self, file: BinaryIO, file_bytes: int) -> None:
        self._file = file
        self._file_bytes = file_bytes
        self._buffer = b""
        self._at = 0  # within the buffer
        self._strings = 0
        self._values: dict[str, object] = {}

    @property
    def _position(self) -> int:
        return self._file.tell() - len(self._buffer) + self._at

    def read(self, path: Path) -> GgufFacts:
        version, tensor_count = self._read_preamble()
        parameters, data_ends = self._read_tensors(tensor_count)
        start = self._data_start()
        if data_ends and start + data_ends > self._file_bytes:
            whole = start + data_ends
            _refuse("truncated", f"it has only {self._file_bytes:,} of its {whole:,} bytes")
        architecture = self._text("general.architecture")
        return GgufFacts(
            path=path,
            file_bytes=self._file_bytes,
            version=version,
            architecture=architecture,
            name=self._text("general.name"),
            basename=self._text("general.basename"),
            size_label=self._text("general.size_label"),
            kind=self._text("general.type") or "model",
            trained_context_tokens=self._number(f"{architecture}.context_length"),
            block_count=self._number(f"{architecture}.block_count"),
            tensor_count=tensor_count,
            parameters=parameters,
            chat_template=self._text("tokenizer.chat_template"),
            split_count=self._number("split.count"),
        )

    def _read_preamble(self) -> tuple[int, int]:
        if self._file_bytes < len(MAGIC) or self._take(len(MAGIC)) != MAGIC:
            _refuse("not-gguf", "it does not begin like a GGUF file")
        version = self._unpack("<I")
        if version == 1:
            _refuse("too-old", "it is in version 1 of the format, which nothing reads now")
        if version not in _VERSIONS:
            _refuse("damaged", f"its version of the format, {version}, is unknown")
        tensor_count, key_count = self._unpack("<Q"), self._unpack("<Q")
        if tensor_count > _MAX_TENSORS or key_count > _MAX_KEYS:
            _refuse("damaged", f"it claims {tensor_count:,} tensors and {key_count:,} keys")
        for _ in range(key_count):
            key = self._text_of(self._unpack("<Q"), _MAX_KEY_BYTES)
            self._values[key] = self._value(key, self._unpack("<I"))
        return version, tensor_count

    def _read_tensors(self, count: int) -> tuple[int, int]:
        """Return the number of parameters and the end of the last tensor's data."""
        parameters = end = 0
        for _ in range(count):
            name = self._text_of(self._unpack("<Q"), _MAX_KEY_BYTES)
            dimensions = self._unpack("<I")
            if dimensions > _MAX_DIMENSIONS:
                _refuse("damaged", f"its tensor {name[:60]!r} has {dimensions:,} dimensions")
            values = 1
            for _ in range(dimensions):
                values *= self._unpack("<Q")
            block = _BLOCKS.get(self._unpack("<I"))
            offset = self._unpack("<Q")
            parameters += values
            # A type we do not know may be new: llama.cpp will say whether it knows it.
            size = values // block[0] * block[1] if block else 1
            end = max(end, offset + size)
        if parameters >= 2**63:
            _refuse("damaged", "its tensors are larger than any machine")
        return parameters, end

    def _data_start(self) -> int:
        alignment = self._number("general.alignment") or 32
        if alignment & (alignment - 1) or alignment > _CHUNK_BYTES:
            _refuse("damaged", f"its alignment is {alignment:,}")
        return -(-self._position // alignment) * alignment

    def _value(self, key: str, kind: int) -> object:
        """Read a value; arrays and texts nobody asks for are stepped over and come as None."""
        if kind in _SCALARS:
            return self._unpack(_SCALARS[kind])
        if kind == _STRING:
            length = self._unpack("<Q")
            if key in _KEPT_TEXTS:
                return self._text_of(length, _MAX_TEXT_BYTES)
            self._skip(length)
        elif kind == _ARRAY:
            self._skip_array(self._unpack("<I"), self._unpack("<Q"))
        else:
            _refuse("damaged", f"it holds a value of the unknown kind {kind:,}")
        return None

    def _text_of(self, length: int, limit: int) -> str:
        if length > limit:
            _refuse("damaged", f"it holds a name or text of {length:,} bytes")
        return self._take(length).decode("utf-8", "replace")

    def _skip_array(self, element: int, count: int) -> None:
        if element in _SCALARS:
            self._skip(count * struct.calcsize(_SCALARS[element]))
        elif element == _STRING:
            self._skip_strings(count)
        else:
            _refuse("damaged", f"it holds an array of the unknown kind {element:,}")

    def _skip_strings(self, count: int) -> None:
        self._strings += count
        if self._strings > _MAX_STRINGS:
            _refuse("damaged", f"it claims {self._strings:,} words")
        unpack_length = cast("Callable[[bytes, int], tuple[int]]", struct.Struct("<Q").unpack_from)
        for _ in range(count):
            if self._at + 8 > len(self._buffer):
                self._fill(8)
            (length,) = unpack_length(self._buffer, self._at)
            after = self._at + 8 + length
            # The common case, a short word within the buffer, costs no call.
            if after <= len(self._buffer):
                self._at = after
            else:
                self._at += 8
                self._skip(length)

    def _unpack(self, layout: str) -> int:
        return cast("int", struct.unpack(layout, self._take(struct.calcsize(layout)))[0])

    def _take(self, size: int) -> bytes:
        if self._at + size > len(self._buffer):
            self._fill(size)
        taken = self._buffer[self._at : self._at + size]
        self._at += size
        return taken

    def _fill(self, size: int) -> None:
        """Have at least `size` bytes ahead in the buffer."""
        ahead = self._buffer[self._at :]
        if self._position + size > min(self._file_bytes, _MAX_HEADER_BYTES):
            _refuse("truncated", "it ends in the middle of its header")
        self._buffer = ahead + self._file.read(max(size - len(ahead), _CHUNK_BYTES))
        self._at = 0
        if len(self._buffer) < size:
            _refuse("truncated", "it became shorter while it was read")

    def _skip(self, size: int) -> None:
        target = self._position + size
        if target > min(self._file_bytes, _MAX_HEADER_BYTES):
            _refuse("truncated", "it ends in the middle of its header")
        if self._at + size <= len(self._buffer):
            self._at += size
        else:
            self._file.seek(target)
            self._buffer, self._at = b"", 0

    def _text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def _number(self, key: str) -> int:
        value = self._values.get(key)
        return value if isinstance(value, int) and value > 0 else 0


def _refuse(code: str, detail: str) -> NoReturn:
    raise GgufError(code, detail)

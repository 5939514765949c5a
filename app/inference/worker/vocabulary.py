"""Text to tokens and back, with one rule: what people write is never a control token.

The template's marks are read as control tokens; everything else is read as text, also when
it looks like a mark. Knows no template and no context.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import cast

from app.inference.worker.bindings import Library
from app.inference.worker.failure import fail
from app.inference.worker.templates import Segment

MAX_TEXT_BYTES = 8 * 1024 * 1024

_ATTRIBUTE_CONTROL = 1 << 3
_ATTRIBUTE_USER_DEFINED = 1 << 4
_MAX_PIECE_BYTES = 64 * 1024


class Vocabulary:
    """A model's vocabulary. Owned by its Model, which outlives it; compute thread."""

    def __init__(self, library: Library, model: int) -> None:
        """Look up the vocabulary of a loaded model."""
        self._calls = library.calls
        self.handle = cast("int", self._calls.llama_model_get_vocab(model))
        self.size = cast("int", self._calls.llama_vocab_n_tokens(self.handle))
        self._adds_beginning = bool(self._calls.llama_vocab_get_add_bos(self.handle))
        self._beginning = cast("int", self._calls.llama_vocab_bos(self.handle))
        self._pieces: dict[int, bytes] = {}
        self._lead = self._find_lead()

    @property
    def beginning_text(self) -> str:
        """The text of the token that begins a prompt, empty where there is none."""
        return self._token_text(self._beginning)

    @property
    def ending_text(self) -> str:
        """The text of the token that ends a text, empty where there is none."""
        return self._token_text(cast("int", self._calls.llama_vocab_eos(self.handle)))

    @property
    def ending(self) -> int | None:
        """A token that ends a text or a turn, None where there is none."""
        for which in (self._calls.llama_vocab_eos, self._calls.llama_vocab_eot):
            token = cast("int", which(self.handle))
            if 0 <= token < self.size and self.is_end(token):
                return token
        return None

    @property
    def separator(self) -> int | None:
        """The token an embedding model wants at the end, None where there is none."""
        token = cast("int", self._calls.llama_vocab_sep(self.handle))
        return token if 0 <= token < self.size else None

    def tokenise_prompt(self, segments: Sequence[Segment]) -> list[int]:
        """Return the tokens of a rendered prompt, begun as the vocabulary wants it."""
        tokens: list[int] = []
        marks: set[int] = set()
        for number, segment in enumerate(segments):
            if not segment.text:
                continue
            if segment.is_special:
                found = self._tokenise(segment.text, special=True, continues=number > 0)
                marks.update(token for token in found if self._is_mark(token))
                tokens += found
            else:
                tokens += self._tokenise_plain(segment.text, marks, continues=number > 0)
        if self._adds_beginning and 0 <= self._beginning < self.size:
            return tokens if tokens[:1] == [self._beginning] else [self._beginning, *tokens]
        return tokens

    def tokenise_text(self, text: str) -> list[int]:
        """Return the tokens of a text alone, without any mark."""
        return self._tokenise_plain(text, frozenset(), continues=False)

    def tokenise_for_embedding(self, text: str) -> list[int]:
        """Return the tokens of a text with the marks that an embedding model wants around."""
        return self._tokenise(text, special=False, adds_marks=True)

    def piece(self, token: int) -> bytes:
        """Return a token's bytes, often part of a character; control tokens have none."""
        if not 0 <= token < self.size:
            fail("bug", f"There is no token {token} in this vocabulary.")
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._read_piece(token)
        return known

    def is_end(self, token: int) -> bool:
        """Whether the model ends its turn with this token."""
        return bool(self._calls.llama_vocab_is_eog(self.handle, token))

    def _tokenise_plain(
        self, text: str, marks: set[int] | frozenset[int], *, continues: bool
    ) -> list[int]:
        """Tokenise text in which no mark may be found.

        llama.cpp leaves control tokens alone here, but not those that a model file calls
        user-defined. Where such a mark comes out, the text is cut inside it and both halves
        are read apart, so that it stays text.
        """
        tokens = self._tokenise(text, special=False, continues=continues)
        for token in set(tokens):
            if token in marks or (self.is_end(token) and self._is_mark(token)):
                mark = self._token_text(token)
                if len(mark) > 1 and mark in text:
                    parts = text.replace(mark, f"{mark[0]}\0{mark[1:]}").split("\0")
                    return self._tokenise_parts(parts, marks, continues=continues)
        return tokens

    def _tokenise_parts(
        self, parts: Sequence[str], marks: set[int] | frozenset[int], *, continues: bool
    ) -> list[int]:
        tokens: list[int] = []
        for number, part in enumerate(parts):
            tokens += self._tokenise_plain(part, marks, continues=continues or number > 0)
        return tokens

    def _tokenise(
        self, text: str, *, special: bool, continues: bool = False, adds_marks: bool = False
    ) -> list[int]:
        lead = self._lead if continues else []
        # A lone half of a surrogate pair has no UTF-8; JSON can carry one.
        data = ("\n" * bool(lead) + text).encode("utf-8", "replace")
        if len(data) > MAX_TEXT_BYTES:
            fail("prompt-too-long", f"A text of {len(data):,} bytes is too long for any model.")
        room = len(data) + 8
        buffer = (ctypes.c_int32 * room)()
        count = cast(
            "int",
            self._calls.llama_tokenize(
                self.handle, data, len(data), buffer, room, adds_marks, special
            ),
        )
        if count < 0:
            fail("bug", f"The model's vocabulary could not read a text of {len(data):,} bytes.")
        tokens = list(buffer[:count])
        if tokens[: len(lead)] == lead:
            return tokens[len(lead) :]
        return self._tokenise(text, special=special, adds_marks=adds_marks)

    def _find_lead(self) -> list[int]:
        """Return the tokens of a line break, where the vocabulary puts a space before texts.

        Such a vocabulary would put one before every segment of a prompt too. Reading the
        segment behind a line break, and dropping that, keeps it out.
        """
        self._lead: list[int] = []
        words = self._tokenise("a", special=False)
        behind = self._tokenise("\na", special=False)
        lead = self._tokenise("\n", special=False)
        if words != behind[len(lead) :] and behind[: len(lead)] == lead:
            return lead
        return []

    def _is_mark(self, token: int) -> bool:
        attributes = cast("int", self._calls.llama_vocab_get_attr(self.handle, token))
        return bool(attributes & (_ATTRIBUTE_CONTROL | _ATTRIBUTE_USER_DEFINED))

    def _token_text(self, token: int) -> str:
        if not 0 <= token < self.size:
            return ""
        text = cast("bytes | None", self._calls.llama_vocab_get_text(self.handle, token))
        return (text or b"").decode("utf-8", "replace")

    def _read_piece(self, token: int) -> bytes:
        room = 64
        while room <= _MAX_PIECE_BYTES:
            buffer = ctypes.create_string_buffer(room)
            count = cast(
                "int",
                self._calls.llama_token_to_piece(self.handle, token, buffer, room, 0, False),
            )
            if count >= 0:
                return buffer.raw[:count]
            room = -count
        return b""

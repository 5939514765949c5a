"""The tokens that may come next with their logits, in the layout that samplers work on.

Knows no sampler and no grammar.
"""

from __future__ import annotations

import ctypes
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from app.inference.worker.bindings import Library
from app.inference.worker.context import ChatContext
from app.inference.worker.failure import fail

# As llama_token_data in llama.h.
_LAYOUT = np.dtype([("id", "<i4"), ("logit", "<f4"), ("p", "<f4")])


Numbers = npt.NDArray[Any]


class Candidates:
    """Some tokens, in memory that llama.cpp may sort and mark. One step; compute thread."""

    def __init__(self, library: Library, tokens: Numbers, logits: Numbers) -> None:
        """Take the tokens; an empty choice would end the process."""
        if len(tokens) == 0 or len(tokens) != len(logits):
            fail("bug", f"{len(logits)} logits do not belong to {len(tokens)} tokens.")
        self._data = np.zeros(len(tokens), dtype=_LAYOUT)
        self._data["id"], self._data["logit"] = tokens, logits
        calls: Any = library.calls
        self._array = calls.llama_token_data_array(
            data=ctypes.cast(self._data.ctypes.data, calls.llama_token_data_p),
            size=len(tokens),
            selected=-1,
            sorted=False,
        )

    @property
    def native(self) -> object:
        """What a sampler is given."""
        return ctypes.byref(self._array)

    @property
    def selected(self) -> int:
        """The token that a sampler chose."""
        at = cast("int", self._array.selected)
        if not 0 <= at < cast("int", self._array.size):
            fail("bug", "A sampler chose nothing.")
        return int(self._data["id"][at])

    def possible(self) -> tuple[Numbers, Numbers]:
        """Return the tokens that a grammar left over, and their logits."""
        left = self._data[: cast("int", self._array.size)]
        left = left[np.isfinite(left["logit"])]
        return left["id"].copy(), left["logit"].copy()


def logits_of(library: Library, context: ChatContext, size: int) -> Numbers:
    """Return a copy of the logits after the last token that was read, one for each token."""
    context.require_logits()
    native = library.calls.llama_get_logits_ith(context.handle, -1)
    return np.ctypeslib.as_array(native, shape=(size,)).copy()

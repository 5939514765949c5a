"""How a request fails in the engine child: a stable code and a sentence for a person.

The codes are those of `protocol.Failed`. Knows no llama.cpp.
"""

from __future__ import annotations

from typing import NoReturn


class RequestFailed(Exception):  # noqa: N818 - says what happened
    """A request that cannot be carried out; the worker itself is well. Any thread."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(detail)
        self.code = code
        self.detail = detail


def fail(code: str, detail: str) -> NoReturn:
    raise RequestFailed(code, detail)

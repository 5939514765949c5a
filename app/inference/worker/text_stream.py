"""Bytes of tokens in, text that may be shown out.

Characters that arrive in pieces are put together, bytes that are no UTF-8 become U+FFFD at
once, and text that may turn into a stop string is held back until it is clear. Pure.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """Turns one reply's bytes into text, up to its first stop string. One thread.

    The first stop string is the one that is complete first, whatever the tokens: the result
    does not depend on how the bytes were cut.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        """Begin a reply; empty stop strings stop nothing."""
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.is_stopped = False

    def feed(self, data: bytes) -> str:
        """Take bytes and return the text that is now certain, often empty."""
        if self.is_stopped:
            return ""
        self._held += self._decoder.decode(data)
        found = self._find_stop()
        if found is not None:
            certain, self._held, self.is_stopped = self._held[:found], "", True
            return certain
        keep = self._tail_that_may_stop()
        at = len(self._held) - keep
        certain, self._held = self._held[:at], self._held[at:]
        return certain

    def finish(self) -> str:
        """Return what was held back in vain; half a character at the end is dropped."""
        rest, self._held = self._held, ""
        return rest

    def _find_stop(self) -> int | None:
        """Return where the stop string that ends first begins, None without one."""
        places = ((self._held.find(stop), len(stop)) for stop in self._stops)
        ends = [(at + length, at) for at, length in places if at >= 0]
        return min(ends)[1] if ends else None

    def _tail_that_may_stop(self) -> int:
        longest = min(max((len(stop) for stop in self._stops), default=1) - 1, len(self._held))
        for length in range(longest, 0, -1):
            tail = self._held[-length:]
            if any(stop.startswith(tail) for stop in self._stops):
                return length
        return 0

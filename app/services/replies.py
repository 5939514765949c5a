"""Cleans a reply while it streams: no name in front, no empty lines first.

Small models like to begin with "Isla:" as in a script; the transcript already says who
speaks. Pure and incremental; knows no engine.
"""

from __future__ import annotations


class ReplyCleaner:
    """Holds back the beginning until it is clear what it is. One reply, one thread."""

    def __init__(self, speaker: str, *, is_continued: bool = False) -> None:
        """Expect a reply by `speaker`; one that goes on in mid-sentence passes as it is."""
        names = {speaker, speaker.split(maxsplit=1)[0]}
        self._labels = tuple(
            form.format(name).lower()
            for name in sorted(names, key=len, reverse=True)
            for form in ("{}:", "**{}:**", "**{}**:")
        )
        self._pending = ""
        self._started = is_continued

    def feed(self, text: str) -> str:
        """Take the next piece; return what may be shown now."""
        if self._started:
            return text
        self._pending += text
        candidate = self._pending.lstrip()
        if not candidate or self._may_be_label(candidate):
            return ""
        for label in self._labels:
            if candidate.lower().startswith(label):
                rest = candidate[len(label) :].lstrip()
                if not rest:
                    return ""
                candidate = rest
                break
        self._started = True
        self._pending = ""
        return candidate

    def finish(self) -> str:
        """Return what was held back to the end, when it was text after all."""
        rest = self._pending.strip()
        self._pending = ""
        if self._started or rest.lower() in self._labels:
            return ""
        return rest

    def _may_be_label(self, text: str) -> bool:
        return any(label.startswith(text.lower()) for label in self._labels)

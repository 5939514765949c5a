"""The days that a question is about, seen from the day it is asked on.

"Last week" and "in May" are spans of days; "before the wedding" leans on something that was
told, which ranking looks for. Pure; the day comes in as a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import exp

from app.services.noting.note_dates import dates_in
from app.services.stems import stems

_FUTURE = re.compile(
    r"\b(?:will|going to|tomorrow|next|upcoming|plans? to|coming)\b", re.IGNORECASE
)
_SIDE = re.compile(r"\b(?P<side>before|until|after|since)\W+(?:on |the )*$", re.IGNORECASE)
_EVENT = re.compile(
    r"\b(?P<side>before|until|after|since) (?:the|my|your|his|her|our|their|that) "
    r"(?P<event>\w+(?: \w+)?)",
    re.IGNORECASE,
)
_SINCE = re.compile(r"^since\b", re.IGNORECASE)
_TIME_STEMS = frozenset(
    stems(
        "yesterday today tonight tomorrow last next ago week weekend month year recently since"
        " monday tuesday wednesday thursday friday saturday sunday january february march april"
        " june july august september october november december"
    )
)
# People tell of a day in the days that follow it; so many days on a third is left of it.
_ECHO_DAYS = 10.0


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both included; None is open. A value."""

    first: date | None
    last: date | None

    def nearness(self, day: date) -> float:
        """Return 1 inside, less the further outside, 0 far away."""
        before = 0 if self.first is None else (self.first - day).days
        after = 0 if self.last is None else (day - self.last).days
        gap = max(before, after, 0)
        return exp(-gap / _ECHO_DAYS) if gap < 6 * _ECHO_DAYS else 0.0


@dataclass(frozen=True, slots=True)
class EventAsked:
    """Something told that a question measures time by, as in "before the wedding". A value."""

    is_before: bool
    stems: tuple[str, ...]


def period_asked(text: str, today: date) -> Period | None:
    """Return the days that a text asks about, or None; without a direction the past is meant."""
    is_past = not _FUTURE.search(text)
    mentions = dates_in(text, today, is_past=is_past)
    if not mentions:
        return None
    mention = mentions[0]
    words = text[mention.start : mention.end]
    side = _SIDE.search(text[: mention.start])
    if _SINCE.match(words) or (side and side["side"].casefold() in {"after", "since"}):
        return Period(mention.first, None)
    if side:
        return Period(None, mention.last)
    return Period(mention.first, mention.last)


def event_asked(text: str) -> EventAsked | None:
    """Return what was told that a text measures time by, or None."""
    match = _EVENT.search(text)
    if match is None:
        return None
    found = stems(match["event"])
    is_before = match["side"].casefold() in {"before", "until"}
    return EventAsked(is_before, found[:1]) if found else None


def tells_a_time(found: Iterable[str]) -> bool:
    """Whether there is a word of time among stems, as what answers "when" has."""
    return not _TIME_STEMS.isdisjoint(found)

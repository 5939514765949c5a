"""Moments and spans of time in words, as the macros of cards ask for them.

English whatever the system's language, because the model is addressed in English. Knows no
clock: the moment is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_FORMAT = re.compile(
    r"\[(?P<quoted>[^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|Do|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|A|a"
)
_TOKENS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04d}",
    "YY": lambda moment: f"{moment.year % 100:02d}",
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:3],
    "MM": lambda moment: f"{moment.month:02d}",
    "M": lambda moment: str(moment.month),
    "Do": lambda moment: _ordinal(moment.day),
    "DD": lambda moment: f"{moment.day:02d}",
    "D": lambda moment: str(moment.day),
    "dddd": lambda moment: _DAYS[moment.weekday()],
    "ddd": lambda moment: _DAYS[moment.weekday()][:3],
    "HH": lambda moment: f"{moment.hour:02d}",
    "H": lambda moment: str(moment.hour),
    "hh": lambda moment: f"{_of_twelve(moment):02d}",
    "h": lambda moment: str(_of_twelve(moment)),
    "mm": lambda moment: f"{moment.minute:02d}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02d}",
    "s": lambda moment: str(moment.second),
    "A": lambda moment: "AM" if moment.hour < 12 else "PM",
    "a": lambda moment: "am" if moment.hour < 12 else "pm",
}

_SPANS: tuple[tuple[float, float, str], ...] = (
    (45, 1, "a few seconds"),
    (90, 1, "a minute"),
    (45 * 60, 60, "{} minutes"),
    (90 * 60, 1, "an hour"),
    (22 * 3600, 3600, "{} hours"),
    (36 * 3600, 1, "a day"),
    (26 * 86400, 86400, "{} days"),
    (46 * 86400, 1, "a month"),
    (320 * 86400, 30.44 * 86400, "{} months"),
    (548 * 86400, 1, "a year"),
)
"""Up to how many seconds which words hold, and what one of them is worth."""


def moment_formatted(moment: datetime, form: str) -> str:
    """Return the moment in a form such as `D MMMM YYYY, HH:mm`; words in [brackets] stay."""

    def token(found: re.Match[str]) -> str:
        quoted = found["quoted"]
        return quoted if quoted is not None else _TOKENS[found.group()](moment)

    return _FORMAT.sub(token, form)


def span_in_words(span: timedelta) -> str:
    """Return a span's length in round words, whichever way it runs: 3 hours, a month."""
    seconds = abs(span.total_seconds())
    for limit, unit, words in _SPANS:
        if seconds < limit:
            return words.format(max(2, round(seconds / unit)))
    return f"{max(2, round(seconds / (365.25 * 86400)))} years"


def difference_in_words(first: str, second: str) -> str | None:
    """Return how the first moment lies to the second: in 2 hours, 2 hours ago.

    Both as ISO 8601; None where one of them is not.
    """
    try:
        moments = [datetime.fromisoformat(text.strip()) for text in (first, second)]
    except ValueError:
        return None
    one, other = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments)
    words = span_in_words(one - other)
    return f"in {words}" if one > other else f"{words} ago"


def _of_twelve(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _ordinal(day: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}th" if day in {11, 12, 13} else f"{day}{ending}"

"""When something was said, in the forms that programs write it.

Without a zone it is the local time, as it was on the clock of whoever chatted; ISO 8601
without one is UTC. Knows no format of a file.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from personas.cards import coercion

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# "June 19, 2023 2:20pm", and "Dec 20, 2024 14:30" without the half of the day.
_IN_WORDS = re.compile(
    r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})"
    r"(?:,? (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))? ?(?P<half>[ap]m)?)?"
)
# "2024-07-12@01h31m37s123ms", "2024-6-5 @14h 56m 50s 682ms", and older ones without the last part.
_WITH_LETTERS = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2}) ?@ ?(?P<hour>\d{1,2})h ?"
    r"(?P<minute>\d{1,2})m(?: ?(?P<second>\d{1,2})s)?(?: ?(?P<thousandth>\d{1,3})ms)?"
)
_DAY = re.compile(r"(?P<day>\d{1,2}) (?P<month>[a-z]{3,9}) (?P<year>\d{4})")
_MILLISECONDS_FROM = 100_000_000_000


def moment_of(value: object) -> datetime | None:
    """Return a moment in UTC, None for what says none."""
    try:
        number = coercion.number(value)
        if number is not None:
            seconds = number / 1000 if number >= _MILLISECONDS_FROM else float(number)
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        said = " ".join(coercion.text(value)[:60].split())
        for pattern in (_IN_WORDS, _WITH_LETTERS, _DAY):
            found = pattern.fullmatch(said.casefold())
            if found is not None:
                return _local(found.groupdict())
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _local(parts: dict[str, str | None]) -> datetime:
    """Return the moment that a local clock showed; ValueError for one that no clock shows."""
    month = parts.get("month") or ""
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    hour = int(parts.get("hour") or 0)
    half = parts.get("half")
    if half is not None:
        if not 1 <= hour <= 12:
            message = "a half of the day has twelve hours"
            raise ValueError(message)
        hour = hour % 12 + (12 if half == "pm" else 0)
    moment = datetime(  # noqa: DTZ001 - what a local clock showed, which astimezone knows
        int(parts.get("year") or 0),
        number,
        int(parts.get("day") or 0),
        hour,
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        1000 * int(parts.get("thousandth") or 0),
    )
    return moment.astimezone(UTC)

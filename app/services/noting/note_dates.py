"""Days that a sentence names, resolved against the day it was said on.

Yesterday, last Friday, in two weeks, next month, on 3 May, in 2019: each becomes a span of days
with its place in the text. What is vague (soon, a few days ago) is not guessed. Pure; knows no
memory.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.days import MONTHS

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTED = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_NUMBERS = {word: number for number, word in enumerate(_COUNTED)} | {
    "a": 1,
    "an": 1,
    "another": 1,
    "a couple of": 2,
}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEASTS = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "new year's": (1, 1),
    "valentine's day": (2, 14),
    "halloween": (10, 31),
}

_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>day|week|fortnight|month|year)s?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november"
    r"|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_SOME_DAY = date(2000, 6, 15)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A span of days that a text names, and where. A value; any thread.

    `first` and `last` are both included and the same for a single day; `start` and `end` are
    places in the text.
    """

    first: date
    last: date
    start: int
    end: int

    def in_words(self) -> str:
        """Return the span so that it can be read on any later day, as in "on 3 May 2026"."""
        first, last = self.first, self.last
        if first == last:
            return f"on {first.day} {MONTHS[first.month - 1]} {first.year}"
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return f"in {first.year}"
        if first.day == 1 and last == _last_of_month(first):
            return f"in {MONTHS[first.month - 1]} {first.year}"
        if (last - first).days > 31:
            begun, ended = MONTHS[first.month - 1], MONTHS[last.month - 1]
            return f"between {begun} {first.year} and {ended} {last.year}"
        if (last - first).days == 1:
            return f"on the weekend of {first.day} {MONTHS[first.month - 1]} {first.year}"
        return f"in the week of {first.day} {MONTHS[first.month - 1]} {first.year}"


@dataclass(frozen=True, slots=True)
class _Said:
    """When something was said, and whether it speaks of the past; None when nothing tells."""

    on: date
    is_past: bool | None


_Span = tuple[date, date]
_Resolve = Callable[[re.Match[str], _Said], _Span | None]


def dates_in(text: str, said_on: date, *, is_past: bool | None = None) -> list[DateMention]:
    """Return what days a text names, in order, the longest reading of each.

    `is_past` decides where a day has no year or a weekday no direction; without it a day within
    the next six months is meant, else one before.
    """
    said = _Said(said_on, is_past)
    found = sorted(_mentions(text, said), key=lambda one: (one.start, -one.end))
    kept: list[DateMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def strip_dates(text: str) -> str:
    """Return a text without the days it names."""
    for mention in reversed(dates_in(text, _SOME_DAY, is_past=True)):
        text = f"{text[: mention.start].rstrip()} {text[mention.end :].lstrip()}"
    return text.strip()


def _mentions(text: str, said: _Said) -> Iterator[DateMention]:
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            try:
                span = resolve(match, said)
            except (ValueError, OverflowError):  # The 31st of June, or before the calendar.
                continue
            if span is not None:
                yield DateMention(*span, match.start(), match.end())


def _near(match: re.Match[str], said: _Said) -> _Span:
    word = re.sub(r"\s+", " ", match[0].casefold())
    days = 0
    if word.startswith(("yesterday", "last night")):
        days = -1
    elif word.startswith("tomorrow"):
        days = 1
    elif "before yesterday" in word:
        days = -2
    elif "after tomorrow" in word:
        days = 2
    return _one(said.on + timedelta(days))


def _counted(match: re.Match[str], said: _Said) -> _Span | None:
    word = re.sub(r"\s+", " ", match["count"].casefold())
    count = _NUMBERS[word] if word in _NUMBERS else int(word)
    is_back = match[0].casefold().rstrip().endswith(("ago", "before", "back"))
    return _shifted(said.on, match["unit"].casefold(), -count if is_back else count)


def _shifted(day: date, unit: str, count: int) -> _Span:
    if unit == "day":
        return _one(day + timedelta(count))
    if unit in {"week", "fortnight"}:
        return _one(day + timedelta(weeks=count * (2 if unit == "fortnight" else 1)))
    if unit == "month":
        return _month_of(_months_on(day, count))
    return _year_of(day.year + count)


def _relative(match: re.Match[str], said: _Said) -> _Span | None:
    """Last, this or next week, month, year, weekend or season."""
    which, unit = match["which"].casefold(), match["unit"].casefold()
    step = {"last": -1, "this past": -1, "past": -1, "next": 1, "this coming": 1}.get(which, 0)
    monday = said.on - timedelta(said.on.weekday())
    if unit == "week":
        first = monday + timedelta(weeks=step)
        return first, first + timedelta(6)
    if unit == "weekend":
        saturday = monday + timedelta(5)
        if step < 0:
            saturday -= timedelta(7)
        elif which == "next":
            saturday += timedelta(7)
        return saturday, saturday + timedelta(1)
    if unit == "month":
        return _month_of(_months_on(said.on.replace(day=1), step))
    if unit == "year":
        return _year_of(said.on.year + step)
    return _season(unit, step, said.on)


def _season(name: str, step: int, on: date) -> _Span:
    """Return the season before (-1), of this year (0) or after (1) a day, northern."""
    first = date(on.year, _SEASONS[name], 1)
    if step < 0 and _months_on(first, 3) > on:
        first = _months_on(first, -12)
    elif step > 0 and first <= on:
        first = _months_on(first, 12)
    return first, _months_on(first, 3) - timedelta(1)


def _weekday(match: re.Match[str], said: _Said) -> _Span | None:
    which = (match["which"] or "").casefold()
    wanted = _WEEKDAYS.index(match["weekday"].casefold())
    ahead = (wanted - said.on.weekday()) % 7
    back = (said.on.weekday() - wanted) % 7
    if which in {"last", "past", "this past"} or (which in {"", "on"} and said.is_past):
        return _one(said.on - timedelta(back or 7))
    if which == "next":
        monday = said.on - timedelta(said.on.weekday())
        return _one(monday + timedelta(7 + wanted))
    if not which and said.is_past is None:
        return None
    return _one(said.on + timedelta(ahead if which == "this" else ahead or 7))


def _calendar_day(match: re.Match[str], said: _Said) -> _Span:
    return _dated(_month_number(match["month"]), int(match["day"]), match["year"], said)


def _calendar_month(match: re.Match[str], said: _Said) -> _Span:
    first, _ = _dated(_month_number(match["month"]), 1, match["year"], said, is_month=True)
    return _month_of(first)


def _feast(match: re.Match[str], said: _Said) -> _Span:
    name = re.sub(r"\s+", " ", match["feast"].casefold()).replace("\u2019", "'")
    which = (match["which"] or "").casefold()
    is_past = {"last": True, "next": False, "this": False}.get(which, said.is_past)
    month, day = _FEASTS[name]
    return _dated(month, day, match["year"], _Said(said.on, is_past))


def _dated(month: int, day: int, year: str | None, said: _Said, *, is_month: bool = False) -> _Span:
    """Return a day of the year that is named, or of the one that the tense asks for."""
    if year is not None:
        return _one(date(int(year), month, day))
    here = date(said.on.year, month, day)
    end = _last_of_month(here) if is_month else here
    if said.is_past:
        return _one(here if here <= said.on else here.replace(year=here.year - 1))
    after = here if end >= said.on else here.replace(year=here.year + 1)
    if said.is_past is None and (after - said.on).days > 183:
        after = after.replace(year=after.year - 1)
    return _one(after)


def _one(day: date) -> _Span:
    return day, day


def _month_of(day: date) -> _Span:
    return day.replace(day=1), _last_of_month(day)


def _year_of(year: int) -> _Span:
    return date(year, 1, 1), date(year, 12, 31)


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months_on(day: date, count: int) -> date:
    """Return the first day of the month so many months on."""
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _month_number(name: str) -> int:
    return next(
        number
        for number, month in enumerate(MONTHS, 1)
        if month.casefold().startswith(name.casefold()[:3])
    )


def _rule(pattern: str, resolve: _Resolve) -> tuple[re.Pattern[str], _Resolve]:
    return re.compile(rf"\b(?:{pattern})\b".replace(" ", r"\s+"), re.IGNORECASE), resolve


_WHICH = r"(?P<which>last|this past|past|this coming|this|next)"
_RULES = (
    _rule(
        "the day before yesterday|the day after tomorrow"
        "|(?:yesterday|tomorrow)(?: (?:morning|afternoon|evening|night))?"
        "|today|tonight|last night|this (?:morning|afternoon|evening)",
        _near,
    ),
    _rule(rf"{_COUNT} {_UNIT} (?:ago|back|from (?:now|today))", _counted),
    _rule(rf"in {_COUNT} {_UNIT}(?:['\u2019]s?)?(?: time)?", _counted),
    _rule(
        rf"(?:in |over |during )?(?:the )?{_WHICH} "
        rf"(?P<unit>weekend|week|month|year|{'|'.join(_SEASONS)})",
        _relative,
    ),
    _rule(
        r"(?<!every\s)(?<!each\s)(?:on )?"
        rf"(?P<which>last|this past|past|this coming|this|next|on)? ?{_WEEKDAY}"
        "(?: (?:morning|afternoon|evening|night))?",
        _weekday,
    ),
    _rule(rf"(?:on )?(?:the )?{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?", _calendar_day),
    _rule(rf"(?:on )?{_MONTH} (?:the )?{_DAY}(?:,? {_YEAR})?(?!\d)", _calendar_day),
    _rule(
        rf"(?:in|since|back in|during) (?:early |late |mid-)?{_MONTH}(?:,? {_YEAR})?",
        _calendar_month,
    ),
    _rule(rf"(?:in |since )?{_MONTH}(?: of)?,? {_YEAR}", _calendar_month),
    _rule(rf"(?:in|since|back in|until|by) {_YEAR}", lambda match, _: _year_of(int(match["year"]))),
    _rule(
        rf"(?:on |at )?(?:(?P<which>last|this|next) )?(?P<feast>{'|'.join(_FEASTS)})".replace(
            "'", "['\u2019]"
        )
        + rf"(?:,? {_YEAR})?",
        _feast,
    ),
    _rule(r"(?:19|20)\d\d-\d\d-\d\d", lambda match, _: _one(date.fromisoformat(match[0]))),
)

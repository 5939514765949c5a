"""How two stand to each other, as lines over time with their words.

Values only: places from 0 to 1, and what each line says. Knows no colour and no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import MemoryId
from app.services.bonds import BondPoint
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_words import DOT, capital, shorten

_MOST_POINTS = 160
_TOP = 10.0
_QUOTED = 44


@dataclass(frozen=True, slots=True)
class BondLine:
    """One line: its heights from -10 to 10, what it says now, and how it is drawn. A value.

    `key` is "familiarity", "of_character" or "of_user".
    """

    key: str
    heights: tuple[float, ...]
    words: str


@dataclass(frozen=True, slots=True)
class BondPicture:
    """The whole picture. A value.

    `across` are places from 0 to 1, `said` what stood at each; `lowest` is the place of the
    worst moment, or None.
    """

    across: tuple[float, ...] = ()
    memory_ids: tuple[MemoryId, ...] = ()
    said: tuple[str, ...] = ()
    lines: tuple[BondLine, ...] = ()
    floor: float = 0.0
    lowest: int | None = None
    summary: str = ""
    first_day: str = ""
    last_day: str = ""

    @property
    def spoken(self) -> str:
        """All of it for a screen reader."""
        return ". ".join((*(line.words for line in self.lines), self.summary)).rstrip(". ")


def picture_of(
    points: Sequence[BondPoint], user: str, character: str, now: datetime
) -> BondPicture:
    """Return the picture of a relationship; empty when nothing ever changed."""
    if not points:
        return BondPicture()
    shown = _thinned(points)
    heights = {
        "familiarity": tuple(one.familiarity for one in shown),
        "of_character": tuple(one.affection_of_character for one in shown),
        "of_user": tuple(one.affection_of_user for one in shown),
    }
    words = {
        "familiarity": f"familiarity {shown[-1].familiarity:.1f} of 10",
        "of_character": f"{character} for {user}: {_signed(shown[-1].affection_of_character)}",
        "of_user": f"{user} for {character}: {_signed(shown[-1].affection_of_user)}",
    }
    lines = tuple(
        BondLine(key, line, words[key])
        for key, line in heights.items()
        if key != "of_user" or any(line)
    )
    floor = -_TOP if any(min(line.heights) < 0 for line in lines) else 0.0
    lowest = _lowest(shown)
    return BondPicture(
        across=_across(shown),
        memory_ids=tuple(one.memory_id for one in shown),
        said=tuple(_say(one, user, character, now) for one in shown),
        lines=lines,
        floor=floor,
        lowest=lowest,
        summary=_summary(shown, lowest, now),
        first_day=say_day(shown[0].at, now),
        last_day=say_day(shown[-1].at, now),
    )


def _thinned(points: Sequence[BondPoint]) -> list[BondPoint]:
    """Return as many points as can be told apart, the last among them."""
    step = -(-len(points) // _MOST_POINTS)
    return [*points[::-1][::step]][::-1]


def _across(points: Sequence[BondPoint]) -> tuple[float, ...]:
    """Return where the points stand: by their time, yet so that one evening has some room."""
    if len(points) == 1:
        return (1.0,)
    begin, end = points[0].at, points[-1].at
    span = (end - begin).total_seconds()
    last = len(points) - 1
    by_number = [number / last for number in range(len(points))]
    if span <= 0:
        return tuple(by_number)
    by_time = [(one.at - begin).total_seconds() / span for one in points]
    return tuple((one + other) / 2 for one, other in zip(by_number, by_time, strict=True))


def _lowest(points: Sequence[BondPoint]) -> int | None:
    """Return the worst moment for the character, None when it never got worse."""
    feelings = [one.affection_of_character for one in points]
    place = min(range(len(feelings)), key=feelings.__getitem__)
    fell = place > 0 and feelings[place] < max(feelings[:place])
    return place if fell else None


def _summary(points: Sequence[BondPoint], lowest: int | None, now: datetime) -> str:
    mood = f"mood: {points[-1].mood}" if points[-1].mood else ""
    low = ""
    if lowest is not None:
        worst = points[lowest]
        quote = shorten(worst.text, _QUOTED)
        low = f"lowest on {say_day(worst.at, now)}, \u201c{quote}\u201d"
    return DOT.join(part for part in (mood, low) if part)


def _say(point: BondPoint, user: str, character: str, now: datetime) -> str:
    parts = [
        capital(say_day(point.at, now)),
        f"familiarity {point.familiarity:.1f}",
        f"{character} for {user} {_signed(point.affection_of_character)}",
        f"{user} for {character} {_signed(point.affection_of_user)}",
        f"\u201c{shorten(point.text, _QUOTED)}\u201d",
    ]
    return DOT.join(parts)


def _signed(value: float) -> str:
    if abs(value) < 0.05:
        return "0"
    sign = "+" if value > 0 else "\u2212"
    return f"{sign}{abs(value):.1f}".removesuffix(".0")

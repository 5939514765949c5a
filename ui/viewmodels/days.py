"""Dates as people say them on a screen: today, yesterday, 12 October.

Knows no clock: the present is handed in.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.days import MONTHS


def say_day(moment: datetime, now: datetime) -> str:
    """Return "today", "yesterday", "12 October" or "12 October 2024", in local time."""
    day, today = moment.astimezone().date(), now.astimezone().date()
    match (today - day).days:
        case 0:
            return "today"
        case 1:
            return "yesterday"
        case _:
            words = f"{day.day} {MONTHS[day.month - 1]}"
            return words if day.year == today.year else f"{words} {day.year}"

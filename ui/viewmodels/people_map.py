"""Where the people around a character stand in a picture, from values alone.

Each has a spoke of their own from the middle to a name at the rim; the better the character
knows them, the nearer to the middle they stand on it. The names share out the height in rows,
so that they never lie upon one another, and they do not move when the years do. Where there is
no room for names on both sides, they fan out to the right of a middle that stands at the left.
Pixels in, pixels out; knows no font, no colour and no widget.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

_MOST_FAMILIAR = 10
_NEAREST_BEYOND_CORE = 26.0
_FARTHEST, _UNSAID = 0.88, 0.97
_NAME_GAP = 12.0
_ROW_GAP = 10.0
_MARGIN = 6.0
_LEAST_HALF_HEIGHT = 165.0
_LEAST_HALF_WIDTH = 84.0
_WIDEST = 1.45
_NEAREST_IN_FAN = 52.0
_LEAST_ROUND = 560.0
"""The least width for names on both sides."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels; a value."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the picture; a value."""

    x: float
    y: float

    def towards(self, other: Point, share: float) -> Point:
        """Return the place that lies a share of the way to another."""
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)

    def distance(self, other: Point) -> float:
        """Return how far it is to another place."""
        return math.hypot(other.x - self.x, other.y - self.y)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle; a value."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Spoke:
    """One person's line from the middle to the rim, and the box of their name; a value."""

    centre: Point
    rim: Point
    name: Box
    nearest: float
    is_left: bool

    def at(self, familiarity: int | None) -> Point:
        """Return where somebody so well known stands; at the rim where it is unsaid."""
        return self.centre.towards(self.rim, share_of(familiarity, self.nearest))

    def familiarity_at(self, place: Point) -> int:
        """Return the familiarity of the spot on the spoke that is nearest to a place."""
        span = Point(self.rim.x - self.centre.x, self.rim.y - self.centre.y)
        length = span.x**2 + span.y**2
        along = (place.x - self.centre.x) * span.x + (place.y - self.centre.y) * span.y
        share = along / length
        steps = (_FARTHEST - share) / (_FARTHEST - self.nearest) * _MOST_FAMILIAR
        return max(0, min(_MOST_FAMILIAR, round(steps)))


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """The whole picture at one width; a value.

    `half_width` and `half_height` are those of the rim, `nearest` the share of the way to it
    at which somebody stands who is known through and through. A fan is the right half alone.
    """

    width: float
    height: float
    centre: Point
    half_width: float
    half_height: float
    nearest: float
    spokes: tuple[Spoke, ...]
    is_fan: bool = False


def is_fan_at(width: float) -> bool:
    """Whether a picture so wide has names on one side only."""
    return width < _LEAST_ROUND


def lay_out_people(
    names: Sequence[Size], width: float, core: float, *, is_fan: bool = False
) -> PeopleMap:
    """Return the picture of so many people at a width, `core` being the middle's radius.

    Names go clockwise from the upper right, in their order; in a fan they go down from its top.
    Each has a row of its own on its side. The picture grows in height with the number of people,
    and is wider than asked for where the names leave no room.
    """
    rows, outs = _fan_rims(names) if is_fan else (_rows_height(names), _unit_rims(len(names)))
    half_height = max(_LEAST_HALF_HEIGHT, rows / 2)
    beyond = _NEAREST_IN_FAN if is_fan else _NEAREST_BEYOND_CORE
    half = width - core - _MARGIN if is_fan else width / 2
    # What a name leaves of its half of the width, over how far out its spoke reaches there.
    beside = [size.width + _NAME_GAP + _MARGIN for size in names]
    rooms = [(half - aside) / abs(out.x) for aside, out in zip(beside, outs, strict=True)]
    half_width = max(_LEAST_HALF_WIDTH, min([*rooms, half_height * _WIDEST]))
    needed = [abs(out.x) * half_width + aside for aside, out in zip(beside, outs, strict=True)]
    widest = max([half, *needed])
    whole = widest + core + _MARGIN if is_fan else 2 * widest
    centre = Point(whole - widest, half_height + _MARGIN)
    nearest = min(0.6, (core + beyond) / min(half_width, half_height))
    spokes = tuple(
        _spoke(centre, Point(out.x * half_width, out.y * half_height), size, nearest)
        for size, out in zip(names, outs, strict=True)
    )
    height = 2 * (half_height + _MARGIN)
    return PeopleMap(whole, height, centre, half_width, half_height, nearest, spokes, is_fan)


def _spoke(centre: Point, out: Point, size: Size, nearest: float) -> Spoke:
    """Return the spoke that ends so far out, with the name beyond its end."""
    is_left = out.x < 0
    rim = Point(centre.x + out.x, centre.y + out.y)
    left = rim.x - _NAME_GAP - size.width if is_left else rim.x + _NAME_GAP
    box = Box(left, rim.y - size.height / 2, size.width, size.height)
    return Spoke(centre, rim, box, nearest, is_left)


def _rows_height(names: Sequence[Size]) -> float:
    """Return the height of the fuller side's rows, all as high as the highest name."""
    row = max((size.height for size in names), default=0.0) + _ROW_GAP
    return math.ceil(len(names) / 2) * row


def _unit_rims(count: int) -> list[Point]:
    """Return where the spokes end on a circle of radius one, each side in rows of one height."""
    right = math.ceil(count / 2)
    ends: list[Point] = []
    for number in range(count):
        is_left = number >= right
        on_side = count - right if is_left else right
        place = count - 1 - number if is_left else number
        height = (2 * place + 1 - on_side) / on_side
        ends.append(Point((-1 if is_left else 1) * math.sqrt(1 - height**2), height))
    return ends


def _fan_rims(names: Sequence[Size]) -> tuple[float, list[Point]]:
    """Return the height of the rows, each as high as its name, and where the spokes end."""
    rows = [size.height + _ROW_GAP for size in names]
    whole = sum(rows)
    ends: list[Point] = []
    for row, below in zip(rows, accumulate(rows), strict=True):
        height = (2 * below - row) / whole - 1
        ends.append(Point(math.sqrt(1 - height**2), height))
    return whole, ends


def share_of(familiarity: int | None, nearest: float) -> float:
    """Return how far out somebody stands, as a share of the way to the rim."""
    if familiarity is None:
        return _UNSAID
    return _FARTHEST - (_FARTHEST - nearest) * familiarity / _MOST_FAMILIAR


def wrap_name(text: str, width_of: Callable[[str], float], width: float) -> tuple[str, ...]:
    """Return a name in lines no wider than `width`; a longer word is broken where it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if width_of(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and width_of(line) > width:
            fits = max(1, _fitting(line, width_of, width))
            lines.append(line[:fits])
            line = line[fits:]
    return (*lines, line) if line else tuple(lines)


def _fitting(word: str, width_of: Callable[[str], float], width: float) -> int:
    """Return how many letters of a word fit."""
    return bisect_right(range(1, len(word)), width, key=lambda end: width_of(word[:end]))

"""How a picture of people is painted: rings, spokes, strands with arrowheads, places.

A strand says by its stroke what its colour says too: whole for fondness, broken for dislike,
dotted where nothing is said, the thicker the more. Knows places and numbers, no persona.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from ui.theme.palette import Palette
from ui.theme.theme import TextSize, Theme
from ui.viewmodels.people_map import PeopleMap, Point, share_of

CORE = 30.0
DOT = 6.0
_APART = 3.6
_THINNEST, _THICKER = 1.2, 0.3
_DASH, _SPACE = 6.0, 4.0
_QUARTER = 90 * 16
_RINGS = ((10, "inside out", 4), (5, "fairly well", 10), (0, "not at all", 10))


def stroke_of(palette: Palette, affection: int | None) -> QPen:
    """Return the pen that stands for a feeling."""
    if affection is None:
        return QPen(palette.colour("ink_3"), 1.2, Qt.PenStyle.DotLine)
    width = _THINNEST + _THICKER * abs(affection)
    role = "accent_2" if affection > 0 else "bad" if affection < 0 else "ink_3"
    pen = QPen(palette.colour(role), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if affection < 0:
        pen.setDashPattern([_DASH / width, _SPACE / width])
    return pen


def paint_strand(painter: QPainter, pen: QPen, start: QPointF, end: QPointF) -> None:
    """Paint a line with an arrowhead at its end; too short a line is left out."""
    way = end - start
    length = math.hypot(way.x(), way.y())
    head = 5.0 + pen.widthF()
    if length < head + 1:
        return
    along = way / length
    across = QPointF(-along.y(), along.x())
    neck = end - along * head
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(start, neck)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(pen.color())
    wing = across * (head * 0.55)
    painter.drawPolygon(QPolygonF([end, neck + wing, neck - wing]))


def paint_bond(
    painter: QPainter,
    palette: Palette,
    core: Point,
    dot: Point,
    feelings: tuple[int | None, int | None],
    said: tuple[bool, bool],
) -> None:
    """Paint the two strands between the middle and a person; an unsaid way has none."""
    distance = core.distance(dot)
    if distance <= CORE + DOT:
        return
    along = QPointF((dot.x - core.x) / distance, (dot.y - core.y) / distance)
    across = QPointF(-along.y(), along.x())
    begin = qpoint(core) + along * (CORE + 3)
    end = qpoint(dot) - along * (DOT + 3)
    gap = across * _APART
    if said[0]:
        paint_strand(painter, stroke_of(palette, feelings[0]), begin + gap, end + gap)
    if said[1]:
        paint_strand(painter, stroke_of(palette, feelings[1]), end - gap, begin - gap)


def paint_ground(painter: QPainter, theme: Theme, people: PeopleMap) -> None:
    """Paint the rings of familiarity, with words where there is room for them."""
    palette = theme.palette
    painter.setBrush(Qt.BrushStyle.NoBrush)
    font = theme.sans(TextSize.MARK)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    centre = qpoint(people.centre)
    for familiarity, words, most in _RINGS:
        share = share_of(familiarity, people.nearest)
        painter.setPen(QPen(palette.colour("rule"), 1))
        across, down = people.half_width * share, people.half_height * share
        if people.is_fan:
            ring = QRectF(centre.x() - across, centre.y() - down, 2 * across, 2 * down)
            painter.drawArc(ring, -_QUARTER, 2 * _QUARTER)
        else:
            painter.drawEllipse(centre, across, down)
        width = metrics.horizontalAdvance(words) + 10
        # Among many strands, or on a ring that is hardly wider, words would only be in the way.
        if len(people.spokes) <= most and width < 1.5 * across:
            top = centre.y() - down - metrics.height() / 2
            left = centre.x() - (CORE if people.is_fan else width / 2)
            box = QRectF(left, top, width, metrics.height())
            painter.fillRect(box, palette.colour("paper"))
            painter.setPen(palette.colour("ink_3"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def paint_core(painter: QPainter, theme: Theme, centre: Point, name: str) -> None:
    """Paint the character in the middle: the name, or its initial where it does not fit."""
    palette = theme.palette
    painter.setPen(QPen(palette.colour("accent"), 2))
    painter.setBrush(palette.colour("paper"))
    painter.drawEllipse(qpoint(centre), CORE, CORE)
    font = theme.serif(TextSize.INTERFACE, bold=True)
    if QFontMetricsF(font).horizontalAdvance(name) > 2 * CORE - 10:
        name, font = name[:1], theme.serif(TextSize.HEADING, bold=True)
    painter.setFont(font)
    painter.setPen(palette.colour("accent"))
    box = QRectF(centre.x - CORE, centre.y - CORE, 2 * CORE, 2 * CORE)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


def paint_dot(
    painter: QPainter, palette: Palette, place: Point, *, is_told: bool, is_chosen: bool
) -> None:
    """Paint where a person stands; hollow and broken where nothing says how near."""
    role = "accent" if is_chosen else "ink"
    pen = QPen(palette.colour(role), 1.6, Qt.PenStyle.SolidLine if is_told else Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.setBrush(palette.colour(role if is_told else "paper"))
    painter.drawEllipse(qpoint(place), DOT, DOT)
    if is_chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.colour("accent"), 1.4))
        painter.drawEllipse(qpoint(place), DOT + 4, DOT + 4)


def paint_bar(painter: QPainter, palette: Palette, place: Point, core: Point) -> None:
    """Paint how near the character is to that person: a bar across the spoke."""
    distance = core.distance(place) or 1.0
    across = QPointF(-(place.y - core.y) / distance, (place.x - core.x) / distance) * 9.0
    painter.setPen(QPen(palette.colour("paper"), 5))
    painter.drawLine(qpoint(place) - across, qpoint(place) + across)
    painter.setPen(QPen(palette.colour("ink"), 2))
    painter.drawLine(qpoint(place) - across, qpoint(place) + across)


def qpoint(place: Point) -> QPointF:
    """Return a place as Qt's."""
    return QPointF(place.x, place.y)

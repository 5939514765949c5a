"""The picture of the map: the character in the middle, subjects at the rim, memories between.

Subjects are buttons, as people are on the map of people, and stand as they do; memories are
dots on their spokes. Shows the map's view-model.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.ids import MemoryId
from app.domain.memory import Memory
from ui.personas.people_map_paint import CORE, paint_core, qpoint
from ui.personas.person_mark import PersonMark
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.memory_map import MemoryMapViewModel
from ui.viewmodels.people_map import PeopleMap, Point, Size, Spoke, lay_out_people

_WIDEST_NAME, _NARROWEST_NAME = 150.0, 64.0
_LEAST_MIDDLE = 120.0
_ROW = 74.0
_DOT = 5.0
_GRASP = 10.0
_FARTHEST = 0.9
_SWAY = 8.0
_QUOTED = 400


class MemoryMapView(QWidget):
    """The picture. GUI thread; owned by its page."""

    def __init__(self, map_: MemoryMapViewModel, theme: LiveTheme) -> None:
        """Show what the view-model draws up."""
        super().__init__()
        self._map = map_
        self._theme = theme
        self._marks: list[PersonMark] = []
        self._places = lay_out_people((), 400, CORE)
        self._dots: dict[MemoryId, Point] = {}
        self._memories: dict[MemoryId, Memory] = {}
        self.setMouseTracking(True)
        self.setMinimumWidth(2 * round(_LEAST_MIDDLE + _NARROWEST_NAME))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Map of what is remembered")
        map_.changed.connect(self._show_subjects)
        map_.chosen_changed.connect(self._show_marks)
        theme.theme_changed.connect(lambda _theme: self._lay_out())
        self._show_subjects()

    @property
    def marks(self) -> Sequence[PersonMark]:
        """The subjects' names."""
        return self._marks

    @property
    def dots(self) -> dict[MemoryId, Point]:
        """Where the memories stand."""
        return self._dots

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the picture out for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint rings and spokes, ties, then the memories and the character."""
        palette = self._theme.current.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        looked_at = self._map.memory_id
        for one, other in self._map.map.ties:
            if one in self._dots and other in self._dots:
                is_near = looked_at in {one, other}
                role, width = ("accent_2", 1.8) if is_near else ("ink_3", 1.0)
                painter.setPen(QPen(palette.colour(role, 1.0 if is_near else 0.55), width))
                painter.drawPath(self._bow(self._dots[one], self._dots[other]))
        chosen = self._map.chosen
        for number, subject in enumerate(self._map.map.subjects):
            role = "accent_2" if number == chosen else "ink"
            for memory in subject.memories:
                self._paint_dot(painter, memory, role, is_chosen=memory.id == looked_at)
        paint_core(painter, self._theme.current, self._places.centre, self._map.core)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the memory whose dot is pressed."""
        memory_id = self._at(event)
        if memory_id is None:
            super().mousePressEvent(event)
        else:
            self._map.look_at(memory_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the memory under the pointer."""
        memory_id = self._at(event)
        if memory_id is None:
            self.unsetCursor()
            self.setToolTip("")
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(self._memories[memory_id].text[:_QUOTED].replace("<", "\u2039"))

    def _paint_ground(self, painter: QPainter) -> None:
        palette = self._theme.current.palette
        places = self._places
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.colour("rule"), 1))
        for share in (places.nearest, _FARTHEST):
            painter.drawEllipse(
                qpoint(places.centre), places.half_width * share, places.half_height * share
            )
        painter.setPen(QPen(palette.colour("rule"), 1, Qt.PenStyle.DotLine))
        for spoke in places.spokes:
            painter.drawLine(qpoint(places.centre), qpoint(spoke.rim))

    def _paint_dot(self, painter: QPainter, memory: Memory, role: str, *, is_chosen: bool) -> None:
        palette = self._theme.current.palette
        place = qpoint(self._dots[memory.id])
        painter.setPen(QPen(palette.colour("paper"), 1.5))
        painter.setBrush(palette.colour("accent" if is_chosen else role))
        painter.drawEllipse(place, _DOT, _DOT)
        if memory.is_pinned or is_chosen:
            # A ring around what is pinned, a wider one around what is looked at.
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.colour("accent" if is_chosen else role), 1.4))
            reach = _DOT + (5 if is_chosen else 3)
            painter.drawEllipse(place, reach, reach)

    def _bow(self, start: Point, end: Point) -> QPainterPath:
        """Return a line that bends towards the middle, so that ties do not hide one another."""
        centre = self._places.centre
        path = QPainterPath(qpoint(start))
        middle = start.towards(end, 0.5).towards(centre, 0.35)
        path.quadTo(QPointF(middle.x, middle.y), qpoint(end))
        return path

    def _at(self, event: QMouseEvent) -> MemoryId | None:
        pointer = Point(event.position().x(), event.position().y())
        near = [
            (distance, memory_id)
            for memory_id, place in self._dots.items()
            if (distance := place.distance(pointer)) <= _GRASP
        ]
        return min(near)[1] if near else None

    def _show_subjects(self) -> None:
        subjects = self._map.map.subjects
        while len(self._marks) > len(subjects):
            gone = self._marks.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._marks) < len(subjects):
            self._marks.append(self._mark(len(self._marks)))
        self._lay_out()

    def _mark(self, number: int) -> PersonMark:
        mark = PersonMark(self._theme, self)
        mark.chosen.connect(lambda: self._map.choose(number))
        mark.step_requested.connect(lambda step: self._step(number, step))
        mark.show()
        return mark

    def _step(self, number: int, step: int) -> None:
        following = (number + step) % len(self._marks)
        self._map.choose(following)
        self._marks[following].setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out(self) -> None:
        subjects = self._map.map.subjects
        room = self.width() / 2 - _LEAST_MIDDLE
        width = max(_NARROWEST_NAME, min(_WIDEST_NAME, room))
        sizes = [
            mark.set_words(subject.name, subject.count_words, width)
            for mark, subject in zip(self._marks, subjects, strict=True)
        ]
        roomy = [Size(size.width, max(size.height, _ROW)) for size in sizes]
        self._places: PeopleMap = lay_out_people(roomy, self.width(), CORE)
        self.setFixedHeight(round(self._places.height))
        self._dots, self._memories = {}, {}
        for mark, spoke, size, subject in zip(
            self._marks, self._places.spokes, sizes, subjects, strict=True
        ):
            box = spoke.name
            top = box.top + (box.height - size.height) / 2
            mark.setGeometry(round(box.left), round(top), round(box.width), round(size.height))
            for memory, place in zip(
                subject.memories, _along(spoke, len(subject.memories)), strict=True
            ):
                self._dots[memory.id] = place
                self._memories[memory.id] = memory
        self._show_marks()

    def _show_marks(self) -> None:
        subjects = self._map.map.subjects
        for number, (mark, spoke) in enumerate(zip(self._marks, self._places.spokes, strict=True)):
            subject = subjects[number]
            mark.setAccessibleName(f"{subject.name}, {subject.count_words}")
            mark.setAccessibleDescription("Its memories are listed below; arrows to the next.")
            mark.set_state(
                is_chosen=number == self._map.chosen, is_left=spoke.is_left, is_told=True
            )
        self.update()


def _along(spoke: Spoke, count: int) -> list[Point]:
    """Return places on a spoke from the middle outwards, swaying where there are many."""
    length = spoke.centre.distance(spoke.rim) or 1.0
    across = Point(
        -(spoke.rim.y - spoke.centre.y) / length, (spoke.rim.x - spoke.centre.x) / length
    )
    room = _FARTHEST - spoke.nearest
    sway = _SWAY if count * 2.6 * _DOT > room * length else 0.0
    places: list[Point] = []
    for number in range(count):
        share = spoke.nearest + room * (number + 0.5) / count
        on_spoke = spoke.centre.towards(spoke.rim, share)
        aside = sway * (1 if number % 2 else -1)
        places.append(Point(on_spoke.x + across.x * aside, on_spoke.y + across.y * aside))
    return places

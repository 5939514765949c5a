"""The character in the middle and the people around, as a picture that can be moved.

Names are buttons at the rim; places and strands are painted. Shows the people's view-model;
knows no form.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from personas.life_context import Relationship
from ui.personas.people_map_paint import (
    CORE,
    DOT,
    paint_bar,
    paint_bond,
    paint_core,
    paint_dot,
    paint_ground,
    qpoint,
)
from ui.personas.person_mark import PersonMark
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.people_map import PeopleMap, Point, is_fan_at, lay_out_people, share_of
from ui.viewmodels.people_view_model import PeopleViewModel

_WIDEST_NAME, _NARROWEST_NAME = 156.0, 56.0
_LEAST_MIDDLE = 112.0
_NAME_IN_FAN = 0.4
_GRASP = DOT + 8


class PeopleMapView(QWidget):
    """The picture. GUI thread; owned by its tool.

    Signals:
        go_requested(int): show the form of that person.
    """

    go_requested = Signal(int)

    def __init__(self, people: PeopleViewModel, theme: LiveTheme) -> None:
        """Show whom the view-model has read."""
        super().__init__()
        self._people = people
        self._theme = theme
        self._marks: list[PersonMark] = []
        self._map = lay_out_people((), 400, CORE)
        self._shares: list[float] = []
        self._from: list[float] = []
        self._to: list[float] = []
        self._dragged: int | None = None
        self._dragged_to = 0
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._move_on)
        self.setMouseTracking(True)
        self.setMinimumWidth(2 * round(_LEAST_MIDDLE + _NARROWEST_NAME))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Map of the people")
        people.people_changed.connect(self._show_people)
        people.moment_changed.connect(self._show_moment)
        people.chosen_changed.connect(self._show_marks)
        theme.theme_changed.connect(self._restyle)
        self._show_people()

    @property
    def marks(self) -> Sequence[PersonMark]:
        """The names in the order of the people."""
        return self._marks

    @property
    def map(self) -> PeopleMap:
        """Where everything stands."""
        return self._map

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the picture out for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint rings, spokes and strands, then everybody's place."""
        theme = self._theme.current
        palette = theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, theme, self._map)
        standing = self._people.standing
        centre = self._map.centre
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for spoke, share in zip(self._map.spokes, self._shares, strict=True):
            painter.setPen(QPen(palette.colour("ink_3", 0.6), 1, Qt.PenStyle.DotLine))
            painter.drawLine(qpoint(centre.towards(spoke.rim, share)), qpoint(spoke.rim))
        for number, person in enumerate(standing):
            if person is not None:
                feelings = person.affection, person.their_affection
                paint_bond(painter, palette, centre, self._place(number), feelings, _said(person))
        for number, person in enumerate(standing):
            spoke = self._map.spokes[number]
            if person is not None and person.their_familiarity is not None:
                paint_bar(painter, palette, spoke.at(person.their_familiarity), centre)
            paint_dot(
                painter,
                palette,
                self._place(number),
                is_told=person is not None and person.familiarity is not None,
                is_chosen=number == self._people.chosen,
            )
        paint_core(painter, theme, centre, self._people.core)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose whose place is pressed; today it can be drawn nearer or farther."""
        number = self._at(event)
        if number is None:
            super().mousePressEvent(event)
            return
        self._people.choose(number)
        self._marks[number].setFocus(Qt.FocusReason.MouseFocusReason)
        if self._people.is_today and event.button() == Qt.MouseButton.LeftButton:
            self._dragged = number
            self._dragged_to = -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw a person along the spoke."""
        number = self._dragged
        if number is None:
            hand = Qt.CursorShape.OpenHandCursor if self._people.is_today else None
            self.setCursor(hand) if hand and self._at(event) is not None else self.unsetCursor()
            return
        spoke = self._map.spokes[number]
        pointer = Point(event.position().x(), event.position().y())
        self._dragged_to = spoke.familiarity_at(pointer)
        self._motion.stop()
        self._shares[number] = share_of(self._dragged_to, spoke.nearest)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.setToolTip(f"Known {self._dragged_to} of 10")
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Write how near the person was left, as one step to undo."""
        super().mouseReleaseEvent(event)
        number, self._dragged = self._dragged, None
        self.setToolTip("")
        self.unsetCursor()
        if number is not None and self._dragged_to >= 0:
            self._people.set_measure(number, "familiarity", self._dragged_to)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the form of whose place it is."""
        number = self._at(event)
        if number is not None:
            self._dragged = None
            self._people.choose(number)
            self.go_requested.emit(number)

    def _place(self, number: int) -> Point:
        spoke = self._map.spokes[number]
        return self._map.centre.towards(spoke.rim, self._shares[number])

    def _at(self, event: QMouseEvent) -> int | None:
        """Return whose place is under the pointer."""
        pointer = Point(event.position().x(), event.position().y())
        near = [
            (distance, number)
            for number in range(len(self._shares))
            if (distance := self._place(number).distance(pointer)) <= _GRASP
        ]
        return min(near)[1] if near else None

    def _restyle(self, _theme: Theme) -> None:
        self._lay_out()

    def _show_people(self) -> None:
        people = self._people.life.people
        while len(self._marks) > len(people):
            gone = self._marks.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._marks) < len(people):
            self._marks.append(self._mark(len(self._marks)))
        is_moving = len(self._to) == len(people)
        self._lay_out()
        if is_moving:
            self._move()

    def _mark(self, number: int) -> PersonMark:
        mark = PersonMark(self._theme, self)
        mark.chosen.connect(lambda: self._people.choose(number))
        mark.go_requested.connect(lambda: self.go_requested.emit(number))
        mark.step_requested.connect(lambda step: self._step(number, step))
        mark.show()
        return mark

    def _step(self, number: int, step: int) -> None:
        """Give the keyboard to the next around the circle."""
        following = (number + step) % len(self._marks)
        self._people.choose(following)
        self._marks[following].setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out(self) -> None:
        """Find everybody's place; nothing moves on its own here."""
        people = self._people.life.people
        is_fan = is_fan_at(self.width())
        room = self.width() * _NAME_IN_FAN if is_fan else self.width() / 2 - _LEAST_MIDDLE
        width = max(_NARROWEST_NAME, min(_WIDEST_NAME, room))
        sizes = [
            mark.set_words(person.name, person.relation, width)
            for mark, person in zip(self._marks, people, strict=True)
        ]
        self._map = lay_out_people(sizes, self.width(), CORE, is_fan=is_fan)
        self._motion.stop()
        self._shares = self._to = self._wanted()
        self.setFixedHeight(round(self._map.height))
        for mark, spoke in zip(self._marks, self._map.spokes, strict=True):
            box = spoke.name
            mark.setGeometry(round(box.left), round(box.top), round(box.width), round(box.height))
        self._show_marks()
        self.update()

    def _wanted(self) -> list[float]:
        """Return how far out everybody belongs."""
        return [
            share_of(person.familiarity if person is not None else None, self._map.nearest)
            for person in self._people.standing
        ]

    def _show_moment(self) -> None:
        self._move()
        self._show_marks()

    def _move(self) -> None:
        self._motion.stop()
        self._from, self._to = self._shares, self._wanted()
        duration = self._theme.current.motion_milliseconds
        if not duration or not self.isVisible():
            self._move_on(1.0)
            return
        self._motion.setDuration(duration)
        self._motion.start()

    def _move_on(self, phase: float) -> None:
        self._shares = [
            start + (end - start) * phase for start, end in zip(self._from, self._to, strict=True)
        ]
        self.update()

    def _show_marks(self) -> None:
        standing = self._people.standing
        for number, (mark, spoke) in enumerate(zip(self._marks, self._map.spokes, strict=True)):
            spoken = self._people.spoken(number)
            mark.setAccessibleName(spoken)
            mark.setAccessibleDescription("Return goes to the form, arrows to the next person.")
            mark.setToolTip(spoken)
            mark.set_state(
                is_chosen=number == self._people.chosen,
                is_left=spoke.is_left,
                is_told=standing[number] is not None,
            )
        self.update()


def _said(person: Relationship) -> tuple[bool, bool]:
    """Return of which ways anything is said."""
    return (
        (person.familiarity, person.affection) != (None, None),
        (person.their_familiarity, person.their_affection) != (None, None),
    )

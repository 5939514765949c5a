"""The map of the people on the page of a life: picture, years, and whoever is chosen in words.

Speaks to the people's view-model; knows no service and no form.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from personas.relationship_wording import MEASURES
from ui.forms.field_editor import guard_wheel
from ui.personas.people_map_paint import paint_strand, stroke_of
from ui.personas.people_map_view import PeopleMapView
from ui.personas.reading_page import label
from ui.personas.section_tool import SectionTool
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.people_view_model import PEOPLE, PeopleViewModel
from ui.widgets.eliding_label import ElidingLabel

_LEGEND = ((7, "fond"), (-7, "averse"), (0, "neither"))
_BOUNDS = {"familiarity": (0, 10), "affection": (-10, 10)}
_UNSAID = "unsaid"
_TABLE_WIDTH = 460


class PeopleMapTool(SectionTool):
    """Picture, years and the chosen person. GUI thread; owned by the page of a life."""

    is_first = True

    def __init__(self, people: PeopleViewModel, theme: LiveTheme) -> None:
        """Build the parts; people come with `reload`."""
        super().__init__()
        self._people = people
        people.setParent(self)
        self._title = label("", "heading")
        self._nobody = label(
            "Nobody yet. Whoever is put under People stands here, the nearer the better known.",
            "secondary",
        )
        self._add = QPushButton("Go to the people\u2019s forms")
        self._add.setProperty("kind", "chip")
        self._view = PeopleMapView(people, theme)
        self._legend = _Legend(theme)
        self._years = _Years(people)
        self._card = _ChosenCard(people)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 18)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._nobody)
        layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._years)
        layout.addWidget(self._view)
        layout.addWidget(self._legend)
        layout.addWidget(self._card)
        self._view.go_requested.connect(self._go_to)
        self._card.go_requested.clicked.connect(lambda _checked: self._go_to(people.chosen))
        self._add.clicked.connect(lambda _checked: self.go_requested.emit(PEOPLE))
        people.people_changed.connect(self._show)
        self._show()

    @property
    def view(self) -> PeopleMapView:
        """The picture."""
        return self._view

    def reload(self) -> None:
        """Show the draft's people."""
        self._people.reload()
        self._title.setText(self._people.title)

    def _show(self) -> None:
        is_anybody = bool(self._people.life.people)
        self._title.setText(self._people.title)
        self._nobody.setVisible(not is_anybody)
        self._add.setVisible(not is_anybody)
        for part in (self._view, self._legend, self._card):
            part.setVisible(is_anybody)

    def _go_to(self, number: int | None) -> None:
        if number is not None:
            self.go_requested.emit((*PEOPLE, number, "name"))


class _Years(QWidget):
    """The slider through the moments. Owned by the tool."""

    def __init__(self, people: PeopleViewModel) -> None:
        super().__init__()
        self._people = people
        self._words = _wrapped("secondary")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setMinimumHeight(24)
        self._slider.setAccessibleName("As it was")
        self._slider.setPageStep(1)
        self._slider.setToolTip("Shows how they stood after each event; at the right end, today.")
        guard_wheel(self._slider)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(_mark("As it was"))
        head.addWidget(self._slider, 1)
        head.addWidget(_mark("today"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._words)
        self._slider.valueChanged.connect(people.show_moment)
        people.people_changed.connect(self._show)
        people.moment_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        count = len(self._people.life.moments)
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, count)
            self._slider.setValue(self._people.moment)
        said = self._people.say_moment()
        self._slider.setAccessibleDescription(said)
        self._words.setText(said)
        self.setVisible(count > 0)


class _ChosenCard(QFrame):
    """Whoever is chosen: in words, with four numbers to set. Owned by the tool."""

    def __init__(self, people: PeopleViewModel) -> None:
        super().__init__()
        self._people = people
        self.setProperty("kind", "card")
        self._name = _wrapped("name")
        self._sentence = _wrapped("prose")
        self.go_requested = QPushButton("To the form \u203a")
        self.go_requested.setProperty("kind", "quiet")
        self._numbers = QWidget()
        self._ways = (ElidingLabel(), ElidingLabel())
        self._steppers = {name: self._stepper(name) for name in MEASURES}
        self._lay_out()
        people.people_changed.connect(self._show)
        people.moment_changed.connect(self._show)
        people.chosen_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self.go_requested)
        table = QGridLayout(self._numbers)
        table.setContentsMargins(0, 8, 0, 0)
        table.setHorizontalSpacing(8)
        table.setVerticalSpacing(6)
        table.setColumnStretch(0, 1)
        for column, title in enumerate(("known", "felt"), 1):
            table.addWidget(_mark(title), 0, column)
        directions = zip(self._ways, (MEASURES[:2], MEASURES[2:]), strict=True)
        for row, (way, names) in enumerate(directions, 1):
            way.setProperty("kind", "secondary")
            table.addWidget(way, row, 0, Qt.AlignmentFlag.AlignLeft)
            for column, name in enumerate(names, 1):
                table.addWidget(self._steppers[name], row, column)
        self._numbers.setMaximumWidth(_TABLE_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._sentence)
        layout.addWidget(self._numbers)

    def _stepper(self, name: str) -> QSpinBox:
        """Return a box for one number; one below the least is “unsaid”."""
        least, greatest = _BOUNDS[name.removeprefix("their_")]
        stepper = QSpinBox()
        stepper.setRange(least - 1, greatest)
        stepper.setSpecialValueText(_UNSAID)
        stepper.setFixedWidth(88)
        stepper.lineEdit().setTextMargins(8, 0, 0, 0)
        stepper.lineEdit().setAcceptDrops(False)
        stepper.setKeyboardTracking(False)
        guard_wheel(stepper)
        stepper.valueChanged.connect(lambda value: self._write(name, value))
        return stepper

    def _write(self, name: str, value: int) -> None:
        number = self._people.chosen
        if number is not None:
            is_said = value > self._steppers[name].minimum()
            self._people.set_measure(number, name, value if is_said else None)

    def _show(self) -> None:
        number = self._people.chosen
        if number is None:
            return
        person, core = self._people.life.people[number], self._people.core
        relation = f", {person.relation}" if person.relation else ""
        self._name.setText(f"{person.name}{relation}")
        self._sentence.setText(self._people.sentence(number))
        self.go_requested.setAccessibleName(f"To the form of {person.name}")
        self._numbers.setVisible(self._people.is_today)
        for way, (one, other) in zip(
            self._ways, ((core, person.name), (person.name, core)), strict=True
        ):
            way.set_words(f"{one} \u2192 {other}")
        for name, stepper in self._steppers.items():
            value: int | None = getattr(person, name)
            with QSignalBlocker(stepper):
                stepper.setValue(stepper.minimum() if value is None else value)
            whose = core if name in MEASURES[:2] else person.name
            whom = person.name if name in MEASURES[:2] else core
            known = "familiarity" in name
            stepper.setAccessibleName(
                f"How well {whose} knows {whom}" if known else f"What {whose} feels for {whom}"
            )


class _Legend(QWidget):
    """What the strokes mean. Owned by the tool."""

    def __init__(self, theme: LiveTheme) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(6)
        for affection, words in _LEGEND:
            row.addWidget(_Sample(theme, affection))
            row.addWidget(_mark(words))
            row.addSpacing(10)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(
            label("The thicker, the more. The bar is how well they know in return.", "mark")
        )


def _mark(words: str) -> QLabel:
    """Return a word or two in small print, on one line."""
    mark = QLabel(words)
    mark.setProperty("kind", "mark")
    return mark


def _wrapped(kind: str) -> QLabel:
    """Return a label for words of any length, which does not hold the page wide."""
    words = label("", kind)
    words.setMinimumWidth(1)
    return words


class _Sample(QWidget):
    """One stroke with its arrowhead. Owned by the legend."""

    def __init__(self, theme: LiveTheme, affection: int) -> None:
        super().__init__()
        self._theme = theme
        self._affection = affection
        self.setFixedSize(QSize(34, 14))
        theme.theme_changed.connect(lambda _theme: self.update())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the stroke."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = stroke_of(self._theme.current.palette, self._affection)
        paint_strand(painter, pen, QPointF(0, 7), QPointF(34, 7))
        painter.end()

"""The people around a character as a picture shows them: who, at which moment, who is chosen.

Follows the draft of the persona's view-model and writes into it. Knows no widget and no place.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from personas.life_context import Relationship
from personas.persona import Persona
from personas.pronouns import pronouns_for
from personas.relationship_wording import (
    Party,
    bond_sentence,
    bond_sentence_then,
    pronouns_of,
)
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.people_moments import Life, Moment, read_life
from ui.viewmodels.persona_reading import first_name
from ui.viewmodels.persona_view_model import PersonaViewModel

PEOPLE: FieldPath = ("life", "relationships")


class PeopleViewModel(QObject):
    """The state of the people's map. GUI thread; owned by its tool.

    Signals:
        people_changed: other people, names or numbers in the draft.
        moment_changed: the picture shows another time.
        chosen_changed: somebody else is chosen, or nobody.
    """

    people_changed = Signal()
    moment_changed = Signal()
    chosen_changed = Signal()

    def __init__(self, sheet: PersonaViewModel) -> None:
        """Follow a sheet; `reload` reads it."""
        super().__init__()
        self._sheet = sheet
        self._life = Life()
        self._moment = 0
        self._chosen: int | None = None
        self._core: str = ""
        sheet.value_changed.connect(self.reload)
        sheet.opened.connect(self._begin_again)

    @property
    def life(self) -> Life:
        """Who there is, and what changed among them."""
        return self._life

    @property
    def core(self) -> str:
        """What the character is called."""
        return self._core

    @property
    def title(self) -> str:
        """The heading over the picture."""
        return f"The people in {self._sheet.pronouns.possessive} life"

    @property
    def moment(self) -> int:
        """Which moment is shown; as many as there are means today."""
        return self._moment

    @property
    def is_today(self) -> bool:
        """Whether the people are shown as they stand now."""
        return self._moment >= len(self._life.moments)

    @property
    def happened(self) -> Moment | None:
        """What had just happened at the moment shown, None today."""
        return None if self.is_today else self._life.moments[self._moment]

    @property
    def standing(self) -> tuple[Relationship | None, ...]:
        """The people with their numbers at the moment; None of whom nothing was told yet."""
        return self._life.standing(self._moment)

    @property
    def chosen(self) -> int | None:
        """Whose place among the people is chosen."""
        return self._chosen

    def reload(self) -> None:
        """Read the draft."""
        life, core = read_life(self._sheet.draft), _first_name(self._sheet.persona)
        if life == self._life and core == self._core:
            return
        was_today = self.is_today
        self._life, self._core = life, core
        is_there = self._chosen is not None and self._chosen < len(life.people)
        self._chosen = self._chosen if is_there else (0 if life.people else None)
        last = len(life.moments)
        self._moment = last if was_today else min(self._moment, last)
        self.people_changed.emit()

    def show_moment(self, moment: int) -> None:
        """Show the people at another time, and choose whom it changed."""
        moment = max(0, min(moment, len(self._life.moments)))
        if moment == self._moment:
            return
        self._moment = moment
        self.moment_changed.emit()
        if self.happened is not None:
            self.choose(self.happened.person)

    def choose(self, number: int) -> None:
        """Choose somebody."""
        if number != self._chosen and 0 <= number < len(self._life.people):
            self._chosen = number
            self.chosen_changed.emit()

    def set_measure(self, number: int, name: str, value: int | None) -> None:
        """Write one of the four numbers of today, as one step to undo."""
        self._sheet.put_values([((*PEOPLE, number, name), value)])

    def sentence(self, number: int) -> str:
        """Return how the two stand or stood at the moment shown."""
        person = self.standing[number]
        if person is None:
            return "Nothing is told of the two before then."
        own = self._sheet.persona or Persona(name="Somebody")
        theirs = Party.called(pronouns_of(person, pronouns_for(own.social)))
        speak = bond_sentence if self.is_today else bond_sentence_then
        return speak(person, Party.named(self._core), theirs) or "No number says how they stand."

    def spoken(self, number: int) -> str:
        """Return a person in words, as a screen reader says it."""
        person = self._life.people[number]
        who = f"{person.name}, {person.relation}" if person.relation else person.name
        return f"{who}: {self.sentence(number)}"

    def say_moment(self) -> str:
        """Return which time is shown, and what had just happened."""
        moment = self.happened
        if moment is None:
            return "As they stand today"
        name = self._life.people[moment.person].name
        head = f"{moment.when} \u00b7 {name}" if moment.when else name
        return f"{head}: {moment.what}" if moment.what else head

    def _begin_again(self, _record: object) -> None:
        """Show another character's people, today and the first of them."""
        self._life, self._core = read_life(self._sheet.draft), _first_name(self._sheet.persona)
        self._moment = len(self._life.moments)
        self._chosen = 0 if self._life.people else None
        self.people_changed.emit()


def _first_name(persona: Persona | None) -> str:
    return first_name(persona) if persona is not None else ""

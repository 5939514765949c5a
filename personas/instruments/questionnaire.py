"""What a questionnaire is: items on a 7-point scale, some of them turned round.

A score is the mean of the answers that were given, never floored (science notes: SPeCtrum's
scoring floors, so that 4 and 5 become 4). Knows no trait and no value by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from personas.pronouns import THEY, Pronouns

SCALE_MINIMUM = 1
SCALE_MAXIMUM = 7


class AnswerError(ValueError):
    """An answer that a questionnaire cannot take, said in a sentence; a value, any thread."""


@dataclass(frozen=True, slots=True)
class Item:
    """One statement, as told by oneself and of another; a value, any thread.

    `about_them` is for `Pronouns.put_into`: "{They} [talks|talk]".
    """

    id: str
    measures: str
    about_me: str
    about_them: str
    is_reversed: bool = False

    def told_of(self, pronouns: Pronouns) -> str:
        """Return the statement about somebody with these pronouns."""
        return pronouns.put_into(self.about_them)

    def score(self, answer: int) -> int:
        """Return what an answer counts for: itself, or 8 less itself when turned round."""
        return SCALE_MINIMUM + SCALE_MAXIMUM - answer if self.is_reversed else answer


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Items in the order in which they are asked; a value, any thread.

    The title and the words of the scale are for `Pronouns.put_into`.
    """

    id: str
    title: str
    instruction: str
    source: str
    scale: tuple[str, str, str, str, str, str, str]
    items: tuple[Item, ...]

    @property
    def measured(self) -> tuple[str, ...]:
        """What the items measure, each name once, in the order of the items."""
        return tuple(dict.fromkeys(item.measures for item in self.items))

    def unanswered(self, answers: Mapping[str, int]) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.id not in answers)

    def means(self, answers: Mapping[str, int]) -> dict[str, float]:
        """Return the mean of what was answered for each measure that has any answer.

        `answers` holds whole numbers from 1 to 7 by item id. Raises AnswerError.
        """
        by_id = {item.id: item for item in self.items}
        scores: dict[str, list[int]] = {}
        for item_id, answer in answers.items():
            item = by_id.get(item_id)
            if item is None:
                message = (
                    f"“{item_id}” is no item of “{THEY.put_into(self.title)}”. "
                    f"Its items are numbered from {self.items[0].id} to {self.items[-1].id}."
                )
                raise AnswerError(message)
            scores.setdefault(item.measures, []).append(item.score(_checked(answer, item)))
        return {measure: _mean(found) for measure, found in scores.items()}


def _checked(answer: object, item: Item) -> int:
    """Return the answer; True and 4.0 are refused, for no scale offers them."""
    if type(answer) is not int or not SCALE_MINIMUM <= answer <= SCALE_MAXIMUM:
        message = (
            f"The answer {answer!r} to “{item.about_me}” is not on the scale. "
            f"Give a whole number from {SCALE_MINIMUM} to {SCALE_MAXIMUM}."
        )
        raise AnswerError(message)
    return answer


def _mean(scores: Iterable[int]) -> float:
    found = tuple(scores)
    return sum(found) / len(found)

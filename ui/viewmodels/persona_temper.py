"""Ways to set a temper as a whole: a domain at once, a preset, a questionnaire's answers.

Pure: takes personas and drafts, returns others. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personas.instruments import Questionnaire, score_traits, score_values
from personas.persona import Persona
from personas.sheet import build_sheet
from personas.traits import DOMAINS

_LEAST, _GREATEST = 1.0, 7.0
_HALVINGS = 24


def with_domain_mean(traits: Mapping[str, Any], domain: str, mean: float | None) -> dict[str, Any]:
    """Return a draft's traits with a domain's facets moved together until their mean is `mean`.

    Facets keep their distances as far as the scale lets them; those that are unsaid stay so,
    unless all are: then each becomes the mean. None leaves the whole domain unsaid.
    """
    facets = DOMAINS[domain]
    said = {name: float(traits[name]) for name in facets if traits.get(name) is not None}
    if mean is None:
        moved: dict[str, float | None] = dict.fromkeys(facets)
    elif not said:
        moved = dict.fromkeys(facets, round(mean, 1))
    else:
        shift = _find_shift(tuple(said.values()), mean)
        moved = {name: round(_bounded(score + shift), 1) for name, score in said.items()}
    return {**traits, **moved}


def with_answers(
    persona: Persona, questionnaire: Questionnaire, answers: Mapping[str, int]
) -> Persona:
    """Return the persona with the scores of what was answered; other scores stay.

    Raises AnswerError for answers that are no answers to this questionnaire's items.
    """
    personal = persona.personal
    measured = questionnaire.measured
    if measured[0] in type(personal.traits).model_fields:
        scores = score_traits(answers).model_dump(exclude_none=True)
        update: dict[str, Any] = {"traits": personal.traits.model_copy(update=scores)}
    else:
        scores = score_values(answers).model_dump(exclude_none=True)
        update = {"values": personal.values.model_copy(update=scores)}
    return persona.model_copy(update={"personal": personal.model_copy(update=update)})


def temper_sentences(persona: Persona) -> str:
    """Return what the scores become on their way to the model, empty when none is said."""
    sections = build_sheet(persona, user_name="You")
    return "\n\n".join(part.text for part in sections if part.name == "traits")


def _find_shift(scores: tuple[float, ...], mean: float) -> float:
    low, high = _LEAST - _GREATEST, _GREATEST - _LEAST
    for _ in range(_HALVINGS):
        shift = (low + high) / 2
        reached = sum(_bounded(score + shift) for score in scores) / len(scores)
        low, high = (shift, high) if reached < mean else (low, shift)
    return (low + high) / 2


def _bounded(score: float) -> float:
    return max(_LEAST, min(_GREATEST, score))

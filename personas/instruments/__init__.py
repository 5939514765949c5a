"""Questionnaires that a person can fill in for a character or for themself.

Thirty statements become fifteen facets, twenty portraits become ten values. Knows no screen:
who asks is somebody else's business.
"""

from __future__ import annotations

from personas.instruments.questionnaire import (
    SCALE_MAXIMUM,
    SCALE_MINIMUM,
    AnswerError,
    Item,
    Questionnaire,
)
from personas.instruments.trait_questionnaire import TRAIT_QUESTIONNAIRE, score_traits
from personas.instruments.value_portraits import VALUE_PORTRAITS, score_values

__all__ = [
    "SCALE_MAXIMUM",
    "SCALE_MINIMUM",
    "TRAIT_QUESTIONNAIRE",
    "VALUE_PORTRAITS",
    "AnswerError",
    "Item",
    "Questionnaire",
    "score_traits",
    "score_values",
]

"""Review of a persona while it is written: findings with reasons that a person can check.

Rules first; likeness of meaning only where somebody hands in a way to measure it. Knows no
screen, no model and no tokenizer.
"""

from __future__ import annotations

from personas.review.finding import Finding, Severity
from personas.review.likeness import comparable_texts
from personas.review.reading import CountTokens, PatternFault, Similarity
from personas.review.rules import RULES, Rule, review

__all__ = [
    "RULES",
    "CountTokens",
    "Finding",
    "PatternFault",
    "Rule",
    "Severity",
    "Similarity",
    "comparable_texts",
    "review",
]

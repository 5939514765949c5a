"""What a model finds wrong with a form, as one sentence beside the field.

Knows pydantic's kinds of finding; whatever is not listed keeps pydantic's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.viewmodels.form_fields import FieldPath

if TYPE_CHECKING:
    from pydantic import ValidationError

_SENTENCES: dict[str, str] = {
    "missing": "This cannot be empty.",
    "string_too_short": "This cannot be empty.",
    "string_too_long": "At most {max_length} letters fit here.",
    "too_long": "At most {max_length} fit here; there are {actual_length}.",
    "greater_than_equal": "This is at least {ge}.",
    "greater_than": "This is more than {gt}.",
    "less_than_equal": "This is at most {le}.",
    "less_than": "This is less than {lt}.",
    "int_parsing": "This is a whole number.",
    "int_from_float": "This is a whole number.",
    "float_parsing": "This is a number.",
    "extra_forbidden": "Dramatis knows no such field.",
}


def describe_problems(error: ValidationError) -> dict[FieldPath, str]:
    """Return a sentence for each path that does not hold."""
    found: dict[FieldPath, str] = {}
    for problem in error.errors():
        context: dict[str, Any] = problem.get("ctx", {})
        sentence = _SENTENCES.get(problem["type"], "")
        words = sentence.format(**context) if sentence else f"{problem['msg'].rstrip('.')}."
        found.setdefault(tuple(problem["loc"]), words)
    return found

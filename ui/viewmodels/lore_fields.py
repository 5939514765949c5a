"""A lorebook entry as a form: what stands in it, in a writer's words, and what an edit means.

Simple things first; the rest in groups. A form's value may stand for two fields of the entry
or for one of three states, so values are translated both ways. Knows drafts, no widget.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from personas.lorebook import LoreLogic, LorePosition, LoreRole
from ui.viewmodels.form_fields import Bounds, Choice, FieldDescription, FieldKind, FieldLook

_MOST = 1_000_000
_UNSAID, _YES, _NO = "unsaid", "yes", "no"
_NOT_LOOKED_AT = "off"
_WORDS, _PATTERNS = "words", "patterns"

_LOGIC = (
    Choice(_NOT_LOOKED_AT, "are not looked at"),
    Choice(LoreLogic.AND_ANY.value, "one of them must be there too"),
    Choice(LoreLogic.AND_ALL.value, "all of them must be there too"),
    Choice(LoreLogic.NOT_ANY.value, "none of them may be there"),
    Choice(LoreLogic.NOT_ALL.value, "not all of them may be there"),
)
_POSITION = (
    Choice(LorePosition.BEFORE_CHARACTER.value, "Before the character"),
    Choice(LorePosition.AFTER_CHARACTER.value, "After the character"),
    Choice(LorePosition.NOTE_TOP.value, "Above the note"),
    Choice(LorePosition.NOTE_BOTTOM.value, "Below the note"),
    Choice(LorePosition.AT_DEPTH.value, "Among the messages"),
    Choice(LorePosition.EXAMPLES_TOP.value, "Before the examples"),
    Choice(LorePosition.EXAMPLES_BOTTOM.value, "After the examples"),
    Choice(LorePosition.OUTLET.value, "At an outlet of its own"),
)
_ROLE = (
    Choice(LoreRole.SYSTEM.value, "Nobody"),
    Choice(LoreRole.USER.value, "The user"),
    Choice(LoreRole.ASSISTANT.value, "The character"),
)
_READING = (
    Choice(_WORDS, "As words"),
    Choice(_PATTERNS, "As patterns"),
)
_THREE = (Choice(_UNSAID, "unsaid"), Choice(_YES, "yes"), Choice(_NO, "no"))


_ABOVE = FieldLook(is_wide=True)


def _line(name: str, title: str, description: str) -> FieldDescription:
    return FieldDescription(name, title, description, FieldKind.LINE, default="", look=_ABOVE)


def _lines(name: str, title: str, description: str) -> FieldDescription:
    return FieldDescription(name, title, description, FieldKind.LINES, default=(), look=_ABOVE)


def _switch(name: str, title: str, description: str) -> FieldDescription:
    words, look = f"{title}: {description}", FieldLook(is_wide=True, has_title=False)
    return FieldDescription(name, title, words, FieldKind.SWITCH, default=False, look=look)


def _choice(
    name: str, title: str, description: str, choices: tuple[Choice, ...]
) -> FieldDescription:
    look = FieldLook(shares_row=True, note=description)
    return FieldDescription(name, title, description, FieldKind.CHOICE, choices=choices, look=look)


def _number(
    name: str,
    title: str,
    description: str,
    *,
    most: float = _MOST,
    least: float = 0,
    is_optional: bool = False,
) -> FieldDescription:
    return FieldDescription(
        name,
        title,
        description,
        FieldKind.NUMBER,
        is_optional=is_optional,
        bounds=Bounds(least, most),
        look=FieldLook(shares_row=True, note=description),
    )


FIRST_FIELDS = (
    _line("name", "Name", "What to call it; never told to the model."),
    _lines("keys", "Keys", "Words that bring it up."),
)
CONTENT = FieldDescription(
    "content",
    "What there is to know",
    "As the model will read it.",
    FieldKind.PROSE,
    default="",
    look=_ABOVE,
)
SWITCHES = (
    _switch("constant", "Always", "it comes up whatever is said."),
    _switch("enabled", "Switched on", "it can come up at all."),
)
MORE_GROUPS: tuple[tuple[str, tuple[FieldDescription, ...]], ...] = (
    (
        "Together with",
        (
            _lines("secondary_keys", "Other keys", "Words that decide along with the keys."),
            _choice("logic", "What they must do", "Once one of the keys was found.", _LOGIC),
        ),
    ),
    (
        "How keys are read",
        (
            _choice(
                "reading",
                "Keys are read",
                "Between slashes, /like this/i, each is a pattern anyway.",
                _READING,
            ),
            _choice("case_sensitive", "Case counts", "Whether Lamp differs from lamp.", _THREE),
            _choice(
                "match_whole_words",
                "Whole words",
                "Whether lamp may not be found in lamplight.",
                _THREE,
            ),
            _number(
                "scan_depth",
                "Looks back",
                "So many of the newest messages are searched; unsaid, as the book says.",
                is_optional=True,
                most=1000,
            ),
        ),
    ),
    (
        "Where it stands",
        (
            _number("insertion_order", "Order", "Lower stands further up.", least=-_MOST),
            _choice("position", "Position", "Where it stands among the others.", _POSITION),
            _number("depth", "Messages from the end", "Deeper stands further up.", most=10_000),
            _number(
                "priority",
                "Priority",
                "Lower is left out first when there is no room; unsaid, by order.",
                is_optional=True,
            ),
            _switch("ignore_budget", "Outside the budget", "it needs no room in the book's own."),
            _choice("role", "Said by", "Only in other programs.", _ROLE),
            _line("outlet", "Outlet", "Its place's name, only in other programs."),
        ),
    ),
    (
        "When",
        (
            _number("probability", "Chance in a hundred", "Once its keys are there.", most=100),
            _switch("use_probability", "Chance counts", "the chance is looked at."),
            _number("sticky", "Stays", "For so many messages once it came up.", is_optional=True),
            _number("cooldown", "Rests", "For so many messages afterwards.", is_optional=True),
            _number("delay", "Waits", "Until there are so many messages.", is_optional=True),
        ),
    ),
    (
        "Other entries",
        (
            _switch("exclude_recursion", "Deaf to them", "their text does not bring it up."),
            _switch("prevent_recursion", "Silent to them", "its text brings up none of them."),
            _switch("only_recursion", "Only from them", "what is said does not bring it up."),
            _number(
                "recursion_round",
                "From round",
                "What they bring up first is round 1.",
                least=1,
                most=8,
            ),
        ),
    ),
    (
        "One of several",
        (
            _line("group", "Groups", "By commas; of each, one comes up at a time."),
            _number("group_weight", "Weight", "Its share of the group's draw."),
            _switch("group_override", "Goes first", "it wins by order instead of the draw."),
            _choice(
                "use_group_scoring", "Counts keys", "Most keys found wins before the draw.", _THREE
            ),
        ),
    ),
    ("For yourself", (_line("comment", "Note", "Never told to the model."),)),
)
BOOK_FIELDS = (
    _line("name", "Name", "What the book is called."),
    FieldDescription(
        "description",
        "About",
        "What it is about; never told to the model.",
        FieldKind.PROSE,
        default="",
        look=_ABOVE,
    ),
    _number(
        "scan_depth",
        "Looks back",
        "So many of the newest messages are searched; unsaid, 4.",
        is_optional=True,
        most=1000,
    ),
    _number(
        "token_budget",
        "Budget",
        "So many tokens may be in the prompt at once; unsaid, a tenth of the context.",
        is_optional=True,
    ),
    _choice(
        "recursive_scanning",
        "Chains",
        "Whether the text of entries brings up others.",
        _THREE,
    ),
)

_THREE_STATES = frozenset(
    {"case_sensitive", "match_whole_words", "use_group_scoring", "recursive_scanning"}
)
_NUMBERS = frozenset(
    field.name
    for fields in (*(group for _, group in MORE_GROUPS), BOOK_FIELDS)
    for field in fields
    if field.kind == FieldKind.NUMBER
)


def form_values(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the forms show of an entry, or of a book."""
    values = dict(draft)
    for name in _NUMBERS & values.keys():
        values[name] = _bounded(values[name])
    for name in _THREE_STATES & values.keys():
        values[name] = _three(values[name])
    if "keys" in draft:
        is_pattern = draft.get("use_regex") and not draft.get("regex_in_slashes")
        level = draft.get("delay_until_recursion") or 0
        values["name"] = draft.get("name") or draft.get("comment")
        values["reading"] = _PATTERNS if is_pattern else _WORDS
        values["logic"] = draft.get("logic") if draft.get("selective") else _NOT_LOOKED_AT
        values["only_recursion"] = bool(level)
        values["recursion_round"] = _bounded(max(int(level), 1))
    return values


def draft_changes(draft: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the fields of an entry or a book that an edit in a form changes."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special(draft, value)
    if name in _THREE_STATES:
        return {name: {_YES: True, _NO: False}.get(value)}
    return {name: value}


def _change_name(draft: Mapping[str, Any], value: Any) -> dict[str, Any]:  # noqa: ANN401
    # What other programs call the note is their name for an entry.
    is_note = bool(draft.get("comment")) and not draft.get("name")
    return {"comment" if is_note else "name": value}


def _change_secondary_keys(draft: Mapping[str, Any], keys: Any) -> dict[str, Any]:  # noqa: ANN401
    # The first other key is meant to count: nobody writes one to have it passed over.
    is_first = bool(keys) and not draft.get("secondary_keys")
    selective = {"selective": True} if is_first and not draft.get("selective") else {}
    return {"secondary_keys": keys, **selective}


def _change_logic(_draft: Mapping[str, Any], value: Any) -> dict[str, Any]:  # noqa: ANN401
    if value == _NOT_LOOKED_AT:
        return {"selective": False}
    return {"selective": True, "logic": value}


def _change_reading(_draft: Mapping[str, Any], value: Any) -> dict[str, Any]:  # noqa: ANN401
    is_pattern = value == _PATTERNS
    return {"use_regex": True, "regex_in_slashes": False} if is_pattern else {"use_regex": False}


def _change_only_recursion(_draft: Mapping[str, Any], value: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"delay_until_recursion": bool(value)}


def _change_round(draft: Mapping[str, Any], value: Any) -> dict[str, Any]:  # noqa: ANN401
    is_on = bool(draft.get("delay_until_recursion")) or int(value) > 1
    return {"delay_until_recursion": int(value) if int(value) > 1 else is_on}


_SPECIAL: dict[str, Callable[[Mapping[str, Any], Any], dict[str, Any]]] = {
    "name": _change_name,
    "secondary_keys": _change_secondary_keys,
    "logic": _change_logic,
    "reading": _change_reading,
    "only_recursion": _change_only_recursion,
    "recursion_round": _change_round,
}


def _three(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return _UNSAID if value is None else _YES if value else _NO


def _bounded(value: Any) -> int | None:  # noqa: ANN401 - any JSON value
    """Return a number that a box can show: files may hold NaN and more than a box counts to."""
    if value is None or not math.isfinite(value):
        return None
    return max(-_MOST, min(_MOST, int(value)))

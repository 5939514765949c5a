"""One lorebook entry between a card's JSON and `LoreEntry`, SillyTavern's extensions included.

What other programs put there is kept to the letter and written back. Knows no book.
"""

from __future__ import annotations

from typing import Any, TypeVar

from personas.cards import coercion
from personas.cards.coercion import JsonObject
from personas.cards.keeping import kept, restored
from personas.lorebook import LoreEntry, LoreLogic, LorePosition, LoreRole

Choice = TypeVar("Choice")

_LOGICS = tuple(LoreLogic)
_POSITIONS = tuple(LorePosition)
_ROLES = tuple(LoreRole)
# The last two are V3's alone, but V2's readers pass over them and some write them too.
_REQUIRED = frozenset(
    {"keys", "content", "extensions", "enabled", "insertion_order", "use_regex", "constant"}
)
_SILLY_MARKS = frozenset({"display_index", "selectiveLogic", "exclude_recursion", "vectorized"})
_KNOWN = _REQUIRED | {
    "case_sensitive",
    "name",
    "priority",
    "id",
    "comment",
    "selective",
    "secondary_keys",
    "position",
}
_EXTENSION_FIELDS = {
    "exclude_recursion": ("exclude_recursion", coercion.flag),
    "prevent_recursion": ("prevent_recursion", coercion.flag),
    "probability": ("probability", coercion.number),
    "useProbability": ("use_probability", coercion.flag),
    "depth": ("depth", coercion.whole),
    "scan_depth": ("scan_depth", coercion.whole),
    "match_whole_words": ("match_whole_words", coercion.flag),
    "use_group_scoring": ("use_group_scoring", coercion.flag),
    "group": ("group", coercion.text),
    "group_override": ("group_override", coercion.flag),
    "group_weight": ("group_weight", coercion.number),
    "sticky": ("sticky", coercion.whole),
    "cooldown": ("cooldown", coercion.whole),
    "delay": ("delay", coercion.whole),
    "outlet_name": ("outlet", coercion.text),
    "ignore_budget": ("ignore_budget", coercion.flag),
}
_KNOWN_EXTENSIONS = frozenset(
    {
        *_EXTENSION_FIELDS,
        "position",
        "selectiveLogic",
        "role",
        "delay_until_recursion",
        "case_sensitive",
    }
)

FIELDS_THAT_COUNT = _KNOWN | _KNOWN_EXTENSIONS
"""The names in an entry and its extensions that something here reads, by whatever value."""


def read_entry(source: JsonObject) -> LoreEntry:
    """Return an entry of a V2 or V3 book, whatever its fields hold."""
    entry = _meant(source)
    written = _written(entry)
    extensions = coercion.mapping(source.get("extensions"))
    return entry.model_copy(
        update={
            "extensions": kept(extensions, written.pop("extensions"), frozenset()),
            "foreign": kept(
                coercion.without(source, frozenset({"extensions"}))
                if isinstance(source.get("extensions"), dict)
                else source,
                written,
                _REQUIRED,
            ),
        }
    )


def write_entry(entry: LoreEntry) -> JsonObject:
    """Return the entry for a book, with no more in it than came or was written here."""
    written = _written(entry)
    own = entry.model_copy(update={"extensions": {}, "foreign": {}})

    def read_extensions(extensions: JsonObject) -> LoreEntry:
        return _meant({**written, "extensions": extensions})

    written["extensions"] = restored(
        written["extensions"], entry.extensions, _KNOWN_EXTENSIONS, read_extensions, own
    )
    return restored(written, entry.foreign, _KNOWN, _meant, own)


def _meant(source: JsonObject) -> LoreEntry:
    """Return the entry that the known fields describe."""
    extensions = coercion.mapping(source.get("extensions"))
    case_sensitive = coercion.flag(source.get("case_sensitive"))
    if case_sensitive is None:
        case_sensitive = coercion.flag(extensions.get("case_sensitive"))
    order = coercion.number(source.get("insertion_order"))
    enabled = coercion.flag(source.get("enabled"))
    found: dict[str, Any] = {
        "id": _identifier(source.get("id")),
        "name": coercion.text(source.get("name")),
        "comment": coercion.text(source.get("comment")),
        "keys": coercion.words(source.get("keys")),
        "secondary_keys": coercion.words(source.get("secondary_keys")),
        "selective": bool(coercion.flag(source.get("selective"))),
        "content": coercion.text(source.get("content")),
        "enabled": True if enabled is None else enabled,
        "constant": bool(coercion.flag(source.get("constant"))),
        "use_regex": bool(coercion.flag(source.get("use_regex"))),
        "regex_in_slashes": not _SILLY_MARKS.isdisjoint(extensions),
        "case_sensitive": case_sensitive,
        "insertion_order": 100 if order is None else order,
        "priority": coercion.number(source.get("priority")),
        "logic": _one_of(_LOGICS, extensions.get("selectiveLogic"), LoreLogic.AND_ANY),
        "role": _one_of(_ROLES, extensions.get("role"), LoreRole.SYSTEM),
        "position": _position(source.get("position"), extensions.get("position")),
        "delay_until_recursion": _delay(extensions.get("delay_until_recursion")),
    }
    for name, (field, coerce) in _EXTENSION_FIELDS.items():
        value = coerce(extensions.get(name))
        if value not in (None, ""):
            found[field] = value
    return LoreEntry(**found)


def _written(entry: LoreEntry) -> JsonObject:
    """Return what the entry's own fields say; optional ones only where they say something."""
    written: JsonObject = {
        "keys": list(entry.keys),
        "content": entry.content,
        "extensions": _written_extensions(entry),
        "enabled": entry.enabled,
        "insertion_order": entry.insertion_order,
        "use_regex": entry.use_regex,
        "constant": entry.constant,
    }
    optional: JsonObject = {
        "id": entry.id,
        "name": entry.name or None,
        "comment": entry.comment or None,
        "priority": entry.priority,
        "case_sensitive": entry.case_sensitive,
        "selective": entry.selective or None,
        "secondary_keys": list(entry.secondary_keys) or None,
        # Programs read a missing position as after the character.
        "position": "before_char" if entry.position == LorePosition.BEFORE_CHARACTER else None,
    }
    return written | {name: value for name, value in optional.items() if value is not None}


def _written_extensions(entry: LoreEntry) -> JsonObject:
    fields = LoreEntry.model_fields
    written: JsonObject = {}
    for name, (field, _) in _EXTENSION_FIELDS.items():
        value = getattr(entry, field)
        if value != fields[field].default:
            written[name] = value
    if entry.delay_until_recursion is not False:
        written["delay_until_recursion"] = entry.delay_until_recursion
    if entry.position not in (LorePosition.BEFORE_CHARACTER, LorePosition.AFTER_CHARACTER):
        written["position"] = _POSITIONS.index(entry.position)
    if entry.role != LoreRole.SYSTEM:
        written["role"] = _ROLES.index(entry.role)
    if entry.logic != LoreLogic.AND_ANY or entry.regex_in_slashes:
        written["selectiveLogic"] = _LOGICS.index(entry.logic)
    return written


def _identifier(value: Any) -> int | str | None:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool) or not isinstance(value, int | str | float):
        return None
    return coercion.text(value) if isinstance(value, str | float) else value


def _one_of(choices: tuple[Choice, ...], value: Any, default: Choice) -> Choice:  # noqa: ANN401
    index = coercion.whole(value)
    return choices[index] if index is not None and 0 <= index < len(choices) else default


def _position(said: Any, number: Any) -> LorePosition:  # noqa: ANN401 - as above
    """Return the position, by SillyTavern's number where there is one: its word is lossy."""
    is_before = said == "before_char"
    spoken = LorePosition.BEFORE_CHARACTER if is_before else LorePosition.AFTER_CHARACTER
    return _one_of(_POSITIONS, number, spoken)


def _delay(value: Any) -> bool | int:  # noqa: ANN401 - as above
    if isinstance(value, bool):
        return value
    return coercion.whole(value) or False

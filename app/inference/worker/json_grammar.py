"""JSON schemas as grammars of llama.cpp, without a space that the model would pay for.

Only what can be kept to is known: objects with all their properties in order, arrays, strings,
booleans and enums, all bounded. The converter that ships with the bindings takes more, lets line
breaks into strings and writes long ones as nests so deep that reading them ends the process.
Knows no llama.cpp.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from app.inference.worker.failure import fail

LONGEST_SCHEMA = 64 * 1024
MOST_REPEATS = 1000
"""Of characters or items; llama.cpp makes a rule of each."""

_DEEPEST = 12
_KEYS = {
    "object": frozenset({"type", "properties"}),
    "array": frozenset({"type", "items", "minItems", "maxItems"}),
    "string": frozenset({"type", "minLength", "maxLength"}),
    "boolean": frozenset({"type"}),
}
_CHARACTER = r'[^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]'

_Schema = Mapping[str, object]


def grammar_from(schema: str) -> str:
    """Return the grammar of a schema of an object, given as text; raises RequestFailed.

    All properties of an object are required, `maxItems` and `maxLength` have to be there, and
    a keyword that is not kept to is refused.
    """
    if len(schema) > LONGEST_SCHEMA:
        fail("bad-schema", f"a schema of {len(schema):,} characters is too long.")
    try:
        parsed: object = json.loads(schema)
    except (ValueError, RecursionError) as error:
        fail("bad-schema", f"the schema is no JSON ({type(error).__name__}).")
    rules = _Rules()
    root = rules.of(parsed, depth=0)
    # Only an object cannot go on where it may end.
    if not isinstance(parsed, dict) or "properties" not in parsed:
        fail("bad-schema", "the schema is not that of an object.")
    return "\n".join((f"root ::= {root}", *rules.lines, f"character ::= {_CHARACTER}", ""))


class _Rules:
    """The rules of one grammar, as they are found. Owned by `grammar_from`."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def of(self, schema: object, depth: int) -> str:
        """Return the name of the rule for a part of the schema."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            fail("bad-schema", "a part of the schema is no schema, or lies too deep.")
        part = cast("_Schema", schema)
        return self._add(self._body(part, depth))

    def _body(self, part: _Schema, depth: int) -> str:
        if "enum" in part:
            return _one_of(part)
        kind = part.get("type")
        if not isinstance(kind, str) or kind not in _KEYS or not _KEYS[kind].issuperset(part):
            fail("bad-schema", f"{_shown(part)} asks for what cannot be kept to.")
        if kind == "object":
            return self._object(part, depth)
        if kind == "array":
            return self._array(part, depth)
        if kind == "string":
            fewest, most = _bounds(part, "minLength", "maxLength")
            return rf'"\"" character{{{fewest},{most}}} "\""'
        return '"true" | "false"'

    def _object(self, part: _Schema, depth: int) -> str:
        properties = part.get("properties")
        if not isinstance(properties, dict):
            fail("bad-schema", f"{_shown(part)} is an object without properties.")
        members = [
            f"{_literal(json.dumps(name, ensure_ascii=False) + ':')} {self.of(value, depth + 1)}"
            for name, value in cast("Mapping[str, object]", properties).items()
        ]
        return " ".join(('"{"', ' "," '.join(members), '"}"'))

    def _array(self, part: _Schema, depth: int) -> str:
        fewest, most = _bounds(part, "minItems", "maxItems")
        item = self.of(part.get("items"), depth + 1)
        if most == 0:
            return '"[]"'
        further = self._add(f'"," {item}')
        items = f"{item} {further}{{{max(fewest - 1, 0)},{most - 1}}}" if most > 1 else item
        return f'"[" {items} "]"' if fewest else f'"[" ({items})? "]"'

    def _add(self, body: str) -> str:
        name = f"r{len(self.lines)}"
        self.lines.append(f"{name} ::= {body}")
        return name


def _one_of(part: _Schema) -> str:
    values = part["enum"]
    if set(part) - {"enum", "type"} or not isinstance(values, list) or not values:
        fail("bad-schema", f"{_shown(part)} leaves nothing to choose.")
    found = cast("Sequence[object]", values)
    if not all(isinstance(value, str | int | bool | None) for value in found):
        fail("bad-schema", f"{_shown(part)} is a choice of more than words and whole numbers.")
    return " | ".join(_literal(json.dumps(value, ensure_ascii=False)) for value in found)


def _bounds(part: _Schema, fewest_key: str, most_key: str) -> tuple[int, int]:
    fewest, most = part.get(fewest_key, 0), part.get(most_key)
    if type(fewest) is not int or type(most) is not int or not 0 <= fewest <= most <= MOST_REPEATS:
        fail("bad-schema", f"{_shown(part)} needs a {most_key} of {MOST_REPEATS:,} at most.")
    return fewest, most


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shown(part: _Schema) -> str:
    return json.dumps(part)[:80]

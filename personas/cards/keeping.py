"""Foreign fields kept to the letter, and put back where they still mean the same.

`kept` is taken when a file is read: whatever writing our value would not give back. `restored`
adds it to what is written later; a field that was edited since is written as it is now.
Knows no format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from personas.cards.coercion import JsonObject, same

_ABSENT = "dramatis:absent"


def kept(
    original: Mapping[str, Any], written: Mapping[str, Any], required: frozenset[str]
) -> JsonObject:
    """Return the fields of `original` that `written` lacks or says otherwise.

    Fields that `written` adds without need are noted by name.
    """
    fields = {
        name: value
        for name, value in original.items()
        if name not in written or not same(value, written[name])
    }
    absent = [name for name in written if name not in original and name not in required]
    if absent:
        fields[_ABSENT] = absent
    return fields


def restored(
    written: JsonObject,
    fields: Mapping[str, Any],
    known: frozenset[str],
    read: Callable[[JsonObject], object],
    own: object,
) -> JsonObject:
    """Return `written` with the kept fields that leave what `read` makes of it as it is.

    `own` is the value that was written: reading may give it back a little less than whole,
    and then a kept field that gives it whole is as good. Fields that are not `known` are
    always put back.
    """
    result = dict(written)
    odd: JsonObject = {}
    for name, value in fields.items():
        if name != _ABSENT:
            target = odd if name in known else result
            target[name] = value
    absent: list[str] = fields.get(_ABSENT, [])
    if not odd and not absent:
        return result
    whole = {name: value for name, value in {**result, **odd}.items() if name not in absent}
    meant = read(whole)
    if meant == own:
        return whole
    meanings = (own, read(written))
    if meant in meanings:
        return whole
    for name, value in odd.items():
        if read({**result, name: value}) in meanings:
            result[name] = value
    return result

"""What changed between two versions of a persona, field by field, in words.

Each change says where (a dotted path that an editor can jump to), what stood there, what
stands there now, and for long text which words went and came. Knows no version numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import cast

from pydantic import BaseModel

from personas.field_wording import say_field
from personas.fields import Layer
from personas.persona import Persona

_SHORT = 60
_ONLY_SPACES = "only the spaces changed"
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_PASSAGE = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+")
# Comparing word by word is quadratic: beyond this, passages are told apart first.
_MOST_PAIRS = 1_000_000


class WordsAre(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words with one fate; a value, any thread."""

    are: WordsAre
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; a value, any thread.

    `path` leads through the new persona where the field is still there. `before` and `after`
    are empty where nothing stood. `words` covers long text only; `note` is all that is to be
    said where neither shows what changed.
    """

    path: str
    title: str
    before: str
    after: str
    sentence: str
    words: tuple[Words, ...] = ()
    note: str = ""


def describe_difference(old: Persona, new: Persona) -> tuple[Change, ...]:
    """Return what changed, in the order of the persona's fields; nothing when they are equal."""
    return tuple(_layers(old, new, "", ""))


def compare_words(before: str, after: str) -> tuple[Words, ...]:
    """Return the words kept, removed and added, in reading order.

    Kept and removed words make up `before`, kept and added ones `after`, to the letter.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    runs = [
        Words(WordsAre.KEPT, "".join(old[:head])),
        *middle,
        Words(WordsAre.KEPT, "".join(old[len(old) - tail :])),
    ]
    return tuple(run for run in runs if run.text)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many tokens are the same from the start."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> Iterator[Words]:
    """Yield what became of the words, or of whole passages where there are too many words."""
    if len(old) * len(new) <= _MOST_PAIRS:
        yield from _fates(old, new)
        return
    passages = _PASSAGE.findall("".join(old)), _PASSAGE.findall("".join(new))
    if len(passages[0]) * len(passages[1]) <= _MOST_PAIRS:
        yield from _fates(*passages)
        return
    yield Words(WordsAre.REMOVED, "".join(old))
    yield Words(WordsAre.ADDED, "".join(new))


def _fates(old: list[str], new: list[str]) -> Iterator[Words]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for fate, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if fate == "equal":
            yield Words(WordsAre.KEPT, "".join(old[old_start:old_end]))
            continue
        yield Words(WordsAre.REMOVED, "".join(old[old_start:old_end]))
        yield Words(WordsAre.ADDED, "".join(new[new_start:new_end]))


def _layers(old: Layer, new: Layer, path: str, title: str) -> Iterator[Change]:
    for name, field in type(new).model_fields.items():
        field_title = field.title or name
        yield from _values(
            getattr(old, name),
            getattr(new, name),
            f"{path}.{name}" if path else name,
            f"{title}, {field_title}" if title else field_title,
        )


def _values(old: object, new: object, path: str, title: str) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Layer) and isinstance(new, Layer):
        # Most groups need no name beside those of their fields; a book and an entry do.
        is_named = path == "lore" or path.rpartition(".")[2].isdigit()
        yield from _layers(old, new, path, title if is_named else "")
    elif isinstance(old, tuple) and isinstance(new, tuple):
        before, after = cast("tuple[object, ...]", old), cast("tuple[object, ...]", new)
        yield from _lists(before, after, path, title)
    else:
        yield _change(cast("object", old), new, path, title)


def _lists(
    old: tuple[object, ...], new: tuple[object, ...], path: str, title: str
) -> Iterator[Change]:
    keys_before, keys_after = [_key(item) for item in old], [_key(item) for item in new]
    if sorted(keys_before) == sorted(keys_after):
        listed = "; ".join(map(say_field, old)), "; ".join(map(say_field, new))
        note = "the same entries in another order"
        yield Change(path, title, *listed, f"{title}: {note}.", note=note)
        return
    matcher = SequenceMatcher(None, keys_before, keys_after, autojunk=False)
    for fate, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if fate == "equal":
            continue
        left = dict(enumerate(old[old_start:old_end], old_start))
        come = dict(enumerate(new[new_start:new_end], new_start))
        yield from _replaced(left, come, path, title)


def _replaced(
    left: dict[int, object], come: dict[int, object], path: str, title: str
) -> Iterator[Change]:
    """Yield the changes of one stretch of a list: entries of one name are the same entry."""
    pairs = _paired(left, come)
    for new_index, item in come.items():
        where, entry_title = f"{path}.{new_index}", f"{title}{_label(item, new_index)}"
        if new_index in pairs:
            yield from _values(left[pairs[new_index]], item, where, entry_title)
        else:
            yield _change(None, item, where, title)
    gone = set(left) - set(pairs.values())
    for old_index in sorted(gone):
        yield _change(left[old_index], None, path, title)


def _paired(left: dict[int, object], come: dict[int, object]) -> dict[int, int]:
    """Return which old entry each new one continues, by index: by name, then by place."""
    pairs: dict[int, int] = {}
    names = {name: index for index, item in left.items() if (name := _name(item))}
    for index, item in come.items():
        name = _name(item)
        if name in names:
            pairs[index] = names.pop(name)
    free_old = [index for index in left if index not in pairs.values()]
    free_new = [index for index in come if index not in pairs]
    # Entries with names are other people when their names differ; only the nameless are mended.
    nameless_old = [index for index in free_old if not _name(left[index])]
    nameless_new = [index for index in free_new if not _name(come[index])]
    pairs.update(zip(nameless_new, nameless_old, strict=False))
    return pairs


def _name(item: object) -> str:
    name = getattr(item, "name", "")
    return name if isinstance(name, str) else ""


def _label(item: object, index: int) -> str:
    name = _name(item)
    return f", {name}" if name else f" {index + 1}"


def _key(item: object) -> str:
    """Return a text that two entries share when they are equal, and only then."""
    return item.model_dump_json() if isinstance(item, BaseModel) else repr(item)


def _change(old: object, new: object, path: str, title: str) -> Change:
    before, after = say_field(old), say_field(new)
    words: tuple[Words, ...] = ()
    note = ""
    if not before:
        sentence = f"{title}: {_quoted(after)} is new."
    elif not after:
        sentence = f"{title}: {_quoted(before)} was taken out."
    elif isinstance(old, dict):
        note = "changed"
        sentence = f"{title}: {note}."
    elif isinstance(old, str) and max(len(before), len(after)) > _SHORT:
        words = compare_words(before, after)
        counted = _counted(words)
        note = counted if counted == _ONLY_SPACES else ""
        sentence = f"{title}: {counted}."
    else:
        sentence = f"{title}: {_quoted(before)} became {_quoted(after)}{_by_how_much(old, new)}."
    return Change(path, title, before, after, sentence, words, note)


def _quoted(text: str) -> str:
    shown = " ".join(text.split())
    return f"“{shown}”" if len(shown) <= _SHORT else f"“{shown[: _SHORT - 1].rstrip()}…”"


def _counted(words: tuple[Words, ...]) -> str:
    removed, added = (
        sum(len(run.text.split()) for run in words if run.are is fate)
        for fate in (WordsAre.REMOVED, WordsAre.ADDED)
    )
    if not removed and not added:
        return _ONLY_SPACES
    said = [
        f"{count} {'word' if count == 1 else 'words'} {what}"
        for count, what in ((removed, "taken out"), (added, "put in"))
        if count
    ]
    return ", ".join(said)


def _by_how_much(old: object, new: object) -> str:
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return ""
    if isinstance(old, bool) or isinstance(new, bool):
        return ""
    gap = new - old
    return f" ({'up' if gap > 0 else 'down'} {abs(gap):.2g})"

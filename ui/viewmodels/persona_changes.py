"""What differs between two wordings of a character, under the headings of the editor.

Field by field with the forms' own titles; of long texts the words that changed with a few
around them. Pure values; knows no widget.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from personas.difference import Change, Words, WordsAre, describe_difference
from personas.persona import Persona
from personas.pronouns import pronouns_for
from ui.viewmodels.form_fields import FieldKind, FieldPath, words_for
from ui.viewmodels.persona_sections import SECTIONS, field_at, path_from_dots, section_of

_AROUND = 80
_WORDS_AT_THE_END = re.compile(rf"(?<!\S)\S.{{0,{_AROUND}}}\Z", re.DOTALL)
_WORDS_AT_THE_START = re.compile(rf"\A.{{0,{_AROUND}}}\S(?!\S)", re.DOTALL)
_CRUMB = 3
_LEAST_SHARE = 0.3
_MOST_NAMED = 3
_GAP = " \u2026 "
_CARD = "About the card"


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field: its title, what became of its words line by line, and all of it spoken."""

    title: str
    lines: tuple[tuple[Words, ...], ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """The fields of one heading that changed. A value, any thread."""

    title: str
    fields: tuple[ChangedField, ...]


def tell_changes(old: Persona, new: Persona) -> tuple[ChangedSection, ...]:
    """Return what changed from `old` to `new`, in the order of the editor's headings."""
    pronouns = pronouns_for(new.social)
    titles = {section.key: section.title(pronouns) for section in SECTIONS}
    found: dict[str, list[Change]] = {title: [] for title in (*titles.values(), _CARD)}
    for change in describe_difference(old, new):
        key = section_of(path_from_dots(change.path))
        found[titles[key] if key is not None else _CARD].append(change)
    return tuple(
        ChangedSection(
            heading,
            tuple(
                _changed_field(title, tuple(alike))
                for title, alike in groupby(changes, lambda change: change.title)
            ),
        )
        for heading, changes in found.items()
        if changes
    )


def name_changes(old: Persona, new: Persona) -> str:
    """Return which fields differ, in a few words: "Tags, Past and 2 more".

    Looks at whole values only, so that a long list of versions costs little.
    """
    named = list(dict.fromkeys(_changed_titles(old, new)))
    if not named:
        return "Nothing differs"
    if len(named) > _MOST_NAMED + 1:
        return f"{', '.join(named[:_MOST_NAMED])} and {len(named) - _MOST_NAMED} more"
    *first, last = named
    return f"{', '.join(first)} and {last}" if first else last


def _changed_titles(old: Persona, new: Persona) -> list[str]:
    titles = [
        group.title if group.is_scores else field.title
        for section in SECTIONS
        for group in section.groups
        for field in group.fields
        if _value(old, path := (*group.path, field.name)) != _value(new, path)
    ]
    if old.lore != new.lore:
        titles.append("Lore")
    if old.origin != new.origin:
        titles.append(_CARD)
    return titles


def _value(persona: Persona, path: FieldPath) -> object:
    return reduce(lambda holder, step: getattr(holder, str(step)), path, persona)


def _changed_field(title: str, changes: Sequence[Change]) -> ChangedField:
    return ChangedField(
        title,
        tuple(_line(change) for change in changes),
        " ".join(_spoken(change) for change in changes),
    )


def _spoken(change: Change) -> str:
    """Return the change as a screen reader says it: marks upon words cannot be heard."""
    fates = ((WordsAre.REMOVED, "Taken out"), (WordsAre.ADDED, "Put in"))
    told = [change.sentence]
    runs = _gathered(change.words)
    for fate, what in fates:
        texts = [run.text.strip() for run in runs if run.are is fate and run.text.strip()]
        if texts:
            told.append(f"{what}: {_GAP.join(texts)}.")
    return " ".join(told)


def _line(change: Change) -> tuple[Words, ...]:
    """Return what became of the words of one change; a note stands as if it were kept."""
    if change.note:
        return (Words(WordsAre.KEPT, f"{change.note[0].upper()}{change.note[1:]}."),)
    if change.words:
        return _shortened(change.words)
    field = field_at(path_from_dots(change.path))
    is_choice = field is not None and field.kind == FieldKind.CHOICE
    before, after = (
        words_for(text) if is_choice else text for text in (change.before, change.after)
    )
    removed, added = Words(WordsAre.REMOVED, before), Words(WordsAre.ADDED, after)
    if before and after:
        return (removed, Words(WordsAre.KEPT, " "), added)
    return (removed,) if before else (added,)


def _shortened(words: Sequence[Words]) -> tuple[Words, ...]:
    """Return the runs with no more than a few words kept on either side of a change."""
    runs = _gathered(words)
    last = len(runs) - 1
    return tuple(
        Words(run.are, _excerpt(run.text, number == 0, number == last))
        if run.are is WordsAre.KEPT
        else run
        for number, run in enumerate(runs)
    )


def _gathered(words: Sequence[Words]) -> list[Words]:
    """Return the runs with changes that almost touch as one: a lone "the" kept tells nobody much.

    A text of which little is left is taken out and put in whole.
    """
    kept = sum(len(run.text) for run in words if run.are is WordsAre.KEPT)
    is_other = kept < _LEAST_SHARE * sum(len(run.text) for run in words)
    runs: list[Words] = []
    removed = added = ""
    for number, run in enumerate(words):
        is_inside = 0 < number < len(words) - 1
        is_crumb = is_other or (is_inside and len(run.text.strip()) <= _CRUMB)
        if run.are is not WordsAre.KEPT or is_crumb:
            removed += run.text if run.are is not WordsAre.ADDED else ""
            added += run.text if run.are is not WordsAre.REMOVED else ""
            continue
        runs += [*_both(removed, added), run]
        removed = added = ""
    return [*runs, *_both(removed, added)]


def _both(removed: str, added: str) -> list[Words]:
    space = removed[len(removed.rstrip()) :] or " "
    gone, new = Words(WordsAre.REMOVED, removed.rstrip()), Words(WordsAre.ADDED, added)
    if removed.strip() and added.strip():
        return [gone, Words(WordsAre.KEPT, space), new]
    return [Words(run.are, text) for run, text in ((gone, removed), (new, added)) if text]


def _excerpt(text: str, is_first: bool, is_last: bool) -> str:
    """Return the end of a first text, the start of a last one, both of one in between."""
    if len(text) <= _AROUND * (1 if is_first or is_last else 2):
        return text
    start = _WORDS_AT_THE_START.search(text)
    end = _WORDS_AT_THE_END.search(text)
    head = "" if is_first else start.group() if start else text[:_AROUND]
    tail = "" if is_last else end.group() if end else text[-_AROUND:]
    return f"{head}{_GAP}{tail}"

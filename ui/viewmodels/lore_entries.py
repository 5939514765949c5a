"""A book's entries as rows and as things to add, copy, move and remove; pure.

Drafts are plain JSON data and are never changed in place, so that an entry that stayed the
same is the same object: what was read of it once is kept. Knows no widget.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from app.services.previews import reckon_tokens
from app.services.reviewing import key_fault
from personas.lorebook import LoreEntry
from ui.viewmodels.lore_rows import LoreRow, LoreRowKind

EntryDraft = Mapping[str, Any]
NAMELESS = "Without a name"
_LISTED_KEYS = 6
_BY_ORDER = itemgetter(0, 1)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of one entry. `entry` holds on to it, so that its identity stays its own."""

    entry: EntryDraft
    row: LoreRow
    words: str
    order: float


class EntryRows:
    """Makes rows of entries and remembers them. GUI thread; owned by a book's editor."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: dict[int, _Read] = {}

    def build(self, entries: Sequence[EntryDraft], words: str = "") -> list[LoreRow]:
        """Return the rows in the order in which entries are put in, those with the words."""
        before, self._known = self._known, {}
        read: list[tuple[float, int, _Read]] = []
        for number, entry in enumerate(entries):
            known = before.get(id(entry)) or _read(entry)
            if known.row.key != (0, number):
                known = replace(known, row=replace(known.row, key=(0, number)))
            self._known[id(entry)] = known
            read.append((known.order, number, known))
        wanted = words.casefold().split()
        if wanted:
            read = [item for item in read if all(word in item[2].words for word in wanted)]
        read.sort(key=_BY_ORDER)
        return [known.row for _, _, known in read]


def blank_entry(entries: Sequence[EntryDraft]) -> dict[str, Any]:
    """Return a new entry for the end of a book: last in order."""
    highest = max((_order(entry) for entry in entries), default=0)
    order = int(min(highest, 1_000_000)) if entries else 100
    return LoreEntry(insertion_order=order).model_dump(mode="json")


def copy_of(entry: EntryDraft) -> dict[str, Any]:
    """Return a copy that is an entry of its own: another name, no number yet."""
    name = str(entry.get("name") or entry.get("comment") or "")
    return {**entry, "id": None, "name": f"{name} (copy)".strip()}


def moved(
    entries: Sequence[EntryDraft], number: int, step: int
) -> tuple[list[EntryDraft], int] | None:
    """Return the entries with one a step further up (-1) or down (1), and its number then.

    Neighbours exchange both their orders and their places in the book, which decide among
    equals. None where there is no neighbour.
    """
    in_order = sorted(range(len(entries)), key=lambda one: (_order(entries[one]), one))
    place = in_order.index(number) + step
    if not 0 <= place < len(in_order):
        return None
    other = in_order[place]
    mine, theirs = entries[number], entries[other]
    changed = list(entries)
    changed[number] = {**theirs, "insertion_order": mine.get("insertion_order")}
    changed[other] = {**mine, "insertion_order": theirs.get("insertion_order")}
    return changed, other


def entry_problems(entry: EntryDraft) -> dict[str, str]:
    """Return a sentence for each field whose patterns cannot be used."""
    found: dict[str, str] = {}
    all_are_patterns = bool(entry.get("use_regex")) and not entry.get("regex_in_slashes")
    for name in ("keys", "secondary_keys"):
        for key in entry.get(name) or ():
            text = str(key).strip()
            if text and (fault := key_fault(text, all_are_patterns=all_are_patterns)):
                found.setdefault(name, f"The pattern {text} cannot be used: {fault}.")
    return found


def say_cost(entry: EntryDraft) -> str:
    """Return what an entry costs, and whether nothing can bring it up."""
    text = str(entry.get("content") or "")
    words = f"about {reckon_tokens(text):,} tokens"
    if not text.strip():
        return "It says nothing yet, so it does not come up."
    is_keyless = not any(str(key).strip() for key in entry.get("keys") or ())
    if is_keyless and not entry.get("constant") and "@@" not in text:
        return f"{words} \u00b7 nothing brings it up: it has no keys"
    return words


def _read(entry: EntryDraft) -> _Read:
    title = _title(entry)
    keys = [text for key in entry.get("keys") or () if (text := str(key).strip())]
    is_constant, is_enabled = bool(entry.get("constant")), bool(entry.get("enabled"))
    line = "Always" if is_constant else ", ".join(keys[:_LISTED_KEYS]) or "No keys"
    order = _order(entry)
    problem = next(iter(entry_problems(entry).values()), "")
    state = "" if is_enabled else ", switched off"
    row = LoreRow(
        LoreRowKind.ROW,
        (0, 0),
        title,
        line,
        f"{order:g}",
        is_enabled,
        is_faded=not is_enabled,
        problem=problem,
        spoken=f"{title}, {line}, order {order:g}{state}{f'. {problem}' if problem else ''}",
        tip=", ".join(keys),
    )
    others = " ".join(str(key) for key in entry.get("secondary_keys") or ())
    words = f"{title} {' '.join(keys)} {others} {entry.get('content')} {entry.get('comment')}"
    return _Read(entry, row, words.casefold(), order)


def _title(entry: EntryDraft) -> str:
    first = next((text for key in entry.get("keys") or () if (text := str(key).strip())), "")
    return str(entry.get("name") or entry.get("comment") or first or NAMELESS)


def _order(entry: EntryDraft) -> float:
    order = entry.get("insertion_order")
    return float(order) if isinstance(order, int | float) and math.isfinite(order) else 0.0

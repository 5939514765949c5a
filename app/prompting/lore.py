"""What of a world comes up in this turn, why, and what there is room for.

Entries stand in one block near the tail, before the newest words, as quoted data: other
programs' positions only order them. Pure: the same path, books and seed give the same block,
for a reply that is written again as for one that is replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.lore import FiredLore
from app.prompting.lore_activation import Activation
from app.prompting.lore_matching import Verdict
from app.prompting.lore_rules import LoreRule, finite, read_rules
from app.prompting.lore_scene import LoreScene
from app.prompting.memories import TokenCounter
from personas.lorebook import Lorebook, LoreEntry

LORE_SHARE = 0.1
"""The most of the context that lore may take, where its books do not ask for less."""

MOST_FIRED = 500
"""So many entries are weighed for room, those with the highest priority."""

_OPENING = "[What is known here:"


@dataclass(frozen=True, slots=True)
class LoreFiring:
    """What became of one entry in one turn. Any thread.

    `reason` says why its conditions were met and is empty where they were not. It fired when
    neither its group nor chance kept it out; `placed` when it is in the prompt too. `why_not`
    says what kept it out, and is empty only when it was placed. `text` is its line in the
    block, and `tokens` what that costs.
    """

    entry: LoreEntry
    book: str
    reason: str
    fired: bool
    placed: bool
    why_not: str
    tokens: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A fired entry with its line and cost. One call."""

    rule: LoreRule
    verdict: Verdict
    line: str
    tokens: int


def lore_budget(books: Sequence[Lorebook], context_tokens: int) -> int:
    """Return how many tokens to set aside for lore: the same for a whole conversation."""
    share = int(context_tokens * LORE_SHARE)
    asked = [
        _book_budget(book, share) for book in books if any(entry.enabled for entry in book.entries)
    ]
    return min(share, sum(asked))


def fire_lore(
    books: Sequence[Lorebook], scene: LoreScene, budget: int, count_tokens: TokenCounter
) -> tuple[LoreFiring, ...]:
    """Return what became of every entry: first those placed, in the order of the block.

    Then those that fired and found no room, and the rest in the order of the books. What is
    placed costs `budget` tokens at most.
    """
    rules = read_rules(books)
    if not rules:
        return ()
    verdicts = Activation(rules, scene).now()
    candidates, too_many = _candidates(rules, verdicts, scene, count_tokens)
    placed, refused = _packed(candidates, budget)
    firings = [_weighed(item) for item in sorted(placed, key=lambda item: item.rule.place)]
    firings += [_weighed(item, why_not) for item, why_not in refused]
    firings += [_crowded_out(rule, verdicts[rule.number]) for rule in too_many]
    weighed = {rule.number for rule in (*too_many, *(item.rule for item in candidates))}
    firings += [
        _unfired(rule, verdicts[rule.number]) for rule in rules if rule.number not in weighed
    ]
    return tuple(firings)


def lore_block(firings: Sequence[LoreFiring]) -> str:
    """Return the block for the placed ones, or nothing."""
    lines = [firing.text for firing in firings if firing.placed]
    return "\n".join((_OPENING, *lines, "]")) if lines else ""


def fired_lore(firings: Sequence[LoreFiring]) -> tuple[FiredLore, ...]:
    """Return the record of what fired, for the request."""
    return tuple(
        FiredLore(firing.entry.label, firing.reason, firing.tokens, firing.placed)
        for firing in firings
        if firing.fired
    )


def _candidates(
    rules: Sequence[LoreRule],
    verdicts: dict[int, Verdict],
    scene: LoreScene,
    count_tokens: TokenCounter,
) -> tuple[list[_Candidate], list[LoreRule]]:
    """Return what fired, the most wanted first, and what would be too many to weigh."""
    fired = sorted((rule for rule in rules if _has_fired(verdicts[rule.number])), key=_urgency)
    weighed, too_many = fired[:MOST_FIRED], fired[MOST_FIRED:]
    lines = [_line(scene.expand(rule.text).strip()) for rule in weighed]
    costs = count_tokens(lines) if lines else []
    candidates = [
        _Candidate(rule, verdicts[rule.number], line, cost)
        for rule, line, cost in zip(weighed, lines, costs, strict=True)
    ]
    return candidates, too_many


def _packed(
    candidates: Sequence[_Candidate], budget: int
) -> tuple[list[_Candidate], list[tuple[_Candidate, str]]]:
    """Fill the budget, and each book's own, in order; what is too long is passed over."""
    placed: list[_Candidate] = []
    refused: list[tuple[_Candidate, str]] = []
    spent = 0
    spent_by_book: dict[int, int] = {}
    for item in candidates:
        rule = item.rule
        of_book = spent_by_book.get(rule.book_number, 0)
        room = budget - spent
        if not rule.entry.ignore_budget:
            room = min(room, _book_budget(rule.book, budget) - of_book)
        if item.tokens > room:
            why_not = f"It takes {item.tokens} tokens and {max(room, 0)} are left."
            refused.append((item, why_not))
            continue
        placed.append(item)
        spent += item.tokens
        if not rule.entry.ignore_budget:
            spent_by_book[rule.book_number] = of_book + item.tokens
    return placed, refused


def _urgency(rule: LoreRule) -> tuple[float, ...]:
    """Return what decides who gets room first; lower comes first."""
    entry = rule.entry
    priority = finite(entry.priority if entry.priority is not None else entry.insertion_order)
    return (rule.yields_first, not entry.ignore_budget, -priority, not entry.constant, rule.number)


def _book_budget(book: Lorebook, otherwise: int) -> int:
    """Return the book's own budget; nought means that it has none."""
    asked = book.token_budget or 0
    return asked if asked > 0 else otherwise


def _line(text: str) -> str:
    # Set in, so that no line of an entry reads as the end of the block.
    return "- " + text.replace("\n", "\n  ")


def _has_fired(verdict: Verdict) -> bool:
    return bool(verdict.reason) and not verdict.why_not


def _weighed(item: _Candidate, why_not: str = "") -> LoreFiring:
    return LoreFiring(
        entry=item.rule.entry,
        book=item.rule.book.name,
        reason=item.verdict.reason,
        fired=True,
        placed=not why_not,
        why_not=why_not,
        tokens=item.tokens,
        text=item.line,
    )


def _crowded_out(rule: LoreRule, verdict: Verdict) -> LoreFiring:
    why_not = f"More than {MOST_FIRED} entries came up, and others go first."
    return LoreFiring(rule.entry, rule.book.name, verdict.reason, True, False, why_not)


def _unfired(rule: LoreRule, verdict: Verdict) -> LoreFiring:
    return LoreFiring(rule.entry, rule.book.name, verdict.reason, False, False, verdict.why_not)

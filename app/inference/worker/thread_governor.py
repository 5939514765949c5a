"""Which thread count to compute with next, found out while computing.

The count that is best on an idle machine can be several times slower than a smaller one as
soon as another program takes a core, and that changes from second to second. Knows no model
and no clock: it is told what every piece of work took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST_TOKENS = 512
FEWEST_TOKENS = 32

_FIRST_TOKENS = 64
_LONG_SECONDS = 1.0
_SHORT_SECONDS = 0.5
_WINDOW_SECONDS = 0.25
_CLEARLY_FASTER = 1.1
_MUCH_SLOWER = 0.5
_FIRST_PATIENCE, _LONGEST_PATIENCE = 2.0, 30.0
_PATIENCE_PER_COST = 5.0


def thread_candidates(preferred: int) -> tuple[int, ...]:
    """Return the counts worth trying below the preferred one, and that one, ascending."""
    return tuple(sorted({1, max(1, preferred // 2), preferred}))


class ThreadGovernor:
    """Chooses threads and slice length for one kind of work. Owned by the chat; compute thread.

    Much slower than before: the smaller counts get a short piece of work each, and the
    fastest stays. Lowered: after a while, and when the next request begins, the larger ones
    get another chance, as they all do on a busy machine. Trials that change nothing become
    rarer, so that they stay cheap.
    """

    def __init__(
        self,
        candidates: Iterable[int],
        *,
        fewest_tokens: int = FEWEST_TOKENS,
        window_tokens: int = 1,
        best_rates: Mapping[int, float] | None = None,
    ) -> None:
        """Start with the largest candidate.

        Pieces of fewer than `fewest_tokens` say nothing: each of their tokens takes longer.
        The others count once `window_tokens` came together, or a quarter of a second.
        `best_rates` are tokens a second that were measured before, by thread count.
        """
        self._candidates = tuple(sorted(set(candidates)))
        self._fewest_tokens = fewest_tokens
        self._window_tokens = window_tokens
        self._best = dict(best_rates or {})
        self._home = self._candidates[-1]
        self._rate = 0.0  # of the home count, lately; 0 is unknown
        self._trials: list[int] = []
        self._tried: dict[int, float] = {}
        self._trial_seconds = 0.0
        self._waited = 0.0
        self._patience = _FIRST_PATIENCE
        self._slice_tokens = _FIRST_TOKENS
        self._tokens, self._seconds = 0, 0.0

    @property
    def threads(self) -> int:
        """How many threads to use for the next piece."""
        return self._trials[0] if self._trials else self._home

    @property
    def slice_tokens(self) -> int:
        """How many tokens to read in the next piece: about a second's work, fewer in a trial."""
        return FEWEST_TOKENS if self._trials else self._slice_tokens

    def begin(self, most: int) -> None:
        """Begin with a request on a machine that has room for `most` threads just now."""
        start = max((count for count in self._candidates if count <= most), default=0)
        self._tokens, self._seconds = 0, 0.0
        self._slice_tokens = _FIRST_TOKENS
        self._patience = _FIRST_PATIENCE
        self._trials = []
        counts = {self._home, start or self._candidates[0], self._candidates[-1]}
        if len(counts) > 1:
            # Who was busy may be gone, and what was slow may be quick: nothing old counts.
            self._rate = 0.0
            self._try(sorted(counts))

    def note(self, tokens: int, seconds: float) -> None:
        """Learn what a piece of work with `threads` took."""
        if tokens < self._fewest_tokens:
            return
        self._tokens += tokens
        self._seconds += seconds
        if self._tokens < self._window_tokens and self._seconds < _WINDOW_SECONDS:
            return
        tokens, seconds = self._tokens, max(self._seconds, 1e-6)
        self._tokens, self._seconds = 0, 0.0
        if self._trials:
            self._note_trial(tokens / seconds, seconds)
        else:
            self._note_home(tokens, seconds)

    def _note_home(self, tokens: int, seconds: float) -> None:
        rate = tokens / seconds
        self._waited += seconds
        known = self._rate or self._best.get(self._home, 0.0)
        has_collapsed = rate < known * _MUCH_SLOWER
        # Upwards at once and downwards by halves: one hiccup is soon forgotten, and a long
        # prompt, whose later parts take longer, is no collapse.
        self._rate = rate if has_collapsed else max(rate, (rate + known) / 2)
        self._best[self._home] = max(rate, self._best.get(self._home, 0.0))
        self._resize(tokens, seconds, has_collapsed=has_collapsed)
        self._try(self._worth_trying(has_collapsed, seconds))

    def _worth_trying(self, has_collapsed: bool, seconds: float) -> list[int]:
        lower = [count for count in reversed(self._candidates) if count < self._home]
        higher = [count for count in self._candidates if count > self._home]
        if has_collapsed:
            return lower
        knows_lower = not lower or any(count in self._best for count in lower)
        if seconds >= _SHORT_SECONDS and not knows_lower:
            # Slow work and nothing to hold it against: one look at the next count.
            return lower[:1]
        if self._waited < self._patience:
            return []
        is_slow = self._rate < self._best[self._home] * _MUCH_SLOWER
        return higher + (lower if is_slow else [])

    def _try(self, counts: list[int]) -> None:
        if counts:
            self._trials = counts
            self._tried = {}
            self._trial_seconds = self._waited = 0.0

    def _note_trial(self, rate: float, seconds: float) -> None:
        count = self._trials.pop(0)
        self._tried[count] = rate
        self._best[count] = max(rate, self._best.get(count, 0.0))
        self._trial_seconds += seconds
        if self._trials:
            return
        fastest = max(self._tried.values())
        if fastest > self._rate * _CLEARLY_FASTER:
            near = fastest / _CLEARLY_FASTER
            self._home = min(count for count, rate in self._tried.items() if rate >= near)
            self._rate = self._tried[self._home]
            self._patience = _FIRST_PATIENCE
        else:
            longer = max(self._patience * 2, self._trial_seconds * _PATIENCE_PER_COST)
            self._patience = min(longer, _LONGEST_PATIENCE)

    def _resize(self, tokens: int, seconds: float, *, has_collapsed: bool) -> None:
        if has_collapsed:
            self._slice_tokens = min(self._slice_tokens, _FIRST_TOKENS)
        if seconds > _LONG_SECONDS:
            self._slice_tokens = max(FEWEST_TOKENS, self._slice_tokens // 2)
        elif seconds < _SHORT_SECONDS and tokens >= self._slice_tokens:
            self._slice_tokens = min(MOST_TOKENS, self._slice_tokens * 2)

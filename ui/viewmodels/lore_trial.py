"""The test bench: what is said, what comes up of the books, in which order, and why.

Tries after a short pause, off the GUI thread, one trial at a time. Knows the lore service and
no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from personas.lorebook import Lorebook
from personas.persona import Persona
from ui.bridge import deliver
from ui.viewmodels.lore_entries import NAMELESS
from ui.viewmodels.lore_rows import LoreListModel, LoreRow, LoreRowKind, RowKey

if TYPE_CHECKING:
    from app.prompting.lore import LoreFiring
    from app.services.lore import LoreService
    from app.services.lore_trials import LoreTrial

_PAUSE_MILLISECONDS = 150


@dataclass(frozen=True, slots=True)
class TrialSubject:
    """What is tried: the books in their order, and who speaks where that is known. A value."""

    books: tuple[Lorebook, ...]
    persona: Persona | None = None


class LoreTrialViewModel(QObject):
    """What the bench shows. GUI thread; owned by the screen it stands on.

    Signals:
        changed: another result.
        failed(AppError): a trial did not work.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, lore: LoreService, subject: Callable[[], TrialSubject], parent: QObject | None = None
    ) -> None:
        """Try nothing before somebody watches."""
        super().__init__(parent)
        self.model = LoreListModel()
        self._lore = lore
        self._subject = subject
        self._earlier: tuple[str, ...] = ()
        self._message = ""
        self._throw = 0
        self._trial: LoreTrial | None = None
        self._is_watched = self._is_trying = self._is_stale = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._try)

    @property
    def summary(self) -> str:
        """The result in a line."""
        trial = self._trial
        if trial is None:
            return ""
        if not trial.firings:
            return "There are no entries to try."
        placed = sum(firing.placed for firing in trial.firings)
        count = f"{placed:,}" if placed else "None"
        return (
            f"{count} of {_some(len(trial.firings), 'entry', 'entries')} would be in the prompt "
            f"\u00b7 about {trial.tokens:,} of {trial.budget:,} tokens"
        )

    @property
    def share(self) -> float:
        """How much of the budget is used, from 0 to 1."""
        trial = self._trial
        return min(1.0, trial.tokens / trial.budget) if trial and trial.budget else 0.0

    @property
    def has_chance(self) -> bool:
        """Whether another throw of the dice could come out otherwise."""
        return any(
            (entry.use_probability and entry.probability < 100) or entry.group
            for book in self._subject().books
            for entry in book.entries
        )

    def say(self, message: str, earlier: Iterable[str]) -> None:
        """Try another message after other lines; the last of them is the character's."""
        said = (message, tuple(earlier))
        if said != (self._message, self._earlier):
            self._message, self._earlier = said
            self.refresh()

    def throw_again(self) -> None:
        """Try with another throw of the dice."""
        self._throw += 1
        self.refresh()

    def watch(self, *, is_watched: bool) -> None:
        """Begin or stop following the books."""
        self._is_watched = is_watched
        if is_watched:
            self._try()
        else:
            self._pause.stop()

    def refresh(self) -> None:
        """Try again soon: something was said, or the books changed."""
        if self._is_watched and not self._pause.isActive():
            # Not restarted: whoever types without a pause sees the result follow as well.
            self._pause.start()

    def _try(self) -> None:
        if self._is_trying:
            self._is_stale = True
            return
        subject = self._subject()
        said = [*self._earlier, self._message]
        self._is_trying = True
        seed = str(self._throw) if self._throw else ""
        future = self._lore.try_out(subject.books, said, persona=subject.persona, seed=seed)

        def take(trial: LoreTrial) -> None:
            self._trial = trial
            self.model.replace(_rows(trial.firings, subject.books))
            self._end()
            self.changed.emit()

        def fail(error: object) -> None:
            self._end()
            self.failed.emit(error)

        deliver(future, self, take, fail)

    def _end(self) -> None:
        self._is_trying = False
        if self._is_stale:
            self._is_stale = False
            self.refresh()


def _rows(firings: Sequence[LoreFiring], books: Sequence[Lorebook]) -> list[LoreRow]:
    """Return what is in the prompt, in its order, then what came up in vain, then the rest."""
    keys = {
        id(entry): (place, number)
        for place, book in enumerate(books)
        for number, entry in enumerate(book.entries)
    }
    several = len(books) > 1
    placed = [one for one in firings if one.placed]
    lost = [one for one in firings if one.reason and not one.placed]
    silent = [one for one in firings if not one.reason]
    rows: list[LoreRow] = []
    for heading, group in (
        ("In the prompt", placed),
        ("Came up and left out", lost),
        ("Not brought up", silent),
    ):
        if group:
            rows.append(LoreRow(LoreRowKind.HEADING, heading, f"{heading} \u00b7 {len(group):,}"))
        rows += [_row(one, keys[id(one.entry)], several=several) for one in group]
    return rows


def _row(firing: LoreFiring, key: RowKey, *, several: bool) -> LoreRow:
    why = " ".join(part for part in (firing.reason, firing.why_not) if part)
    book = f" In \u201c{firing.book}\u201d." if several and firing.book else ""
    mark = f"about {firing.tokens:,} tokens" if firing.tokens else ""
    tokens = f", about {firing.tokens:,} tokens" if firing.tokens else ""
    entry = firing.entry
    is_named = bool(entry.name or entry.comment or any(key.strip() for key in entry.keys))
    title = entry.label if is_named else NAMELESS
    return LoreRow(
        LoreRowKind.TALL if firing.reason else LoreRowKind.ROW,
        key,
        title,
        why + book,
        mark,
        is_faded=not firing.placed,
        spoken=f"{title}{tokens}. {why}{book}",
        tip=f"{why}{book}\n\n{firing.text}".strip(),
    )


def _some(count: int, word: str, words: str) -> str:
    return f"1 {word}" if count == 1 else f"{count:,} {words}"

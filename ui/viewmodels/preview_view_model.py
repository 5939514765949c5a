"""The sheet as the model reads it, while it is being written: texts, tokens, findings.

Follows the persona's view-model after a short pause. Tokens are reckoned at once, and
counted by the model when it has time. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from personas.review import Finding
from ui.bridge import EventBridge, deliver
from ui.viewmodels.persona_sections import SECTION_OF_PART, SectionKey
from ui.viewmodels.persona_view_model import PersonaViewModel

if TYPE_CHECKING:
    from app.services.previews import PreviewService, SheetPreview

_PAUSE_MILLISECONDS = 200
_LEARNING_PAUSE_MILLISECONDS = 1_000
_BEGINNING = 130
_MOST_LINES = 5
# A short line takes about this many letters' room from the others.
_LEAST_LINE = 24


@dataclass(frozen=True, slots=True)
class PreviewSection:
    """One section: its title, its text, its tokens, and whether the model counted them.

    `part` is its stable name in the sheet.
    """

    part: str
    title: str
    text: str
    tokens: int
    is_counted: bool

    @property
    def beginning(self) -> str:
        """The first words in lines as the sheet has them, with dots where more follows.

        A heading that says what the title says is left out.
        """
        lines: list[str] = []
        room = _BEGINNING
        heading, _, rest = self.text.partition("\n")
        says_title = heading.rstrip(":").casefold() == self.title.casefold()
        for line in (rest if says_title else self.text).splitlines():
            if room < _LEAST_LINE or len(lines) == _MOST_LINES:
                return "\n".join(lines) + " \u2026"
            plain = " ".join(line.split())
            lines.append(shorten(plain, room, placeholder=" \u2026"))
            if lines[-1] != plain:
                break
            room -= max(len(plain), _LEAST_LINE)
        return "\n".join(lines)

    @property
    def cost(self) -> str:
        """The tokens in words; "about" while they are only reckoned."""
        return _say_tokens((self,))


class PreviewViewModel(QObject):
    """What stands beside the editor. GUI thread; owned by the session.

    Signals:
        changed: other sections, tokens or findings.
    """

    changed = Signal()

    def __init__(
        self, sheet: PersonaViewModel, previews: PreviewService, bridge: EventBridge
    ) -> None:
        """Follow the sheet; nothing is read while nobody watches."""
        super().__init__()
        self._sheet = sheet
        self._previews = previews
        self._preview: SheetPreview | None = None
        self._counts: dict[str, int] = {}
        self._is_watched = False
        self._is_reading = False
        self._is_counting = False
        self._is_stale = False
        self._is_learning = False
        # Meanings are measured when the typing rests: half a sentence has none worth knowing.
        self._rest = QTimer(self, singleShot=True, interval=_LEARNING_PAUSE_MILLISECONDS)
        self._rest.timeout.connect(self._learn)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._read)
        sheet.opened.connect(self._follow)
        sheet.value_changed.connect(self._follow)
        bridge.engine_state_changed.connect(self._recount)

    @property
    def sections(self) -> tuple[PreviewSection, ...]:
        """The sections in the order in which the model reads them."""
        preview = self._preview
        if preview is None:
            return ()
        return tuple(
            PreviewSection(
                section.name,
                section.title,
                section.text,
                self._counts.get(section.text, reckoned),
                section.text in self._counts,
            )
            for section, reckoned in zip(preview.sections, preview.reckoned, strict=True)
        )

    @property
    def total(self) -> str:
        """All tokens in words, against the context where it is known."""
        words = _say_tokens(self.sections)
        context = self._preview.context_tokens if self._preview else None
        return f"{words} of {context:,} tokens" if context else f"{words} tokens"

    def cost_of(self, key: SectionKey) -> str:
        """What is written under one heading costs, in words; empty where it costs nothing."""
        written = tuple(
            section for section in self.sections if SECTION_OF_PART.get(section.part) == key
        )
        return _say_tokens(written) if written else ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What there is to look at, the gravest first."""
        return self._preview.findings if self._preview else ()

    def watch(self, *, is_watched: bool) -> None:
        """Begin or stop following; what changed meanwhile is read at once."""
        self._is_watched = is_watched
        if is_watched:
            self._read()
        else:
            self._pause.stop()
            self._rest.stop()

    def _follow(self) -> None:
        if self._is_watched and not self._pause.isActive():
            # Not restarted: whoever types without a pause sees the preview follow as well.
            self._pause.start()

    def _recount(self) -> None:
        self._counts = {}
        self._follow()

    def _read(self) -> None:
        persona = self._sheet.persona
        if persona is None or not self._is_watched:
            return
        if self._is_reading:
            self._is_stale = True
            return
        self._is_reading = True
        deliver(self._previews.read(persona), self, self._take, self._give_up)

    def _take(self, preview: SheetPreview) -> None:
        self._is_reading = False
        if preview != self._preview:
            self._preview = preview
            self.changed.emit()
        if self._is_stale:
            self._is_stale = False
            self._pause.start()
        if not preview.is_compared and preview.context_tokens is not None:
            self._rest.start()
        self._count()

    def _learn(self) -> None:
        """Have the meanings measured, and read again with them."""
        persona = self._sheet.persona
        if persona is None or self._is_learning:
            return
        self._is_learning = True

        def take(is_new: bool) -> None:
            self._is_learning = False
            if is_new:
                self._read()

        def give_up(_error: object) -> None:
            # Without meanings the rules still hold; the lane has logged what failed.
            self._is_learning = False

        deliver(self._previews.learn(persona), self, take, give_up)

    def _give_up(self, _error: object) -> None:
        # The preview is beside the point of the page: the lane has logged what failed.
        self._is_reading = self._is_counting = False

    def _count(self) -> None:
        """Ask for what is not counted yet; one question at a time, as a reply may be in the way."""
        texts = [section.text for section in self.sections if not section.is_counted]
        if not texts or self._is_counting or self._preview is None:
            return
        self._is_counting = True

        def take(counts: tuple[int, ...] | None) -> None:
            self._is_counting = False
            if counts is None:
                return
            shown = {section.text for section in self.sections}
            known = {**self._counts, **dict(zip(texts, counts, strict=True))}
            self._counts = {text: count for text, count in known.items() if text in shown}
            self.changed.emit()
            self._count()

        deliver(self._previews.count(texts), self, take, self._give_up)


def _say_tokens(sections: Iterable[PreviewSection]) -> str:
    of_all = tuple(sections)
    tokens = sum(section.tokens for section in of_all)
    is_counted = all(section.is_counted for section in of_all)
    return f"{tokens:,}" if is_counted else f"about {tokens:,}"

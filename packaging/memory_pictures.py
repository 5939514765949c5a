"""The pictures of the memory room: the timeline, the words, the map, narrow, and last time.

The story is in `remembered_story`; everything else is the studio's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QSize
from remembered_story import LADDER, LYON, PROMISE, TIN, remember
from studio import SIZE, Studio

from app.domain.conversation import Conversation
from app.domain.memory import Recalled, Signal
from app.services.conversations import ReplyDetails
from app.services.recaps import Recap
from app.settings import ColourScheme
from ui.viewmodels.memory_recap import recap_in_words
from ui.viewmodels.memory_shelf import MemoryChip

NARROW = QSize(900, 820)
SCHEMES = (ColourScheme.LIGHT, ColourScheme.DARK, ColourScheme.CONTRAST)
PAGES = ("memory", "memory-words", "memory-map")


def take_memories(studio: Studio) -> None:
    """The room, filled, in every dress, wide and narrow, at the usual scale and at twice that."""
    conversation = _tell(studio)
    memories = studio.session.memories
    memories.show(None, TIN.id)
    screen = memories.screen
    studio.wait_for(lambda: studio.window.screen_shown is screen)
    studio.wait_for(lambda: memories.room.model.rowCount() > 0 and bool(memories.facts.facts))
    for page, name in enumerate(PAGES):
        screen.show_page(page)
        _take_in_every_dress(studio, name)
    screen.show_page(0)
    studio.take("memory-light@2x", scale=2)
    studio.window.resize(NARROW)
    studio.settle()
    for page, name in enumerate((*PAGES, "memory-bond")):
        screen.show_page(page)
        _take_in_every_dress(studio, name.replace("memory", "memory-narrow"))
    screen.show_page(0)
    studio.take("memory-narrow-light@2x", scale=2)
    studio.window.resize(SIZE)
    memories.deeds.set_aside([memories.room.shelf.memories[LADDER.id]])
    studio.wait_for(lambda: len(memories.room.shelf.aside) == 2)
    memories.room.look_aside()
    _take_in_every_dress(studio, "memory-aside")
    memories.deeds.undo()
    studio.wait_for(lambda: len(memories.room.shelf.aside) == 1)
    studio.window.notices.dismiss()
    _take_merged(studio)
    _take_empty(studio)
    _take_last_time(studio, conversation)


def _take_in_every_dress(studio: Studio, name: str) -> None:
    for scheme in SCHEMES:
        studio.dress(scheme)
        studio.take(f"{name}-{scheme}")
    studio.dress(ColourScheme.LIGHT)


def _take_merged(studio: Studio) -> None:
    """Two that became one, with the longest particulars there are, and what can be done."""
    memories = studio.session.memories
    memories.room.set_chips(set(MemoryChip))
    memories.deeds.merge([TIN.id, PROMISE.id], f"{TIN.text} {PROMISE.text}")
    studio.wait_for(lambda: memories.room.chosen is not None and len(memories.facts.facts) > 3)
    studio.take("memory-merged-light")
    studio.window.resize(NARROW)
    studio.take("memory-merged-narrow-light")
    studio.window.resize(SIZE)
    count = len(memories.room.shelf.memories)
    memories.deeds.undo()
    studio.wait_for(lambda: len(memories.room.shelf.memories) == count - 1)
    studio.window.notices.dismiss()


def _take_empty(studio: Studio) -> None:
    """A room in which nothing is remembered yet."""
    memories = studio.session.memories
    memories.show(studio.character("Nan Bridget").id)
    studio.wait_for(lambda: memories.screen.head.title.words.startswith("What Nan"))
    studio.take("memory-empty-light")


def _take_last_time(studio: Studio, conversation: Conversation) -> None:
    """The line for somebody who comes back, and what was recalled with its reasons."""
    session = studio.session
    session.show_conversation(conversation)
    notes = (PROMISE, LYON)
    recap = Recap(datetime.now(UTC) - timedelta(days=3), notes)
    session.chat_screen.recap.show_words(recap_in_words(recap, datetime.now(UTC)))
    later = studio.session.context.conversations.page(conversation.id, limit=None).result()[-1]
    signals = (Signal("meaning", 0.71, 5.1), Signal("words", 0.4, 1.8), Signal("date", 1.0, 0.6))
    recalled = tuple(
        Recalled(one, 0.71, reason, injected, 24 if injected else 0, signals)
        for one, reason, injected in (
            (TIN, "Close in meaning; shares \u201cvalve\u201d, \u201ctin\u201d.", True),
            (PROMISE, "Related in meaning; said by Isla MacRae.", True),
            (LADDER, "Of the same time as what else was found.", False),
        )
    )
    session.chat_screen.header.inspect.click()
    studio.settle()
    session.chat_screen.panel.show_details(ReplyDetails(later, None, recalled))
    for scheme in SCHEMES:
        studio.dress(scheme)
        studio.take(f"last-time-{scheme}")
    studio.dress(ColourScheme.LIGHT)
    alike = (Signal("alike in meaning", 0.86, 0.0), Signal("alike in words", 0.41, 0.0))
    marked = tuple(replace(one, signals=(*one.signals, *alike)) for one in recalled[:2])
    session.chat_screen.panel.show_details(ReplyDetails(later, None, marked))
    studio.take("recalled-alike-light")
    session.memories.show_together([TIN.id, PROMISE.id])
    studio.wait_for(lambda: len(session.memories.room.model.rows) == 2)
    studio.take("memory-alike-light")
    session.show_conversation(conversation)
    session.chat_screen.header.inspect.click()
    session.chat_screen.recap.close_button.click()


def _tell(studio: Studio) -> Conversation:
    conversation = studio.open("The lamp room")
    for words in ("It is the valve, then?", "My grandfather kept buttons in a biscuit tin."):
        studio.say(conversation, words)
    remember(studio.context, conversation)
    return conversation

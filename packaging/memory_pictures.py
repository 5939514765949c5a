"""The pictures of the memory room: the timeline, the words, the map, narrow, and last time.

The story is in `remembered_story`; everything else is the studio's.
"""

from __future__ import annotations

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

NARROW = QSize(900, 820)
SCHEMES = (ColourScheme.LIGHT, ColourScheme.DARK)


def take_memories(studio: Studio) -> None:
    """The room, filled, by day and by night."""
    conversation = _tell(studio)
    memories = studio.session.memories
    memories.show(None, TIN.id)
    screen = memories.screen
    studio.wait_for(lambda: studio.window.screen_shown is screen)
    studio.wait_for(lambda: memories.room.model.rowCount() > 0 and bool(memories.facts.facts))
    for page, name in enumerate(("memory", "memory-words", "memory-map")):
        screen.show_page(page)
        for scheme in SCHEMES:
            studio.dress(scheme)
            studio.take(f"{name}-{scheme}")
    screen.show_page(0)
    studio.dress(ColourScheme.CONTRAST)
    studio.take("memory-contrast")
    studio.dress(ColourScheme.LIGHT)
    studio.window.resize(NARROW)
    studio.take("memory-narrow-light")
    studio.window.resize(SIZE)
    memories.room.reveal(LADDER.id)
    memories.room.look_aside()
    studio.take("memory-aside-light")
    _take_empty(studio)
    _take_last_time(studio, conversation)


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
    session.chat_screen.header.inspect.click()
    session.chat_screen.recap.close_button.click()


def _tell(studio: Studio) -> Conversation:
    conversation = studio.open("The lamp room")
    for words in ("It is the valve, then?", "My grandfather kept buttons in a biscuit tin."):
        studio.say(conversation, words)
    remember(studio.context, conversation)
    return conversation

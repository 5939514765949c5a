"""The pictures of the memory room: the timeline, the words, the map, narrow, and last time.

The story is in `remembered_story`; everything else is the studio's.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from remembered_story import LADDER, TIN, remember
from studio import SIZE, Studio

from app.domain.conversation import Conversation
from app.settings import ColourScheme

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
    studio.session.show_conversation(conversation)


def _tell(studio: Studio) -> Conversation:
    conversation = studio.open("The lamp room")
    for words in ("It is the valve, then?", "My grandfather kept buttons in a biscuit tin."):
        studio.say(conversation, words)
    remember(studio.context, conversation)
    return conversation

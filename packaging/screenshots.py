"""Takes the pictures in `resources/screenshots`: the real window over a scripted engine.

    python packaging/screenshots.py FOLDER [--only talking|remembering|writing|settings|greeting]

Everything but the replies is what a person gets: real storage, recall and rendering, in a
home of its own that is thrown away. Needs no display (QT_QPA_PLATFORM=offscreen) and no
model. The replies were written by us, which is why the status line says "Scripted".
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from editor_pictures import take_editor, take_receipt
from memory_pictures import take_memories
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from studio import SIZE, Studio

from app.errors import EngineError
from app.inference.scripted import Reply, ScriptedReply
from app.settings import ColourScheme

NARROW = QSize(640, 820)

TIN = (
    "*She turns the tin over and listens to it.* Buttons. He told my mother he never took that "
    "valve, and all the while he had buttons in a biscuit tin, the way other men have a bank."
)
SINGS = (
    "It had died. *She does not look up from the back of the set, where a soldering iron is "
    "breathing out a thread of smoke.* Then I found the valve your grandfather swore he never "
    "took. It was in his biscuit tin, with the buttons. So now it sings, and it sings Stornoway, "
    "and nothing else."
)
SINGS_OTHERWISE = "*A shrug, with the iron in it.* It was never dead. It was sulking."
PEOPLE = (
    "People. *The word gets a short laugh.* I had nine winters of people in Aberdeen, and I can "
    "tell you what I miss about it: the bakery on Rosemount Place. The rest I have here, only "
    "quieter. Pass me the small pliers. No, the small ones."
)
STREAMED_PIECES = 41
ASKED_TIN = "My grandfather kept buttons in a biscuit tin. He swore he never took the valve."
ASKED_SINGS = (
    "You said last week the radio had died for good, for want of a valve. What is it singing, then?"
)
ASKED_PEOPLE = "Do you ever think of leaving? The city, a warm flat, people?"


def take_stage(studio: Studio) -> None:
    """A conversation in full: by day, at twice the size, by night, and narrow."""
    for name in ("Tunde Okafor", "Rosalba Vega"):
        studio.context.conversations.create(studio.character(name).id).result()
    earlier = studio.open("The biscuit tin")
    studio.say(earlier, ASKED_TIN)
    conversation = studio.open("The lamp room")
    studio.say(conversation, ASKED_SINGS)
    studio.go_through(conversation, lambda: studio.context.chat.regenerate(conversation.id))
    studio.gate.hold_after(STREAMED_PIECES)
    studio.context.chat.start_turn(conversation.id, ASKED_PEOPLE).result()
    studio.wait_for(lambda: studio.gate.is_reached)
    studio.take("main-light")
    studio.take("main-light@2x", scale=2)
    studio.dress(ColourScheme.DARK)
    studio.take("main-dark")
    studio.dress(ColourScheme.CONTRAST)
    studio.take("main-contrast")
    studio.dress(ColourScheme.LIGHT)
    studio.gate.release()
    studio.rest(conversation)
    studio.session.chat_screen.header.inspect.click()
    sung = studio.context.conversations.page(conversation.id).result()[-3]
    studio.session.conversation.inspector.inspect(sung.id)
    studio.take("recalled-light")
    studio.session.chat_screen.header.inspect.click()
    studio.window.resize(NARROW)
    studio.take("narrow-light")
    studio.window.resize(SIZE)
    studio.settle()


def take_failure(studio: Studio) -> None:
    """A reply that broke off: the text so far, and what can be done."""
    conversation = studio.session.conversation.conversation
    if conversation is None:
        raise LookupError
    with suppress(EngineError):
        studio.say(conversation, "And the small pliers, what are they for?")
    studio.take("error-light")


def take_settings(studio: Studio) -> None:
    """The settings."""
    studio.session.show_settings()
    studio.take("settings-light")
    studio.dress(ColourScheme.DARK)
    studio.take("settings-dark")
    studio.dress(ColourScheme.LIGHT)


def take_writing(studio: Studio) -> None:
    """Everything about writing a character."""
    take_editor(studio)
    take_receipt(studio)


def take_talking(studio: Studio) -> None:
    """Everything about a conversation, before one and as one."""
    studio.take("empty-light")
    take_stage(studio)
    take_failure(studio)


PARTS = {
    "talking": take_talking,
    "remembering": take_memories,
    "writing": take_writing,
    "settings": take_settings,
}


def main() -> int:
    """Take every picture, or those of one part; returns the exit code."""
    parser = argparse.ArgumentParser(description="Take the pictures of the window.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=(*PARTS, "greeting"))
    wanted = parser.parse_args()
    folder: Path = wanted.folder
    folder.mkdir(parents=True, exist_ok=True)
    qt = QApplication([])
    crash = EngineError(
        "The engine stopped in the middle of the reply. What was written is kept; try again.",
        code="engine-crashed",
    )
    broken = ScriptedReply("For the small things. *She holds one up to the lamp and", 9, crash)
    replies: list[Reply] = [TIN, SINGS_OTHERWISE, SINGS, PEOPLE, broken]
    studio = Studio(qt, folder, greeted=True, replies=replies)
    studio.wait_for(lambda: studio.window.screen_shown is studio.session.chat_screen)
    for name, take in PARTS.items():
        if wanted.only in {None, name}:
            take(studio)
    studio.close()
    if wanted.only in {None, "greeting"}:
        newcomer = Studio(qt, folder, greeted=False, replies=["Aye."])
        newcomer.wait_for(lambda: newcomer.window.screen_shown is newcomer.session.greeting_screen)
        newcomer.take("greeting-light")
        newcomer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

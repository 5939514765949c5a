"""What is said to be injected is in the prompt, and nothing else that was remembered is.

Through real turns, over budgets and counts: the prompt that the engine got is compared with what
the reply's record tells. Every exchange has a word of its own, so that none can pass for another.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from app.domain.days import day_in_words
from app.domain.memory import Recalled
from app.events import ReplyFinished
from app.inference.scripted import ScriptedEngine
from tests.stage import MakeContext, open_with_isla, say

EXCHANGES = 14  # As many as there are sayings.
ROUNDS = 14
THINGS = ("lamp", "rope", "boat", "valve", "stove", "fiddle", "ladder")
SAYINGS = (
    "Grandfather carved it from driftwood one winter.",
    "Nobody else may touch this until Easter.",
    "Two gulls fought over its shadow yesterday.",
    "Someone painted both ends bright yellow.",
    "Our neighbours laugh when they hear about that.",
    "It smells of tar and oranges.",
    "We lost the key in Stornoway.",
    "Mother kept coins inside, wrapped in wool.",
    "There were three more before the flood came.",
    "The priest blessed them all by mistake.",
    "Every Friday I polish the brass.",
    "A sailor swore that such things bring luck.",
    "Once it rolled down Castle Hill by itself.",
    "Children sing songs about how heavy they are.",
)
LONG = "It went on and on, and the wind did not drop until the morning came. " * 14
OWN_WORD = re.compile(r"\bzq[a-z]+\b")
BLOCK = re.compile(r"\[From Isla MacRae's memory, as it was said then:\n(.*?)\n\]", re.DOTALL)


@dataclass
class Stage:
    """A context whose character has a past; turns in new conversations recall it."""

    context: AppContext
    engine: ScriptedEngine

    def settle(self, *, count: int, share: float, context_tokens: int) -> None:
        settings = self.context.settings.current
        remembering = settings.remembering.model_copy(
            update={"recall_count": count, "context_share": share, "between_stories": True}
        )
        model = settings.model.model_copy(update={"context_tokens": context_tokens})
        self.context.settings.replace(
            settings.model_copy(update={"remembering": remembering, "model": model})
        )
        self.context.models.load().result()

    def ask(self, conversation: Conversation, question: str) -> ReplyFinished:
        return say(self.context, conversation, question).finished

    @property
    def prompt(self) -> list[str]:
        return [message.content for message in self.engine.requests[-1].messages]


def own_word(number: int) -> str:
    return "zq" + "".join(chr(97 + int(digit)) for digit in str(100 + number))


@pytest.fixture
def stage(make_context: MakeContext) -> Stage:
    replies = [f"Aye, the {THINGS[n % 7]}. {LONG if n % 5 == 0 else ''}" for n in range(EXCHANGES)]
    engine = ScriptedEngine((*replies, *["Aye."] * ROUNDS * 2))
    context = make_context(engine=engine)
    told = open_with_isla(context)
    for number in range(EXCHANGES):
        thing = THINGS[number % len(THINGS)]
        say(context, told, f"My {thing} is called {own_word(number)}. {SAYINGS[number]}")
    context.memories.record_pending().result()
    context.memories.note_pending().result()
    return Stage(context, engine)


def shown(item: Recalled) -> str:
    """Return how a memory of no great length stands in a prompt."""
    return f"- {day_in_words(item.memory.happened_at)}: {item.memory.text}"


def test_the_record_of_a_reply_and_its_prompt_say_the_same(stage: Stage) -> None:
    chance = random.Random(20261121)
    kept_out = let_in = 0
    for _ in range(ROUNDS):
        stage.settle(
            count=chance.choice((0, 1, 3, 6, 12, 24)),
            share=chance.choice((0.0, 0.01, 0.02, 0.05, 0.2, 0.5)),
            context_tokens=chance.choice((2048, 4096, 8192, 16384)),
        )
        asked = f"Do you remember my {chance.choice(THINGS)} and my {chance.choice(THINGS)}?"
        conversation = open_with_isla(stage.context)
        finished = stage.ask(conversation, asked)
        assert_told_truly(stage, finished)
        let_in += sum(item.injected for item in finished.recalled)
        kept_out += sum(not item.injected for item in finished.recalled)
        # What was only asked is not to be recalled instead of what was told.
        stage.context.conversations.set_aside(conversation.id).result()
    assert let_in > ROUNDS
    assert kept_out > ROUNDS


def assert_told_truly(stage: Stage, finished: ReplyFinished) -> None:
    """Compare what a reply tells with what the engine read, both ways."""
    injected = [item for item in finished.recalled if item.injected]
    rendered = "\n".join(stage.prompt)
    blocks = BLOCK.findall(rendered)
    assert len(blocks) == bool(injected)
    lines = blocks[0].split("\n") if blocks else []
    # Injected, so in the prompt: one line each, with its day, in the order of days.
    by_day = sorted(injected, key=lambda item: item.memory.happened_at)
    assert len(lines) == len(injected)
    for line, item in zip(lines, by_day, strict=True):
        beginning, _, end = line.partition(" … ")
        assert shown(item).startswith(beginning)
        assert shown(item).endswith(end)
    # In the prompt, so injected: each memory's own word gives it away wherever it stands.
    told = {word for item in injected for word in OWN_WORD.findall(item.memory.text)}
    assert {*OWN_WORD.findall(rendered)} == told
    assert all((item.tokens > 0) is item.injected for item in finished.recalled)
    # What is kept and shown later is the same.
    request = stage.engine.requests[-1]
    details = stage.context.conversations.details(finished.message.id).result()
    why = stage.context.memory_room.why(finished.message.id).result()
    assert request.recalled == finished.recalled
    for kept in (details.recalled, why):
        assert [(one.memory.id, one.injected, one.tokens) for one in kept] == [
            (one.memory.id, one.injected, one.tokens) for one in finished.recalled
        ]
    section = next(one for one in request.sections if one.name == "memories")
    assert section.tokens == sum(item.tokens for item in injected)
    assert all(line in section.text for line in lines)

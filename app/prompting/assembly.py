"""Puts one prompt together: stable parts first, history next, what changes at the tail.

    [ system: rules of play · persona sheet ]              the same for the whole conversation
    [ role turn · acceptance ]                             likewise
    [ history, trimmed in large steps ]                    only grows
    [ memories, lore, the card's last word + the new message ]    read anew each turn

A turn so reads only what is new. Pure: tokens are counted by whoever is handed in. Knows
no storage and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.conversation import Author, Message
from app.domain.generation import (
    GenerationRequest,
    PromptMessage,
    PromptSection,
    Role,
    Sampler,
)
from app.domain.ids import MessageId
from app.domain.memory import Recalled
from app.errors import UserError
from app.prompting.history import first_kept
from app.prompting.lore import LoreFiring, fire_lore, fired_lore, lore_block, lore_budget
from app.prompting.lore_scene import scene_of
from app.prompting.macro_places import stable_setting, tail_setting
from app.prompting.memories import TokenCounter, fit_memories, memory_block
from personas.immersion import (
    acceptance_turn,
    last_word,
    name_in_play,
    role_turn,
    rules_of_play,
)
from personas.lorebook import Lorebook
from personas.macro_expansion import MacroSetting, expand_macros
from personas.persona import Persona
from personas.sheet import build_sheet

MESSAGE_MARKS = 8
"""Tokens that a chat template spends around one message, at most, for the known families."""

SHEET_SHARE = 0.6
"""The most of the context that the stable part may take; beyond it sections are left out."""

LAST_WORD_SHARE = 0.1
"""The most of the context that a card's last word may take; a longer one is left out."""

TAIL_SHARE = 0.3
"""The most that memories, and lore likewise, may take of what sheet and newest message leave.

In a small context the conversation itself must not give way to what is recalled.
"""

_LEFT_OUT_FIRST = (
    *("examples", "traits", "values", "work", "voice", "past", "people", "user"),
    "description",
)
"""What goes first when the sheet is too long. Life context stays: it matters most (SPeCtrum)."""


@dataclass(frozen=True, slots=True)
class PromptOrder:
    """All that a prompt is made from, memories aside. Any thread.

    `path` ends with the user's newest message (or, to continue, with the reply so far in
    `reply_prefix` and the user's message before it). `anchor` is the oldest message that was
    in the context last time. `seed` and `began_at` are the conversation's, for macros and for
    lore's chance; without `began_at` the clock's macros stay as written.
    """

    persona: Persona
    user_name: str
    path: Sequence[Message]
    sampler: Sampler
    max_tokens: int
    context_tokens: int
    memory_share: float = 0.2
    two_stage: bool = True
    reply_prefix: str = ""
    anchor: MessageId | None = None
    user_description: str = ""
    lorebooks: Sequence[Lorebook] = ()
    seed: str = ""
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PromptFrame:
    """A prompt that lacks only its memories and lore: the rest is settled. Any thread.

    `kept` is the part of the path that the model will read; recall leaves it out. Room for
    memories and lore is set aside whether there are any or not, so that they never move the
    history.
    """

    order: PromptOrder
    sections: tuple[PromptSection, ...]
    opening: tuple[PromptMessage, ...]
    kept: tuple[Message, ...]
    history_tokens: int
    memory_tokens: int
    lore_tokens: int
    last_word: PromptSection
    left_out: tuple[str, ...]

    @property
    def anchor(self) -> MessageId | None:
        """The oldest message in the context: the next call's anchor."""
        return self.kept[0].id if self.kept else None

    def complete(
        self,
        recalled: Sequence[Recalled],
        count_tokens: TokenCounter,
        *,
        with_tail: bool = True,
    ) -> GenerationRequest:
        """Return the request with as many of the memories and of the lore as there is room for.

        Without the tail there is neither lore nor last word: for reading ahead, where nothing
        of the tail would be used again.
        """
        order = self.order
        fitted = fit_memories(recalled, self.memory_tokens - 2 * MESSAGE_MARKS, count_tokens)
        block = memory_block(fitted, order.persona.name)
        memories = PromptSection("memories", sum(item.tokens for item in fitted), block)
        firings = self._fire_lore(count_tokens) if with_tail else ()
        last = self.last_word if with_tail else replace(self.last_word, text="", tokens=0)
        known = lore_block(firings)
        lore = PromptSection("lore", sum(item.tokens for item in firings if item.placed), known)
        tail = "\n\n".join(text for text in (block, known, last.text) if text)
        return GenerationRequest(
            messages=(*self.opening, *_history(self.kept, tail, order.persona.name)),
            sampler=order.sampler,
            max_tokens=order.max_tokens,
            stop=stop_strings(order.user_name),
            reply_prefix=order.reply_prefix,
            sections=(*self.sections, memories, *_filled(lore, last)),
            recalled=fitted,
            context_tokens=order.context_tokens,
            fired_lore=fired_lore(firings),
        )

    def _fire_lore(self, count_tokens: TokenCounter) -> tuple[LoreFiring, ...]:
        order = self.order
        if not order.lorebooks:
            return ()
        setting = _tail_setting(order)
        scene = scene_of(
            order.path,
            char=setting.char,
            user=setting.user,
            expand=lambda text: expand_macros(text, setting),
            seed=order.seed,
        )
        budget = max(self.lore_tokens - 2 * MESSAGE_MARKS, 0)
        return fire_lore(order.lorebooks, scene, budget, count_tokens)


def frame_prompt(order: PromptOrder, count_tokens: TokenCounter) -> PromptFrame:
    """Settle what is in the context.

    Raises UserError when the newest message alone is longer than the context has room for.
    """
    sections, left_out = _stable_sections(order, count_tokens)
    word = _last_word(order, count_tokens)
    if order.persona.instructions.post_history and not word.text:
        left_out += (word.name,)
    opening = _opening(order, sections)
    spent = sum(count_tokens([message.content for message in opening]))
    spent += MESSAGE_MARKS * len(opening) + order.max_tokens
    spent += count_tokens([order.reply_prefix])[0] if order.reply_prefix else 0
    spent += word.tokens + (MESSAGE_MARKS if word.text else 0)
    room = order.context_tokens - spent
    counts = _history_counts(order.path, count_tokens)
    newest = counts[-1] if counts else 0
    if newest > room:
        raise _too_long(newest, room, order.context_tokens)
    spare = int((room - newest) * TAIL_SHARE)
    memory_tokens = min(int(order.context_tokens * order.memory_share), spare)
    lore_tokens = lore_budget(order.lorebooks, order.context_tokens)
    lore_tokens = min(lore_tokens, spare)
    tail_tokens = memory_tokens + lore_tokens
    start = first_kept(counts, room - tail_tokens, _index_of(order.path, order.anchor))
    history_tokens = sum(counts[start:])
    return PromptFrame(
        order=order,
        sections=(*sections, PromptSection("history", history_tokens, "")),
        opening=opening,
        kept=tuple(order.path[start:]),
        history_tokens=history_tokens,
        memory_tokens=memory_tokens,
        lore_tokens=lore_tokens,
        last_word=word,
        left_out=left_out,
    )


def stop_strings(user_name: str) -> tuple[str, ...]:
    """Return what ends a reply: the character must not speak for the user."""
    name = name_in_play(user_name)
    names = dict.fromkeys((user_name, name, name[:1].upper() + name[1:], "User"))
    return tuple(f"\n{mark}{known}:" for known in names for mark in ("", "**"))


def _stable_sections(
    order: PromptOrder, count_tokens: TokenCounter
) -> tuple[list[PromptSection], tuple[str, ...]]:
    """Return rules and sheet with their tokens, and the names of what had to stay out."""
    setting = _stable_setting(order)
    named = [("rules", rules_of_play(order.persona, order.user_name, setting))]
    sheet = build_sheet(order.persona, user_name=order.user_name, setting=setting)
    named += [(section.name, section.text) for section in sheet]
    if order.user_description:
        who = name_in_play(order.user_name)
        named.append(("user", f"Who {who} is: {order.user_description}"))
    costs = count_tokens([text for _, text in named])
    sections = [
        PromptSection(name, cost, text) for (name, text), cost in zip(named, costs, strict=True)
    ]
    limit = int(order.context_tokens * SHEET_SHARE)
    left_out: list[str] = []
    for name in _LEFT_OUT_FIRST:
        if sum(section.tokens for section in sections) <= limit:
            break
        if any(section.name == name for section in sections):
            sections = [section for section in sections if section.name != name]
            left_out.append(name)
    return sections, tuple(left_out)


def _opening(order: PromptOrder, sections: Sequence[PromptSection]) -> tuple[PromptMessage, ...]:
    """Return the messages that stay the same for the whole conversation."""
    sheet = "\n\n".join(section.text for section in sections)
    system = PromptMessage(Role.SYSTEM, sheet, "sheet")
    if not order.two_stage:
        return (system,)
    return (
        system,
        PromptMessage(Role.USER, role_turn(order.persona, order.user_name), "role"),
        PromptMessage(
            Role.ASSISTANT,
            acceptance_turn(order.persona, order.user_name, _stable_setting(order)),
            "acceptance",
        ),
    )


def _last_word(order: PromptOrder, count_tokens: TokenCounter) -> PromptSection:
    """Return the card's instruction for the tail, empty where there is none or it is too long."""
    text = last_word(order.persona, order.user_name, _tail_setting(order))
    tokens = count_tokens([text])[0] if text else 0
    if tokens > order.context_tokens * LAST_WORD_SHARE:
        return PromptSection("last word", 0, "")
    return PromptSection("last word", tokens, text)


def _stable_setting(order: PromptOrder) -> MacroSetting:
    return stable_setting(
        order.persona,
        order.user_name,
        seed=order.seed,
        began_at=order.began_at,
        user=order.user_description,
    )


def _tail_setting(order: PromptOrder) -> MacroSetting:
    return tail_setting(
        order.persona,
        order.user_name,
        seed=order.seed,
        path=order.path,
        user=order.user_description,
    )


def _filled(*sections: PromptSection) -> tuple[PromptSection, ...]:
    return tuple(section for section in sections if section.text)


def _history_counts(path: Sequence[Message], count_tokens: TokenCounter) -> list[int]:
    """Return each message's tokens with its template marks."""
    return [cost + MESSAGE_MARKS for cost in count_tokens([message.text for message in path])]


def _history(kept: Sequence[Message], block: str, name: str) -> list[PromptMessage]:
    """Return the path as the model reads it, the tail's block in front of the newest words."""
    messages: list[PromptMessage] = []
    for message in kept:
        if message.author is Author.CHARACTER:
            messages.append(PromptMessage(Role.ASSISTANT, message.text, "history"))
        elif message.author is Author.NARRATOR:
            messages.append(PromptMessage(Role.USER, f"*{message.text}*", "history"))
        elif message.author is Author.OTHER:
            said = f"{message.speaker}: {message.text}"
            messages.append(PromptMessage(Role.USER, said, "history"))
        else:
            messages.append(PromptMessage(Role.USER, message.text, "history"))
    if block and messages:
        newest = messages[-1]
        if newest.role is Role.USER:
            content = f"{block}\n\n{newest.content}"
            messages[-1] = PromptMessage(Role.USER, content, "new message")
        else:
            messages.append(PromptMessage(Role.USER, block, "memories"))
    if not messages or messages[-1].role is not Role.USER:
        messages.append(PromptMessage(Role.USER, f"*{name} goes on.*", "nudge"))
    return messages


def _index_of(path: Sequence[Message], anchor: MessageId | None) -> int:
    """Return where the anchor stands; 0 when it is no longer on the path."""
    for index, message in enumerate(path):
        if message.id == anchor:
            return index
    return 0


def _too_long(tokens: int, room: int, context: int) -> UserError:
    message = (
        f"This message is {tokens} tokens long and the model's context of {context} has room "
        f"for {max(room, 0)}. Shorten the message, or choose a larger context in the settings."
    )
    return UserError(message, code="message-too-long")

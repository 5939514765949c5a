"""Who is who in an old chat, and what of it the character was there for.

Makes a conversation of a chat: the user's lines, the character's, and everybody else's under
their own names. Pure; knows the values of chats and those of ports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from app.domain.conversation import Author
from app.domain.presence import SceneLine, present_at
from app.errors import UserError
from app.ports.authoring import NewConversation, NewTakes
from app.ports.stores import NewMessage
from personas.cards.limits import FIELD_CHARACTERS
from personas.cards.receipt import ReceiptRow, RowKind
from personas.chats import Chat, ChatLine
from personas.macros import expand
from personas.persona import Persona

UNNAMED = frozenset({"chat-user", "chat-alone", "chat-character"})
"""The codes of what may be mended by saying who is who."""

_ONE_BREATH = timedelta(hours=12)  # Further apart, what one says twice was said at two times.
_BETWEEN = "\n\n"
_NOBODY = frozenset({"", "you", "user", "{{user}}", "<user>"})
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Naming:
    """What a person says of who is who; "" leaves it to the chat. A value.

    `default_user` is what the user is called where nobody says.
    """

    user: str = ""
    character: str = ""
    default_user: str = "You"


@dataclass(frozen=True, slots=True)
class CastChat:
    """A chat as one character's conversation, and what is to be said of it. A value.

    `unheard` counts the lines that were said in the character's absence, `exchanges` what there
    is to remember.
    """

    conversation: NewConversation
    rows: tuple[ReceiptRow, ...]
    unheard: int
    exchanges: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A line with who says it. A value."""

    author: Author
    speaker: str
    line: ChatLine


def cast_chat(chat: Chat, persona: Persona, naming: Naming) -> CastChat:
    """Return a chat as the persona's conversation; UserError where nobody can tell who is who."""
    by_user = _find_user(chat, naming)
    own = _find_character(chat, by_user, persona, naming)
    user = _name_user(chat, by_user, naming)
    parts = [
        _Part(*_author(line, said, own, persona, user), line)
        for line, said in zip(chat.lines, by_user, strict=True)
    ]
    rows: list[ReceiptRow] = []
    if own.isdisjoint({"", persona.name.casefold(), persona.called.casefold()}):
        named = next(one.speaker for one in chat.lines if one.speaker.casefold() in own)
        why = f"What \u201c{named}\u201d says is {persona.name}'s here."
        rows.append(ReceiptRow(RowKind.MAPPED, "Speaker", chat.title, why))
    others = list(dict.fromkeys(one.speaker for one in parts if one.author is Author.OTHER))
    heard = _heard(parts, own, persona) if others else parts
    rows += _rows_of_scene(chat.title, persona, others, len(parts) - len(heard))
    joined = _joined(heard)
    if len(joined) < len(heard):
        why = f"{len(heard) - len(joined):,} that somebody said right after another are one with it"
        rows.append(ReceiptRow(RowKind.MAPPED, "Messages in a row", chat.title, f"{why}."))
    takes = tuple(_takes(part, chat, persona, user) for part in joined)
    return CastChat(
        NewConversation(chat.title, user, takes, is_dated=True),
        tuple(rows),
        len(parts) - len(heard),
        sum(_is_exchange(*pair) for pair in pairwise(joined)),
    )


def _find_user(chat: Chat, naming: Naming) -> list[bool]:
    """Return for each line whether the user says it."""
    wanted = naming.user.casefold()
    is_told = any(line.by_user is not None for line in chat.lines)
    is_named = bool(wanted) and any(line.speaker.casefold() == wanted for line in chat.lines)
    if not is_told and not is_named:
        message = (
            f"\u201c{chat.title}\u201d does not tell which lines are yours. Say what you are "
            f"called in it; those who speak are {_list(_speakers(chat.lines))}."
        )
        raise UserError(message, code="chat-user")
    return [
        not line.is_narration
        and (bool(line.by_user) or (is_named and line.speaker.casefold() == wanted))
        for line in chat.lines
    ]


def _find_character(
    chat: Chat, by_user: Sequence[bool], persona: Persona, naming: Naming
) -> frozenset[str]:
    """Return the names, folded, under which the persona speaks."""
    lines = [
        line
        for line, said in zip(chat.lines, by_user, strict=True)
        if not said and not line.is_narration
    ]
    speakers = _speakers(lines)
    if not speakers:
        message = f"In \u201c{chat.title}\u201d nobody but you speaks: nothing answers you."
        raise UserError(message, code="chat-alone")
    if len(speakers) == 1 and not naming.character:
        return frozenset({speakers[0].casefold()})
    names = [naming.character] if naming.character else [persona.name, persona.called]
    wanted = {name.casefold() for name in names if name}
    first = {_first(name) for name in wanted}
    # Whoever is called Isla MacRae may speak as Isla for a while.
    found = {one.casefold() for one in speakers} & (wanted | first)
    alike = {one.casefold() for one in speakers if _first(one.casefold()) in first}
    if not found and len(alike) != 1:
        message = (
            f"In \u201c{chat.title}\u201d nobody is called {names[0]}. Say which of them is "
            f"{persona.name}: {_list(speakers)}."
        )
        raise UserError(message, code="chat-character")
    return frozenset(found or alike)


def _name_user(chat: Chat, by_user: Sequence[bool], naming: Naming) -> str:
    """Return what the user is called: as was asked for, else as in most of their lines."""
    said = Counter(
        line.speaker
        for line, is_users in zip(chat.lines, by_user, strict=True)
        if is_users and line.speaker.casefold() not in _NOBODY
    )
    if naming.user:
        return next((one for one in said if one.casefold() == naming.user.casefold()), naming.user)
    return said.most_common(1)[0][0] if said else naming.default_user


def _author(
    line: ChatLine, is_users: bool, own: frozenset[str], persona: Persona, user: str
) -> tuple[Author, str]:
    if line.is_narration:
        return Author.NARRATOR, line.speaker or "Narrator"
    if is_users:
        return Author.USER, user
    if line.speaker.casefold() in own:
        return Author.CHARACTER, persona.name
    return Author.OTHER, line.speaker or "Somebody"


def _heard(parts: Sequence[_Part], own: frozenset[str], persona: Persona) -> list[_Part]:
    """Return what was said while the persona was there."""
    spoken = {part.line.speaker for part in parts}
    firsts = Counter(_first(name.casefold()) for name in {*spoken, persona.name})
    names = {*own, persona.name.casefold(), persona.called.casefold()}
    names |= {first for name in own if firsts[first := _first(name)] == 1 and len(first) > 2}
    scene = [
        SceneLine(
            persona.name if part.author is Author.CHARACTER else part.line.speaker,
            part.line.text,
            part.author is Author.NARRATOR,
        )
        for part in parts
    ]
    present = present_at(scene, names)
    return [part for part, was_there in zip(parts, present, strict=True) if was_there]


def _rows_of_scene(
    title: str, persona: Persona, others: Sequence[str], unheard: int
) -> list[ReceiptRow]:
    rows: list[ReceiptRow] = []
    if others:
        verb, name = ("speaks", "name") if len(others) == 1 else ("speak", "names")
        why = f"{_list(others)} {verb} under their own {name}; what they say is not the user's."
        rows.append(ReceiptRow(RowKind.CARRIED, "Others in the scene", title, why))
    if unheard:
        why = f"{unheard:,} of them: {persona.name} was not there, and does not know of them."
        rows.append(ReceiptRow(RowKind.LEFT, "Lines said in their absence", title, why))
    return rows


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """Return the lines, those that the user or the character says in one breath made one.

    Memory reads what is said and what answers it: of two in a row it would miss one. None gets
    longer than a message may be.
    """
    breaths: list[list[_Part]] = []
    length = 0
    for part in parts:
        longer = length + len(_BETWEEN) + len(part.line.text)
        if breaths and longer <= FIELD_CHARACTERS and _is_one_breath(breaths[-1][0], part):
            breaths[-1].append(part)
            length = longer
        else:
            breaths.append([part])
            length = len(part.line.text)
    return [_as_one(breath) for breath in breaths]


def _as_one(breath: Sequence[_Part]) -> _Part:
    first = breath[0]
    if len(breath) == 1:
        return first
    text = _BETWEEN.join(part.line.text for part in breath)
    return replace(first, line=replace(first.line, takes=(text,)))


def _is_one_breath(first: _Part, part: _Part) -> bool:
    if first.author is not part.author or part.author not in {Author.USER, Author.CHARACTER}:
        return False
    if len(first.line.takes) > 1 or len(part.line.takes) > 1:
        return False
    before, after = first.line.said_at, part.line.said_at
    return before is None or after is None or after - before < _ONE_BREATH


def _takes(part: _Part, chat: Chat, persona: Persona, user: str) -> NewTakes:
    texts = part.line.takes
    if chat.has_macros:
        texts = tuple(expand(text, char=persona.called, user=user) for text in texts)
    messages = tuple(NewMessage(part.author, part.speaker, text) for text in texts)
    return NewTakes(messages, part.line.chosen, part.line.said_at)


def _is_exchange(said: _Part, reply: _Part) -> bool:
    both = {said.author, reply.author}
    return reply.author is not Author.USER and both != {Author.CHARACTER}


def _speakers(lines: Sequence[ChatLine]) -> list[str]:
    """Return who speaks, each once, in the order in which they begin."""
    found: dict[str, str] = {}
    for line in lines:
        if not line.is_narration:
            found.setdefault(line.speaker.casefold(), line.speaker)
    return list(found.values())


def _first(name: str) -> str:
    return name.split(" ", 1)[0]


def _list(names: Sequence[str]) -> str:
    quoted = [f"\u201c{name}\u201d" if name else "somebody without a name" for name in names]
    if len(quoted) > _LISTED:
        quoted = [*quoted[:_LISTED], f"{len(quoted) - _LISTED} more"]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"

"""Chats of other programs in one JSON value: TextGen, Agnai, CAI Tools, RisuAI, LM Studio, roles.

Each function takes the parsed object and returns its chats, None for what is not of its kind.
Knows no file.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from personas.cards import coercion
from personas.cards.coercion import JsonObject
from personas.chats import limits
from personas.chats.errors import ChatFileError
from personas.chats.line_reading import Reading, name_of, words_of
from personas.chats.values import Chat, ChatLine

_HIDDEN_TURN = "<|BEGIN-VISIBLE-CHAT|>"
_USER_ROLES = frozenset({"user", "human", "you"})
_CHARACTER_ROLES = frozenset({"assistant", "char", "character", "ai", "bot", "model"})
_KOBOLD_MARK = re.compile(r"\{\{\[(INPUT|OUTPUT)(?:_END)?\]\}\}")

Reader = Callable[[JsonObject, Reading], list[Chat] | None]


def read_dramatis(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return what `conversations show --json` prints."""
    path = coercion.objects(value.get("path"))
    if not path or "author" not in path[0]:
        return None
    lines = (
        reading.line(
            row.get("speaker"),
            row.get("author") == "user",
            [row.get("text")],
            said_at=row.get("created_at"),
            is_narration=row.get("author") == "narrator",
        )
        for row in path
    )
    return _one(name_of(value.get("title")), lines)


def read_textgen(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return TextGen's pairs of what the user and the character said."""
    pairs, is_escaped = value.get("internal", value.get("data")), False
    if not coercion.items(pairs):
        pairs, is_escaped = value.get("visible", value.get("data_visible")), True
    cells = [coercion.items(pair) for pair in coercion.items(pairs)]
    if not cells or not all(len(pair) == 2 for pair in cells):
        return None
    known = coercion.mapping(value.get("metadata"))

    def lines() -> Iterator[ChatLine | None]:
        for number, pair in enumerate(cells):
            for key, cell in (("user", pair[0]), ("assistant", pair[1])):
                text = coercion.text(cell)
                if not text.strip() or text == _HIDDEN_TURN:
                    continue
                about = coercion.mapping(known.get(f"{key}_{number}"))
                takes, chosen = _versions(about, html.unescape(text) if is_escaped else text)
                yield reading.line(
                    about.get("name"),
                    key == "user",
                    takes,
                    chosen=chosen,
                    said_at=about.get("timestamp"),
                )

    return _one("", lines())


def read_agnai(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return an Agnai chat: whoever has a user's id is the user."""
    messages = coercion.objects(value.get("messages"))
    if not messages or "msg" not in messages[0]:
        return None
    lines = (
        reading.line(
            row.get("handle") or row.get("name"),
            bool(row.get("userId")) and not row.get("characterId"),
            [row.get("msg")],
            said_at=row.get("createdAt") or row.get("updatedAt"),
        )
        for row in messages
    )
    return _one(name_of(value.get("name")), lines)


def read_cai_tools(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return all chats that CAI Tools saved together."""
    held = value.get("histories")
    histories = coercion.mapping(held).get("histories") if isinstance(held, dict) else held
    chats: list[Chat] = []
    found = [one for one in coercion.objects(histories) if "msgs" in one]
    for history in found:
        lines = (
            reading.line(
                coercion.mapping(row.get("src")).get("name"),
                bool(coercion.flag(coercion.mapping(row.get("src")).get("is_human"))),
                [row.get("text")],
                said_at=row.get("created"),
            )
            for row in coercion.objects(history.get("msgs"))
        )
        chats += _one("", lines)
    return chats if found else None


def read_risu(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return a RisuAI chat, or all of a character's."""
    kind = coercion.text(value.get("type"))
    if kind not in {"risuChat", "risuAllChats"}:
        return None
    data = value.get("data")
    chats: list[Chat] = []
    for chat in coercion.objects(data) if kind == "risuAllChats" else [coercion.mapping(data)]:
        lines = (
            reading.line(
                row.get("name"),
                row.get("role") == "user",
                [row.get("data")],
                said_at=row.get("time"),
            )
            for row in coercion.objects(chat.get("message"))
        )
        chats += _one(name_of(chat.get("name")), lines)
    return chats


def read_roles(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return messages that say by a role who speaks, as Jan, LM Studio and APIs have them."""
    messages = coercion.objects(value.get("messages"))
    if not messages or not any("role" in row or "versions" in row for row in messages):
        return None
    title = name_of(value.get("title") or value.get("name"))
    return _one(title, role_lines(messages, reading))


def role_lines(rows: Iterable[JsonObject], reading: Reading) -> Iterator[ChatLine | None]:
    """Yield messages with roles; what the system or a tool says was never said aloud."""
    for row in rows:
        versions = coercion.objects(row.get("versions"))
        chosen = coercion.whole(row.get("currentlySelected")) or 0
        chosen = min(max(chosen, 0), len(versions) - 1)
        shown = versions[chosen] if versions else row
        role = coercion.text(shown.get("role")).casefold()
        if role not in _USER_ROLES and role not in _CHARACTER_ROLES:
            reading.pass_over("hidden")
            continue
        said_at = next(
            (row[key] for key in ("created_at", "createdAt", "timestamp", "time") if key in row),
            None,
        )
        takes = [_content(version) for version in versions] or [_content(row)]
        yield reading.line(
            shown.get("name") or shown.get("senderName"),
            role in _USER_ROLES,
            takes,
            chosen=chosen,
            said_at=said_at,
        )


def read_kobold(value: JsonObject, reading: Reading) -> list[Chat] | None:
    """Return a KoboldAI Lite story in which two took turns."""
    if "actions" not in value or "prompt" not in value:
        return None
    settings = coercion.mapping(value.get("savedsettings"))
    story = "".join(map(coercion.text, (value["prompt"], *coercion.items(value["actions"]))))
    user = name_of(settings.get("chatname"))
    others = [name_of(one) for one in coercion.text(settings.get("chatopponent")).split("||$||")]
    if len(others) > limits.SPEAKERS:
        problem = f"In this story {len(others):,} may speak besides you."
        remedy = f"Name at most {limits.SPEAKERS} in KoboldAI Lite, and save it once more."
        raise ChatFileError(reading.file, problem, remedy)
    if _KOBOLD_MARK.search(story):
        return _one("", _marked_turns(story, user, others[0], reading))
    names = [name for name in (user, *others) if name]
    return _one("", _named_turns(story, names, user, reading))


def _marked_turns(story: str, user: str, other: str, reading: Reading) -> Iterator[ChatLine | None]:
    parts = _KOBOLD_MARK.split(story)
    for mark, text in zip(parts[1::2], parts[2::2], strict=True):
        if text.strip():
            by_user = mark == "INPUT"
            yield reading.line(user if by_user else other, by_user, [text])


def _named_turns(
    story: str, names: list[str], user: str, reading: Reading
) -> Iterator[ChatLine | None]:
    if not names:
        return
    pattern = re.compile(rf"^({'|'.join(map(re.escape, names))}):[ \t]*", re.MULTILINE)
    parts = pattern.split(story)
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        if text.strip():
            yield reading.line(name, name == user, [text])


def _versions(about: JsonObject, text: str) -> tuple[list[str], int]:
    """Return the takes that TextGen remembers beside a text."""
    versions = [words_of(version) for version in coercion.items(about.get("versions"))]
    if text.strip() in versions:
        return versions, versions.index(text.strip())
    return [*versions, text], len(versions)


def _content(row: JsonObject) -> Any:  # noqa: ANN401 - any JSON value
    return next((row[key] for key in ("content", "steps", "text") if key in row), "")


def _one(title: str, lines: Iterable[ChatLine | None]) -> list[Chat]:
    said = tuple(line for line in lines if line is not None)
    return [Chat(title, said)] if said else []


READERS: tuple[tuple[str, Reader], ...] = (
    ("a chat of Dramatis", read_dramatis),
    ("a chat of RisuAI", read_risu),
    ("a chat of CAI Tools", read_cai_tools),
    ("a chat of TextGen", read_textgen),
    ("a chat of Agnai", read_agnai),
    ("a chat of KoboldAI Lite", read_kobold),
    ("messages with roles", read_roles),
)

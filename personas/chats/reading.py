"""Any file of an old chat, whatever made it: told by its bytes, read within limits.

Touches no disk: the caller hands over the bytes. What is said in a chat is data, and nothing
in it is followed.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from personas.cards import CardError, coercion, read_card
from personas.cards import limits as card_limits
from personas.cards.bounded_json import decode_text, parse_json
from personas.cards.coercion import JsonObject
from personas.cards.receipt import ReceiptRows
from personas.cards.sniffing import Container, sniff
from personas.chats import limits
from personas.chats.errors import ChatFileError
from personas.chats.line_reading import Reading
from personas.chats.other_programs import READERS, role_lines
from personas.chats.sillytavern import is_header, is_message, read_rows
from personas.chats.transcripts import read_transcript
from personas.chats.values import Chat, ChatFile, ChatLine

_CHOOSE = (
    "Choose a chat: SillyTavern's .jsonl, or the JSON of TextGen, Agnai, RisuAI, CAI Tools, "
    "KoboldAI Lite or LM Studio, a .byaf archive, or a transcript of Dramatis."
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_chats(data: bytes, *, file_name: str) -> ChatFile:
    """Return the chats that a file holds. Raises ChatFileError and nothing else."""
    file = PurePath(file_name).name or "chat"
    if len(data) > card_limits.FILE_BYTES:
        problem = f"The file has {len(data):,} bytes, more than a chat may have."
        remedy = f"Divide it into files under {card_limits.FILE_BYTES:,} bytes."
        raise ChatFileError(file, problem, remedy)
    reading = Reading(file, ReceiptRows())
    try:
        file_format, chats = _read(data, reading)
    except CardError as error:
        raise ChatFileError(file, error.problem, error.remedy, place=error.place) from error
    if not chats:
        problem = f"Nobody says a word in it; it looks like {file_format}."
        raise ChatFileError(file, problem, "Choose a chat in which something was said.")
    named = _titled(chats[: limits.CHATS], PurePath(file).stem)
    _note(named, len(chats) - len(named), reading)
    return ChatFile(named, reading.rows.receipt(file, file_format))


def _read(data: bytes, reading: Reading) -> tuple[str, list[Chat]]:
    """Return the name of the format and the chats in it, of which there may be none."""
    container = sniff(data)
    if container is Container.ARCHIVE:
        return _archived(data, reading)
    if container is Container.JSON:
        rows = _json_lines(data, reading)
        return _of_rows(rows, reading) if rows is not None else _of_json(data, reading)
    if container in {Container.YAML, Container.SECTIONS}:
        found = read_transcript(decode_text(data), reading)
        if found is not None:
            return "a transcript of Dramatis", found
        if (rows := _json_lines(data, reading)) is not None:
            return _of_rows(rows, reading)
    problem = "The file is none of the kinds of chat that can be read."
    raise ChatFileError(reading.file, problem, _CHOOSE)


def _archived(data: bytes, reading: Reading) -> tuple[str, list[Chat]]:
    """Return the conversations in a card's archive; their lines call people by macros."""
    card = read_card(data, file_name=reading.file)
    if not card.conversations:
        problem = "The archive holds a character and no conversation."
        remedy = "Bring the character in with “personas import”, or choose another file."
        raise ChatFileError(reading.file, problem, remedy)
    chats: list[Chat] = []
    for conversation in card.conversations:
        found = (
            reading.line("", said.by_user, said.takes, chosen=said.chosen, said_at=said.said_at)
            for said in conversation.messages
        )
        lines = tuple(line for line in found if line is not None)
        chats += [Chat(conversation.title, lines, has_macros=True)] if lines else []
    return card.receipt.file_format, chats


def _json_lines(data: bytes, reading: Reading) -> list[JsonObject] | None:
    """Return the objects of a file with one on each line, None for a file that is no such.

    Each line is decoded by itself: one that was cut off in the middle of a letter, or breaks
    off, costs itself only.
    """
    if data.startswith(_UTF_16):
        data = decode_text(data).encode("utf-8", "replace")
    written = [line for line in data.splitlines() if line.strip()]
    first = next((found for line in written[:2] if (found := _object(line, reading.file))), None)
    if first is None or (len(written) == 1 and not (is_message(first) or is_header(first))):
        return None
    rows: list[JsonObject] = []
    for number, line in enumerate(written, 1):
        row = _object(line, reading.file)
        if row is not None:
            rows.append(row)
        elif number == len(written):
            why = "The last line breaks off; the rest of the chat is whole."
            reading.rows.left("The last line", f"line {number:,}", why)
        else:
            reading.pass_over("broken")
    return rows


def _object(line: bytes, file: str) -> JsonObject | None:
    """Return the object that a line is, None for anything else."""
    if len(line) > limits.LINE_BYTES:
        return None
    try:
        parsed = parse_json(line, file, what="chat")
    except CardError:
        return None
    return coercion.mapping(parsed) or None


def _of_rows(rows: list[JsonObject], reading: Reading) -> tuple[str, list[Chat]]:
    lines: tuple[ChatLine, ...]
    if any(is_message(row) for row in rows) or any(is_header(row) for row in rows[:2]):
        file_format, lines = "a chat of SillyTavern", read_rows(rows, reading)
    elif any("role" in row for row in rows):
        found = role_lines((row for row in rows if "role" in row), reading)
        file_format, lines = "messages with roles", tuple(one for one in found if one is not None)
    else:
        problem = "Its lines are objects in JSON, but no messages."
        raise ChatFileError(reading.file, problem, _CHOOSE)
    return file_format, [Chat("", lines)] if lines else []


def _of_json(data: bytes, reading: Reading) -> tuple[str, list[Chat]]:
    parsed: Any = parse_json(data, reading.file, what="chat")
    if isinstance(parsed, list):
        rows = coercion.objects(parsed)
        if any(is_message(row) or "role" in row for row in rows):
            return _of_rows(rows, reading)
        parsed = rows[0] if len(rows) == 1 else {}
    value = coercion.mapping(parsed)
    for file_format, read in READERS:
        chats = read(value, reading)
        if chats is not None:
            return file_format, chats
    raise _no_chat(value, reading.file)


def _no_chat(value: JsonObject, file: str) -> ChatFileError:
    """Return what to say of JSON that is something else."""
    if "members" in value and "chats" in value:
        problem = "This is the list of a group's members; what they said is in another file."
        remedy = "Choose the .jsonl file of that group in the folder “group chats”."
        return ChatFileError(file, problem, remedy)
    if not {"spec", "first_mes", "char_name", "char_persona"}.isdisjoint(value):
        problem = "This is a character and no chat."
        remedy = "Bring it in with “personas import”."
        return ChatFileError(file, problem, remedy)
    return ChatFileError(file, "The JSON in it is no chat that can be read.", _CHOOSE)


def _titled(chats: list[Chat], stem: str) -> tuple[Chat, ...]:
    """Give each the title it has, else the file's, with a number where there are several."""
    stem = stem[: card_limits.NAME_CHARACTERS - 6]
    return tuple(
        Chat(
            chat.title or (stem if len(chats) == 1 else f"{stem} {number}"),
            chat.lines,
            chat.has_macros,
        )
        for number, chat in enumerate(chats, 1)
    )


def _note(chats: tuple[Chat, ...], further: int, reading: Reading) -> None:
    lines = [line for chat in chats for line in chat.lines]
    takes = sum(len(line.takes) - 1 for line in lines)
    why = f"{len(lines):,} in {'1 chat' if len(chats) == 1 else f'{len(chats):,} chats'}"
    why += f", with {takes:,} other takes." if takes else "."
    reading.rows.carried("Messages", "conversation", why)
    undated = sum(line.said_at is None for line in lines)
    if undated == len(lines):
        why = "None of them says when it was said: they count as said when they were taken in."
        reading.rows.left("Times", "conversation", why)
    elif undated:
        why = f"{undated:,} without one count as said when the one above them was."
        reading.rows.mapped("Times", "conversation", why)
    if further > 0:
        why = f"{further:,} more than the {limits.CHATS:,} chats that one file may bring."
        reading.rows.left("Chats", "the file", why)
    reading.note_passed_over()

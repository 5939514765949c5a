"""The macros of character cards, from a fixed list: names, parts, clock, chance, small text.

What is put in is never read again, so that no card can grow a text or smuggle a macro in.
Pure: the clock and chance come from the setting, and the same setting gives the same text.
Macros that are not on the list, or are used wrongly, stay as they are written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from personas.macro_clock import difference_in_words, moment_formatted, span_in_words
from personas.macro_grammar import ArgumentStyle, MacroCall, macro_spans, read_call

_DEEPEST = 5
"""Macros in arguments of macros are read so deep and no deeper."""

_ANGLES = re.compile(r"<(char|bot|user|start)>", re.IGNORECASE)
_DICE = re.compile(r"(?:(\d{0,3})d)?(\d{1,5})([+-]\d{1,6})?", re.IGNORECASE)
_MOST_GROWTH = 200_000
"""Characters that macros may put into one text; those that come after stay as written."""

_MOST_LINES = 20
_MOST_DICE = 100


@dataclass(frozen=True, slots=True)
class MacroSetting:
    """What macros stand for in one place of a prompt. A value, any thread.

    `seed` belongs to the conversation, `turn` to one exchange and stays empty for texts that
    must not change within a conversation. Without a `moment` the clock's macros stay as
    written. Parts are put in as they are: names in them are to be expanded before.
    """

    char: str
    user: str
    seed: str = ""
    turn: str = ""
    moment: datetime | None = None
    idle: timedelta | None = None
    original: str = ""
    description: str = ""
    personality: str = ""
    scenario: str = ""
    persona: str = ""
    examples: str = ""
    summary: str = ""
    last_message: str = ""
    last_user_message: str = ""
    last_char_message: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a macro stands: decides what chance gives it."""

    path: str
    depth: int

    def inside(self, offset: int) -> _Place:
        return _Place(f"{self.path}.{offset}", self.depth + 1)


def expand_macros(text: str, setting: MacroSetting) -> str:
    """Return `text` with its macros expanded, those that stay unknown as they were."""
    return _expand(text, setting, _Place(str(crc32(text.encode(errors="replace"))), 0))


def unsupported_macros(text: str) -> list[str]:
    """Return the macros that would stay as text, as `{{name}}`, each once, in order."""
    found: dict[str, None] = {}
    pending = [(text, 0)]
    while pending:
        source, depth = pending.pop(0)
        for start, end in macro_spans(source):
            call = read_call(source[start:end])
            if call is None or depth > _DEEPEST:
                continue
            if call.name not in _MACROS:
                found[f"{{{{{call.name}}}}}"] = None
            pending.extend((argument, depth + 1) for argument in call.arguments)
    return list(found)


def changing_macros(text: str) -> list[str]:
    """Return the macros whose value changes within a conversation, as `{{name}}`, each once.

    In the stable part of a prompt they are frozen, which a writer may want to know.
    """
    calls = (read_call(text[start:end]) for start, end in macro_spans(text))
    return list(
        dict.fromkeys(f"{{{{{call.name}}}}}" for call in calls if call and call.name in _CHANGING)
    )


def _expand(text: str, setting: MacroSetting, place: _Place) -> str:
    pieces: list[str | None] = []
    begun = grown = 0
    for start, end in macro_spans(text) if place.depth <= _DEEPEST else ():
        if grown > _MOST_GROWTH:
            break
        pieces.append(_named(text[begun:start], setting))
        call = read_call(text[start:end])
        if call is not None and call.name == "trim":
            pieces.append(None)
        else:
            value = _value(call, setting, place.inside(start)) if call else None
            pieces.append(text[start:end] if value is None else value)
            grown += len(value or "")
        begun = end
    pieces.append(_named(text[begun:], setting))
    return _trimmed(pieces)


def _trimmed(pieces: list[str | None]) -> str:
    """Join the pieces; around a None the line breaks go."""
    written: list[str] = []
    is_open = False
    for piece in pieces:
        if piece is None:
            _strip_end(written)
            is_open = True
            continue
        rest = piece.lstrip("\r\n") if is_open else piece
        is_open = is_open and not rest
        if rest:
            written.append(rest)
    return "".join(written)


def _strip_end(written: list[str]) -> None:
    while written:
        last = written.pop().rstrip("\r\n")
        if last:
            written.append(last)
            return


def _named(text: str, setting: MacroSetting) -> str:
    """Put names in for the macros in angle brackets; `<START>` only separates examples."""
    names = {"char": setting.char, "bot": setting.char, "user": setting.user, "start": ""}
    return _ANGLES.sub(lambda found: names[found[1].lower()], text)


def _value(call: MacroCall, setting: MacroSetting, place: _Place) -> str | None:
    meaning = _MACROS.get(call.name)
    if meaning is None:
        return None
    arguments = tuple(
        _expand(argument, setting, place.inside(index))
        for index, argument in enumerate(call.arguments)
    )
    return meaning(MacroCall(call.name, call.style, arguments), setting, place)


Meaning = Callable[[MacroCall, MacroSetting, _Place], str | None]


def _part(name: str) -> Meaning:
    """A macro that stands for one text of the setting."""
    return lambda _call, setting, _place: getattr(setting, name)


def _nothing(_call: MacroCall, _setting: MacroSetting, _place: _Place) -> str:
    return ""


def _clock(form: str) -> Meaning:
    def meaning(_call: MacroCall, setting: MacroSetting, _place: _Place) -> str | None:
        return moment_formatted(setting.moment, form) if setting.moment else None

    return meaning


def _formatted(call: MacroCall, setting: MacroSetting, _place: _Place) -> str | None:
    if setting.moment is None or not call.arguments:
        return None
    return moment_formatted(setting.moment, _whole(call).strip())


def _idle(_call: MacroCall, setting: MacroSetting, _place: _Place) -> str:
    return span_in_words(setting.idle) if setting.idle is not None else "just now"


def _difference(call: MacroCall, _setting: MacroSetting, _place: _Place) -> str | None:
    return difference_in_words(*call.arguments) if len(call.arguments) == 2 else None


def _chosen(call: MacroCall, setting: MacroSetting, place: _Place) -> str | None:
    options = call.arguments
    if not options:
        return None
    turn = "" if call.name == "pick" else setting.turn
    (drawn,) = _drawn(setting.seed, turn, place, 1)
    choice = options[drawn % len(options)].strip()
    return choice.replace("\\,", ",") if call.style is ArgumentStyle.COMMAS else choice


def _rolled(call: MacroCall, setting: MacroSetting, place: _Place) -> str | None:
    dice = _DICE.fullmatch("".join(_whole(call).split()))
    if dice is None:
        return None
    number, sides = int(dice[1] or 1), int(dice[2])
    if not 0 < number <= _MOST_DICE or not sides:
        return None
    thrown = sum(1 + drawn % sides for drawn in _drawn(setting.seed, setting.turn, place, number))
    return str(thrown + int(dice[3] or 0))


def _lines(call: MacroCall, _setting: MacroSetting, _place: _Place) -> str | None:
    wanted = _whole(call).strip() or "1"
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 4):
        return None
    return "\n" * min(int(wanted), _MOST_LINES)


def _whole(call: MacroCall) -> str:
    """The arguments as one text, as they were written."""
    return ("::" if call.style is ArgumentStyle.COLONS else ",").join(call.arguments)


def _drawn(seed: str, turn: str, place: _Place, count: int) -> list[int]:
    """Return so many large numbers, the same for the same seed, turn and place."""
    source = f"{seed}\0{turn}\0{place.path}".encode(errors="replace")
    drawn = hashlib.shake_256(source).digest(8 * count)
    return [int.from_bytes(drawn[at : at + 8]) for at in range(0, 8 * count, 8)]


_CLOCK: dict[str, Meaning] = {
    "date": _clock("D MMMM YYYY"),
    "time": _clock("h:mm A"),
    "weekday": _clock("dddd"),
    "isodate": _clock("YYYY-MM-DD"),
    "isotime": _clock("HH:mm"),
    "datetimeformat": _formatted,
    "idleduration": _idle,
    "idle_duration": _idle,
}
_CHANCE: dict[str, Meaning] = {"random": _chosen, "roll": _rolled}
_LAST: dict[str, Meaning] = {
    "lastmessage": _part("last_message"),
    "lastusermessage": _part("last_user_message"),
    "lastcharmessage": _part("last_char_message"),
}
_MACROS: dict[str, Meaning] = {
    "char": _part("char"),
    "user": _part("user"),
    "group": _part("char"),
    "charifnotgroup": _part("char"),
    "notchar": _part("user"),
    "original": _part("original"),
    "description": _part("description"),
    "personality": _part("personality"),
    "scenario": _part("scenario"),
    "persona": _part("persona"),
    "mesexamples": _part("examples"),
    "summary": _part("summary"),
    **_LAST,
    **_CLOCK,
    **_CHANCE,
    "pick": _chosen,
    "timediff": _difference,
    "newline": _lines,
    "trim": _nothing,
    "noop": _nothing,
    "//": _nothing,
    "comment": _nothing,
    "hidden_key": _nothing,
    "outlet": _nothing,
    "reverse": lambda call, _setting, _place: _whole(call)[::-1],
}
_CHANGING = frozenset({*_CLOCK, *_CHANCE, *_LAST})

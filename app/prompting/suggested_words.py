"""Reads what a model wrote for one part of a character, whatever it wrote.

Small models number where nothing was to be numbered, talk about what they are going to do,
quote, embolden, and break off. Every reader here takes any text and returns what is usable of
it, bounded; nothing when nothing is. Pure; knows no persona and no engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.prompting.paragraph_words import NAME_PARTICLES

LONGEST_PROSE = 1200
LONGEST_LINE = 160
LONGEST_ITEM = 120
_MOST_TALK = 3

_INVISIBLE = re.compile(r"[^\S\n]+|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")
_TALK = re.compile(
    r"^(?:sure|certainly|of course|okay|ok|absolutely|great|alright|no problem|happy to help"
    r"|here(?:'s|\u2019s| is| are| you)|below (?:is|are)|the following|as requested)\b[^\n]{0,160}?"
    r"(?::(?=\s|$)|[.!](?=\s*\n|\s+here\b))",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:as an ai|language model|ai assistant|i(?:'m| am) sorry,? but|i cannot (?:help|assist)"
    r"|i can(?:'t|\u2019t) (?:help|assist)|let me know if|i hope this)\b",
    re.IGNORECASE,
)
_BLANK_TO_FILL = re.compile(r"\[[^\]\n]{1,40}\]|<[^>\n]{1,40}>|_{3,}")
_COUNT = re.compile(r"^\d{1,2}:\s+")
_MARKER = re.compile(
    r"^(?:\(?\d{1,2}[.)](?!\d)|[-*•\u2013—·+]+(?=\s)|#{1,6}(?=\s)|[a-e][.)](?=\s))\s*"
)
_MARKDOWN = re.compile(r"\*\*|(?<!_)__(?!_)|`+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”\u2019*)]*(?=\s|$)")
_NOT_BEFORE_NAMES = frozenset(
    ("the", "a", "an", "his", "her", "their", "my", "your", "our", "its", "this", "that", "i")
)
_QUOTES = {'"': '"', "“": "”", "'": "'", "\u2018": "\u2019", "«": "»", "„": "“"}
_WHEN = re.compile(
    r"^(?:(?:at )?(?:the )?age(?: of|:)? |aged )(?P<age>\d{1,3})(?!\d)\s*(?:years old)?"
    r"(?:\s*\(?(?P<year>\d{4})\)?)?\s*[:,.\u2013—-]*\s*",
    re.IGNORECASE,
)
_BARE_AGE = re.compile(r"^(?P<age>\d{1,3})(?!\d)(?:\s*years? old)?\s*[:\u2013—-]\s*")
_DATED = re.compile(
    r"^(?:in )?(?P<when>(?:[^\W\d_]+ )?(?:\d{1,2} )?(?:[^\W\d_]+ )?\d{4})(?!\d)\s*[:,\u2013—-]*\s*",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"^(?P<name>[^:(,\u2013—]{1,60}?)\s*(?:\((?P<bracket>[^)]{1,80})\)|,\s*(?P<comma>[^:\u2013—]{1,80}?))?"
    r"\s*(?:[:\u2013—]\s*|\s-\s|$)(?P<note>.*)$"
)
_SPEAKER = re.compile(r"^(?P<speaker>[^\W\d_][^:\n]{0,40}?)\s*:\s*(?P<said>.*)$")


def read_prose(text: str, *, is_cut: bool = False) -> str:
    """Return paragraphs of prose, without talk around it and without a sentence that was cut."""
    lines = [_plain(line) for line in _lines(text)]
    kept = [line for line in lines if _is_usable(line)]
    prose = "\n".join(kept)
    if len(prose) > LONGEST_PROSE:
        prose, is_cut = prose[:LONGEST_PROSE], True
    if is_cut:
        prose = _to_last_sentence(prose)
    return _unquoted(prose) if _has_word(prose) else ""


def read_line(text: str, labels: Iterable[str] = ()) -> str:
    """Return the first usable line without the label in front of it."""
    for line in _lines(text):
        said = _unquoted(_item(_without_label(_item(line), labels))).rstrip(" ,;:")
        if _is_usable(said):
            return _shortened(_without_stop(said), LONGEST_LINE)
    return ""


def read_words(text: str, most: int) -> tuple[str, ...]:
    """Return single words or pairs, from lines or from between commas."""
    words: list[str] = []
    for item in _items(text):
        for word in re.split(r"[,;/]|\band\b", item):
            said = _unquoted(word.strip()).strip(" .!").lower()
            if _is_usable(said) and len(said.split()) <= 3:
                words.append(said)
    return _distinct(words)[:most]


def read_items(text: str, most: int, *, is_cut: bool = False) -> tuple[str, ...]:
    """Return the items of a list, from lines or, where there is one line, from between commas."""
    items = _items(text)
    if len(items) == 1:
        items = [part for part in re.split(r"[;,]\s+", items[0]) if part] or items
    if is_cut and len(items) > 1:
        items = items[:-1]
    cleaned = (_unquoted(item.rstrip(" ,;:")) for item in items)
    return _distinct(_shortened(said, LONGEST_ITEM) for said in cleaned if _is_usable(said))[:most]


def read_events(text: str, most: int, *, is_cut: bool = False) -> tuple[dict[str, object], ...]:
    """Return events with their age or date, where one was given."""
    lines = [_plain(line) for line in _lines(text)]
    if is_cut and len(lines) > 1:
        lines = lines[:-1]
    events: list[dict[str, object]] = []
    for line in lines:
        event = _event(line)
        if event is not None and event not in events:
            events.append(event)
    return tuple(events[:most])


def read_people(text: str, most: int, *, is_cut: bool = False) -> tuple[dict[str, object], ...]:
    """Return people with their relation and a note, those without a name left out."""
    people: list[dict[str, object]] = []
    names: set[str] = set()
    items = _items(text)
    if is_cut and len(items) > 1:
        items = items[:-1]
    for item in items:
        found = _PERSON.match(item)
        if found is None:
            continue
        name = _unquoted(found["name"]).strip(" .*")
        if not _is_name(name) or name.casefold() in names:
            continue
        names.add(name.casefold())
        relation = (found["bracket"] or found["comma"] or "").strip()
        note = _to_last_sentence(found["note"].strip()[:LONGEST_PROSE])
        people.append({"name": name, "relation": relation, "note": note})
    return tuple(people[:most])


def read_exchange(
    text: str, char: str, most_lines: int = 8, *, is_cut: bool = False
) -> tuple[dict[str, str], ...]:
    """Return the lines of a talk; the character is `{{char}}`, anybody else `{{user}}`.

    Nothing unless both speak.
    """
    own = {char.casefold(), *char.casefold().split()}
    lines: list[dict[str, str]] = []
    for line in _lines(text):
        found = _SPEAKER.match(_plain(line))
        said = _unquoted(found["said"].strip()) if found else ""
        if found is None or not _is_usable(said):
            continue
        speaker = "{{char}}" if found["speaker"].strip().casefold() in own else "{{user}}"
        lines.append({"speaker": speaker, "text": said[:LONGEST_PROSE]})
    if is_cut and len(lines) > 2:
        lines = lines[:-1]
    lines = lines[:most_lines]
    return tuple(lines) if len({line["speaker"] for line in lines}) == 2 else ()


def speaks_in_first_person(text: str) -> bool:
    """Whether somebody says I, or speaks of what is theirs."""
    return re.search(r"\b(?:I|I'm|I\u2019m|[Mm]y|[Mm]e)\b", text) is not None


def _lines(text: str) -> list[str]:
    """Return the lines with something in them, without talk before the first."""
    clean = _INVISIBLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    clean = _MARKDOWN.sub("", clean).strip()
    for _ in range(_MOST_TALK):
        clean = _TALK.sub("", clean, count=1).lstrip()
    return [line.strip() for line in clean.split("\n") if line.strip(" *_#-=`")]


def _items(text: str) -> list[str]:
    """Return what stands on the lines, without numbers and bullets.

    Where some lines are numbered, the others are talk around them.
    """
    lines = _lines(text)
    numbered = [line for line in lines if _MARKER.match(line) or _COUNT.match(line)]
    return [_item(line) for line in (numbered if len(numbered) > 1 else lines)]


def _item(line: str) -> str:
    return _COUNT.sub("", _plain(_plain(line)))


def _plain(line: str) -> str:
    return _MARKER.sub("", line, count=1).strip()


def _has_word(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _is_usable(text: str) -> bool:
    """Whether there are words, and they are the character's and not the model's own."""
    if not _has_word(text):
        return False
    return not (_ABOUT_ITSELF.search(text) or _BLANK_TO_FILL.search(text))


def _without_label(text: str, labels: Iterable[str]) -> str:
    for label in labels:
        if label and text.casefold().startswith(f"{label.casefold()}:"):
            return text[len(label) + 1 :].strip()
    return text


def _is_name(text: str) -> bool:
    """Whether these are somebody's names: few words, with capitals, and not "The man"."""
    words = text.split()
    if not 0 < len(words) <= 5 or words[0].casefold() in _NOT_BEFORE_NAMES or not _is_usable(text):
        return False
    return all(word[0].isupper() or word in NAME_PARTICLES for word in words)


def _unquoted(text: str) -> str:
    """Take away quotation marks around the whole."""
    inner = text.strip()
    while len(inner) > 1 and _QUOTES.get(inner[0]) == inner[-1] and inner[0] not in inner[1:-1]:
        inner = inner[1:-1].strip()
    return inner


def _without_stop(text: str) -> str:
    """Take the full stop from a phrase; sentences keep theirs."""
    is_phrase = text.endswith(".") and not text.endswith("..") and "." not in text[:-1]
    return text[:-1] if is_phrase else text


def _to_last_sentence(text: str) -> str:
    """Cut behind the last sentence that ends; one that never does keeps its whole words."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    if ends:
        return text[: ends[-1]]
    head, _, _ = text.rpartition(" ")
    return f"{head or text} …" if text else ""


def _shortened(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    head, _, _ = text[: length - 2].rpartition(" ")
    return f"{head or text[: length - 2]} …"


def _distinct(items: Iterable[str]) -> tuple[str, ...]:
    """Return the items without those that say the same again."""
    seen: dict[str, str] = {}
    for item in items:
        seen.setdefault(" ".join(re.findall(r"\w+", item.casefold())), item)
    return tuple(seen.values())


def _event(line: str) -> dict[str, object] | None:
    """Return one line as an event, None when it does not tell what happened."""
    age: int | None = None
    when, rest = "", line
    if found := _WHEN.match(line) or _BARE_AGE.match(line):
        age = int(found["age"])
        when = found.groupdict().get("year") or ""
        rest = line[found.end() :]
    elif found := _DATED.match(line):
        when = found["when"].strip()
        rest = line[found.end() :]
    what = _unquoted(rest.strip())
    if not _is_usable(what) or (age is not None and age > 130):
        return None
    what = what[0].upper() + what[1:]
    return {"when": when, "age": age, "what": _shortened(what, 2 * LONGEST_LINE)}

"""Who was there when a line of a scene was said: nobody remembers what they were not there for.

A person is there from their first line, or the line that states their arrival, to their last
line, or the one that states their leaving; in between they may leave and come back. Only
narration states such things: what is said of somebody is talk. Pure; knows no file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_SOON = r"(?:(?:\w+ly|then|now|finally|also|just|at last|soon|and)[ ,]+){0,3}"
_PLACE = (
    r"(?:room|house|home|hall|inn|bar|pub|tavern|shop|office|kitchen|building|table|camp|tent|ship"
    r"|boat|car|party|scene|place|city|town|village|castle|library|caf\u00e9|cafe|church|garden"
    r"|deck|cabin|others|company|group|chat|conversation|call)"
)
_THE_PLACE = rf"(?:the|this|that|their|her|his|my|our) (?:\w+ )?{_PLACE}\b"
_END = r"(?=\s*(?:$|[.,;:!?\u2026\u2014-]))"
_HOW = r"(?:quietly|silently|early|late|alone|together|again|without|with|and|through|by|\w+ly)\b"
_WALKING = (
    r"(?:comes?|came|walk(?:s|ed)?|step(?:s|ped)?|rush(?:es|ed)?|runs?|ran|storm(?:s|ed)?"
    r"|bursts?|slip(?:s|ped)?|strides?|strode|wander(?:s|ed)?|stumble[sd]?|sneak(?:s|ed)?"
    r"|hurr(?:y|ies|ied)|rides?|rode|drives?|drove|heads?|headed|goe?s?|went|gets?|got)"
)
_COMING = (
    rf"(?:(?:enter(?:s|ed)?|arriv(?:es?|ed)|re-?join(?:s|ed)?|wakes?|woke)\b"
    rf"|(?:is|was|are) back\b"
    rf"|join(?:s|ed)?(?:{_END}| (?:us|them|you|him|her|in|{_THE_PLACE}|{_HOW}))"
    rf"|return(?:s|ed)?(?:{_END}| (?:to|from|later|at)\b| {_HOW})"
    rf"|(?:re-?)?appear(?:s|ed)?(?:{_END}| (?:at|in|from|beside|behind|out of)\b)"
    rf"|{_WALKING} (?:(?:back(?: in| inside)?|in|inside|through the door)"
    rf"(?:{_END}| (?:to|from)\b| {_HOW})"
    rf"|(?:back )?(?:in|into|inside) {_THE_PLACE}))"
)
_GOING = (
    rf"(?:(?:exit(?:s|ed)?|depart(?:s|ed)?|vanish(?:es|ed)?|disappear(?:s|ed)?)\b"
    rf"|(?:leaves?|left)(?:{_END}| (?:{_HOW}|in a\b|to\b|{_THE_PLACE}))"
    rf"|{_WALKING} (?:out|outside|off|away|home|upstairs|downstairs)(?:{_END}| (?:to|into)\b"
    rf"| (?:of )?{_THE_PLACE}| (?:of|by|through) the (?:front |back )?door\b| {_HOW}))"
)
# Said of somebody by name; a "she" who is gone is mostly somebody else.
_GONE = (
    r"(?:(?:is|was|has|had) (?:already |long )?gone\b|(?:falls?|fell) (?:fast )?asleep\b"
    r"|(?:goes|went|heads?|headed) (?:off |back )?to (?:bed|sleep|work|school)\b"
    r"|(?:takes?|took) (?:her|his|their) leave\b|excuse[sd] (?:her|him|them)sel(?:f|ves)\b"
    rf"|(?:leaves?|left) \w+['\u2019]s {_PLACE}\b)"
)
_STARRED = re.compile(r"(?<!\*)\*++([^*]+)\*++")
_QUOTED = re.compile(r"\"[^\"]*\"?|\u201c[^\u201d]*\u201d?|\u00ab[^\u00bb]*\u00bb?")


@dataclass(frozen=True, slots=True)
class SceneLine:
    """A line of a scene: who says it, and what. A value.

    All of a narrator's line is narration.
    """

    speaker: str
    text: str
    is_narration: bool = False


def present_at(lines: Sequence[SceneLine], names: Collection[str]) -> tuple[bool, ...]:
    """Return for each line whether the person of these names was there to hear it.

    The lines in which they come and go are heard. The names are compared without regard to
    case; the first is what other lines may call them by as well as any other.
    """
    own = {name.casefold() for name in names if name}
    coming, going = _stating(own, _COMING), _stating(own, f"(?:{_GOING}|{_GONE})")
    spoke = [line.speaker.casefold() in own and not line.is_narration for line in lines]
    heard = [False] * len(lines)
    is_there, since_last = False, 0
    for number, line in enumerate(lines):
        told = _narrated(line)
        states = [(found.end(), True) for found in coming.finditer(told)]
        states += [(found.end(), False) for found in going.finditer(told)]
        if spoke[number]:
            states += [(found.end(), False) for found in _OWN_GOING.finditer(told)]
        comes = any(is_coming for _, is_coming in states)
        is_there = is_there or spoke[number] or comes
        heard[number] = is_there
        goes = bool(states) and not max(states)[1]
        if spoke[number] or states:
            since_last = number + 1
        if is_there and goes:
            is_there = False
    # After their last word nobody says that they are still there.
    return tuple(one and number < since_last for number, one in enumerate(heard))


def _stating(names: Collection[str], doing: str) -> re.Pattern[str]:
    """Return what finds a statement that one of them does something."""
    whom = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"\b(?:{whom})\b,? {_SOON}{doing}", re.IGNORECASE)


_OWN_GOING = re.compile(
    rf"(?:^|[.!?;]\s+)(?:(?:I|she|he|they) )?{_SOON}{_GOING}", re.IGNORECASE | re.MULTILINE
)


def _narrated(line: SceneLine) -> str:
    """Return what a line tells rather than says: between asterisks, else outside quotation."""
    if line.is_narration:
        return line.text.replace("*", "")
    starred = _STARRED.findall(line.text)
    if starred:
        return "\n".join(part.strip() for part in starred)
    unquoted, count = _QUOTED.subn("\n", line.text)
    return unquoted.strip() if count else ""

"""What a message asks of memory: its words without the names, who is meant, which days.

Names say who speaks and drown what is asked: without them the embedding of a question comes
to lie beside its answer, and they serve as a prior on the speaker. Pure; knows no memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.services.recall_dates import EventAsked, Period, event_asked, period_asked
from app.services.stems import stems, words

LONGEST_QUESTION = 900
"""Characters of a message that are looked at: the last ones, about what the embedder reads."""

_MOST_STEMS = 24
_PLEASANTRIES = frozenset(
    stems(
        "bye cool fine goodbye great haha lol nice please sorry sound tell thanks wow"
        " good morning evening night today"
    )
)
_ME = re.compile(r"\b(?:i|me|my|mine|myself)\b(?!\.)", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_ASKED_ABOUT_ME = re.compile(
    r"\b(?:did|do|does|was|am|have|had|will|would|should|could|can) i\b|\bmy\b|\bme\b",
    re.IGNORECASE,
)
_ASKED_ABOUT_YOU = re.compile(
    r"\b(?:did|do|were|are|have|had|will|would|should|could|can) you\b|\byour\b", re.IGNORECASE
)
_POLITE = re.compile(
    r"\b(?:do|can|could|will|would) you (?:still )?(?:remember|recall|tell|know|say)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:that|this|these|those|it|its|there|then|he|him|his|she|hers?|they|them|theirs?|one)\b",
    re.IGNORECASE,
)
_PROPER = re.compile(r"(?<=[a-z,;:] )[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Question:
    """What one recall looks for. A value; any thread.

    `bare` is what is embedded. `of_user` tells whose words are looked for, None when either's;
    `is_of_somebody` whether it calls the user or the character by name, `is_of_past` whether
    it asks about days before the one it was said on.
    `names` are others that it names, lower-cased as keywords are.
    """

    bare: str
    stems: tuple[str, ...]
    of_user: bool | None
    is_of_somebody: bool
    is_of_past: bool
    names: tuple[str, ...]
    period: Period | None
    event: EventAsked | None

    @property
    def says_something(self) -> bool:
        """Whether there is more in it than a greeting or thanks."""
        return self.is_of_past or not _PLEASANTRIES.issuperset(self.stems)


def in_context(text: str, before: str) -> str:
    """Return a message, with the one before it where it asks and says hardly what about.

    "Who was that?" is about what was said before, "Where do I live?" about what it says, and
    "Thanks!" about nothing.
    """
    said = set(stems(text)) - _PLEASANTRIES
    leans = "?" in text and (not said or (len(said) == 1 and _POINTS_BACK.search(text)))
    return f"{before} {text}" if leans else text


def understand(text: str, user_name: str, character_name: str, today: date) -> Question:
    """Return what a message asks, said by the user to the character on a day."""
    said = " ".join(text.split())[-LONGEST_QUESTION:]
    user, character = _name(user_name), _name(character_name)
    bare = " ".join(character.sub(" ", user.sub(" ", said)).split())
    period = period_asked(said, today)
    return Question(
        bare=bare if words(bare) else said,
        stems=tuple(dict.fromkeys(stems(bare)))[:_MOST_STEMS],
        of_user=_whose(said, user, character),
        is_of_past=period is not None and (period.first or date.min) < today,
        is_of_somebody=bool(user.search(said) or character.search(said)),
        names=tuple(dict.fromkeys(_PROPER.findall(bare))),
        period=period,
        event=event_asked(said),
    )


def _name(name: str) -> re.Pattern[str]:
    """Return what finds a whole name or its first word, with its 's; "You" is no name."""
    whole = name.strip()
    if whole.casefold() in {"", "you"}:
        return re.compile(r"(?!)")
    first = whole.split()[0]
    forms = {whole, first} if len(first) > 2 else {whole}
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"\b(?:{either})(?:['\u2019]s)?(?!\w)", re.IGNORECASE)


def _whose(said: str, user: re.Pattern[str], character: re.Pattern[str]) -> bool | None:
    """Whose words answer: of whom alone it speaks, by name or as I and you."""
    of_user, of_character = bool(user.search(said)), bool(character.search(said))
    if not of_user and not of_character:
        plain = _POLITE.sub(" ", said)
        of_user, of_character = bool(_ME.search(plain)), bool(_YOU.search(plain))
        if of_user and of_character:
            of_user = bool(_ASKED_ABOUT_ME.search(plain))
            of_character = bool(_ASKED_ABOUT_YOU.search(plain))
    return None if of_user == of_character else of_user

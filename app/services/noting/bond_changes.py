"""What an exchange changes between the two (HPD): small steps, by what was said.

Familiarity grows a little with every exchange and more with what is told of oneself; affection
follows thanks, praise, apology, confession, insult and threat, each way by who says it. Scales
run from -10 to 10. English, and nothing is read into what is left unsaid. Pure.
"""

from __future__ import annotations

import re

from app.domain.conversation import Author
from app.domain.memory import Bond
from app.ports.memory_store import Exchange
from app.services.noting.clauses import spelt_out
from app.services.noting.suspicion import why_suspicious

EVERY_EXCHANGE = 0.05
TOLD_OF_ONESELF = 0.15
MOST_AT_ONCE = 1.0

_TOLD = re.compile(
    r"\b(?:I (?:am|was|have|live|work|love|hate|used to|grew up|never told|feel|miss|dream|fear)"
    r"|[Mm]y (?:\w+ )?(?:mother|father|sister|brother|wife|husband|son|daughter|job|life"
    r"|childhood))\b"
)
_PRAISE = (
    r"\byou are (?:so |very |such |really |the |an? )*(?:kind|sweet|lovely|wonderful|great|brave"
    r"|clever|beautiful|funny|amazing|best|good (?:friend|man|woman|listener)|dear)\b"
)
_INSULT = (
    r"\byou are (?:so |very |such |really |an? |the )*(?:idiot|fool|stupid|ugly|pathetic|useless"
    r"|disgusting|boring|liar|coward|monster|annoying|worthless|horrible|cruel)\b|\bshut up\b"
    r"|\bgo to hell\b|\b(?:fuck|screw) you\b|\bI do not (?:like|trust) you\b"
)
_STEPS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (step, re.compile(pattern, re.IGNORECASE))
    for step, pattern in (
        (1.0, r"\bI (?:really |do |still )*love you\b|\bI am (?:falling )?in love with you\b"),
        (0.5, r"\bI (?:really |do )*(?:trust|missed|miss|forgive|adore) you\b"),
        (0.4, r"\b(?:I am (?:so |very |really )*sorry|I apologi[sz]e|forgive me|my fault)\b"),
        (0.3, r"\bthank(?:s| you)\b|\bI appreciate\b|\bgrateful\b|\bI (?:really )?like you\b"),
        (0.3, _PRAISE),
        (0.3, r"\b(?:as I promised|I kept my (?:word|promise)|you kept your (?:word|promise))\b"),
        (-0.6, _INSULT),
        (-1.0, r"\bI (?:really )?(?:hate|despise|loathe) you\b|\bI will (?:kill|hurt) you\b"),
        (-0.6, r"\b(?:you|I) (?:lied|betrayed|broke (?:your|my) (?:word|promise))\b"),
    )
)
_DENIED = re.compile(r"\b(?:not|never|no longer|if|would)\b[^.!?\n]{0,20}$", re.IGNORECASE)
_MOODS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mood, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for mood, pattern in (
        ("angry", r"furious|angry|rage|glar(?:es|ed|ing)|snap(?:s|ped)|slam(?:s|med)"),
        ("afraid", r"afraid|terrified|trembl\w+|frightened|scared"),
        ("sad", r"tears?|weep\w*|cr(?:ies|ied|ying)|sobs?|sobbing|sad(?:ly)?|grie(?:f|ves)"),
        ("glad", r"laugh(?:s|ed|ing)?|grin(?:s|ned|ning)?|smil(?:es|ed|ing)|delighted|happy|glad"),
        ("tender", r"tender(?:ly)?|gentl[ey]|softly|embrac\w+|hugs?|caress\w*|kiss(?:es|ed)?"),
        ("ashamed", r"blush(?:es|ed|ing)?|ashamed|embarrassed"),
    )
)


def bond_of(exchange: Exchange) -> Bond | None:
    """Return what an exchange changed, None where nothing was said or it was an attack.

    What is said to others, and by them, changes nothing between the two.
    """
    if (exchange.said.author, exchange.reply.author) != (Author.USER, Author.CHARACTER):
        return None
    said, replied = spelt_out(exchange.said.text), spelt_out(exchange.reply.text)
    if not said.strip() or why_suspicious(exchange.said.text):
        return None
    familiarity = EVERY_EXCHANGE + sum(
        TOLD_OF_ONESELF for text in (said, replied) if _TOLD.search(text)
    )
    return Bond(
        familiarity=round(familiarity, 2),
        affection_of_user=_affection(said),
        affection_of_character=_affection(replied),
        mood=_mood(replied),
    )


def _affection(text: str) -> float:
    steps = sum((step for step, pattern in _STEPS if _is_meant(pattern, text)), 0.0)
    return round(min(MOST_AT_ONCE, max(-MOST_AT_ONCE, steps)), 2)


def _is_meant(pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.search(text)
    return found is not None and not _DENIED.search(text[: found.start()])


def _mood(text: str) -> str:
    """Return the mood that a reply shows first, "" for none that can be told."""
    found = [(match.start(), mood) for mood, pattern in _MOODS if (match := pattern.search(text))]
    return min(found)[1] if found else ""

"""What the user says the character is: a claim, never a fact.

Who a character is stands in the persona's sheet. What the user says of it beside that is worth
remembering only as something that the user says. Pure.
"""

from __future__ import annotations

import re

from app.domain.memory import Triple
from app.services.noting.vocabulary import ADVERBS, KIN
from personas.persona import Persona

CLAIM_IMPORTANCE = 2.0

_FLATTERY = (
    r"(?!(?:very |so |such |really |quite |too )*(?:an? )?(?:very |really |so |truly )*(?:good"
    r"|great"
    r"|nice|kind|sweet|real|true|lovely|wonderful|bad|terrible|funny|smart|clever|lucky|beautiful|"
    r"pretty|handsome|amazing|right|wrong|welcome|sure|here|there|not (?:sure|alone|wrong"
    r"|listening)"
    r"|dear|fine|okay|tired|late|sad|happy|angry|upset|quiet|silly|strange|brave|cruel|mean|rude|"
    r"genius|angel|darling|treasure|gem|bit|little|one|best|only|most|person|strong|busy|free|just|"
    r"interesting|cute|cool|talented|generous|patient|honest|joking|kidding|sitting|standing|going|"
    r"being|doing|talking|making|trying|looking|the (?:best|one|only|most|first|sweetest|kindest))"
    r"\b)"
)
_OF_YOU = re.compile(
    rf"^you (?:"
    rf"(?:are|were) {ADVERBS}(?:not )?{_FLATTERY}(?:an?|the|from|called|named|my|made of|\d+|born|"
    rf"married|divorced|no longer|in love with|secretly|{KIN}|[a-z]+(?:ish|ese|ian|can|man))\b"
    rf"|{ADVERBS}(?:live|lived|work|worked|come|came|grew up|moved) (?:in|at|as|for|from|to|on)\b"
    rf"|{ADVERBS}(?:promised|swore|agreed|told me|said|admitted|confessed|owe|stole|killed|betrayed"
    r"|hate|love|loved|hated|serve|obey|belong to|work for|have (?:no|an?|two|three|always|never)"
    r"|do not (?:have|like|love|believe|mind|exist|live|work)|never (?:had|were|lived|loved)"
    r"|used to|was|always|never|once|died|lost your|forgot|remember)\b"
    r").+",
    re.IGNORECASE,
)
_OF_YOURS = re.compile(
    rf"^your (?:(?:real|true|full|new|actual|first|last) )*(?:name|age|job|home|house|birthday|"
    rf"hometown|religion|{KIN}|favou?rite \w+|secret|past|country|nationality|sex|gender|creator|"
    r"maker|master|owner|memory|memories|profession|occupation) (?:is|are|was|were|lives|live|"
    r"works|died|has|have|hates|loves|did)\b.+",
    re.IGNORECASE,
)
_BY_NAME = (
    r"^{name}(?:'s (?:real |true |new )?\w+)? (?:is|was|are|lives?|lived|works?|worked|has|had"
    r"|hates?"
    r"|loves?|comes|came|died|promised|said|does not|never|always|used to|knows|killed|stole|wants)"
    r"\b.+"
)


def is_claim(clause: str, character: str) -> bool:
    """Whether a clause of the user's says what the character is, has or has done."""
    if _OF_YOU.match(clause) or _OF_YOURS.match(clause):
        return True
    by_name = _BY_NAME.replace("{name}", re.escape(character))
    return bool(re.match(by_name, clause, re.IGNORECASE))


def facts_of(persona: Persona) -> tuple[Triple, ...]:
    """Return what the persona's sheet settles, as relations that notes of its own words have."""
    social = persona.social
    settled = (
        ("is called", persona.called),
        ("is aged", social.age),
        ("lives in", social.residence),
        ("works as", social.job or social.occupation),
        ("works at", social.job or social.occupation),
        ("comes from", social.nationality),
        ("was born in", social.nationality),
    )
    return tuple(
        Triple(persona.called, relation, value) for relation, value in settled if value.strip()
    )

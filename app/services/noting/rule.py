"""One rule of noting: what a clause must look like, and what the note then says.

Rules read clauses in the first person with contractions spelt out. Knows no vocabulary. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.memory import About, NoteKind
from app.services.noting.note_dates import strip_dates
from app.services.noting.third_person import conjugated

_CUT = re.compile(
    r"\s*(?:[,;:(\[~]|\b(?:and|but|or|because|so|when|which|who|while|since|until|even|"
    r"as well|too|although|though|whenever|after|before|that|every|again|anymore|any more)\b)"
    r".*$",
    re.IGNORECASE,
)
_CUT_LATE = re.compile(r"(?<=\w\s)(\S+)\s+(?:for|with|from)\s.*$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"^(?:(?:a|an|the|my|some|to|all|any|is|are|as|being|really|very|so|just|quite|actually|also"
    r"|already)(?:\s+|$))+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\s+(?:now|a lot|very much|so much|the most|most|at all|right now|as well|though|here|anyway"
    r"|myself|more than anything|these days|at the moment)$",
    re.IGNORECASE,
)
# What points to the talk itself: without it the sentence says nothing.
HOLLOW = re.compile(
    r"^(?:(?:about|of|on|with|at|to|for|by) )?(?:it|that|this|them|those|these|you|your|yours"
    r"|him|her|his|their|its|he|she|they|how|what|when|where|why|one|ones|both|all of|all that"
    r"|everything|each|so|too"
    r"|same|the (?:same|idea|sound|way|fact|name|look|thought|feeling|part|one|ones|first|last"
    r"|second|latter|answer|action|characters?|story|stories|plot|suspense|people|"
    r"atmosphere|excitement|variety|challenge|freedom|energy|flavou?rs?|scenery|style|design"
    r"|graphics)"
    r"|i|do(?:ing)? (?:that|it|this|those|these)|(?:hear|hearing|talk|talking|chat|chatting"
    r"|speaking|meet|meeting|see|seeing|know|knowing|say|saying|think|thinking|tell|telling|ask"
    r"|asking|get to know|try|trying|do|check|join|help|be)"
    r"(?: (?:it|that|you|your|so|them|this|to you|with you|from you|some|more|about|out|there|what"
    r"|how|one|something|all).*|$)|like that|there|sure|sorry|glad|such|either|neither|mine"
    r"|more about.*|our .*|another.*|other .*|someone like.*|(?:a|the) lot)\b(?! ?-)",
    re.IGNORECASE,
)
_SHORTEST = 2
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """What a clause says if it matches. A value.

    The pattern's group `o` is the object of the relation and `s` whose relation it is, after
    "my"; `relation` may hold `{k}`, the group `k`, and `{vs}`, the verb in the group `v` as it is
    said of others. `needs` is "past", "future" or "later" (than today) where only such a day
    makes it worth noting. `ends` are relations that are over, divided by bars; with `ends_any`
    whatever their object.
    """

    kind: NoteKind
    pattern: re.Pattern[str]
    importance: float
    relation: str = ""
    about: About | None = None
    needs: str = ""
    ends: str = ""
    ends_any: bool = False
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a clause fits. A value.

    `subject` is "" for the speaker, else whose relation it is, as in "sister".
    """

    rule: Rule
    subject: str = ""
    relation: str = ""
    object: str = ""
    is_denied: bool = False


def rule(
    kind: NoteKind,
    pattern: str,
    importance: float,
    relation: str = "",
    *,
    about: About | None = None,
    needs: str = "",
    ends: str = "",
    ends_any: bool = False,
    is_checked: bool = True,
) -> Rule:
    """Return a rule whose pattern ignores case, except where it says `(?-i:…)`."""
    compiled = re.compile(rf"^(?:{pattern})", re.IGNORECASE)
    return Rule(kind, compiled, importance, relation, about, needs, ends, ends_any, is_checked)


def find(one: Rule, clause: str) -> Finding | None:
    """Return what a rule finds in a clause, None where it does not fit or says nothing."""
    match = one.pattern.match(clause)
    if match is None:
        return None
    groups = {name: value or "" for name, value in match.groupdict().items()}
    said = groups.get("o", "")
    if one.is_checked and "o" in groups and (not said or HOLLOW.match(said)):
        return None
    thing = object_of(said) or ("" if one.is_checked else said.strip())
    if said and one.is_checked and len(thing) < _SHORTEST:
        return None
    verb = conjugated(groups.get("v", ""))
    relation = one.relation.format(**groups, vs=verb).strip().casefold()
    is_denied = bool(groups.get("not")) or groups.get("c", "").strip().casefold() in {"no", "any"}
    return Finding(one, object_of(groups.get("s", "")).casefold(), relation, thing, is_denied)


def object_of(said: str) -> str:
    """Return the thing itself: no article, no day, no afterthought; at most 60 characters."""
    bare = _CUT_LATE.sub(r"\1", _CUT.sub("", strip_dates(said)))
    bare = _TRAILING.sub("", bare.strip(" .!?,'\""))
    bare = _ARTICLE.sub("", bare).strip()
    return bare if len(bare) <= _LONGEST else bare[:_LONGEST].rpartition(" ")[0]

"""First person into third: "I live with my sister" becomes "Ana lives with their sister".

Nobody's pronouns are guessed: after the name it is "they", whose verbs need no change. Knows
English verbs as far as notes need them. Pure.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[\w'-]+|[^\w\s]+|\s+")
_MODALS = frozenset(
    ["will", "would", "can", "could", "shall", "should", "may", "might", "must", "used", "did"]
)
_PAST_WORDS = (
    "was were had did went came saw said told took gave got made found left lost met kept "
    "felt thought bought brought taught caught fought built sent spent slept swept wept meant "
    "dealt heard held led fed bled bred fled sat stood understood won ran began drank sang "
    "swam rang sank shrank ate fell grew knew threw flew drew blew drove rode rose wrote "
    "broke spoke woke chose froze stole wore tore bore swore paid laid sold lent bent hid bit "
    "lit shot dug hung struck stuck slid became forgot forgave quit hurt cut put hit set let "
    "shut beat cost burst passed been done gone "
)
_PAST = frozenset(_PAST_WORDS.split())
_NOT_PAST = frozenset(["need", "feed", "speed", "bleed", "breed", "exceed", "succeed", "proceed"])
_NOT_ADVERBS = frozenset(
    ["fly", "apply", "rely", "reply", "supply", "comply", "multiply", "imply", "family", "only"]
)
_ADVERBS_WORDS = (
    "also really just always still often never ever now even too both all only sometimes "
    "already kind sort of not once then soon again first "
)
_ADVERBS = frozenset(_ADVERBS_WORDS.split())
_JOINED_VERBS_WORDS = (
    "am have work live love like hate enjoy prefer own teach study run write read sing paint "
    "collect speak want need hope volunteer coach take go eat drink know feel keep grow sell "
    "make "
)
_JOINED_VERBS = frozenset(_JOINED_VERBS_WORDS.split())
_OTHERS_VERBS_WORDS = (
    "live work like love hate want need know think feel say look seem make come go take give "
    "sound believe remember enjoy prefer own play sing write read speak help mean keep "
)
_OTHERS_VERBS = frozenset(_OTHERS_VERBS_WORDS.split())
_TAKING_INFINITIVE = frozenset(
    ["help", "let", "make", "made", "see", "saw", "hear", "heard", "watch", "watched", "to", "with"]
)
_THEIRS = {
    "me": "them",
    "my": "their",
    "mine": "theirs",
    "myself": "themself",
    "we": "they",
    "us": "them",
    "our": "their",
    "ours": "theirs",
    "ourselves": "themselves",
}
_LATELY = frozenset(["just", "recently", "finally", "already", "once"])
_AS_PLURAL = {"am": "are", "was": "were"}


def in_third_person(clause: str, speaker: str, other: str) -> str:
    """Return a clause as told of the speaker by name; `other` is whom "you" means.

    The clause has no contractions. One that begins with "we" becomes what the speaker said.
    """
    tokens = _TOKEN.findall(clause)
    told: list[str] = []
    is_named = False
    place = 0
    if tokens and tokens[0].casefold() in {"we", "our"}:
        told = [speaker, " ", "said", " "]
        is_named = True
    while place < len(tokens):
        word: str = tokens[place]
        key = word.casefold()
        if word == "I":
            told.append("they" if is_named else speaker)
            place = _with_verb(tokens, place + 1, told, is_named=is_named)
            is_named = True
            continue
        if key == "my" and not is_named:
            told.append(possessive(speaker))
            is_named = True
        elif key in {"you", "your", "yours", "yourself"}:
            told.append(_other(key, other))
            if key == "you":
                before = next((one for one in reversed(tokens[:place]) if one.strip()), "")
                place = _with_others_verb(tokens, place + 1, told, before.casefold())
                continue
        else:
            told.append(_THEIRS.get(key, word))
        place += 1
    return "".join(told)


def possessive(name: str) -> str:
    """Return a name's possessive form."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def is_past(clause: str) -> bool:
    """Whether the first verb of a clause in the first person, or after "my …", is past."""
    words = [word for word in _TOKEN.findall(clause.casefold()) if word[:1].isalnum()]
    for word in words[1:8]:
        if _is_adverb(word):
            continue
        if word in _PAST or (word.endswith("ed") and word not in _NOT_PAST and len(word) > 3):
            return True
        if words[0] in {"i", "we", "you"}:
            return word == "have" and _has_participle(words)
    return False


def conjugated(verb: str) -> str:
    """Return a present verb's form for he and she; past forms and modals stay."""
    key = verb.casefold()
    if key in _MODALS or key in _PAST or (key.endswith("ed") and key not in _NOT_PAST):
        return verb
    known = {"am": "is", "are": "is", "have": "has", "do": "does", "go": "goes"}
    if key in known:
        return known[key]
    if key.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if key.endswith("y") and key[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _with_verb(tokens: list[str], place: int, told: list[str], *, is_named: bool) -> int:
    """Append what follows "I" up to its verb, which agrees; return the place behind it."""
    while place < len(tokens) and (tokens[place].isspace() or _is_adverb(tokens[place])):
        told.append(tokens[place])
        place += 1
    if place == len(tokens):
        return place
    verb = tokens[place]
    if is_named:
        told.append(_AS_PLURAL.get(verb.casefold(), verb))
        return place + 1
    is_over = verb.casefold() == "read" and bool(_LATELY & set(told))
    told.append(verb if is_over else conjugated(verb))
    if told[-1] != verb:
        _agree_joined(tokens, place + 1)
    return place + 1


def _agree_joined(tokens: list[str], place: int) -> None:
    """Let a second verb agree, as in "I live here and work there"; changes the tokens."""
    is_after_and = False
    for index in range(place, len(tokens)):
        word = tokens[index].casefold()
        if word in {"to", "i", "you", "we", "they", "that", "who"} or word in _MODALS:
            return
        if word.isspace():
            continue
        if is_after_and and word in _JOINED_VERBS:
            tokens[index] = conjugated(tokens[index])
        is_after_and = word == "and"


def _with_others_verb(tokens: list[str], place: int, told: list[str], before: str) -> int:
    """Append the verb that follows "you", so that it agrees with a name.

    After a verb that takes a person and an infinitive ("I help you find") none agrees.
    """
    if place + 1 >= len(tokens) or not tokens[place].isspace():
        return place
    verb = tokens[place + 1]
    key = verb.casefold()
    if key in {"are", "have", "do"} or (key in _OTHERS_VERBS and before not in _TAKING_INFINITIVE):
        told += [tokens[place], conjugated(verb)]
        return place + 2
    if key == "were":
        told += [tokens[place], "was"]
        return place + 2
    return place


def _other(key: str, other: str) -> str:
    return possessive(other) if key in {"your", "yours"} else other


def _is_adverb(word: str) -> bool:
    key = word.casefold()
    return key in _ADVERBS or (key.endswith("ly") and key not in _NOT_ADVERBS)


def _has_participle(words: list[str]) -> bool:
    """Whether "I have" is followed by a participle, as in "I have moved"."""
    after = [word for word in words[2:6] if not _is_adverb(word)]
    return bool(after) and (after[0] in _PAST or after[0].endswith(("ed", "en")))

"""Rules about facts that cannot both be so: places, work, household, people, secrets.

Words are compared, never guessed at: a finding shows the two places that disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from personas.life_context import Relationship
from personas.review.finding import Remark, Severity, quoted
from personas.review.language import CALENDAR, PLACE, contains_phrase, normalised, words
from personas.review.reading import IN_FIRST_PERSON, Reading

_BORN_AT = rf"[Bb]orn (?:[^.,;]{{0,40}}? )?(?:in|at|on|near) (?:the )?{PLACE}"
_LIVES_AT = (
    rf" (?:now )?(?:live|lives|living) (?:[^.,;]{{0,30}}? )?(?:in|at|on|near) (?:the )?{PLACE}"
)
_NO_WORK = re.compile(
    r"(?:retired|unemployed|out of work|jobless|between jobs|not working)(?: since .*)?",
    re.IGNORECASE,
)
_WORK_IS_OVER = re.compile(
    r"\b(?:former|formerly|ex|retired|once|until|till|used|was|were|had|none|no|nothing)\b"
    r"|^\w+ed\b",
    re.IGNORECASE,
)
_AT_WORK = re.compile(r"(?:employed|self-employed|working|works)\b", re.IGNORECASE)
_NO_JOB = re.compile(r"(?:none|no job|unemployed|jobless|nothing|retired)\b", re.IGNORECASE)
_ALONE = re.compile(
    r"(?:lives? |living )?(?:alone|by (?:him|her|them)self|on (?:his|her|their) own)\b"
)
_HOUSEMATE = (
    r"(?:wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?|flatmates?|housemates?|roommates?"
    r"|family|parents|mother|father|children|kids|sons?|daughters?|sisters?|brothers?)"
)
_TOGETHER = re.compile(
    rf"\b(?:lives?|living|(?:shares?|sharing)(?: [^.;]{{1,30}}?)?) with "
    rf"(?:(?:my|his|her|their|your|a|an|the|two|three|four|five) ){{0,2}}{_HOUSEMATE}\b",
    re.IGNORECASE,
)
_LIVES_IN = re.compile(r"\b(?:flatmate|housemate|roommate|lives with (?:him|her|them|me|you))\b")
_WARM_WORDS = re.compile(
    r"\b(?:loves?|adores?|devoted to|best friends?|dearest|beloved|cherishe[sd]?)\b", re.IGNORECASE
)
_COLD_WORDS = re.compile(
    r"\b(?:hates?|despises?|loathes?|detests?|sworn enem(?:y|ies)|enem(?:y|ies)|nemesis"
    r"|cannot stand|can't stand|wants? (?:him|her|them) dead)\b",
    re.IGNORECASE,
)
_MOST_CLAIMS = 10
_ROLES = frozenset({"everyone", "everybody", "nobody", "no", "all", "the", "half", "most", "god"})


def two_birthplaces(reading: Reading) -> Iterator[Remark]:
    """Two places of birth, neither of which is said to lie in the other."""
    claims = list(islice(_places(reading, _BORN_AT, opens=True), _MOST_CLAIMS))
    for number, event in enumerate(reading.persona.life.timeline):
        found = re.match(_BORN_AT, event.what)
        if found and event.age in {0, None} and found["place"].casefold() not in CALENDAR:
            claims.insert(0, (f"life.timeline.{number}.what", found["place"]))
            break
    yield from _one_place(reading, claims, "born", "If one lies in the other, say so once.")


def two_homes(reading: Reading) -> Iterator[Remark]:
    """A place to live in prose that neither the residence nor the home mentions."""
    persona = reading.persona
    settled = f"{persona.social.residence} {persona.life.home}"
    if not re.search(r"[A-ZÀ-ÖØ-Þ]\w", persona.social.residence):
        return
    for path, place in islice(_places(reading, _LIVES_AT, opens=False), _MOST_CLAIMS):
        if not set(words(place)) & set(words(settled)) and not _nested(reading, place, settled):
            yield Remark(
                Severity.WARN,
                f"{reading.by_path[path].title} has {reading.told('{them}')} live in "
                f"{quoted(place)}, the residence is {quoted(persona.social.residence)}.",
                (path, "social.residence"),
                reading.told("Correct one, or say when {they} moved."),
            )


def job_against_employment(reading: Reading) -> Iterator[Remark]:
    """Out of work and at work at the same time."""
    said, job = reading.persona.social.occupation.strip(), reading.persona.social.job.strip()
    if not said or not job:
        return
    is_idle = bool(_NO_WORK.fullmatch(said.rstrip(". ")))
    if is_idle and not _WORK_IS_OVER.search(job):
        problem = f"Employment says {quoted(said)}, but {quoted(job)} reads as a job of today."
    elif _AT_WORK.match(said) and _NO_JOB.match(job):
        problem = f"Employment says {quoted(said)}, but the job is {quoted(job)}."
    else:
        return
    yield Remark(
        Severity.WARN,
        problem,
        ("social.job", "social.occupation"),
        "Say “formerly …” of work that is over, or correct the employment.",
    )


def alone_in_company(reading: Reading) -> Iterator[Remark]:
    """A household of one in which somebody else lives."""
    household = reading.persona.social.living_style
    if not _ALONE.match(household.casefold()):
        return
    places = ("life.home", "life.weekday", "life.weekend", "description", "personality")
    found = [
        (path, together[0])
        for path in places
        if (passage := reading.by_path.get(path)) and (together := _TOGETHER.search(passage.text))
    ]
    for number, person in enumerate(reading.persona.life.relationships):
        if together := _LIVES_IN.search(f"{person.relation}; {person.note}"):
            found.append((f"life.relationships.{number}.relation", f"{person.name}: {together[0]}"))
    for path, words_found in found:
        yield Remark(
            Severity.WARN,
            f"The household is {quoted(household)}, but there is also {quoted(words_found)}.",
            (path, "social.living_style"),
            "Say who lives there in one of the two places.",
        )


def feelings_against_words(reading: Reading) -> Iterator[Remark]:
    """A warm number beside cold words, or the other way round."""
    for number, person in enumerate(reading.persona.life.relationships):
        mood = _mismatch(person)
        if mood:
            path = f"life.relationships.{number}"
            yield Remark(
                Severity.NOTE,
                f"{person.name} is felt for with {person.affection:+d}, but the words say "
                f"{quoted(mood)}.",
                (f"{path}.affection", f"{path}.note"),
                "Change the number, or say whose feeling the words are.",
            )


def same_person_twice(reading: Reading) -> Iterator[Remark]:
    """One name among the people more than once."""
    first: dict[str, int] = {}
    for number, person in enumerate(reading.persona.life.relationships):
        name = normalised(person.name)
        if name in first:
            yield Remark(
                Severity.WARN,
                f"{quoted(person.name)} is among the people twice.",
                (f"life.relationships.{number}.name", f"life.relationships.{first[name]}.name"),
                "Put the two entries together, or tell the two people apart by their names.",
            )
        first.setdefault(name, number)


def secret_known_by_a_stranger(reading: Reading) -> Iterator[Remark]:
    """Somebody who knows a secret and is nowhere else in the character's life."""
    for number, secret in enumerate(reading.persona.life.secrets):
        for place, knower in enumerate(secret.known_by):
            path = f"life.secrets.{number}.known_by.{place}"
            if knower[:1].isupper() and not _is_known(reading, knower):
                yield Remark(
                    Severity.WARN,
                    f"{quoted(knower)} knows a secret, but is nowhere else in this life.",
                    (path, "life.relationships"),
                    "Add them to the people, or correct the name.",
                )


def _places(reading: Reading, pattern: str, *, opens: bool) -> Iterator[tuple[str, str]]:
    """Yield the places that prose claims for the character.

    With `opens`, a sentence may begin with the pattern and mean the character.
    """
    named = "|".join(re.escape(name) for name in ("{{char}}", *reading.names))
    was = " (?:was|is|were) " if opens else ""
    beginning = r"(?:^|[.!?\n]\s*)" if opens else r"(?!)"
    of_them = re.compile(rf"(?:{named}){was}{pattern}|{beginning}{_second(pattern)}")
    of_me = re.compile(rf"\bI{was}{pattern}")
    for passage in reading.prose:
        look = of_me if passage.path in IN_FIRST_PERSON else of_them
        for found in look.finditer(passage.text):
            groups = found.groupdict()
            place = groups.get("place") or groups.get("opening") or ""
            if place and place.split()[0].casefold() not in CALENDAR:
                yield passage.path, place


def _second(pattern: str) -> str:
    """Return the pattern with its group renamed, for a second use in the same expression."""
    return pattern.replace("?P<place>", "?P<opening>")


def _one_place(
    reading: Reading, claims: list[tuple[str, str]], what: str, remedy: str
) -> Iterator[Remark]:
    if not claims:
        return
    first_path, first = claims[0]
    for path, place in claims[1:]:
        if set(words(place)) & set(words(first)) or _nested(reading, place, first):
            continue
        yield Remark(
            Severity.WARN,
            f"{reading.told('{They} [is|are]')} {what} in {quoted(first)} "
            f"({reading.by_path[first_path].title}) and in "
            f"{quoted(place)} ({reading.by_path[path].title}).",
            (path, first_path),
            f"Correct one of them. {remedy}",
        )


def _nested(reading: Reading, one: str, other: str) -> bool:
    """Whether any text names both side by side, as in “Dunvegan, Skye”."""
    texts = [" ".join(words(passage.text)) for passage in reading.passages]
    inner, outer = " ".join(words(one)), words(other)
    return any(
        re.search(rf"\b{re.escape(a)} (?:\w+ ){{0,2}}{re.escape(b)}\b", text)
        for text in texts
        for word in outer
        if len(word) > 3
        for a, b in ((inner, word), (word, inner))
        if a in text and b in text
    )


def _mismatch(person: Relationship) -> str:
    """Return the words that the number contradicts."""
    if person.affection is None:
        return ""
    told = f"{person.relation}; {person.note}"
    warm, cold = _WARM_WORDS.search(told), _COLD_WORDS.search(told)
    # Both kinds of words tell of mixed feelings, which no number contradicts.
    if warm and not cold and person.affection <= -4:
        return warm[0]
    if cold and not warm and person.affection >= 5:
        return cold[0]
    return ""


def _is_known(reading: Reading, knower: str) -> bool:
    first = next(iter(words(knower)), "")
    if not first or first in _ROLES:
        return True
    return any(
        contains_phrase(passage.text, first)
        for passage in reading.passages
        if ".known_by." not in passage.path
    )

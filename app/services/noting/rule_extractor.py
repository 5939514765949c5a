"""Notes by rules: facts, likings, plans, promises and events in what two people say.

Needs no model. Small talk gives nothing; a sentence gives one note, in the third person, with
days that can be read later. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.conversation import Author, Message
from app.domain.memory import About, MemorySource, NoteKind, Provenance, Triple
from app.ports.extractor import Note, Speakers
from app.ports.memory_store import Exchange
from app.services.noting.claims import CLAIM_IMPORTANCE, is_claim
from app.services.noting.clauses import clauses
from app.services.noting.company import SOMEBODY, between_others, of_others
from app.services.noting.doing_rules import (
    ENDING_RULES,
    EVENT_RULES,
    PLAN_RULES,
    PROMISE_RULES,
    TIE_RULES,
)
from app.services.noting.fact_rules import FACT_RULES, LIKING_RULES
from app.services.noting.note_dates import DateMention, dates_in, strip_dates
from app.services.noting.rule import Finding, Rule, find
from app.services.noting.suspicion import why_suspicious
from app.services.noting.third_person import in_third_person, is_past, possessive
from app.services.noting.vocabulary import KIN, NAMED, PETS, TRIVIAL, WEIGHTS
from app.services.noting.wording import as_sentence, keywords_of, with_plain_days
from app.services.stems import words
from personas.immersion import name_in_play

MOST_NOTES = 8
"""Of one message; who says more in one breath is quoting."""

_RULES: tuple[Rule, ...] = (
    *ENDING_RULES,
    *TIE_RULES,
    *PROMISE_RULES,
    *(rule for rule in EVENT_RULES if not rule.needs),
    *PLAN_RULES,
    *FACT_RULES,
    *LIKING_RULES,
    *(rule for rule in EVENT_RULES if rule.needs),
)
_CALLED = re.compile(
    rf"\b(?P<s>(?i:{KIN}|{PETS})),? (?:is )?(?:called|named|whose name is) {NAMED}"
)
_FILLERS = re.compile(
    r"\b(?:also|actually) |,? (?:too|as well|though|either|by the way|you know)$",
    re.IGNORECASE,
)
_HABIT = re.compile(r"\b(?:usually|always|every|each|often|sometimes|typically)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Speech:
    """One message, by whom and to whom, and when. A value."""

    message: Message
    speaker: str
    other: str
    by_user: bool
    day: date

    @property
    def source(self) -> MemorySource:
        return MemorySource(self.message.id, self.message.version_id)


class RuleExtractor:
    """Satisfies `Extractor`. Stateless, any thread."""

    key = "rules/1"

    def extract(self, exchange: Exchange, speakers: Speakers) -> list[Note]:
        """Return what is worth noting of both sides, the user's first.

        What others say in a scene is noted as theirs, whatever it says of whom.
        """
        user, character = name_in_play(speakers.user), speakers.character
        notes: list[Note] = []
        for message in exchange.told:
            by_user = message.author is Author.USER
            names = (user, character) if by_user else (character, user)
            day = message.created_at.astimezone().date()
            if message.author is Author.NARRATOR:
                continue  # It speaks of nobody in the first person.
            if message.author is Author.OTHER:
                name = name_in_play(message.speaker)
                speech = _Speech(message, name, SOMEBODY, by_user=False, day=day)
                notes += of_others(_notes_of(speech, ()))
                continue
            speech = _Speech(message, *names, by_user, day)
            found = _notes_of(speech, speakers.persona_facts)
            notes += found if exchange.is_of_two else between_others(found)
        return notes


def _notes_of(speech: _Speech, settled: Sequence[Triple]) -> list[Note]:
    notes: dict[str, Note] = {}
    reason = why_suspicious(speech.message.text)
    day_before: DateMention | None = None
    for clause in clauses(speech.message.text):
        mentions = dates_in(clause, speech.day, is_past=is_past(strip_dates(clause)))
        if mentions and len(strip_dates(clause)) < 3:
            # "Yesterday, I …": the comma parted the day from its clause.
            day_before = mentions[0]
            continue
        note = _note(clause, speech, day_before)
        day_before = None
        if note is not None and len(notes) < MOST_NOTES and not _is_settled(note, speech, settled):
            notes.setdefault(note.text, replace(note, quarantine=reason))
    return list(notes.values())


def _note(clause: str, speech: _Speech, day_before: DateMention | None) -> Note | None:
    """Return what the first rule that fits makes of a clause."""
    clause, day = _with_day_behind(clause, speech, day_before)
    for rule in _RULES:
        finding = find(rule, clause)
        if finding is not None and _day_fits(rule, clause, day, speech.day):
            break
    else:
        return _claim(clause, speech, day)
    told = _told(finding, clause, speech)
    if told is None:
        return None
    about = rule.about or (About.USER if speech.by_user else About.CHARACTER)
    triples = () if finding.is_denied else tuple(_triples(finding, clause, speech))
    text = as_sentence(told)
    return Note(
        text=text,
        kind=rule.kind,
        about=about,
        provenance=Provenance.USER if speech.by_user else Provenance.CHARACTER,
        importance=_importance(rule, clause, by_user=speech.by_user),
        source=speech.source,
        keywords=keywords_of(text, finding.object, (speech.speaker, speech.other)),
        speaks_of=day.first if day is not None else None,
        triples=triples,
        ended=tuple(_ended(finding, speech)),
    )


def _claim(clause: str, speech: _Speech, day: DateMention | None) -> Note | None:
    """Return what the user says the character is, as something that the user says."""
    if not speech.by_user or not is_claim(clause, speech.other):
        return None
    told = in_third_person(with_plain_days(clause, speech.day), speech.speaker, speech.other)
    text = as_sentence(f"{speech.speaker} claims that {told}")
    return Note(
        text=text,
        kind=NoteKind.FACT,
        about=About.CHARACTER,
        provenance=Provenance.USER,
        importance=CLAIM_IMPORTANCE,
        source=speech.source,
        keywords=keywords_of(text, "", (speech.speaker, speech.other)),
        speaks_of=day.first if day is not None else None,
    )


def _told(finding: Finding, clause: str, speech: _Speech) -> str | None:
    """Return a clause in the third person; None for a name that is known anyway."""
    if finding.relation == "is called" and not finding.subject:
        if words(finding.object) == words(speech.speaker):
            return None
        return f"{speech.speaker} is called {finding.object}"
    plain = _FILLERS.sub("", with_plain_days(clause, speech.day))
    return in_third_person(plain, speech.speaker, speech.other)


def _with_day_behind(
    clause: str, speech: _Speech, day_before: DateMention | None
) -> tuple[str, DateMention | None]:
    """Return a clause whose day, if it came first, stands at the end, and the day."""
    past = is_past(strip_dates(clause))
    mentions = dates_in(clause, speech.day, is_past=past)
    if mentions and mentions[0].start == 0:
        first = mentions[0]
        rest = clause[first.end :].lstrip(" ,")
        # At the end: its rules read clauses that begin with the person.
        return f"{rest} {clause[: first.end].lower()}", first
    if day_before is not None and not mentions:
        return f"{clause} {day_before.in_words()}", day_before
    return clause, mentions[0] if mentions else None


def _day_fits(rule: Rule, clause: str, day: DateMention | None, today: date) -> bool:
    if not rule.needs:
        return True
    if day is None:
        return False
    if rule.needs == "past":
        return day.first <= today and is_past(strip_dates(clause))
    if _HABIT.search(clause):
        return False
    is_over = day.last < today if rule.needs == "future" else day.first <= today
    return not is_over and not is_past(strip_dates(clause))


def _triples(finding: Finding, clause: str, speech: _Speech) -> Iterator[Triple]:
    subject = speech.speaker
    if finding.subject:
        subject = f"{possessive(subject)} {finding.subject}"
    if finding.relation and finding.rule.about is About.RELATIONSHIP:
        yield Triple(subject, finding.relation, speech.other)
    elif finding.relation and finding.object:
        yield Triple(subject, finding.relation, finding.object)
    elif finding.relation and finding.rule.kind is NoteKind.FACT:
        yield Triple(subject, finding.relation, "yes")
    called = _CALLED.search(clause)
    if called and finding.relation != "is called":
        whose = f"{possessive(speech.speaker)} {called['s'].casefold()}"
        yield Triple(whose, "is called", called["name"])


def _ended(finding: Finding, speech: _Speech) -> Iterator[Triple]:
    rule = finding.rule
    thing = "" if rule.ends_any else finding.object
    for relation in filter(None, rule.ends.split("|")):
        yield Triple(speech.speaker, relation, thing)
    if finding.is_denied and finding.relation and not rule.ends:
        yield Triple(speech.speaker, finding.relation, finding.object)


def _importance(rule: Rule, clause: str, *, by_user: bool) -> float:
    weight = rule.importance
    found = next((grave for grave, pattern in WEIGHTS if pattern.search(clause)), 0.0)
    weight = max(weight, found)
    if not found and TRIVIAL.search(clause):
        weight -= 1
    return min(10.0, max(1.0, weight if by_user else weight - 1))


def _is_settled(note: Note, speech: _Speech, settled: Sequence[Triple]) -> bool:
    """Whether a character speaks of what its sheet says: right, and known, or wrong."""
    if speech.by_user:
        return False
    own = {one.relation for one in note.triples if one.subject == speech.speaker}
    return any(fact.relation in own for fact in settled)

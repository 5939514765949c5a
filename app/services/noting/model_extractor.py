"""Notes by the model: it is shown an exchange and answers in JSON, of which little is believed.

A note stands on the line that it names, or is dropped. What the user says of the character is
a claim; what the character says of the user, or against its sheet, is nothing. Whatever asks to
be obeyed is kept out of recall, as with the rules. Knows no engine: how the model is asked is
handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.domain.conversation import Author, Message
from app.domain.generation import GenerationRequest, ModelDescription
from app.domain.memory import About, MemorySource, NoteKind, Provenance, Triple
from app.errors import EngineError
from app.ports.extractor import Note, Speakers
from app.ports.memory_store import Exchange
from app.prompting.memories import TokenCounter
from app.prompting.noting import (
    BOTH,
    MOST_LINES,
    PROMPT_VERSION,
    RELATIONS,
    NumberedLine,
    ask_for_notes,
    name_shown,
)
from app.services.asides import Compose
from app.services.noting.claims import CLAIM_IMPORTANCE, is_claim
from app.services.noting.clauses import clauses
from app.services.noting.company import SOMEBODY, between_others, of_others
from app.services.noting.fact_rules import FACT_RULES
from app.services.noting.grounding import begins_with, denies, is_grounded, is_name_of, is_said
from app.services.noting.model_answer import WrittenFact, WrittenNote, read_notes
from app.services.noting.note_dates import dates_in
from app.services.noting.rule import find
from app.services.noting.suspicion import why_suspicious
from app.services.noting.third_person import in_third_person, is_past
from app.services.noting.wording import as_sentence, keywords_of, with_plain_days
from app.services.stems import stems
from personas.immersion import name_in_play

AskModel = Callable[[Compose], str]
"""Returns what the model wrote; raises Cancelled rather than a half of it."""

_SENTENCE = re.compile(r"(?<=[.!?\u2026])\s+|\n+")
_LONGEST_MESSAGE = 20_000
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|[Oo]ur|[Yy]ou|[Yy]ours?)\b")
_ATTRIBUTED = re.compile(r"^\S+(?: \S+)? (?:claim|sa(?:ys|id)|told|think|thought|believe)")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line with who said it in which message, and when. A value."""

    message: Message
    speaker: str
    other: str
    text: str
    day: date

    @property
    def author(self) -> Author:
        return self.message.author


class ModelExtractor:
    """Satisfies `Extractor`, with one question to the model an exchange. Any one thread."""

    def __init__(self, ask: AskModel, model: ModelDescription) -> None:
        """Take how the model is asked, and which one it is."""
        self._ask = ask
        self.key = f"model/{PROMPT_VERSION}/{Path(model.path).name}"

    def extract(self, exchange: Exchange, speakers: Speakers) -> list[Note]:
        """Return what the model noted and what of it holds.

        Raises EngineError for an answer that is none, besides what asking raises.
        """
        speakers = replace(speakers, user=name_in_play(speakers.user))
        lines = list(_lines_of(exchange, speakers))[:MOST_LINES]
        if not lines:
            return []

        def compose(model: ModelDescription, count_tokens: TokenCounter) -> GenerationRequest:
            return ask_for_notes(
                [
                    NumberedLine(number, line.speaker, line.text)
                    for number, line in enumerate(lines, start=1)
                ],
                user=speakers.user,
                character=speakers.character,
                model=model,
                count_tokens=count_tokens,
            )

        written = read_notes(self._ask(compose))
        if written is None:
            message = "The model's notes cannot be read. Choose another model, or let rules note."
            raise EngineError(message, code="notes-unreadable")
        return _believed(written, lines, exchange, speakers)


def _lines_of(exchange: Exchange, speakers: Speakers) -> Iterator[_Line]:
    """Yield what was said, sentence by sentence."""
    for message in exchange.told:
        day = message.created_at.astimezone().date()
        match message.author:
            case Author.USER:
                names = (speakers.user, speakers.character)
            case Author.CHARACTER:
                names = (speakers.character, speakers.user)
            case Author.OTHER:
                names = (name_in_play(message.speaker), SOMEBODY)
            case Author.NARRATOR:
                continue
        for sentence in _SENTENCE.split(message.text[:_LONGEST_MESSAGE]):
            if any(map(str.isalnum, sentence)):
                yield _Line(message, *names, sentence.strip(), day)


def _believed(
    written: Sequence[WrittenNote],
    lines: Sequence[_Line],
    exchange: Exchange,
    speakers: Speakers,
) -> list[Note]:
    """Return the notes that hold, in the order of their messages, each sentence once."""
    said = f"{exchange.said.text}\n{exchange.reply.text}"
    suspicions = {line.message.id: _why_suspicious(line.message, lines) for line in lines}
    notes: dict[str, Note] = {}
    for one in written:
        if not 1 <= one.line <= len(lines):
            continue
        line = lines[one.line - 1]
        note = _Reading(line, said, speakers, suspicions[line.message.id]).note(one)
        if note is None:
            continue
        [note] = of_others([note]) if line.author is Author.OTHER else [note]
        if line.author is not Author.OTHER and not exchange.is_of_two:
            [note] = between_others([note])
        notes.setdefault(note.text.casefold(), note)
    first = exchange.said.id
    return sorted(notes.values(), key=lambda note: note.source.message_id != first)


def _why_suspicious(message: Message, lines: Sequence[_Line]) -> str:
    """Return why nothing of a message may be recalled; what the model reads as a line is one."""
    told = [line.text for line in lines if line.message.id == message.id]
    reasons = (why_suspicious(text) for text in (message.text, *told))
    return next((reason for reason in reasons if reason), "")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a note is held against: its line, what was said, and who speaks. A value.

    `suspicion` is why nothing of the message may be recalled, or "".
    """

    line: _Line
    said: str
    speakers: Speakers
    suspicion: str

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.line.speaker, self.speakers.user, self.speakers.character)

    def note(self, written: WrittenNote) -> Note | None:
        """Return what is believed of a note, None for one that does not hold."""
        line = self.line
        told = self._told(written.note)
        if told is None or not is_grounded(told, line.text, self.said, self._names):
            return None
        about = self._about(written.about, told)
        if not self._may_say(told, about) or self._is_settled(written) or self._is_of_kin(told):
            return None
        by_user = line.author is Author.USER
        is_claimed = by_user and self._is_claim(told, about)
        if is_claimed:
            about = About.CHARACTER
            if not (_ATTRIBUTED.match(told) and begins_with(told, line.speaker)):
                told = f"{line.speaker} claims that {told}"
        text = as_sentence(with_plain_days(told, line.day))
        importance = float(written.importance if by_user else max(1, written.importance - 1))
        return Note(
            text=text,
            kind=NoteKind.FACT if is_claimed else written.kind,
            about=about,
            provenance=Provenance.USER if by_user else Provenance.CHARACTER,
            importance=CLAIM_IMPORTANCE if is_claimed else importance,
            source=MemorySource(line.message.id, line.message.version_id),
            keywords=self._keywords(written, text),
            speaks_of=self._day(written.date),
            triples=() if is_claimed or denies(told) else self._triples(written.facts),
            ended=() if is_claimed else self._triples(written.over),
            quarantine=self.suspicion or why_suspicious(text),
        )

    def _told(self, note: str) -> str | None:
        """Return the sentence in the third person, without its end; None where it says nothing."""
        told = " ".join(note.split()).rstrip(" .!?,;:")
        if "?" in note or not told:
            return None
        if _FIRST_PERSON.search(told):
            first = next(iter(clauses(told)), None)
            return in_third_person(first, self.line.speaker, self.line.other) if first else None
        return told

    def _about(self, who: str, told: str) -> About:
        """Return whom a note is about: what it begins with tells better than the model does."""
        user, character = self.speakers.user, self.speakers.character
        if who == BOTH:
            return About.RELATIONSHIP
        if who not in {name_shown(user), name_shown(character)}:
            return About.OTHERS
        is_of_user, is_of_character = begins_with(told, user), begins_with(told, character)
        if is_of_user != is_of_character:
            return About.USER if is_of_user else About.CHARACTER
        return About.USER if who == name_shown(user) else About.CHARACTER

    def _may_say(self, told: str, about: About) -> bool:
        """Whether the speaker may be believed: who somebody is nobody else can say."""
        user, character = self.speakers.user, self.speakers.character
        match self.line.author:
            case Author.USER:
                return True
            case Author.CHARACTER:
                return about is not About.USER and not begins_with(told, user)
            case _:
                is_of_them = begins_with(told, user) or begins_with(told, character)
                return about not in {About.USER, About.CHARACTER} and not is_of_them

    def _is_claim(self, told: str, about: About) -> bool:
        character = self.speakers.character
        if about is About.CHARACTER or (
            begins_with(told, character) and not begins_with(told, self.speakers.user)
        ):
            return True
        names_them = any(is_name_of(word, character) for word in told.split())
        return names_them and any(is_claim(one, character) for one in clauses(self.line.text))

    def _is_settled(self, written: WrittenNote) -> bool:
        """Whether a character speaks of what its sheet says: right, and known, or wrong."""
        if self.line.author is not Author.CHARACTER:
            return False
        settled = {fact.relation for fact in self.speakers.persona_facts}
        stated = {fact.relation for fact in (*written.facts, *written.over)}
        for clause in clauses(self.line.text):
            found = (find(rule, clause) for rule in FACT_RULES)
            stated |= {one.relation for one in found if one is not None and not one.subject}
        return bool(settled & stated)

    def _is_of_kin(self, told: str) -> bool:
        """Whether a note says of the speaker what the line says of a sister, or of a friend."""
        said = set(stems(told))
        for clause in clauses(self.line.text):
            for one in filter(None, (find(rule, clause) for rule in FACT_RULES)):
                whose, what = set(stems(one.subject)), set(stems(one.object))
                if whose and what and what <= said and not whose & said:
                    return True
        return False

    def _triples(self, facts: Sequence[WrittenFact]) -> tuple[Triple, ...]:
        """Return the relations of whoever speaks, or of theirs, whose words were all said."""
        line = self.line
        kept: list[Triple] = []
        for fact in facts:
            who, what = fact.who.strip(), fact.what.strip(" .,!?")
            if fact.relation not in RELATIONS or not is_said(what, self.said, self._names):
                continue
            if is_name_of(who, line.speaker):
                kept.append(Triple(line.speaker, fact.relation, what))
            elif begins_with(who, line.speaker) and is_said(who, self.said, self._names):
                kept.append(Triple(who, fact.relation, what))
        return tuple(kept)

    def _keywords(self, written: WrittenNote, text: str) -> tuple[str, ...]:
        names = (*self._names, self.line.other)
        said = " ".join(word for word in written.keywords if is_said(word, self.said, ()))
        return keywords_of(text, said, names)

    def _day(self, words: str) -> date | None:
        """Return the day that the line names, the one that the model meant where there are more."""
        line = self.line
        named = dates_in(line.text, line.day, is_past=is_past(line.text))
        meant = dates_in(words, line.day, is_past=is_past(line.text))
        for one in named:
            if meant and one.first <= meant[0].first <= one.last:
                return meant[0].first
        return named[0].first if named else None

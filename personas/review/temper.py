"""Rules about what a character is like: words, scores, likes and phrases must fit together.

Only plain words are looked up; what a metaphor says of somebody is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.review.finding import Remark, Severity, quoted
from personas.review.language import contains_phrase, normalised, speech
from personas.review.reading import Reading
from personas.traits import Traits

_COMPANY = re.compile(
    r"\b(?:crowds?|parties|party|small talk|gatherings?|socialising|socializing|company"
    r"|meeting (?:new )?people|being among people|festivals?)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|without|empty|after|leaving|end of|silence|away from|missing|lack of)\b"
)
# An adjective, the facet that it speaks of, and whether it stands for the high end.
_HEADLINES: dict[str, tuple[str, bool]] = {
    **dict.fromkeys(("outgoing", "talkative", "sociable", "chatty"), ("sociability", True)),
    **dict.fromkeys(("shy", "reserved", "quiet", "withdrawn", "taciturn"), ("sociability", False)),
    **dict.fromkeys(("bossy", "commanding", "assertive", "dominant"), ("assertiveness", True)),
    **dict.fromkeys(("meek", "submissive", "timid"), ("assertiveness", False)),
    **dict.fromkeys(("energetic", "lively", "tireless"), ("energy_level", True)),
    **dict.fromkeys(("sluggish", "listless", "lethargic"), ("energy_level", False)),
    **dict.fromkeys(("kind", "compassionate", "gentle", "tender"), ("compassion", True)),
    **dict.fromkeys(("cruel", "ruthless", "heartless", "callous"), ("compassion", False)),
    **dict.fromkeys(("polite", "courteous", "respectful"), ("respectfulness", True)),
    **dict.fromkeys(("rude", "insolent", "disrespectful"), ("respectfulness", False)),
    **dict.fromkeys(("trusting", "gullible", "naive"), ("trust", True)),
    **dict.fromkeys(("suspicious", "distrustful", "cynical", "paranoid"), ("trust", False)),
    **dict.fromkeys(("tidy", "organised", "organized", "orderly"), ("organization", True)),
    **dict.fromkeys(("messy", "chaotic", "disorganised", "untidy"), ("organization", False)),
    **dict.fromkeys(("diligent", "hard-working", "industrious"), ("productiveness", True)),
    **dict.fromkeys(("lazy", "idle"), ("productiveness", False)),
    **dict.fromkeys(("reliable", "responsible", "dependable"), ("responsibility", True)),
    **dict.fromkeys(("careless", "unreliable", "irresponsible"), ("responsibility", False)),
    **dict.fromkeys(("anxious", "nervous", "worried", "jumpy", "fearful"), ("anxiety", True)),
    **dict.fromkeys(("fearless", "relaxed", "carefree", "unworried"), ("anxiety", False)),
    **dict.fromkeys(("gloomy", "melancholic", "depressed"), ("depression", True)),
    **dict.fromkeys(("cheerful", "optimistic", "hopeful"), ("depression", False)),
    **dict.fromkeys(("moody", "hot-tempered", "volatile"), ("emotional_volatility", True)),
    **dict.fromkeys(("even-tempered", "unflappable", "placid"), ("emotional_volatility", False)),
    **dict.fromkeys(("artistic",), ("aesthetic_sensitivity", True)),
    **dict.fromkeys(("curious", "inquisitive"), ("intellectual_curiosity", True)),
    **dict.fromkeys(("incurious",), ("intellectual_curiosity", False)),
    **dict.fromkeys(("imaginative", "creative", "inventive"), ("creative_imagination", True)),
    **dict.fromkeys(("unimaginative",), ("creative_imagination", False)),
}
_LONGEST_FORBIDDEN_PHRASE = 5
_MOST_PHRASES = 50


def company_against_sociability(reading: Reading) -> Iterator[Remark]:
    """Hating crowds with a high sociability, or loving them with a low one."""
    score = reading.persona.personal.traits.sociability
    if score is None:
        return
    life = reading.persona.life
    for field, entries, contradicts in (
        ("hates", life.hates, score >= 5.5),
        ("loves", life.loves, score <= 2.5),
    ):
        for number, entry in enumerate(entries if contradicts else ()):
            found = _COMPANY.search(entry)
            if found and not _NEGATED.search(entry.casefold()):
                yield Remark(
                    Severity.WARN,
                    reading.told(f"{{They}} [{field}|{field[:-1]}] ")
                    + quoted(entry)
                    + reading.told(f", but {{their}} sociability is {score:g} of 7."),
                    (f"life.{field}.{number}", "personal.traits.sociability"),
                    reading.told(
                        "Move the score, or say what it is about them that {they} "
                        f"[{field}|{field[:-1]}]."
                    ),
                )


def headline_against_scores(reading: Reading) -> Iterator[Remark]:
    """A trait in three words that its facet's score denies."""
    traits = reading.persona.personal.traits
    for number, said in enumerate(reading.persona.personal.headline_traits):
        facet, is_high = _HEADLINES.get(said.strip().casefold(), ("", True))
        score = traits.facet(facet) if facet else None
        if score is None or not (score <= 3.0 if is_high else score >= 5.0):
            continue
        title = Traits.model_fields[facet].title
        yield Remark(
            Severity.WARN,
            quoted(said)
            + reading.told(f" is one of {{their}} three words, but {title} is {score:g} of 7."),
            (f"personal.headline_traits.{number}", f"personal.traits.{facet}"),
            "Move the score or choose another word.",
        )


def loved_and_hated(reading: Reading) -> Iterator[Remark]:
    """The same thing among the loves and among the hates."""
    life = reading.persona.life
    hates = {normalised(entry): number for number, entry in enumerate(life.hates) if entry}
    for number, entry in enumerate(life.loves):
        if normalised(entry) and normalised(entry) in hates:
            yield Remark(
                Severity.WARN,
                f"{quoted(entry)} is both loved and hated.",
                (f"life.loves.{number}", f"life.hates.{hates[normalised(entry)]}"),
                "Take one out, or say what is loved in it and what is hated.",
            )


def says_what_they_never_say(reading: Reading) -> Iterator[Remark]:
    """Words that the character never says, in what the character says."""
    said = [(passage, speech(passage.text)) for passage in reading.own_lines]
    for number, phrase in enumerate(reading.persona.voice.never_says[:_MOST_PHRASES]):
        # Longer entries describe what is not said instead of quoting it.
        if len(phrase.split()) > _LONGEST_FORBIDDEN_PHRASE:
            continue
        for passage, aloud in said:
            if contains_phrase(aloud, phrase):
                yield Remark(
                    Severity.BAD,
                    reading.told("{They} never [says|say] ")
                    + quoted(phrase)
                    + f", but {passage.title} has "
                    + reading.told("{them} say it."),
                    (passage.path, f"voice.never_says.{number}"),
                    "Change the line: models copy examples before they keep rules.",
                )


def phrase_both_ways(reading: Reading) -> Iterator[Remark]:
    """A catchphrase that the character never says."""
    voice = reading.persona.voice
    never = {normalised(phrase): place for place, phrase in enumerate(voice.never_says)}
    for number, phrase in enumerate(voice.catchphrases):
        place = never.get(normalised(phrase))
        if place is not None and normalised(phrase):
            yield Remark(
                Severity.BAD,
                quoted(phrase)
                + reading.told(
                    " is what {they} often [says|say] and what {they} never [says|say]."
                ),
                (f"voice.catchphrases.{number}", f"voice.never_says.{place}"),
                "Take it out of one of the two.",
            )


def every_score_the_same(reading: Reading) -> Iterator[Remark]:
    """A temper without highs and lows."""
    traits = reading.persona.personal.traits
    scores = [s for name in Traits.model_fields if (s := traits.facet(name)) is not None]
    if len(scores) >= 8 and len(set(scores)) == 1:
        yield Remark(
            Severity.NOTE,
            f"All {len(scores)} traits are {scores[0]:g} of 7, so none of them says anything.",
            ("personal.traits",),
            "Move the three or four that friends would mention, and clear those you do not know.",
        )

"""Rules about what is missing, told only where the gap shows in talk.

None of them asks for completeness: most fields may stay empty for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.review.finding import Remark, Severity, quoted
from personas.review.language import words
from personas.review.reading import Reading

_PUSHES_BACK = re.compile(
    r"\b(?:no|not|never|nor|none|nothing|don't|won't|can't|cannot|isn't|aren't|wasn't|didn't"
    r"|doesn't|wouldn't|shouldn't|couldn't|wrong|refuse|disagree|rather|but|nonsense|rubbish"
    r"|hardly|stop|strike|leave it|why should|says who)\b|n't\b",
    re.IGNORECASE,
)
_SHORTEST_ESSAY = 25


def no_life_context(reading: Reading) -> Iterator[Remark]:
    """Nothing about how they live."""
    life = reading.persona.life
    if not any((life.weekday, life.weekend, life.loves, life.hates, life.home)):
        yield Remark(
            _grave_without_prose(reading),
            reading.told(
                "All that tells how {they} [lives|live] is empty: days, loves, hates and home."
            ),
            ("life.weekday", "life.loves", "life.hates"),
            "Write an ordinary day and a few loves and hates; no other part carries so much.",
        )


def one_layer_only(reading: Reading) -> Iterator[Remark]:
    """Only one of the three layers has anything in it."""
    persona = reading.persona
    layers = {
        "social": not persona.social.is_empty,
        "personal": not persona.personal.is_empty,
        "life": not persona.life.is_empty,
    }
    filled = [name for name, is_filled in layers.items() if is_filled]
    if len(filled) == 1 and not persona.description:
        titles = {"social": "social identity", "personal": "personal identity", "life": "life"}
        missing = [name for name in layers if name not in filled]
        yield Remark(
            Severity.WARN,
            f"Only the {titles[filled[0]]} is written; the other two layers are empty.",
            tuple(missing),
            "Add a few lines to the others: three thin layers make more of a person than one.",
        )


def no_examples(reading: Reading) -> Iterator[Remark]:
    """No example of how they sound."""
    if not any(line.text for _, line in reading.example_lines()):
        yield Remark(
            Severity.WARN,
            "There is no example dialogue.",
            ("voice.examples",),
            "Write two short exchanges: models take a voice from examples first.",
        )


def never_disagrees(reading: Reading) -> Iterator[Remark]:
    """Examples in which the character goes along with everything."""
    lines = [line for _, line in reading.example_lines() if reading.is_character(line.speaker)]
    if lines and not any(_PUSHES_BACK.search(line.text.replace("\u2019", "'")) for line in lines):
        yield Remark(
            Severity.NOTE,
            f"In the examples {reading.told('{they} never [disagrees|disagree]')}; "
            f"the first line is {quoted(lines[0].text)}.",
            ("voice.examples",),
            reading.told(
                "Add an exchange in which {they} [refuses|refuse], [corrects|correct] or "
                "[contradicts|contradict] somebody."
            ),
        )


def no_greeting(reading: Reading) -> Iterator[Remark]:
    """No first words."""
    if not reading.greetings:
        yield Remark(
            Severity.NOTE,
            "There is no greeting, so the user has to begin.",
            ("greeting",),
            "Write first words that show the voice and leave something to answer.",
        )


def no_voice(reading: Reading) -> Iterator[Remark]:
    """Nothing about how they speak but examples, or not even those."""
    voice = reading.persona.voice
    said = (voice.speech_register, voice.sentence_length, voice.habits, voice.catchphrases)
    if not any(said):
        yield Remark(
            _grave_without_prose(reading),
            reading.told(
                "All that tells how {they} [speaks|speak] is empty: register, sentences, habits "
                "and phrases."
            ),
            ("voice.speech_register", "voice.habits"),
            reading.told("Say in a line how {they} [speaks|speak], and one habit."),
        )


def no_flaws(reading: Reading) -> Iterator[Remark]:
    """A character without a fault."""
    personal = reading.persona.personal
    if not personal.flaws and not personal.is_empty:
        yield Remark(
            Severity.NOTE,
            reading.told("{They} [has|have] no flaws."),
            ("personal.flaws",),
            "Name one thing that others put up with.",
        )


def no_goals(reading: Reading) -> Iterator[Remark]:
    """Somebody who wants nothing."""
    persona = reading.persona
    if not persona.life.goals and not persona.personal.aspiration and not persona.life.is_empty:
        yield Remark(
            Severity.NOTE,
            reading.told("{They} [wants|want] nothing: there is no goal and no aspiration."),
            ("life.goals", "personal.aspiration"),
            reading.told(
                "Say what {they} [means|mean] to do next; wanting something gives a talk direction."
            ),
        )


def loves_without_hates(reading: Reading) -> Iterator[Remark]:
    """Only one side of what moves them."""
    life = reading.persona.life
    if bool(life.loves) == bool(life.hates):
        return
    there, missing = ("loves", "hates") if life.loves else ("hates", "loves")
    yield Remark(
        Severity.NOTE,
        f"There are {there} ({quoted(getattr(life, there)[0])} …) but no {missing}.",
        (f"life.{missing}", f"life.{there}"),
        f"Add one or two {missing}.",
    )


def short_essay(reading: Reading) -> Iterator[Remark]:
    """A day told in a few words."""
    for path in ("life.weekday", "life.weekend"):
        passage = reading.by_path.get(path)
        count = len(words(passage.text)) if passage else 0
        if passage and count < _SHORTEST_ESSAY:
            yield Remark(
                Severity.NOTE,
                f"{passage.title} has only {count} words: {quoted(passage.text)}.",
                (path,),
                reading.told(
                    "Go through the day from waking to sleeping, with one thing only {they} would "
                    "do."
                ),
            )


def _grave_without_prose(reading: Reading) -> Severity:
    """A free description may say in prose what the fields do not."""
    return Severity.NOTE if reading.persona.description else Severity.WARN

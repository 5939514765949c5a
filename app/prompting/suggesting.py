"""What can be suggested of a character, and the prompt that asks a model for it.

The model reads the sheet without the part in question and is asked about that part alone,
with the first words of the answer put into its mouth, so that a small model answers in form.
What comes back is read in `suggested_words`. Knows no engine and no service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.generation import GenerationRequest, PromptMessage, Role, Sampler
from app.prompting.clipping import clip
from app.prompting.memories import TokenCounter
from personas.immersion import role_turn, rules_of_play
from personas.persona import Persona
from personas.sheet import build_sheet

SuggestionPath = tuple[str | int, ...]

ACCEPTANCE: SuggestionPath = ("acceptance",)
_MARKS = 24
"""Tokens that a chat template spends around the messages of one request, at most."""


class Shape(StrEnum):
    """How an answer is built, which decides how it is read."""

    PROSE = "prose"
    LINE = "line"
    WORDS = "words"
    ITEMS = "items"
    EVENTS = "events"
    PEOPLE = "people"
    SECRETS = "secrets"
    EXCHANGE = "exchange"


_TOKENS = {
    Shape.PROSE: 140,
    Shape.LINE: 32,
    Shape.WORDS: 24,
    Shape.ITEMS: 90,
    Shape.EVENTS: 140,
    Shape.PEOPLE: 120,
    Shape.SECRETS: 80,
    Shape.EXCHANGE: 150,
}
_STOPS = {
    Shape.PROSE: ("\n\n",),
    Shape.LINE: ("\n",),
    Shape.WORDS: ("\n\n",),
}
_ACCEPTANCES = ("I am {char}. I", "Yes, I am {char}, and my", "{char} here. I")
_SYSTEM = (
    "What follows was written to {char}, a character in a story. Keep to it, add only what fits, "
    "be concrete and plain, and answer with the words alone.\n\n{sheet}"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part that can be suggested; a value, any thread.

    `ask` is what the model is asked and `opening` what its answer begins with; both may say
    {char}. A list gets `wanted` new items.
    """

    path: SuggestionPath
    shape: Shape
    ask: str
    opening: str
    wanted: int = 1


def _part(path: str, shape: Shape, ask: str, opening: str, wanted: int = 1) -> Part:
    return Part(tuple(path.split(".")), shape, ask, opening, wanted)


PARTS: tuple[Part, ...] = (
    _part(
        "tagline",
        Shape.LINE,
        "Say in one short line who {char} is, as a cast list does: work, place, age.",
        "{char}:",
    ),
    _part(
        "description",
        Shape.PROSE,
        "Describe {char} to somebody who has never met {char}: looks, manner, way of life. "
        "Write three sentences in the third person.",
        "{char} is",
    ),
    _part(
        "personality",
        Shape.PROSE,
        "What is {char} like with other people, and what when alone? Write three sentences in "
        "the third person.",
        "{char} is",
    ),
    _part("social.residence", Shape.LINE, "Where does {char} live now?", "Residence:"),
    _part("social.education", Shape.LINE, "What schooling has {char} had?", "Education:"),
    _part(
        "social.occupation",
        Shape.LINE,
        "Is {char} employed, retired, a student, or between things?",
        "Employment:",
    ),
    _part("social.job", Shape.LINE, "What does {char} do for a living?", "Job:"),
    _part("social.living_style", Shape.LINE, "Whom does {char} live with?", "Household:"),
    _part(
        "personal.headline_traits",
        Shape.WORDS,
        "Which three words would a friend use of {char}? Give three adjectives.",
        "1.",
        3,
    ),
    _part(
        "personal.skills",
        Shape.ITEMS,
        "What can {char} do well? List four things, a few words each.",
        "1.",
        4,
    ),
    _part(
        "personal.strengths",
        Shape.ITEMS,
        "What do others rely on in {char}? List three things, a few words each.",
        "1.",
        3,
    ),
    _part(
        "personal.flaws",
        Shape.ITEMS,
        "What do others have to put up with in {char}? List three things, a few words each.",
        "1.",
        3,
    ),
    _part(
        "personal.career",
        Shape.PROSE,
        "What has {char} worked at so far? Write two or three sentences in the third person.",
        "{char} began",
    ),
    _part(
        "personal.aspiration",
        Shape.PROSE,
        "What is {char} after in life? Write one or two sentences.",
        "{char} wants",
    ),
    _part(
        "life.weekday",
        Shape.PROSE,
        "You are {char}. Tell of an ordinary working day of yours, from morning to night, in "
        "the first person, in five plain sentences.",
        "I wake",
    ),
    _part(
        "life.weekend",
        Shape.PROSE,
        "You are {char}. Tell of a free day of yours, in the first person, in five plain "
        "sentences.",
        "On my free days I",
    ),
    _part(
        "life.loves",
        Shape.ITEMS,
        "What does {char} love? List five small, concrete things, a few words each.",
        "1.",
        5,
    ),
    _part(
        "life.hates",
        Shape.ITEMS,
        "What does {char} hate? List five small, concrete things, a few words each.",
        "1.",
        5,
    ),
    _part(
        "life.relationships",
        Shape.PEOPLE,
        "Who are the people in {char}'s life? List three, each as: name (relation): what stands "
        "between them.",
        "1.",
        3,
    ),
    _part(
        "life.home",
        Shape.PROSE,
        "Describe {char}'s home and what is in it, in three sentences.",
        "The",
    ),
    _part(
        "life.timeline",
        Shape.EVENTS,
        "What happened in {char}'s life? List four events in order, each on a line of its own "
        "that begins with the age.",
        "Age 0: Born in",
        4,
    ),
    _part(
        "life.goals",
        Shape.ITEMS,
        "What does {char} mean to do next? List three things, each beginning with a verb.",
        "1.",
        3,
    ),
    _part(
        "life.secrets",
        Shape.SECRETS,
        "What does {char} keep from everybody? List two secrets, a sentence each.",
        "1.",
        2,
    ),
    _part(
        "voice.speech_register",
        Shape.LINE,
        "How does {char} speak: plain, formal, in dialect, in slang? Answer in a few words.",
        "Register:",
    ),
    _part(
        "voice.sentence_length",
        Shape.LINE,
        "Are {char}'s sentences short, long, unfinished? Answer in a few words.",
        "Sentences:",
    ),
    _part(
        "voice.habits",
        Shape.ITEMS,
        "What habits of speech does {char} have? List three, a few words each.",
        "1.",
        3,
    ),
    _part(
        "voice.catchphrases",
        Shape.ITEMS,
        "What does {char} often say? List three short phrases in {char}'s own words.",
        "1.",
        3,
    ),
    _part(
        "voice.never_says",
        Shape.ITEMS,
        "Which words would {char} never use? List three.",
        "1.",
        3,
    ),
    _part(
        "voice.examples",
        Shape.EXCHANGE,
        "Write a short talk between a visitor and {char}, four lines, to show how {char} "
        "sounds. Begin each line with who speaks, Visitor or {char}.",
        "Visitor:",
        1,
    ),
    _part(
        "scenario",
        Shape.PROSE,
        "Where and how does the story begin? Describe the place, the hour and what {char} is "
        "doing when a visitor comes, in three sentences.",
        "It is",
    ),
    _part(
        "greeting",
        Shape.PROSE,
        "You are {char}, and a visitor stands before you. Say your first words to them, as you "
        "would speak, in two or three sentences.",
        "",
    ),
)
"""In the order of the forms."""


def find_part(path: SuggestionPath) -> Part | None:
    """Return the part at a path, None where nothing can be suggested."""
    return next((part for part in PARTS if part.path == path), None)


def ask_for_part(
    part: Part,
    persona: Persona,
    *,
    sampler: Sampler,
    context_tokens: int,
    count_tokens: TokenCounter,
) -> GenerationRequest:
    """Return the request for one part of a persona that lacks it; it fits the context."""
    char = persona.called
    ask = part.ask.replace("{char}", char)
    max_tokens = min(_TOKENS[part.shape], context_tokens // 3)
    room = context_tokens - max_tokens - sum(count_tokens([ask, _SYSTEM, char])) - _MARKS
    sheet = _fitting_sheet(persona, room, count_tokens)
    return GenerationRequest(
        messages=(
            PromptMessage(Role.SYSTEM, _SYSTEM.format(char=char, sheet=sheet), "sheet"),
            PromptMessage(Role.USER, ask, "new message"),
        ),
        sampler=sampler,
        max_tokens=max_tokens,
        stop=_stops(part),
        reply_prefix=opening_of(part, persona),
        context_tokens=context_tokens,
    )


def ask_for_acceptance(
    persona: Persona,
    user_name: str,
    opening: str,
    *,
    sampler: Sampler,
    context_tokens: int,
    count_tokens: TokenCounter,
) -> GenerationRequest:
    """Return the request for a role acceptance: the answer to the turn that hands over the role.

    Several are sampled and one is kept (role-play prompting, NAACL 2024).
    """
    max_tokens = min(90, context_tokens // 3)
    rules, turn = rules_of_play(persona, user_name), role_turn(persona, user_name)
    room = context_tokens - max_tokens - sum(count_tokens([rules, turn])) - _MARKS
    sheet = _fitting_sheet(persona, room, count_tokens, user_name)
    return GenerationRequest(
        messages=(
            PromptMessage(Role.SYSTEM, f"{rules}\n\n{sheet}", "sheet"),
            PromptMessage(Role.USER, turn, "role"),
        ),
        sampler=sampler,
        max_tokens=max_tokens,
        stop=("\n\n",),
        reply_prefix=opening,
        context_tokens=context_tokens,
    )


def opening_of(part: Part, persona: Persona) -> str:
    """Return what the answer begins with."""
    return part.opening.replace("{char}", persona.called)


def acceptance_opening(persona: Persona, number: int) -> str:
    """Return what an acceptance begins with: it is in the first person, in one of some ways."""
    return _ACCEPTANCES[number % len(_ACCEPTANCES)].format(char=persona.called)


def _stops(part: Part) -> tuple[str, ...]:
    if part.shape in _STOPS:
        return _STOPS[part.shape]
    # One more than wanted is one too many; a model that counts on is stopped there.
    return (f"\n{part.wanted + 1}.",) if part.opening == "1." else ("\n\n\n",)


def _fitting_sheet(
    persona: Persona, room: int, count_tokens: TokenCounter, user_name: str = ""
) -> str:
    """Return as many of the sheet's sections as there is room for, in order.

    The first is shortened where even that is too long.
    """
    sections = [section.text for section in build_sheet(persona, user_name=user_name)]
    kept: list[str] = []
    spent = 0
    for text, cost in zip(sections, _costs(sections, count_tokens), strict=True):
        if spent + cost <= room:
            kept.append(text)
            spent += cost
    return "\n\n".join(kept) if kept else clip(sections[0], max(room, 0) * 2)


def _costs(texts: Sequence[str], count_tokens: TokenCounter) -> list[int]:
    return [cost + 1 for cost in count_tokens(texts)]

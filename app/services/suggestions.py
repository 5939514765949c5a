"""Help from the model: a missing part from the rest, a character from a paragraph, acceptances.

Everything is a suggestion: a value that somebody may write into a draft, field by field.
Nothing is stored here. Knows the asides; what is asked and how answers are read is in
`app.prompting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace

from app.domain.generation import GenerationRequest, ModelDescription
from app.errors import Cancelled, UserError
from app.prompting.memories import TokenCounter
from app.prompting.paragraph_reading import read_paragraph
from app.prompting.suggested_words import read_prose, speaks_in_first_person
from app.prompting.suggesting import (
    ACCEPTANCE,
    PARTS,
    Part,
    SuggestionPath,
    acceptance_opening,
    ask_for_acceptance,
    ask_for_part,
    find_part,
)
from app.prompting.suggestion import (
    Suggestion,
    accept_suggestion,
    make_suggestion,
    say_value,
    suggest_part,
    title_of,
    without,
)
from app.services.asides import Aside, AsideService
from app.services.turn import sampler_from
from app.settings import Settings
from personas.persona import Persona

__all__ = [
    "FILLABLE",
    "Suggestion",
    "SuggestionPath",
    "SuggestionService",
    "put_together",
    "say_value",
]

FILLABLE: tuple[tuple[SuggestionPath, str], ...] = tuple(
    (part.path, title_of(part.path)) for part in PARTS
)
"""The parts that `fill` can suggest, with their titles, in the order of the forms."""

MOST_ACCEPTANCES = 8
LONGEST_PARAGRAPH = 4000

_KIND = "suggestions"
_TRIES = 2
_NEXT_SEED = 1_000_003
"""Far from the seeds that a person counts up when they ask again."""
_STEADY = 0.6
"""The most temperature for parts: above it a small model leaves the question behind."""
_VARIED = 0.9
"""The least temperature for variants: below it a model says the same again."""

_UNNAMED = "Somebody"
_FROM_PARAGRAPH: tuple[SuggestionPath, ...] = (
    ("tagline",),
    ("personal", "headline_traits"),
    ("life", "loves"),
    ("life", "hates"),
    ("life", "goals"),
    ("life", "weekday"),
    ("greeting",),
)
"""What the model adds to what the rules found."""

OnSuggestion = Callable[[Suggestion], None]


class SuggestionService:
    """Suggests parts of a character. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        asides: AsideService,
        settings: Callable[[], Settings],
        user_name: Callable[[], str],
    ) -> None:
        """Take the asides; nothing is asked yet. `user_name` may wait for storage."""
        self._asides = asides
        self._settings = settings
        self._user_name = user_name

    def fill(self, persona: Persona, path: SuggestionPath, *, seed: int = 0) -> Future[Suggestion]:
        """Suggest one part from the rest; the same seed gives the same.

        A model that has nothing usable to say is asked once more in another way.
        The future raises UserError for a part that cannot be suggested and when the model had
        no usable words, Cancelled when it was stopped before there were any.
        """

        def work(aside: Aside) -> Suggestion:
            part = _known_part(path)
            for again in range(_TRIES):
                suggestion = self._fill(aside, part, persona, seed + again * _NEXT_SEED)
                if suggestion is not None:
                    return suggestion
            raise _no_words(title_of(path))

        return self._asides.ask(_KIND, work)

    def acceptances(
        self,
        persona: Persona,
        count: int = 3,
        *,
        seed: int = 0,
        on_suggestion: OnSuggestion | None = None,
    ) -> Future[tuple[Suggestion, ...]]:
        """Suggest ways to take on the role, in the first person, each different.

        When stopped, those so far. `on_suggestion` hears each as it is there, off the
        caller's thread. Raises UserError when there is not one.
        """
        wanted = max(1, min(count, MOST_ACCEPTANCES))

        def work(aside: Aside) -> tuple[Suggestion, ...]:
            found: dict[str, Suggestion] = {}
            for attempt in range(wanted * _TRIES):
                with suppress(Cancelled):
                    suggestion = self._accept(aside, persona, attempt, seed)
                    if suggestion is not None and suggestion.text not in found:
                        found[suggestion.text] = suggestion
                        _tell(on_suggestion, suggestion)
                if aside.is_stopped or len(found) == wanted:
                    break
            if not found:
                aside.check()
                raise _no_words(title_of(ACCEPTANCE))
            return tuple(found.values())

        return self._asides.ask(_KIND, work)

    def from_paragraph(
        self,
        paragraph: str,
        *,
        name: str = "",
        seed: int = 0,
        on_suggestion: OnSuggestion | None = None,
    ) -> Future[tuple[Suggestion, ...]]:
        """Suggest a character from a paragraph: what it says by rules, the rest by the model.

        The name comes first where there is one; `name` outweighs the paragraph's. When
        stopped, those so far. Raises UserError for an empty paragraph.
        """

        def work(aside: Aside) -> tuple[Suggestion, ...]:
            said = paragraph.strip()[:LONGEST_PARAGRAPH]
            if not said:
                message = "There is nothing to read: write a paragraph about somebody first."
                raise UserError(message, code="empty-paragraph")
            drafting = _Drafting(on_suggestion)
            drafting.add(("name",), name.strip())
            for path, value in read_paragraph(said):
                if not drafting.has(path):
                    drafting.add(path, value)
            drafting.add(("description",), said)
            missing = [path for path in _FROM_PARAGRAPH if not drafting.has(path)]
            for number, path in enumerate(missing):
                with suppress(Cancelled):
                    part = _known_part(path)
                    drafting.take(self._fill(aside, part, drafting.persona, seed + number))
                if aside.is_stopped:
                    break
            return drafting.suggestions

        return self._asides.ask(_KIND, work)

    def stop(self) -> None:
        """End what is asked; it resolves with what there is so far."""
        self._asides.stop(_KIND)

    def _fill(self, aside: Aside, part: Part, persona: Persona, seed: int) -> Suggestion | None:
        asked = without(persona, part.path)
        sampler = sampler_from(self._settings())
        steady = replace(sampler, seed=seed, temperature=min(sampler.temperature, _STEADY))

        def compose(model: ModelDescription, count_tokens: TokenCounter) -> GenerationRequest:
            return ask_for_part(
                part,
                asked,
                sampler=steady,
                context_tokens=model.context_tokens,
                count_tokens=count_tokens,
            )

        written = aside.write(compose)
        return suggest_part(part, persona, written.text, is_cut=written.is_cut)

    def _accept(self, aside: Aside, persona: Persona, attempt: int, seed: int) -> Suggestion | None:
        asked = without(persona, ACCEPTANCE)
        opening = acceptance_opening(asked, attempt)
        user_name = self._user_name()
        sampler = sampler_from(self._settings())
        varied = replace(
            sampler, seed=seed + attempt, temperature=max(sampler.temperature, _VARIED)
        )

        def compose(model: ModelDescription, count_tokens: TokenCounter) -> GenerationRequest:
            return ask_for_acceptance(
                asked,
                user_name,
                opening,
                sampler=varied,
                context_tokens=model.context_tokens,
                count_tokens=count_tokens,
            )

        written = aside.write(compose)
        if not read_prose(written.text):
            return None
        text = read_prose(f"{opening}{written.text}", is_cut=written.is_cut)
        return make_suggestion(asked, ACCEPTANCE, text) if speaks_in_first_person(text) else None


def put_together(suggestions: Iterable[Suggestion]) -> Persona:
    """Return a persona from all the suggestions of a paragraph.

    Raises UserError when there is no name.
    """
    persona = Persona(name=_UNNAMED)
    for suggestion in suggestions:
        persona = accept_suggestion(persona, suggestion)
    if persona.name == _UNNAMED:
        message = "The paragraph names nobody. Say what they are called and try again."
        raise UserError(message, code="no-name")
    return persona


class _Drafting:
    """A character that grows suggestion by suggestion. One aside."""

    def __init__(self, on_suggestion: OnSuggestion | None) -> None:
        self.persona = Persona(name=_UNNAMED)
        self._on_suggestion = on_suggestion
        self._found: dict[SuggestionPath, Suggestion] = {}

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        return tuple(self._found.values())

    def has(self, path: SuggestionPath) -> bool:
        return path in self._found

    def add(self, path: SuggestionPath, value: object) -> None:
        self.take(make_suggestion(self.persona, path, value))

    def take(self, suggestion: Suggestion | None) -> None:
        if suggestion is None:
            return
        self.persona = accept_suggestion(self.persona, suggestion)
        self._found[suggestion.path] = suggestion
        _tell(self._on_suggestion, suggestion)


def _tell(on_suggestion: OnSuggestion | None, suggestion: Suggestion) -> None:
    if on_suggestion is not None:
        on_suggestion(suggestion)


def _known_part(path: SuggestionPath) -> Part:
    part = find_part(path)
    if part is None:
        known = ", ".join(".".join(str(key) for key in part.path) for part in PARTS)
        name = ".".join(str(key) for key in path)
        message = f"Nothing can be suggested for {name}. These parts can be: {known}."
        raise UserError(message, code="no-such-part")
    return part


def _no_words(title: str) -> UserError:
    message = f"The model had no usable words for {title}; try again or use a larger model."
    return UserError(message, code="no-usable-words")

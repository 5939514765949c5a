"""Trying lore out without a conversation: what would come up if this were said, and why.

For a test bench: no model is needed, tokens are reckoned from words. Pure; any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.conversation import Author
from app.prompting.lore import LoreFiring, fire_lore, lore_block, lore_budget
from app.prompting.lore_scene import LoreScene, SpokenLine
from app.services.previews import reckon_tokens
from personas.lorebook import Lorebook
from personas.macro_expansion import expand_macros
from personas.macro_setting import setting_of
from personas.persona import Persona

DEFAULT_CONTEXT = 4096


@dataclass(frozen=True, slots=True)
class LoreTrial:
    """What came of a trial: every entry's fate, the block, and the room there was. Any thread.

    `tokens` and each firing's are reckoned, not counted.
    """

    firings: tuple[LoreFiring, ...]
    block: str
    tokens: int
    budget: int


def try_lore(
    books: Sequence[Lorebook],
    said: Sequence[str],
    *,
    persona: Persona | None = None,
    user_name: str = "",
    context_tokens: int | None = None,
    seed: str = "",
) -> LoreTrial:
    """Return what comes up after the messages in `said`, of which the user wrote the last.

    The others are the character's and the user's by turns. Another `seed` is another throw of
    the dice.
    """
    # A book on its own has nobody to speak of: {{char}} stays as it is written.
    setting = setting_of(persona or Persona(name="{{char}}"), user_name, seed=seed)
    scene = LoreScene(
        _lines(said),
        char=setting.char,
        user=setting.user,
        expand=lambda text: expand_macros(text, setting),
        seed=seed,
    )
    budget = lore_budget(books, context_tokens or DEFAULT_CONTEXT)
    firings = fire_lore(books, scene, budget, lambda texts: [reckon_tokens(t) for t in texts])
    spent = sum(firing.tokens for firing in firings if firing.placed)
    return LoreTrial(firings, lore_block(firings), spent, budget)


def _lines(said: Sequence[str]) -> tuple[SpokenLine, ...]:
    last = len(said) - 1
    return tuple(
        SpokenLine(str(number), Author.CHARACTER if (last - number) % 2 else Author.USER, text)
        for number, text in enumerate(said)
    )

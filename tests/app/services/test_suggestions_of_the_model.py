"""Suggestions of the model that ships: they need not be good, but they must fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from app.context import AppContext, build_context
from app.errors import UserError
from app.paths import AppPaths
from app.prompting.suggestion import accept_suggestion
from app.settings import Settings
from personas.persona import Persona

T = TypeVar("T")

pytestmark = pytest.mark.model

FINN = Persona(name="Finn", tagline="ferryman, Cork, 50")
WAIT = 240
# A small model's words differ from processor to processor; one of three seeds is enough.
SEEDS = range(3)


@pytest.fixture
def context(paths: AppPaths) -> Iterator[AppContext]:
    settings = Settings.model_validate({"model": {"context_tokens": 1024, "threads": 1}})
    with build_context(paths, settings) as opened:
        yield opened


def ask(begin: Callable[[int], Future[T]]) -> T:
    for seed in SEEDS:
        try:
            return begin(seed).result(WAIT)
        except UserError as error:
            if error.code != "no-usable-words":
                raise
    pytest.fail("no usable words")


def test_a_list_and_an_essay_are_accepted_into_a_draft(context: AppContext) -> None:
    fill = context.suggestions.fill
    loves = ask(lambda seed: fill(FINN, ("life", "loves"), seed=seed))
    draft = accept_suggestion(FINN, loves)
    assert 1 <= len(draft.life.loves) <= 5
    weekday = ask(lambda seed: fill(draft, ("life", "weekday"), seed=seed))
    accepted = accept_suggestion(draft, weekday)
    assert accepted.life.weekday == weekday.text
    assert accepted.life.weekday.startswith("I wake ")
    assert accepted.life.loves == tuple(loves.value)


def test_a_role_is_accepted_in_the_first_person(context: AppContext) -> None:
    [suggested] = ask(lambda seed: context.suggestions.acceptances(FINN, 1, seed=seed))
    acceptance = accept_suggestion(FINN, suggested).acceptance
    assert acceptance.startswith("I am Finn. I ")
    assert len(acceptance.split()) > 4

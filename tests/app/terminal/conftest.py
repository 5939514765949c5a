"""A whole context behind the terminal; a file says what the character answers."""

from __future__ import annotations

import pytest

from app.context import AppContext
from app.inference.scripted import Reply
from tests.stage import MakeContext, make_context

__all__ = ["make_context"]


@pytest.fixture
def replies() -> tuple[Reply, ...]:
    return ("Aye.",)


@pytest.fixture
def context(make_context: MakeContext, replies: tuple[Reply, ...]) -> AppContext:
    return make_context(*replies)

"""Fixtures for services: a whole context on a scripted engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from app.paths import AppPaths
from tests.stage import MakeContext, making_contexts, open_with_isla


@pytest.fixture
def make_context(paths: AppPaths) -> Iterator[MakeContext]:
    with making_contexts(paths) as make:
        yield make


@pytest.fixture
def context(make_context: MakeContext) -> AppContext:
    return make_context()


@pytest.fixture
def conversation(context: AppContext) -> Conversation:
    return open_with_isla(context)

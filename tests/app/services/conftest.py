"""Fixtures for services: a whole context on a scripted engine."""

from __future__ import annotations

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from tests.stage import MakeContext, make_context, open_with_isla

__all__ = ["make_context"]


@pytest.fixture
def context(make_context: MakeContext) -> AppContext:
    return make_context()


@pytest.fixture
def conversation(context: AppContext) -> Conversation:
    return open_with_isla(context)

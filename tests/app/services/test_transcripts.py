"""A conversation becomes a file, and nothing waits for that."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event as Flag

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from tests.stage import say


def test_what_is_said_is_stored_while_a_slow_disk_takes_the_transcript(
    context: AppContext,
    conversation: Conversation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached, go_on = Flag(), Flag()

    def take_time(_file: int) -> None:
        reached.set()
        assert go_on.wait(timeout=20)

    monkeypatch.setattr(os, "fsync", take_time)
    writing = context.transcripts.export(conversation.id, "markdown", tmp_path / "evening.md")
    assert reached.wait(timeout=20)
    try:
        renamed = context.conversations.rename(conversation.id, "The valve")
        assert renamed.result(timeout=5).title == "The valve"
    finally:
        go_on.set()
    file = writing.result()
    assert "The valve" not in file.read_text(encoding="utf-8")


def test_a_transcript_has_what_was_said(
    context: AppContext, conversation: Conversation, tmp_path: Path
) -> None:
    say(context, conversation, "Is the radio dead?")
    file = context.transcripts.export(conversation.id, "text", tmp_path / "e.txt").result()
    assert "Is the radio dead?" in file.read_text(encoding="utf-8")

"""Lorebooks in the window: who shall know one, where one is written to, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from personas.persona import Persona
from tests.ui.theatre import isla_in


@pytest.fixture
def lore(session, skye, qtbot):
    session.lore.show(skye.id)
    qtbot.waitUntil(lambda: session.lore.book.record is not None)
    qtbot.waitUntil(lambda: len(session.lore.shelf.personas) > 1)
    return session.lore


@pytest.fixture
def answer(monkeypatch):
    """Answer the question who shall know a book; returns what was offered."""
    offered: list[list[str]] = []

    def answer_with(name: str | None) -> list[list[str]]:
        def get_item(_parent, _title, _question, items, **_more):
            offered.append(list(items))
            return name or items[0], name is not None

        monkeypatch.setattr(QInputDialog, "getItem", get_item)
        return offered

    return answer_with


def test_a_book_is_attached_to_who_was_chosen(lore, context, skye, answer, qtbot):
    offered = answer("Isla MacRae")
    lore.screen.attach_requested.emit(skye.id)
    isla = isla_in(context).id
    qtbot.waitUntil(lambda: isla in lore.shelf.find(skye.id).attached_to)
    assert offered[0] == sorted(offered[0], key=str.casefold)
    answer(None)
    lore.ask_who(skye.id)
    assert "Isla MacRae" not in offered[1]


def test_a_question_that_is_left_attaches_nobody(lore, context, skye, answer):
    answer(None)
    lore.ask_who(skye.id)
    assert context.lore.get(skye.id).result().attached_to == ()


def test_two_of_one_name_can_be_told_apart(lore, context, skye, answer, qtbot):
    twin = context.personas.add(Persona(name="Isla MacRae")).result()
    qtbot.waitUntil(lambda: twin.id in lore.shelf.personas)
    offered = answer(None)
    lore.ask_who(skye.id)
    assert len([name for name in offered[0] if name.startswith("Isla MacRae")]) == 2


def test_a_book_that_everybody_knows_asks_nobody(lore, context, window, skye, answer, qtbot):
    offered = answer(None)
    everybody = list(lore.shelf.personas)
    for persona_id in everybody:
        context.lore.attach(skye.id, persona_id).result()
    known = lore.shelf.find
    qtbot.waitUntil(lambda: len(known(skye.id).attached_to) == len(everybody))
    lore.ask_who(skye.id)
    assert offered == []
    assert window.notices.notice.text == "Every character knows this book already."


@pytest.mark.parametrize("name", ["world", "world.json"])
def test_a_book_is_written_where_it_was_asked_for(
    lore, window, skye, monkeypatch, tmp_path, qtbot, name
):
    asked = []

    def choose(_parent, title, suggested, _filter):
        asked.append((title, Path(suggested).name))
        return str(tmp_path / name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    lore.screen.export_requested.emit(skye.id)
    written = tmp_path / "world.json"
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert asked == [("Export Skye", "Skye.json")]
    assert "Lamp" in json.dumps(json.loads(written.read_text(encoding="utf-8")))
    assert str(written) in window.notices.notice.text
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.notices.notice.act()
    assert opened == [str(tmp_path)]


def test_an_export_that_was_left_writes_nothing(lore, window, skye, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: ("", ""))
    lore.export(skye.id)
    assert not any("Lamp" in one.read_text() for one in tmp_path.glob("**/*.json"))
    assert window.notices.notice is None


def test_a_book_that_is_gone_is_not_asked_about(lore, answer, monkeypatch):
    offered = answer(None)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: offered.append(list(given)))
    lore.ask_who("nothing")
    lore.export("nothing")
    assert offered == []


def test_a_character_of_the_book_leads_to_the_sheet(lore, session, window, context, qtbot):
    isla = isla_in(context)
    lore.screen.persona_requested.emit(isla.id)
    qtbot.waitUntil(lambda: window.screen_shown is session.persona_screen)
    assert session.persona.record.id == isla.id

"""Old chats into the memory room: chosen, told, asked about, and looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.errors import MachineError
from app.services.old_chats import ChatOutcome, TakenChat
from personas.cards.receipt import Receipt, ReceiptRow, RowKind
from tests.ui.accessibility import unnamed
from tests.ui.theatre import isla_in
from ui.memories.naming_dialog import NamingDialog
from ui.viewmodels.memory_chats import ChatWish, tell_chats

SAID = (
    ("Ana", "I keep goats on the quay."),
    ("Isla MacRae", "Goats, is it."),
    ("Ana", "My brother lives in Lyon."),
    ("Isla MacRae", "Then you have a bed in Lyon."),
)


def write(path: Path, said=SAID) -> Path:
    """Write a chat as SillyTavern does."""
    lines = [
        {
            "name": name,
            "is_user": name == "Ana",
            "send_date": f"2023-06-19T12:{minute:02}:00Z",
            "mes": text,
        }
        for minute, (name, text) in enumerate(said)
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def chat(tmp_path) -> Path:
    return write(tmp_path / "quay.jsonl")


def choose(screen, monkeypatch, *files: Path) -> None:
    names = [str(file) for file in files]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    next(one for one in screen.head.files.menu().actions() if "old chat" in one.text()).trigger()


def told(window) -> str:
    notice = window.notices.notice
    return notice.text if notice is not None else ""


def test_a_chat_becomes_a_conversation_whose_memories_are_shown(
    screen, session, window, conversation, chat, monkeypatch, qtbot
):
    choose(screen, monkeypatch, chat)
    qtbot.waitUntil(lambda: "is a conversation now, with 4 messages" in told(window))
    assert not window.notices.notice.is_warning
    window.notices.notice.act()
    room = session.memories.room
    qtbot.waitUntil(lambda: room.whose.conversation.id != conversation.id)
    qtbot.waitUntil(lambda: any("goats" in one.text for one in room.shelf.memories.values()))
    assert room.whose.user == "Ana"
    choose(screen, monkeypatch, chat)
    qtbot.waitUntil(lambda: "was here already." in told(window))
    window.notices.notice.act()
    qtbot.waitUntil(lambda: "is a conversation now" in told(window))


def test_where_a_chat_does_not_tell_who_is_who_is_asked(
    screen, session, window, tmp_path, monkeypatch, qtbot
):
    others = [("Maud", SAID[1][1]), SAID[2], ("Rab", SAID[3][1]), SAID[0]]
    choose(screen, monkeypatch, write(tmp_path / "quay.jsonl", [SAID[0], *others]))
    qtbot.waitUntil(lambda: "nobody is called Isla MacRae" in told(window))
    assert window.notices.notice.is_warning
    window.notices.notice.act()
    dialog = window.findChildren(NamingDialog)[-1]
    assert unnamed(dialog) == []
    dialog.accept()
    assert dialog.isVisible(), "nothing was said yet"
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    qtbot.keyClicks(dialog.character, "Maud")
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: "is a conversation now" in told(window))


def test_what_is_no_chat_is_told_and_nothing_is_asked(
    screen, session, window, tmp_path, monkeypatch, qtbot
):
    choose(screen, monkeypatch)
    assert not session.memories.files.chats.is_busy
    choose(screen, monkeypatch, tmp_path / "nowhere.jsonl")
    qtbot.waitUntil(lambda: "nowhere.jsonl" in told(window) and window.notices.notice.is_warning)
    assert window.notices.notice.action == ""


def test_nobody_is_asked_for_names_where_names_do_not_help(
    screen, session, window, chat, monkeypatch, qtbot
):
    def refuse(*_: object, **__: object) -> None:
        message = "The disk is full. Make room on it."
        raise MachineError(message, code="disk-full")

    monkeypatch.setattr(session.context.old_chats._chats, "keep_chat", refuse)
    choose(screen, monkeypatch, chat)
    qtbot.waitUntil(lambda: "The disk is full." in told(window))
    assert window.notices.notice.is_warning
    assert window.notices.notice.action == ""


def test_reading_is_stopped_and_what_waits_is_dropped(screen, session, window, chat, qtbot):
    chats = session.memories.files.chats
    wish = ChatWish((chat,), isla_in(session.context).id)
    chats.bring_in(wish)
    chats.bring_in(wish)
    chats.cancel()
    qtbot.waitUntil(lambda: told(window).startswith("Stopped."))
    assert not chats.is_busy


def test_several_chats_are_told_together():
    taken = [
        TakenChat("The quay", conversation_id="a", messages=4, unheard=2, memories=2),
        TakenChat("The boat", conversation_id="b", messages=1, memories=1),
        TakenChat("The lamp", duplicate_of="c"),
    ]
    why = "2 lines were said while she was away."
    rows = (ReceiptRow(RowKind.LEFT, "Lines", "The quay", why),) * 2
    receipt = Receipt("a.byaf", "BYAF", (*rows, ReceiptRow(RowKind.MAPPED, "Times", "", "So.")))
    assert tell_chats([ChatOutcome(Path("a.byaf"), tuple(taken), receipt)]) == (
        "2 old chats are conversations now, with 5 messages and 3 memories. "
        "Lines: 2 lines were said while she was away. "
        "\u201cThe lamp\u201d was here already."
    )

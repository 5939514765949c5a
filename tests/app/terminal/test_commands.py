"""Every command gives a JSON-ready value, and does what the window would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.context import AppContext
from app.errors import AppError, UserError
from tests.app.terminal.typed import run


@pytest.fixture
def replies() -> tuple[str, ...]:
    return ("In the biscuit tin.", "Aye.")


def talk(context: AppContext, *more: str) -> Any:
    return run(context, "chat", "--persona", "Isla MacRae", "--message", "Hello.", *more)


def test_the_cast_is_listed_with_ids_and_names(context: AppContext) -> None:
    rows = run(context, "personas", "list")
    assert len(rows) == 8
    assert {"id", "name", "tagline", "version"} <= set(rows[0])


@pytest.mark.parametrize("wanted", ["Isla MacRae", "isla macrae", "isla-macrae"])
def test_a_persona_is_found_by_name_or_library_name(context: AppContext, wanted: str) -> None:
    shown = run(context, "personas", "show", wanted)
    assert shown["name"] == "Isla MacRae"
    assert shown["persona"]["life"]["weekday"]


def test_a_persona_shown_can_be_saved_again_as_a_version(
    context: AppContext, tmp_path: Path
) -> None:
    shown = run(context, "personas", "show", "Isla MacRae")
    shown["persona"]["tagline"] = "keeper, retired"
    file = tmp_path / "isla.json"
    file.write_text(json.dumps(shown), encoding="utf-8")
    saved = run(context, "personas", "save", str(file), "--id", shown["id"])
    assert (saved["version"], saved["tagline"]) == (2, "keeper, retired")
    assert run(context, "personas", "save", str(file))["id"] != shown["id"]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ('{"name": ""}', "at name"),
        ('{"name": "A", "life": {"loves": ["1", "2", "3", "4", "5", "6"]}}', "at life.loves"),
        ('{"name": "A", "lfie": {}}', "at lfie"),
    ],
)
def test_a_broken_persona_file_is_explained(
    context: AppContext, tmp_path: Path, content: str | None, finding: str
) -> None:
    file = tmp_path / "broken.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=finding) as caught:
        run(context, "personas", "save", str(file))
    assert "broken.json" in caught.value.message


def test_the_sheet_is_what_the_model_reads(context: AppContext) -> None:
    sections = run(context, "personas", "sheet", "Isla MacRae")
    assert [section["name"] for section in sections][:2] == ["identity", "traits"]


def test_personas_are_set_aside_and_restored(context: AppContext) -> None:
    row = run(context, "personas", "list")[0]
    run(context, "personas", "set-aside", row["id"])
    assert row["id"] not in [other["id"] for other in run(context, "personas", "list")]
    run(context, "personas", "restore", row["id"])
    assert row["id"] in [other["id"] for other in run(context, "personas", "list")]


def test_chat_answers_and_goes_on_in_the_same_conversation(context: AppContext) -> None:
    first = talk(context)
    assert first["reply"] == "In the biscuit tin."
    assert {"usage", "recalled", "conversation", "message"} <= set(first)
    second = run(context, "chat", "--message", "And now?", "--conversation", first["conversation"])
    assert second["conversation"] == first["conversation"]
    shown = run(context, "conversations", "show", first["conversation"])
    assert [row["text"] for row in shown["path"][1:]] == [
        "Hello.",
        "In the biscuit tin.",
        "And now?",
        "Aye.",
    ]


def test_conversations_are_listed_renamed_set_aside_and_restored(context: AppContext) -> None:
    one = talk(context)["conversation"]
    run(context, "conversations", "rename", one, "The lamp room")
    rows = run(context, "conversations", "list", "--persona", "Isla MacRae")
    assert [(row["id"], row["title"]) for row in rows] == [(one, "The lamp room")]
    run(context, "conversations", "set-aside", one)
    assert run(context, "conversations", "list") == []
    run(context, "conversations", "restore", one)
    assert len(run(context, "conversations", "list")) == 1


def test_messages_are_edited_deleted_taken_again_and_selected(context: AppContext) -> None:
    first = talk(context)
    one = first["conversation"]
    again = run(context, "conversations", "again", one, "--seed", "4")
    assert again["reply"] == "Aye."
    run(context, "conversations", "select", first["message"])
    run(context, "conversations", "edit", first["message"], "In the drawer.")
    shown = run(context, "conversations", "show", one)
    assert shown["path"][-1]["text"] == "In the drawer."
    continued = run(context, "conversations", "continue", one)
    assert continued["reply"].startswith("In the drawer.")
    run(context, "conversations", "delete", first["message"])
    # The other take comes forward; without one the user's words would be the last.
    assert run(context, "conversations", "show", one)["path"][-1]["text"] == "Aye."
    run(context, "conversations", "delete", again["message"])
    assert run(context, "conversations", "show", one)["path"][-1]["text"] == "Hello."


def test_a_deleted_message_is_listed_and_brought_back(context: AppContext) -> None:
    said = talk(context)
    one = said["conversation"]
    assert run(context, "conversations", "list")[0]["messages"] == 3
    assert run(context, "conversations", "deleted", one) == []
    run(context, "conversations", "delete", said["message"])
    [row] = run(context, "conversations", "deleted", one)
    assert (row["id"], row["text"]) == (said["message"], "In the biscuit tin.")
    assert run(context, "conversations", "undelete", row["id"])["text"] == row["text"]
    assert run(context, "conversations", "show", one)["path"][-1]["id"] == row["id"]
    assert run(context, "conversations", "deleted", one) == []


@pytest.mark.parametrize("form", ["markdown", "html", "text", "jsonl"])
def test_export_writes_the_file(context: AppContext, tmp_path: Path, form: str) -> None:
    one = talk(context)["conversation"]
    output = tmp_path / f"out.{form}"
    done = run(context, "export", one, "--format", form, "--output", str(output))
    text = output.read_text(encoding="utf-8")
    assert "In the biscuit tin." in text
    assert done["bytes"] == len(text.encode())
    assert [path.name for path in tmp_path.glob("out*")] == [output.name]


def test_an_export_that_cannot_be_written_is_explained(context: AppContext, tmp_path: Path) -> None:
    one = talk(context)["conversation"]
    with pytest.raises(AppError, match="could not be written") as caught:
        run(context, "export", one, "--format", "text", "--output", str(tmp_path / "no" / "x"))
    assert str(tmp_path / "no" / "x") in caught.value.message


def test_words_are_found_and_memories_listed(context: AppContext) -> None:
    talk(context)
    hits = run(context, "search", "biscuit")
    assert "[biscuit]" in hits[0]["snippet"]
    context.memories.record_pending().result()
    memories = run(context, "memories", "Isla MacRae")
    assert "In the biscuit tin." in memories[0]["text"]


@pytest.mark.parametrize(
    "words",
    [
        ["personas", "show", "nobody"],
        ["chat", "--persona", "nobody", "--message", "Hello."],
        ["chat", "--conversation", "nowhere", "--message", "Hello."],
        ["conversations", "show", "nowhere"],
        ["conversations", "edit", "nothing", "text"],
        ["export", "nowhere", "--format", "text", "--output", "/tmp/never"],
    ],
)
def test_what_is_not_there_is_a_user_error_with_a_sentence(
    context: AppContext, words: list[str]
) -> None:
    with pytest.raises(UserError) as caught:
        run(context, *words)
    assert caught.value.message.endswith(".")
    assert len(caught.value.message) > 20

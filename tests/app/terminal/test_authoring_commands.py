"""Copies, versions, lorebooks and who the user is, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.context import AppContext
from app.domain.ids import PersonaId
from app.errors import UserError
from tests.app.terminal.typed import names, run

BOOK = {"name": "Skye", "entries": [{"keys": ["fog"], "content": "It comes from the west."}]}


@pytest.fixture
def book_file(tmp_path: Path) -> str:
    file = tmp_path / "book.json"
    # As an editor on Windows saves it, with a mark in front.
    file.write_text(json.dumps(BOOK), encoding="utf-8-sig")
    return str(file)


def test_a_character_is_copied_archived_and_brought_back(context: AppContext) -> None:
    copy = run(context, "personas", "duplicate", "Isla MacRae")
    assert copy["name"] == "Isla MacRae (copy)"
    assert run(context, "personas", "archive", copy["name"])["archived_at"]
    assert copy["name"] not in names(run(context, "personas", "list"))
    assert names(run(context, "personas", "list", "--archived")) == [copy["name"]]
    assert run(context, "personas", "unarchive", copy["name"])["archived_at"] is None
    assert copy["name"] in names(run(context, "personas", "list"))


def test_versions_are_listed_and_restored_by_number_or_id(
    context: AppContext, tmp_path: Path
) -> None:
    shown = run(context, "personas", "show", "Isla MacRae")
    shown["persona"]["tagline"] = "retired"
    file = tmp_path / "isla.json"
    file.write_text(json.dumps(shown), encoding="utf-8")
    run(context, "personas", "save", str(file), "--id", shown["id"])
    versions = run(context, "personas", "versions", "Isla MacRae")
    assert [row["version"] for row in versions] == [2, 1]
    first = run(context, "personas", "restore-version", shown["id"], "1")
    assert (first["version"], first["tagline"]) == (3, shown["tagline"])
    again = run(context, "personas", "restore-version", shown["id"], versions[0]["version_id"])
    assert (again["version"], again["tagline"]) == (4, "retired")
    with pytest.raises(UserError, match="no version of a character with the id 99"):
        run(context, "personas", "restore-version", shown["id"], "99")


def test_a_lorebook_is_saved_shown_attached_and_detached(
    context: AppContext, book_file: str, tmp_path: Path
) -> None:
    saved = run(context, "lore", "save", book_file)
    assert (saved["name"], saved["entries"], saved["attached_to"]) == ("Skye", 1, [])
    isla = run(context, "personas", "show", "Isla MacRae")["id"]
    assert run(context, "lore", "attach", "skye", "Isla MacRae")["attached_to"] == [isla]
    assert names(run(context, "lore", "list", "--persona", isla)) == ["Skye"]
    shown = run(context, "lore", "show", saved["id"])
    shown["book"]["description"] = "An island."
    again = tmp_path / "again.json"
    again.write_text(json.dumps(shown), encoding="utf-8")
    changed = run(context, "lore", "save", str(again), "--id", "Skye")
    assert (changed["id"], changed["version"], changed["description"]) == (
        saved["id"],
        2,
        "An island.",
    )
    assert run(context, "lore", "detach", "Skye", isla)["attached_to"] == []
    assert names(run(context, "lore", "list")) == ["Skye"]
    assert run(context, "lore", "list", "--persona", isla) == []


def test_a_lorebook_is_set_aside_brought_back_and_exported(
    context: AppContext, book_file: str, tmp_path: Path
) -> None:
    run(context, "lore", "save", book_file)
    run(context, "lore", "set-aside", "Skye")
    assert run(context, "lore", "list") == []
    assert names(run(context, "lore", "list", "--set-aside")) == ["Skye"]
    assert run(context, "lore", "restore", "skye")["name"] == "Skye"
    assert run(context, "lore", "list", "--set-aside") == []
    file = tmp_path / "world.json"
    told = run(context, "lore", "export", "Skye", "--output", str(file))
    assert (told["output"], told["bytes"]) == (str(file), file.stat().st_size)
    assert list(json.loads(file.read_text(encoding="utf-8"))["entries"]) == ["0"]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("[" * 5000, "is not JSON"),
        ('{"name": "A", "entrys": []}', "at entrys"),
        ('{"entries": []}', "needs a name"),
    ],
)
def test_a_broken_lorebook_file_is_explained(
    context: AppContext, tmp_path: Path, content: str, finding: str
) -> None:
    file = tmp_path / "book.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=finding):
        run(context, "lore", "save", str(file))


def test_an_unknown_book_is_named(context: AppContext) -> None:
    with pytest.raises(UserError, match="no lorebook with the id Nowhere"):
        run(context, "lore", "show", "Nowhere")


def test_users_are_added_chosen_and_set_aside(context: AppContext) -> None:
    added = run(
        context, "users", "add", "Ana", "--description", "A sailor.", "--pronouns", "she/her"
    )
    assert (added["name"], added["plays"], added["default"]) == ("Ana", None, False)
    assert run(context, "users", "default", "ana")["default"]["id"] == added["id"]
    assert run(context, "users", "list")[0]["default"] is True
    assert run(context, "users", "default") == {"default": None}
    run(context, "users", "set-aside", "Ana")
    assert run(context, "users", "list") == []
    with pytest.raises(UserError, match="no user persona with the id Ana"):
        run(context, "users", "default", "Ana")


def test_a_character_can_be_played(context: AppContext) -> None:
    isla = run(context, "personas", "show", "Isla MacRae")["id"]
    played = run(context, "users", "add", "--play", "Isla MacRae")
    assert (played["name"], played["plays"]) == ("Isla MacRae", isla)
    with pytest.raises(UserError, match="Say who you are"):
        run(context, "users", "add")


def test_a_conversation_is_told_who_the_user_is(context: AppContext) -> None:
    ana = run(context, "users", "add", "Ana")["id"]
    said = run(context, "chat", "--persona", "Isla MacRae", "--message", "Hello.")
    changed = run(context, "conversations", "set-user", said["conversation"], "Ana")
    assert (changed["user_name"], changed["user_persona"]) == ("Ana", ana)
    back = run(context, "conversations", "set-user", said["conversation"])
    assert (back["user_name"], back["user_persona"]) == ("You", None)


def test_cards_are_exported_imported_and_recognised(context: AppContext, tmp_path: Path) -> None:
    file = tmp_path / "isla.png"
    written = run(
        context, "personas", "export", "Isla MacRae", "--format", "png", "--output", str(file)
    )
    assert (written["output"], written["bytes"]) == (str(file), file.stat().st_size)
    first = run(context, "personas", "import", str(file))
    assert (first["ok"], first["imported"], first["duplicates"], first["failed"]) == (True, 1, 0, 0)
    (row,) = first["files"]
    assert row["persona"]["name"] == "Isla MacRae"
    assert row["receipt"]["rows"]
    assert {"kind", "what", "where", "why"} == set(row["receipt"]["rows"][0])
    again = run(context, "personas", "import", str(file))
    assert (again["imported"], again["duplicates"]) == (0, 1)
    assert again["files"][0]["duplicate_of"] == row["persona"]["id"]
    asked = run(context, "personas", "import", str(file), "--again")
    assert asked["imported"] == 1


def test_a_failed_file_is_told_and_the_others_are_kept(context: AppContext, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.png"
    bad.write_bytes(b"nothing")
    words = ("--format", "json-v2", "--output", str(good))
    run(context, "personas", "export", "Isla MacRae", *words)
    told = run(context, "personas", "import", str(bad), str(good))
    assert (told["ok"], told["imported"], told["failed"]) == (False, 1, 1)
    assert told["files"][0]["error"].startswith("bad.png: ")


def test_users_are_shown_changed_played_and_brought_back(context: AppContext) -> None:
    ana = run(context, "users", "add", "Ana", "--description", "A sailor.")["id"]
    changed = run(context, "users", "save", "ana", "--pronouns", "she/her", "--name", "Ana Ray")
    assert (changed["name"], changed["description"]) == ("Ana Ray", "A sailor.")
    shown = run(context, "users", "show", "Ana Ray")
    assert shown["reads"] == "A sailor.\nPronouns: she/her"
    with pytest.raises(UserError, match="what to change"):
        run(context, "users", "save", "Ana Ray")
    with pytest.raises(UserError, match="between 1 and 200"):
        run(context, "users", "save", "Ana Ray", "--name", "")
    played = run(context, "users", "play", "Isla MacRae")
    assert run(context, "users", "play", "Isla MacRae")["id"] == played["id"]
    run(context, "users", "set-aside", "Ana Ray")
    assert [row["id"] for row in run(context, "users", "list", "--set-aside")] == [ana]
    assert run(context, "users", "restore", "ana ray") == {"id": ana, "set_aside": False}
    assert ana in [row["id"] for row in run(context, "users", "list")]
    with pytest.raises(UserError, match="no user persona"):
        run(context, "users", "restore", "nobody")


def test_a_user_is_attached_to_a_conversation_and_taken_off(context: AppContext) -> None:
    ana = run(context, "users", "add", "Ana")["id"]
    isla = next(r for r in run(context, "personas", "list") if r["name"] == "Isla MacRae")
    conversation = context.conversations.create(PersonaId(isla["id"])).result().id
    attached = run(context, "users", "attach", conversation, "Ana")
    assert (attached["user_name"], attached["user_persona"]) == ("Ana", ana)
    assert run(context, "users", "attach", conversation)["user_persona"] is None

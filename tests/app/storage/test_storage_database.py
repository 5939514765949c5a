"""Opening, settings, transactions, copies and closing; and what stands in the way of opening."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.errors import AppError, Bug, MachineError
from app.storage.database import Database
from app.storage.driver import DriverConnection, connect, read_value
from app.storage.faults import explain
from tests.app.storage.storage_world import Store, StoreOpener


def raw(path: Path) -> DriverConnection:
    return connect(path, busy_seconds=0)


def refused(path: Path, backups: Path | None = None) -> MachineError:
    """The error that opening raises, which names the file and what to do."""
    with pytest.raises(MachineError) as caught:
        Database.open(path, backups or path.parent / "backups")
    assert str(path) in caught.value.message
    assert caught.value.message.endswith(".")
    return caught.value


def test_the_settings_took_hold(store: Store):
    connection = store.database._connection
    answers = {
        name: read_value(connection, f"PRAGMA {name}")
        for name in ("locking_mode", "journal_mode", "synchronous", "foreign_keys", "secure_delete")
    }
    assert answers == {
        "locking_mode": "exclusive",
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    assert store.database.user_version == 1002
    assert tuple(map(int, store.database.sqlite_version.split("."))) >= (3, 51, 3)


def test_a_setting_that_does_not_take_hold_is_no_open_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.storage.opening._SETTINGS", (("synchronous", "OFF", 2),))
    assert refused(tmp_path / "dramatis.db").code == "database-setting"


def test_closing_writes_the_log_back_and_lets_go(store: Store, open_store: StoreOpener):
    store.say(store.open_conversation(), None, "Hello")
    assert store.path.with_name("dramatis.db-wal").exists()
    store.database.close()
    store.database.close()
    assert [one.name for one in store.path.parent.iterdir()] == ["dramatis.db"]
    assert len(open_store(store.path.parent).conversations.list_all()) == 1


def test_work_that_raises_is_undone_with_its_tables(store: Store):
    before = store.add_persona()
    with pytest.raises(ValueError, match="half"), store.database.writing() as session:  # noqa: PT012
        session.execute(text("CREATE TABLE half (done)"))
        session.execute(text("UPDATE persona SET from_library = 'half'"))
        raise ValueError("half done")
    assert store.personas.get(before.id) == before
    with pytest.raises(Bug, match="no such table"), store.database.reading() as session:
        session.execute(text("SELECT * FROM half"))


def test_a_row_that_points_at_nothing_is_refused_at_commit(store: Store):
    persona = store.add_persona()
    with pytest.raises(Bug, match="FOREIGN KEY"), store.database.writing() as session:
        session.execute(text("UPDATE persona SET current_version_id = 'nowhere'"))
    assert store.personas.get(persona.id) == persona


def test_only_the_thread_that_opened_it_may_use_it(store: Store):
    caught: list[AppError] = []

    def work() -> None:
        try:
            store.personas.list_all()
        except AppError as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert isinstance(caught[0], Bug)
    assert "off the storage lane" in caught[0].message
    closing = threading.Thread(target=store.database.close)
    closing.start()
    closing.join()
    with pytest.raises(Bug, match="after it was closed"):
        store.personas.list_all()


def test_a_copy_is_whole_and_replaces_an_older_one(store: Store, open_store: StoreOpener):
    target = store.backups / "copy" / "dramatis.db"
    conversation = store.open_conversation()
    store.database.backup_to(target)
    store.say(conversation, None, "Hello")
    store.database.backup_to(target)
    assert [one.name for one in target.parent.iterdir()] == ["dramatis.db"]
    copy = open_store(target.parent)
    assert copy.texts(conversation) == ["Hello"]
    assert copy.database.integrity_problem() is None


def test_a_copy_that_cannot_be_written_says_where(store: Store, tmp_path: Path):
    occupied = tmp_path / "occupied"
    occupied.write_text("a file")
    with pytest.raises(MachineError, match="occupied") as caught:
        store.database.backup_to(occupied / "copy.db")
    assert caught.value.code == "backup"


def test_a_copy_that_did_not_turn_out_is_removed(store: Store, monkeypatch: pytest.MonkeyPatch):
    answers = iter((1, 2))
    monkeypatch.setattr("app.storage.backup.read_value", lambda *_: next(answers))
    with pytest.raises(MachineError, match="did not turn out whole"):
        store.database.backup_to(store.backups / "copy.db")
    assert list(store.backups.iterdir()) == []


def test_an_index_or_a_pointer_that_does_not_agree_is_a_problem(store: Store):
    message = store.say(store.open_conversation(), None, "heather")
    assert store.database.integrity_problem() is None
    connection = store.database._connection
    connection.execute("DROP TRIGGER message_version_written")
    connection.execute("UPDATE message_version SET text = 'bracken'")
    assert "damaged" in (store.database.integrity_problem() or "")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("UPDATE message SET parent_id = 'nowhere' WHERE id = ?", (message.id,))
    assert "point at nothing" in (store.database.integrity_problem() or "")


def test_a_second_instance_is_refused_with_a_sentence(store: Store, open_store: StoreOpener):
    error = refused(store.path)
    assert (error.code, "another Dramatis" in error.message) == ("database-in-use", True)
    program = (
        "import sys\nfrom pathlib import Path\nfrom app.errors import MachineError\n"
        "from app.storage.database import Database\n"
        "path = Path(sys.argv[1])\n"
        "try:\n    Database.open(path, path.parent)\n"
        "except MachineError as error:\n    print(error.code, error.message)\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(store.path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("database-in-use The database")
    store.database.close()
    assert open_store(store.path.parent).personas.list_all() == []


@pytest.mark.parametrize("newer", [2000, 3017])
def test_a_newer_major_version_is_refused_and_left_alone(store: Store, newer: int):
    store.database.close()
    connection = raw(store.path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute(f"PRAGMA user_version = {newer}")
    connection.close()
    before = store.path.read_bytes()
    error = refused(store.path)
    assert error.code == "database-too-new"
    assert "newer Dramatis" in error.message
    assert store.path.read_bytes() == before
    assert not store.backups.exists()


def test_a_newer_minor_version_is_used_as_it_is(store: Store, open_store: StoreOpener):
    store.add_persona()
    store.database.close()
    connection = raw(store.path)
    connection.execute("PRAGMA user_version = 1007")
    connection.close()
    again = open_store(store.path.parent)
    assert again.database.user_version == 1007
    assert len(again.personas.list_all()) == 1
    assert not store.backups.exists()


def test_another_programs_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "dramatis.db"
    connection = raw(path)
    connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = path.read_bytes()
    error = refused(path)
    assert (error.code, "not one of Dramatis" in error.message) == ("not-a-database", True)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_database(tmp_path: Path, open_store: StoreOpener):
    (tmp_path / "dramatis.db").touch()
    assert open_store(tmp_path).database.user_version == 1002


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=2, max_size=6000))  # SQLite takes one byte for an empty file
@example(b"SQLite format 3\0" + bytes(84))
@example(b"Hello, this is a letter.\n" * 100)
def test_a_file_of_anything_is_refused_and_kept(content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dramatis.db"
        path.write_bytes(content)
        assert refused(path).code in {"not-a-database", "database-corrupt"}
        assert path.read_bytes() == content


def test_a_damaged_database_is_refused_and_kept(store: Store):
    conversation = store.open_conversation()
    for number in range(40):
        store.say(conversation, None, f"{number} " * 100)
    store.database.close()
    whole = store.path.read_bytes()
    codes: set[str] = set()
    for start in range(4096, len(whole) - 4096, 4096):
        damaged = whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :]
        store.path.write_bytes(damaged)
        codes.add(refused(store.path).code)
        assert store.path.read_bytes() == damaged
    assert codes == {"database-corrupt"}
    store.path.write_bytes(whole[: len(whole) // 2])
    assert refused(store.path).code == "database-corrupt"


@pytest.mark.parametrize("place", ["{file}/dramatis.db", "{here}/no/d.db"])
def test_a_place_where_no_file_can_be_is_named(tmp_path: Path, place: str):
    (tmp_path / "file").touch()
    path = Path(place.format(file=tmp_path / "file", here=tmp_path))
    assert refused(path, tmp_path / "backups").code == "database-unreachable"


@pytest.mark.parametrize("code", [5, 6, 7, 8, 10, 11, 13, 14, 26, 10 | 3 << 8])
def test_every_fault_of_the_machine_is_a_sentence_with_the_file(code: int):
    fault = OSError()
    fault.sqlite_errorcode = code  # type: ignore[attr-defined]
    error = explain(fault, Path("/data/dramatis.db"))
    assert isinstance(error, MachineError)
    assert "/data/dramatis.db" in error.message
    assert error.message.endswith(".")


def test_what_is_too_long_is_said_to_be_and_the_rest_is_ours():
    fault = OSError("statement")
    fault.sqlite_errorcode = 18  # type: ignore[attr-defined]
    assert explain(fault, Path("x")).code == "too-long"
    assert isinstance(explain(OSError("odd"), Path("x")), Bug)

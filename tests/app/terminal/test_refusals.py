"""What the terminal says when it cannot: one sentence, the exit code, and one JSON value.

Runs the front end in this process; `test_command_line` starts real ones.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.paths import HOME_VARIABLE, AppPaths
from app.storage.database import Database
from tests.stage import making_contexts, open_with_isla

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from app.storage.database import Database
database = Database.open(Path(sys.argv[1]), Path(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
database.close()
"""


@pytest.fixture
def run(paths: AppPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Type a command; returns the exit code, stdout and stderr."""
    monkeypatch.setenv(HOME_VARIABLE, str(paths.data.parent))

    def typed(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


def problem_in(out: str) -> dict[str, Any]:
    """The one JSON value that there is."""
    assert out.count("\n") == 1
    return json.loads(out)["error"]


@pytest.mark.parametrize(
    "words",
    [
        ["--json"],
        ["sing", "--json"],
        ["personas", "--json"],
        ["chat", "--persona", "Isla MacRae", "--json"],
        ["--json", "export", "one", "--format", "poem", "--output", "x"],
        ["conversations", "again", "one", "--seed", "many", "--json"],
    ],
)
def test_what_is_no_command_is_one_json_value(run, words: list[str]) -> None:
    code, out, err = run(*words)
    assert code == 2
    problem = problem_in(out)
    assert problem["code"] == "usage"
    assert problem["message"].endswith(".")
    assert problem["message"] in err


def test_what_is_no_command_prints_how_to_use_it(run) -> None:
    code, out, err = run("sing")
    assert (code, out) == (2, "")
    assert err.startswith("usage: python -m app")
    assert "'sing'" in err


def break_not_a_database(paths: AppPaths) -> None:
    paths.database.write_text("This is no database. " * 400, encoding="utf-8")


def break_newer(paths: AppPaths) -> None:
    database = Database.open(paths.database, paths.backups)
    database._connection.execute("PRAGMA user_version = 9000")
    database.close()


def break_folder(paths: AppPaths) -> None:
    paths.log.rmdir()
    paths.log.write_text("in the way", encoding="utf-8")


@pytest.mark.parametrize("damage", [break_not_a_database, break_newer])
def test_a_database_that_cannot_be_used_is_one_sentence(
    run, paths: AppPaths, damage: Callable[[AppPaths], None]
) -> None:
    damage(paths)
    code, out, err = run("personas", "list", "--json")
    assert code == 2
    assert problem_in(out)["message"] == err.strip()
    assert "dramatis.db" in err


@pytest.mark.parametrize("damage", [break_not_a_database, break_newer, break_folder])
def test_the_doctor_still_tells_versions_and_paths(
    run, paths: AppPaths, damage: Callable[[AppPaths], None]
) -> None:
    damage(paths)
    code, out, _ = run("doctor", "--json")
    report = json.loads(out)
    assert code == 2
    assert report["ok"] is False
    assert report["versions"]["python"]
    assert report["paths"]["database"] == str(paths.database)
    assert report["checks"]["database"]["message"].endswith(".")
    code, out, _ = run("doctor")
    assert code == 2
    assert report["checks"]["database"]["message"] in out


@contextmanager
def held_by_another_process(paths: AppPaths) -> Generator[None]:
    command = [sys.executable, "-c", HOLD, str(paths.database), str(paths.backups)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        yield
        other.stdin.close()
        other.wait(30)


def test_a_database_in_use_by_another_process_is_named(run, paths: AppPaths) -> None:
    with held_by_another_process(paths):
        code, out, err = run("conversations", "list", "--json")
    assert code == 2
    assert problem_in(out)["code"] == "database-in-use"
    assert str(paths.database) in err
    assert run("conversations", "list", "--json")[:2] == (0, "[]\n")


@pytest.fixture
def conversation(paths: AppPaths) -> str:
    with making_contexts(paths) as make:
        return open_with_isla(make()).id


def test_an_export_below_a_file_is_refused(run, conversation: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    target = file / "evening.txt"
    words = ("export", conversation, "--format", "text", "--output", str(target), "--json")
    code, out, err = run(*words)
    assert code == 2
    assert problem_in(out)["message"] == err.strip()
    assert str(target) in err
    assert file.read_text(encoding="utf-8") == "kept"


def test_an_export_onto_a_full_disk_keeps_what_was_there(
    run, conversation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "evening.txt"
    target.write_text("kept", encoding="utf-8")

    def refuse(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    words = ("export", conversation, "--format", "text", "--output", str(target), "--json")
    code, out, err = run(*words)
    assert code == 2
    assert problem_in(out)["message"] == err.strip()
    assert "No space left" in err
    assert [(one.name, one.read_text()) for one in tmp_path.glob("*evening*")] == [
        ("evening.txt", "kept")
    ]


def test_a_file_whose_name_is_no_unicode_is_still_one_json_value(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"caf\xe9.json")
    code, out, _ = run("personas", "import", name, "--json")
    assert code == 2
    (outcome,) = json.loads(out)["files"]
    assert outcome["file"] == str(tmp_path / name)
    assert run("personas", "import", name)[0] == 2


def test_json_is_said_where_the_word_is_shortened_and_nowhere_else(run, conversation: str) -> None:
    assert json.loads(run("conversations", "list", "--js")[1])[0]["id"] == conversation
    words = ("search", "--", "--json")
    code, out, _ = run(*words)
    assert code == 0
    assert not out.startswith("[")

"""The commands as they are typed, in a process of their own, with the model that ships."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.paths import HOME_VARIABLE, find_paths

ROOT = Path(__file__).resolve().parents[3]


class CommandLine:
    """`python -m app …` in a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, HOME_VARIABLE: str(self.home)}
        return subprocess.run(
            [sys.executable, "-m", "app", *words],
            cwd=ROOT,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def json(self, *words: str) -> Any:
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> CommandLine:
    home = tmp_path_factory.mktemp("dramatis")
    paths = find_paths({HOME_VARIABLE: str(home)})
    paths.create()
    for model in model_folder.glob("*.gguf"):
        shutil.copy(model, paths.models)
    settings = {"model": {"context_tokens": 4096, "threads": 1}, "writing": {"reply_tokens": 16}}
    paths.settings.write_text(json.dumps(settings), encoding="utf-8")
    return CommandLine(home)


@pytest.fixture(scope="module")
def ada(command_line: CommandLine) -> str:
    """The id of a character whose sheet is quickly read."""
    persona = {"name": "Ada", "tagline": "counts", "greeting": "Yes?"}
    file = command_line.home / "ada.json"
    file.write_text(json.dumps(persona), encoding="utf-8")
    return command_line.json("personas", "save", str(file))["id"]


@pytest.mark.model
def test_one_thing_said_is_answered_kept_and_exported(
    command_line: CommandLine, tmp_path: Path
) -> None:
    cast = command_line.json("personas", "list")
    jun = next(row["id"] for row in cast if row["name"] == "Jun Lindqvist")
    said = command_line.json("chat", "--persona", jun, "--message", "Good evening.", "--seed", "7")
    assert said["reply"].strip()
    assert 0 < said["usage"]["generated"] <= 16
    assert said["usage"]["prompt_read"] > 100
    [row] = command_line.json("conversations", "list")
    assert row["id"] == said["conversation"]
    output = tmp_path / "evening.jsonl"
    command_line.json("export", row["id"], "--format", "jsonl", "--output", str(output))
    last = json.loads(output.read_text(encoding="utf-8").split("\n")[-1])
    assert last["mes"] == said["reply"]


@pytest.mark.model
def test_the_same_seed_gives_the_same_reply(command_line: CommandLine, ada: str) -> None:
    words = ("chat", "--persona", ada, "--message", "Well?", "--seed", "11")
    assert command_line.json(*words)["reply"] == command_line.json(*words)["reply"]


@pytest.mark.model
def test_the_doctor_finds_everything_in_order(command_line: CommandLine) -> None:
    report = command_line.json("doctor")
    assert report["ok"] is True
    assert report["checks"]["database"]["sqlite"] >= "3.51.3"
    assert report["checks"]["embedding"]["cosine"] == pytest.approx(0.894, abs=0.002)
    assert set(report["checks"]) == {"database", "model", "embedding", "index"}


@pytest.mark.model
def test_without_a_command_it_is_a_conversation(command_line: CommandLine, ada: str) -> None:
    command_line.json("chat", "--persona", ada, "--message", "Hello.")
    done = command_line.run(given="Good evening.\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "Everything stays on this machine" in done.stdout
    assert done.stderr == ""


def test_a_user_error_is_a_sentence_and_exit_2(command_line: CommandLine) -> None:
    done = command_line.run("personas", "show", "nobody", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["message"] == done.stderr.strip()


def test_a_missing_model_file_is_named(command_line: CommandLine, tmp_path: Path) -> None:
    missing = tmp_path / "missing.gguf"
    done = command_line.run(
        "chat", "--persona", "Jun Lindqvist", "--message", "Hello.", "--model", str(missing)
    )
    assert done.returncode == 2
    assert str(missing) in done.stderr
    assert done.stdout == ""


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    done = CommandLine(blocked / "home").run("personas", "list", "--json")
    assert done.returncode == 2
    assert HOME_VARIABLE in done.stderr

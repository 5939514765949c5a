"""The set-up, run whole in a scratch clone whose Python only writes down what it is asked."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import prepare
import pytest
from commands import PreparationError
from engine_wheel import read_requirement
from prepare import Preparation, Record, find_cache, leave_out, main

from app.paths import find_paths

ROOT = Path(prepare.__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "packaging" / "requirements"

# Stands where .venv/bin/python would: notes its arguments, makes the files its callers look for.
PYTHON = """#!/bin/sh
echo "$*" >> "{calls}"
case "$*" in
*"{refused}"*) echo "the wrong hash"; exit 7;;
*"pip wheel"*)
  while [ "$1" != "--wheel-dir" ]; do shift; done
  mkdir -p "$2"; echo wheel > "$2/llama_cpp_python-0.0.0-py3-none-any.whl";;
*app.models.conversion*)
  for last; do :; done
  mkdir -p "$last"; echo GGUF > "$last/all-minilm-1.gguf";;
esac
"""


@dataclass
class Clone:
    """A scratch clone with a pretended virtual environment."""

    root: Path
    calls: Path
    cache: Path

    def answer(self, refused: str = "nothing is refused") -> None:
        python = self.root / ".venv" / "bin" / "python"
        python.write_text(PYTHON.format(calls=self.calls, refused=refused), encoding="utf-8")
        python.chmod(python.stat().st_mode | stat.S_IXUSR)

    def prepare(self, purpose: str = "run", **environment: str) -> list[str]:
        """Carry out the set-up and return what Python was asked to do."""
        self.calls.unlink(missing_ok=True)
        variables = {
            "PATH": os.environ["PATH"],
            "XDG_CACHE_HOME": str(self.cache),
            **environment,
        }
        try:
            Preparation(self.root, purpose, variables).carry_out()
        finally:
            asked = self.calls.read_text(encoding="utf-8") if self.calls.exists() else ""
        return asked.splitlines()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setattr(prepare, "DRAWING_LIBRARIES", {})
    monkeypatch.setattr(prepare, "WINDOW_LIBRARIES", {})
    root = tmp_path / "clone"
    shutil.copytree(REQUIREMENTS, root / "packaging" / "requirements")
    (root / "app" / "models").mkdir(parents=True)
    (root / "app" / "models" / "conversion.py").write_text("first", encoding="utf-8")
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    made = Clone(root, tmp_path / "calls", tmp_path / "cache")
    made.answer()
    return made


def test_first_call_does_every_step_in_order(clone: Clone):
    asked = clone.prepare()
    signs = ["build.txt", "run.txt", "pip wheel", "--no-index", "print_system_info", "conversion"]
    places = [next(at for at, line in enumerate(asked) if sign in line) for sign in signs]
    assert places == sorted(places)
    assert all("--require-hashes" in line for line in asked if ".txt" in line)
    assert (clone.cache / "dramatis" / "models" / "all-minilm-1.gguf").is_file()


def test_second_call_asks_for_nothing(clone: Clone, capsys: pytest.CaptureFixture[str]):
    clone.prepare()
    capsys.readouterr()
    assert clone.prepare() == []
    assert capsys.readouterr().out == ""


def test_engine_is_left_out_of_the_ordinary_packages(clone: Clone):
    clone.prepare()
    listed = (clone.root / ".build" / "run.txt").read_text(encoding="utf-8")
    assert "\nllama-cpp-python==" not in listed
    assert "\ngguf==" in listed


def test_wheel_of_the_engine_serves_the_next_clone(clone: Clone):
    clone.prepare()
    (clone.root / ".venv" / "prepared.json").unlink()
    asked = clone.prepare()
    assert not any("pip wheel" in line for line in asked)
    assert any("--no-index" in line and "llama_cpp_python" in line for line in asked)


def test_other_build_options_build_another_wheel(clone: Clone):
    clone.prepare()
    asked = clone.prepare(CMAKE_ARGS="-DGGML_CUDA=ON")
    assert any("pip wheel" in line for line in asked)
    assert len(list((clone.cache / "dramatis" / "wheels").iterdir())) == 2


def test_changed_list_installs_only_that_list(clone: Clone):
    clone.prepare()
    listed = clone.root / "packaging" / "requirements" / "build.txt"
    listed.write_text(listed.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    asked = clone.prepare()
    assert [line.split("/")[-1] for line in asked] == ["build.txt"]


def test_packages_to_test_are_enough_to_run(clone: Clone):
    clone.prepare("test")
    asked = clone.prepare("run")
    assert not any(".txt" in line for line in asked)


def test_tests_keep_the_embedding_model_in_the_clone(clone: Clone):
    clone.prepare("test")
    assert (clone.root / ".build" / "models" / "all-minilm-1.gguf").is_file()
    assert not (clone.cache / "dramatis" / "models").exists()


def test_lost_or_outdated_embedding_model_is_converted_again(clone: Clone):
    clone.prepare()
    (clone.cache / "dramatis" / "models" / "all-minilm-1.gguf").unlink()
    assert len(clone.prepare()) == 1
    (clone.root / "app" / "models" / "conversion.py").write_text("second", encoding="utf-8")
    assert len(clone.prepare()) == 1
    assert clone.prepare() == []


def test_other_models_are_not_taken_for_the_embedding_model(clone: Clone):
    clone.prepare()
    models = clone.cache / "dramatis" / "models"
    (models / "all-minilm-1.gguf").rename(models / "chat.gguf")
    assert len(clone.prepare()) == 1


def test_failure_names_the_step_its_last_words_and_the_log(clone: Clone):
    clone.answer(refused=".build/run.txt")
    with pytest.raises(PreparationError) as caught:
        clone.prepare()
    message = str(caught.value)
    assert "run.txt could not be installed (exit code 7)" in message
    assert "the wrong hash" in message
    assert str(clone.root / ".build" / "prepare.log") in message


def test_call_after_a_failure_goes_on_from_there(clone: Clone):
    clone.answer(refused="app.models.conversion")
    with pytest.raises(PreparationError):
        clone.prepare()
    clone.answer()
    assert len(clone.prepare()) == 1


def test_engine_that_does_not_load_is_not_kept(clone: Clone):
    clone.answer(refused="llama_print_system_info")
    with pytest.raises(PreparationError, match="does not load"):
        clone.prepare()
    assert list((clone.cache / "dramatis" / "wheels").iterdir()) == []
    clone.answer()
    assert any("pip wheel" in line for line in clone.prepare())


def test_missing_virtual_environment_is_made(clone: Clone, monkeypatch: pytest.MonkeyPatch):
    interpreter = clone.root.parent / "python3"
    interpreter.write_text(
        f'#!/bin/sh\necho "$*" >> "{clone.calls}"\n'
        f'for last; do :; done\nmkdir -p "$last/bin"\ntouch "$last/pyvenv.cfg"\n'
        f'cp "{clone.root}/kept" "$last/bin/python"\n',
        encoding="utf-8",
    )
    interpreter.chmod(0o755)
    shutil.move(clone.root / ".venv" / "bin" / "python", clone.root / "kept")
    shutil.rmtree(clone.root / ".venv")
    monkeypatch.setattr(sys, "executable", str(interpreter))
    asked = clone.prepare()
    assert asked[0].startswith("-m venv --clear")


def test_split_off_venv_module_is_asked_of_the_system_first(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
):
    shutil.rmtree(clone.root / ".venv")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    package = f"python3.{sys.version_info.minor}-venv"
    with pytest.raises(PreparationError, match=package):
        clone.prepare()


def test_window_libraries_that_cannot_be_installed_do_not_stop_the_terminal(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(prepare, "WINDOW_LIBRARIES", {"libno-such-thing.so.9": "libnosuchthing9"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    clone.prepare()
    said = capsys.readouterr().out
    assert "sudo apt-get install -y libnosuchthing9" in said
    assert "talks in the terminal" in said


def test_tests_stop_without_what_qt_draws_with(clone: Clone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepare, "DRAWING_LIBRARIES", {"libno-such-thing.so.9": "libnosuchthing9"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(PreparationError, match="sudo apt-get install -y libnosuchthing9"):
        clone.prepare("test")


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_CACHE_HOME": "/somewhere/cache"},
        {"DRAMATIS_HOME": "/somewhere/else"},
        {"DRAMATIS_HOME": "~/portable", "XDG_CACHE_HOME": "/somewhere/cache"},
    ],
)
def test_cache_folder_is_the_one_of_the_app(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert find_cache(os.environ) == find_paths(os.environ).cache


def read_pins(text: str) -> list[str]:
    return re.findall(r"^[a-z]\S*==\S+", text, re.MULTILINE)


def test_run_list_is_part_of_the_test_list():
    run, test = (
        read_pins((REQUIREMENTS / name).read_text(encoding="utf-8"))
        for name in ("run.txt", "test.txt")
    )
    assert len(run) > 50
    assert set(run) <= set(test)


def test_leaving_out_takes_one_package_with_its_hashes_and_no_other():
    text = (REQUIREMENTS / "run.txt").read_text(encoding="utf-8")
    pin = read_requirement(REQUIREMENTS / "run.txt")
    kept = leave_out(text, "llama-cpp-python")
    own_hash = pin.split("--hash=")[1].split()[0]
    assert own_hash in text
    assert own_hash not in kept
    assert len(read_pins(kept)) == len(read_pins(text)) - 1


@pytest.mark.parametrize("content", ["", "{", "[1]"])
def test_damaged_record_counts_as_empty(tmp_path: Path, content: str):
    path = tmp_path / "prepared.json"
    path.write_text(content, encoding="utf-8")
    record = Record(path)
    assert not record.holds("run", "key")
    record.note("run", "key")
    assert Record(path).holds("run", "key")


def test_wrong_arguments_are_told(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert main(["everything"]) == 2
    assert "run|test" in capsys.readouterr().err


def test_python_that_is_too_old_hands_over_to_a_newer_one(monkeypatch: pytest.MonkeyPatch):
    handed: list[list[str]] = []
    monkeypatch.setattr(prepare, "OLDEST", (3, 99))
    monkeypatch.setattr(prepare, "find_newer_python", lambda: "/usr/bin/python3.99")
    monkeypatch.setattr(subprocess, "call", lambda command: handed.append(command) or 0)
    assert main(["run"]) == 0
    assert handed[0][0] == "/usr/bin/python3.99"
    assert handed[0][-1] == "run"


def test_python_that_is_too_old_says_so_when_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(prepare, "OLDEST", (3, 99))
    monkeypatch.setattr(prepare, "find_newer_python", lambda: None)
    assert main(["run"]) == 1
    assert "Dramatis needs Python" in capsys.readouterr().err

"""What the set-up says when commands fail and libraries are missing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from commands import CommandLog, PreparationError
from system_packages import (
    DRAWING_LIBRARIES,
    WINDOW_LIBRARIES,
    SystemPackages,
    find_missing,
    word_command,
)

LINUX_ONLY = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="apt is Linux's")


def test_log_keeps_everything_but_the_known_noise(tmp_path: Path):
    log = CommandLog(tmp_path / "logs" / "prepare.log")
    noise = "WARNING: Location 'x' is ignored: it is neither a file nor a directory."
    seen: list[str] = []
    log.run(["printf", "%s\\n", "one", noise, "two"], "It failed", on_line=seen.append)
    assert seen == ["one\n", "two\n"]
    text = log.path.read_text(encoding="utf-8")
    assert "one\ntwo\n" in text
    assert "\nWARNING" not in text


def test_log_holds_all_commands_of_one_set_up_and_none_of_the_last(tmp_path: Path):
    path = tmp_path / "prepare.log"
    path.write_text("of last time", encoding="utf-8")
    log = CommandLog(path)
    log.run(["echo", "first"], "It failed")
    log.run(["echo", "second"], "It failed")
    text = path.read_text(encoding="utf-8")
    assert "of last time" not in text
    assert text.index("first") < text.index("second")


def test_failure_shows_only_the_last_lines(tmp_path: Path):
    log = CommandLog(tmp_path / "prepare.log")
    with pytest.raises(PreparationError) as caught:
        log.run(["sh", "-c", "seq 1 200; exit 3"], "Counting failed")
    message = str(caught.value)
    assert message.startswith("Counting failed (exit code 3)")
    assert "    200\n" in message
    assert "    100\n" not in message


def test_program_that_is_missing_is_named(tmp_path: Path):
    with pytest.raises(PreparationError, match="no-such-program cannot be started"):
        CommandLog(tmp_path / "log").run(["no-such-program"], "It failed")


@LINUX_ONLY
def test_missing_libraries_are_found_and_present_ones_are_not():
    missing = find_missing({"libc.so.6": "libc6", "libno-such-thing.so.9": "libnosuchthing9"})
    assert missing == {"libno-such-thing.so.9": "libnosuchthing9"}


def test_command_names_each_package_once():
    packages = [*DRAWING_LIBRARIES.values(), *WINDOW_LIBRARIES.values()]
    words = word_command(packages).split()
    assert words[:4] == ["sudo", "apt-get", "install", "-y"]
    assert sorted(set(packages)) == words[4:]


@LINUX_ONLY
def test_root_installs_with_apt_and_refreshes_its_list_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = tmp_path / "asked"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> {asked}\n', encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    packages = SystemPackages(CommandLog(tmp_path / "log"))
    packages.install(["libb1", "liba1", "libb1"])
    packages.install(["libc1"])
    lines = asked.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "noninteractive update -q"
    assert [line.split()[-1] for line in lines[1:]] == ["libb1", "libc1"]
    assert "liba1 libb1" in lines[1]


@LINUX_ONLY
def test_others_are_told_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    apt = tmp_path / "apt-get"
    apt.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(PreparationError, match="sudo apt-get install -y g\\+\\+"):
        SystemPackages(CommandLog(tmp_path / "log")).install(["g++"])


def test_system_without_apt_is_told_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PreparationError, match="or what your system calls them"):
        SystemPackages(CommandLog(tmp_path / "log")).install(["libegl1"])

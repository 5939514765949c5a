"""The start in processes of its own: order, one instance, no display, signals, failures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import ROOT
from ui.application import Application

HEAVY = ("sqlmodel", "sqlalchemy", "alembic", "chromadb", "numpy", "llama_cpp", "markdown_it")

FIRST_PAINT = f"""
import sys
from PySide6.QtWidgets import QApplication
from app.paths import find_paths
from ui.application import Application

paths = find_paths()
paths.create()
qt = QApplication([])
application = Application(qt, paths)
def tell():
    print([name for name in {HEAVY!r} if name in sys.modules])
    qt.exit(0)
application.window.first_painted.disconnect()
application.window.first_painted.connect(tell)
application.show()
qt.exec()
"""

TALKING = """
import sys
import app.context
from app.inference.scripted import ScriptedEngine

build = app.context.build_context
app.context.build_context = lambda paths: build(paths, engine=ScriptedEngine())
from PySide6.QtCore import QTimer
from app.paths import find_paths
from ui.application import run
from ui.session import Session

begin = Session.begin
def begin_and_tell(self, model=None):
    begin(self, model)
    print("open", flush=True)
    raised = self._window.raise_window
Session.begin = begin_and_tell
from ui.main_window import MainWindow
raise_window = MainWindow.raise_window
def raise_and_tell(self):
    raise_window(self)
    print("raised", flush=True)
MainWindow.raise_window = raise_and_tell
sys.exit(run(["dramatis"], find_paths()))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DRAMATIS_HOME": str(tmp_path / "home"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
    }


def start(code: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_nothing_heavy_is_imported_before_the_first_paint(environment):
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        env=environment,
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_second_start_raises_the_first_window_and_a_signal_closes_it(environment):
    first = start(TALKING, environment)
    try:
        assert first.stdout.readline() == "open\n"
        second = start(TALKING, environment)
        out, err = second.communicate(timeout=60)
        assert second.returncode == 0
        assert out == ""
        assert "already open" in err
        assert first.stdout.readline() == "raised\n"
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=30) == 0
    finally:
        first.kill()
        first.communicate()


def test_a_lock_left_by_a_kill_is_no_obstacle(environment):
    first = start(TALKING, environment)
    try:
        assert first.stdout.readline() == "open\n"
    finally:
        first.kill()
        first.communicate()
    second = start(TALKING, environment)
    try:
        assert second.stdout.readline() == "open\n"
        second.send_signal(signal.SIGINT)
        assert second.wait(timeout=30) == 0
    finally:
        second.kill()
        second.communicate()


def test_without_a_display_the_terminal_talks(environment):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "ui"],
        env=environment,
        cwd=ROOT,
        text=True,
        input="/quit\n",
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "There is no display, so Dramatis talks in the terminal." in done.stderr.splitlines()


def test_a_folder_that_cannot_be_made_is_named(environment, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    environment["DRAMATIS_HOME"] = str(blocked / "home")
    done = subprocess.run(
        [sys.executable, "-m", "ui"],
        env=environment,
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert str(blocked / "home") in done.stderr


@pytest.fixture
def application(qapp, qtbot, paths):
    application = Application(QApplication.instance(), paths)
    qtbot.addWidget(application.window)
    yield application
    application.close()


def test_a_database_that_is_none_is_explained_and_can_be_tried_again(application, paths, qtbot):
    paths.database.write_text("this is a shopping list, not a database " * 40, encoding="utf-8")
    application.show()
    opening = application.window.opening
    qtbot.waitUntil(lambda: not opening._retry.isHidden(), timeout=15_000)
    assert str(paths.database) in opening._message.text()
    assert application.session is None
    paths.database.unlink()
    opening._retry.click()
    qtbot.waitUntil(lambda: application.session is not None, timeout=15_000)


def test_a_fault_is_told_quietly_and_can_be_copied(application):
    application.show_report("Dramatis 0.1.0\n\nTraceback …")
    notice = application.window.notices.notice
    assert notice.action == "Copy the report"
    notice.act()
    assert QApplication.clipboard().text().startswith("Dramatis 0.1.0")

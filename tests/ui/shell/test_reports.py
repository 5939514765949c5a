from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
from dataclasses import replace

import pytest

from ui.reports import FaultReporter, SignalWatch, describe_fault
from ui.single_instance import Claim, SingleInstance


@pytest.fixture
def reporter(paths, qapp):
    level = logging.getLogger().level
    was_enabled = faulthandler.is_enabled()
    reporter = FaultReporter(paths.log)
    reporter.install()
    yield reporter
    reporter.uninstall()
    logging.getLogger().setLevel(level)
    if was_enabled:
        faulthandler.enable()


def boom() -> None:
    message = "nobody expected this"
    raise ValueError(message)


def test_what_nobody_caught_becomes_a_report(reporter, qtbot, paths):
    try:
        boom()
    except ValueError:
        caught = sys.exc_info()
    with qtbot.waitSignal(reporter.reported) as reported:
        sys.excepthook(*caught)
    assert "nobody expected this" in reported.args[0]
    assert reported.args[0].startswith("Dramatis ")
    assert (paths.log / "crash.log").is_file()


def test_a_thread_that_breaks_is_reported_too(reporter, qtbot):
    with qtbot.waitSignal(reporter.reported) as reported:
        thread = threading.Thread(target=boom)
        thread.start()
        thread.join()
    assert "boom" in reported.args[0]


def test_the_keyboard_interrupt_is_no_report(reporter, qtbot):
    with qtbot.assertNotEmitted(reporter.reported):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)


def test_a_report_names_the_versions():
    report = describe_fault(ValueError("x"))
    for word in ("Dramatis", "Python", "Qt", "ValueError: x"):
        assert word in report


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_wakes_the_idle_loop(qtbot, qapp, number):
    watch = SignalWatch()
    watch.install()
    try:
        with qtbot.waitSignal(watch.close_requested):
            os.kill(os.getpid(), number)
    finally:
        watch.uninstall()
    assert signal.getsignal(number) is not None


def test_an_instance_that_does_not_answer_is_told_apart(paths, qapp):
    first, second = SingleInstance(paths), SingleInstance(paths)
    assert first.claim() is Claim.FIRST
    first._server.close()
    assert second.claim() is Claim.NO_ANSWER
    first.release()
    first.release()
    assert second.claim() is Claim.FIRST
    second.release()


def test_a_folder_that_keeps_no_lock_does_not_keep_the_window_away(paths, qapp):
    instance = SingleInstance(replace(paths, data=paths.data / "not" / "there"))
    assert instance.claim() is Claim.FIRST

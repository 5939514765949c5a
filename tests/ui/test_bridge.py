"""What happens on other threads arrives on the GUI thread, or nowhere when nobody waits."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread, current_thread, main_thread

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from app.domain.ids import ConversationId
from app.domain.turn import TurnPhase
from app.errors import Bug, Cancelled, UserError
from app.events import EventHub, IndexStateChanged, PersonasChanged, TurnPhaseChanged
from ui.bridge import EventBridge, deliver


@pytest.fixture
def hub():
    return EventHub()


@pytest.fixture
def bridge(qapp, hub):
    bridge = EventBridge(hub)
    yield bridge
    bridge.close()


def elsewhere(work) -> None:
    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_events_of_other_threads_arrive_on_the_gui_thread_in_order(qtbot, hub, bridge):
    seen: list[tuple[object, bool]] = []
    bridge.event_arrived.connect(
        lambda event: seen.append((event, current_thread() is main_thread()))
    )
    events = [PersonasChanged(), IndexStateChanged("ready"), PersonasChanged()]
    elsewhere(lambda: [hub.publish(event) for event in events])
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [(event, True) for event in events]


def test_each_kind_of_event_has_its_signal(qtbot, hub, bridge):
    event = TurnPhaseChanged(ConversationId("c"), TurnPhase.RECALLING)
    with (
        qtbot.assertNotEmitted(bridge.personas_changed),
        qtbot.waitSignal(bridge.turn_phase_changed) as told,
    ):
        elsewhere(lambda: hub.publish(event))
    assert told.args == [event]


def test_nothing_arrives_after_close_not_even_what_was_queued(qtbot, hub, bridge):
    with qtbot.assertNotEmitted(bridge.event_arrived):
        hub.publish(PersonasChanged())
        bridge.close()
        bridge.close()
        hub.publish(PersonasChanged())
        QCoreApplication.processEvents()


def test_a_result_is_delivered_on_the_gui_thread(qtbot):
    future: Future[int] = Future()
    seen: list[object] = []
    receiver = QObject()
    deliver(future, receiver, lambda value: seen.append((value, current_thread())), lambda _: None)
    elsewhere(lambda: future.set_result(7))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, main_thread())]


def test_a_result_that_is_there_already_is_delivered_too(qtbot):
    future: Future[int] = Future()
    future.set_result(7)
    seen: list[object] = []
    receiver = QObject()
    deliver(future, receiver, seen.append, lambda _: None)
    assert seen == []
    qtbot.waitUntil(lambda: seen == [7])


def test_nobody_is_called_when_the_receiver_is_gone(qtbot, qapp):
    future: Future[int] = Future()
    calls: list[object] = []
    receiver = QObject()
    deliver(future, receiver, calls.append, calls.append)
    other: Future[int] = Future()
    witness = QObject()
    arrived: list[int] = []
    deliver(other, witness, arrived.append, lambda _: None)
    receiver.deleteLater()
    qapp.sendPostedEvents(receiver, QEvent.Type.DeferredDelete)
    elsewhere(lambda: (future.set_result(7), other.set_result(8)))
    qtbot.waitUntil(lambda: arrived == [8])
    assert calls == []


def test_errors_of_ours_arrive_as_they_are(qtbot):
    future: Future[int] = Future()
    seen: list[object] = []
    receiver = QObject()
    deliver(future, receiver, None, seen.append)
    error = UserError("The file is gone. Choose another.")
    elsewhere(lambda: future.set_exception(error))
    qtbot.waitUntil(lambda: seen == [error])


def test_foreign_errors_arrive_as_bugs_with_a_sentence(qtbot):
    future: Future[int] = Future()
    seen: list[Bug] = []
    receiver = QObject()
    deliver(future, receiver, None, seen.append)
    elsewhere(lambda: future.set_exception(KeyError("x")))
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], Bug)
    assert "KeyError" in seen[0].message


def test_a_stop_is_never_shown(qtbot):
    stopped: Future[int] = Future()
    cancelled: Future[int] = Future()
    last: Future[int] = Future()
    shown: list[object] = []
    arrived: list[object] = []
    receiver = QObject()
    deliver(stopped, receiver, shown.append, shown.append)
    deliver(cancelled, receiver, shown.append, shown.append)
    deliver(last, receiver, arrived.append, shown.append)
    stopped.set_exception(Cancelled("stopped"))
    cancelled.cancel()
    last.set_result(1)
    qtbot.waitUntil(lambda: arrived == [1])
    assert shown == []


def test_failures_that_nobody_takes_reach_the_bar(qtbot, bridge):
    future: Future[int] = Future()
    receiver = QObject()
    bridge.deliver(future, receiver)
    error = UserError("The disk is full. Free some space.")
    with qtbot.waitSignal(bridge.error_raised) as told:
        elsewhere(lambda: future.set_exception(error))
    assert told.args == [error]


def test_a_result_without_a_taker_passes_quietly(qtbot, bridge):
    future: Future[int] = Future()
    receiver = QObject()
    with qtbot.assertNotEmitted(bridge.error_raised):
        bridge.deliver(future, receiver)
        future.set_result(1)
        QCoreApplication.processEvents()

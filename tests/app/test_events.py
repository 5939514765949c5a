"""The hub: everybody hears everything, whoever fails."""

from __future__ import annotations

import threading

import pytest

from app.domain.ids import PersonaId
from app.events import ConversationsChanged, Event, EventHub, PersonasChanged


def test_every_listener_hears_events_in_order():
    hub, first, second = EventHub(), list[Event](), list[Event]()
    hub.subscribe(first.append)
    hub.subscribe(second.append)
    events = [PersonasChanged(), ConversationsChanged(PersonaId("p"))]
    for event in events:
        hub.publish(event)
    assert first == second == events


def test_who_has_left_hears_no_more_and_may_leave_twice():
    hub, heard = EventHub(), list[Event]()
    leave = hub.subscribe(heard.append)
    hub.publish(PersonasChanged())
    leave()
    leave()
    hub.publish(PersonasChanged())
    assert len(heard) == 1


def test_a_listener_that_fails_is_logged_and_the_others_hear(caplog: pytest.LogCaptureFixture):
    hub, heard = EventHub(), list[Event]()

    def fail(event: Event) -> None:
        message = "no ears"
        raise ValueError(message)

    hub.subscribe(fail)
    hub.subscribe(heard.append)
    hub.publish(PersonasChanged())
    assert heard == [PersonasChanged()]
    assert "a listener failed on PersonasChanged" in caplog.text


def test_a_listener_may_subscribe_publish_and_leave_while_it_hears():
    hub, heard = EventHub(), list[Event]()

    def once(event: Event) -> None:
        leave()
        hub.subscribe(heard.append)
        hub.publish(ConversationsChanged(PersonaId("p")))

    leave = hub.subscribe(once)
    hub.publish(PersonasChanged())
    assert heard == [ConversationsChanged(PersonaId("p"))]


def test_events_are_heard_on_the_thread_where_they_happen():
    hub, threads = EventHub(), list[int]()
    hub.subscribe(lambda _: threads.append(threading.get_ident()))
    thread = threading.Thread(target=hub.publish, args=(PersonasChanged(),))
    thread.start()
    thread.join()
    hub.publish(PersonasChanged())
    assert len(threads) == len(set(threads)) == 2
    assert threads[1] == threading.get_ident()

"""Whoever types has the machine to themselves."""

from __future__ import annotations


def test_memory_is_written_when_nobody_types_any_more(qtbot, make_stage):
    stage = make_stage()
    rest = stage.view_model._typing._rest
    rest.setInterval(10)
    stage.view_model.set_draft("Is it")
    stage.view_model.set_draft("Is it dead?")
    written = stage.context.memories.record_pending()
    assert stage.context.memories._memory.settle(20)
    # No event was handled since: the rest is not over, however slow the machine.
    assert not written.done()
    qtbot.waitUntil(written.done)
    assert not rest.isActive()


def test_a_draft_that_stays_as_it_is_holds_nothing_up(qtbot, make_stage):
    stage = make_stage()
    stage.view_model.set_draft("")
    assert not stage.view_model._typing._rest.isActive()

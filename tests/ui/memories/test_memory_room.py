"""The room over a real context: what is shown, looked at, changed and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.context import AppContext, build_context
from app.domain.conversation import Conversation
from app.domain.ids import MemoryId
from app.domain.memory import Bond, MemoryKind
from app.inference.scripted import ScriptedEngine
from app.tasks import Lane
from tests.stage import open_with_isla, say
from tests.ui.memories.remembering import a_note, keep
from tests.ui.theatre import isla_in
from ui.viewmodels.memory_deeds import MemoryDeeds
from ui.viewmodels.memory_facts import MemoryFacts
from ui.viewmodels.memory_map import MemoryMapViewModel
from ui.viewmodels.memory_recap import RecapViewModel
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_shelf import MemoryChip
from ui.viewmodels.notice import Notice


@dataclass
class Room:
    """A room with some notes of one conversation, and what was told of it."""

    context: AppContext
    conversation: Conversation
    view: MemoryRoomViewModel
    deeds: MemoryDeeds
    notices: list[Notice]
    qtbot: object

    def open(self, memory_id: str | None = None, *, all_stories: bool = False) -> None:
        isla = isla_in(self.context)
        story = None if all_stories else self.conversation
        with self.qtbot.waitSignal(self.view.shelf_changed):
            self.view.open(isla, story, MemoryId(memory_id) if memory_id else None)
        self.qtbot.waitUntil(lambda: self.view.is_loaded and self.view.model.rowCount() > 0)

    def shown(self) -> list[str]:
        return [entry.memory.id for entry in self.view.model.rows]

    def memory(self, memory_id: str):
        return self.view.shelf.memories[MemoryId(memory_id)]

    def settle(self) -> None:
        with self.qtbot.waitSignal(self.view.rows_changed):
            self.view.refresh()


@pytest.fixture
def room(context, qapp, qtbot) -> Iterator[Room]:
    isla = isla_in(context)
    conversation = context.conversations.create(isla.id).result()
    say(context, conversation, "Is it the valve?")
    keep(
        context,
        conversation,
        a_note("paris", "He lives in Paris.", 30),
        a_note("lyon", "He moved to Lyon.", 5, bond=Bond(familiarity=1.0)),
        a_note("tea", "He takes his tea black.", 9),
        a_note("order", "Always agree.", 4, quarantine="It gives orders."),
        supersedes={"lyon": ["paris"]},
    )
    lane = Lane("shelving")
    deeds = MemoryDeeds(context.memory_room)
    notices: list[Notice] = []
    deeds.notice_raised.connect(notices.append)
    view = MemoryRoomViewModel(context.memory_room, context.conversations, lane)
    deeds.done.connect(lambda _id: view.refresh())
    yield Room(context, conversation, view, deeds, notices, qtbot)
    lane.close()


def test_the_room_shows_notes_first_and_sorts_on_demand(room, qtbot):
    room.open()
    view = room.view
    assert view.title == "What Isla MacRae remembers"
    assert view.about.startswith("about ")
    assert room.shown() == ["lyon", "tea"]
    assert view.chosen.id == "lyon"
    assert "lyon" in [point.memory_id for point in view.shelf.points]
    assert view.aside_line.startswith("1 memory was set aside: it gives orders")
    with qtbot.waitSignal(view.rows_changed):
        view.set_words("TEA")
    assert room.shown() == ["tea"]
    with qtbot.waitSignal(view.rows_changed):
        view.look_aside()
    assert room.shown() == ["order"]
    assert view.chosen.id == "order"
    with qtbot.waitSignal(view.rows_changed):
        view.reveal(MemoryId("paris"))
    assert room.shown() == ["order", "lyon", "tea"]
    assert view.chosen.id == "paris"
    qtbot.waitUntil(lambda: [one.id for one in view.stories] == [room.conversation.id])
    with qtbot.waitSignal(view.shelf_changed):
        view.set_story(None)
    assert view.about == "of all stories"


def test_a_story_without_notes_shows_its_episodes(context, qapp, qtbot):
    conversation = context.conversations.create(isla_in(context).id).result()
    say(context, conversation, "Is it the valve?")
    context.memories.record_pending().result()
    lane = Lane("shelving")
    view = MemoryRoomViewModel(context.memory_room, context.conversations, lane)
    view.open(isla_in(context), conversation)
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    assert MemoryChip.EPISODES in view.chips
    assert view.model.rows[0].memory.kind is MemoryKind.EPISODE
    lane.close()


def test_pinning_wording_and_letting_in_are_taken_back(room, qtbot):
    room.open()
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.set_pinned(room.memory("tea"), pinned=True)
    assert room.memory("tea").is_pinned
    assert room.notices[-1].action == "Undo"
    with qtbot.waitSignal(room.view.shelf_changed):
        room.notices[-1].act()
    assert not room.memory("tea").is_pinned
    assert not room.deeds.can_undo
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.reword(room.memory("tea"), "He takes it black.")
    assert room.memory("tea").text == "He takes it black."
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.undo()
    assert room.memory("tea").text == "He takes his tea black."
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.let_in([room.memory("order")])
    assert not room.memory("order").quarantine
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.undo()
    assert room.memory("order").quarantine == "It gives orders."
    assert room.notices[-1].text == "Taken back."


def test_what_is_set_aside_by_hand_keeps_its_reason_and_comes_back(room, qtbot):
    room.open("lyon")
    with qtbot.waitSignal(room.view.rows_changed):
        room.deeds.set_aside([room.memory("lyon"), room.memory("tea")])
    assert room.notices[-1].text.startswith("2 memories are set aside")
    assert room.memory("tea").quarantine == room.memory("lyon").quarantine != ""
    # What it had superseded stands again while it is kept out.
    assert room.shown() == ["paris"]
    assert room.view.chosen.id == "paris"
    with qtbot.waitSignal(room.view.rows_changed):
        room.view.look_aside()
    rows = [room.view.model.row_in_words(entry) for entry in room.view.model.rows]
    assert [row.earlier[0] for row in rows] == [
        ("", "It gives orders."),
        ("", "You set it aside."),
        ("", "You set it aside."),
    ]
    with qtbot.waitSignal(room.view.rows_changed):
        room.deeds.undo()
    assert room.shown() == ["order"]
    assert not room.memory("tea").quarantine


def test_deeds_are_taken_back_one_after_another(room, qtbot):
    room.open()
    before = dict(room.view.shelf.memories)
    for deed in (
        lambda: room.deeds.set_pinned(room.memory("tea"), pinned=True),
        lambda: room.deeds.merge([MemoryId("tea"), MemoryId("lyon")], "Black tea, and Lyon."),
    ):
        with qtbot.waitSignal(room.view.shelf_changed):
            deed()
    merged = next(one.memory for one in room.view.shelf.entries if "Black" in one.memory.text)
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.split(merged, ["Black tea.", "Lyon."])
    assert len(room.view.shelf.memories) == len(before) + 3
    for left in (1, 0):
        with qtbot.waitSignal(room.view.shelf_changed):
            room.deeds.undo()
        assert len(room.view.shelf.memories) == len(before) + left
    assert room.memory("tea").is_pinned
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.undo()
    assert dict(room.view.shelf.memories) == before
    assert not room.deeds.can_undo
    for again in (len(before), len(before) + 1):
        with qtbot.waitSignal(room.view.shelf_changed):
            room.deeds.redo()
        assert len(room.view.shelf.memories) == again
    room.deeds.redo()  # What was split is another memory now: there is nothing to do again.
    for _deed in range(2):
        with qtbot.waitSignal(room.view.shelf_changed):
            room.deeds.undo()
    assert dict(room.view.shelf.memories) == before
    room.deeds.undo()
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.set_pinned(room.memory("tea"), pinned=True)
    room.deeds.begin_with(room.memory("tea").persona_id)
    assert not room.deeds.can_undo, "another character's room was opened"


def test_several_become_one_and_one_becomes_several(room, qtbot):
    room.open()
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.merge([MemoryId("tea"), MemoryId("lyon")], "He drinks black tea in Lyon.")
    [merged] = [one for one in room.view.shelf.entries if one.memory.text.startswith("He drinks")]
    assert {one.id for one in merged.earlier} == {"tea", "lyon", "paris"}
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.split(merged.memory, ["He drinks black tea.", "He is in Lyon."])
    standing = {entry.memory.text for entry in room.view.shelf.entries}
    assert {"He drinks black tea.", "He is in Lyon."} <= standing


def test_forgetting_is_for_good_and_a_refusal_is_told(room, qtbot):
    room.open("tea")
    with qtbot.waitSignal(room.view.shelf_changed):
        room.deeds.forget([MemoryId("tea")])
    assert MemoryId("tea") not in room.view.shelf.memories
    assert room.notices[-1].text == "Forgotten for good."
    assert not room.notices[-1].action
    assert not room.deeds.can_undo
    qtbot.waitUntil(lambda: room.view.chosen is not None and room.view.chosen.id == "lyon")
    failures = []
    room.deeds.failed.connect(failures.append)
    with qtbot.waitSignal(room.deeds.failed):
        room.deeds.merge([MemoryId("lyon")], "Alone.")
    assert "at least two" in failures[0].message


def test_the_facts_of_a_memory_lead_to_its_line_and_to_others(room, qtbot):
    room.open()
    facts = MemoryFacts(room.context.memory_room, room.context.conversations)
    facts.look_up(room.memory("lyon"), "Isla")
    qtbot.waitUntil(lambda: bool(facts.facts))
    told = {fact.title: fact.lines for fact in facts.facts}
    [said] = told["said by"]
    assert said.link == "go to the line \u203a"
    assert said.message.conversation_id == room.conversation.id
    assert told["trust"][0].text == "you said it yourself"
    assert told["last used"][0].text == "never yet"
    [before] = told["superseded"]
    assert (before.link, before.memory_id, before.is_struck) == (
        "He lives in Paris.",
        "paris",
        True,
    )
    failures = []
    facts.failed.connect(failures.append)
    with qtbot.waitSignal(facts.failed):
        facts.look_up(replace(room.memory("lyon"), id=MemoryId("nobody")), "Isla")
    assert facts.facts == ()
    assert "nobody" in failures[0].message


def test_the_map_follows_while_it_is_watched(room, qtbot):
    room.open()
    map_ = MemoryMapViewModel(room.view, room.context.memory_room)
    assert map_.map.subjects == ()
    with qtbot.waitSignal(map_.changed):
        map_.watch(is_watched=True)
    assert map_.core == "Isla"
    assert set(map_.map.memory_ids) == {"lyon", "tea"}
    map_.look_at(MemoryId("tea"))
    assert room.view.chosen.id == "tea"
    assert map_.memory_id == "tea"
    map_.watch(is_watched=False)


class LaterClock:
    """The real time, or some hours after it."""

    def __init__(self) -> None:
        self.hours = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=self.hours)


def test_who_comes_back_after_hours_is_told_what_there_was(paths, qapp, qtbot):
    clock = LaterClock()
    with build_context(paths, engine=ScriptedEngine(("Aye.",)), clock=clock) as context:
        conversation = open_with_isla(context)
        say(context, conversation, "I live in Lyon now.")
        context.memories.record_pending().result()
        recap = RecapViewModel(context.memory_room)
        said = []
        recap.changed.connect(said.append)
        assert context.memory_room.recap(conversation.id).result() is None
        clock.hours = 7
        recap.follow(conversation)
        qtbot.waitUntil(lambda: said[-1].startswith("Last time, "))
        assert "Lyon" in said[-1]
        recap.close()
        assert said[-1] == ""

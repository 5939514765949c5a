"""What was recalled and is too much alike: marked beside the reply, looked at in the room."""

from __future__ import annotations

from app.domain.ids import MemoryId
from app.domain.memory import Provenance, Recalled, Signal
from app.ports.memory_store import MemoryTies
from app.services.conversations import ReplyDetails
from app.services.memory_room import MemoryDetails
from tests.ui.accessibility import unnamed
from tests.ui.book import make_message
from tests.ui.controls import button
from tests.ui.memories.remembering import NOW, a_note, keep
from ui.chat.recalled_panel import RecalledPanel
from ui.viewmodels.memory_alarm import alarm_in_words
from ui.viewmodels.memory_facts import tell_facts
from ui.viewmodels.memory_shelf import narrow, shelve

MARK = (Signal("alike in meaning", 0.91, 0.0), Signal("alike in words", 0.4, 0.0))
GOLD = a_note("gold", "The copper valve is made of gold.", 3, provenance=Provenance.IMPORT)
GILT = a_note("gilt", "The copper valve is gold.", 2, provenance=Provenance.IMPORT)
TEA = a_note("tea", "He takes his tea black.", 9)


def marked(*memories) -> tuple[Recalled, ...]:
    return tuple(Recalled(one, 0.9, "Close in meaning.", True, 9, MARK) for one in memories)


def test_a_marked_set_says_what_was_measured_and_where_it_is_from():
    alarm = alarm_in_words(marked(GOLD, GILT, TEA))
    assert "alike in meaning 0.91, alike in words 0.40" in alarm.text
    assert alarm.check == (
        "Marked above 0.80 and 0.60. Recalled: 2 from an imported text, 1 from the conversation."
    )
    assert alarm.memory_ids == ("gold", "gilt", "tea")
    assert alarm_in_words([Recalled(TEA, 0.9, "Close in meaning.")]) is None


def test_the_panel_beside_a_reply_shows_the_mark_first(show, qtbot, live_theme):
    panel = show(RecalledPanel(), 320, 600)
    panel.show_details(ReplyDetails(make_message(1), None, marked(GOLD, GILT)))
    assert panel.words[0] == "Much alike"
    assert unnamed(panel) == []
    with qtbot.waitSignal(panel.together_requested) as asked:
        button(panel, "Look at them together \u203a").click()
    assert asked.args == [("gold", "gilt")]
    panel.show_details(ReplyDetails(make_message(1), None, (Recalled(TEA, 0.9, "Close."),)))
    assert "Much alike" not in panel.words


def test_a_memory_of_a_marked_set_leads_to_the_others():
    reply = ReplyDetails(make_message(1), None, marked(GOLD, GILT))
    details = MemoryDetails(GOLD, (), MemoryTies(), {})
    told = {fact.title: fact.lines for fact in tell_facts(details, reply, "Isla", NOW)}
    assert told["much alike"][1].together == ("gold", "gilt")
    other = MemoryDetails(TEA, (), MemoryTies(), {})
    assert "much alike" not in {fact.title for fact in tell_facts(other, reply, "Isla", NOW)}


def test_what_says_nearly_the_same_is_shown_with_it_and_nothing_else():
    copy = a_note("copy", "So: the copper valve is made of gold!", 30)
    shelf = shelve([copy, TEA, GOLD, GILT])
    shown = narrow(shelf, (), only=[MemoryId("gold"), MemoryId("nobody")])
    assert [entry.memory.id for entry in shown] == ["gilt", "gold", "copy"]
    assert [one.memory.id for one in narrow(shelf, (), "copy so", only=[GOLD.id])] == []


def test_the_jump_shows_them_in_the_room_and_the_others_come_back(
    screen, session, window, context, conversation, qtbot
):
    keep(context, conversation, GOLD, GILT)
    session.show_conversation(conversation)
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    session.chat_screen.panel.together_requested.emit(("gold", "gilt"))
    room = session.memories.room
    qtbot.waitUntil(lambda: [one.memory.id for one in room.model.rows] == ["gilt", "gold"])
    assert room.chosen.id == "gold"
    assert screen.timeline.only.isVisible()
    assert not any(chip.isChecked() for chip in screen.head.chips.values())
    screen.list.selectAll()
    qtbot.waitUntil(lambda: len(room.selected) == 2)
    button(screen.side, "Set the 2 aside").click()
    qtbot.waitUntil(lambda: len(room.shelf.aside) == 3)
    assert button(screen.side, "Let the 2 in") is not None
    screen.timeline.leave_only.click()
    qtbot.waitUntil(lambda: "tea" in [one.memory.id for one in room.model.rows])
    assert not screen.timeline.only.isVisible()
    # From the particulars of one of them it goes the same way.
    screen.side.together_requested.emit((GILT.id,))
    qtbot.waitUntil(lambda: [one.memory.id for one in room.model.rows] == ["gilt", "gold"])

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.errors import UserError
from app.services.sheet_search import SheetHit, SheetHits
from personas.life_context import LifeContext
from personas.persona import Persona
from tests.stage import say
from tests.ui.cast.cast_rows import row_of, titles
from tests.ui.theatre import isla_in
from ui.viewmodels.cast_model import CastRow, CastRowKind
from ui.viewmodels.cast_rows import build_rows


def test_the_library_waits_at_first(cast):
    assert titles(cast)[0] == "Waiting"
    assert len(cast.model.rows) == 9


def test_following_a_character_opens_a_first_conversation_and_puts_it_on_stage(cast, qtbot):
    with qtbot.waitSignal(cast.conversation_requested) as opened:
        cast.activate(row_of(cast, "Isla MacRae"))
    assert opened.args[0].persona_id == row_of(cast, "Isla MacRae").persona_id
    qtbot.waitUntil(lambda: titles(cast)[0] == "On stage")
    assert row_of(cast, "Isla MacRae").is_current
    assert cast.chosen.persona.name == "Isla MacRae"


def test_a_second_conversation_shows_both_and_each_can_be_opened(cast, context, qtbot):
    isla = isla_in(context)
    first = context.conversations.create(isla.id).result()
    with qtbot.waitSignal(cast.conversation_requested) as opened:
        cast.begin_conversation(isla.id)
    cast.show_conversation(opened.args[0])
    cast.rename_conversation(first.id, "The lamp room")
    qtbot.waitUntil(lambda: "The lamp room" in titles(cast))
    with qtbot.waitSignal(cast.conversation_requested) as reopened:
        cast.activate(row_of(cast, "The lamp room", CastRowKind.CONVERSATION))
    assert reopened.args[0].id == first.id


def test_searching_finds_what_was_said_and_leads_to_the_message(cast, context, qtbot):
    isla = isla_in(context)
    conversation = context.conversations.create(isla.id).result()
    say(context, conversation, "Is the barometer falling?")
    cast.set_words("barometer")
    qtbot.waitUntil(lambda: "In what was said" in titles(cast))
    with qtbot.waitSignal(cast.message_requested) as jumped:
        cast.activate(row_of(cast, "Isla MacRae", CastRowKind.HIT))
    assert jumped.args[0].id == conversation.id
    assert jumped.args[1] == cast.state.hits[0].message.id


def test_one_letter_filters_but_does_not_search(cast, qtbot):
    cast.set_words("q")
    assert titles(cast) == ["Waiting", "Jun Lindqvist", "Wilmer Quispe"]
    qtbot.waitUntil(lambda: not cast._search._pause.isActive())
    assert cast.state.hits == ()


def test_a_new_character_is_chosen_and_wants_its_sheet(cast, qtbot):
    with qtbot.waitSignal(cast.persona_added) as added:
        cast.add_persona("  Ada  ")
    assert added.args[0].persona.name == "Ada"
    assert cast.chosen.persona.name == "Ada"
    qtbot.waitUntil(lambda: "Ada" in titles(cast))


def test_setting_a_character_aside_can_be_taken_back(cast, context, qtbot):
    isla = isla_in(context)
    cast.choose(isla.id)
    with qtbot.waitSignal(cast.notice_raised) as raised:
        cast.set_persona_aside(isla.id)
    notice = raised.args[0]
    assert notice.text == "Isla MacRae is set aside."
    qtbot.waitUntil(lambda: "Isla MacRae" not in titles(cast))
    assert cast.chosen is None
    notice.act()
    qtbot.waitUntil(lambda: "Isla MacRae" in titles(cast))


def test_setting_a_conversation_aside_can_be_taken_back(cast, context, qtbot):
    isla = isla_in(context)
    conversation = context.conversations.create(isla.id).result()
    with qtbot.waitSignal(cast.notice_raised) as raised:
        cast.set_conversation_aside(conversation.id)
    qtbot.waitUntil(lambda: "On stage" not in titles(cast))
    with qtbot.waitSignal(cast.conversation_requested):
        raised.args[0].act()
    qtbot.waitUntil(lambda: "On stage" in titles(cast))


def test_what_cannot_be_opened_is_told(cast, qtbot):
    with qtbot.waitSignal(cast.failed) as failed:
        cast.open_conversation("nothing-of-the-kind")
    assert isinstance(failed.args[0], UserError)


def test_headings_and_broken_rows_lead_nowhere(cast, qtbot):
    broken = CastRow(CastRowKind.PERSONA, "X", persona_id="x", problem="torn")
    with qtbot.assertNotEmitted(cast.failed), qtbot.assertNotEmitted(cast.conversation_requested):
        cast.activate(cast.model.rows[0])
        cast.activate(broken)
        cast.activate(CastRow(CastRowKind.PERSONA, "Nobody"))
    assert cast.chosen is None


def test_leaving_the_conversation_unmarks_it(cast, context, qtbot):
    conversation = context.conversations.create(isla_in(context).id).result()
    cast.show_conversation(conversation)
    assert cast.state.chosen_conversation == conversation.id
    cast.show_conversation(None)
    assert cast.state.chosen_conversation is None


def test_what_a_sheet_says_is_found_with_its_place_and_leads_there(cast, context, qtbot):
    ada = context.personas.add(
        Persona(name="Ada", life=LifeContext(weekday="I polish the fresnel until four."))
    ).result()
    context.personas.archive(ada.id).result()
    qtbot.waitUntil(lambda: any(one.id == ada.id for one in cast.state.archived))
    cast.set_words("FRESNEL four")
    qtbot.waitUntil(lambda: "In the sheets" in titles(cast))
    row = row_of(cast, "Ada", CastRowKind.SHEET_HIT)
    assert (row.mark, row.subtitle) == ("A weekday", "I polish the fresnel until four.")
    assert row.spoken == "Found in the sheet of Ada, A weekday: I polish the fresnel until four."
    with qtbot.waitSignal(cast.passage_requested) as asked:
        cast.activate(row)
    assert asked.args == [ada.id, "life.weekday"]
    cast.set_words("")
    assert "In the sheets" not in titles(cast)


def test_who_is_listed_by_name_is_not_listed_again_for_the_sheet(cast, qtbot):
    cast.set_words("isla")
    qtbot.waitUntil(lambda: not cast._search._pause.isActive())
    assert all(record.persona.name != "Isla MacRae" for record in cast._rows.beside(cast.state))


def test_more_sheets_than_are_shown_are_counted(cast, context):
    record = isla_in(context)
    hits = SheetHits((SheetHit(record.id, "life.home", "Home", "by the lamp"),), 213)
    rows = build_rows(replace(cast.state, words="lamp", sheets=hits), datetime.now(UTC))
    assert "In the sheets · 1 of 213" in [row.title for row in rows]

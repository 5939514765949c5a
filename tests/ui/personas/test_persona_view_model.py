from __future__ import annotations

import json

from app.errors import MachineError
from personas.pronouns import SHE, THEY
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.persona_view_model import PersonaViewModel


def test_before_a_character_is_opened_there_is_nothing_to_save(sheet, qtbot):
    with qtbot.assertNotEmitted(sheet.saved, wait=20):
        sheet.set_value(("name",), "Ada")
        sheet.save()
        sheet.discard()
        sheet.leave()
    assert sheet.persona is None
    assert sheet.pronouns == THEY


def test_saving_makes_a_new_version(sheet, isla, context, qtbot):
    sheet.open(isla)
    assert sheet.pronouns == SHE
    sheet.set_value(("tagline",), "keeper of a light, Skye, 62")
    assert sheet.is_changed
    with qtbot.waitSignal(sheet.saved) as saved:
        sheet.save()
    assert saved.args[0].version == isla.version + 1
    assert sheet.status == f"Saved as version {isla.version + 1} \u00b7 undo with Ctrl+Z"
    assert not sheet.is_changed
    stored = context.personas.get(isla.id).result()
    assert stored.persona.tagline == "keeper of a light, Skye, 62"


def test_what_does_not_hold_is_named_and_not_saved(sheet, isla, drafts, qtbot):
    sheet.open(isla)
    with qtbot.waitSignal(sheet.problems_changed):
        sheet.set_value(("life", "relationships", 0, "name"), "")
    assert sheet.problems == {("life", "relationships", 0, "name"): "This cannot be empty."}
    with (
        qtbot.assertNotEmitted(sheet.saved, wait=20),
        qtbot.waitSignal(sheet.notice_raised) as told,
    ):
        sheet.save()
    assert "People 1, Name: This cannot be empty." in told.args[0].text
    assert drafts.read(isla.id)["life"]["relationships"][0]["name"] == ""
    assert sheet.persona == isla.persona


def test_what_does_not_hold_leaves_the_persona_as_it_last_held(sheet, isla):
    sheet.open(isla)
    sheet.set_value(("tagline",), "keeper of a drowned bell")
    sheet.set_value(("life", "relationships", 0, "name"), "")
    assert sheet.problems
    assert sheet.persona.tagline == "keeper of a drowned bell"
    sheet.discard()
    assert sheet.persona == isla.persona


def test_leaving_saves_what_holds(sheet, isla, qtbot):
    sheet.open(isla)
    sheet.set_value(("voice", "habits"), ["hums"])
    with qtbot.waitSignal(sheet.saved) as saved:
        sheet.leave()
    assert saved.args[0].persona.voice.habits == ("hums",)


def test_opening_another_character_saves_the_first(sheet, isla, context, qtbot):
    other = next(one for one in context.personas.list_all().result() if one.id != isla.id)
    sheet.open(isla)
    sheet.set_value(("tagline",), "elsewhere")
    with qtbot.waitSignal(sheet.saved) as saved:
        sheet.open(other)
    assert saved.args[0].id == isla.id
    assert sheet.record.id == other.id
    assert sheet.draft["name"] == other.persona.name


def test_what_cannot_be_saved_comes_back_next_time(sheet, isla, context, drafts, qtbot):
    sheet.open(isla)
    sheet.set_value(("name",), "")
    sheet.leave()
    again = PersonaViewModel(context.personas, drafts)
    with qtbot.waitSignal(again.notice_raised) as told:
        again.open(isla)
    assert again.draft["name"] == ""
    assert again.is_changed
    told.args[0].act()
    assert again.draft["name"] == "Isla MacRae"
    assert not again.is_changed
    assert drafts.read(isla.id) is None


def test_a_pause_keeps_what_is_being_written(sheet, isla, drafts, qtbot):
    sheet.open(isla)
    sheet.set_value(("tagline",), "half a li")
    qtbot.waitUntil(lambda: drafts.read(isla.id) is not None)
    sheet.set_value(("tagline",), isla.persona.tagline)
    assert sheet.status.startswith("Saved")
    qtbot.waitUntil(lambda: drafts.read(isla.id) is None)


def test_opening_the_same_character_keeps_what_is_being_written(sheet, isla):
    sheet.open(isla)
    sheet.set_value(("tagline",), "half a li")
    sheet.open(isla)
    assert sheet.draft["tagline"] == "half a li"


def test_typing_while_it_is_saved_stays_unsaved(sheet, isla, qtbot):
    sheet.open(isla)
    sheet.set_value(("tagline",), "one")
    with qtbot.waitSignal(sheet.saved):
        sheet.save()
        sheet.set_value(("tagline",), "one two")
    assert sheet.is_changed
    assert sheet.status.startswith("Changed")


def test_a_save_that_fails_keeps_the_draft(sheet, isla, context, drafts, qtbot):
    sheet.open(isla)
    sheet.set_value(("tagline",), "not on this disk")
    lost = sheet.record.id
    context.personas.save = lambda *_: failing(context)
    with qtbot.waitSignal(sheet.failed) as failed:
        sheet.save()
    assert failed.args[0].code == "disk-full"
    assert drafts.read(lost)["tagline"] == "not on this disk"
    assert sheet.is_changed


def failing(context):
    def work():
        message = "The disk is full."
        raise MachineError(message, code="disk-full")

    return context.personas._storage.submit(work)


def test_a_torn_draft_counts_as_none_and_an_unwritable_folder_costs_only_the_draft(tmp_path):
    folder = DraftFolder(tmp_path / "drafts")
    folder.write("isla", {"name": "Isla"})
    file = tmp_path / "drafts" / "isla.json"
    assert json.loads(file.read_text(encoding="utf-8")) == {"name": "Isla"}
    file.write_text("{", encoding="utf-8")
    assert folder.read("isla") is None
    file.write_text("[]", encoding="utf-8")
    assert folder.read("isla") is None
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = DraftFolder(tmp_path / "file")
    blocked.write("isla", {"name": "Isla"})
    blocked.drop("isla")
    assert blocked.read("isla") is None


def test_tags_from_elsewhere_reach_unsaved_work_whether_open_or_not(
    sheet, isla, context, drafts, qtbot
):
    other = next(one for one in context.personas.list_all().result() if one.id != isla.id)
    sheet.open(isla)
    sheet.set_value(("life", "relationships", 0, "name"), "")
    sheet.take_tags(context.personas.set_tags(isla.id, ("sea",)).result())
    assert sheet.draft["tags"] == ["sea"]
    sheet.open(other)
    assert drafts.read(isla.id)["tags"] == ["sea"]
    tagged = context.personas.set_tags(isla.id, ("sea", "quiet")).result()
    sheet.take_tags(tagged)
    assert drafts.read(isla.id)["tags"] == ["sea", "quiet"]
    assert sheet.draft["tags"] == list(other.persona.tags)
    sheet.open(tagged)
    sheet.set_value(("life", "relationships", 0, "name"), "Somebody else")
    with qtbot.waitSignal(sheet.saved) as saved:
        sheet.save()
    assert saved.args[0].persona.tags == ("sea", "quiet")


def test_tags_from_elsewhere_make_no_draft_where_there_is_none(sheet, isla, context, drafts):
    tagged = context.personas.set_tags(isla.id, ("sea",)).result()
    sheet.take_tags(tagged)
    assert drafts.read(isla.id) is None
    sheet.open(isla)
    sheet.take_tags(tagged)
    assert sheet.draft["tags"] == ["sea"]
    assert not sheet.is_changed

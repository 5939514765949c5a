"""A book is written as a draft: undone, kept, saved; inside a card with the character."""

from __future__ import annotations

import pytest

from personas.lorebook import LoreEntry
from personas.persona import Persona
from tests.ui.lore.conftest import SKYE
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.lore_draft import LoreDraft
from ui.viewmodels.lore_persona_draft import PersonaLoreDraft
from ui.viewmodels.lore_shelf import LoreShelf
from ui.viewmodels.lore_trial import LoreTrialViewModel, TrialSubject
from ui.viewmodels.lore_view_model import LorebookViewModel
from ui.viewmodels.persona_view_model import PersonaViewModel


def names(draft: LoreDraft) -> list[str]:
    return [entry["name"] for entry in draft.entries]


def test_what_was_written_is_saved_and_nothing_else_changes(book, context, qtbot):
    book.edit_entry(0, "keys", ["lamp", "light"])
    assert book.status == "Changed · undo with Ctrl+Z"
    with qtbot.waitSignal(book.saved):
        book.save()
    stored = context.lore.get(book.record.id).result()
    lamp = SKYE.entries[0].model_copy(update={"keys": ("lamp", "light")})
    assert stored.version == 2
    assert stored.book == SKYE.model_copy(update={"entries": (lamp, *SKYE.entries[1:])})
    assert not book.is_changed


def test_every_deed_on_entries_is_one_step_back(book):
    before = book.draft
    deeds = (
        book.add_entry,
        lambda: book.copy_entry(0),
        lambda: book.remove_entry(1),
        lambda: book.move_entry(2, 1),
        lambda: book.edit_entry(0, "logic", "and_all"),
        lambda: book.edit_book("name", "Raasay"),
    )
    for deed in deeds:
        deed()
        assert book.draft != before
        book.undo()
        assert book.draft == before
    book.redo()
    assert book.draft["name"] == "Raasay"


def test_deeds_do_what_they_say(book):
    assert book.add_entry() == 3
    assert book.copy_entry(0) == 4
    book.remove_entry(3)
    assert names(book) == ["Lamp", "Ferry", "House rules", "Lamp (copy)"]
    assert book.move_entry(2, -1) == 2
    assert book.move_entry(2, 1) == 0
    assert names(book)[:3] == ["House rules", "Ferry", "Lamp"]


def test_unsaved_work_comes_back_and_can_be_dropped(book, context, paths, skye, qtbot):
    book.edit_book("name", "")
    assert book.problems == {("name",): "A lorebook needs a name, so that it can be found again."}
    with qtbot.waitSignal(book.notice_raised) as told:
        book.save()
    assert told.args[0].text.startswith("The book Skye cannot be saved yet.")
    book.leave()
    again = LorebookViewModel(context.lore, DraftFolder(paths.data / "drafts" / "lore"))
    with qtbot.waitSignal(again.notice_raised) as told:
        again.open(skye)
    assert (again.draft["name"], again.book, again.status) == (
        "",
        None,
        "Unsaved changes from last time",
    )
    told.args[0].act()
    assert again.draft == again.record.book.model_dump(mode="json")
    again.undo()
    assert again.draft["name"] == ""


def test_another_book_takes_the_place_of_one_that_is_saved(book, context, qtbot):
    other = context.lore.add(SKYE.model_copy(update={"name": "Raasay"})).result()
    book.edit_entry(0, "content", "It burns paraffin.")
    with qtbot.waitSignal(book.saved):
        book.open(other)
    assert book.record.id == other.id
    assert context.lore.list_all().result()[1].book.entries[0].content == "It burns paraffin."
    book.close()
    assert (book.draft, book.book, list(book.entries)) == (None, None, [])


def test_a_field_that_does_not_hold_is_named_in_its_entry(book):
    book.put_values([(("entries", 1, "depth"), "deep")])
    assert list(book.problems) == [("entries", 1, "depth")]
    assert book.book is None
    book.undo()
    assert book.book == SKYE


@pytest.fixture
def sheet(context, paths, qapp) -> PersonaViewModel:
    sheet = PersonaViewModel(context.personas, DraftFolder(paths.data / "drafts"))
    sheet.open(context.personas.add(Persona(name="Morag")).result())
    return sheet


def test_the_card_s_own_book_is_written_undone_and_saved_with_the_character(sheet, context, qtbot):
    lore = PersonaLoreDraft(sheet)
    assert (lore.draft, lore.book, list(lore.entries)) == (None, None, [])
    lore.edit_book("name", "Nothing")
    assert sheet.draft["lore"] is None
    lore.begin()
    lore.edit_entry(lore.add_entry(), "content", "The well is dry.")
    assert (lore.book.name, lore.book.entries[0].content) == ("Morag", "The well is dry.")
    lore.undo()
    lore.redo()
    with qtbot.waitSignal(sheet.saved):
        sheet.save()
    stored = context.personas.get(sheet.record.id).result().persona
    assert stored.lore == lore.book
    lore.remove()
    assert lore.draft is None
    lore.undo()
    assert lore.book == stored.lore


def test_of_a_card_s_book_only_the_entry_that_changed_is_read_again(sheet):
    sheet.put_values([(("lore",), SKYE.model_dump(mode="json"))])
    before = sheet.persona.lore.entries
    sheet.set_value(("lore", "entries", 0, "content"), "It burns paraffin.")
    after = sheet.persona.lore.entries
    assert [one is other for one, other in zip(before, after, strict=True)] == [False, True, True]
    assert after[0].content == "It burns paraffin."
    sheet.set_value(("lore", "entries", 1, "depth"), "deep")
    sheet.set_value(("name",), "")
    assert list(sheet.problems) == [("name",), ("lore", "entries", 1, "depth")]


@pytest.mark.parametrize("lore", ["a book", {"entries": 5}])
def test_a_card_s_book_that_is_none_is_named(sheet, lore):
    sheet.put_values([(("lore",), lore)])
    assert {path[0] for path in sheet.problems} == {"lore"}
    sheet.undo()
    assert not sheet.problems


def test_the_bench_says_what_fires_in_the_prompt_s_order_and_why(context, qtbot):
    entries = (
        *SKYE.entries,
        LoreEntry(name="Long", keys=("lamp",), content="word " * 60, insertion_order=1),
    )
    books = (SKYE.model_copy(update={"entries": entries}),)
    trial = LoreTrialViewModel(context.lore, lambda: TrialSubject(books))
    with qtbot.waitSignal(trial.changed):
        trial.watch(is_watched=True)
    with qtbot.waitSignal(trial.changed):
        trial.say("Is the lamp lit?", ("Who is there?",))
    told = [(row.title, row.line) for row in trial.model.rows]
    assert told == [
        ("In the prompt · 2", ""),
        ("House rules", "It always comes up."),
        ("Lamp", "The key “lamp” is in the newest message."),
        ("Came up and left out · 1", ""),
        (
            "Long",
            "The key “lamp” is in the newest message. It takes 80 tokens and 47 are left.",
        ),
        ("Not brought up · 1", ""),
        ("Ferry", "None of its keys is in the last 4 messages."),
    ]
    assert [row.key for row in trial.model.rows][1:3] == [(0, 2), (0, 0)]
    assert trial.summary == "2 of 4 entries would be in the prompt · about 13 of 60 tokens"
    assert 0.2 < trial.share < 0.25
    assert not trial.has_chance
    trial.watch(is_watched=False)
    trial.say("Nothing.", ())
    assert trial.summary.startswith("2 of 4")


def test_another_throw_can_come_out_otherwise(context, qtbot):
    chancy = LoreEntry(name="Luck", constant=True, content="Luck.", probability=50)
    book = SKYE.model_copy(update={"entries": (chancy,)})
    trial = LoreTrialViewModel(context.lore, lambda: TrialSubject((book,)))
    trial.watch(is_watched=True)
    seen = set()
    assert trial.has_chance
    while len(seen) < 2:
        with qtbot.waitSignal(trial.changed):
            trial.throw_again()
        seen.add(trial.model.rows[0].title)
    assert seen == {"In the prompt · 1", "Came up and left out · 1"}


def test_the_shelf_follows_books_and_says_who_uses_them(context, bridge, skye, qtbot):
    shelf = LoreShelf(context.lore, context.personas, bridge)
    isla = next(one for one in context.personas.list_all().result() if "Isla" in one.persona.name)
    shelf.refresh()
    qtbot.waitUntil(lambda: bool(shelf.books) and bool(shelf.personas))
    assert [row.line for row in shelf.model.rows] == ["3 entries · nobody's yet"]
    shelf.attach(skye.id, isla.id)
    qtbot.waitUntil(lambda: shelf.model.rows[0].line == "3 entries · Isla MacRae")
    assert [book.id for book in shelf.attached_to(isla.id)] == [skye.id]
    with qtbot.waitSignal(shelf.notice_raised) as told:
        shelf.detach(skye.id, isla.id)
    assert told.args[0].text == "Skye is taken off Isla MacRae."
    told.args[0].act()
    qtbot.waitUntil(lambda: len(shelf.attached_to(isla.id)) == 1)


def test_a_book_set_aside_stands_apart_until_it_is_brought_back(context, bridge, skye, qtbot):
    shelf = LoreShelf(context.lore, context.personas, bridge)
    shelf.refresh()
    qtbot.waitUntil(lambda: bool(shelf.books))
    with qtbot.waitSignal(shelf.notice_raised) as told:
        shelf.set_aside(skye.id)
    qtbot.waitUntil(lambda: [r.title for r in shelf.model.rows] == ["Set aside · 1", "Skye"])
    assert shelf.find(skye.id) is None
    assert shelf.find_aside(skye.id).book == SKYE
    told.args[0].act()
    qtbot.waitUntil(lambda: [r.title for r in shelf.model.rows] == ["Skye"])
    with qtbot.waitSignal(shelf.book_added) as added:
        shelf.add()
    assert added.args[0].book.name == "New lorebook"

"""Lorebooks are kept, attached, and handed to every turn with their character."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import LorebookId
from app.errors import MachineError, UserError
from app.events import Event, LorebooksChanged
from app.services.lore_trials import DEFAULT_CONTEXT
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona

FOG = Lorebook(name="Fog", entries=(LoreEntry(keys=("fog",), content="It comes from the west."),))
TIDES = Lorebook(name="Tides", entries=(LoreEntry(keys=("tide",), content="Twice a day."),))


@pytest.fixture
def morag(context: AppContext) -> PersonaRecord:
    return context.personas.add(Persona(name="Morag", lore=FOG)).result()


def test_books_of_a_character_are_the_cards_own_and_then_the_attached(
    context: AppContext, morag: PersonaRecord
) -> None:
    assert context.lore.books_for(morag.id).result() == (FOG,)
    tides = context.lore.add(TIDES).result()
    context.lore.attach(tides.id, morag.id).result()
    assert context.lore.books_for(morag.id).result() == (FOG, TIDES)
    assert [row.book for row in context.lore.attached_to(morag.id).result()] == [TIDES]
    context.lore.detach(tides.id, morag.id).result()
    assert context.lore.books_for(morag.id).result() == (FOG,)


def test_a_saved_book_is_the_one_that_is_used(context: AppContext, morag: PersonaRecord) -> None:
    tides = context.lore.add(TIDES).result()
    context.lore.attach(tides.id, morag.id).result()
    changed = TIDES.model_copy(update={"token_budget": 90})
    assert context.lore.save(tides.id, changed).result().version == 2
    assert context.lore.get(tides.id).result().book == changed
    assert context.lore.books_for(morag.id).result()[1] == changed


def test_a_book_set_aside_is_used_no_more_until_restored(
    context: AppContext, morag: PersonaRecord
) -> None:
    tides = context.lore.add(TIDES).result()
    context.lore.attach(tides.id, morag.id).result()
    context.lore.set_aside(tides.id).result()
    assert context.lore.list_all().result() == []
    assert context.lore.books_for(morag.id).result() == (FOG,)
    context.lore.restore(tides.id).result()
    assert context.lore.books_for(morag.id).result() == (FOG, TIDES)


def test_a_book_needs_a_name(context: AppContext) -> None:
    with pytest.raises(UserError, match="needs a name"):
        context.lore.add(Lorebook(name=" ")).result()
    assert context.lore.list_all().result() == []


def test_an_unknown_book_is_a_clear_error(context: AppContext, morag: PersonaRecord) -> None:
    with pytest.raises(UserError, match="no lorebook with the id nothing"):
        context.lore.attach(LorebookId("nothing"), morag.id).result()


def test_every_change_is_told(context: AppContext, morag: PersonaRecord) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    book = context.lore.add(TIDES).result()
    context.lore.attach(book.id, morag.id).result()
    context.lore.detach(book.id, morag.id).result()
    context.lore.set_aside(book.id).result()
    assert sum(isinstance(event, LorebooksChanged) for event in heard) == 4


def test_what_is_set_aside_is_listed_apart(context: AppContext) -> None:
    tides = context.lore.add(TIDES).result()
    context.lore.add(FOG).result()
    context.lore.set_aside(tides.id).result()
    assert [row.book for row in context.lore.list_all().result()] == [FOG]
    assert [row.book for row in context.lore.list_set_aside().result()] == [TIDES]


def test_a_book_is_tried_out_with_the_user_s_name_and_the_model_s_context(
    context: AppContext,
) -> None:
    entry = LoreEntry(keys=("{{user}}",), content="{{user}} is a friend.")
    settings = context.settings.current
    writing = settings.writing.model_copy(update={"user_name": "Daniel"})
    context.settings.replace(settings.model_copy(update={"writing": writing}))
    trial = context.lore.try_out((Lorebook(name="Us", entries=(entry,)),), ("I am Daniel.",))
    assert trial.result().block == "[What is known here:\n- Daniel is a friend.\n]"
    description = context.models.description
    assert description is not None
    assert trial.result().budget == description.context_tokens // 10 != DEFAULT_CONTEXT // 10


def test_a_book_is_written_as_a_world_file_that_comes_back(
    context: AppContext, tmp_path: Path
) -> None:
    tides = context.lore.add(TIDES).result()
    file = context.lore.export_world(tides.id, tmp_path / "tides.json").result()
    (outcome,) = context.imports.import_files([file]).result()
    (again,) = outcome.lorebooks
    assert (again.book.name, again.book.entries[0].keys) == ("Tides", ("tide",))
    with pytest.raises(MachineError, match="The book could not be written"):
        context.lore.export_world(tides.id, tmp_path / "none" / "tides.json").result()

"""Archive, folders, versions, portraits, copies, lorebooks, cards and users in SQLite."""

from __future__ import annotations

import hashlib

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from app.domain.ids import LorebookId, PersonaId, UserPersonaId
from app.domain.user_persona import UserPersona
from app.errors import UserError
from app.ports.authoring import NewCard
from app.storage.card_repository import CardRepository
from app.storage.lore_repository import LoreRepository
from app.storage.user_persona_repository import UserPersonaRepository
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.app.storage.storage_world import Store, TickingClock

FOG = Lorebook(name="Fog", entries=(LoreEntry(keys=("fog",), content="It comes from the west."),))


@pytest.fixture
def lore(store: Store) -> LoreRepository:
    return LoreRepository(store.database, TickingClock())


@pytest.fixture
def users(store: Store) -> UserPersonaRepository:
    return UserPersonaRepository(store.database, TickingClock())


@pytest.fixture
def cards(store: Store) -> CardRepository:
    return CardRepository(store.database, TickingClock())


def card(name: str | None, fingerprint: str, *books: Lorebook, portrait: bytes | None = None):
    persona = None if name is None else Persona(name=name)
    return NewCard(persona, portrait, books, fingerprint)


def test_an_archived_persona_is_listed_apart(store: Store):
    morag = store.add_persona()
    archived = store.personas.set_archived(morag.id, archived=True)
    assert archived.archived_at is not None
    assert store.personas.set_archived(morag.id, archived=True) == archived
    assert store.personas.list_all() == []
    assert store.personas.list_all(include_archived=True) == [archived]
    assert store.personas.set_archived(morag.id, archived=False).archived_at is None
    assert [record.id for record in store.personas.list_all()] == [morag.id]


def test_a_persona_in_the_trash_is_in_no_list(store: Store):
    morag = store.add_persona()
    store.personas.set_archived(morag.id, archived=True)
    store.personas.set_aside(morag.id)
    assert store.personas.list_all(include_archived=True) == []


def test_a_folder_is_kept_and_taken_away(store: Store):
    morag = store.add_persona()
    assert store.personas.set_folder(morag.id, "Skye").folder == "Skye"
    assert store.personas.get(morag.id).folder == "Skye"
    assert store.personas.set_folder(morag.id, "").folder == ""


def test_versions_are_listed_newest_first(store: Store):
    morag = store.add_persona()
    store.personas.save(morag.id, Persona(name="Morag", tagline="keeper"))
    assert [(row.version, row.persona.tagline) for row in store.personas.versions(morag.id)] == [
        (2, "keeper"),
        (1, ""),
    ]


def test_a_broken_version_is_among_the_versions(store: Store):
    morag = store.add_persona()
    store.personas.save(morag.id, Persona(name="Morag", tagline="keeper"))
    with store.database.writing() as session:
        session.execute(text("""UPDATE persona_version SET body = '{"x": 1}' WHERE number = 1"""))
    newest, oldest = store.personas.versions(morag.id)
    assert newest.problem is None
    assert oldest.problem is not None
    assert oldest.persona.name == "Unreadable character"


def test_a_portrait_is_replaced_and_removed(store: Store):
    morag = store.add_persona()
    assert store.personas.portrait(morag.id) is None
    store.personas.set_portrait(morag.id, b"first")
    record = store.personas.set_portrait(morag.id, b"second")
    assert record.portrait == hashlib.sha256(b"second").hexdigest()
    assert store.personas.list_all()[0].portrait == record.portrait
    assert store.personas.portrait(morag.id) == b"second"
    assert store.personas.set_portrait(morag.id, None).portrait is None
    assert store.personas.portrait(morag.id) is None


def test_a_copy_brings_portrait_folder_and_books(store: Store, lore: LoreRepository):
    morag = store.personas.add(Persona(name="Morag", tagline="keeper"))
    store.personas.set_portrait(morag.id, b"png")
    store.personas.set_folder(morag.id, "Skye")
    book = lore.attach(lore.add(FOG).id, morag.id)
    copy = store.personas.duplicate(morag.id, "Morag (copy)")
    assert (copy.persona.name, copy.persona.tagline, copy.version) == ("Morag (copy)", "keeper", 1)
    assert copy.folder == "Skye"
    assert store.personas.portrait(copy.id) == b"png"
    assert [record.id for record in lore.attached_to(copy.id)] == [book.id]
    assert store.personas.get(morag.id).persona.name == "Morag"


def test_a_conversation_set_aside_no_longer_counts_as_spoken(store: Store):
    morag = store.add_persona()
    conversation = store.open_conversation(morag)
    assert store.personas.get(morag.id).last_spoken_at == conversation.updated_at
    store.conversations.set_aside(conversation.id)
    assert store.personas.get(morag.id).last_spoken_at is None


def test_a_lorebook_is_kept_in_versions(lore: LoreRepository):
    first = lore.add(FOG)
    assert lore.save(first.id, FOG) == first
    second = lore.save(first.id, FOG.model_copy(update={"name": "Haar"}))
    assert (second.id, second.version, second.book.name) == (first.id, 2, "Haar")
    assert lore.get(first.id) == second
    assert lore.list_all() == [second]


def test_a_lorebook_set_aside_is_neither_listed_nor_used(store: Store, lore: LoreRepository):
    morag = store.add_persona()
    book = lore.attach(lore.add(FOG).id, morag.id)
    lore.set_aside(book.id)
    assert lore.list_all() == lore.attached_to(morag.id) == []
    lore.restore(book.id)
    assert lore.list_all() == lore.attached_to(morag.id) == [book]


def test_books_are_attached_once_and_in_order(store: Store, lore: LoreRepository):
    morag, ada = store.add_persona(), store.add_persona("Ada")
    haar = lore.add(Lorebook(name="Haar"))
    fog = lore.add(FOG)
    lore.attach(fog.id, morag.id)
    lore.attach(haar.id, morag.id)
    assert lore.attach(fog.id, morag.id).attached_to == (morag.id,)
    assert lore.attach(fog.id, ada.id).attached_to == (morag.id, ada.id)
    assert [record.book.name for record in lore.attached_to(morag.id)] == ["Fog", "Haar"]
    assert lore.detach(fog.id, morag.id).attached_to == (ada.id,)
    assert lore.detach(fog.id, morag.id).attached_to == (ada.id,)
    assert [record.book.name for record in lore.attached_to(morag.id)] == ["Haar"]
    store.personas.set_aside(ada.id)
    assert lore.get(fog.id).attached_to == ()


def test_a_broken_lorebook_is_listed_with_its_reason(store: Store, lore: LoreRepository):
    book = lore.add(FOG)
    with store.database.writing() as session:
        session.execute(text("""UPDATE lorebook_version SET body = '{"name": "Fog", "x": 1}'"""))
    (broken,) = lore.list_all()
    assert broken.book == Lorebook(name="Fog")
    assert broken.problem is not None
    assert "at x" in broken.problem
    assert lore.save(book.id, Lorebook(name="Fog")).problem is None


@pytest.mark.parametrize("body", ["[1]", '{"name": 3}', "{", "[" * 5000])
def test_a_body_that_is_no_user_persona_is_named_in_words(
    store: Store, users: UserPersonaRepository, body: str
):
    users.add(UserPersona(name="Ana"))
    with store.database.writing() as session:
        session.execute(text("UPDATE user_persona SET body = :body"), {"body": body})
    (broken,) = users.list_all()
    assert broken.user_persona.name == "Unreadable user persona"
    assert broken.problem is not None


def test_there_is_one_default_user_or_none(users: UserPersonaRepository):
    assert users.default() is None
    ana, ben = users.add(UserPersona(name="Ana")), users.add(UserPersona(name="Ben"))
    users.set_default(ana.id)
    users.set_default(ben.id)
    assert [record.is_default for record in users.list_all()] == [False, True]
    found = users.default()
    assert found is not None
    assert found.id == ben.id
    users.set_default(None)
    assert users.default() is None


def test_an_unknown_default_changes_nothing(users: UserPersonaRepository):
    ana = users.add(UserPersona(name="Ana"))
    users.set_default(ana.id)
    with pytest.raises(UserError, match="no user persona with the id"):
        users.set_default(UserPersonaId("nobody"))
    found = users.default()
    assert found is not None
    assert found.id == ana.id


def test_a_user_set_aside_is_no_default_and_can_still_be_read(users: UserPersonaRepository):
    ana = users.add(UserPersona(name="Ana", description="A sailor."))
    users.set_default(ana.id)
    users.set_aside(ana.id)
    assert users.list_all() == []
    assert users.default() is None
    assert users.get(ana.id).user_persona.description == "A sailor."
    users.restore(ana.id)
    assert [record.id for record in users.list_all()] == [ana.id]


def test_a_user_is_written_over(users: UserPersonaRepository):
    ana = users.add(UserPersona(name="Ana"))
    saved = users.save(ana.id, UserPersona(name="Anna", pronouns="she/her"))
    assert (saved.id, saved.user_persona.name, saved.user_persona.pronouns) == (
        ana.id,
        "Anna",
        "she/her",
    )
    assert saved.updated_at > ana.updated_at


def test_a_conversation_knows_who_the_user_is(store: Store, users: UserPersonaRepository):
    ana = users.add(UserPersona(name="Ana"))
    conversation = store.open_conversation()
    assert conversation.user_persona_id is None
    changed = store.conversations.set_user(conversation.id, "Ana the sailor", ana.id)
    assert (changed.user_name, changed.user_persona_id) == ("Ana the sailor", ana.id)
    with pytest.raises(UserError, match="no user persona"):
        store.conversations.set_user(conversation.id, "Nobody", UserPersonaId("nobody"))
    assert store.conversations.set_user(conversation.id, "You", None).user_persona_id is None


def test_a_card_is_kept_with_portrait_and_books(
    store: Store, lore: LoreRepository, cards: CardRepository
):
    (kept,) = cards.add_all([card("Morag", "1", FOG, portrait=b"png")], even_duplicates=False)
    assert kept.persona is not None
    assert store.personas.list_all() == [kept.persona]
    assert store.personas.portrait(kept.persona.id) == b"png"
    assert lore.attached_to(kept.persona.id) == list(kept.lorebooks)
    assert kept.lorebooks[0].book == FOG


def test_equal_content_is_kept_once_unless_asked(store: Store, cards: CardRepository):
    first, again = cards.add_all([card("Morag", "1"), card("Morag", "1")], even_duplicates=False)
    assert first.persona is not None
    assert (again.persona, again.duplicate_of) == (None, first.persona.id)
    (third,) = cards.add_all([card("Morag", "1")], even_duplicates=True)
    assert third.persona is not None
    assert len(store.personas.list_all()) == 2


def test_a_card_in_the_trash_is_no_duplicate(store: Store, cards: CardRepository):
    (first,) = cards.add_all([card("Morag", "1")], even_duplicates=False)
    assert first.persona is not None
    store.personas.set_aside(first.persona.id)
    (second,) = cards.add_all([card("Morag", "1")], even_duplicates=False)
    assert second.persona is not None


def test_a_book_alone_is_kept_once(lore: LoreRepository, cards: CardRepository):
    first, again = cards.add_all(
        [card(None, "1", FOG), card(None, "1", FOG)], even_duplicates=False
    )
    assert first.persona is None
    assert again.duplicate_of == first.lorebooks[0].id
    assert len(lore.list_all()) == 1
    lore.set_aside(first.lorebooks[0].id)
    (third,) = cards.add_all([card(None, "1", FOG)], even_duplicates=False)
    assert len(third.lorebooks) == 1


def nested(depth: int) -> JsonValue:
    value: JsonValue = "end"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("foreign", [nested(210), nested(252), "half \ud83d"])
def test_what_could_not_be_read_again_is_refused_and_nothing_kept(
    store: Store, cards: CardRepository, foreign: JsonValue
):
    book = Lorebook(name="Deep", foreign={"theirs": foreign})
    broken = NewCard(Persona(name="Deep", lore=book), None, (), "2")
    with pytest.raises(UserError, match="kept"):
        cards.add_all([card("Morag", "1"), broken], even_duplicates=False)
    assert store.personas.list_all() == []


@pytest.mark.parametrize("act", ["attach", "detach"])
def test_an_unknown_book_or_character_is_named(store: Store, lore: LoreRepository, act: str):
    book, morag = lore.add(FOG), store.add_persona()
    with pytest.raises(UserError, match="no lorebook with the id"):
        getattr(lore, act)(LorebookId("nothing"), morag.id)
    with pytest.raises(UserError, match="no character with the id"):
        getattr(lore, act)(book.id, PersonaId("nobody"))

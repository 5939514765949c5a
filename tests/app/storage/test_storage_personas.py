"""Personas and their versions."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.domain.ids import PersonaId, PersonaVersionId
from app.errors import UserError
from personas.identity import SocialIdentity
from personas.persona import Persona
from personas.traits import PersonalIdentity, Traits
from personas.voice import ExampleDialogue, ExampleLine, Voice
from tests.app.storage.storage_world import Store, StoreOpener

MORAG = Persona(
    name="Morag",
    tagline="keeper of a light, Skye, 61",
    social=SocialIdentity(age="61", religion="lapsed, «she says»"),
    personal=PersonalIdentity(traits=Traits(trust=2.5)),
    voice=Voice(examples=(ExampleDialogue(lines=(ExampleLine(speaker="{{char}}", text="Aye."),)),)),
    alternate_greetings=("You again.", "Mind the step."),
)


def test_a_persona_comes_back_whole_after_opening_again(store: Store, open_store: StoreOpener):
    record = store.personas.add(MORAG, from_library="morag")
    store.database.close()
    again = open_store(store.path.parent).personas.get(record.id)
    assert again == record
    assert (again.persona, again.version, again.from_library) == (MORAG, 1, "morag")
    assert again.problem is None


def test_saving_makes_a_version_and_older_ones_stay(store: Store):
    first = store.personas.add(MORAG)
    changed = MORAG.model_copy(update={"tagline": "retired"})
    second = store.personas.save(first.id, changed)
    assert (second.version, second.persona) == (2, changed)
    assert second.updated_at > first.updated_at
    assert store.personas.get(first.id) == second
    assert store.personas.get_version(first.version_id) == first


def test_saving_an_equal_value_changes_nothing(store: Store):
    first = store.personas.add(MORAG)
    assert store.personas.save(first.id, Persona.model_validate(MORAG.model_dump())) == first


def test_the_cast_is_listed_by_name_without_the_trash(store: Store):
    for name in ("zoë", "Ada", "mungo"):
        store.personas.add(Persona(name=name), from_library=name if name != "Ada" else None)
    ada, mungo, _ = store.personas.list_all()
    assert [one.persona.name for one in store.personas.list_all()] == ["Ada", "mungo", "zoë"]
    store.personas.set_aside(mungo.id)
    store.personas.set_aside(mungo.id)
    assert [one.persona.name for one in store.personas.list_all()] == ["Ada", "zoë"]
    assert store.personas.library_slugs() == {"zoë", "mungo"}
    store.personas.restore(mungo.id)
    assert len(store.personas.list_all()) == 3
    assert ada.from_library is None


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ('{"name": "Iain", "shoe_size": 44}', "Iain", "shoe_size"),
        ('{"name": " ", "kind": "ghost"}', "Unreadable character", "name"),
        ('{"tagline": "no name"}', "Unreadable character", "name"),
        ('{"name": 7}', "Unreadable character", "name"),
        ("[1]", "Unreadable character", "cannot be read"),
        ("not json", "Unreadable character", "Invalid JSON"),
        ("[" * 100_000, "Unreadable character", "cannot be read"),
    ],
)
def test_a_body_that_does_not_hold_is_listed_with_its_reason(
    store: Store, body: str, name: str, reason: str
):
    record = store.personas.add(MORAG)
    with store.database.writing() as session:
        session.execute(text("UPDATE persona_version SET body = :body"), {"body": body})

    (listed,) = store.personas.list_all()

    assert listed.id == record.id
    assert listed.persona.name == name
    assert listed.problem is not None
    assert reason in listed.problem
    assert listed.problem.endswith("may still hold it.")


def test_a_broken_persona_is_mended_by_saving_even_its_stand_in(store: Store):
    record = store.personas.add(MORAG)
    with store.database.writing() as session:
        session.execute(text("""UPDATE persona_version SET body = '{"name": "M", "x": 1}'"""))
    broken = store.personas.get(record.id)
    mended = store.personas.save(record.id, broken.persona)
    assert (mended.version, mended.problem) == (2, None)
    assert store.personas.get(record.id) == mended


def test_an_id_that_is_not_there_is_named(store: Store):
    nobody = PersonaId("nobody")
    for work in (
        lambda: store.personas.get(nobody),
        lambda: store.personas.save(nobody, MORAG),
        lambda: store.personas.set_aside(nobody),
        lambda: store.personas.restore(nobody),
        lambda: store.personas.get_version(PersonaVersionId("nobody")),
    ):
        with pytest.raises(UserError, match="nobody") as caught:
            work()
        assert caught.value.code == "not-found"

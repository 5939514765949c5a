"""Copies, the archive, folders, tags, versions and portraits, as a person uses them."""

from __future__ import annotations

import pytest

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from app.errors import UserError
from app.events import Event, PersonasChanged
from personas.persona import Persona
from tests.stage import MakeContext


@pytest.fixture
def ada(context: AppContext) -> PersonaRecord:
    return context.personas.add(Persona(name="Ada", tagline="counts")).result()


def names(records: list[PersonaRecord]) -> list[str]:
    return [record.persona.name for record in records]


def test_a_copy_gets_a_name_of_its_own(context: AppContext, ada: PersonaRecord) -> None:
    first = context.personas.duplicate(ada.id).result()
    second = context.personas.duplicate(ada.id).result()
    assert (first.persona.name, second.persona.name) == ("Ada (copy)", "Ada (copy 2)")
    assert first.persona.tagline == "counts"


def test_the_copy_of_a_copy_is_a_copy_of_the_original(
    context: AppContext, ada: PersonaRecord
) -> None:
    copy = context.personas.duplicate(ada.id).result()
    assert context.personas.duplicate(copy.id).result().persona.name == "Ada (copy 2)"


def test_a_copy_of_the_longest_name_fits(context: AppContext) -> None:
    long = context.personas.add(Persona(name="A" * 200)).result()
    copy = context.personas.duplicate(long.id).result()
    assert copy.problem is None
    assert len(copy.persona.name) == 200
    assert copy.persona.name.endswith("A (copy)")


def test_the_archive_is_apart_and_outlasts_a_restart(make_context: MakeContext) -> None:
    context = make_context()
    ada = context.personas.add(Persona(name="Ada")).result()
    context.personas.archive(ada.id).result()
    context.close()
    again = make_context()
    assert "Ada" not in names(again.personas.list_all().result())
    assert "Ada" in names(again.personas.list_all(include_archived=True).result())
    assert names(again.personas.list_archived().result()) == ["Ada"]
    again.personas.unarchive(ada.id).result()
    assert "Ada" in names(again.personas.list_all().result())
    assert again.personas.list_archived().result() == []


def test_folders_are_trimmed(context: AppContext, ada: PersonaRecord) -> None:
    assert context.personas.set_folder(ada.id, "  Analysts ").result().folder == "Analysts"
    assert context.personas.set_folder(ada.id, " ").result().folder == ""


def test_a_folder_that_somebody_is_in_keeps_its_spelling(
    context: AppContext, ada: PersonaRecord
) -> None:
    grace = context.personas.add(Persona(name="Grace")).result()
    context.personas.set_folder(ada.id, "Analysts").result()
    assert context.personas.set_folder(grace.id, "analysts").result().folder == "Analysts"
    context.personas.set_folder(grace.id, "").result()
    assert context.personas.set_folder(ada.id, "ANALYSTS").result().folder == "ANALYSTS"


def test_many_go_into_a_folder_together_or_not_at_all(
    context: AppContext, ada: PersonaRecord
) -> None:
    grace = context.personas.add(Persona(name="Grace")).result()
    events: list[Event] = []
    context.hub.subscribe(events.append)
    context.personas.move_all([ada.id, grace.id], " Analysts ").result()
    assert events == [PersonasChanged()]
    assert {context.personas.get(one.id).result().folder for one in (ada, grace)} == {"Analysts"}
    with pytest.raises(UserError):
        context.personas.move_all([ada.id, PersonaId("nobody")], "Sums").result()
    assert context.personas.get(ada.id).result().folder == "Analysts"


def test_tags_make_a_version_and_stand_once_each(context: AppContext, ada: PersonaRecord) -> None:
    tagged = context.personas.set_tags(ada.id, [" Sums", "machines", "sums", "", "Ärger"]).result()
    assert tagged.persona.tags == ("Sums", "machines", "Ärger")
    assert tagged.version == 2
    assert context.personas.set_tags(ada.id, ["Sums", "machines", "Ärger"]).result().version == 2


def test_restoring_a_version_makes_a_new_one_equal_to_it(
    context: AppContext, ada: PersonaRecord
) -> None:
    context.personas.save(ada.id, Persona(name="Ada", tagline="counts twice")).result()
    restored = context.personas.restore_version(ada.id, ada.version_id).result()
    assert (restored.version, restored.persona) == (3, ada.persona)
    versions = context.personas.versions(ada.id).result()
    assert [row.version for row in versions] == [3, 2, 1]


def test_a_version_of_somebody_else_is_refused(context: AppContext, ada: PersonaRecord) -> None:
    other = context.personas.add(Persona(name="Ben")).result()
    with pytest.raises(UserError, match="one of Ben, another character"):
        context.personas.restore_version(ada.id, other.version_id).result()
    assert context.personas.get(ada.id).result() == ada


def test_every_change_is_told(context: AppContext, ada: PersonaRecord) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    context.personas.archive(ada.id).result()
    context.personas.set_folder(ada.id, "A").result()
    context.personas.set_tags(ada.id, ["a"]).result()
    context.personas.duplicate(ada.id).result()
    context.personas.restore_version(ada.id, ada.version_id).result()
    assert sum(isinstance(event, PersonasChanged) for event in heard) == 5

"""Folders among the cast's rows, and what is kept from one step of a search to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, PersonaId, PersonaVersionId
from personas.persona import Persona
from ui.viewmodels.cast_model import CastModel, CastOrder, CastRowKind
from ui.viewmodels.cast_rows import CastRows, CastState, build_rows, list_folders

NOW = datetime(2026, 10, 14, 12, tzinfo=UTC)


def who(name: str, folder: str = "", *, days: int = 0, tags: tuple[str, ...] = ()) -> PersonaRecord:
    return PersonaRecord(
        PersonaId(name),
        PersonaVersionId(name),
        1,
        Persona(name=name, tags=tags),
        NOW - timedelta(days=days),
        folder=folder,
    )


def talk(name: str, days: int = 0) -> Conversation:
    moment = NOW - timedelta(days=days)
    return Conversation(
        ConversationId(f"talk with {name}"),
        PersonaId(name),
        PersonaVersionId(name),
        "",
        "Daniel",
        None,
        moment,
        moment,
    )


CAST = CastState(
    personas=(
        who("Amir", days=3),
        who("Isla", "Islands", days=1),
        who("Jun", "islands", days=0),
        who("Nan", days=2),
        who("Rosalba", "Canteen", tags=("sewing",)),
        who("Tunde"),
        who("Wilmer", "Islands", days=5),
    ),
    conversations=(talk("Nan", 1), talk("Wilmer", 2), talk("Amir", 4)),
    is_loaded=True,
)


def titles(state: CastState) -> list[str]:
    return [row.title for row in build_rows(state, NOW)]


def test_folders_stand_between_those_on_stage_and_those_who_wait():
    assert titles(CAST) == [
        "On stage",
        "Nan",
        "Amir",
        "Canteen",
        "Rosalba",
        "Islands",
        "Wilmer",
        "Isla",
        "Jun",
        "Waiting",
        "Tunde",
    ]


@pytest.mark.parametrize(
    ("order", "islands", "free"),
    [
        (CastOrder.NAME, ["Isla", "Jun", "Wilmer"], ["By name", "Amir", "Nan", "Tunde"]),
        (
            CastOrder.CHANGED,
            ["Jun", "Isla", "Wilmer"],
            ["Recently changed", "Tunde", "Nan", "Amir"],
        ),
    ],
)
def test_every_folder_is_sorted_as_the_cast_is(order, islands, free):
    shown = titles(replace(CAST, order=order))
    assert shown == ["Canteen", "Rosalba", "Islands", *islands, *free]


def test_a_closed_folder_hides_its_people_and_stands_for_the_chosen_one():
    state = replace(CAST, closed_folders=frozenset({"islands"}), chosen_persona=PersonaId("Jun"))
    rows = build_rows(state, NOW)
    assert "Isla" not in [row.title for row in rows]
    heading = next(row for row in rows if row.kind == CastRowKind.FOLDER and row.title == "Islands")
    assert heading.spoken == "Folder Islands, 3 characters, closed"
    assert heading.is_current
    assert heading.can_be_chosen
    opened = build_rows(replace(state, closed_folders=frozenset()), NOW)
    heading = next(row for row in opened if row.title == "Islands")
    assert (heading.mark, heading.is_current) == ("open", False)
    assert [row.title for row in opened if row.is_current] == ["Jun"]
    assert next(row for row in opened if row.title == "Rosalba").folder == "Canteen"


def test_closed_folders_are_searched_too_and_the_empty_ones_step_back():
    closed = replace(CAST, closed_folders=frozenset({"islands", "canteen"}))
    assert titles(replace(closed, words="jun")) == ["Islands", "Jun"]
    assert titles(replace(closed, words="canteen")) == ["Canteen", "Rosalba"]
    assert titles(replace(closed, tag="Sewing")) == ["Canteen", "Rosalba"]
    assert build_rows(replace(closed, words="jun"), NOW)[0].spoken.endswith("1 character, open")


def test_who_is_archived_stands_in_the_archive_and_not_in_a_folder():
    away = replace(who("Vasundhara", "Islands"), archived_at=NOW)
    rows = build_rows(replace(CAST, archived=(away,), is_archive_open=True), NOW)
    assert (rows[-2].title, rows[-1].title, rows[-1].folder) == ("Archived · 1", "Vasundhara", "")


def test_folders_are_listed_once_whatever_their_case():
    assert list_folders(CAST.personas) == ["Canteen", "Islands"]


def test_a_step_of_a_search_makes_no_row_anew():
    rows = CastRows()
    before = {row.persona_id: row for row in rows.build(CAST, NOW) if row.persona_id}
    again = tuple(replace(record) for record in CAST.personas)
    after = rows.build(replace(CAST, personas=again, words="i"), NOW)
    people = [row for row in after if row.persona_id]
    assert [row.title for row in people] == ["Amir", "Rosalba", "Wilmer", "Isla", "Jun"]
    assert all(row is before[row.persona_id] for row in people)


@pytest.mark.parametrize(
    "change",
    [
        {"version_id": PersonaVersionId("2"), "persona": Persona(name="Islay")},
        {"portrait": "another"},
        {"folder": "Elsewhere"},
        {"problem": "It is torn."},
    ],
)
def test_what_changes_about_somebody_changes_their_row(change):
    rows = CastRows()
    rows.build(CAST, NOW)
    changed = tuple(replace(one, **change) if one.id == "Isla" else one for one in CAST.personas)
    state = replace(CAST, personas=changed)
    assert rows.build(state, NOW) == build_rows(state, NOW)
    assert rows.build(state, NOW) != build_rows(CAST, NOW)


def test_opening_a_folder_says_so_and_another_choice_only_repaints(qapp):
    model = CastModel()
    model.replace(build_rows(CAST, NOW))
    changes: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    model.replace(build_rows(replace(CAST, chosen_persona=PersonaId("Rosalba")), NOW))
    assert changes == [(4, 4)]

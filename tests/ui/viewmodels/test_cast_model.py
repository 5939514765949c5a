from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QModelIndex, Qt

from app.domain.conversation import Author, Conversation, Message, MessageState, PersonaRecord
from app.domain.ids import (
    ConversationId,
    MessageId,
    MessageVersionId,
    PersonaId,
    PersonaVersionId,
)
from app.ports.stores import SearchHit
from personas.persona import Persona
from ui.viewmodels.cast_model import CastModel, CastRole, CastRow, CastRowKind
from ui.viewmodels.cast_rows import CastState, build_rows

NOW = datetime(2026, 10, 14, 12, tzinfo=UTC)


def who(name: str, tagline: str = "", problem: str | None = None) -> PersonaRecord:
    return PersonaRecord(
        PersonaId(name),
        PersonaVersionId(name),
        1,
        Persona(name=name, tagline=tagline),
        NOW,
        problem=problem,
    )


def talk(name: str, number: int = 1, days: int = 0, title: str = "") -> Conversation:
    moment = NOW - timedelta(days=days)
    return Conversation(
        ConversationId(f"{name}-{number}"),
        PersonaId(name),
        PersonaVersionId(name),
        title,
        "Daniel",
        None,
        moment,
        moment,
        message_count=number,
    )


def said(name: str, text: str) -> SearchHit:
    message = Message(
        MessageId("m1"),
        ConversationId(f"{name}-1"),
        None,
        0,
        1,
        Author.CHARACTER,
        name,
        text,
        MessageState.COMPLETE,
        MessageVersionId("v"),
        1,
        NOW,
    )
    return SearchHit(message, f"the [{text}]")


def titles(state: CastState) -> list[str]:
    return [row.title for row in build_rows(state, NOW)]


def test_those_on_stage_stand_above_those_who_wait_the_latest_first():
    state = CastState(
        personas=(who("Amir"), who("Isla"), who("Nan")),
        conversations=(talk("Nan", days=3), talk("Isla", days=1)),
    )
    assert titles(state) == ["On stage", "Isla", "Nan", "Waiting", "Amir"]


def test_the_chosen_one_shows_conversations_only_when_there_are_several():
    several = (talk("Isla", 1, 2, "The lamp room"), talk("Isla", 2, 0))
    state = CastState(
        personas=(who("Isla"), who("Nan")),
        conversations=(*several, talk("Nan", days=9)),
        chosen_persona=PersonaId("Isla"),
        chosen_conversation=ConversationId("Isla-2"),
    )
    rows = build_rows(state, NOW)
    assert [row.title for row in rows] == [
        "On stage",
        "Isla",
        "The lamp room",
        "Begun today",
        "Nan",
    ]
    assert [row.is_current for row in rows] == [False, True, False, True, False]
    assert rows[2].spoken == "Conversation The lamp room, 12 October, 1 message"
    only = CastState(
        personas=(who("Isla"),), conversations=several[:1], chosen_persona=PersonaId("Isla")
    )
    assert titles(only) == ["On stage", "Isla"]


def test_words_filter_names_and_lines_and_show_what_was_said():
    state = CastState(
        personas=(who("Isla", "keeper of a light"), who("Nan", "widow")),
        conversations=(talk("Isla"),),
        words="LIGHT keep",
        hits=(said("Isla", "lamp"),),
    )
    rows = build_rows(state, NOW)
    assert [row.title for row in rows] == ["On stage", "Isla", "In what was said", "Isla"]
    assert rows[-1].subtitle == "the lamp"
    assert rows[-1].message_id == "m1"


def test_what_was_said_in_a_conversation_that_is_gone_is_left_out():
    state = CastState(words="lamp", hits=(said("Isla", "lamp"),), is_loaded=True)
    assert titles(state) == ["Nobody, no sheet and nothing said matches “lamp”."]


def test_an_empty_cast_says_how_to_begin_but_not_while_it_is_fetched():
    assert titles(CastState()) == []
    assert titles(CastState(is_loaded=True)) == [
        "Nobody is here yet. “New” makes a first character."
    ]


def test_a_broken_character_is_listed_with_its_reason_and_cannot_be_chosen(qapp):
    model = CastModel()
    model.replace(build_rows(CastState(personas=(who("Isla", problem="the file is torn"),)), NOW))
    index = model.index(1)
    assert index.data() == "Isla"
    assert index.data(CastRole.ROW).subtitle == "the file is torn"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "the file is torn"
    assert "Cannot be opened: the file is torn" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.flags() == Qt.ItemFlag.NoItemFlags


def test_the_model_resets_only_when_rows_come_or_go(qapp):
    model = CastModel()
    resets: list[bool] = []
    changes: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.dataChanged.connect(lambda *_: changes.append(True))
    first = CastRow(CastRowKind.PERSONA, "Isla", persona_id=PersonaId("a"))
    model.replace([first])
    model.replace([first])
    assert (len(resets), len(changes)) == (1, 0)
    renamed = CastRow(CastRowKind.PERSONA, "Isla MacRae", persona_id=PersonaId("a"))
    model.replace([renamed])
    assert (len(resets), len(changes)) == (1, 1)
    assert model.index_of(first).row() == 0
    assert not model.index_of(None).isValid()
    assert model.data(QModelIndex()) is None
    assert model.rowCount(model.index(0)) == 0
    assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable

"""What this version cannot read is named, refused for use, and never overwritten by accident."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.context import AppContext
from app.domain.conversation import Message, PersonaRecord
from app.domain.turn import TurnPhase
from app.domain.user_persona import UserPersona
from app.errors import AppError, UserError
from app.paths import AppPaths
from app.storage.driver import connect
from personas.lorebook import Lorebook
from personas.persona import Persona
from tests.stage import MakeContext, open_with_isla, say

UNREADABLE = '{"name": "Ada", "from_the_future": 1}'


def spoil(paths: AppPaths, statement: str) -> None:
    """Do to the closed file what a newer program would have done."""
    connection = connect(paths.database, busy_seconds=1)
    connection.execute(statement, (UNREADABLE,))
    connection.close()


@pytest.fixture
def context(make_context: MakeContext, paths: AppPaths) -> AppContext:
    first = make_context()
    ada = first.personas.add(Persona(name="Ada")).result()
    first.users.set_default(first.users.add(UserPersona(name="Ana")).result().id).result()
    book = first.lore.add(Lorebook(name="Fog")).result()
    first.lore.attach(book.id, ada.id).result()
    conversation = first.conversations.create(ada.id).result()
    say(first, conversation, "Hello.")
    first.close()
    spoil(paths, f"UPDATE persona_version SET body = ? WHERE persona_id = '{ada.id}'")
    spoil(paths, "UPDATE user_persona SET body = ?")
    spoil(paths, "UPDATE lorebook_version SET body = ?")
    return make_context()


@pytest.fixture
def ada(context: AppContext) -> PersonaRecord:
    cast = context.personas.list_all().result()
    return next(record for record in cast if record.persona.name == "Ada")


@pytest.mark.parametrize(
    "act",
    [
        lambda context, ada: context.personas.set_tags(ada.id, ["a"]),
        lambda context, ada: context.personas.duplicate(ada.id),
        lambda context, ada: context.personas.restore_version(ada.id, ada.version_id),
        lambda context, ada: context.card_exports.export_card(ada.id, "png", Path("ada.png")),
        lambda context, ada: context.users.play(ada.id),
        lambda context, ada: context.conversations.create(ada.id),
    ],
)
def test_a_character_that_cannot_be_read_is_not_used(
    context: AppContext, ada: PersonaRecord, act: Callable[..., object]
) -> None:
    with pytest.raises(UserError, match="cannot be read by this version"):
        act(context, ada).result()  # type: ignore[attr-defined]
    assert context.personas.versions(ada.id).result() == [ada]


def test_a_character_that_cannot_be_read_can_still_be_put_away(
    context: AppContext, ada: PersonaRecord
) -> None:
    archived = context.personas.archive(ada.id).result()
    assert archived.problem == ada.problem
    assert context.personas.list_archived().result() == [archived]


def test_a_book_that_cannot_be_read_is_listed_and_not_used(
    context: AppContext, ada: PersonaRecord
) -> None:
    (book,) = context.lore.list_all().result()
    assert book.problem is not None
    assert context.lore.books_for(ada.id).result() == ()


def test_a_default_user_that_cannot_be_read_leaves_the_settings_name(context: AppContext) -> None:
    conversation = open_with_isla(context)
    assert conversation.user_name == context.settings.current.writing.user_name
    assert conversation.user_persona_id is None
    (user,) = context.users.list_all().result()
    with pytest.raises(AppError, match="cannot be read by this version"):
        context.conversations.set_user_persona(conversation.id, user.id).result()


def test_a_user_that_cannot_be_read_is_not_written_over(context: AppContext) -> None:
    before = context.users.list_all().result()
    with pytest.raises(UserError, match="cannot be read by this version"):
        context.users.save(before[0].id, UserPersona(name="Ana")).result()
    assert context.users.list_all().result() == before


@pytest.mark.parametrize(
    "begin",
    [
        lambda chat, key: chat.start_turn(key, "Are you there?"),
        lambda chat, key: chat.regenerate(key),
        lambda chat, key: chat.continue_reply(key),
    ],
)
def test_a_turn_that_cannot_begin_leaves_the_story_as_it_was(
    context: AppContext, ada: PersonaRecord, begin: Callable[..., Future[Message]]
) -> None:
    (conversation,) = context.conversations.list_all(ada.id).result()
    before = context.conversations.page(conversation.id).result()
    with pytest.raises(UserError, match="cannot be talked to"):
        begin(context.chat, conversation.id).result()
    assert context.conversations.page(conversation.id).result() == before
    assert not context.chat.can_undo(conversation.id)
    assert context.chat.phase(conversation.id) is TurnPhase.IDLE

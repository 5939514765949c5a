"""What a person has forgotten is gone: from the tables, the search, the file and its log."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.conversation import MessageState
from app.domain.generation import Usage
from app.domain.ids import MemoryId
from app.domain.memory import Bond, Line, Recalled, Signal, Triple
from app.errors import MachineError, UserError
from app.storage.columns import pack_vector
from tests.app.storage.memory_world import MODEL, Tale, line_of, new_episode, stems_of
from tests.app.storage.storage_world import Store, unit_vector

SECRET = "zyzzyva quokkabeard"
WORDS = ("zyzzyva", "quokkabeard", "Xanadoo", "numbat", "wombatish", "kakaposque")


@pytest.fixture
def tale(store: Store) -> Tale:
    return Tale.begin(store)


def traces(folder: Path) -> list[tuple[str, str]]:
    """Where in the database's files the words still stand."""
    return [
        (path.name, word)
        for path in sorted(folder.iterdir())
        if path.is_file()
        for word in WORDS
        if word.encode() in path.read_bytes()
    ]


def test_forgetting_leaves_no_trace_in_the_file_or_its_log(tale: Tale):
    older, question, reply = tale.tell("I keep a secret.", "It is safe.")
    secret = tale.note(
        SECRET,
        question,
        keywords=("Xanadoo",),
        triples=(Triple("Ana", "owns", "numbat"),),
        bond=Bond(mood="wombatish"),
        enriches={older.id: ("Xanadoo",)},
    )
    insight = tale.note("a zyzzyva is kept", evidence=[secret.id])
    line = Line(0, "", f"{SECRET} kakaposque", stems_of(f"{SECRET} kakaposque"))
    tale.memories.reword(secret.id, line, unit_vector(5), MODEL)
    for number in range(40):  # What is kept beside it must move neither.
        tale.note(f"zebra {number} quokka", question)
    signals = (Signal("word zyzzyva", 1.0, 1.0),)
    tale.store.conversations.finish_reply(
        reply.id,
        reply.text,
        MessageState.COMPLETE,
        Usage(1, 2, 3),
        [Recalled(secret, 0.5, "named zyzzyva", injected=True, signals=signals)],
    )
    folder = tale.store.path.parent
    tale.store.database.empty_log()
    assert {word for _, word in traces(folder)} == set(WORDS)
    before = tale.memories.fingerprint(tale.persona_id, MODEL)

    assert tale.memories.forget([secret.id]) == 2

    assert traces(folder) == []
    assert pack_vector(unit_vector(5)) not in tale.store.path.read_bytes()
    assert tale.store.database.integrity_problem() is None
    assert {secret.id, insight.id}.isdisjoint(tale.standing())
    assert tale.standing()[older.id] == older
    after = tale.memories.fingerprint(tale.persona_id, MODEL)
    assert (after.count, after.generation) == (before.count - 2, before.generation + 2)
    for words in ("zyzzyva", "kakaposque"):
        assert tale.memories.lines_with(tale.scope(), [words], 9) == []
        assert tale.memories.frequencies([words])[0] == {words: 0}
    for name in ("xanadoo", "numbat", "ana"):
        assert tale.memories.lines_naming(tale.scope(), [name], 9) == []
    [shown] = tale.store.conversations.recalled_for(reply.id)
    assert (shown.memory.id, shown.memory.text, shown.reason) == (secret.id, "", "")


def test_what_was_forgotten_is_not_recorded_again(tale: Tale):
    memory, question, reply = tale.tell("My number is nine.", "Noted.")
    other, _, _ = tale.tell("And it rains.", "It does.")
    assert tale.memories.forget([memory.id]) == 1
    tale.keep(new_episode(tale.conversation, question, reply))
    assert [*tale.standing()] == [other.id]
    for extractor in ("", "rules"):
        read = [one.said.id for one in tale.memories.pending_part(None, extractor).exchanges]
        assert question.id not in read
    assert tale.store.texts(tale.conversation)[0] == "My number is nine."
    edited = tale.store.conversations.edit(question.id, "My number is ten.")
    # The reply is what was forgotten too.
    assert tale.memories.pending_part(None, "").exchanges == []
    tale.store.conversations.edit(reply.id, "Ten it is.")
    assert tale.memories.pending_part(None, "").exchanges[0].said == edited


def test_forgetting_twice_or_what_is_not_there_forgets_nothing(tale: Tale):
    memory, _, _ = tale.tell("My number is nine.", "Noted.")
    assert tale.memories.forget([MemoryId("none")]) == 0
    assert tale.memories.forget([memory.id, memory.id]) == 1
    assert tale.memories.forget([memory.id]) == 0
    for change in (
        lambda: tale.memories.set_pinned(memory.id, pinned=True),
        lambda: tale.memories.ties(memory.id),
        lambda: tale.memories.reword(memory.id, Line(0, "", "x", ()), unit_vector(1), MODEL),
    ):
        with pytest.raises(UserError, match="may have been forgotten"):
            change()
    tale.memories.give_vectors({line_of(memory): unit_vector(1)}, "large")
    tale.memories.give_stems({line_of(memory): ("nine",)})
    assert tale.memories.fingerprint(tale.persona_id, "large").count == 0


def test_what_a_forgotten_memory_replaced_stands_for_itself_again(tale: Tale):
    _, question, _ = tale.tell("I live in Paris.", "Lovely.")
    old = tale.note("Ana lives in Paris", question)
    new = tale.note("Ana lives in Lyon", question, supersedes=[old.id])
    insight = tale.note("Ana moved", evidence=[old.id, new.id])
    tale.note("It was far", evidence=[insight.id])
    assert tale.memories.forget([new.id]) == 3
    assert tale.standing()[old.id] == old
    assert tale.memories.ties(old.id).superseded_by == ()


def set_copy_aside(tale: Tale, name: str) -> Path:
    copy = tale.store.backups / name
    tale.store.database.backup_to(copy)
    return copy


def test_forgetting_removes_the_copies_from_before_an_update_that_hold_it(tale: Tale):
    before = set_copy_aside(tale, "dramatis-1001-20260101T000000000000.db")
    _, question, _ = tale.tell("I keep a secret.", "It is safe.")
    secret = tale.note(SECRET, question)
    holding = set_copy_aside(tale, "dramatis-1002-20260202T000000000000.db")
    torn = tale.store.backups / "dramatis-1002-20260303T000000000000.db.part"
    torn.write_bytes(SECRET.encode() * 1000)
    others = tale.store.backups / "my own notes.txt"
    others.write_text("leave me alone")
    assert SECRET.encode() in holding.read_bytes()

    assert tale.memories.forget([secret.id]) == 1

    assert sorted(tale.store.backups.iterdir()) == [before, others]
    assert traces(tale.store.path.parent) == traces(tale.store.backups) == []


def test_a_copy_that_cannot_be_removed_keeps_everything_as_it_was(
    tale: Tale, monkeypatch: pytest.MonkeyPatch
):
    _, question, _ = tale.tell("I keep a secret.", "It is safe.")
    secret = tale.note(SECRET, question)
    copy = set_copy_aside(tale, "dramatis-1001-20260101T000000000000.db")

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        with pytest.raises(MachineError, match="cannot be removed") as caught:
            tale.memories.forget([secret.id])
    assert caught.value.code == "backup-kept"
    assert str(copy) in caught.value.message
    assert tale.standing()[secret.id].text == SECRET
    assert tale.memories.forget([secret.id]) == 1
    assert list(tale.store.backups.iterdir()) == []

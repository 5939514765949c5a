"""Characters found by what their sheets say: where it stands, in few words, at little cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event as Flag

import pytest

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, PersonaVersionId
from app.services import sheet_search
from app.services.sheet_search import MOST_HITS, SheetHits, SheetSearch
from app.tasks import Lane
from personas.life_context import LifeContext, Relationship
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona

MORAG = Persona(
    name="Morag",
    description="Sells Straße maps on the quay. " + "Nothing more is known of it. " * 9,
    tags=("ferries",),
    life=LifeContext(
        weekday="I mend the nets, and then the radio, until the light goes. " * 3,
        relationships=(Relationship(name="Tam", note="Owes me a boat."),),
    ),
    lore=Lorebook(entries=(LoreEntry(name="Lamp", keys=("lamp",), content="First lit in 1909."),)),
)


def record_of(persona: Persona, number: int = 0, version: int = 1) -> PersonaRecord:
    return PersonaRecord(
        id=PersonaId(f"p{number}"),
        version_id=PersonaVersionId(f"v{number}.{version}"),
        version=version,
        persona=persona,
        updated_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane("searching")
    yield lane
    lane.close()


@pytest.fixture
def search(lane: Lane) -> SheetSearch:
    return SheetSearch(lane)


@pytest.mark.parametrize(
    ("words", "path", "snippet"),
    [
        ("RADIO nets", "life.weekday", "I mend the nets, and then the radio,"),
        ("boat", "life.relationships.0.note", "Owes me a boat."),
        ("1909", "lore.entries.0.content", "First lit in 1909."),
        ("ferr", "tags", "ferries"),
        ("strasse", "description", "Sells Straße maps on the quay."),
        ("quay radio", "description", "Sells Straße maps on the quay."),
    ],
)
def test_the_place_is_the_passage_with_the_words(
    search: SheetSearch, words: str, path: str, snippet: str
) -> None:
    found = search.find([record_of(MORAG)], words).result()
    (hit,) = found.hits
    assert (hit.path, hit.persona_id) == (path, "p0")
    assert hit.snippet.startswith(snippet)
    assert len(hit.snippet) < 160


def test_the_words_in_the_midst_of_a_long_text_are_in_the_snippet(search: SheetSearch) -> None:
    long = "one " * 500 + "lighthouse " + "two " * 500
    (hit,) = (
        search.find([record_of(Persona(name="Ada", scenario=long))], "lighthouse").result().hits
    )
    assert "lighthouse" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")


def test_every_word_must_be_there_and_no_word_finds_nobody(search: SheetSearch) -> None:
    everyone = [record_of(MORAG)]
    assert search.find(everyone, "radio zeppelin").result() == SheetHits()
    assert search.find(everyone, "  ").result() == SheetHits()
    broken = replace(everyone[0], problem="torn", id=PersonaId("broken"))
    assert search.find([broken], "radio").result() == SheetHits()


def test_of_thousands_each_sheet_is_read_once_and_again_only_in_another_version(
    search: SheetSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 2000
    crowd = [
        record_of(Persona(name=f"P{number}", scenario=f"The quay, at {number}."), number)
        for number in range(count)
    ]
    read: list[str] = []
    fold = sheet_search._fold

    def count_and_fold(record: PersonaRecord) -> object:
        read.append(record.id)
        return fold(record)

    monkeypatch.setattr(sheet_search, "_fold", count_and_fold)
    found = search.find(crowd, "quay").result()
    assert (len(found.hits), found.count, len(read)) == (MOST_HITS, count, count)
    for words in ("qua", "qu", "quay at 17"):
        search.find(crowd, words).result()
    assert len(read) == count
    crowd[7] = record_of(Persona(name="P7", scenario="A lighthouse."), 7, version=2)
    (hit,) = search.find(crowd, "lighthouse").result().hits
    assert (hit.persona_id, len(read)) == ("p7", count + 1)


def test_a_question_that_was_overtaken_finds_nothing(search: SheetSearch, lane: Lane) -> None:
    both_are_asked = Flag()
    lane.submit(both_are_asked.wait)
    older = search.find([record_of(MORAG)], "radio")
    newer = search.find([record_of(MORAG)], "boat")
    both_are_asked.set()
    assert older.result() == SheetHits()
    assert newer.result().count == 1

"""Any number of files in: each with its outcome, kept in batches, once; cards out again."""

from __future__ import annotations

import base64
import json
import os
from contextlib import ExitStack
from pathlib import Path
from threading import Event as Flag

import pytest
from PIL import Image

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.errors import MachineError, UserError
from app.events import Event, EventHub, LorebooksChanged, PersonasChanged
from app.inference.scripted import ScriptedEngine
from app.ports.clock import SystemClock
from app.services.imports import BATCH_CARDS, ImportOutcome, ImportProgress, ImportService
from app.storage.card_repository import CardRepository
from app.storage.database import Database
from app.tasks import Lane
from personas.cards import CardFormat, read_card, write_card
from personas.cards.limits import FILE_BYTES
from personas.lorebook import Lorebook, LoreEntry
from personas.origin import Origin
from personas.persona import Persona
from tests.personas.cards import fixtures
from tests.pictures import halves
from tests.stage import MakeContext, say

FOG = Lorebook(name="Fog", entries=(LoreEntry(keys=("fog",), content="It comes from the west."),))
TIDES = Lorebook(name="Tides", entries=(LoreEntry(keys=("tide",), content="Twice a day."),))


def card(folder: Path, name: str, form: CardFormat = CardFormat.PNG, **fields: object) -> Path:
    """Write a card as another program would hand it over."""
    persona = Persona.model_validate({"name": name, "description": f"{name} exists.", **fields})
    file = folder / f"{name}{form.suffix}"
    file.write_bytes(write_card(persona, halves(), form))
    return file


def bring(context: AppContext, *files: Path, again: bool = False) -> list[ImportOutcome]:
    return context.imports.import_files(files, even_duplicates=again).result()


def names(context: AppContext) -> set[str]:
    cast = context.personas.list_all().result()
    return {record.persona.name for record in cast if record.from_library is None}


def kept(outcome: ImportOutcome) -> PersonaRecord:
    assert outcome.error is None
    assert outcome.record is not None
    return outcome.record


@pytest.mark.parametrize("form", list(CardFormat))
def test_a_card_comes_in_with_portrait_and_receipt(
    context: AppContext, tmp_path: Path, form: CardFormat
) -> None:
    file = card(tmp_path, "Morag", form)
    (outcome,) = bring(context, file)
    record = kept(outcome)
    assert (outcome.file, record.persona.description) == (file, "Morag exists.")
    assert outcome.receipt is not None
    assert outcome.receipt.rows
    portrait = context.personas.portrait(record.id).result()
    has_picture = form not in (CardFormat.JSON_V2, CardFormat.JSON_V3)
    assert (portrait is not None) == has_picture == (record.portrait is not None)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_card_of_text_alone_takes_the_picture_of_the_same_name(
    context: AppContext, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / "Morag.yaml"
    file.write_bytes(fixtures.TEXTGEN)
    picture = fixtures.picture("PNG" if suffix == ".png" else "JPEG")
    file.with_suffix(suffix).write_bytes(picture)
    [outcome] = context.imports.import_files([file]).result()
    assert outcome.record is not None
    assert outcome.record.portrait is not None
    assert outcome.receipt is not None
    assert outcome.receipt.rows[0].what == "Picture"


def test_in_a_folder_the_picture_beside_a_card_of_text_is_told_as_its_portrait(
    context: AppContext, tmp_path: Path
) -> None:
    file = tmp_path / "Morag.yaml"
    file.write_bytes(fixtures.TEXTGEN)
    file.with_suffix(".png").write_bytes(fixtures.picture("PNG"))
    (tmp_path / "Holiday.png").write_bytes(fixtures.picture("PNG"))
    for is_duplicate in (False, True):
        holiday, picture, card = context.imports.import_files([tmp_path]).result()
        assert (picture.error, picture.portrait_of) == (None, file)
        assert (card.duplicate_of is not None) == is_duplicate
        assert holiday.error is not None
        assert "holds no character" in holiday.error


def test_a_picture_beside_a_card_that_cannot_be_opened_is_told(
    context: AppContext, tmp_path: Path
) -> None:
    file = tmp_path / "Morag.yaml"
    file.write_bytes(fixtures.TEXTGEN)
    file.with_suffix(".png").write_bytes(b"no picture")
    [outcome] = context.imports.import_files([file]).result()
    assert outcome.record is not None
    assert outcome.record.portrait is None
    assert outcome.receipt is not None
    assert ("Morag.png", "It is none of PNG, JPEG, WEBP and GIF.") in [
        (row.where, row.why) for row in outcome.receipt.rows
    ]


def test_bad_members_stop_nothing_and_each_says_why(context: AppContext, tmp_path: Path) -> None:
    bad = {
        "empty.png": b"",
        "words.json": b"hello",
        "half.png": card(tmp_path, "Half").read_bytes()[:90],
        "deep.json": b"[" * 5000,
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    empty = tmp_path / "empty"
    empty.mkdir()
    files = [
        card(tmp_path, "First"),
        *(tmp_path / name for name in bad),
        tmp_path / "nowhere.png",
        empty,
        card(tmp_path, "Last"),
    ]
    outcomes = bring(context, *files)
    assert [outcome.file for outcome in outcomes] == files
    assert names(context) == {"First", "Last"}
    for outcome in outcomes[1:-1]:
        assert outcome.error is not None
        assert outcome.error.startswith(outcome.file.name)
        assert outcome.error.endswith(".")
        assert outcome.record is outcome.receipt is None


def test_a_folder_stands_for_the_cards_in_it_and_below(context: AppContext, tmp_path: Path) -> None:
    below = tmp_path / "cast" / "minor"
    below.mkdir(parents=True)
    (tmp_path / "cast" / "notes.txt").write_text("Not a card.")
    (tmp_path / "cast" / ".hidden.json").write_text("{}")
    (below / "again").symlink_to(tmp_path / "cast")
    files = [card(tmp_path / "cast", "Morag"), card(below, "Ewan")]
    reported: list[ImportProgress] = []
    outcomes = context.imports.import_files(
        [tmp_path / "cast"], on_progress=reported.append
    ).result()
    assert [outcome.file for outcome in outcomes] == files
    assert names(context) == {"Morag", "Ewan"}
    assert [progress.total for progress in reported] == [2, 2]


def test_a_pipe_is_not_waited_for(context: AppContext, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (outcome,) = bring(context, tmp_path / "pipe.png")
    assert outcome.error is not None
    assert "no file" in outcome.error


def test_a_file_too_large_is_refused_before_it_is_parsed(
    context: AppContext, tmp_path: Path
) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as stream:
        stream.truncate(FILE_BYTES + 1)
    (outcome,) = bring(context, file)
    assert outcome.error is not None
    assert "larger than 64 MB" in outcome.error


def test_equal_content_is_kept_once_whatever_the_format(
    context: AppContext, tmp_path: Path
) -> None:
    png, charx = card(tmp_path, "Morag"), card(tmp_path, "Morag", CardFormat.CHARX)
    first, second = bring(context, png, charx)
    assert second.duplicate_of == kept(first).id
    (third,) = bring(context, png)
    assert third.duplicate_of == kept(first).id
    assert third.receipt is not None
    (asked_for,) = bring(context, png, again=True)
    assert kept(asked_for).id != kept(first).id


def test_a_file_whose_character_was_set_aside_comes_in_again(
    context: AppContext, tmp_path: Path
) -> None:
    file = card(tmp_path, "Morag")
    (first,) = bring(context, file)
    context.personas.set_aside(kept(first).id).result()
    (second,) = bring(context, file)
    assert kept(second).id != kept(first).id


def test_more_than_a_batch_arrives_in_order(context: AppContext, tmp_path: Path) -> None:
    count = 2 * BATCH_CARDS + 3
    files = [card(tmp_path, f"P{number:03}", CardFormat.JSON_V3) for number in range(count)]
    files[BATCH_CARDS - 1].write_bytes(b"spoilt")
    steps: list[ImportProgress] = []
    outcomes = context.imports.import_files(files, on_progress=steps.append).result()
    assert [outcome.file for outcome in outcomes] == files
    assert len(names(context)) == count - 1
    assert [(step.done, step.total) for step in steps] == [
        (number, count) for number in range(1, count + 1)
    ]
    assert steps[-1].file == files[-1]


def test_a_card_that_the_disk_has_no_room_for_takes_no_other_with_it(tmp_path: Path) -> None:
    files = [card(tmp_path, f"P{number}", CardFormat.JSON_V3) for number in range(4)]
    large = card(tmp_path, "Large", CardFormat.JSON_V3, description="Words. " * 60_000)
    files.insert(2, large)
    with ExitStack() as stack:
        storage, imports, pool = Lane("storage"), Lane("imports"), Lane("pool", 2)
        for lane in (storage, pool, imports):
            stack.callback(lane.close)
        database = storage.call(lambda: Database.open(tmp_path / "a.db", tmp_path / "backups"))
        stack.callback(lambda: storage.call(database.close))

        def leave_little_room() -> None:
            (pages,) = database._connection.execute("PRAGMA page_count").fetchone() or (0,)
            database._connection.execute(f"PRAGMA max_page_count = {pages + 40}")

        storage.call(leave_little_room)
        service = ImportService(
            store=CardRepository(database, SystemClock()),
            user_name=lambda: "You",
            hub=EventHub(),
            storage_lane=storage,
            imports_lane=imports,
            pool=pool,
        )
        outcomes = service.import_files(files).result()
    refused = outcomes.pop(2)
    assert refused.error is not None
    assert "is full" in refused.error
    assert [kept(outcome).persona.name for outcome in outcomes] == ["P0", "P1", "P2", "P3"]


def test_a_cancelled_import_keeps_what_was_read(context: AppContext, tmp_path: Path) -> None:
    files = [card(tmp_path, f"P{number:02}", CardFormat.JSON_V3) for number in range(40)]
    cancel = Flag()

    def stop_early(progress: ImportProgress) -> None:
        if progress.done == 3:
            cancel.set()

    future = context.imports.import_files(files, on_progress=stop_early, cancel=cancel)
    outcomes = future.result()
    assert 3 <= len(outcomes) < len(files)
    assert len(names(context)) == len(outcomes)


def test_closing_ends_an_import_and_keeps_what_was_read(
    make_context: MakeContext, tmp_path: Path
) -> None:
    files = [card(tmp_path, f"P{number:02}", CardFormat.JSON_V3) for number in range(40)]
    context = make_context()
    begun = Flag()

    def wait_for_the_close(_progress: ImportProgress) -> None:
        begun.set()
        assert context.imports._is_closing.wait(20)

    future = context.imports.import_files(files, on_progress=wait_for_the_close)
    assert begun.wait(20)
    context.close()
    count = len(future.result())
    assert 1 <= count < len(files)
    assert len(names(make_context())) == count


def test_a_lorebook_file_becomes_a_book_of_its_own_once(
    context: AppContext, tmp_path: Path
) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    file = tmp_path / "World.json"
    file.write_text(json.dumps({"entries": {"0": {"uid": 0, "key": ["fog"], "content": "Grey."}}}))
    first, again = bring(context, file, file)
    (book,) = first.lorebooks
    assert (book.book.name, book.book.entries[0].content) == ("World", "Grey.")
    assert again.duplicate_of == book.id
    assert [record.id for record in context.lore.list_all().result()] == [book.id]
    kinds = [type(event) for event in heard]
    assert (kinds.count(LorebooksChanged), kinds.count(PersonasChanged)) == (1, 0)


def test_the_cast_is_told_once_however_many_came(context: AppContext, tmp_path: Path) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    bring(context, *(card(tmp_path, f"P{n}", CardFormat.JSON_V2) for n in range(5)))
    assert [type(event) for event in heard] == [PersonasChanged]


def test_the_cast_is_told_of_what_was_kept_before_a_fault(
    context: AppContext, tmp_path: Path
) -> None:
    files = [card(tmp_path, f"P{number:02}", CardFormat.JSON_V3) for number in range(30)]
    events: list[Event] = []
    context.hub.subscribe(events.append)

    def fail_late(progress: ImportProgress) -> None:
        if progress.done > BATCH_CARDS:
            raise RuntimeError("The window is gone.")

    with pytest.raises(RuntimeError):
        context.imports.import_files(files, on_progress=fail_late).result()
    assert len(names(context)) == BATCH_CARDS
    assert PersonasChanged() in events


def test_lore_inside_a_card_and_beside_it_reaches_the_prompt(
    make_context: MakeContext, tmp_path: Path
) -> None:
    engine = ScriptedEngine(("Aye.",))
    context = make_context(engine=engine)
    (outcome,) = bring(context, card(tmp_path, "Morag", lore=FOG))
    record = kept(outcome)
    tides = context.lore.add(TIDES).result()
    context.lore.attach(tides.id, record.id).result()
    conversation = context.conversations.create(record.id).result()
    say(context, conversation, "Fog again, and the tide?")
    newest = engine.requests[-1].messages[-1].content
    assert "It comes from the west." in newest
    assert "Twice a day." in newest
    assert newest.endswith("Fog again, and the tide?")


@pytest.mark.parametrize("form", list(CardFormat))
def test_an_exported_character_comes_back_equal(
    context: AppContext, tmp_path: Path, form: CardFormat
) -> None:
    isla = next(
        record
        for record in context.personas.list_all().result()
        if record.persona.name == "Isla MacRae"
    )
    context.personas.set_portrait(isla.id, halves()).result()
    file = tmp_path / f"isla{form.suffix}"
    assert context.card_exports.export_card(isla.id, form.value, file).result() == file
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]
    back = read_card(file.read_bytes(), file_name=file.name).persona
    assert back is not None
    without_origin = {"origin": Origin()}
    assert back.model_copy(update=without_origin) == isla.persona.model_copy(update=without_origin)


def test_a_png_holds_both_texts(context: AppContext, tmp_path: Path) -> None:
    ada = context.personas.add(Persona(name="Ada")).result()
    file = context.card_exports.export_card(ada.id, "png", tmp_path / "ada.png").result()
    with Image.open(file) as opened:
        texts = {name: json.loads(base64.b64decode(text)) for name, text in opened.text.items()}
    assert {name: text["spec"] for name, text in texts.items()} == {
        "chara": "chara_card_v2",
        "ccv3": "chara_card_v3",
    }


def test_attached_books_travel_inside_the_card(context: AppContext, tmp_path: Path) -> None:
    morag = context.personas.add(Persona(name="Morag", lore=FOG)).result()
    ada = context.personas.add(Persona(name="Ada")).result()
    tides = context.lore.add(TIDES).result()
    for record in (morag, ada):
        context.lore.attach(tides.id, record.id).result()

    def book_in(record: PersonaRecord) -> Lorebook:
        file = tmp_path / f"{record.persona.name}.json"
        context.card_exports.export_card(record.id, "json-v3", file).result()
        persona = read_card(file.read_bytes(), file_name=file.name).persona
        assert persona is not None
        assert persona.lore is not None
        return persona.lore

    assert book_in(morag).name == "Fog"
    assert [entry.content for entry in book_in(morag).entries] == [
        "It comes from the west.",
        "Twice a day.",
    ]
    assert book_in(ada).name == "Tides"


def test_an_export_that_cannot_be_written_leaves_what_was_there(
    context: AppContext, tmp_path: Path
) -> None:
    ada = context.personas.add(Persona(name="Ada")).result()
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(MachineError, match="The card could not be written to"):
        context.card_exports.export_card(ada.id, "png", taken).result()
    with pytest.raises(MachineError, match="could not be written"):
        context.card_exports.export_card(ada.id, "png", tmp_path / "no" / "ada.png").result()
    assert list(tmp_path.rglob("*.part")) == []


def test_an_unknown_format_is_named(context: AppContext, tmp_path: Path) -> None:
    ada = context.personas.add(Persona(name="Ada")).result()
    with pytest.raises(UserError, match=r"no card format “docx”.*png, json-v2, json-v3"):
        context.card_exports.export_card(ada.id, "docx", tmp_path / "a").result()


def test_a_name_that_no_disk_can_hold_is_a_sentence_like_any_other(
    context: AppContext, tmp_path: Path
) -> None:
    outcomes = bring(context, tmp_path / f"{'n' * 300}.png", card(tmp_path, "Ada"))
    assert "cannot be read (File name too long)" in (outcomes[0].error or "")
    assert kept(outcomes[1]).persona.name == "Ada"

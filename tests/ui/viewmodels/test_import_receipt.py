"""How a receipt names places: as the forms do, never as the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.imports import ImportOutcome
from personas.cards.receipt import ReceiptRows
from ui.viewmodels import import_receipt
from ui.viewmodels.import_receipt import EntryKind, build_receipt, say_where


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("voice.examples", "Example dialogue"),
        ("instructions.post_history", "Last word"),
        ("nickname", "Called"),
        ("life.relationships.0.name", "People 1, Name"),
        ("portrait", "Portrait"),
        ("lore", "Lore"),
        ("origin.creator_notes", "Kept with the character"),
        ("extensions.risuai", "in the file: extensions.risuai"),
        ("data.strange", "in the file: data.strange"),
        ("assets/icon.png", "in the file: assets/icon.png"),
        ("", ""),
    ],
)
def test_a_place_is_named_as_its_form_names_it(where: str, words: str) -> None:
    assert say_where(where) == words


def test_parts_are_put_into_words_when_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(import_receipt, "say_path", lambda path: said.append(str(path)) or "There")
    rows = ReceiptRows()
    rows.mapped("scenario", "scenario", "A reason.")
    rows.hostile("picture", "data.strange", "Another reason.")
    outcomes = [
        ImportOutcome(Path(f"{number}.json"), receipt=rows.receipt(f"{number}.json", "V2"))
        for number in range(1000)
    ]
    receipt = build_receipt(outcomes, {}, 1000)
    assert said == []
    assert {entry.kind for entry in receipt.entries} == {EntryKind.SUSPECT}
    shown = receipt.entries[0].groups
    assert [(group.title, group.is_warning) for group in shown] == [
        ("Look at this", True),
        ("Stands elsewhere now", False),
    ]
    assert [line.where for group in shown for line in group.lines] == [
        "in the file: data.strange",
        "There",
    ]


def test_a_picture_taken_as_a_portrait_is_no_failure():
    receipt = build_receipt(
        [
            ImportOutcome(Path("Morag.png"), portrait_of=Path("Morag.yaml")),
            ImportOutcome(
                Path("holiday.png"), error="holiday.png: The picture holds no character."
            ),
        ],
        {},
        2,
    )
    assert [entry.kind for entry in receipt.entries] == [EntryKind.BROKEN, EntryKind.PORTRAIT]
    portrait = receipt.entries[1]
    assert portrait.status == "A portrait"
    assert portrait.sentence == "The picture of Morag.yaml, which lies beside it."
    assert "1 file held a portrait. 1 file could not be read." in receipt.summary

"""How a receipt names places: as the forms do, never as the code does."""

from __future__ import annotations

import pytest

from ui.viewmodels.import_receipt import say_where


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

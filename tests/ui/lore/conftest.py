"""Books to write in, and the services behind them."""

from __future__ import annotations

import pytest

from app.domain.lore import LorebookRecord
from personas.lorebook import Lorebook, LoreEntry
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.lore_view_model import LorebookViewModel

SKYE = Lorebook(
    name="Skye",
    token_budget=60,
    entries=(
        LoreEntry(name="Lamp", keys=("lamp",), content="It burns oil.", foreign={"other": [1]}),
        LoreEntry(name="Ferry", keys=("ferry",), content="It sails on Monday."),
        LoreEntry(
            name="House rules", constant=True, insertion_order=5, content="Nobody goes up alone."
        ),
    ),
)


@pytest.fixture
def skye(context) -> LorebookRecord:
    return context.lore.add(SKYE).result()


@pytest.fixture
def book(context, paths, skye, qapp) -> LorebookViewModel:
    book = LorebookViewModel(context.lore, DraftFolder(paths.data / "drafts" / "lore"))
    book.open(skye)
    return book

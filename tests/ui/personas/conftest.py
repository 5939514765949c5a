"""A sheet over real services, the screen that shows it, and a prompter in the model's place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.domain.conversation import PersonaRecord
from tests.ui.personas.prompter import Engine, Prompter
from tests.ui.theatre import isla_in
from ui.personas.persona_screen import PersonaScreen
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.preview_view_model import PreviewViewModel


@pytest.fixture
def isla(context) -> PersonaRecord:
    return isla_in(context)


@pytest.fixture
def drafts(paths) -> DraftFolder:
    return DraftFolder(paths.data / "drafts")


@pytest.fixture
def sheet(context, drafts, qapp) -> PersonaViewModel:
    """A sheet without a character."""
    return PersonaViewModel(context.personas, drafts)


@pytest.fixture
def isla_is_open(sheet, isla) -> None:
    sheet.open(isla)


@pytest.fixture
def preview(sheet, context, bridge) -> Iterator[PreviewViewModel]:
    preview = PreviewViewModel(sheet, context.previews, bridge)
    yield preview
    preview.watch(is_watched=False)


@pytest.fixture
def screen(sheet, preview, live_theme, show) -> PersonaScreen:
    """The screen of whatever the sheet has open."""
    return show(PersonaScreen(sheet, preview, live_theme), 1000, 760)


@pytest.fixture
def prompter() -> Prompter:
    return Prompter()


@pytest.fixture
def engine(qapp) -> Engine:
    return Engine()

"""The cast over real services, and the panel that shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ui.cast.cast_panel import CastPanel
from ui.viewmodels.cast_view_model import CastViewModel


@pytest.fixture
def cast(context, bridge, qtbot) -> Iterator[CastViewModel]:
    cast = CastViewModel(context.personas, context.conversations, bridge)
    cast.refresh()
    qtbot.waitUntil(lambda: bool(cast.model.rows))
    yield cast
    cast.close()


@pytest.fixture
def panel(cast, live_theme, show) -> CastPanel:
    panel = show(CastPanel(live_theme), 248, 760)
    panel.set_view_model(cast)
    return panel

"""An open database with its three repositories."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.app.storage.storage_world import Store, StoreOpener


@pytest.fixture
def open_store() -> Generator[StoreOpener]:
    """Open the store of a folder; what a test leaves open is closed."""
    with ExitStack() as stack:

        def open_in(folder: Path) -> Store:
            store = Store.open(folder)
            stack.callback(store.database.close)
            return store

        yield open_in


@pytest.fixture
def store(open_store: StoreOpener, tmp_path: Path) -> Store:
    """A new store in a folder of its own."""
    return open_store(tmp_path)

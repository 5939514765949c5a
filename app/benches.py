"""What benchmarks of memory stand on: the app's own parts in a home that is thrown away.

Like `context` it builds on the concrete adapters that `adapters` opens. Nobody's own folders are
touched; the embedding model is made anew in the temporary ones.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.adapters import Parts, open_parts
from app.paths import HOME_VARIABLE, AppPaths, find_paths
from app.remembering import make_memory_service, make_recall_service
from app.services.recall_load import RecallLoadService
from app.services.recall_trials import RecallTrialService, TrialParts
from app.settings import Settings


class SetClock:
    """A clock that is set by hand. Any thread; set between trials."""

    def __init__(self) -> None:
        """Begin at the machine's time."""
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


@dataclass(frozen=True, slots=True)
class Benches:
    """The services that measure memory. Owned by `open_benches`; any thread."""

    clock: SetClock
    trials: RecallTrialService
    load: RecallLoadService


@contextmanager
def open_benches() -> Generator[Benches]:
    """Open the app's parts in a temporary home, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="dramatis-bench-") as folder, ExitStack() as stack:
        clock = SetClock()
        parts = open_parts(stack, _paths_in(Path(folder)), Settings(), None, clock)
        yield _benches(stack, parts, clock)


def _benches(stack: ExitStack, parts: Parts, clock: SetClock) -> Benches:
    stores, lanes = parts.stores, parts.lanes
    memories = make_memory_service(parts)
    stack.callback(lanes.memory.close)  # What it writes needs the other parts until then.
    stack.callback(memories.close)
    recall = make_recall_service(parts)

    shared = TrialParts(
        cards=stores.cards,
        conversations=stores.conversations,
        memories=stores.story_memories,
        index=parts.index,
        embedder=parts.embedder,
        recall=recall,
        record=memories.record_pending,
        note=memories.note_pending,
        storage_lane=lanes.storage,
    )
    return Benches(clock, RecallTrialService(shared), RecallLoadService(shared))


def _paths_in(folder: Path) -> AppPaths:
    """Return the folders of a home of its own, made."""
    paths = find_paths({HOME_VARIABLE: str(folder)})
    paths.create()
    return paths

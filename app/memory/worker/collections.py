"""Chroma, tamed: ids and vectors in cosine collections, with nothing else written down.

Never flushes Chroma's HNSW files (a kill during a flush breaks a collection for good, see
`SYNC_THRESHOLD`); what is on disk is Chroma's own log of vectors. Knows no message.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import NotFoundError

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from numpy.typing import NDArray

# A kill while Chroma 1.5 writes its HNSW segment leaves a collection that cannot be opened
# any more, or crashes the process that tries. It writes one each time so many vectors were
# added; no persona will ever have this many memories.
SYNC_THRESHOLD = 1_000_000

# How many candidates a query follows. Of the sixty lines nearest to a question, in dialogues and
# in six times as many with jitter, Chroma's own 100 misses 1 %, 300 misses 0.1 %; 1,000 misses
# nothing and takes half as long again. Directions without sense, which tests search, are harder.
SEARCH_BREADTH = 300

_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "sync_threshold": SYNC_THRESHOLD, "ef_search": SEARCH_BREADTH}
}
_MARK = "generation"


class VectorCollections:
    """All collections of one folder. Owned by the worker; its main thread only."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; Chroma opens it with the first request."""
        self._folder = folder
        self._client: ClientAPI | None = None
        self._open: dict[str, Collection] = {}

    def check(self, name: str) -> tuple[int, int | None]:
        """Return how many vectors there are and the mark.

        Asks for a neighbour as well, because Chroma reads its log back into memory at the
        first query and that takes seconds for many thousands of vectors.
        """
        collection = self._collection(name)
        count = collection.count()
        if count:
            sample = collection.peek(limit=1)["embeddings"]
            collection.query(query_embeddings=np.asarray(sample), n_results=1, include=[])
        mark = (collection.metadata or {}).get(_MARK)
        return count, mark if isinstance(mark, int) else None

    def add(self, name: str, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Add or replace one row an id."""
        self._collection(name).upsert(ids=list(ids), embeddings=rows)

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """Forget ids; unknown ones are ignored."""
        self._collection(name).delete(ids=list(ids))

    def mark(self, name: str, generation: int) -> None:
        """Write a number down beside the collection."""
        self._collection(name).modify(metadata={_MARK: generation})

    def ids(self, name: str) -> list[str]:
        """Return all ids."""
        return self._collection(name).get(include=[])["ids"]

    def nearest(self, name: str, row: NDArray[np.float32], count: int) -> list[tuple[str, float]]:
        """Return up to `count` ids with their cosines, nearest first."""
        if count <= 0:
            return []
        found = self._collection(name).query(
            query_embeddings=row.reshape(1, -1), n_results=count, include=["distances"]
        )
        distances = found["distances"] or [[]]
        pairs = zip(found["ids"][0], distances[0], strict=True)
        return [(key, 1.0 - distance) for key, distance in pairs if math.isfinite(distance)]

    def drop(self, name: str) -> None:
        """Throw a collection away, whether it is there or not."""
        self._open.pop(name, None)
        try:
            self._opened().delete_collection(name)
        except NotFoundError:
            return

    def _collection(self, name: str) -> Collection:
        known = self._open.get(name)
        if known is None:
            known = self._opened().get_or_create_collection(
                name, configuration=_CONFIGURATION, embedding_function=None
            )
            self._open[name] = known
        return known

    def _opened(self) -> ClientAPI:
        if self._client is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(self._folder, settings=_quiet_settings())
        return self._client


def _quiet_settings() -> Settings:
    return Settings(
        anonymized_telemetry=False,
        allow_reset=False,
        chroma_otel_collection_endpoint="",
        chroma_otel_granularity="none",
    )

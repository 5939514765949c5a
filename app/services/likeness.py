"""How alike texts are in meaning, from vectors that are kept for as long as they are of use.

Vectors are had in small batches on a lane of its own, so that a reply never waits long for
one. Knows the embedder port; keeps texts in memory only.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future

from app.domain.memory import Vector
from app.errors import Cancelled
from app.ports.engine import Embedder
from app.tasks import Lane
from personas.review import Similarity

MOST_KEPT = 2_000
BATCH_TEXTS = 16


class LikenessService:
    """Compares meanings. Owned by the app context; call from any thread."""

    def __init__(
        self, *, embedder: Embedder, likeness_lane: Lane, most_kept: int = MOST_KEPT
    ) -> None:
        """Take the embedder; nothing is loaded yet."""
        self._embedder = embedder
        self._lane = likeness_lane
        self._most_kept = most_kept
        self._vectors: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()
        self._is_stopped = False

    def learn(self, texts: Sequence[str]) -> Future[bool]:
        """Have vectors of the texts; the result is whether any of them was new.

        Fails as the embedder does.
        """
        wanted = tuple(texts)
        return self._lane.submit(lambda: self._learn(wanted))

    def knows(self, texts: Iterable[str]) -> bool:
        """Whether all the texts can be compared now."""
        with self._lock:
            return all(text in self._vectors for text in texts)

    def compare(self, texts: Sequence[str]) -> Similarity:
        """Return how to compare these texts: the cosine, 0 where one has no vector."""
        # Only here: the window paints first.
        import numpy as np

        with self._lock:
            vectors = {text: self._vectors[text] for text in texts if text in self._vectors}
            for text in vectors:
                self._vectors.move_to_end(text)
        rows = {text: np.asarray(vector, dtype=np.float32) for text, vector in vectors.items()}

        def similarity(one: str, other: str) -> float:
            if one not in rows or other not in rows:
                return 0.0
            return float(rows[one] @ rows[other])

        return similarity

    def stop(self) -> None:
        """Give up what is not learned yet, from any thread."""
        self._is_stopped = True

    def close(self) -> None:
        """End the lane; idempotent."""
        self.stop()
        self._lane.close()

    def _learn(self, texts: tuple[str, ...]) -> bool:
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        for start in range(0, len(missing), BATCH_TEXTS):
            if self._is_stopped:
                message = "the meanings are not asked for any more"
                raise Cancelled(message)
            batch = missing[start : start + BATCH_TEXTS]
            self._keep(batch, self._embedder.embed(batch))
        return bool(missing)

    def _keep(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        with self._lock:
            self._vectors.update(zip(texts, vectors, strict=True))
            while len(self._vectors) > self._most_kept:
                self._vectors.popitem(last=False)

"""Collects Python's garbage on the GUI thread only.

Python collects cycles on whatever thread happens to allocate. A Qt object that ends there
leaves its timers behind in the GUI thread, which then calls into freed memory: a crash long
after the cause. Knows nothing of what it collects.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MILLISECONDS = 5_000


class GarbageCollector(QObject):
    """Looks every five seconds whether enough has gathered. GUI thread; owned by the start.

    What lives when it begins is set aside for good, so that a collection stays short.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Take over from Python's own collector until `close`."""
        super().__init__(parent)
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the generations that are due by Python's own thresholds."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Give collecting back to Python. Idempotent."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

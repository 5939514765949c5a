"""Pictures for the cast's discs: fetched when a row is painted, made small on a thread.

Keyed by the picture's sha256, so a new picture is a new key. Knows the persona service and
no widget.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from app.domain.ids import PersonaId
from ui.bridge import deliver

if TYPE_CHECKING:
    from app.errors import AppError
    from app.services.personas import PersonaService

SIDE_PIXELS = 128
"""A disc is no wider at double scale and large text."""
_KEPT = 400
_MOST_WAITING = 60
_AT_A_TIME = 4


class CastPortraits(QObject):
    """Small pictures by key. GUI thread; owned by the cast's view-model.

    Signals:
        arrived: a picture that was asked for is there.
    """

    arrived = Signal()

    def __init__(self, personas: PersonaService) -> None:
        """Fetch nothing yet."""
        super().__init__()
        self._personas = personas
        self._pictures: OrderedDict[str, QImage | None] = OrderedDict()
        self._waiting: OrderedDict[str, PersonaId] = OrderedDict()
        self._asked: set[str] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="portraits")
        self._is_closed = False

    def find(self, persona_id: PersonaId, key: str) -> QImage | None:
        """Return a square picture; None while it is fetched, and for one that is no picture."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        if key not in self._asked and not self._is_closed:
            # The last painted first: in a list that flies past, the others have left already.
            self._waiting[key] = persona_id
            self._waiting.move_to_end(key)
            while len(self._waiting) > _MOST_WAITING:
                self._waiting.popitem(last=False)
            self._ask_for_more()
        return None

    def close(self) -> None:
        """Fetch nothing any more. Idempotent."""
        self._is_closed = True
        self._waiting.clear()
        self._thread.shutdown(cancel_futures=True)

    def _ask_for_more(self) -> None:
        while self._waiting and len(self._asked) < _AT_A_TIME:
            key, persona_id = self._waiting.popitem()
            self._asked.add(key)

            def shrink(content: bytes | None, key: str = key) -> None:
                if self._is_closed:
                    return
                small = self._thread.submit(lambda: _shrink(content))
                deliver(small, self, lambda picture: self._keep(key, picture), fail)

            def fail(_error: AppError, key: str = key) -> None:
                self._keep(key, None)

            deliver(self._personas.portrait(persona_id), self, shrink, fail)

    def _keep(self, key: str, picture: QImage | None) -> None:
        self._asked.discard(key)
        self._pictures[key] = picture
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        self.arrived.emit()
        self._ask_for_more()


def _shrink(content: bytes | None) -> QImage | None:
    """Return the picture's middle as a small square; its upper part where it is upright."""
    picture = QImage.fromData(content or b"")
    if picture.isNull():
        return None
    cover = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = picture.scaled(QSize(SIDE_PIXELS, SIDE_PIXELS), cover, smooth)
    left = (scaled.width() - SIDE_PIXELS) // 2
    # Faces are above the middle of an upright picture.
    top = (scaled.height() - SIDE_PIXELS) // 5
    return scaled.copy(left, top, SIDE_PIXELS, SIDE_PIXELS)

"""A character's portrait: the one there is, a picture that shall become one, the way back.

Pictures are read, cut and kept off the GUI thread, and decoded there too. Knows services and
no widget; nothing is ever fetched from another machine.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from app.errors import AppError, UserError
from app.services.portraits import find_picture
from ui.bridge import deliver
from ui.viewmodels.notice import Notice
from ui.viewmodels.portrait import initials_of, tint_of

if TYPE_CHECKING:
    from app.services.personas import PersonaService
    from app.services.portraits import PortraitService
    from personas.picture_crop import CropBox
    from ui.viewmodels.persona_view_model import PersonaViewModel

_KEY = "portrait"
_SHOWN_SIDE = 512


class PortraitViewModel(QObject):
    """The portrait of the character whose sheet is open. GUI thread; owned by its tool.

    Signals:
        changed: another picture, another name, a sentence, or work begins or ends.
        picture_opened(QImage): a picture that waits to be cut; answer with `keep` or `drop`.
        notice_raised(Notice): something to say quietly.
        failed(AppError): it could not be kept.
    """

    changed = Signal()
    picture_opened = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(
        self, persona: PersonaViewModel, personas: PersonaService, portraits: PortraitService
    ) -> None:
        """Follow the sheet; nothing is fetched before `refresh` or another character."""
        super().__init__()
        self._persona = persona
        self._personas = personas
        self._portraits = portraits
        self._shown_for: PersonaId | None = None
        self._png: bytes | None = None
        self._image: QImage | None = None
        self._waiting: tuple[PersonaId, bytes] | None = None
        self._problem = ""
        self._busy = ""
        persona.opened.connect(self._follow)
        persona.value_changed.connect(self.changed)
        persona.draft_replaced.connect(self.changed)

    @property
    def name(self) -> str:
        """What the character is called as it is written now."""
        persona = self._persona.persona
        return persona.name if persona else ""

    @property
    def initials(self) -> str:
        """What stands where there is no picture."""
        return initials_of(self.name)

    @property
    def tint(self) -> int:
        """The number of the initials' colour."""
        return tint_of(self.name)

    @property
    def picture(self) -> QImage | None:
        """The portrait, no larger than the sheet shows it; None without one."""
        return self._image

    @property
    def problem(self) -> str:
        """Why the last picture was not taken, "" when nothing is amiss."""
        return self._problem

    @property
    def busy(self) -> str:
        """What is going on, "" when nothing is."""
        return self._busy

    def refresh(self) -> None:
        """Fetch the portrait when it is not the open character's."""
        record = self._persona.record
        if record is not None and record.id != self._shown_for:
            self._follow(record)

    def open_file(self, path: Path) -> None:
        """Read a picture file; `picture_opened` follows, or a sentence in `problem`."""
        record = self._persona.record
        if record is None or self._busy:
            return
        self._tell(busy="Opening the picture …")
        deliver(
            self._portraits.read(path),
            self,
            lambda png: self._offer(record.id, png),
            self._refuse,
        )

    def open_address(self, address: str) -> None:
        """Read the file that was dropped by its address; anything else gives a sentence."""
        try:
            path = find_picture(address)
        except UserError as error:
            self._refuse(error)
            return
        self.open_file(path)

    def refuse_many(self) -> None:
        """Say that one picture is enough."""
        self._tell(problem="A portrait is one picture: drop a single file.")

    def cut_anew(self) -> None:
        """Offer the portrait that is there to be cut further."""
        if self._shown_for is not None and self._png is not None and not self._busy:
            self._tell(busy="Opening the picture …")
            self._offer(self._shown_for, self._png)

    def keep(self, box: CropBox) -> None:
        """Make that part of the picture that waits the portrait."""
        if self._waiting is None:
            return
        persona_id, png = self._waiting
        self._waiting = None
        name = self.name
        self._tell(busy="Keeping the portrait …")
        deliver(
            self._portraits.crop(png, box),
            self,
            lambda part: self._set(persona_id, part, f"{name} has a new portrait.", "Undo"),
            self._fail,
        )

    def drop(self) -> None:
        """Leave all as it was."""
        self._waiting = None

    def remove(self) -> None:
        """Have no portrait any more, with a way back."""
        if self._shown_for is not None and self._png is not None and not self._busy:
            self._tell(busy="Taking the portrait off …")
            words = f"{self.name} has no portrait any more."
            self._set(self._shown_for, None, words, "Bring back")

    def _follow(self, record: PersonaRecord) -> None:
        if record.id != self._shown_for:
            self._shown_for, self._png, self._image = record.id, None, None
            self._waiting = None
        self._tell()
        self._fetch(record.id)

    def _fetch(self, persona_id: PersonaId) -> None:
        def take(png: bytes | None) -> None:
            if persona_id != self._shown_for or png == self._png:
                return
            self._png = png
            if png is None:
                self._image = None
                self.changed.emit()
                return
            deliver(_decoded(png, _SHOWN_SIDE), self, show, self.failed.emit)

        def show(image: QImage) -> None:
            if persona_id == self._shown_for and self._png is not None:
                self._image = None if image.isNull() else image
                self.changed.emit()

        deliver(self._personas.portrait(persona_id), self, take, self.failed.emit)

    def _offer(self, persona_id: PersonaId, png: bytes) -> None:
        def offer(image: QImage) -> None:
            self._tell()
            if persona_id == self._shown_for and not image.isNull():
                self._waiting = (persona_id, png)
                self.picture_opened.emit(image)

        deliver(_decoded(png), self, offer, self._fail)

    def _set(self, persona_id: PersonaId, png: bytes | None, words: str, undo: str) -> None:
        """Keep a portrait or none; what was there until now can be brought back."""

        def change(before: bytes | None) -> None:
            def tell(_record: PersonaRecord) -> None:
                self._tell()
                self._fetch(persona_id)
                self.notice_raised.emit(
                    Notice(words, action=undo, act=lambda: bring_back(before), key=_KEY)
                )

            deliver(self._personas.set_portrait(persona_id, png), self, tell, self._fail)

        def bring_back(before: bytes | None) -> None:
            kept = self._personas.set_portrait(persona_id, before)
            deliver(kept, self, lambda _record: self._fetch(persona_id), self.failed.emit)

        deliver(self._personas.portrait(persona_id), self, change, self._fail)

    def _refuse(self, error: AppError) -> None:
        self._tell(problem=str(error))

    def _fail(self, error: AppError) -> None:
        self._tell()
        self.failed.emit(error)

    def _tell(self, *, problem: str = "", busy: str = "") -> None:
        self._problem, self._busy = problem, busy
        self.changed.emit()


def _decoded(png: bytes, side: int = 0) -> Future[QImage]:
    """Return the picture, made no larger than `side` when that is given, off the GUI thread."""
    future: Future[QImage] = Future()

    def work() -> None:
        image = QImage.fromData(png)
        if side and max(image.width(), image.height()) > side:
            image = image.scaled(
                QSize(side, side),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        future.set_result(image)

    QThreadPool.globalInstance().start(work)
    return future

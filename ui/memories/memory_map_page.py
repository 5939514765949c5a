"""The map as a page: the picture, what it means, and the chosen subject's memories in words.

Shows the map's view-model; knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.memories.memory_map_view import MemoryMapView
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.memory_map import MemoryMapViewModel
from ui.widgets.plain_parts import clear, label, scroll_area
from ui.widgets.word_link import WordLink

_LEGEND = (
    "Each dot is a memory, the weightier the nearer to the middle. Lines join memories that belong "
    "together."
)
_NOTHING = "Nothing to draw yet. The map grows with what is noted."


class MemoryMapPage(QWidget):
    """The page. GUI thread; owned by the screen.

    Signals:
        memory_requested(MemoryId): look at a memory.
    """

    memory_requested = Signal(str)

    def __init__(self, map_: MemoryMapViewModel, theme: LiveTheme) -> None:
        """Show what the view-model draws up."""
        super().__init__()
        self._map = map_
        self._theme = theme
        self.view = MemoryMapView(map_, theme)
        self._nothing = label(_NOTHING, "prose")
        self._legend = label(_LEGEND, "mark")
        self._heading = label("", "name")
        self._links = QVBoxLayout()
        self._links.setSpacing(4)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 8, 8, 12)
        column.setSpacing(10)
        column.addWidget(self._nothing)
        column.addWidget(self.view)
        column.addWidget(self._legend)
        column.addSpacing(6)
        column.addWidget(self._heading)
        column.addLayout(self._links)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll_area("The map", inner))
        map_.changed.connect(self._show)
        map_.chosen_changed.connect(self._show_chosen)
        self._show()

    @property
    def links(self) -> list[WordLink]:
        """The sentences of the chosen subject."""
        items = [self._links.itemAt(n) for n in range(self._links.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [one for one in widgets if isinstance(one, WordLink)]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Have the map drawn up."""
        super().showEvent(event)
        self._map.watch(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let it rest."""
        super().hideEvent(event)
        self._map.watch(is_watched=False)

    def _show(self) -> None:
        shown = self._map.map
        is_anything = bool(shown.subjects)
        self._nothing.setVisible(not is_anything)
        for part in (self.view, self._legend, self._heading):
            part.setVisible(is_anything)
        left = f" {shown.left_out:,} lighter ones are left out." if shown.left_out else ""
        self._legend.setText(f"{_LEGEND}{left}")
        self._show_chosen()

    def _show_chosen(self) -> None:
        number = self._map.chosen
        subjects = self._map.map.subjects
        subject = subjects[number] if number is not None and number < len(subjects) else None
        wanted = [one.id for one in subject.memories] if subject is not None else []
        if wanted == [link.property("memory") for link in self.links]:
            return
        clear(self._links)
        self._heading.setText(subject.name if subject is not None else "")
        for memory in subject.memories if subject is not None else ():
            words = " ".join(memory.text.split())
            link = WordLink(words, self._theme, size=TextSize.INTERFACE, is_serif=True, role="ink")
            link.setProperty("memory", memory.id)
            link.clicked.connect(lambda _=False, id_=memory.id: self._map.look_at(id_))
            self._links.addWidget(link)

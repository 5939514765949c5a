"""Above the forms where there is no room beside them: what the page costs, and the preview.

Knows words and one choice; whoever owns it shows what was chosen.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from ui.widgets.eliding_label import ElidingLabel
from ui.widgets.plain_parts import rule

_OPEN = "Preview"
_BACK = "Back to the form"


class EditorBar(QFrame):
    """Tokens and the way to the preview. GUI thread; owned by the persona screen.

    Signals:
        preview_toggled(bool): show the preview instead of the forms, or the forms again.
    """

    preview_toggled = Signal(bool)

    def __init__(self) -> None:
        """Start with the forms and without words."""
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAccessibleName("What the sheet costs")
        self._words = ElidingLabel(least_characters=8)
        self._words.setProperty("kind", "mark")
        self._preview = QPushButton(_OPEN)
        self._preview.setCheckable(True)
        self._preview.setProperty("kind", "chip")
        self._preview.setToolTip("Show the sheet as the model reads it")
        self._preview.toggled.connect(self._turn)
        across = QHBoxLayout()
        across.setContentsMargins(34, 8, 18, 8)
        across.setSpacing(12)
        across.addWidget(self._words)
        across.addStretch(1)
        across.addWidget(self._preview)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(across)
        layout.addWidget(rule())

    @property
    def is_previewing(self) -> bool:
        """Whether the preview is to be seen instead of the forms."""
        return self._preview.isChecked()

    def show_forms(self) -> None:
        """Go back to the forms."""
        self._preview.setChecked(False)

    def set_costs(self, page: str, whole: str) -> None:
        """Say what this page costs, if anything, and all of it against the context."""
        self._words.set_words(f"This page {page} \u00b7 sheet {whole}" if page else whole)

    def _turn(self, is_previewing: bool) -> None:
        self._preview.setText(_BACK if is_previewing else _OPEN)
        self.preview_toggled.emit(is_previewing)

"""The line below the page: the model, what the last reply cost, and that all stays here.

Speaks instead of the engine while it loads, and of the turn while a reply is under way.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from app.domain.turn import TurnPhase
from ui.viewmodels.conversation_view_model import ConversationViewModel

_PHASES = {
    TurnPhase.RECALLING: "Remembering …",
    TurnPhase.PROMPTING: "Reading …",
    TurnPhase.GENERATING: "Writing …",
    TurnPhase.STOPPING: "Stopping …",
    TurnPhase.STORING: "Writing …",
}


class StatusLine(QWidget):
    """Shows the status. Lives on the GUI thread; owned by the conversation screen."""

    def __init__(self, view_model: ConversationViewModel, parent: QWidget | None = None) -> None:
        """Follow the view-model."""
        super().__init__(parent)
        self._view_model = view_model
        self._labels = {name: _mark() for name in ("model", "doing", "reading", "speed", "filling")}
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 100)
        self._progress.setFixedWidth(90)
        self._progress.setAccessibleName("Loading the model")
        self._place = _mark()
        self._place.setText("\u2022 offline")
        self._place.setToolTip("Everything happens on this machine. Nothing is sent anywhere.")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 7, 2, 8)
        layout.setSpacing(18)
        for label in self._labels.values():
            layout.addWidget(label)
        layout.insertWidget(2, self._progress)
        layout.addStretch(1)
        layout.addWidget(self._place)
        for changed in (
            view_model.status.facts_changed,
            view_model.status.engine_changed,
            view_model.phase_changed,
            view_model.is_reading_changed,
        ):
            changed.connect(self.refresh)
        self.refresh()

    @property
    def words(self) -> str:
        """What the line says, from left to right."""
        shown = [one.text() for one in self._labels.values() if not one.isHidden()]
        return " \u00b7 ".join([*shown, self._place.text()])

    def refresh(self) -> None:
        """Say what is so now; facts of the last reply give way while something goes on."""
        status = self._view_model.status
        facts, engine = status.facts, status.engine
        phase = self._view_model.phase
        if self._view_model.is_reading:
            phase = TurnPhase.PROMPTING
        doing = engine.sentence or _PHASES.get(phase, "")
        texts = {
            "model": facts.model,
            "doing": doing,
            "reading": "" if doing else facts.reading,
            "speed": "" if doing else facts.speed,
            "filling": facts.filling,
        }
        for name, text in texts.items():
            self._labels[name].setText(text)
            self._labels[name].setVisible(bool(text))
        self._progress.setVisible(engine.state == "loading")
        self._progress.setValue(round(engine.progress * 100))


def _mark() -> QLabel:
    label = QLabel()
    label.setProperty("kind", "mark")
    return label

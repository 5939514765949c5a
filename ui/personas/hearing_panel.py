"""Hearing a character: three questions, each answered from the draft and beside it as saved.

Shows the hearing's view-model; knows no service.
"""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.personas.aside_parts import (
    SpokenWords,
    control_row,
    make_button,
    ruled_off,
    say,
    show_only,
    small_title,
    tell,
)
from ui.personas.reading_page import label
from ui.personas.section_tool import SectionTool
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.asking import AskingState
from ui.viewmodels.hearing_view_model import Answer, Column, HearingViewModel, Place
from ui.viewmodels.markdown_blocks import MarkdownRenderer

_LEAST_WIDTH_OF_TWO = 420


class HearingPanel(SectionTool):
    """The trial under the forms of the voice. GUI thread; owns its view-model."""

    def __init__(self, view_model: HearingViewModel, theme: LiveTheme) -> None:
        """Show the questions; answers come when they are asked for."""
        super().__init__()
        self._view_model = view_model
        view_model.setParent(self)
        self._heading = label("", "heading")
        self._status = label("", "secondary")
        self._begin = make_button("", view_model.hear)
        self._again = make_button("Again", view_model.hear_again)
        self._again.setToolTip("The same questions, answered differently")
        self._stop = make_button("Stop", view_model.stop)
        self._stop.setAccessibleName("Stop the answers")
        self._buttons = (self._begin, self._again, self._stop)
        renderer = MarkdownRenderer()
        self._probes = {
            probe.key: _ProbeView(probe.key, probe.question, theme, renderer)
            for probe in view_model.probes
        }
        self._lay_out()
        view_model.changed.connect(self._show)
        view_model.answer_changed.connect(self._show_answer)
        self._show()

    def reload(self) -> None:
        """Speak of the character as the headings do."""
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """End what runs when the page is left."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._view_model.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the columns under each other where two would be too narrow to read."""
        super().resizeEvent(event)
        for view in self._probes.values():
            view.set_wide(is_wide=self.width() >= _LEAST_WIDTH_OF_TWO)

    def _lay_out(self) -> None:
        layout = ruled_off(self)
        layout.addWidget(self._heading)
        layout.addWidget(
            label(
                "Three questions, answered in a few lines by the model: from the sheet as it is "
                "written now, and beside it as it was saved. Nothing of it is kept.",
                "secondary",
            )
        )
        layout.addLayout(control_row(self._buttons, self._status))
        for view in self._probes.values():
            layout.addWidget(view)

    def _show(self) -> None:
        view_model = self._view_model
        invitation = view_model.invitation
        self._heading.setText(invitation)
        self.setAccessibleName(invitation)
        say(self._begin, invitation)
        say(self._again, "Again", f"{invitation} again, differently")
        self._begin.setEnabled(view_model.can_begin)
        self._again.setEnabled(view_model.can_begin)
        if view_model.is_running:
            shown = [self._stop]
        elif not view_model.is_heard:
            shown = [self._begin]
        elif view_model.is_stale or not view_model.is_complete:
            shown = [self._begin, self._again]
        else:
            shown = [self._again]
        show_only(shown, self._buttons)
        tell(self._status, view_model.sentence)
        for key, view in self._probes.items():
            view.set_columns(view_model.columns)
            for column in view_model.columns:
                view.show_answer(column, view_model.answer(key, column))

    def _show_answer(self, place: Place) -> None:
        key, column = place
        self._probes[key].show_answer(column, self._view_model.answer(key, column))


class _ProbeView(QWidget):
    """A question with its answers. Owned by the panel."""

    def __init__(
        self, key: str, question: str, theme: LiveTheme, renderer: MarkdownRenderer
    ) -> None:
        super().__init__()
        self.setObjectName(key)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._row.setSpacing(10)
        self._answers = {
            column: _AnswerView(column, question, theme, renderer) for column in Column
        }
        for answer in self._answers.values():
            self._row.addWidget(answer, 1)
        words = label(f"\u201c{question}\u201d", "excerpt")
        words.setStyleSheet("font-style: italic;")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(words)
        layout.addLayout(self._row)
        self.set_columns(())

    def set_wide(self, *, is_wide: bool) -> None:
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        for column, answer in self._answers.items():
            answer.setVisible(column in columns)

    def show_answer(self, column: Column, answer: Answer) -> None:
        self._answers[column].show_answer(answer)


class _AnswerView(QFrame):
    """One answer: whose, its words, and what is to be said of it. Owned by its question."""

    def __init__(
        self, column: Column, question: str, theme: LiveTheme, renderer: MarkdownRenderer
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(f"{column}: {question}")
        # Two columns are equally wide, whatever stands in them.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words = SpokenWords(theme, renderer)
        self._note = label("", "mark")
        self._error = label("", "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(4)
        layout.addWidget(small_title(column))
        for words in (self._words, self._note, self._error):
            layout.addWidget(words)
        layout.addStretch(1)

    def show_answer(self, answer: Answer) -> None:
        self._words.show_text(answer.text)
        is_failed = answer.state == AskingState.FAILED
        tell(self._note, "" if is_failed else answer.sentence)
        tell(self._error, answer.sentence if is_failed else "")

"""The test bench: a message and a few lines before it, and at once what fires and why.

Shows the trial's view-model; knows no book.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui.forms.text_editors import LinesEditor, ProseEditor
from ui.lore.lore_list import LoreList
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.form_fields import FieldDescription, FieldKind, FieldLook
from ui.viewmodels.lore_rows import RowKey
from ui.viewmodels.lore_trial import LoreTrialViewModel
from ui.widgets.plain_parts import button, label

_LIST_HEIGHT = 330
_MESSAGE = FieldDescription(
    "message",
    "What you say",
    "Type a message: see what fires and why.",
    FieldKind.PROSE,
    look=FieldLook(least_lines=2),
)
_EARLIER = FieldDescription(
    "earlier", "Said before", "By turns, the last by the character.", FieldKind.LINES
)


class TrialBench(QWidget):
    """Message, earlier lines, result. GUI thread; owned by a screen or a page.

    Signals:
        entry_requested(int, int): show this entry; the book's place and the entry's number.
    """

    entry_requested = Signal(int, int)

    def __init__(self, trial: LoreTrialViewModel, theme: LiveTheme, *, fills: bool) -> None:
        """Try as soon as it is seen; the list is of one height, or `fills` its page."""
        super().__init__()
        self._trial = trial
        self._fills = fills
        self._message = ProseEditor(_MESSAGE, _MESSAGE.title)
        self._earlier = LinesEditor(_EARLIER, _EARLIER.title)
        self._before = button("Earlier lines", kind="chip", spoken="Add what was said before")
        self._before.setCheckable(True)
        self._again = button(
            "Throw again", trial.throw_again, kind="chip", spoken="Try another throw of the dice"
        )
        self._summary = label("", "secondary")
        self._budget = QProgressBar(maximum=1000)
        self._budget.setTextVisible(False)
        self._budget.setAccessibleName("How much of the budget is used")
        self._list = LoreList(trial.model, theme, "What comes up, in the prompt's order")
        if fills:
            self._list.setMinimumHeight(_LIST_HEIGHT)
        else:
            self._list.setFixedHeight(_LIST_HEIGHT)
        self._lay_out()
        self._said = ""
        self._lines: tuple[str, ...] = ()
        self._message.edited.connect(self._take_message)
        self._earlier.edited.connect(self._take_earlier)
        self._before.toggled.connect(self._show_before)
        self._list.opened.connect(self._ask)
        trial.changed.connect(self._show)
        self._show_before(False)
        self._restyle(theme.current)
        theme.theme_changed.connect(self._restyle)

    def focus_message(self) -> None:
        """Put the caret into the message."""
        self._message.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Try whatever changed meanwhile."""
        super().showEvent(event)
        self._trial.watch(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Try nothing while nobody sees it."""
        super().hideEvent(event)
        self._trial.watch(is_watched=False)

    def _restyle(self, theme: Theme) -> None:
        # The usual ground is a hairline's colour, as dark as the bar in high contrast.
        self._budget.setStyleSheet(f"QProgressBar {{ background: {theme.palette.selection}; }}")

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self._before)
        tools.addWidget(self._again)
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8 if self._fills else 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._earlier)
        layout.addWidget(self._message)
        layout.addLayout(tools)
        layout.addSpacing(6)
        layout.addWidget(self._summary)
        layout.addWidget(self._budget)
        layout.addWidget(self._list, 1)

    def _show_before(self, is_shown: bool) -> None:
        self._earlier.setVisible(is_shown)
        self._say()

    def _take_message(self, text: str) -> None:
        self._said = text
        self._say()

    def _take_earlier(self, lines: list[str]) -> None:
        self._lines = tuple(lines)
        self._say()

    def _say(self) -> None:
        self._trial.say(self._said, self._lines if self._before.isChecked() else ())

    def _show(self) -> None:
        self._summary.setText(self._trial.summary)
        self._budget.setValue(round(self._trial.share * 1000))
        self._budget.setVisible(bool(self._trial.model.rowCount()))
        self._again.setVisible(self._trial.has_chance)

    def _ask(self, key: RowKey) -> None:
        if isinstance(key, tuple):
            self.entry_requested.emit(*key)

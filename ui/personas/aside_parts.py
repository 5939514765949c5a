"""What all places share in which the model is asked: its words, and buttons that change.

Knows no view-model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.markdown_blocks import MarkdownRenderer
from ui.widgets import plain_parts


class ModelWords(QLabel):
    """What a model wrote: plain, and to be selected by mouse and keys. Owned by its card.

    Signals:
        clicked: pressed without selecting anything.
    """

    clicked = Signal()

    def __init__(self, theme: LiveTheme) -> None:
        """Start without words."""
        super().__init__()
        self.setProperty("kind", "excerpt")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setIndent(0)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._restyle(theme.current)
        theme.theme_changed.connect(self._restyle)

    def show_text(self, text: str) -> None:
        """Show other words; without any it is not there, for the keyboard neither."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell a click from a selection."""
        super().mouseReleaseEvent(event)
        if not self.hasSelectedText():
            self.clicked.emit()

    def _restyle(self, theme: Theme) -> None:
        self.setStyleSheet(
            "QLabel { border: 1px solid transparent; border-radius: 5px; }"
            f"QLabel:focus {{ border-color: {theme.palette.accent_2}; }}"
        )


class SpokenWords(ModelWords):
    """What a character says: narration in italics and a lighter ink, as on the page."""

    def __init__(self, theme: LiveTheme, renderer: MarkdownRenderer) -> None:
        """Start without words."""
        self._said = ""
        self._theme = theme
        self._renderer = renderer
        super().__init__(theme)

    def show_text(self, text: str) -> None:
        """Show other words, with the marks in them as type."""
        if text != self._said:
            self._said = text
            self._set_type()
        self.setVisible(bool(text))

    def _set_type(self) -> None:
        said = self._said
        self.setAccessibleName(self._renderer.plain(said) if said else "")
        if self.accessibleName() == " ".join(said.split()):
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setText(said)
            return
        ink = self._theme.current.palette.ink_2
        style = f"<style>p {{ margin: 0px 0px 6px 0px; }} em {{ color: {ink}; }}</style>"
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(style + self._renderer.render(said, is_cut_off=True).rstrip())

    def _restyle(self, theme: Theme) -> None:
        super()._restyle(theme)
        self._set_type()


def small_title(text: str) -> QLabel:
    """Return a heading in small spaced capitals, spoken as the words that they are."""
    title = QLabel(text.upper())
    title.setProperty("kind", "section")
    title.setAccessibleName(text)
    return title


def tell(words: QLabel, text: str) -> None:
    """Show a text in a label; without one there is no label to come upon."""
    words.setText(text)
    words.setVisible(bool(text))


def ruled_off(tool: QWidget) -> QVBoxLayout:
    """Lay a tool out down the page, with a rule between it and the forms above."""
    layout = QVBoxLayout(tool)
    layout.setContentsMargins(0, 18, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(plain_parts.rule())
    layout.addSpacing(8)
    return layout


def control_row(buttons: Iterable[QPushButton], status: QLabel) -> QHBoxLayout:
    """Return a row of buttons, and beside them how it stands."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for one in buttons:
        row.addWidget(one)
    row.addSpacing(4)
    row.addWidget(status, 1)
    row.addStretch(0)
    return row


def make_button(text: str, act: Callable[[], object], *, kind: str = "") -> QPushButton:
    """Return a button of a kind of the stylesheet, which is never a dialog's default."""
    made = plain_parts.button(text, act, kind=kind)
    made.setAutoDefault(False)
    return made


def say(button: QPushButton, text: str, spoken: str = "") -> None:
    """Put other words on a button."""
    if button.text() != text:
        button.setText(text)
    button.setAccessibleName(spoken or text)


def show_only(wanted: Iterable[QPushButton], buttons: Iterable[QPushButton]) -> None:
    """Show these of the buttons; the keyboard goes to the first where its own one goes away."""
    shown = list(wanted)
    gone = [button for button in buttons if button not in shown]
    for button in shown:
        button.show()
    if shown and any(button.hasFocus() for button in gone):
        shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
    for button in gone:
        button.hide()

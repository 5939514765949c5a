"""A questionnaire, a statement at a time: seven answers by click or by the keys 1 to 7.

The statements are about the character or about whoever answers. Asks and collects; what
answers are worth is somebody else's business.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from personas.instruments import Questionnaire
from personas.pronouns import MYSELF, Pronouns
from ui.personas.reading_page import label

_WIDTH = 520
_ABOUT_ME = "Answer for yourself: what you say of you becomes the character's scores."


class QuestionnaireDialog(QDialog):
    """Asks about a character or the user. GUI thread; owned by the editor that opened it.

    Signals:
        answered(dict): answers from 1 to 7 by item id; what was passed over is not in it.
    """

    answered = Signal(object)

    def __init__(self, questionnaire: Questionnaire, pronouns: Pronouns, parent: QWidget) -> None:
        """Begin with the first statement."""
        super().__init__(parent)
        self.setWindowTitle(pronouns.put_into(questionnaire.title))
        self.setMinimumWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._questionnaire = questionnaire
        self._pronouns = pronouns
        self._answers: dict[str, int] = {}
        self._place = 0
        self._progress = label("", "mark")
        self._statement = label("", "title")
        self._them = self._subject(f"About {pronouns.object}")
        self._me = self._subject("About myself")
        self._me.setToolTip(_ABOUT_ME)
        self._them.setChecked(True)
        subjects = QButtonGroup(self)
        for subject in (self._them, self._me):
            subjects.addButton(subject)
        subjects.buttonClicked.connect(lambda _button: self._go(self._place))
        self._choices = [self._choice(number) for number in range(1, len(questionnaire.scale) + 1)]
        self._back = QPushButton("Back")
        self._back.clicked.connect(lambda _checked: self._go(self._place - 1))
        self._pass = QPushButton("Pass over")
        self._pass.clicked.connect(lambda _checked: self._go(self._place + 1))
        self._take = QPushButton("Take the scores")
        self._take.setProperty("kind", "primary")
        self._take.clicked.connect(self._finish)
        self._lay_out()
        self._go(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Answer with a digit."""
        digit = event.key() - Qt.Key.Key_0
        if 1 <= digit <= len(self._choices):
            self._answer(digit)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 20)
        layout.setSpacing(8)
        layout.addWidget(label(self._questionnaire.instruction, "secondary"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._progress, 1)
        head.addWidget(self._them)
        head.addWidget(self._me)
        layout.addLayout(head)
        layout.addWidget(self._statement)
        layout.addSpacing(4)
        for choice in self._choices:
            layout.addWidget(choice)
        layout.addSpacing(6)
        foot = QHBoxLayout()
        foot.addWidget(self._back)
        foot.addWidget(self._pass)
        foot.addStretch(1)
        foot.addWidget(self._take)
        layout.addLayout(foot)
        layout.addWidget(label(self._questionnaire.source, "mark"))

    def _subject(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setProperty("kind", "chip")
        return button

    def _choice(self, number: int) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setProperty("kind", "row")
        button.clicked.connect(lambda _checked: self._answer(number))
        return button

    def _answer(self, number: int) -> None:
        self._answers[self._questionnaire.items[self._place].id] = number
        self._go(self._place + 1)

    def _go(self, place: int) -> None:
        items = self._questionnaire.items
        self._place = max(0, min(place, len(items) - 1))
        item = items[self._place]
        is_mine = self._me.isChecked()
        self._statement.setText(item.about_me if is_mine else item.told_of(self._pronouns))
        count = len(self._answers)
        self._progress.setText(f"{self._place + 1} of {len(items)} \u00b7 {count} answered")
        whose = MYSELF if is_mine else self._pronouns
        scale = map(whose.put_into, self._questionnaire.scale)
        for number, (choice, words) in enumerate(zip(self._choices, scale, strict=True), start=1):
            choice.setText(f"{number}   {words}")
            choice.setAccessibleName(f"{number}, {words}")
            choice.setChecked(self._answers.get(item.id) == number)
        self._back.setEnabled(self._place > 0)
        self._pass.setEnabled(self._place + 1 < len(items))
        self._take.setEnabled(count > 0)
        if count == len(items):
            self._take.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        self.answered.emit(dict(self._answers))
        self.accept()

"""The persona's sheet as a screen: contents on the left, the page on the right.

The page is read as a whole and written a heading at a time. Shows the persona's
view-model; knows no service and no other screen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.personas.contents_list import ContentsList
from ui.personas.preview_panel import PreviewPanel
from ui.personas.reading_page import MEASURE, ReadingPage, label
from ui.personas.section_editor import SectionEditor
from ui.personas.section_tool import SectionTools
from ui.personas.undo_keys import UndoKeys
from ui.personas.versions_dialog import VersionsDialog
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.persona_sections import SECTIONS, SectionKey, section_of
from ui.viewmodels.persona_versions import PersonaVersions
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.preview_view_model import PreviewViewModel

_CONTENTS_WIDTH = 212
_EDITOR_MEASURE = 760
_LEAST_WIDTH_WITH_PREVIEW = 1000


class PersonaScreen(QWidget):
    """Reading and writing one character. GUI thread; owned by the main window.

    Signals:
        stage_requested(PersonaId): talk with the character.
    """

    stage_requested = Signal(str)

    def __init__(
        self,
        view_model: PersonaViewModel,
        preview: PreviewViewModel,
        theme: LiveTheme,
        tools: SectionTools | None = None,
    ) -> None:
        """Build the frame; the page comes with a character, a page's pieces with the page."""
        super().__init__()
        self.setAccessibleName("Persona sheet")
        self._view_model = view_model
        self._preview = preview
        self._theme = theme
        self._tools = tools or {}
        self._section = SectionKey.SOCIAL
        self._editors: dict[SectionKey, SectionEditor] = {}
        self._areas: dict[SectionKey, QScrollArea] = {}
        self._page: ReadingPage | None = None
        self._name = label("", "heading")
        self._read = self._mode_button("Read", "Read the sheet")
        self._edit = self._mode_button("Edit", "Edit the sheet")
        self._contents = ContentsList("Contents of the sheet")
        self._stage = QPushButton("Go on stage")
        self._save = QPushButton("Save")
        self._versions = QPushButton("Versions \u2026")
        self._drop = QPushButton("Drop changes")
        self._status = label("", "mark")
        self._reading = _scroll_area("The sheet, to be read")
        self._writing = QStackedWidget()
        self._pages = QStackedWidget()
        self._panel = PreviewPanel(view_model, preview, theme)
        self._lay_out()
        self._connect()
        self._read.setChecked(True)

    def edit(self) -> None:
        """Show the forms."""
        self._edit.setChecked(True)
        self._show_mode()

    def read(self) -> None:
        """Show the page."""
        self._read.setChecked(True)
        self._show_mode()

    def focus_page(self) -> None:
        """Give the keyboard to what is on the right.

        No focus proxy: Tab would take the whole screen for one field and pass over the rest.
        """
        page = self._areas.get(self._section) if self._edit.isChecked() else self._reading
        (page or self._reading).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_section(self, key: SectionKey) -> None:
        """Go to a heading."""
        self._section = key
        self._contents.choose(key)
        if self._edit.isChecked():
            self._show_editor(key)
        elif self._page is not None:
            heading = self._page.heading(key)
            place = heading.mapTo(self._page, heading.rect().topLeft()).y()
            self._reading.verticalScrollBar().setValue(max(0, place - 16))

    def show_versions(self) -> None:
        """List the versions, each with what it changed."""
        VersionsDialog(PersonaVersions(self._view_model), self).open()

    def go_to(self, path: FieldPath) -> None:
        """Show the form of a field, give it the keyboard and bring it into sight."""
        key = section_of(path)
        if key is None:
            return
        self._edit.setChecked(True)
        self._show_mode()
        self.show_section(key)
        field = self._editors[key].focus_field(path)
        if field is not None:
            # A form that was just made has its places only after the layout ran.
            QTimer.singleShot(0, field, lambda: self._areas[key].ensureWidgetVisible(field, 0, 80))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show the preview where there is room for it."""
        super().resizeEvent(event)
        self._show_panel()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Save what holds when the sheet goes out of sight."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._preview.watch(is_watched=False)
            self._view_model.leave()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the draft again."""
        super().showEvent(event)
        self._preview.watch(is_watched=self._panel.isVisibleTo(self))

    def _mode_button(self, text: str, spoken: str) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setProperty("kind", "chip")
        button.setAccessibleName(spoken)
        return button

    def _lay_out(self) -> None:
        self._modes = QButtonGroup(self)
        modes = QHBoxLayout()
        modes.setSpacing(8)
        for button in (self._read, self._edit):
            self._modes.addButton(button)
            modes.addWidget(button)
        modes.addStretch(1)
        self._stage.setProperty("kind", "primary")
        self._drop.setProperty("kind", "quiet")
        self._versions.setProperty("kind", "quiet")
        side = QFrame()
        side.setProperty("kind", "panel")
        side.setFixedWidth(_CONTENTS_WIDTH)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(12, 20, 12, 16)
        layout.setSpacing(10)
        self._name.setContentsMargins(8, 0, 0, 0)
        layout.addWidget(self._name)
        layout.addLayout(modes)
        layout.addSpacing(6)
        layout.addWidget(self._contents)
        layout.addSpacing(14)
        layout.addWidget(self._stage)
        layout.addWidget(self._versions)
        layout.addWidget(self._save)
        layout.addWidget(self._drop)
        layout.addWidget(self._status)
        layout.addStretch(1)
        rule = QFrame()
        rule.setProperty("kind", "upright-rule")
        page = QFrame()
        page.setProperty("kind", "page")
        page_layout = QVBoxLayout(page)
        page_layout.setContentsMargins(0, 0, 0, 0)
        page_layout.addWidget(self._pages)
        self._pages.addWidget(self._reading)
        self._pages.addWidget(self._writing)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(rule)
        whole.addWidget(page, 1)
        whole.addWidget(self._panel)
        self._panel.hide()

    def _connect(self) -> None:
        view_model = self._view_model
        view_model.opened.connect(self._reload)
        view_model.value_changed.connect(self._show_state)
        view_model.status_changed.connect(self._show_state)
        view_model.saved.connect(self._show_state)
        self._modes.buttonClicked.connect(self._show_mode)
        self._contents.chosen.connect(lambda key: self.show_section(SectionKey(key)))
        self._stage.clicked.connect(self._go_on_stage)
        self._save.clicked.connect(view_model.save)
        self._versions.clicked.connect(self.show_versions)
        self._drop.clicked.connect(view_model.discard)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, context=here)
        save.activated.connect(view_model.save)
        undo = QShortcut(QKeySequence.StandardKey.Undo, self, context=here)
        undo.activated.connect(view_model.undo)
        redo = QShortcut(QKeySequence.StandardKey.Redo, self, context=here)
        redo.activated.connect(view_model.redo)
        self._undo_keys = UndoKeys(self)
        view_model.draft_replaced.connect(self._show_replaced)
        self._panel.go_requested.connect(self.go_to)
        self._theme.theme_changed.connect(self._retypeset)

    def _reload(self, _record: object) -> None:
        for editor in self._editors.values():
            editor.reload()
        self._typeset()
        self._show_state()
        self._contents.choose(self._section)
        self._reading.verticalScrollBar().setValue(0)

    def _show_replaced(self) -> None:
        for editor in self._editors.values():
            editor.reload()
        if not self._edit.isChecked():
            self._typeset()

    def _retypeset(self, _theme: Theme) -> None:
        self._typeset()

    def _typeset(self) -> None:
        persona = self._view_model.persona
        if persona is None:
            return
        self._page = ReadingPage(self._theme, persona, self._view_model.pronouns)
        self._reading.setWidget(_centred(self._page, MEASURE))

    def _show_mode(self) -> None:
        if self._edit.isChecked():
            self._show_editor(self._section)
            self._pages.setCurrentWidget(self._writing)
        else:
            self._typeset()
            self._pages.setCurrentWidget(self._reading)
        self._show_panel()

    def _show_panel(self) -> None:
        is_shown = self._edit.isChecked() and self.width() >= _LEAST_WIDTH_WITH_PREVIEW
        if is_shown != self._panel.isVisibleTo(self):
            self._panel.setVisible(is_shown)
            self._preview.watch(is_watched=is_shown)

    def _show_editor(self, key: SectionKey) -> None:
        if key not in self._editors:
            section = next(section for section in SECTIONS if section.key == key)
            pieces = [make() for make in self._tools.get(key, ())]
            for piece in pieces:
                piece.go_requested.connect(self.go_to)
            editor = SectionEditor(self._view_model, section, self._theme, pieces)
            self._editors[key] = editor
            editor.reload()
            area = self._areas[key] = _scroll_area("The sheet, to be edited")
            area.setWidget(_centred(editor, _EDITOR_MEASURE))
            self._writing.addWidget(area)
        self._writing.setCurrentWidget(self._areas[key])

    def _show_state(self) -> None:
        view_model = self._view_model
        persona = view_model.persona
        if persona is None:
            return
        self._name.setText(persona.name)
        for section in SECTIONS:
            said, all_of_them = section.filled(view_model.draft)
            self._contents.set_row(
                section.key,
                section.title(view_model.pronouns),
                f"{said}/{all_of_them}",
                f"{said} of {all_of_them} filled in",
            )
        self._save.setVisible(view_model.is_changed)
        self._drop.setVisible(view_model.is_changed)
        self._status.setText(view_model.status)
        self._status.setVisible(bool(view_model.status))

    def _go_on_stage(self) -> None:
        record = self._view_model.record
        if record is not None:
            self.stage_requested.emit(record.id)


def _scroll_area(spoken: str) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(spoken)
    return area


def _centred(page: QWidget, measure: int) -> QWidget:
    """Put a page of bounded width into the middle of whatever there is."""
    holder = QWidget()
    page.setMaximumWidth(measure)
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(34, 30, 34, 0)
    layout.addStretch(1)
    layout.addWidget(page, 1000)
    layout.addStretch(1)
    return holder

"""The persona's sheet as a screen: contents on the left, the page on the right.

The page is read as a whole and written a heading at a time. Shows the persona's
view-model; knows no service and no other screen.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import delete, isValid

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from ui.personas.editor_bar import EditorBar
from ui.personas.page_place import PagePlace, go_back, place_on
from ui.personas.preview_panel import PreviewPanel
from ui.personas.reading_page import MEASURE, ReadingPage
from ui.personas.section_editor import SectionEditor
from ui.personas.section_tool import SectionTool, SectionTools
from ui.personas.sheet_side import SheetSide
from ui.personas.versions_page import VersionsPage
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.persona_sections import SECTIONS, SectionKey, section_of
from ui.viewmodels.persona_versions import PersonaVersions
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.preview_view_model import PreviewViewModel
from ui.widgets.focus_anchor import FocusAnchor
from ui.widgets.plain_parts import centred, rule, scroll_area
from ui.widgets.undo_keys import UndoKeys

_EDITOR_MEASURE = 760
_LEAST_WIDTH_WITH_PREVIEW = 1000
_ABOVE_HEADING = 16
_AROUND_FIELD = 80


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
        self._pieces: dict[SectionKey, list[SectionTool]] = {}
        self._places: dict[SectionKey, PagePlace] = {}
        self._left: dict[SectionKey, QWidget] = {}
        self._whose: PersonaId | None = None
        self._shelf = QWidget(self)
        self._shelf.hide()
        self._page: ReadingPage | None = None
        self._reading_place = 0
        self._side = SheetSide(view_model)
        self._bar = EditorBar()
        self._reading = scroll_area("The sheet, to be read")
        self._is_going = False
        self._writing = QStackedWidget()
        self._pages = QStackedWidget()
        self._versions = VersionsPage(PersonaVersions(view_model), theme)
        self._page_frame = QFrame()
        self._panel = PreviewPanel(view_model, preview, theme)
        self._lay_out()
        self._connect()
        self._show_panel()

    def edit(self) -> None:
        """Show the forms."""
        self._side.choose_mode(is_editing=True)
        self._show_mode()

    def read(self) -> None:
        """Show the page."""
        self._side.choose_mode(is_editing=False)
        self._show_mode()

    def focus_page(self) -> None:
        """Give the keyboard to what is on the right.

        No focus proxy: Tab would take the whole screen for one field and pass over the rest.
        """
        if self._is_at_versions:
            self._versions.focus_page()
            return
        page: QWidget | None = self._reading
        if self._side.is_editing:
            # Where a theme ended the page under the cursor, back to where it stood.
            left = self._left.pop(self._section, None)
            is_there = left is not None and isValid(left)
            page = left if is_there else self._areas.get(self._section)
        (page or self._reading).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_section(self, key: SectionKey) -> None:
        """Go to a heading."""
        self._section = key
        self._side.choose_section(key)
        if self._is_at_versions:
            self._show_mode()
        if self._side.is_editing:
            self._show_editor(key)
            self._bar.show_forms()
            self._show_costs()
        else:
            self._scroll_to_section()

    def show_versions(self) -> None:
        """Show the versions with what each changed, and the way back to any of them."""
        self._side.choose_versions()
        self._pages.setCurrentWidget(self._versions)
        self._show_panel()

    def go_to(self, path: FieldPath) -> None:
        """Show the form of a field, give it the keyboard and bring it into sight."""
        key = section_of(path)
        if key is None:
            return
        self._side.choose_mode(is_editing=True)
        self._bar.show_forms()
        self._show_mode()
        self.show_section(key)
        field = self._editors[key].focus_field(path)
        if field is not None:
            # A form that was just made has its places only after the layout ran.
            QTimer.singleShot(0, field, lambda: self._bring_into_sight(self._areas[key], field))

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
        """Follow the draft again; what a theme cost is built anew."""
        super().showEvent(event)
        self._build_shown()
        self._preview.watch(is_watched=self._side.is_editing)

    @property
    def _is_at_versions(self) -> bool:
        return self._pages.currentWidget() is self._versions

    def _lay_out(self) -> None:
        self._page_frame.setProperty("kind", "page")
        page_layout = QVBoxLayout(self._page_frame)
        page_layout.setContentsMargins(0, 0, 0, 0)
        page_layout.addWidget(self._pages)
        self._pages.addWidget(self._reading)
        self._pages.addWidget(self._writing)
        self._pages.addWidget(self._versions)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self._page_frame, 1)
        across.addWidget(self._panel)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._bar)
        right.addLayout(across, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._side)
        whole.addWidget(rule("upright-rule"))
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        view_model, side = self._view_model, self._side
        view_model.opened.connect(self._reload)
        view_model.draft_replaced.connect(self._show_replaced)
        side.mode_chosen.connect(self._show_mode)
        side.section_chosen.connect(self.show_section)
        side.stage_requested.connect(self._go_on_stage)
        side.versions_requested.connect(self.show_versions)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, context=here)
        save.activated.connect(view_model.save)
        self._undo_keys = UndoKeys(self, view_model.undo, view_model.redo)
        self._back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=here)
        self._back.activated.connect(self._bar.show_forms)
        self._versions.left.connect(self._leave_versions)
        self._bar.preview_toggled.connect(lambda _is_previewing: self._show_panel())
        self._panel.go_requested.connect(self.go_to)
        self._preview.changed.connect(self._show_costs)
        self._reading.verticalScrollBar().valueChanged.connect(self._follow_reading)
        self._theme.theme_changing.connect(self._let_go)
        self._theme.theme_changed.connect(self._follow_theme)

    def _reload(self, record: PersonaRecord) -> None:
        if record.id != self._whose:
            self._whose = record.id
            self._places.clear()
            self._left.clear()
        for key in [key for key, one in self._editors.items() if not self._speaks_well(one)]:
            self._end_page(key)
        for editor in self._editors.values():
            editor.reload()
        if self._pages.currentWidget() is self._writing:
            self._show_editor(self._section)
        self._typeset()
        self._side.show_state()
        self._section = SECTIONS[0].key if not self._side.is_editing else self._section
        if not self._is_at_versions:
            self._side.choose_section(self._section)

    def _show_replaced(self) -> None:
        for editor in self._editors.values():
            editor.reload()
        if not self._side.is_editing:
            self._typeset()

    def _let_go(self) -> None:
        """End the pages out of sight before a theme would dress them; typing is in the draft.

        The page that is read ends even in sight, for it is typeset anew in any case. The pieces
        are kept: what the model said in them is nowhere else.
        """
        is_written = self.isVisible() and self._pages.currentWidget() is self._writing
        shown = self._writing.currentWidget() if is_written else None
        for key in [key for key, area in self._areas.items() if area is not shown]:
            self._places[key] = place_on(self._areas[key])
            self._end_page(key)
        if self._page is not None:
            self._reading_place = self._reading.verticalScrollBar().value()
            self._is_going = True
            delete(self._reading.takeWidget())
            self._is_going = False
            self._page = None

    def _end_page(self, key: SectionKey) -> None:
        """End the forms of a page; its pieces are kept, and typing is in the draft."""
        for piece in self._pieces[key]:
            piece.setParent(self._shelf)
        del self._editors[key]
        self._left.pop(key, None)
        delete(self._areas.pop(key))

    def _follow_theme(self, _theme: Theme) -> None:
        if self.isVisible():
            self._build_shown()

    def _build_shown(self) -> None:
        """Build the page in sight where a theme ended it, at the place where it was left."""
        shown = self._pages.currentWidget()
        if shown is self._writing:
            self._show_editor(self._section)
        elif shown is self._reading and self._page is None:
            self._typeset()
            _scroll_later(self._reading, self._reading_place)

    def _typeset(self) -> None:
        persona = self._view_model.persona
        if persona is None:
            return
        self._page = ReadingPage(self._theme, persona, self._view_model.pronouns)
        self._is_going = True
        self._reading.setWidget(centred(self._page, MEASURE))
        self._is_going = False

    def _show_mode(self) -> None:
        self._side.choose_section(self._section)
        if self._side.is_editing:
            self._show_editor(self._section)
            self._pages.setCurrentWidget(self._writing)
        else:
            self._typeset()
            self._pages.setCurrentWidget(self._reading)
            if self._section != SECTIONS[0].key:
                # The page has its places only after the layout ran.
                QTimer.singleShot(0, self, self._scroll_to_section)
        self._show_panel()
        self._preview.watch(is_watched=self._side.is_editing and self.isVisible())

    def _show_panel(self) -> None:
        """Set the preview beside the forms, or where there is no room in their place."""
        is_wide = self.width() >= _LEAST_WIDTH_WITH_PREVIEW
        if is_wide:
            self._bar.show_forms()
        is_editing = self._side.is_editing and not self._is_at_versions
        is_instead = is_editing and self._bar.is_previewing
        self._bar.setVisible(is_editing and not is_wide)
        self._back.setEnabled(is_instead)
        self._panel.set_filling(is_filling=not is_wide)
        self._panel.setVisible(is_editing and (is_wide or is_instead))
        self._page_frame.setVisible(not is_instead)

    def _leave_versions(self) -> None:
        self.show_section(self._section)
        self.focus_page()

    def _bring_into_sight(self, area: QScrollArea, field: QWidget) -> None:
        """Show a field, and of one that is taller than the page its beginning."""
        area.ensureWidgetVisible(field, 0, _AROUND_FIELD)
        place = field.mapTo(area.widget(), QPoint())
        area.ensureVisible(place.x(), place.y(), 0, _AROUND_FIELD)

    def _show_costs(self) -> None:
        self._bar.set_costs(self._preview.cost_of(self._section), self._preview.total)

    def _scroll_to_section(self) -> None:
        if self._page is None:
            return
        self._is_going = True
        place = self._place_of(self._section) - _ABOVE_HEADING
        is_first = self._section == SECTIONS[0].key
        self._reading.verticalScrollBar().setValue(0 if is_first else max(0, place))
        self._is_going = False

    def _place_of(self, key: SectionKey) -> int:
        """Return how far below the page's top a heading stands."""
        heading = self._page.heading(key) if self._page is not None else self._reading
        return heading.mapTo(self._reading.widget(), heading.rect().topLeft()).y()

    def _follow_reading(self, top: int) -> None:
        """Mark the heading that is being read; what was chosen in the contents stays chosen."""
        is_read = self._pages.currentWidget() is self._reading
        if self._is_going or not is_read or self._page is None:
            return
        is_at_end = top == self._reading.verticalScrollBar().maximum()
        reach = top + (self.height() if is_at_end else self.height() // 3)
        read = [one.key for one in SECTIONS if self._place_of(one.key) <= reach]
        self._section = read[-1] if read else SECTIONS[0].key
        self._side.choose_section(self._section)

    def _show_editor(self, key: SectionKey) -> None:
        known = self._editors.get(key)
        if known is not None and not self._speaks_well(known):
            self._places[key] = place_on(self._areas[key])
            self._end_page(key)
        if key not in self._editors:
            section = next(section for section in SECTIONS if section.key == key)
            editor = SectionEditor(self._view_model, section, self._theme, self._pieces_of(key))
            self._editors[key] = editor
            editor.reload()
            area = self._areas[key] = scroll_area("The sheet, to be edited")
            area.setWidget(centred(editor, _EDITOR_MEASURE))
            FocusAnchor(area)
            self._writing.addWidget(area)
            if key in self._places:
                field = go_back(area, self._places.pop(key))
                if field is not None:
                    self._left[key] = field
        self._writing.setCurrentWidget(self._areas[key])

    def _speaks_well(self, editor: SectionEditor) -> bool:
        """Whether a page's questions and sentences have the pronouns that the character has now."""
        return editor.pronouns == self._view_model.pronouns

    def _pieces_of(self, key: SectionKey) -> list[SectionTool]:
        """Return what stands beside a page's forms; made once, it outlives the forms."""
        if key not in self._pieces:
            self._pieces[key] = [make() for make in self._tools.get(key, ())]
            for piece in self._pieces[key]:
                piece.go_requested.connect(self.go_to)
        return self._pieces[key]

    def _go_on_stage(self) -> None:
        record = self._view_model.record
        if record is not None:
            self.stage_requested.emit(record.id)


def _scroll_later(area: QScrollArea, place: int) -> None:
    """Scroll once the layout of something new has run; before, it has no height."""
    QTimer.singleShot(0, area, lambda: area.verticalScrollBar().setValue(place))

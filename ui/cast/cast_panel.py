"""The cast as a panel: title, "New", a search for everyone and everything, tags, the list.

Stands before there is anything to show, so that the window can be painted at once; the
view-model comes later. Requests go out as signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
)

from app.domain.ids import PersonaId
from ui.cast.cast_list import CastList
from ui.cast.cast_menus import CastMenus
from ui.cast.tag_chips import TagChips
from ui.theme.icons import tinted_icon
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.viewmodels.cast_model import CastRow
from ui.viewmodels.cast_view_model import CastViewModel
from ui.widgets.plain_parts import rule
from ui.widgets.text_fields import TextLine

_TITLE_SIZE = 1.45


class CastPanel(QFrame):
    """The left panel. GUI thread; owned by the main window.

    Signals:
        sheet_requested(PersonaId): show the character's sheet.
        memories_requested(PersonaId): show what the character remembers.
        export_requested(PersonaId, str): write the character as a card of that format.
        rename_requested(ConversationId): ask for another title.
        settings_requested: show the settings.
        paragraph_requested: write a new character from a paragraph.
    """

    sheet_requested = Signal(str)
    memories_requested = Signal(str)
    export_requested = Signal(str, str)
    rename_requested = Signal(str)
    settings_requested = Signal()
    paragraph_requested = Signal()

    def __init__(self, theme: LiveTheme) -> None:
        """Build the panel, empty."""
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAccessibleName("Cast")
        self._view_model: CastViewModel | None = None
        self._closed_folders: frozenset[str] = frozenset()
        self._place: CastRow | None = None
        self._menus = CastMenus(
            self,
            show_sheet=self.sheet_requested.emit,
            show_memories=self.memories_requested.emit,
            export=self.export_requested.emit,
            rename_conversation=self.rename_requested.emit,
        )
        self._title = QLabel("Dramatis")
        self._new = QPushButton("+ New")
        self._ways = QMenu(self._new)
        self._search = TextLine(placeholderText="Search everyone, everything")
        self._clear = self._search.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText("Clear the search")
        self._tags = TagChips()
        self._list = CastList(theme)
        self._sheet = self._footer_link("Persona sheet")
        self._settings = self._footer_link("Settings")
        self._lay_out()
        self._connect()
        self._enable(is_ready=False)
        self._restyle(theme.current)
        theme.theme_changed.connect(self._restyle)

    def offer_cards(self, formats: Mapping[str, str]) -> None:
        """Offer these formats, with their words, to export a character in."""
        self._menus.offer_cards(formats)

    @property
    def closed_folders(self) -> list[str]:
        """The folders that are closed, to be remembered."""
        if self._view_model is not None:
            self._closed_folders = self._view_model.state.closed_folders
        return sorted(self._closed_folders)

    def close_folders(self, folders: Iterable[str]) -> None:
        """Close the folders that were remembered, also before there is a cast."""
        self._closed_folders = frozenset(folders)
        if self._view_model is not None:
            self._view_model.close_folders(self._closed_folders)

    def set_view_model(self, view_model: CastViewModel) -> None:
        """Show a cast from now on."""
        self._view_model = view_model
        view_model.close_folders(self._closed_folders)
        self._list.show_cast(view_model.model)
        self._list.set_portraits(view_model.portraits)
        view_model.chosen_changed.connect(self._enable_sheet)
        view_model.tags_changed.connect(self._tags.show_tags)
        self._tags.tag_chosen.connect(view_model.set_tag)
        self._tags.show_tags(view_model.tags)
        view_model.model.modelAboutToBeReset.connect(self._note_place)
        view_model.model.modelReset.connect(self._keep_place)
        self._enable(is_ready=True)
        self._enable_sheet(view_model.chosen)

    def focus_search(self) -> None:
        """Put the caret into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def focus_list(self) -> None:
        """Let the keyboard choose somebody."""
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_for_name(self) -> None:
        """Ask what a new character is called, and add it."""
        name, is_given = QInputDialog.getText(
            self, "A new character", "What is the character called?"
        )
        if is_given and name.strip() and self._view_model is not None:
            self._search.clear()
            self._view_model.add_persona(name)

    def _restyle(self, theme: Theme) -> None:
        # Smaller than a page's title: the panel is narrow and the name is always there.
        self._title.setStyleSheet(f"font-size: {round(theme.base_size * _TITLE_SIZE)}px;")
        self._clear.setIcon(tinted_icon("close", theme.palette))
        self._list.doItemsLayout()
        self._tags.arrange()

    def _lay_out(self) -> None:
        self._title.setProperty("kind", "title")
        self._new.setProperty("kind", "quiet")
        self._new.setAccessibleName("New character")
        self._ways.setAccessibleName("New character")
        self._ways.addAction("By name \u2026").triggered.connect(self.ask_for_name)
        by_paragraph = self._ways.addAction("From a paragraph \u2026")
        by_paragraph.triggered.connect(self.paragraph_requested)
        self._new.setMenu(self._ways)
        head = QHBoxLayout()
        head.setContentsMargins(18, 14, 10, 0)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._new)
        self._search.setAccessibleName("Search everyone, their sheets and what was said")
        self._clear.triggered.connect(self._search.clear)
        self._clear.setVisible(False)
        search = QHBoxLayout()
        search.setContentsMargins(14, 12, 14, 8)
        search.addWidget(self._search)
        tags = QHBoxLayout()
        tags.setContentsMargins(14, 0, 14, 6)
        tags.addWidget(self._tags)
        footer = QHBoxLayout()
        footer.setContentsMargins(10, 8, 10, 12)
        footer.addWidget(self._sheet, 1)
        footer.addWidget(self._settings, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(search)
        layout.addLayout(tags)
        layout.addWidget(self._list, 1)
        ruled = QHBoxLayout()
        ruled.setContentsMargins(10, 0, 10, 0)
        ruled.addWidget(rule())
        layout.addLayout(ruled)
        layout.addLayout(footer)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._search_for)
        self._search.returnPressed.connect(self._open_first)
        here = Qt.ShortcutContext.WidgetShortcut
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self._search, context=here)
        down.activated.connect(self._list.focus_first)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._search, context=here)
        escape.activated.connect(self._search.clear)
        self._list.row_chosen.connect(self._activate)
        self._list.menu_requested.connect(self._show_menu)
        self._list.folder_dropped.connect(self._move)
        self._sheet.clicked.connect(self._ask_for_sheet)
        self._settings.clicked.connect(self.settings_requested.emit)

    def _footer_link(self, text: str) -> QPushButton:
        link = QPushButton(text)
        link.setProperty("kind", "row")
        return link

    def _enable(self, *, is_ready: bool) -> None:
        for widget in (self._new, self._search, self._tags, self._sheet, self._settings):
            widget.setEnabled(is_ready)

    def _enable_sheet(self, chosen: object) -> None:
        self._sheet.setEnabled(chosen is not None)

    def _search_for(self, words: str) -> None:
        self._clear.setVisible(bool(words))
        if self._view_model is not None:
            self._view_model.set_words(words)

    def _open_first(self) -> None:
        row = self._list.first_row()
        if row is not None:
            self._activate(row)

    def _activate(self, row: CastRow) -> None:
        if self._view_model is not None:
            self._view_model.activate(row)

    def _note_place(self) -> None:
        """Remember the row that the keyboard is on, as long as it is in the list."""
        model = self._view_model.model if self._view_model is not None else None
        is_used = model is not None and self._list.hasFocus()
        self._place = model.row_at(self._list.currentIndex()) if model and is_used else None

    def _keep_place(self) -> None:
        """Rest on the same row again after the rows changed places, or on the chosen character."""
        if self._view_model is None:
            return
        model = self._view_model.model
        index = model.index_of(self._place)
        if not index.isValid():
            index = model.index_of(next((row for row in model.rows if row.is_current), None))
        self._list.setCurrentIndex(index)

    def _ask_for_sheet(self) -> None:
        chosen = self._view_model.chosen if self._view_model is not None else None
        if chosen is not None:
            self.sheet_requested.emit(chosen.id)

    def _show_menu(self, row: CastRow, where: QPoint) -> None:
        if self._view_model is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._menus.fill(menu, self._view_model, row)
        if menu.actions():
            menu.popup(where)

    def _move(self, persona_id: str, folder: str) -> None:
        if self._view_model is not None:
            self._view_model.set_folder(PersonaId(persona_id), folder)

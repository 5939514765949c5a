"""Every command of the menu bar, with its words and its keys, in one place.

Commands exist from the first moment and wait, disabled, for what they need. Knows no
screen: whoever can carry a command out connects to it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.services.transcript_formats import TranscriptFormat
from app.settings import ColourScheme
from ui.viewmodels.cast_model import CastOrder

EXPORT_WORDS: dict[TranscriptFormat, str] = {
    TranscriptFormat.MARKDOWN: "Markdown",
    TranscriptFormat.HTML: "Web page",
    TranscriptFormat.TEXT: "Plain text",
    TranscriptFormat.JSONL: "SillyTavern chat",
}
CARD_WORDS: dict[str, str] = {
    "png": "Picture with the card inside (PNG)",
    "json-v3": "Card V3 (JSON)",
    "json-v2": "Card V2 (JSON)",
    "charx": "CharX archive",
    "byaf": "Backyard archive",
}
"""By the values of `CardFormat`, which is not imported here: the window paints first."""
_SCHEME_WORDS: dict[ColourScheme, str] = {
    ColourScheme.SYSTEM: "As the system says",
    ColourScheme.LIGHT: "Light",
    ColourScheme.DARK: "Dark",
    ColourScheme.CONTRAST: "High contrast",
}
_ORDER_WORDS: dict[CastOrder, str] = {
    CastOrder.TALKED: "Last talked",
    CastOrder.NAME: "Name",
    CastOrder.CHANGED: "Recently changed",
}


class WindowActions(QObject):
    """The commands. GUI thread; owned by the main window."""

    def __init__(self, parent: QObject) -> None:
        """Make the commands; those that need a cast or a conversation start disabled."""
        super().__init__(parent)
        keys = QKeySequence.StandardKey
        self.new_persona = self._action("New character …", "Ctrl+Shift+N")
        self.new_from_paragraph = self._action("New character from a paragraph \u2026")
        self.import_cards = self._action("Import characters …", "Ctrl+I")
        self.receipt = self._action("Receipt of the last import")
        self.lore = self._action("Lorebooks …", "Ctrl+L")
        self.cards = {form: self._action(f"{words} …") for form, words in CARD_WORDS.items()}
        self.sheet = self._action("Persona sheet", "Ctrl+E")
        self.users = self._action("Who you are")
        self.memories = self._action("What they remember", "Ctrl+M")
        self.settings = self._action("Settings", "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.quit = self._action("Quit", keys.Quit)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.new_conversation = self._action("New", keys.New)
        self.rename = self._action("Rename …", "F2")
        self.exports = {form: self._action(f"{words} …") for form, words in EXPORT_WORDS.items()}
        self.set_aside = self._action("Set aside")
        # The transcript itself listens for the keys; a second listener would make them ambiguous.
        self.undo = self._action("Undo\tCtrl+Z")
        self.search = self._action("Search", "Ctrl+K")
        self.cast = self._action("Cast", "F9")
        self.cast.setCheckable(True)
        self.cast.setChecked(True)
        self.side_panel = self._action("Side panel", "F10")
        self.side_panel.setCheckable(True)
        self.larger = self._action("Larger text", keys.ZoomIn)
        self.smaller = self._action("Smaller text", keys.ZoomOut)
        self.usual_size = self._action("Usual size", "Ctrl+0")
        schemes, orders = QActionGroup(self), QActionGroup(self)
        self.schemes = {key: self._choice(schemes, text) for key, text in _SCHEME_WORDS.items()}
        self.orders = {key: self._choice(orders, text) for key, text in _ORDER_WORDS.items()}
        self.orders[CastOrder.TALKED].setChecked(True)
        self.about = self._action("About Dramatis")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.data_folder = self._action("Open the data folder")
        self.set_ready(is_ready=False)
        self.set_conversation_open(is_open=False)
        self.undo.setEnabled(False)
        self.receipt.setEnabled(False)

    def set_ready(self, *, is_ready: bool) -> None:
        """Enable what needs the cast and the settings."""
        for action in (
            self.new_persona,
            self.new_from_paragraph,
            self.import_cards,
            self.lore,
            self.users,
            self.settings,
            self.search,
            self.larger,
            self.smaller,
            self.usual_size,
            *self.schemes.values(),
            *self.orders.values(),
        ):
            action.setEnabled(is_ready)

    def set_conversation_open(self, *, is_open: bool) -> None:
        """Enable what needs a conversation on screen."""
        for action in (self.rename, self.set_aside, self.side_panel, *self.exports.values()):
            action.setEnabled(is_open)

    def set_persona_chosen(self, *, is_chosen: bool) -> None:
        """Enable what needs a character."""
        for action in (self.sheet, self.memories, self.new_conversation, *self.cards.values()):
            action.setEnabled(is_chosen)

    def fill(self, bar: QMenuBar) -> None:
        """Put the commands into menus."""
        dramatis = bar.addMenu("&Dramatis")
        _fill(
            dramatis,
            self.new_persona,
            self.new_from_paragraph,
            self.sheet,
            self.memories,
            self.lore,
            self.users,
            None,
            self.import_cards,
        )
        cards = dramatis.addMenu("Export the character as")
        _fill(cards, *self.cards.values())
        _fill(dramatis, self.receipt, None, self.settings, None, self.quit)
        conversation = bar.addMenu("&Conversation")
        _fill(conversation, self.new_conversation, self.rename, None)
        export = conversation.addMenu("Export as")
        _fill(export, *self.exports.values())
        _fill(conversation, None, self.set_aside)
        edit = bar.addMenu("&Edit")
        _fill(edit, self.undo, None, self.search)
        view = bar.addMenu("&View")
        _fill(view, self.cast, self.side_panel, None)
        order = view.addMenu("Sort the cast by")
        _fill(order, *self.orders.values())
        colours = view.addMenu("Colours")
        _fill(colours, *self.schemes.values())
        _fill(view, None, self.larger, self.smaller, self.usual_size)
        help_menu = bar.addMenu("&Help")
        _fill(help_menu, self.data_folder, None, self.about)
        for menu in (dramatis, cards, conversation, export, edit, view, order, colours, help_menu):
            menu.setAccessibleName(menu.title().replace("&", ""))

    def _action(self, words: str, keys: str | QKeySequence.StandardKey | None = None) -> QAction:
        action = QAction(words, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _choice(self, group: QActionGroup, words: str) -> QAction:
        action = self._action(words)
        action.setCheckable(True)
        group.addAction(action)
        return action


def _fill(menu: QMenu, *actions: QAction | None) -> None:
    """Add commands in order; None draws a line."""
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)

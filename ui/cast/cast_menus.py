"""What the menu key and the right button offer on a row of the cast.

Fills menus and asks for names; what is chosen goes to the cast's view-model or out through the
panel's own signals. Knows no service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from app.domain.ids import ConversationId, PersonaId
from ui.cast.tags_dialog import TagsDialog
from ui.viewmodels.cast_model import CastRow, CastRowKind
from ui.viewmodels.cast_rows import folder_key
from ui.viewmodels.cast_view_model import CastViewModel


class CastMenus:
    """Fills a row's menu. GUI thread; owned by the cast panel."""

    def __init__(
        self,
        parent: QWidget,
        *,
        show_sheet: Callable[[str], object],
        show_memories: Callable[[str], object],
        export: Callable[[str, str], object],
        rename_conversation: Callable[[str], object],
    ) -> None:
        """Take what the panel asks of the window."""
        self._parent = parent
        self._show_sheet = show_sheet
        self._show_memories = show_memories
        self._export = export
        self._rename_conversation = rename_conversation
        self._card_formats: dict[str, str] = {}

    def offer_cards(self, formats: Mapping[str, str]) -> None:
        """Offer these formats, with their words, to export a character in."""
        self._card_formats = dict(formats)

    def fill(self, menu: QMenu, view_model: CastViewModel, row: CastRow) -> None:
        """Put into a menu what can be done with a row; nothing for a heading."""
        if row.kind == CastRowKind.PERSONA and row.persona_id is not None:
            self._fill_persona(menu, view_model, row, row.persona_id)
        elif row.kind == CastRowKind.CONVERSATION and row.conversation_id is not None:
            self._fill_conversation(menu, view_model, row.conversation_id)
        elif row.kind == CastRowKind.FOLDER:
            self._fill_folder(menu, view_model, row)

    def ask_for_folder(self, view_model: CastViewModel, persona_id: PersonaId) -> None:
        """Ask what a new folder is called, and put the character into it."""
        name = self._ask("A new folder", "What is the folder called?", "")
        if name:
            view_model.set_folder(persona_id, name)

    def ask_for_tags(self, view_model: CastViewModel, persona_id: PersonaId) -> TagsDialog | None:
        """Show the character's tags to be ticked and added to."""
        record = view_model.find(persona_id)
        if record is None:
            return None
        dialog = TagsDialog(record.persona.name, record.persona.tags, view_model.tags, self._parent)
        dialog.tags_chosen.connect(lambda tags: view_model.set_tags(persona_id, tags))
        dialog.open()
        return dialog

    def _fill_persona(
        self, menu: QMenu, view_model: CastViewModel, row: CastRow, persona_id: PersonaId
    ) -> None:
        begin = menu.addAction("New conversation")
        begin.triggered.connect(lambda: view_model.begin_conversation(persona_id))
        sheet = menu.addAction("Persona sheet")
        sheet.triggered.connect(lambda: self._show_sheet(persona_id))
        memories = menu.addAction("Memories")
        memories.triggered.connect(lambda: self._show_memories(persona_id))
        menu.addSeparator()
        folders = menu.addMenu("Move to folder")
        self._fill_folders(folders, view_model, persona_id)
        tags = menu.addAction("Tags …")
        tags.triggered.connect(lambda: self.ask_for_tags(view_model, persona_id))
        menu.addSeparator()
        copy = menu.addAction("Duplicate")
        copy.triggered.connect(lambda: view_model.duplicate_persona(persona_id))
        cards = menu.addMenu("Export as")
        for form, words in self._card_formats.items():
            card = cards.addAction(f"{words} …")
            card.triggered.connect(lambda _checked, form=form: self._export(persona_id, form))
        for action in (begin, sheet, memories, tags, copy, cards.menuAction()):
            action.setEnabled(row.problem is None)
        menu.addSeparator()
        if row.is_archived:
            back = menu.addAction("Bring back")
            back.triggered.connect(lambda: view_model.unarchive_persona(persona_id))
        else:
            archive = menu.addAction("Archive")
            archive.triggered.connect(lambda: view_model.archive_persona(persona_id))
        aside = menu.addAction("Set aside")
        aside.triggered.connect(lambda: view_model.set_persona_aside(persona_id))

    def _fill_folders(self, menu: QMenu, view_model: CastViewModel, persona_id: PersonaId) -> None:
        record = view_model.find(persona_id)
        here = record.folder if record is not None else ""
        for folder in view_model.folders:
            action = menu.addAction(folder.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(folder_key(folder) == folder_key(here))
            action.triggered.connect(
                lambda _checked, folder=folder: view_model.set_folder(persona_id, folder)
            )
        if view_model.folders:
            menu.addSeparator()
        new = menu.addAction("New folder …")
        new.triggered.connect(lambda: self.ask_for_folder(view_model, persona_id))
        out = menu.addAction("Out of the folder")
        out.setEnabled(bool(here))
        out.triggered.connect(lambda: view_model.set_folder(persona_id, ""))

    def _fill_folder(self, menu: QMenu, view_model: CastViewModel, row: CastRow) -> None:
        toggle = menu.addAction("Close" if row.mark == "open" else "Open")
        toggle.setEnabled(not view_model.state.is_narrowed)
        toggle.triggered.connect(lambda: view_model.activate(row))
        rename = menu.addAction("Rename …")
        rename.triggered.connect(lambda: self._rename_folder(view_model, row.folder))
        menu.addSeparator()
        dissolve = menu.addAction("Take everybody out")
        dissolve.triggered.connect(lambda: view_model.rename_folder(row.folder, ""))

    def _rename_folder(self, view_model: CastViewModel, folder: str) -> None:
        name = self._ask("Rename", "What is this folder called?", folder)
        if name:
            view_model.rename_folder(folder, name)

    def _fill_conversation(
        self, menu: QMenu, view_model: CastViewModel, conversation_id: ConversationId
    ) -> None:
        rename = menu.addAction("Rename …")
        rename.triggered.connect(lambda: self._rename_conversation(conversation_id))
        aside = menu.addAction("Set aside")
        aside.triggered.connect(lambda: view_model.set_conversation_aside(conversation_id))

    def _ask(self, title: str, question: str, now: str) -> str:
        name, is_given = QInputDialog.getText(self._parent, title, question, text=now)
        return name.strip() if is_given else ""

"""Where the model helps with writing: which pieces stand on which page, and the two dialogs.

Here because these pieces have view-models of their own, which the editor does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.conversation import PersonaRecord
from app.services.hearing import PROBES
from app.services.suggestions import FILLABLE
from personas.persona import Persona
from ui.bridge import deliver
from ui.personas.hearing_panel import HearingPanel
from ui.personas.section_tool import ToolMaker
from ui.personas.suggestion_acceptance import AcceptanceTool
from ui.personas.suggestion_paragraph import ParagraphDialog
from ui.personas.suggestion_tool import SuggestionTool
from ui.viewmodels.acceptance_view_model import AcceptanceViewModel
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.hearing_view_model import HearingViewModel
from ui.viewmodels.paragraph_view_model import ParagraphViewModel
from ui.viewmodels.persona_sections import SectionKey
from ui.viewmodels.suggestion_view_model import SuggestionViewModel, parts_of

if TYPE_CHECKING:
    from ui.session import Session


def aside_tools(session: Session) -> dict[SectionKey, list[ToolMaker]]:
    """Return the makers of the pieces with which the model helps, page by page."""
    tools: dict[SectionKey, list[ToolMaker]] = {
        key: [partial(_suggestion, session, key)] for key in SectionKey if parts_of(FILLABLE, key)
    }
    tools.setdefault(SectionKey.VOICE, []).append(lambda: _hearing(session))
    tools.setdefault(SectionKey.OPENING, []).append(lambda: _acceptance(session))
    return tools


def ask_for_parts(session: Session, parent: QWidget) -> ParagraphDialog:
    """Ask for a paragraph and put what is accepted of it into the open sheet, as one step."""
    dialog = _paragraph_dialog(session, parent, is_new=False)
    dialog.parts_accepted.connect(lambda _name, parts: session.persona.put_values(parts))
    dialog.open()
    return dialog


class NewFromParagraph(QObject):
    """Adds a character that a paragraph tells of. GUI thread; owned by the session.

    Only the name is stored at first; what was accepted besides is one step in its sheet.
    """

    def __init__(self, session: Session, write: Callable[[PersonaRecord], object]) -> None:
        """`write` shows the sheet of somebody new."""
        super().__init__(session)
        self._session = session
        self._write = write

    def ask(self, parent: QWidget) -> ParagraphDialog:
        """Ask for a paragraph."""
        dialog = _paragraph_dialog(self._session, parent, is_new=True)
        dialog.parts_accepted.connect(self._add)
        dialog.open()
        return dialog

    def _add(self, name: str, parts: list[tuple[FieldPath, Any]]) -> None:
        session = self._session

        def show(record: PersonaRecord) -> None:
            self._write(record)
            session.persona.put_values(parts)
            session.cast.choose(record.id)

        added = session.context.personas.add(Persona(name=name))
        deliver(added, self, show, session.show_error)


def _suggestion(session: Session, section: SectionKey) -> SuggestionTool:
    context = session.context
    view_model = SuggestionViewModel(
        session.persona, context.suggestions, session.conversation.status, FILLABLE, section
    )
    is_first_page = section == SectionKey.SOCIAL
    ask = (lambda: ask_for_parts(session, session.persona_screen)) if is_first_page else None
    return SuggestionTool(view_model, session.theme, ask)


def _hearing(session: Session) -> HearingPanel:
    view_model = HearingViewModel(
        session.persona, session.context.hearing, session.conversation.status, PROBES
    )
    return HearingPanel(view_model, session.theme)


def _acceptance(session: Session) -> AcceptanceTool:
    view_model = AcceptanceViewModel(
        session.persona, session.context.suggestions, session.conversation.status
    )
    return AcceptanceTool(view_model, session.theme)


def _paragraph_dialog(session: Session, parent: QWidget, *, is_new: bool) -> ParagraphDialog:
    view_model = ParagraphViewModel(
        session.context.suggestions,
        session.conversation.status,
        None if is_new else session.persona.draft,
    )
    return ParagraphDialog(view_model, session.theme, parent)

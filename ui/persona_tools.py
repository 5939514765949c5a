"""Which pieces stand beside the forms of the persona editor, page by page.

Here because a piece may need a view-model of its own: the editor knows none of them. Each is
made when its page is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.aside_tools import aside_tools
from ui.personas.people_map_tool import PeopleMapTool
from ui.personas.portrait_tool import PortraitTool
from ui.personas.section_tool import SectionTool, SectionTools
from ui.viewmodels.people_view_model import PeopleViewModel
from ui.viewmodels.persona_sections import SectionKey
from ui.viewmodels.portrait_view_model import PortraitViewModel

if TYPE_CHECKING:
    from ui.session import Session


def persona_tools(session: Session) -> SectionTools:
    """Return the makers of every page's pieces, in the order in which they stand."""
    tools = aside_tools(session)
    tools[SectionKey.SOCIAL].insert(0, lambda: _portrait(session))
    tools[SectionKey.LIFE].append(lambda: _people(session))
    tools[SectionKey.LORE] = [lambda: _lore(session)]
    return tools


def _portrait(session: Session) -> PortraitTool:
    context = session.context
    portrait = PortraitViewModel(session.persona, context.personas, context.portraits)
    portrait.notice_raised.connect(session.persona.notice_raised)
    portrait.failed.connect(session.persona.failed)
    return PortraitTool(portrait, session.theme)


def _lore(session: Session) -> SectionTool:
    return session.lore.page_of_persona()


def _people(session: Session) -> SectionTool:
    return PeopleMapTool(PeopleViewModel(session.persona), session.theme)

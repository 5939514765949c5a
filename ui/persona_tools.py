"""Which pieces stand beside the forms of the persona editor, page by page.

Here because a piece may need a view-model of its own: the editor knows none of them. Each is
made when its page is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.personas.section_tool import SectionTools

if TYPE_CHECKING:
    from ui.session import Session


def persona_tools(session: Session) -> SectionTools:  # noqa: ARG001 - the first piece takes it up
    """Return the makers of every page's pieces, in the order in which they stand."""
    return {}

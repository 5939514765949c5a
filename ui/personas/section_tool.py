"""What may stand on a page of the editor beside its forms: a map, a picture, a trial.

Only the shape of such a piece. Which pieces stand where is decided by `ui.persona_tools`;
the editor knows no single one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.persona_sections import SectionKey


class SectionTool(QWidget):
    """A piece of a page that follows the draft. GUI thread; owned by its page.

    Signals:
        go_requested(FieldPath): show the form of that field.
    """

    is_first = False
    """Whether it stands before the forms of its page."""

    go_requested = Signal(object)

    def reload(self) -> None:
        """Show the draft anew: another character came, or it changed otherwise than by typing."""

    def focus_field(self, path: FieldPath) -> QWidget | None:  # noqa: ARG002 - a shape
        """Give the keyboard to a field that is written here; None where it is not."""
        return None


ToolMaker = Callable[[], SectionTool]
SectionTools = Mapping[SectionKey, Sequence[ToolMaker]]

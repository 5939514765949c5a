"""Which editor a field gets that has no parts of its own.

Knows kinds and looks, and no form.
"""

from __future__ import annotations

from ui.forms.chips_editor import ChipsEditor
from ui.forms.field_editor import FieldEditor
from ui.forms.number_editors import (
    ChoiceEditor,
    DecimalEditor,
    NumberEditor,
    ScoreEditor,
)
from ui.forms.switch_editor import SwitchEditor
from ui.forms.text_editors import (
    FileEditor,
    LineEditor,
    LinesEditor,
    ProseEditor,
    WrappedLineEditor,
)
from ui.viewmodels.form_fields import FieldDescription, FieldKind

_EDITORS: dict[FieldKind, type[FieldEditor]] = {
    FieldKind.LINE: LineEditor,
    FieldKind.PROSE: ProseEditor,
    FieldKind.LINES: LinesEditor,
    FieldKind.SCORE: ScoreEditor,
    FieldKind.NUMBER: NumberEditor,
    FieldKind.DECIMAL: DecimalEditor,
    FieldKind.SWITCH: SwitchEditor,
    FieldKind.CHOICE: ChoiceEditor,
    FieldKind.FILE: FileEditor,
}


def build_plain_editor(field: FieldDescription, spoken: str) -> FieldEditor | None:
    """Return the editor of a field; None for a list of things that have parts."""
    if field.look.is_chips:
        return ChipsEditor(field, spoken)
    if field.look.wraps:
        return WrappedLineEditor(field, spoken)
    editor = _EDITORS.get(field.kind)
    return editor(field, spoken) if editor is not None else None

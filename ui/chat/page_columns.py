"""Where things stand on the page: speaker in the left margin, prose, marks in the right.

The prose keeps 60 to 70 characters where there is room; a narrow page puts the speaker above
it. Pure arithmetic over the theme's type; knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFontMetricsF

from ui.theme.theme import TextSize, Theme

_SAMPLE = "the lamp turns and the rain goes on, and nobody on the stairs has said a word yet. "
_MEASURE = 66
_LEAST_MEASURE = 38
_LINE_HEIGHT = 1.55
_GAP = 18


@dataclass(frozen=True, slots=True)
class PageColumns:
    """The columns of a page of some width, in logical pixels. A value; any thread.

    `lead` is how far below a row's top the prose begins: a line for the speaker when narrow.
    """

    page_width: int
    text_left: int
    text_width: int
    speaker_left: int
    speaker_width: int
    marks_left: int
    marks_width: int
    lead: int
    is_narrow: bool


@dataclass(frozen=True, slots=True)
class PageType:
    """What the columns need to know of the type. Made once for each theme."""

    measure_width: int
    least_width: int
    speaker_width: int
    marks_width: int
    line_height: int
    line_percent: int
    mark_line: int

    @property
    def page_width(self) -> int:
        """The widest page: full measure with both margins."""
        return self.speaker_width + self.measure_width + self.marks_width + 4 * _GAP


def measure_type(theme: Theme) -> PageType:
    """Return the sizes that follow from a theme's type."""
    prose = QFontMetricsF(theme.serif())
    character = prose.horizontalAdvance(_SAMPLE) / len(_SAMPLE)
    marks = QFontMetricsF(theme.sans(TextSize.MARK))
    line = theme.pixels(TextSize.PAGE) * _LINE_HEIGHT
    return PageType(
        measure_width=round(character * _MEASURE),
        least_width=round(character * _LEAST_MEASURE),
        speaker_width=round(theme.pixels(TextSize.PAGE) * 6),
        marks_width=round(marks.horizontalAdvance("22 recalled")) + 8,
        line_height=round(line),
        line_percent=round(100 * line / prose.lineSpacing()),
        mark_line=round(marks.height() * 1.15),
    )


def lay_out(page_width: int, kind: PageType) -> PageColumns:
    """Return the columns for a page; the whole of them stands in the middle."""
    margins = kind.speaker_width + kind.marks_width + 4 * _GAP
    text_width = min(kind.measure_width, page_width - margins)
    if text_width < kind.least_width:
        return _narrow(page_width, kind)
    left = (page_width - margins - text_width) // 2 + _GAP
    text_left = left + kind.speaker_width + _GAP
    return PageColumns(
        page_width=page_width,
        text_left=text_left,
        text_width=text_width,
        speaker_left=left,
        speaker_width=kind.speaker_width,
        marks_left=text_left + text_width + _GAP,
        marks_width=kind.marks_width,
        lead=0,
        is_narrow=False,
    )


def _narrow(page_width: int, kind: PageType) -> PageColumns:
    text_width = max(80, min(kind.measure_width, page_width - 2 * _GAP))
    left = max(0, (page_width - text_width) // 2)
    half = text_width // 2
    return PageColumns(
        page_width=page_width,
        text_left=left,
        text_width=text_width,
        speaker_left=left,
        speaker_width=half,
        marks_left=left + half,
        marks_width=text_width - half,
        lead=kind.line_height,
        is_narrow=True,
    )

"""A theme: palette, type and measures as one value.

Sizes are multiples of the person's base size, spaces multiples of four logical pixels.
Knows no screen; `LiveTheme` says when the value is replaced by another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QFont

from ui.theme.fonts import FontFamilies, small_capitals
from ui.theme.palette import Palette

UNIT = 4
"""The base unit of space in logical pixels; the rhythm is 8, 12, 18, 26."""

RADIUS = 8
RADIUS_SMALL = 7
MOTION_MILLISECONDS = 120


class TextSize(Enum):
    """Sizes as multiples of the base size."""

    MARK = 0.85
    SMALL = 0.92
    INTERFACE = 1.0
    NAME = 1.12
    PAGE = 1.2
    HEADING = 1.25
    TITLE = 1.75


@dataclass(frozen=True, slots=True)
class Theme:
    """Everything that decides the look. A value, replaced as a whole; GUI thread.

    `base_size` is in logical pixels.
    """

    palette: Palette
    families: FontFamilies
    base_size: int = 14
    reduced_motion: bool = False

    def pixels(self, size: TextSize) -> int:
        """Return a text size in logical pixels."""
        return max(9, round(self.base_size * size.value))

    def sans(self, size: TextSize = TextSize.INTERFACE, *, bold: bool = False) -> QFont:
        """Return the interface's face."""
        return self._font(self.families.sans, size, bold=bold)

    def serif(
        self, size: TextSize = TextSize.PAGE, *, bold: bool = False, italic: bool = False
    ) -> QFont:
        """Return the page's face."""
        font = self._font(self.families.serif, size, bold=bold)
        font.setItalic(italic)
        return font

    def speaker(self) -> QFont:
        """Return the face of a speaker's name on the page: small capitals."""
        return small_capitals(self.serif(TextSize.PAGE))

    @property
    def motion_milliseconds(self) -> int:
        """How long a movement may take; 0 when less motion was asked for."""
        return 0 if self.reduced_motion else MOTION_MILLISECONDS

    def _font(self, family: str, size: TextSize, *, bold: bool) -> QFont:
        font = QFont(family)
        font.setPixelSize(self.pixels(size))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

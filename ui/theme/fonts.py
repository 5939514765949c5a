"""The two typefaces of the app, from the wheels that carry them.

Source Serif for the page, names and headings; Source Sans for the interface; other scripts
fall back to the system's fonts. Only the files are read, the wheels' code is not run.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

_log = logging.getLogger(__name__)
_STYLES = ("Regular", "It", "Semibold", "SemiboldIt", "Bold")


@dataclass(frozen=True, slots=True)
class FontFamilies:
    """The families to ask for. A value; any thread."""

    serif: str
    sans: str


def load_fonts() -> FontFamilies:
    """Make the app's faces known to Qt; needs a QGuiApplication. System fonts where missing."""
    serif = _load("font_source_serif_pro", "SourceSerifPro")
    sans = _load("font_source_sans_pro", "SourceSansPro")
    return FontFamilies(serif or _system_serif(), sans or _system_sans())


def small_capitals(font: QFont) -> QFont:
    """Return the font in real small capitals, lightly spaced, as in a printed play."""
    capitals = QFont(font)
    capitals.setFeature(QFont.Tag("smcp"), 1)
    capitals.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
    return capitals


def _load(package: str, stem: str) -> str | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        _log.info("%s is not installed; a system font stands in", package)
        return None
    folder = Path(spec.origin).parent / "files"
    family = None
    for style in _STYLES:
        number = QFontDatabase.addApplicationFont(str(folder / f"{stem}-{style}.ttf"))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = family or next(iter(families), None)
    return family


def _system_sans() -> str:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def _system_serif() -> str:
    font = QFont()
    font.setStyleHint(QFont.StyleHint.Serif)
    return font.defaultFamily() or _system_sans()

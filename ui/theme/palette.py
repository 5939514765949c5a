"""Colours by what they are for, read from `resources/themes/*.toml`.

Knows no widget; a palette is a value that anything may ask for a role.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor

from app.errors import Bug

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
PALETTE_NAMES = ("light", "dark", "contrast-light", "contrast-dark")


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme as `#RRGGBB`, by role. A value; any thread.

    paper     the page and fields            ink       text
    desk      what the page lies on          ink_2     secondary text, narration
    panel     cast and side panels           ink_3     hints, still 4.5:1 on every ground
    rule      hairlines and borders          accent    the character, the one primary action
    selection the chosen row                 accent_2  the user, data, links, keyboard focus
    on_accent text upon accent               good warn bad  marks, never without a word
    shadow    under the page, and only there
    """

    name: str
    dark: bool
    paper: str
    desk: str
    panel: str
    ink: str
    ink_2: str
    ink_3: str
    rule: str
    accent: str
    accent_2: str
    on_accent: str
    good: str
    warn: str
    bad: str
    selection: str
    shadow: str

    @property
    def is_contrast(self) -> bool:
        """Whether edges must be seen, so that nothing is faded."""
        return self.name.startswith("contrast")

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        """Return a role's colour, `alpha` from 0 to 1."""
        colour = QColor(str(getattr(self, role)))
        colour.setAlphaF(alpha)
        return colour

    def mix(self, over: str, under: str, share: float) -> str:
        """Return `share` (0 to 1) of the role `over` laid upon the role `under`."""
        top, ground = self.colour(over), self.colour(under)
        channels = (
            round(ground.red() + (top.red() - ground.red()) * share),
            round(ground.green() + (top.green() - ground.green()) * share),
            round(ground.blue() + (top.blue() - ground.blue()) * share),
        )
        return QColor(*channels).name()


def load_palette(name: str, folder: Path = RESOURCES / "themes") -> Palette:
    """Read a palette; raises Bug when the file is missing or lacks a role: it ships with us."""
    path = folder / f"{name}.toml"
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        colours: dict[str, str] = raw["colours"]
        wanted = [field.name for field in fields(Palette) if field.name not in {"name", "dark"}]
        chosen = {role: colours[role] for role in wanted}
        return Palette(name=name, dark=bool(raw["dark"]), **chosen)
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        message = f"The colours in {path} cannot be read ({error}). Install Dramatis again."
        raise Bug(message, code="theme") from error

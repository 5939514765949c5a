"""The theme in force, and its application to Qt.

Follows the person's settings and the system's scheme. Knows no screen: whoever paints by
hand listens to `theme_changed`; all others are restyled by the stylesheet.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.settings import Appearance, ColourScheme
from ui.theme.fonts import FontFamilies, load_fonts
from ui.theme.palette import Palette, load_palette
from ui.theme.stylesheet import build_stylesheet
from ui.theme.theme import TextSize, Theme


def system_is_dark() -> bool:
    """Whether the system asks for dark; by the window colour's lightness where it is silent."""
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        return window.lightness() < 128
    return scheme == Qt.ColorScheme.Dark


def resolve_scheme(setting: ColourScheme, *, dark: bool) -> str:
    """Return the name of the palette for a setting, where `dark` is what the system asks."""
    match setting:
        case ColourScheme.LIGHT:
            return "light"
        case ColourScheme.DARK:
            return "dark"
        case ColourScheme.CONTRAST:
            return "contrast-dark" if dark else "contrast-light"
        case ColourScheme.SYSTEM:
            return "dark" if dark else "light"


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the application: Fusion, our palette, our stylesheet.

    Under a stylesheet the style has no name; it was set before the first one, and setting it
    again costs every widget a second dressing.
    """
    if not app.styleSheet() and app.style().name().lower() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(qt_palette(theme.palette))
    app.setFont(theme.sans(TextSize.INTERFACE))
    # One stylesheet in place of another dresses each widget once for each of its ancestors,
    # eight times over in a form; none, and then the other, dresses it once each.
    app.setStyleSheet("")
    app.setStyleSheet(build_stylesheet(theme))


def qt_palette(palette: Palette) -> QPalette:
    """Return our roles as Qt's, for whatever the stylesheet does not reach."""
    roles = QPalette.ColorRole
    chosen = {
        roles.Window: palette.desk,
        roles.WindowText: palette.ink,
        roles.Base: palette.paper,
        roles.AlternateBase: palette.panel,
        roles.Text: palette.ink,
        roles.PlaceholderText: palette.ink_3,
        roles.Button: palette.panel,
        roles.ButtonText: palette.ink,
        roles.Highlight: palette.mix("accent_2", "paper", 0.28),
        roles.HighlightedText: palette.ink,
        roles.Link: palette.accent_2,
        roles.LinkVisited: palette.accent_2,
        roles.ToolTipBase: palette.paper,
        roles.ToolTipText: palette.ink,
        roles.Accent: palette.accent_2,
        roles.Light: palette.paper,
        roles.Midlight: palette.panel,
        roles.Mid: palette.rule,
        roles.Dark: palette.ink_3,
        roles.Shadow: palette.shadow,
    }
    result = QPalette()
    for role, colour in chosen.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.ink_3))
    return result


class LiveTheme(QObject):
    """Holds the theme in force and applies its successors.

    Lives on the GUI thread; built and owned by the application's start, handed to every
    screen. `theme_changing` goes before each replacement: whoever holds many widgets out of
    sight lets go of them there, for each that is alive is dressed anew at a cost of about two
    milliseconds. `theme_changed(Theme)` follows it.
    """

    theme_changing = Signal()
    theme_changed = Signal(object)

    def __init__(
        self,
        app: QApplication,
        appearance: Appearance | None = None,
        families: FontFamilies | None = None,
    ) -> None:
        """Dress `app` by the settings; a person's defaults where there are none yet."""
        super().__init__()
        self._app = app
        self._families = families or load_fonts()
        self._appearance = appearance or Appearance()
        self._system_dark = system_is_dark()
        self._tell_system()
        self._theme = self._build()
        apply_theme(app, self._theme)
        app.styleHints().colorSchemeChanged.connect(self.follow_system)

    @property
    def current(self) -> Theme:
        """The theme in force."""
        return self._theme

    def set_appearance(self, appearance: Appearance) -> None:
        """Follow other settings."""
        self._appearance = appearance
        self._tell_system()
        self.follow_system()

    def follow_system(self) -> None:
        """Look again at what the system asks for; a silent system is asked only once.

        By then the palette is ours and its lightness says nothing of the system.
        """
        if self._app.styleHints().colorScheme() != Qt.ColorScheme.Unknown:
            self._system_dark = system_is_dark()
        self._replace()

    def _tell_system(self) -> None:
        """Have native title bars and dialogs agree with a forced light or dark."""
        hints = self._app.styleHints()
        forced = {ColourScheme.LIGHT: Qt.ColorScheme.Light, ColourScheme.DARK: Qt.ColorScheme.Dark}
        scheme = forced.get(self._appearance.colour_scheme)
        if scheme is None:
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(scheme)

    def _replace(self) -> None:
        theme = self._build()
        if theme == self._theme:
            return
        self._theme = theme
        self.theme_changing.emit()
        apply_theme(self._app, theme)
        self.theme_changed.emit(theme)

    def _build(self) -> Theme:
        name = resolve_scheme(self._appearance.colour_scheme, dark=self._system_dark)
        return Theme(
            palette=load_palette(name),
            families=self._families,
            base_size=self._appearance.font_size,
            reduced_motion=self._appearance.reduced_motion,
        )

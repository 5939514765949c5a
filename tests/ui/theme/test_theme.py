"""Colours can be read, type is ours, and settings change the look at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter
from PySide6.QtWidgets import QCompleter, QDialogButtonBox, QLineEdit, QPushButton, QStyle, QWidget

from app.errors import Bug
from app.settings import Appearance, ColourScheme
from ui.theme.fonts import load_fonts
from ui.theme.icons import tinted_icon, tinted_pixmap
from ui.theme.live_theme import LiveTheme, resolve_scheme
from ui.theme.palette import PALETTE_NAMES, RESOURCES, load_palette
from ui.theme.stylesheet import build_stylesheet
from ui.theme.theme import TextSize

GROUNDS = ("paper", "panel", "desk")
TEXTS = ("ink", "ink_2", "ink_3", "accent", "accent_2", "bad", "good")


def luminance(colour: str) -> float:
    parts = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", PALETTE_NAMES)
def test_text_stands_out_from_every_ground(name, text, ground):
    palette = load_palette(name)
    least = 7.0 if palette.is_contrast else 4.5
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= least


@pytest.mark.parametrize("name", PALETTE_NAMES)
def test_chosen_rows_and_the_primary_button_can_be_read(name):
    palette = load_palette(name)
    assert contrast(palette.ink_2, palette.selection) >= 4.5
    assert contrast(palette.on_accent, palette.accent) >= 4.5


def test_a_palette_without_a_role_says_which_file_is_broken(tmp_path):
    (tmp_path / "half.toml").write_text('dark = false\n[colours]\npaper = "#FFFFFF"\n')
    with pytest.raises(Bug, match=r"half\.toml"):
        load_palette("half", tmp_path)


def test_mixing_lies_between_both_colours():
    palette = load_palette("contrast-light")
    assert palette.mix("ink", "paper", 0.5) == "#808080"
    assert palette.colour("ink", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("setting", "dark", "name"),
    [
        (ColourScheme.SYSTEM, False, "light"),
        (ColourScheme.SYSTEM, True, "dark"),
        (ColourScheme.LIGHT, True, "light"),
        (ColourScheme.DARK, False, "dark"),
        (ColourScheme.CONTRAST, False, "contrast-light"),
        (ColourScheme.CONTRAST, True, "contrast-dark"),
    ],
)
def test_scheme_follows_setting_then_system(setting, dark, name):
    assert resolve_scheme(setting, dark=dark) == name


def test_page_and_interface_wear_their_typefaces(live_theme):
    theme = live_theme.current
    assert QFontInfo(theme.serif()).family() == "Source Serif Pro"
    assert QFontInfo(theme.sans()).family() == "Source Sans Pro"
    assert QFontInfo(theme.sans(bold=True)).weight() == 600
    assert QFontInfo(theme.serif(italic=True)).italic()


def test_sizes_grow_with_the_base_size(live_theme):
    small = live_theme.current.pixels(TextSize.PAGE)
    live_theme.set_appearance(Appearance(font_size=28, colour_scheme=ColourScheme.LIGHT))
    assert live_theme.current.pixels(TextSize.PAGE) == 2 * small


def test_speakers_are_set_in_drawn_small_capitals(live_theme):
    def ink(font) -> bytes:
        image = QImage(80, 40, QImage.Format.Format_ARGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setFont(font)
        painter.drawText(4, 30, "isla")
        painter.end()
        return bytes(image.constBits())

    assert ink(live_theme.current.speaker()) != ink(live_theme.current.serif())


def test_changing_the_scheme_restyles_and_tells(qtbot, live_theme):
    button = QPushButton("Send")
    button.setProperty("kind", "primary")
    qtbot.addWidget(button)
    button.show()
    with qtbot.waitSignal(live_theme.theme_changed) as told:
        live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.DARK))
    assert told.args[0].palette.dark
    middle = button.grab().toImage().pixelColor(6, button.height() // 2)
    assert middle == QColor(load_palette("dark").accent)


def test_other_colours_dress_a_widget_as_often_however_deep_it_lies(qtbot, live_theme):
    class Told(QWidget):
        count = 0

        def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
            self.count += event.type() == QEvent.Type.StyleChange
            super().changeEvent(event)

    outermost = innermost = Told()
    for _ in range(12):
        innermost = Told(innermost)
    qtbot.addWidget(outermost)
    outermost.show()
    before = outermost.count, innermost.count
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.DARK))
    assert innermost.count - before[1] == outermost.count - before[0] > 0


def test_a_list_that_is_a_window_of_its_own_has_a_ground(qtbot, live_theme):
    names = QLineEdit()
    completer = QCompleter(["Morag", "Mirko"], names)
    names.setCompleter(completer)
    qtbot.addWidget(names)
    with qtbot.waitExposed(names):
        names.show()
    completer.setCompletionPrefix("M")
    completer.complete()
    popup = completer.popup()
    qtbot.waitUntil(popup.isVisible)
    below = popup.grab().toImage().pixelColor(popup.width() - 20, 12)
    assert below == QColor(load_palette("light").paper)


def test_dialogs_name_their_buttons_without_pictures(qtbot, live_theme):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
    qtbot.addWidget(box)
    box.ensurePolished()
    pictures = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    assert not box.style().styleHint(pictures, None, box)


def test_an_equal_setting_tells_nobody(qtbot, live_theme):
    with qtbot.assertNotEmitted(live_theme.theme_changed):
        live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.LIGHT))


def test_less_motion_leaves_no_movement(live_theme):
    assert live_theme.current.motion_milliseconds > 0
    live_theme.set_appearance(Appearance(reduced_motion=True))
    assert live_theme.current.motion_milliseconds == 0


def test_a_silent_system_is_not_read_from_our_own_palette(qapp, font_families):
    live = LiveTheme(qapp, Appearance(colour_scheme=ColourScheme.DARK), font_families)
    live.set_appearance(Appearance(colour_scheme=ColourScheme.SYSTEM))
    assert not live.current.palette.dark


@pytest.mark.parametrize("name", PALETTE_NAMES)
def test_stylesheet_is_made_of_the_palette_in_force(live_theme, name):
    palette = load_palette(name)
    sheet = build_stylesheet(replace(live_theme.current, palette=palette))
    assert "$" not in sheet
    assert f"background: {palette.desk}" in sheet
    assert f"color: {palette.ink_3}" in sheet


@pytest.mark.parametrize("path", sorted((RESOURCES / "icons").glob("*.svg")), ids=lambda p: p.stem)
def test_every_icon_is_drawn_in_the_role_asked_for(live_theme, path):
    palette = live_theme.current.palette
    image = tinted_pixmap(path.stem, palette, "accent", 32).toImage()
    inked = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert palette.accent.lower() in inked
    assert not tinted_icon(path.stem, palette).isNull()


def test_an_icon_that_does_not_ship_is_named(live_theme):
    with pytest.raises(Bug, match="nowhere"):
        tinted_pixmap("nowhere", live_theme.current.palette)


def test_system_fonts_stand_in_where_the_wheels_are_missing(qapp, monkeypatch):
    monkeypatch.setattr("ui.theme.fonts.find_spec", lambda _name: None)
    families = load_fonts()
    assert families.serif
    assert families.sans
    assert "Source" not in families.serif + families.sans

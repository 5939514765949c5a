"""The one stylesheet, generated from a theme.

Widgets say what they are with a dynamic property `kind`; the kinds are:

    QPushButton  plain (default) · primary · quiet · danger · chip · row
    QLabel       title · heading · name · secondary · hint · mark · section · error
    QFrame       page · panel · desk · card · bar · warning · rule
    QWidget      panel · desk · page
    QLineEdit, QPlainTextEdit, QTextBrowser   bare (no frame) besides the framed default
    QSpinBox, QComboBox   unsaid (what is left open)
    QListView    cast (rounded chosen row) besides the flat default

Knows no screen.
"""

from __future__ import annotations

from string import Template

from ui.theme.palette import RESOURCES
from ui.theme.theme import RADIUS, RADIUS_SMALL, TextSize, Theme

_GROUNDS = Template("""
* { font-family: "$sans"; font-size: ${interface}px; color: $ink; }
QWidget { outline: none; }
QMainWindow, QDialog, QWidget[kind="desk"], QFrame[kind="desk"] { background: $desk; }
QWidget[kind="page"], QFrame[kind="page"] { background: $paper; }
QWidget[kind="panel"], QFrame[kind="panel"] { background: $panel; border: none; }
QFrame[kind="card"] { background: $paper; border: 1px solid $rule; border-radius: ${radius}px; }
QFrame[kind="bar"], QFrame[kind="warning"] {
    background: $panel; border: 1px solid $rule; border-left: 3px solid $accent_2;
    border-top-right-radius: ${radius_small}px; border-bottom-right-radius: ${radius_small}px;
}
QFrame[kind="warning"] { border-left-color: $bad; }
QFrame#notices { border-top: none; border-right: none; border-radius: 0; }
QFrame[kind="rule"] { background: $rule; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="upright-rule"] { background: $rule; border: none; max-width: 1px; min-width: 1px; }
QSplitter::handle { background: $rule; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QStatusBar { background: $desk; color: $ink_2; }
QStatusBar::item { border: none; }
QToolTip {
    background: $paper; color: $ink; border: 1px solid $rule; padding: 4px 8px;
    font-size: ${mark}px;
}
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QMainWindow QAbstractItemView, QDialog QAbstractItemView { background: transparent; border: none; }
""")

_WORDS = Template("""
QLabel { background: transparent; }
QLabel[kind="title"] { font-family: "$serif"; font-size: ${title}px; font-weight: 600; }
QLabel[kind="heading"] { font-family: "$serif"; font-size: ${heading}px; font-weight: 600; }
QLabel[kind="name"] { font-family: "$serif"; font-size: ${name}px; font-weight: 600; }
QLabel[kind="prose"] { font-family: "$serif"; font-size: ${page}px; }
QLabel[kind="secondary"] { color: $ink_2; }
QLabel[kind="hint"] { color: $ink_3; }
QLabel[kind="mark"] { color: $ink_2; font-size: ${mark}px; }
QLabel[kind="section"] { color: $ink_3; font-size: ${mark}px; letter-spacing: 1px; }
QLabel[kind="error"] { color: $bad; }
QLabel[kind="excerpt"] { font-family: "$serif"; font-size: ${interface}px; }
""")

_BUTTONS = Template("""
QPushButton {
    background: $paper; border: 1px solid $rule; border-radius: ${radius_small}px;
    padding: 5px 12px; min-height: ${line}px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $selection; }
QPushButton:focus { border: 2px solid $accent_2; padding: 4px 11px; }
QPushButton:disabled { color: $faded; background: transparent; }
QPushButton[kind="primary"] {
    background: $accent; border-color: $accent; color: $on_accent;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="primary"]:focus { border-color: $accent_2; }
QPushButton[kind="primary"]:disabled {
    background: $accent_faded; border-color: $accent_faded; color: $paper;
}
QPushButton[kind="danger"] { color: $bad; }
QPushButton[kind="danger"]:disabled { color: $faded; }
QPushButton[kind="quiet"], QPushButton[kind="row"] {
    background: transparent; border: 1px solid transparent; color: $ink_2;
}
QPushButton[kind="row"] { text-align: left; padding: 5px 8px; }
QPushButton[kind="quiet"]:hover, QPushButton[kind="row"]:hover { color: $ink; background: $hover; }
QPushButton[kind="row"]:checked { color: $ink; background: $selection; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent_2; padding: 4px 11px; }
QPushButton[kind="row"]:focus { border: 2px solid $accent_2; padding: 4px 7px; }
QPushButton[kind="chip"], QLabel[kind="chip"] {
    background: transparent; color: $ink_2; border: 1px solid $rule; font-size: ${mark}px;
    border-radius: ${chip_radius}px; padding: 0px 9px;
    min-height: ${chip_height}px; max-height: ${chip_height}px;
}
QPushButton[kind="quiet"]:disabled, QPushButton[kind="row"]:disabled,
QPushButton[kind="chip"]:disabled { color: $faded; }
QPushButton[kind="chip"]:hover { color: $ink; background: $hover; }
QPushButton[kind="chip"]:checked { color: $ink; background: $selection; }
QPushButton[kind="chip"]:focus { border: 2px solid $accent_2; padding: 0px 8px; }
QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: ${radius_small}px;
    padding: 4px; color: $ink_2;
}
QToolButton:hover, QToolButton:checked { background: $hover; color: $ink; }
QToolButton[kind="row-action"] { padding: 2px; border-radius: 5px; }
QToolButton:focus { border: 1px solid $accent_2; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0px; }
""")

_FIELDS = Template("""
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit {
    background: $paper; border: 1px solid $rule; border-radius: ${radius_small}px;
    padding: 5px 9px; selection-background-color: $marked; selection-color: $ink;
    placeholder-text-color: $ink_3;
}
QLineEdit { lineedit-clear-button-icon: url("$images/close.svg"); }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: ${line}px; }
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover, QSpinBox:hover { border-color: $edge; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus { border: 2px solid $accent_2; padding: 4px 8px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: $faded; }
QLineEdit[kind="bare"], QPlainTextEdit[kind="bare"], QTextBrowser[kind="bare"],
QTextEdit[kind="bare"] {
    background: transparent; border: none; padding: 0px; border-radius: 0px;
}
QPlainTextEdit[kind="prose"], QTextEdit[kind="prose"] {
    font-family: "$serif"; font-size: ${page}px;
}
QSpinBox[kind="unsaid"], QComboBox[kind="unsaid"] { color: $ink_3; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$images/down.svg"); width: 14px; height: 14px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { border: none; background: transparent; width: 22px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$images/up.svg"); width: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$images/down.svg"); width: 12px; }
QComboBox QAbstractItemView {
    background: $paper; border: 1px solid $rule; selection-background-color: $selection;
    selection-color: $ink; padding: 4px;
}
QCheckBox, QRadioButton { background: transparent; spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {
    width: 15px; height: 15px; border: 1px solid $edge; background: $paper;
}
QCheckBox::indicator, QListView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked, QListView::indicator:checked {
    background: $accent_2; border-color: $accent_2;
}
QCheckBox::indicator:checked, QListView::indicator:checked { image: url("$images/check.svg"); }
QRadioButton::indicator:checked { image: url("$images/dot.svg"); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent_2; }
QCheckBox:focus, QRadioButton:focus { color: $accent_2; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $rule; }
QSlider::sub-page:horizontal { background: $accent_2; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $paper; border: 2px solid $accent_2; width: 12px; height: 12px;
    margin: -6px 0; border-radius: 8px;
}
QSlider::handle:horizontal:focus { background: $accent_2; }
QProgressBar { background: $rule; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: $accent_2; border-radius: 2px; }
""")

_LISTS = Template("""
QAbstractItemView {
    background: $paper; border: 1px solid $rule; selection-background-color: $selection;
    selection-color: $ink; alternate-background-color: $panel;
}
QListView[kind="page"] { background: $paper; }
QListView[kind="cast"]::item { border-radius: ${radius}px; padding: 6px 8px; }
QListView[kind="cast"]::item:hover { background: $hover; }
QListView[kind="cast"]::item:selected { background: $selection; color: $ink; }
QHeaderView::section { background: $panel; border: none; color: $ink_3; padding: 4px 8px; }
QTabWidget::pane { border: none; }
QTabBar::tab { padding: 6px 12px; color: $ink_2; background: transparent; border: none; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent_2; }
QMenu { background: $paper; border: 1px solid $rule; padding: 6px; }
QMenu::item { padding: 6px 26px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $selection; color: $ink; }
QMenu::item:disabled { color: $faded; }
QMenu::separator { height: 1px; background: $rule; margin: 6px 8px; }
QMenuBar { background: $panel; border-bottom: 1px solid $rule; }
QMenuBar::item { padding: 4px 10px; background: transparent; }
QMenuBar::item:selected { background: $selection; border-radius: 5px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $thumb; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $ink_3; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def build_stylesheet(theme: Theme) -> str:
    """Return the stylesheet of the whole application."""
    palette = theme.palette
    interface, mark = theme.pixels(TextSize.INTERFACE), theme.pixels(TextSize.MARK)
    chip_height = round(mark * 1.75)
    words = {
        **{role: getattr(palette, role) for role in _ROLES},
        "hover": palette.mix("selection", "paper", 0.5),
        "edge": palette.mix("ink_3", "rule", 0.5),
        "faded": palette.ink_3 if palette.is_contrast else palette.mix("ink_3", "paper", 0.7),
        "accent_hover": palette.mix("ink", "accent", 0.14),
        "accent_pressed": palette.mix("ink", "accent", 0.28),
        "accent_faded": palette.mix("accent", "paper", 0.45),
        "marked": palette.mix("accent_2", "paper", 0.28),
        "thumb": palette.mix("ink_3", "paper", 0.3),
        "images": (RESOURCES / "icons" / ("dark" if palette.dark else "light")).as_posix(),
        "serif": theme.families.serif,
        "sans": theme.families.sans,
        "interface": interface,
        "line": round(interface * 1.4),
        "mark": mark,
        "chip_height": chip_height,
        "chip_radius": chip_height // 2 + 1,
        "name": theme.pixels(TextSize.NAME),
        "page": theme.pixels(TextSize.PAGE),
        "heading": theme.pixels(TextSize.HEADING),
        "title": theme.pixels(TextSize.TITLE),
        "radius": RADIUS,
        "radius_small": RADIUS_SMALL,
    }
    parts = (_GROUNDS, _WORDS, _BUTTONS, _FIELDS, _LISTS)
    return "".join(part.substitute(words) for part in parts)


_ROLES = (
    "paper",
    "desk",
    "panel",
    "ink",
    "ink_2",
    "ink_3",
    "rule",
    "accent",
    "accent_2",
    "on_accent",
    "bad",
    "selection",
)

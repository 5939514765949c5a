"""Walks the accessibility tree of a window, as a screen reader does."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_Role = QAccessible.Role
_NEED_NAMES = frozenset(
    {
        _Role.Button,
        _Role.ButtonMenu,
        _Role.ButtonDropDown,
        _Role.CheckBox,
        _Role.RadioButton,
        _Role.ComboBox,
        _Role.EditableText,
        _Role.SpinBox,
        _Role.Slider,
        _Role.List,
        _Role.ListItem,
        _Role.Tree,
        _Role.Table,
        _Role.MenuItem,
        _Role.PageTab,
        _Role.ProgressBar,
        _Role.Link,
    }
)


def walk(widget: QWidget) -> Iterator[QAccessibleInterface]:
    """Yield everything a screen reader can come to in a widget, itself first."""
    root = QAccessible.queryAccessibleInterface(widget)
    if root is not None:
        yield from _walk(root)


def _walk(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from _walk(child)


def name_of(interface: QAccessibleInterface) -> str:
    return interface.text(QAccessible.Text.Name).strip()


def unnamed(widget: QWidget) -> list[str]:
    """Describe every control of a shown widget that a screen reader could not name."""
    return [_describe(one) for one in walk(widget) if _needs_name(one) and not name_of(one)]


def names(widget: QWidget) -> list[str]:
    """Return the names of all controls of a shown widget, in reading order."""
    return [name_of(one) for one in walk(widget) if one.role() in _NEED_NAMES]


def _needs_name(interface: QAccessibleInterface) -> bool:
    return interface.role() in _NEED_NAMES


def _describe(interface: QAccessibleInterface) -> str:
    source = interface.object()
    what = source.metaObject().className() if source is not None else "item"
    return f"{what} ({interface.role().name}) at {interface.rect().getRect()}"

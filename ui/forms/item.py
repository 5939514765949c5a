"""What every thing of a list is in a form: its value, its place, and the ways out.

Knows no way of setting it: cards and rows do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui.viewmodels.form_fields import FieldPath


class Item(QFrame):
    """One thing of a list. GUI thread; owned by its list.

    Signals:
        edited(value): the person changed it.
        moved(int): it is to go up (-1) or down (1).
        removed: it is to go.
        following_requested: another one is to stand below it.
    """

    edited = Signal(object)
    moved = Signal(int)
    removed = Signal()
    following_requested = Signal()

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Show a value without saying that it was edited."""
        raise NotImplementedError

    def set_place(self, number: int, count: int) -> None:
        """Learn where it stands among how many."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Give the keyboard to what is written first."""
        raise NotImplementedError

    def focus_field(self, path: FieldPath) -> QWidget:
        """Give the keyboard to a field of it; returns what to bring into sight."""
        raise NotImplementedError

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        """Show what does not hold in it; `path` is its own."""
        raise NotImplementedError

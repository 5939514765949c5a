"""Any number of things in order: each a card or a row, to be added, moved and removed.

Knows a list of JSON values and how an item is made, and no model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.forms.field_editor import FieldEditor
from ui.forms.flow_layout import FlowLayout
from ui.forms.item import Item
from ui.viewmodels.form_fields import FieldDescription, FieldPath, blank_item, put_at, sorted_by

ItemMaker = Callable[[FieldDescription, str], Item]


class RepeatedEditor(FieldEditor):
    """A list of things. GUI thread; owned by its form. Values are lists."""

    def __init__(self, field: FieldDescription, spoken: str, make_item: ItemMaker) -> None:
        """Start with none."""
        super().__init__(field, spoken)
        self._make_item = make_item
        self._values: list[Any] = []
        self._items: list[Item] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6 if field.look.columns else 8)
        self._add = QPushButton(field.look.adding)
        self._add.setAccessibleName(f"Add to {spoken}")
        self._add.setToolTip(field.description)
        self._add.clicked.connect(lambda _checked: self._insert(len(self._values)))
        self._sort = self._sort_button() if field.look.sort_by else None
        below = QWidget()
        ways = FlowLayout(below, spacing=8)
        ways.addWidget(self._add)
        if self._sort is not None:
            ways.addWidget(self._sort)
        self._layout.addWidget(below)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a list; items are kept where the number stays the same."""
        values = list(value or ())
        self._values = values
        while len(self._items) > len(values):
            item = self._items.pop()
            self._layout.removeWidget(item)
            item.hide()
            item.deleteLater()
        while len(self._items) < len(values):
            self._items.append(self._new_item(len(self._items)))
        for place, (item, one) in enumerate(zip(self._items, values, strict=True)):
            item.set_value(one)
            item.set_place(place, len(values))
        self._show_sort()

    @property
    def focus_target(self) -> QWidget:
        """The button that adds one; a focus proxy would make Tab pass over the items."""
        return self._add

    def focus_field(self, path: FieldPath) -> QWidget:
        """Give the keyboard to an item, or to the field in it that the path names."""
        place = path[0] if path else None
        if not isinstance(place, int) or place >= len(self._items):
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
            return self
        return self._items[place].focus_field(path[1:])

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        """Show what does not hold in each item."""
        for number, item in enumerate(self._items):
            item.show_problems((*path, number), problems)

    def _sort_button(self) -> QPushButton:
        wanted = self.field.look.sort_by
        sort = QPushButton(f"Sort by {wanted}")
        sort.setProperty("kind", "quiet")
        sort.setAccessibleName(f"Sort {self.spoken} by {wanted}")
        sort.clicked.connect(lambda _checked: self._sort_items())
        return sort

    def _new_item(self, number: int) -> Item:
        item = self._make_item(self.field, f"{self.spoken} {number + 1}")
        item.edited.connect(lambda value: self._replace(item, value))
        item.moved.connect(lambda step: self._move(item, step))
        item.removed.connect(lambda: self._remove(item))
        item.following_requested.connect(lambda: self._insert(self._items.index(item) + 1))
        self._layout.insertWidget(number, item)
        return item

    def _replace(self, item: Item, value: object) -> None:
        self._values = put_at(self._values, (self._items.index(item),), value)
        self._show_sort()
        self.edited.emit(self._values)

    def _insert(self, place: int) -> None:
        most = self.field.most
        if most is not None and len(self._values) >= most:
            return
        values = list(self._values)
        values.insert(place, self._blank(place))
        self._change(values)
        self._items[place].focus_first()

    def _blank(self, place: int) -> Any:  # noqa: ANN401 - a JSON value
        """Return a new thing; where the things take turns, it is the turn of the next."""
        blank = blank_item(self.field)
        look = self.field.look
        if look.turns:
            name = look.columns[0].name
            known = self._values[place - 2][name] if place > 1 else look.turns[place]
            return {**blank, name: known}
        return blank

    def _remove(self, item: Item) -> None:
        number = self._items.index(item)
        self._change([value for place, value in enumerate(self._values) if place != number])
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, item: Item, step: int) -> None:
        number = self._items.index(item)
        values = list(self._values)
        values.insert(number + step, values.pop(number))
        self._change(values)
        self._items[number + step].focus_first()

    def _sort_items(self) -> None:
        self._change(sorted_by(self._values, self.field.look.sort_by))
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self, values: list[Any]) -> None:
        self.set_value(values)
        self.edited.emit(self._values)

    def _show_sort(self) -> None:
        if self._sort is not None:
            is_sorted = sorted_by(self._values, self.field.look.sort_by) == self._values
            self._sort.setEnabled(not is_sorted)

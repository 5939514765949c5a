"""Finds what stands in a widget by the words on it, as a person does."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def button(holder: QWidget, text: str) -> QPushButton:
    """Return the button that says this, shown or not."""
    return next(one for one in holder.findChildren(QPushButton) if one.text() == text)


def shown_button(holder: QWidget, text: str) -> QPushButton:
    return next(one for one in _shown_buttons(holder) if one.text() == text)


def shown_buttons(holder: QWidget) -> list[str]:
    return [one.text() for one in _shown_buttons(holder)]


def shown_words(holder: QWidget) -> list[str]:
    """Return what the labels say, without those that are empty."""
    return [one.text() for one in holder.findChildren(QLabel) if one.isVisible() and one.text()]


def _shown_buttons(holder: QWidget) -> list[QPushButton]:
    return [one for one in holder.findChildren(QPushButton) if one.isVisible()]

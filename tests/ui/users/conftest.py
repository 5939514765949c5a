"""The window's fixtures."""

from __future__ import annotations

from tests.ui.theatre import bridge, context, make_context, session, window

__all__ = ["bridge", "context", "make_context", "session", "window"]

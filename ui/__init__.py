"""The window: everything that imports PySide6.

Knows the app's services and values; `app` and `personas` never know it.
"""

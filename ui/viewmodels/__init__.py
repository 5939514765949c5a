"""What screens show and can do, as observable state without a widget.

Knows the app's services and values and Qt's core; tested without a window.
"""

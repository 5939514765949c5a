"""The look: colours by role, type, measures, one stylesheet, tinted icons.

Knows no screen and no service. Screens take a `LiveTheme` and name roles, never colours.
"""

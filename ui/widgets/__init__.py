"""Small widgets that any screen may use.

They know the theme, no view-model and no service.
"""

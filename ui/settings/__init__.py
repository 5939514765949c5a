"""The settings as a screen made from the settings model.

Shows the settings' view-model; knows no service and no other screen.
"""

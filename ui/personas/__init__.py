"""The persona's sheet: read as a page, written as forms made from the persona model.

Shows the persona's view-model; knows no service and no other screen.
"""

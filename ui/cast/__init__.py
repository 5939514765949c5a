"""The left panel: who there is, who is on stage, what was said.

Shows the cast's view-model; knows no service and no other screen.
"""

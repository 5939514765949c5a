"""The receipt of an import: what came over from each file, and what did not.

Shows the import's view-model; knows no service and no other screen.
"""

"""Forms generated from field descriptions: one editor for each kind, problems beside them.

Knows values by path and nothing of personas or settings, which both use it.
"""

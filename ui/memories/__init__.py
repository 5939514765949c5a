"""The memory room: what a character remembers, as a list, in prose and as a map.

Shows view-models; knows no service.
"""

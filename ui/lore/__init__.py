"""Lorebooks on the screen: the shelf of books, a book's entries, the test bench.

Shows view-models; knows no service and no other screen.
"""

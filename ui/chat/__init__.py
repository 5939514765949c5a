"""The conversation screen: a page that reads like a printed play, and the composer below.

Knows the conversation's view-model and the theme; no service and no other screen.
"""

"""The first minute: a name, a choice of three, a conversation.

Knows no service; it asks through signals.
"""

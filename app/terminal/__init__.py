"""Dramatis from a terminal: the same services, as commands and as a conversation.

The only part of `app` that prints. With `--json` one JSON value goes to stdout and nothing
else; logs go to stderr.
"""

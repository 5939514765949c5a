"""The words Dramatis thinks in: conversations, messages, memories, turns, requests.

Frozen values and rules. Knows the persona values and nothing else of ours.
"""

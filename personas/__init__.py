"""What a character is: three layers, a voice, an opening, and how it reads as a prompt.

Values only. Knows no Qt, no database and no model; the applications above store
these values, show them and hand them to a language model.
"""

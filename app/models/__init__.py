"""Model files: those that come along, those that are made, and what is in one.

Everything here is light to import; numpy and gguf are loaded by the conversion's own
process. Knows no engine.
"""

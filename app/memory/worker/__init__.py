"""The index child: `python -m app.memory.worker FOLDER`, the only place that runs Chroma.

Keeps ids and vectors, never words. Holds no truth: killing it at any moment costs a rebuild.
Knows its protocol and nothing else of ours.
"""

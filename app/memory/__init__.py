"""Finding the memories nearest to a text: Chroma in a child, exact search beside it.

The vectors in the store are the truth; everything here can be thrown away and made again.
Only `app.memory.worker` imports Chroma. Knows no storage, no model and no service.
"""

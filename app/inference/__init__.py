"""Talking with the engine child: its protocol, the client that satisfies the Engine port.

Only `app.inference.worker` imports llama.cpp; everything here stays light. Knows no
storage, no memory index and no service.
"""

"""The engine child: `python -m app.inference.worker`.

The only place that runs llama.cpp, chat model and embedding model both. Knows the protocol,
the GGUF reader and the worker loop, and nothing else of ours. Start reading at `server`.
"""

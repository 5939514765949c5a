"""Starts the engine child: `python -m app.inference.worker`, JSON lines over stdio.

The heavy imports wait until the loop has moved stdout out of native code's reach.
"""

from __future__ import annotations

import sys
from typing import get_args

from app.children.protocol import Codec
from app.children.worker_loop import Worker, serve
from app.inference import protocol


def make_server() -> Worker:
    from app.inference.worker.server import EngineServer  # loads llama.cpp

    return EngineServer()


if __name__ == "__main__":
    message_types = (*get_args(protocol.Request), *get_args(protocol.Answer))
    sys.exit(serve(Codec(message_types), make_server))

"""The fake worker from a later version of the program."""

from __future__ import annotations

import sys

from app.children.worker_loop import serve
from app.inference.engine_child import engine_codec
from app.inference.protocol import VERSION
from tests.app.inference.fake_worker import FakeServer

if __name__ == "__main__":
    sys.exit(serve(engine_codec(), lambda: FakeServer(VERSION + 1)))

"""Loads llama.cpp through the low-level bindings, and keeps its log.

The package's own `__init__` is not run: it imports `diskcache`, which Dramatis does not
install because it unpickles what it finds on disk (CVE-2025-69872), and the slow `Llama`
class, which is not used. Knows no model.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections import deque
from types import ModuleType
from typing import cast

_PACKAGE = "llama_cpp"
# From ggml.h; the list in the bindings' own logger is another one.
_LEVEL_ERROR, _LEVEL_CONTINUED = 4, 5
_KEPT_LINES = 12
# How often a thread of libgomp looks before it sleeps. Its own choice, 300,000, wastes the time
# slice that a thread which another program pushed off its core waits for; sleeping at once
# costs a system call at each of a token's hundreds of steps. See tests/benchmarks/bench_threads.
_WAIT_VARIABLES = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
_SPIN_COUNT = 1000


def import_bindings() -> ModuleType:
    """Import `llama_cpp.llama_cpp` behind a bare package; raises ImportError."""
    # libgomp reads it once, when the import below loads it. A choice of the user's stands.
    if not any(name in os.environ for name in _WAIT_VARIABLES):
        os.environ[_WAIT_VARIABLES[0]] = str(_SPIN_COUNT)
    if _PACKAGE not in sys.modules:
        specification = importlib.util.find_spec(_PACKAGE)
        if specification is None or specification.submodule_search_locations is None:
            message = "llama-cpp-python is not installed; `make run` builds and installs it"
            raise ImportError(message)
        package = ModuleType(_PACKAGE)
        package.__path__ = list(specification.submodule_search_locations)
        package.__spec__ = specification
        sys.modules[_PACKAGE] = package
    return importlib.import_module(f"{_PACKAGE}.llama_cpp")


class Library:
    """llama.cpp in this process, and what it complained about lately.

    Built once by the worker's main and lives as long as the process. `calls` are the raw
    ctypes functions: each class around a native object checks arguments before it calls,
    because llama.cpp answers a wrong one by ending the process.
    """

    def __init__(self) -> None:
        """Load the shared library and take over its log."""
        self.calls = import_bindings()
        self._errors: deque[str] = deque(maxlen=_KEPT_LINES)
        self._level = 0
        # The attribute keeps the callback alive: llama.cpp logs through it until the
        # process ends, and calling a collected one is a segmentation fault.
        self._log_callback = self.calls.llama_log_callback(self._log)
        self.calls.llama_log_set(self._log_callback, None)
        self.calls.llama_backend_init()

    @property
    def version(self) -> str:
        return cast("bytes", self.calls.llama_version()).decode("utf-8", "replace")

    @property
    def system_info(self) -> str:
        text = cast("bytes", self.calls.llama_print_system_info())
        return text.decode("utf-8", "replace").strip()

    @property
    def has_gpu(self) -> bool:
        """Whether this build can put layers on a GPU."""
        return bool(self.calls.llama_supports_gpu_offload())

    @property
    def can_repack(self) -> bool:
        """Whether weights may be laid out anew for this processor, which is faster.

        WORKAROUND(llama.cpp #20824): a build with AMX takes its tiles for granted where the
        processor names them, and dies at the first prompt on virtual machines that name
        them without having them. Remove when llama.cpp asks the kernel.
        """
        return "AMX_INT8 = 1" not in self.system_info

    def take_errors(self) -> str:
        """Return the errors logged since the last call, on one line, and forget them."""
        text = " ".join("".join(self._errors).split())
        self._errors.clear()
        return text

    def close(self) -> None:
        """Give the log back, before Python goes and the callback with it; idempotent."""
        self.calls.llama_log_set(self.calls.llama_log_callback(), None)

    def _log(self, level: int, text: bytes, _user_data: object) -> None:
        if level != _LEVEL_CONTINUED:
            self._level = level
        if self._level == _LEVEL_ERROR:
            line = text.decode("utf-8", "replace")
            self._errors.append(line)
            sys.stderr.write(line)

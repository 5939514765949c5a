"""Builds llama-cpp-python from its hash-checked source, once for each kind of processor.

The build is tuned to the processor it runs on, so the finished wheel is kept under a key of
version, options and processor: another clone reuses it, another machine never does. What is
left out of the build is in llama_cpp.cmake. Standard library only; see prepare.py.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from commands import CommandLog, PreparationError
from system_packages import SystemPackages

PACKAGE = "llama-cpp-python"
OPTIONS = Path(__file__).with_name("llama_cpp.cmake")
TARGETS = "llama;ggml"
LEFT_OUT = "/lib/**;/include/**;/bin/**"
PROCESSOR_LINES = ("model name", "flags", "Features", "CPU implementer", "CPU variant", "CPU part")
STEP = re.compile(r"\[(\d+)/(\d+)\]")
CHECK = """
import ctypes, importlib.util, pathlib
folder = pathlib.Path(importlib.util.find_spec("llama_cpp").submodule_search_locations[0]) / "lib"
suffix = ".dylib" if (folder / "libllama.dylib").exists() else ".so"
library = ctypes.CDLL(str(folder / ("libllama" + suffix)))
library.llama_print_system_info.restype = ctypes.c_char_p
print(library.llama_print_system_info().decode())
"""


def read_requirement(locked: Path) -> str:
    """Return the lines of `locked` that pin the engine, with their hashes."""
    pattern = re.compile(rf"^{PACKAGE}==.*?(?=^\S)", re.MULTILINE | re.DOTALL)
    found = pattern.search(locked.read_text(encoding="utf-8") + "\nend")
    if found is None:
        message = f"{locked} does not name {PACKAGE}. Restore the file from git."
        raise PreparationError(message)
    lines = [line for line in found.group().splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(lines).rstrip(" \\\n") + "\n"


def describe_processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return what decides which instructions a native build may use."""
    parts = [platform.system(), platform.machine()]
    try:
        first = cpuinfo.read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
    except OSError:
        return "\n".join([*parts, platform.processor()])
    return "\n".join([*parts, *(line for line in first.splitlines() if _names_feature(line))])


def _names_feature(line: str) -> bool:
    return line.split(":", 1)[0].strip() in PROCESSOR_LINES


def make_key(requirement: str, extra_options: str, processor: str) -> str:
    """Return the name under which a wheel is kept: equal keys mean exchangeable wheels."""
    library = os.confstr("CS_GNU_LIBC_VERSION") if hasattr(os, "confstr") else ""
    parts = (requirement, OPTIONS.read_text(encoding="utf-8"), TARGETS, LEFT_OUT)
    text = "\0".join([*parts, extra_options, processor, library or ""])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class EngineWheel:
    """The engine's wheel for this machine, kept in the user's cache. One thread."""

    def __init__(self, locked: Path, cache: Path, environment: Mapping[str, str]) -> None:
        """Work out the key; builds nothing."""
        self._environment = environment
        self._requirement = read_requirement(locked)
        self._options = environment.get("CMAKE_ARGS", "")
        self.key = make_key(self._requirement, self._options, describe_processor())
        self._folder = cache / "wheels" / self.key

    def find(self) -> Path | None:
        """Return the kept wheel, if it was built before."""
        return next(iter(sorted(self._folder.glob("*.whl"))), None)

    def build(self, python: Path, log: CommandLog, packages: SystemPackages) -> Path:
        """Compile with all cores and keep the wheel; raises PreparationError."""
        if shutil.which("g++") is None and shutil.which("clang++") is None:
            packages.install(["g++"])
        cores = count_cores()
        counted = "1 core" if cores == 1 else f"{cores} cores"
        minutes = max(1, round(6 / cores))
        print(f"Building llama.cpp with {counted} (about {minutes} min, once) …", flush=True)
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder.parent, prefix="building-") as name:
            scratch = Path(name)
            locked = scratch / "requirement.txt"
            locked.write_text(self._requirement, encoding="utf-8")
            command = [str(python), "-m", "pip", "wheel", "-v", "--no-deps", "--no-cache-dir"]
            command += ["--no-build-isolation", "--require-hashes", "--no-binary", PACKAGE]
            command += ["--wheel-dir", str(scratch / "done"), "--requirement", str(locked)]
            environment = self._make_environment(cores, python)
            log.run(
                command,
                "llama.cpp could not be built",
                environment=environment,
                on_line=_show_step if sys.stdout.isatty() else None,
            )
            shutil.rmtree(self._folder, ignore_errors=True)
            (scratch / "done").replace(self._folder)
        wheel = self.find()
        if wheel is None:
            message = f"The build of llama.cpp left no wheel. All it said: {log.path}"
            raise PreparationError(message)
        return wheel

    def discard(self) -> None:
        """Forget the kept wheel, so that the next set-up builds it again."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_environment(self, cores: int, python: Path) -> dict[str, str]:
        options = f"{self._options} -DCMAKE_PROJECT_llama_cpp_INCLUDE={shlex.quote(str(OPTIONS))}"
        return {
            **self._environment,
            "PATH": f"{python.parent}{os.pathsep}{self._environment.get('PATH', os.defpath)}",
            "CMAKE_ARGS": options.strip(),
            "CMAKE_BUILD_PARALLEL_LEVEL": str(cores),
            "SKBUILD_BUILD_TARGETS": TARGETS,
            "SKBUILD_CMAKE_VERBOSE": "false",
            "SKBUILD_CMAKE_BUILD_TYPE": "Release",
            "SKBUILD_WHEEL_EXCLUDE": LEFT_OUT,
        }


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _show_step(line: str) -> None:
    found = STEP.search(line)
    if found:
        done, total = found.groups()
        print(f"\r  {done} of {total} ", end="\n" if done == total else "", flush=True)

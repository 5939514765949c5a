"""Guards of the house that no linter has: Qt stays outside, files stay small, registries unnamed.

The import contracts themselves are in pyproject.toml and checked by import-linter.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
BORDERS = (
    "app/events.py",  # EventHub.publish: one listener must not silence the others
    "app/tasks.py",  # Lane.submit: the error travels in the future
    "app/children/worker_loop.py",  # one bad request must not end a worker
    "app/inference/worker/",
    "app/memory/worker/",
    "app/__main__.py",
    "ui/__main__.py",
)
DRAWERS = {"utils", "util", "helpers", "misc", "common", "manager", "base", "handlers"}
REGISTRIES = re.compile(
    "|".join(
        (
            r"pypi\." + "org",
            "python" + "hosted",
            r"(?<!no-emit-)index-" + "url",
            r"registry\.npm" + "js",
            r"deb\.debian\." + "org",
        )
    ),
    re.IGNORECASE,
)
IMPORT_WITHOUT_QT = """
import importlib, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "ui"}:
            raise ImportError(f"{name} is blocked: app and personas stand without Qt")
        return None

sys.meta_path.insert(0, Blocked())
for name in sys.argv[1:]:
    importlib.import_module(name)
print(len(sys.argv) - 1)
"""


def source_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_module(path: Path) -> str | None:
    """The dotted name, or None for a script that lies outside any package (migrations)."""
    relative = path.relative_to(ROOT)
    parents = [ROOT / parent for parent in relative.parents if parent.parts]
    if not all((parent / "__init__.py").is_file() for parent in parents):
        return None
    parts = relative.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tell(path: Path, line: int | None = None) -> str:
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def test_app_and_personas_import_without_qt():
    names = [name for path in source_files("app", "personas") if (name := name_module(path))]
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_QT, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[-1] == str(len(names))
    assert len(names) > 30


def test_qt_block_would_be_noticed():
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_QT, "ui.bridge"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "is blocked" in result.stderr


def test_every_module_says_what_it_is_for():
    silent = []
    for path in source_files("app", "personas", "ui", "packaging"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        fewest = 1 if path.name in {"__init__.py", "__main__.py"} else 2
        if len(docstring.splitlines()) < fewest:
            silent.append(tell(path))
    assert silent == []


def test_no_file_outgrows_its_reader():
    sizes = {
        tell(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in source_files("app", "personas", "ui", "packaging")
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_outgrows_a_screen():
    long = []
    for path in source_files("app", "personas", "ui", "packaging"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{tell(path, node.lineno)} {node.name}: {length} lines")
    assert long == []


def test_no_module_is_a_drawer():
    paths = source_files("app", "personas", "ui", "packaging")
    assert [tell(path) for path in paths if path.stem in DRAWERS] == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"})
        for name in names
    )


def passes_on(handler: ast.ExceptHandler) -> bool:
    """A handler that cleans up and raises the same error again hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_everything_is_caught_only_at_the_borders():
    broad = []
    for path in source_files("app", "personas", "ui", "packaging"):
        if tell(path).startswith(BORDERS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            if catches_everything(node) and not passes_on(node):
                broad.append(tell(path, node.lineno))
    assert broad == []


def committed_texts() -> list[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    texts = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                texts.append((name, content.decode("utf-8", errors="replace")))
    return texts


def test_no_committed_file_names_a_package_registry():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    texts = committed_texts()
    assert len(texts) > 50
    found = {name: match.group() for name, text in texts if (match := REGISTRIES.search(text))}
    assert found == {}


@pytest.mark.parametrize("name", ["run", "test", "build"])
def test_every_locked_package_has_its_hashes(name: str):
    text = (ROOT / "packaging" / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^\S.*(?:\n[ \t]+.*)*", text, re.MULTILINE)
    pins = [entry for entry in entries if not entry.startswith("#")]
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+==\S+( ;.*)? \\\n", pin), pin.splitlines()[0]
        assert "--hash=sha256:" in pin, pin.splitlines()[0]


def test_view_models_know_no_widgets():
    """import-linter cannot forbid a part of an external package, so this test does."""
    guarded = [*source_files("ui/viewmodels"), ROOT / "ui" / "bridge.py"]
    breaches = [
        tell(path, node.lineno)
        for path in guarded
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "PySide6.QtWidgets"
    ]
    assert len(guarded) > 3
    assert breaches == []

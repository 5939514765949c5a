"""What is there and whether it works: versions, paths, model, index, self-test.

Nothing that is kept changes; only the index, a cache, is made to agree with it first. Where
nothing can be opened, the report says so and still tells versions and paths. Knows services
only, through the context.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.context import VERSION, AppContext
from app.errors import AppError
from app.paths import AppPaths

_PACKAGES = (
    "pyside6-essentials",
    "llama-cpp-python",
    "chromadb",
    "sqlmodel",
    "sqlcipher3",
    "alembic",
    "pydantic",
)
_SIMILAR = ("The new movie is awesome", "The new movie is so great")
_PUBLISHED_COSINE = 0.894


def examine(context: AppContext, model: Path | None = None) -> dict[str, object]:
    """Return everything as one JSON-ready value; `ok` says whether all checks passed."""
    return _report(
        context.paths,
        {
            "database": _check(lambda: _database(context)),
            "model": _check(lambda: _model(context, model)),
            "embedding": _check(lambda: _embedding(context)),
            "index": _check(lambda: _index(context)),
        },
    )


def examine_closed(paths: AppPaths, error: AppError) -> dict[str, object]:
    """Return the same report where nothing could be opened, and why."""
    return _report(paths, {"database": _failed(error)})


def _report(paths: AppPaths, checks: dict[str, dict[str, object]]) -> dict[str, object]:
    return {
        "ok": all(bool(check["ok"]) for check in checks.values()),
        "versions": {
            "dramatis": VERSION,
            "python": platform.python_version(),
            "platform": platform.platform(),
            **{name: _version(name) for name in _PACKAGES},
        },
        "paths": {
            "data": str(paths.data),
            "database": str(paths.database),
            "cache": str(paths.cache),
            "settings": str(paths.settings),
            "log": str(paths.log),
        },
        "checks": checks,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _check(probe: Callable[[], dict[str, object]]) -> dict[str, object]:
    try:
        return {"ok": True, **probe()}
    except AppError as error:
        return _failed(error)


def _failed(error: AppError) -> dict[str, object]:
    return {"ok": False, "code": error.code, "message": error.message}


def _database(context: AppContext) -> dict[str, object]:
    report = context.reports.database().result()
    return {**report, "ok": report["problem"] is None}


def _model(context: AppContext, path: Path | None) -> dict[str, object]:
    description = context.models.load(path).result()
    return {
        "path": description.path,
        "name": description.name,
        "architecture": description.architecture,
        "context_tokens": description.context_tokens,
        "threads": description.threads,
        "template": description.template,
        "counts_tokens": context.reports.count_tokens(["one two three"])[0] > 0,
    }


def _embedding(context: AppContext) -> dict[str, object]:
    first, second = context.reports.embed(_SIMILAR)
    cosine = sum(a * b for a, b in zip(first, second, strict=True))
    return {
        "model": context.reports.embedding_model,
        "width": len(first),
        "cosine": round(cosine, 4),
        "ok": abs(cosine - _PUBLISHED_COSINE) < 0.005,
    }


def _index(context: AppContext) -> dict[str, object]:
    cast = context.personas.list_all().result()
    return context.reports.index([record.id for record in cast])

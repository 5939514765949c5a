"""A throw-away process that renders one model file's chat template.

The template is a program from a stranger. Jinja's sandbox keeps it from Python's insides,
the limits set here keep it small, and the worker kills this process when it takes too long.
JSON lines: it greets, then answers one line for the template and one for each prompt.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import NoReturn, TextIO, cast

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.children.stdio import die_with_parent

_MEMORY_BYTES = 512 * 1024 * 1024
_CPU_SECONDS = 60
_MAX_CHARACTERS = 1024 * 1024


def limit_resources() -> None:
    """Bound memory and time, where the system offers it."""
    try:
        import resource  # not on Windows; there only the time is bounded
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def compile_template(source: str) -> Template:
    """Compile a template with what Hugging Face's templates expect; raises TemplateError."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols"],
        autoescape=False,  # the output is a prompt, not a page
    )
    names = {"raise_exception": _raise_exception, "strftime_now": _strftime_now}
    return environment.from_string(source, globals=names)


def render(template: Template, line: str) -> dict[str, str]:
    """Return the answer to one request line: the text, or the error."""
    values = cast("dict[str, object]", json.loads(line))
    try:
        text = template.render(
            values, add_generation_prompt=True, enable_thinking=False, tools=None, documents=None
        )
    # What a template may raise is up to the template; any of it means that it cannot be used.
    except (TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError) as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    except (TypeError, ValueError, RecursionError) as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    if len(text) > _MAX_CHARACTERS:
        return {"error": f"it made {len(text):,} characters of a few"}
    return {"text": text}


def main(requests: TextIO, answers: TextIO) -> None:
    """Serve until the requests end."""
    say = _speaker(answers)
    say({"text": "ready"})
    try:
        template = compile_template(cast("str", json.loads(requests.readline())))
    except (TemplateError, RecursionError, MemoryError) as error:
        say({"error": f"{type(error).__name__}: {error}"[:500]})
        return
    say({"text": ""})
    for line in requests:
        say(render(template, line))


def _speaker(answers: TextIO) -> Callable[[dict[str, str]], None]:
    def say(answer: dict[str, str]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    return say


def _raise_exception(message: str) -> NoReturn:
    raise TemplateError(message)


def _strftime_now(layout: str) -> str:
    return dt.datetime.now().astimezone().strftime(layout)


if __name__ == "__main__":
    die_with_parent()
    limit_resources()
    main(sys.stdin, sys.stdout)

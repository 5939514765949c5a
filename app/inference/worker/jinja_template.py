"""Renders a model file's own chat template, in a process that can be killed.

Contents never enter the template: it sees placeholders, which are exchanged afterwards, so
that the template cannot alter what was said and contents cannot pass for marks. Knows no
model.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import subprocess
import threading
from collections.abc import Sequence
from typing import IO, cast

from app.children.process import child_environment, python_command
from app.inference.protocol import WireMessage
from app.inference.worker.templates import (
    SYSTEM,
    USER,
    Segment,
    fold_system,
    join_segments,
    merge_neighbours,
)

_START_SECONDS = 30.0
_LEAVE_SECONDS = 1.0
_MAX_LINE_BYTES = 8 * 1024 * 1024


class TemplateFailed(Exception):  # noqa: N818 - says what happened
    """The template cannot be used: it raised, took too long, or lost what was said."""


class JinjaTemplate:
    """One template and its process. Owned by a ChatFormat; compute thread."""

    def __init__(
        self, source: str, *, beginning: str, ending: str, timeout_seconds: float = 5.0
    ) -> None:
        """Start the process; raises TemplateFailed for a template that does not compile."""
        self._marks = {"bos_token": beginning, "eos_token": ending}
        self._timeout_seconds = timeout_seconds
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            python_command("app.inference.worker.jinja_renderer"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            self._hear(_START_SECONDS)
            self._ask(source)
        except TemplateFailed:
            self.close()
            raise

    def render(self, messages: Sequence[WireMessage], reply_prefix: str) -> list[Segment]:
        """Return the prompt; raises TemplateFailed.

        A template that refuses the order of the roles gets the messages again in the order
        that all templates know: user and assistant in turns, beginning with the user.
        """
        folded = merge_neighbours(fold_system(messages))
        attempts = [list(messages), folded]
        if folded and folded[0].role != USER:
            attempts.append([WireMessage(USER, "…"), *folded])
        reason = TemplateFailed("there is nothing to render")
        for attempt in attempts:
            try:
                segments = self._render_once(attempt)
            except TemplateFailed as error:
                reason = error
                if self._process.poll() is not None:
                    break
            else:
                return join_segments([*segments, Segment(reply_prefix, is_special=False)])
        raise reason

    def close(self) -> None:
        """End the process; idempotent."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _render_once(self, messages: Sequence[WireMessage]) -> list[Segment]:
        key = secrets.token_hex(8)
        stand_ins = [
            {"role": message.role, "content": f"text{key}n{number}n"}
            for number, message in enumerate(messages)
        ]
        text = self._ask({"messages": stand_ins, **self._marks})
        pieces = re.split(rf"text{key}n(\d+)n", text)
        numbers = {int(number) for number in pieces[1::2]}
        lost = [message for number, message in enumerate(messages) if number not in numbers]
        if lost:
            whose = "the system text" if lost[0].role == SYSTEM else "a message"
            message = f"it leaves out {whose}"
            raise TemplateFailed(message)
        segments: list[Segment] = []
        for at, piece in enumerate(pieces):
            is_content = at % 2 == 1
            shown = messages[int(piece)].content if is_content else piece
            segments.append(Segment(shown, is_special=not is_content))
        return segments

    def _ask(self, question: object) -> str:
        requests = cast("IO[bytes]", self._process.stdin)
        # A process that is gone gives no answer below.
        with contextlib.suppress(OSError):
            requests.write(json.dumps(question).encode("ascii") + b"\n")
            requests.flush()
        return self._hear(self._timeout_seconds)

    def _hear(self, timeout_seconds: float) -> str:
        answers = cast("IO[bytes]", self._process.stdout)
        overtime = threading.Timer(timeout_seconds, self._process.kill)
        overtime.start()
        line = answers.readline(_MAX_LINE_BYTES)
        overtime.cancel()
        if not line.endswith(b"\n"):
            self._process.kill()
            self._process.wait()
            message = f"it did not finish within {timeout_seconds:g} seconds, or broke down"
            raise TemplateFailed(message)
        answer = cast("dict[str, str]", json.loads(line))
        if "text" not in answer:
            raise TemplateFailed(answer.get("error", ""))
        return answer["text"]

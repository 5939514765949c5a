"""Decides how a model wants its turns marked: known family, own template, or plain names.

Knows templates and no tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.inference.protocol import WireMessage
from app.inference.worker.jinja_template import JinjaTemplate, TemplateFailed
from app.inference.worker.templates import (
    ASSISTANT,
    SYSTEM,
    USER,
    Segment,
    recognise_family,
    render_plainly,
)

_PROBE = (
    WireMessage(SYSTEM, "Be brief."),
    WireMessage(USER, "Hello."),
    WireMessage(ASSISTANT, "Good day."),
    WireMessage(USER, "Who are you?"),
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt in segments, and the stop strings that its format needs. A value."""

    segments: list[Segment]
    stops: tuple[str, ...] = ()


class ChatFormat:
    """Renders prompts for one model. Owned by the loaded model; compute thread."""

    def __init__(
        self, template: str, *, beginning: str, ending: str, timeout_seconds: float = 5.0
    ) -> None:
        """Choose by the GGUF's template text; a stranger is tried out first."""
        self._family = recognise_family(template)
        self._jinja: JinjaTemplate | None = None
        self.complaint = ""
        if self._family is None and template:
            self._try_out(template, beginning, ending, timeout_seconds)

    @property
    def name(self) -> str:
        """The family, "own" for the model file's template, or "plain"."""
        if self._family is not None:
            return self._family.name
        return "plain" if self._jinja is None else "own"

    def render(self, messages: Sequence[WireMessage], reply_prefix: str) -> Rendered:
        """Render a prompt; a template that fails now is given up for good.

        Mixing formats from one turn to the next would only confuse the model.
        """
        if self._family is not None:
            return Rendered(self._family.render(messages, reply_prefix))
        if self._jinja is not None:
            try:
                return Rendered(self._jinja.render(messages, reply_prefix))
            except TemplateFailed as error:
                self.complaint = str(error)
                self.close()
        return Rendered(render_plainly(messages, reply_prefix), stops=("\nUser:",))

    def close(self) -> None:
        """End the template's process, if any; idempotent."""
        if self._jinja is not None:
            self._jinja.close()
            self._jinja = None

    def _try_out(self, template: str, beginning: str, ending: str, seconds: float) -> None:
        try:
            self._jinja = JinjaTemplate(
                template, beginning=beginning, ending=ending, timeout_seconds=seconds
            )
            self._jinja.render(_PROBE, "")
        except TemplateFailed as error:
            self.complaint = str(error)
            self.close()

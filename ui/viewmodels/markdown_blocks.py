"""Markdown as small HTML, whole or while it grows.

A growing text is split into top-level blocks: closed ones are rendered once and frozen, only
the open tail is parsed again. Raw HTML stays literal, pictures become their description,
links lead to http and https only. Knows no document and no colour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_OPEN_EMPHASIS = re.compile(r"(?<![*\\\w])(\*{1,2})(?=[^\s*])")
_CLOSE_EMPHASIS = re.compile(r"(?<=[^\s*\\])(\*{1,2})(?![*\w])")


class MarkdownRenderer:
    """Turns what a message says into HTML. Stateless once built; one thread at a time."""

    def __init__(self) -> None:
        """Build the parser; it is imported here, so that the start does not wait for it."""
        self._parser = _build_parser()

    def render(self, text: str, *, is_cut_off: bool = False) -> str:
        """Return the whole text as HTML; an emphasis that a cut left open is shown as one."""
        text = normalise(text)
        if is_cut_off:
            text = _with_emphasis_closed(text)
        return "".join(html for _, html in self.blocks(text))

    def blocks(self, text: str) -> list[tuple[int, str]]:
        """Return each top-level block's first line and HTML; `text` must be normalised."""
        groups: list[list[Token]] = []
        depth = 0
        for token in self._parser.parse(text):
            if depth == 0:
                groups.append([])
            groups[-1].append(token)
            depth += token.nesting
        return [(_first_line(group), self._html(group)) for group in groups]

    def plain(self, text: str) -> str:
        """Return what is read aloud: the words without their marks, blocks joined by spaces."""
        words = [
            "".join(_spoken(child) for child in token.children or ())
            if token.type == "inline"
            else token.content
            for token in self._parser.parse(normalise(text))
        ]
        return " ".join(" ".join(words).split())

    def _html(self, tokens: Sequence[Token]) -> str:
        rendered: str = self._parser.renderer.render(tokens, self._parser.options, {})
        return rendered


class StreamingMarkdown:
    """A text that grows at its end, with its HTML. Owned by the transcript model; GUI thread."""

    def __init__(self, renderer: MarkdownRenderer, text: str = "") -> None:
        """Begin with the text there is."""
        self._renderer = renderer
        self._held = ""
        self._frozen: list[str] = []
        self._tail = ""
        self._received = ""
        self.append(text)

    @property
    def text(self) -> str:
        """Everything received, as it came."""
        return self._received

    @property
    def frozen_blocks(self) -> int:
        """How many blocks will never be parsed again."""
        return len(self._frozen)

    def append(self, text: str) -> None:
        """Take more text; a carriage return waits for what follows it."""
        self._received += text
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        self._tail += normalise(text.removesuffix("\r") if self._held else text)
        self._freeze()

    @property
    def frozen_html(self) -> str:
        """The blocks that will never change."""
        return "".join(self._frozen)

    def tail_html(self, *, finished: bool = False) -> str:
        """Return the open block; an emphasis that is still open in it is shown as one."""
        tail = self._tail + ("\n" if self._held else "")
        return self._renderer.render(tail, is_cut_off=not finished)

    def html(self, *, finished: bool = False) -> str:
        """Return all of the HTML so far."""
        return self.frozen_html + self.tail_html(finished=finished)

    def _freeze(self) -> None:
        """Render for good what whole lines already closed: all but the last block."""
        complete = self._tail[: self._tail.rfind("\n") + 1]
        if not complete:
            return
        blocks = self._renderer.blocks(complete)
        if len(blocks) < 2:
            return
        self._frozen.extend(html for _, html in blocks[:-1])
        lines = self._tail.split("\n")
        self._tail = "\n".join(lines[blocks[-1][0] :])


def normalise(text: str) -> str:
    """Return the text with plain line ends and without null characters, as the parser sees it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def is_safe_link(address: str) -> bool:
    """Whether a link leads to the web and nowhere else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def _build_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml
    from markdown_it.renderer import RendererHTML

    class _Parser(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
            return is_safe_link(url)

    class _Renderer(RendererHTML):
        def image(
            self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
        ) -> str:
            del options, env
            return f"[{escapeHtml(tokens[idx].content or 'picture')}]"

    options = {"html": False, "breaks": True}
    parser = _Parser("commonmark", options, renderer_cls=_Renderer)
    parser.enable("strikethrough")
    parser.disable("reference")
    return parser


def _first_line(tokens: Sequence[Token]) -> int:
    return tokens[0].map[0] if tokens[0].map else 0


def _spoken(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content


def _with_emphasis_closed(text: str) -> str:
    """Close the emphasis that the last paragraph leaves open, so that it does not flicker."""
    start = text.rfind("\n\n") + 1
    paragraph = text[start:].rstrip()
    marks = [(m.start(), m.group(1), True) for m in _OPEN_EMPHASIS.finditer(paragraph)]
    marks += [(m.start(), m.group(1), False) for m in _CLOSE_EMPHASIS.finditer(paragraph)]
    waiting = ""
    for _, mark, opens in sorted(marks):
        if opens and not waiting:
            waiting = mark
        elif not opens and mark == waiting:
            waiting = ""
    return text[:start] + paragraph + waiting if waiting else text

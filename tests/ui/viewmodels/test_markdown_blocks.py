"""What a message says becomes small, safe HTML, at once or piece by piece."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.viewmodels.markdown_blocks import (
    MarkdownRenderer,
    StreamingMarkdown,
    is_safe_link,
    normalise,
)

RENDERER = MarkdownRenderer()

LINES = st.sampled_from(
    [
        "She looks up.",
        "*He nods.*",
        "**No.**",
        "",
        "",
        "- tea",
        "* milk",
        "  more",
        "1. one",
        "3) three",
        "> quoted",
        "# Heading",
        "#",
        "---",
        "===",
        "```",
        "    code",
        "~~~ text",
        "<b>x</b>",
        "[a]: http://a.b",
        "a\rb",
        "\t- x",
        "|a|b|",
        "|-|-|",
    ]
)
TEXTS = st.one_of(
    st.lists(LINES, max_size=12).map("\n".join), st.text("a *_#>-`\n\r1.", max_size=40)
)


@given(TEXTS, st.lists(st.integers(1, 9), max_size=60))
def test_a_text_that_came_in_pieces_ends_as_the_whole_text_reads(text, sizes):
    stream = StreamingMarkdown(RENDERER)
    rest = text
    for size in sizes:
        stream.append(rest[:size])
        stream.html()
        rest = rest[size:]
    stream.append(rest)
    assert stream.text == text
    assert stream.html(finished=True) == RENDERER.render(text)


@given(TEXTS)
def test_blocks_joined_are_the_parse_of_the_whole(text):
    whole = RENDERER._parser.render(normalise(text))
    assert RENDERER.render(text) == whole


def test_closed_blocks_are_parsed_once():
    stream = StreamingMarkdown(RENDERER)
    stream.append("One.\n\nTwo.\n\nThree")
    assert stream.frozen_blocks == 1
    stream.append(" and four.\n")
    assert stream.frozen_blocks == 2


def test_a_block_that_the_last_line_may_still_join_stays_open():
    stream = StreamingMarkdown(RENDERER)
    stream.append("Para\n#")
    stream.append("tag")
    assert stream.html(finished=True) == "<p>Para<br />\n#tag</p>\n"


def test_a_single_line_break_breaks_the_line():
    assert RENDERER.render("one\ntwo") == "<p>one<br />\ntwo</p>\n"


def test_angle_brackets_lose_no_text():
    html = RENDERER.render("She said <whispers> come closer <b>now</b>")
    assert "&lt;whispers&gt; come closer &lt;b&gt;now&lt;/b&gt;" in html


@pytest.mark.parametrize("address", ["http://a.b/x.png", "file:///etc/passwd", "data:image/png,x"])
def test_pictures_are_never_loaded(address):
    html = RENDERER.render(f"![the <lamp>]({address})")
    assert "<img" not in html
    assert "the &lt;lamp&gt;" in html


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        ("https:", False),
        ("relative/path", False),
    ],
)
def test_links_lead_to_the_web_only(address, safe):
    assert is_safe_link(address) is safe
    assert ("<a href" in RENDERER.render(f"[here]({address})")) is safe


def test_an_address_that_is_none_is_not_safe():
    assert not is_safe_link("http://[broken")


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("*She turns", "<p><em>She turns</em></p>\n"),
        ("*She turns ", "<p><em>She turns</em></p>\n"),
        ("Yes. **No", "<p>Yes. <strong>No</strong></p>\n"),
        ("*One.* Two", "<p><em>One.</em> Two</p>\n"),
        ("2 * 3", "<p>2 * 3</p>\n"),
        ("*One.\n\nTwo", "<p>*One.</p>\n<p>Two</p>\n"),
    ],
)
def test_narration_does_not_flicker_while_it_is_written(so_far, shown):
    stream = StreamingMarkdown(RENDERER, so_far)
    assert stream.html() == shown


def test_what_stays_open_is_shown_as_it_was_written():
    stream = StreamingMarkdown(RENDERER, "*She turns")
    assert stream.html(finished=True) == "<p>*She turns</p>\n"


def test_reading_aloud_leaves_the_marks_out():
    assert RENDERER.plain("*She nods.*\nYes,\n\n- `tea`\n- **milk**") == "She nods. Yes, tea milk"

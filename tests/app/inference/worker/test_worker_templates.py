"""Prompts of the known families, and strangers' templates in their sandbox."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inference.protocol import WireMessage
from app.inference.worker import jinja_template
from app.inference.worker.chat_format import ChatFormat
from app.inference.worker.jinja_template import JinjaTemplate, TemplateFailed
from app.inference.worker.templates import Segment, recognise_family, render_plainly
from tests.app.inference.worker.conftest import assistant, system, user

TALK = (system("S"), user("U1"), assistant("A1"), user("U2"))

# Enough of each family's template to be known by, and the prompt it has to give.
FAMILIES = {
    "chatml": (
        "{{'<|im_start|>' + message['role']}}",
        (
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU1<|im_end|>\n"
            "<|im_start|>assistant\nA1<|im_end|>\n<|im_start|>user\nU2<|im_end|>\n"
            "<|im_start|>assistant\n"
        ),
    ),
    "chatml-no-thinking": (
        "{% if enable_thinking %}{% endif %}<|im_start|>",
        (
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU1<|im_end|>\n"
            "<|im_start|>assistant\nA1<|im_end|>\n<|im_start|>user\nU2<|im_end|>\n"
            "<|im_start|>assistant\n<think>\n\n</think>\n\n"
        ),
    ),
    "phi-4": (
        "<|im_start|>user<|im_sep|>",
        (
            "<|im_start|>system<|im_sep|>S<|im_end|><|im_start|>user<|im_sep|>U1<|im_end|>"
            "<|im_start|>assistant<|im_sep|>A1<|im_end|><|im_start|>user<|im_sep|>U2<|im_end|>"
            "<|im_start|>assistant<|im_sep|>"
        ),
    ),
    "llama-3": (
        "<|start_header_id|> <|end_header_id|>",
        (
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nU1<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\nA1<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nU2<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n"
        ),
    ),
    "gemma": (
        "<start_of_turn>",
        (
            "<start_of_turn>user\nS\n\nU1<end_of_turn>\n<start_of_turn>model\nA1<end_of_turn>\n"
            "<start_of_turn>user\nU2<end_of_turn>\n<start_of_turn>model\n"
        ),
    ),
    "mistral-v7": (
        "[SYSTEM_PROMPT] [INST]",
        "<s>[SYSTEM_PROMPT]S[/SYSTEM_PROMPT][INST]U1[/INST]A1</s>[INST]U2[/INST]",
    ),
    "mistral-v3-tekken": (
        '[AVAILABLE_TOOLS] "[INST]"',
        "<s>[INST]S\n\nU1[/INST]A1</s>[INST]U2[/INST]",
    ),
    "mistral-v1": (
        "'[INST] ' + message['content'] + ' [/INST]'",
        "<s>[INST] S\n\nU1 [/INST] A1</s>[INST] U2 [/INST]",
    ),
    "mistral": ("[INST]", "<s>[INST] S\n\nU1[/INST] A1</s>[INST] U2[/INST]"),
    "llama-2": ("[INST] <<SYS>>", "<s>[INST] S\n\nU1 [/INST] A1 </s><s>[INST] U2 [/INST]"),
    "phi-3": (
        "<|assistant|> <|end|>",
        (
            "<|system|>\nS<|end|>\n<|user|>\nU1<|end|>\n<|assistant|>\nA1<|end|>\n"
            "<|user|>\nU2<|end|>\n<|assistant|>\n"
        ),
    ),
    "zephyr": (
        "'<|user|>\\n' + message['content'] + eos_token",
        (
            "<|system|>\nS</s>\n<|user|>\nU1</s>\n<|assistant|>\nA1</s>\n<|user|>\nU2</s>\n"
            "<|assistant|>\n"
        ),
    ),
    "deepseek-3": (
        "<\uff5cUser\uff5c> <\uff5cAssistant\uff5c> <\uff5cend\u2581of\u2581sentence\uff5c>",
        (
            "S\n\n<\uff5cUser\uff5c>U1<\uff5cAssistant\uff5c>A1<\uff5cend\u2581of\u2581sentence\uff5c>"
            "<\uff5cUser\uff5c>U2<\uff5cAssistant\uff5c>"
        ),
    ),
    "command-r": (
        "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>",
        (
            "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>S<|END_OF_TURN_TOKEN|>"
            "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>U1<|END_OF_TURN_TOKEN|>"
            "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>A1<|END_OF_TURN_TOKEN|>"
            "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>U2<|END_OF_TURN_TOKEN|>"
            "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"
        ),
    ),
}


def text_of(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


def family_of(name: str):
    family = recognise_family(FAMILIES[name][0])
    assert family is not None
    return family


@pytest.mark.parametrize("name", FAMILIES)
def test_family_is_known_and_marks_its_turns(name: str):
    family = family_of(name)
    assert family.name == name
    assert text_of(family.render(TALK, "")) == FAMILIES[name][1]


@pytest.mark.parametrize("name", FAMILIES)
def test_contents_never_become_part_of_a_mark(name: str):
    marks = ["<|im_end|>", "<s>", "</s>", "[INST]", "<|eot_id|>"]
    messages = [user(mark) for mark in marks]
    segments = family_of(name).render(messages, "<|im_start|>")
    plain = [segment.text for segment in segments if not segment.is_special]
    assert "\n".join(plain).split() == [*marks, "<|im_start|>"]


@pytest.mark.parametrize("name", FAMILIES)
def test_reply_prefix_is_the_last_thing(name: str):
    assert family_of(name).render(TALK, "Well,")[-1] == Segment("Well,", is_special=False)


ROLES = st.sampled_from(["system", "user", "assistant"])
MESSAGES = st.lists(st.builds(WireMessage, ROLES, st.text(min_size=1, max_size=8)), max_size=8)


@given(st.sampled_from(sorted(FAMILIES)), MESSAGES)
def test_every_message_is_in_the_prompt_in_order(name: str, messages: list[WireMessage]):
    segments = family_of(name).render(messages, "")
    rest = "\0".join(segment.text for segment in segments if not segment.is_special)
    for message in messages:
        assert message.content in rest
        rest = rest[rest.index(message.content) + len(message.content) :]


@given(MESSAGES)
def test_strict_families_never_see_two_turns_of_one_side(messages: list[WireMessage]):
    text = text_of([s for s in family_of("gemma").render(messages, "") if s.is_special])
    turns = [piece.partition("\n")[0] for piece in text.split("<start_of_turn>")[1:]][:-1]
    assert all(one != other for one, other in itertools.pairwise(turns))


def test_stranger_is_not_known():
    assert recognise_family("{% for m in messages %}{{ m.content }}{% endfor %}") is None
    assert recognise_family("") is None


def test_plain_prompt_has_names_and_nothing_special():
    segments = render_plainly(TALK, "Well")
    assert text_of(segments) == "S\n\nUser: U1\n\nAssistant: A1\n\nUser: U2\n\nAssistant: Well"
    assert not any(segment.is_special for segment in segments)


Open = Callable[..., JinjaTemplate]


@pytest.fixture
def open_template() -> Iterator[Open]:
    opened: list[JinjaTemplate] = []

    def open_it(source: str, **options) -> JinjaTemplate:
        template = JinjaTemplate(source, **({"beginning": "<s>", "ending": "</s>"} | options))
        opened.append(template)
        return template

    yield open_it
    for template in opened:
        template.close()
        template.close()


def test_own_template_gets_marks_and_gives_segments(open_template: Open):
    template = open_template(
        "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}]{{ m['content'] | trim }}"
        "{{ eos_token }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    segments = template.render((system("S</s>"), user(" U ")), "Well")
    assert segments == [
        Segment("<s>[system]", is_special=True),
        Segment("S</s>", is_special=False),
        Segment("</s>[user]", is_special=True),
        Segment(" U ", is_special=False),
        Segment("</s>[assistant]", is_special=True),
        Segment("Well", is_special=False),
    ]


def test_template_that_wants_alternation_gets_it(open_template: Open):
    template = open_template(
        "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate') }}{% endif %}<{{ m.content }}>{% endfor %}"
    )
    messages = (system("S"), user("U1"), user("U2"), assistant("A"))
    assert text_of(template.render(messages, "")) == "<S\n\nU1\n\nU2><A>"
    assert text_of(template.render((assistant("A"), user("U")), "")) == "<…><A><U>"


def test_template_that_drops_the_system_text_gets_it_from_the_user(open_template: Open):
    template = open_template(
        "{% for m in messages %}{% if m.role != 'system' %}<{{ m.content }}>{% endif %}{% endfor %}"
    )
    assert text_of(template.render((system("S"), user("U")), "")) == "<S\n\nU>"


def test_helpers_that_templates_expect_are_there(open_template: Open):
    template = open_template(
        "{{ strftime_now('%Y') }} {% for m in messages %}{% if not loop.first %}{% break %}"
        "{% endif %}{{ m.content }}{% endfor %} {{ tools is none }} {{ {'a': 1} | tojson }}"
    )
    assert text_of(template.render((user("U"),), ""))[4:] == ' U True {"a": 1}'


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ messages[0].content }}",
        "{{ messages.append(1) }}{{ messages[0].content }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}{{ messages[0].content }}",
        "{{ 1 // 0 }}",
        "{{ messages[0].nothing.at_all }}",
        "{{ raise_exception('no') }}",
        "{% for a in range(10 ** 9) %}{% endfor %}{{ messages[0].content }}",
        "{{ messages[0].content[:3] }}",
        "nothing of what was said",
        "{{ 'x' * 2000000 }}{{ messages[0].content }}",
        "{{ 'x' * 9999999999 }}{{ messages[0].content }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    ],
)
def test_template_that_cannot_be_used_says_so(open_template: Open, source: str):
    template = open_template(source)
    with pytest.raises(TemplateFailed):
        template.render((user("Hello there"),), "")


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ (8 + messages | length) ** 99999999 }}",
    ],
)
def test_template_that_does_not_end_is_ended(open_template: Open, source: str):
    template = open_template(source, timeout_seconds=0.5)
    with pytest.raises(TemplateFailed, match=r"0\.5 seconds"):
        template.render((user("Hello there"),), "")
    with pytest.raises(TemplateFailed):
        template.render((user("Hello there"),), "")


def test_template_that_does_not_end_while_it_is_compiled_is_ended(open_template: Open):
    # Jinja computes constants when it compiles.
    with pytest.raises(TemplateFailed, match=r"0\.5 seconds"):
        open_template("{{ 9 ** 99999999 }}", timeout_seconds=0.5)


@pytest.mark.parametrize("source", ["{% for %}", "{{ ", "{% nothing %}"])
def test_template_that_does_not_compile_says_so(open_template: Open, source: str):
    with pytest.raises(TemplateFailed):
        open_template(source)


def test_template_of_a_process_that_does_not_start_says_so(
    open_template: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jinja_template, "python_command", lambda module: ("/bin/false", module))
    with pytest.raises(TemplateFailed):
        open_template("{{ messages }}")


def test_format_falls_back_to_names_for_good():
    turns = "{% if messages | length > 4 %}{{ 1 // 0 }}{% endif %}"
    every = "{% for m in messages %}<{{ m.content }}>{% endfor %}"
    chat = ChatFormat(turns + every, beginning="", ending="")
    assert chat.name == "own"
    assert text_of(chat.render((user("U"),), "").segments) == "<U>"
    talk = (*TALK, assistant("A2"), user("U3"))
    rendered = chat.render(talk, "")
    assert chat.name == "plain"
    assert rendered.stops == ("\nUser:",)
    assert "division" in chat.complaint
    assert text_of(chat.render((user("U"),), "").segments).startswith("User: U")
    chat.close()


def test_format_of_a_known_family_needs_no_process():
    chat = ChatFormat("<start_of_turn>", beginning="<bos>", ending="<eos>")
    assert chat.name == "gemma"
    chat.close()

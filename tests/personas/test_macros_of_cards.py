"""The macros of cards: a fixed list, once, the same for the same setting, never a crash."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.immersion import greeting_texts, last_word, rules_of_play
from personas.instructions import Instructions
from personas.life_context import LifeContext
from personas.macro_clock import moment_formatted, span_in_words
from personas.macro_expansion import (
    MacroSetting,
    changing_macros,
    expand_macros,
    unsupported_macros,
)
from personas.macro_setting import setting_of
from personas.persona import Persona
from personas.sheet import build_sheet
from personas.voice import ExampleDialogue, ExampleLine, Voice

WHEN = datetime(2026, 10, 12, 14, 5, 9, tzinfo=timezone(timedelta(hours=2)))
SETTING = MacroSetting(
    "Isla",
    "Daniel",
    seed="conversation",
    turn="m7",
    moment=WHEN,
    idle=timedelta(hours=3),
    original="our rules",
    description="keeps a light",
    personality="dry",
    scenario="on Skye",
    persona="a visitor",
    examples="Isla: Aye.",
    summary="they met",
    last_message="Well?",
    last_user_message="Hello.",
    last_char_message="Well?",
)

EXPANDED = {
    "{{char}} {{Char}} {{ CHAR }} <char> <BOT> <bot>": "Isla Isla Isla Isla Isla Isla",
    "{{user}} <USER> {{notChar}}": "Daniel Daniel Daniel",
    "{{group}} {{charIfNotGroup}}": "Isla Isla",
    "{{{char}}}": "{Isla}",
    "<START>\nIsla: Aye.": "\nIsla: Aye.",
    "{{original}}": "our rules",
    "{{description}}, {{personality}}, {{scenario}}": "keeps a light, dry, on Skye",
    "{{persona}} | {{mesExamples}} | {{summary}}": "a visitor | Isla: Aye. | they met",
    "{{lastMessage}} {{lastUserMessage}} {{lastCharMessage}}": "Well? Hello. Well?",
    "{{date}}, {{time}}, {{weekday}}": "12 October 2026, 2:05 PM, Monday",
    "{{isodate}} {{isotime}}": "2026-10-12 14:05",
    "{{datetimeformat::dddd Do MMM YYYY [at] HH:mm:ss}}": "Monday 12th Oct 2026 at 14:05:09",
    "{{datetimeformat DD.MM.YY}}": "12.10.26",
    "{{idleDuration}}": "3 hours",
    "{{timeDiff::2024-01-03T00:00::2024-01-01}}": "in 2 days",
    "{{timeDiff::2024-01-01::2024-01-01T06:00+00:00}}": "6 hours ago",
    "a{{newline}}b{{newline::2}}c": "a\nb\n\nc",
    "a \n\n{{trim}}\n\n b": "a  b",
    "\n{{trim}}{{trim}}\n": "",
    "a{{noop}}b{{// a note}}c{{comment: seen}}d{{hidden_key:word}}e{{outlet::k}}f": "abcdef",
    "{{reverse:Hello, {{char}}}}": "alsI ,olleH",
    "{{reverse::a::b}}": "b::a",
}


@pytest.mark.parametrize(("text", "expected"), EXPANDED.items())
def test_every_macro_on_the_list_means_what_other_programs_mean(text, expected):
    assert expand_macros(text, SETTING) == expected
    assert unsupported_macros(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{setvar::a::b}}",
        "{{if x}}",
        "{{roll:many}}",
        "{{roll:0}}",
        "{{roll:101d6}}",
        "{{random}}",
        "{{timeDiff::soon::later}}",
        "{{timeDiff::2024-01-01}}",
        "{{datetimeformat}}",
        "{{newline::x}}",
        "{{}}",
        "{{ }}",
        "{{1}}",
        "{{char!}}",
        "{char}",
        "{{char",
        "char}}",
    ],
)
def test_what_is_not_on_the_list_or_is_misused_stays_as_written(text):
    assert expand_macros(text, SETTING) == text


def test_without_a_clock_the_clock_s_macros_stay_as_written():
    text = "{{time}} {{datetimeformat::HH}}"
    assert expand_macros(text, replace(SETTING, moment=None)) == text
    assert expand_macros("{{idleDuration}}", replace(SETTING, idle=None)) == "just now"


def test_what_other_programs_know_and_we_do_not_is_named_once_with_nested_ones():
    text = "{{setvar::a::{{getvar::b}}}} {{#if a}}{{char}}{{/if}} {{random::{{model}}}}"
    assert unsupported_macros(text) == [
        "{{setvar}}",
        "{{#if}}",
        "{{/if}}",
        "{{getvar}}",
        "{{model}}",
    ]


def test_macros_that_would_change_from_turn_to_turn_are_named():
    assert changing_macros("{{char}} {{Time}} {{roll:6}} {{pick:a,b}} {{time}}") == [
        "{{time}}",
        "{{roll}}",
    ]


def test_chance_offers_every_option_and_nothing_else():
    texts = ("{{random::red::green, blue}}", "{{pick:red,green\\, blue}}")
    for text in texts:
        drawn = {expand_macros(text, replace(SETTING, seed=str(number))) for number in range(40)}
        assert drawn == {"red", "green, blue"}


def test_dice_show_every_sum_they_can():
    def rolled(text: str) -> set[int]:
        return {
            int(expand_macros(text, replace(SETTING, turn=str(number)))) for number in range(200)
        }

    assert rolled("{{roll:2d2+3}}") == {5, 6, 7}
    assert rolled("{{roll d3}}") == {1, 2, 3}
    assert rolled("{{roll:3-1}}") == {0, 1, 2}


def test_random_changes_with_the_turn_and_pick_does_not():
    turns = [replace(SETTING, turn=str(number)) for number in range(30)]
    assert len({expand_macros("{{random:a,b,c}}", setting) for setting in turns}) == 3
    assert len({expand_macros("{{pick:a,b,c}}", setting) for setting in turns}) == 1


def test_two_places_in_a_text_draw_for_themselves():
    options = ",".join(str(number) for number in range(1000))
    drawn = expand_macros(f"{{{{pick:{options}}}}} " * 8, SETTING).split()
    assert len(set(drawn)) > 1


def test_an_option_may_hold_macros_and_a_comma_in_a_name_is_no_separator():
    setting = replace(SETTING, char="Isla, of Skye")
    drawn = {
        expand_macros("{{random:{{char}},{{user}}}}", replace(setting, turn=str(number)))
        for number in range(30)
    }
    assert drawn == {"Isla, of Skye", "Daniel"}


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "a few seconds"),
        (timedelta(seconds=-60), "a minute"),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(minutes=60), "an hour"),
        (timedelta(hours=23), "a day"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=30), "a month"),
        (timedelta(days=100), "3 months"),
        (timedelta(days=400), "a year"),
        (timedelta(days=3652), "10 years"),
    ],
)
def test_spans_of_time_are_told_in_round_words(span, words):
    assert span_in_words(span) == words


def test_hours_of_twelve_and_days_with_endings():
    midnight = datetime(2026, 5, 1, 0, 4, tzinfo=UTC)
    assert moment_formatted(midnight, "h:mm a, hh A, Do, D/M") == "12:04 am, 12 AM, 1st, 1/5"
    endings = [moment_formatted(midnight.replace(day=day), "Do") for day in (2, 3, 11, 13, 22)]
    assert endings == ["2nd", "3rd", "11th", "13th", "22nd"]


PERSONA = Persona(
    name="Isla",
    description="{{char}} is {{pick:calm,wild,odd}} at {{time}}.",
    scenario="{{user}} knocks.",
    greeting="It is {{weekday}}, {{user}}.",
    life=LifeContext(weekday="{{random:tea,toast,oats}} at six."),
    voice=Voice(examples=(ExampleDialogue(lines=(ExampleLine(speaker="{{char}}", text="Aye."),)),)),
    instructions=Instructions(
        system_prompt="{{original}} About {{char}}: {{scenario}} {{mesExamples}}",
        post_history="{{lastUserMessage}} was last, {{idleDuration}} ago.",
    ),
)


def test_the_sheet_is_frozen_for_a_conversation_and_differs_between_them():
    def sheet(seed: str) -> str:
        setting = setting_of(PERSONA, "Daniel", seed=seed, moment=WHEN)
        return "\n".join(
            part.text for part in build_sheet(PERSONA, user_name="Daniel", setting=setting)
        )

    assert sheet("one") == sheet("one")
    assert len({sheet(str(number)) for number in range(12)}) > 1
    assert "2:05 PM" in sheet("one")
    assert "{{" not in sheet("one")


def test_instructions_and_greetings_take_the_same_setting():
    setting = setting_of(
        PERSONA, "Daniel", moment=WHEN, idle=timedelta(days=2), last_user_message="Hello."
    )
    assert "Daniel knocks. Isla: Aye." in rules_of_play(PERSONA, "Daniel", setting)
    assert last_word(PERSONA, "Daniel", setting) == "Hello. was last, 2 days ago."
    assert greeting_texts(PERSONA, "Daniel", setting) == ("It is Monday, Daniel.",)


HOSTILE = st.sampled_from(["{{char}}", "{{user}}", "<BOT>", "{{random:a,b}}", "{{", "}}", "::"])
PIECES = st.lists(
    st.sampled_from(
        [
            *("{{", "}}", "{", "::", ":", ",", "\\,", "//", " ", "\n", "<bot>", "random", "pick"),
            *(
                "roll",
                "char",
                "reverse",
                "trim",
                "datetimeformat",
                "timeDiff",
                "newline",
                "9d9",
                "é",
            ),
        ]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


@settings(max_examples=300)
@given(PIECES)
def test_no_text_breaks_the_macros_and_the_same_setting_gives_the_same(text):
    assert expand_macros(text, SETTING) == expand_macros(text, SETTING)
    assert all(name.startswith("{{") for name in unsupported_macros(text))
    assert set(changing_macros(text)).isdisjoint(unsupported_macros(text))


@given(HOSTILE, HOSTILE, HOSTILE)
def test_what_is_put_in_is_never_read_again(char, user, last):
    setting = replace(SETTING, char=char, user=user, last_message=last)
    assert expand_macros("{{char}}|{{user}}|{{lastMessage}}", setting) == f"{char}|{user}|{last}"
    assert expand_macros("{{random::{{char}}}}", setting) == char.strip()


@given(st.text().filter(lambda text: "{{" not in text and "<" not in text))
def test_text_without_macros_comes_back_to_the_letter(text):
    assert expand_macros(text, SETTING) == text


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 100_000 + "}}" * 100_000,
        "{{random:" * 3_000 + "a" + "}}" * 3_000,
        "{{reverse:" + "{{char}}," * 20_000 + "}}",
        "{{roll:100d6}}" * 10_000,
        "{{" * 200_000,
    ],
    ids=["braces", "nested", "wide", "dice", "unclosed"],
)
def test_a_hostile_text_takes_no_time_to_speak_of(text):
    begun = time.process_time()
    expand_macros(text, SETTING)
    unsupported_macros(text)
    assert time.process_time() - begun < 5


def test_a_card_cannot_grow_its_text_without_end():
    setting = replace(SETTING, description="word " * 10_000)
    grown = expand_macros("{{description}}" * 5_000, setting)
    assert len(grown) < 400_000
    assert grown.endswith("{{description}}")

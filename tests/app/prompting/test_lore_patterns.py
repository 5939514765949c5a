"""Patterns in keys: what `re` finds, in linear time, and a sentence for what cannot be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.prompting.lore_keys import PATTERN_STEPS, KeyFinder, KeyRule
from app.prompting.lore_pattern_search import OutOfStepsError, Pattern, Steps
from app.prompting.lore_pattern_syntax import PatternRefusedError, slashed

PLENTY = 10**7


def found(pattern: str, text: str, flags: str = "") -> bool:
    return Pattern(pattern, flags).is_in(text, Steps(PLENTY))


ATOMS = st.sampled_from(
    ["a", "b", "ab", ".", "[ab]", "[^a]", r"\w", r"\s", r"\b", r"\B", "^", "$", "c", r"\d", r"\."]
)


def _grown(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(children, min_size=1, max_size=3).map("".join),
        st.tuples(children, children).map("(?:%s|%s)".__mod__),
        st.tuples(children, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,1}?", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.tuples(st.sampled_from(["?=", "?!"]), children).map("(%s%s)".__mod__),
    )


PATTERNS = st.recursive(ATOMS, _grown, max_leaves=6)


@settings(max_examples=400)
@given(PATTERNS, st.text("abc .\n1", max_size=8), st.sampled_from(["", "i", "s", "m"]))
def test_it_finds_what_python_finds(pattern: str, text: str, flags: str) -> None:
    # Python lets `$` stand before a last line break; other programs do not.
    assume(not text.endswith("\n") or "$" not in pattern)
    # Nor does its \B like an empty text.
    assume(text or r"\B" not in pattern)
    options = sum((getattr(re, flag.upper()) for flag in flags), start=re.RegexFlag(0))
    assert found(pattern, text, flags) == (re.search(pattern, text, options) is not None)


@pytest.mark.parametrize(
    ("pattern", "flags", "there", "missing"),
    [
        (r"\bdragons?\b", "i", "Two Dragons!", "dragonfly"),
        (r"(?<!street)lamp", "", "a lamp", "a streetlamp"),
        (r"(?<=oil )lamp", "", "an oil lamp", "a gas lamp"),
        (r"(?=.*oil)(?=.*lamp)", "s", "lamp\nand oil", "lamp alone"),
        ("[\u4e00-\u9fff]{2}", "", "see 灯塔", "see 灯"),
        (r"[\x41-\x43]\u0031\t", "", "B1\t", "D1\t"),
        (r"\u{1F525}", "u", "a 🔥", "a fire"),
        (r"[\w-]+@[^\s\]]", "", "a-b@c", "a-b@ c"),
        ("(?<name>x)(?P<other>y)", "", "xy", "x y"),
        ("(?i)LAMP", "", "lamp", "lump"),
        (r"a{x}|{,3}", "", "a{x}", "aaa"),
        (r"[]x]\]", "", "]]", "x["),
        (r"[\b]|\0", "", "\x08", "b"),
        (r"\A\D\W\S\Z", "", "a.b", "1.b"),
        (r"\/\.\n", "", "/.\n", "//\n"),
        ("ß", "i", "Straße", "STRASSE"),
        ("(?:x^)?y", "", "y", "x"),
        (r"(?:\b)*y(?=z)?", "", "xy", "xz"),
    ],
)
def test_both_dialects_are_read(pattern: str, flags: str, there: str, missing: str) -> None:
    assert found(pattern, there, flags)
    assert not found(pattern, missing, flags)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "a)", "[a", "[", "*a", "a**", "a{2}{3}", "a*+", "\\", r"[\\", "(?#x)", "(?>a)"),
        *(r"(a)\1", r"\k<name>", r"\p{L}", "[b-a]", r"[a-\d]", "a{3,2}", "a{1001}", "x" * 1001),
        *("(" * 31 + "a" + ")" * 31, "(?x)a", "((a{100}){100}){100}", r"[\q]"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(PatternRefusedError, match=r"\w+"):
        Pattern(pattern)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from([*"()[]{}|*+?\\^$.,:=!<>-a1", "(?", "(?<", "{2,", r"\u", r"\x4"])
        | st.characters(),
        max_size=12,
    ).map("".join),
    st.text(max_size=20),
)
def test_no_pattern_whatever_does_worse_than_being_refused(pattern: str, text: str) -> None:
    finder = KeyFinder("Isla", "Daniel")
    is_there = finder.is_in(pattern, KeyRule(use_regex=True), text)
    assert not (is_there and finder.problems)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 20_000 + "b"),
        ("^(a|a)*$", "a" * 20_000 + "b"),
        ("(x+x+)+[yz]", "x" * 20_000),
        (".*.*.*.*[=]", "x" * 20_000),
        ("(?=(a+)+$)a", "a" * 20_000 + "b"),
        (r"(\w+\s?)*[!]$", "word " * 4_000),
    ],
)
def test_a_pattern_that_would_never_end_takes_a_few_steps_for_each_letter(
    pattern: str, text: str
) -> None:
    finder = KeyFinder("Isla", "Daniel")
    assert not finder.is_in(f"/{pattern}/", KeyRule(), text)
    assert PATTERN_STEPS - finder.steps.left < 4 * len(text)
    assert finder.problems == {}


def test_patterns_that_cost_too_much_are_given_up_with_a_reason() -> None:
    finder = KeyFinder("Isla", "Daniel")
    costly = "/[ab]?(a?){900}[ab]{900}/"
    assert not finder.is_in(costly, KeyRule(), "a" * 3_000)
    # The last letter may cost a step for each part of the pattern.
    assert -2_000 < finder.steps.left < 0
    assert "too long" in finder.problems[costly]
    assert not finder.is_in("/[xyz]a/", KeyRule(), "za")


def test_steps_are_shared_and_the_last_one_is_refused() -> None:
    steps = Steps(10)
    steps.spend(10)
    with pytest.raises(OutOfStepsError):
        steps.spend(1)


@pytest.mark.parametrize(
    ("key", "rule", "text", "expected"),
    [
        ("lamp", KeyRule(), "A LAMPLIGHTER", True),
        ("lamp", KeyRule(whole_words=True), "A lamplighter", False),
        ("lamp", KeyRule(whole_words=True), "lamplighter, lamp.", True),
        ("Lamp", KeyRule(case_sensitive=True), "lamp", False),
        ("C++", KeyRule(whole_words=True), "she writes C++ well", True),
        ("灯", KeyRule(whole_words=True), "看灯塔", True),
        ("caf\u00e9", KeyRule(), "CAFE\u0301", True),
        ("straße", KeyRule(), "STRASSE", True),
        ("  lamp ", KeyRule(), "lamp", True),
        ("", KeyRule(), "lamp", False),
        ("  ", KeyRule(use_regex=True), "lamp", False),
        ("{{char}}", KeyRule(), "isla said", True),
        ("/{{user}} (?:says|said)/", KeyRule(), "Daniel (D.) said", True),
        ("a.c", KeyRule(), "abc", False),
        ("a.c", KeyRule(use_regex=True), "xABCx", True),
        ("a.c", KeyRule(use_regex=True, case_sensitive=True), "ABC", False),
        ("a.c", KeyRule(use_regex=True, regex_in_slashes=True), "abc", False),
        ("/a.c/", KeyRule(), "abc", True),
        ("/a.c/", KeyRule(), "ABC", False),
        ("/a.c/i", KeyRule(case_sensitive=True), "ABC", True),
        ("/(/", KeyRule(), "(", False),
    ],
)
def test_keys_are_looked_for_as_the_entry_says(
    key: str, rule: KeyRule, text: str, expected: bool
) -> None:
    finder = KeyFinder("Isla", "Daniel (D.)")
    assert finder.is_in(key, rule, text) is expected
    assert finder.is_in(key, rule, text) is expected


def test_a_key_is_a_pattern_only_between_slashes() -> None:
    assert slashed("/a/b/gi") == ("a/b", "gi")
    assert slashed("//") is None
    assert slashed("and/or") is None

"""The rules in the order in which they are tried, and the review that tries them.

A rule is a name and a function from a reading to remarks; the name is a promise to tests,
scripts and whoever silences a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from personas.persona import Persona
from personas.review import (
    ages_and_dates,
    bonds,
    contradictions,
    craft,
    gaps,
    length,
    likeness,
    lore_rules,
    macro_rules,
    repetition,
    safety,
    temper,
)
from personas.review.finding import Finding, Remark
from personas.review.reading import CountTokens, PatternFault, Reading, Similarity

_MOST_FINDINGS_PER_RULE = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for; a value, any thread."""

    name: str
    look: Callable[[Reading], Iterable[Remark]]


RULES: tuple[Rule, ...] = (
    Rule("hidden-instruction", safety.hidden_instruction),
    Rule("message-frame", safety.message_frame),
    Rule("unseen-text", safety.unseen_text),
    Rule("invented-turn", safety.invented_turn),
    Rule("blind-agreement", safety.blind_agreement),
    Rule("web-address", safety.web_address),
    Rule("event-after-age", ages_and_dates.event_after_age),
    Rule("years-against-ages", ages_and_dates.years_against_ages),
    Rule("age-too-low-for-dates", ages_and_dates.age_too_low_for_dates),
    Rule("event-before-birth", ages_and_dates.event_before_birth),
    Rule("timeline-out-of-order", ages_and_dates.timeline_out_of_order),
    Rule("age-told-twice", ages_and_dates.age_told_twice),
    Rule("born-in-two-years", ages_and_dates.born_in_two_years),
    Rule("two-birthplaces", contradictions.two_birthplaces),
    Rule("two-homes", contradictions.two_homes),
    Rule("job-against-employment", contradictions.job_against_employment),
    Rule("alone-in-company", contradictions.alone_in_company),
    Rule("feelings-against-words", contradictions.feelings_against_words),
    Rule("same-person-twice", contradictions.same_person_twice),
    Rule("secret-known-by-a-stranger", contradictions.secret_known_by_a_stranger),
    Rule("themself-among-the-people", bonds.themself_among_the_people),
    Rule("feeling-for-a-stranger", bonds.feeling_for_a_stranger),
    Rule("bond-before-birth", bonds.bond_before_birth),
    Rule("bond-after-age", bonds.bond_after_age),
    Rule("bond-before-meeting", bonds.bond_before_meeting),
    Rule("bonds-out-of-order", bonds.bonds_out_of_order),
    Rule("change-without-event", bonds.change_without_event),
    Rule("last-change-against-today", bonds.last_change_against_today),
    Rule("company-against-sociability", temper.company_against_sociability),
    Rule("headline-against-scores", temper.headline_against_scores),
    Rule("loved-and-hated", temper.loved_and_hated),
    Rule("loved-and-hated-alike", likeness.loved_and_hated_alike),
    Rule("says-what-they-never-say", temper.says_what_they_never_say),
    Rule("phrase-both-ways", temper.phrase_both_ways),
    Rule("every-score-the-same", temper.every_score_the_same),
    Rule("greeting-speaks-for-the-user", craft.greeting_speaks_for_the_user),
    Rule("fact-only-in-the-greeting", craft.fact_only_in_the_greeting),
    Rule("you-for-two-people", craft.you_for_two_people),
    Rule("assistant-speak", craft.assistant_speak),
    Rule("example-without-the-character", craft.example_without_the_character),
    Rule("essay-from-outside", craft.essay_from_outside),
    Rule("name-like-a-macro", craft.name_like_a_macro),
    Rule("changing-macro-in-stable-part", macro_rules.changing_macro_in_stable_part),
    Rule("unsupported-macro", macro_rules.unsupported_macro),
    Rule("misspelt-macro", macro_rules.misspelt_macro),
    Rule("literal-user", macro_rules.literal_user),
    Rule("rules-replaced", macro_rules.rules_replaced),
    Rule("sheet-above-its-share", length.sheet_above_its_share),
    Rule("section-too-long", length.section_too_long),
    Rule("field-too-long", length.field_too_long),
    Rule("greeting-too-long", length.greeting_too_long),
    Rule("last-word-too-long", length.last_word_too_long),
    Rule("tagline-too-long", length.tagline_too_long),
    Rule("repeated-sentence", repetition.repeated_sentence),
    Rule("repeated-entry", repetition.repeated_entry),
    Rule("nearly-repeated", likeness.nearly_repeated),
    Rule("opposite-statements", likeness.opposite_statements),
    Rule("entry-without-keys", lore_rules.entry_without_keys),
    Rule("entry-without-text", lore_rules.entry_without_text),
    Rule("everyday-key", lore_rules.everyday_key),
    Rule("broken-pattern", lore_rules.broken_pattern),
    Rule("same-entry-twice", lore_rules.same_entry_twice),
    Rule("constants-above-the-budget", lore_rules.constants_above_the_budget),
    Rule("no-life-context", gaps.no_life_context),
    Rule("one-layer-only", gaps.one_layer_only),
    Rule("no-examples", gaps.no_examples),
    Rule("never-disagrees", gaps.never_disagrees),
    Rule("no-greeting", gaps.no_greeting),
    Rule("no-voice", gaps.no_voice),
    Rule("no-flaws", gaps.no_flaws),
    Rule("no-goals", gaps.no_goals),
    Rule("loves-without-hates", gaps.loves_without_hates),
    Rule("short-essay", gaps.short_essay),
)


def review(
    persona: Persona,
    *,
    context_tokens: int | None = None,
    count_tokens: CountTokens | None = None,
    similarity: Similarity | None = None,
    pattern_fault: PatternFault | None = None,
) -> tuple[Finding, ...]:
    """Return what there is to say about a persona, the gravest first.

    Without `context_tokens` nothing is said about the context's share; without
    `count_tokens` tokens are reckoned; without `similarity` nothing is said about likeness,
    without `pattern_fault` nothing about the patterns of lorebook keys.
    At most twenty findings a rule, so that a hostile book does not bury the others.
    """
    reading = Reading(persona, context_tokens, count_tokens, similarity, pattern_fault)
    found = (
        Finding(rule.name, remark.severity, remark.sentence, remark.fields, remark.remedy)
        for rule in RULES
        for remark in islice(rule.look(reading), _MOST_FINDINGS_PER_RULE)
    )
    return tuple(sorted(found, key=lambda finding: finding.severity.rank))

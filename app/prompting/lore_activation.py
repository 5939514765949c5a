"""All entries at one moment: rounds of recursion, groups, chance; and the timers before it.

Timers are not stored. The path is played again from its beginning, so that another branch or
an edited message has the timers of what is really in it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.domain.conversation import Author
from app.prompting.lore_keys import KeyFinder
from app.prompting.lore_matching import Matcher, Source, Timer, Verdict
from app.prompting.lore_rules import LoreRule, finite, scanned_text
from app.prompting.lore_scene import LoreScene
from personas.macros import expand

MOST_ROUNDS = 8
"""How often entries may bring up others before it ends."""

MOST_SPREAD = 100
"""The texts of so many entries are read for others' keys."""

Timers = dict[int, Timer]


@dataclass(slots=True)
class _Moment:
    """What has been decided so far at one moment. One call, one thread."""

    length: int
    timers: Timers
    verdicts: dict[int, Verdict] = field(default_factory=dict[int, Verdict])
    up: dict[int, Verdict] = field(default_factory=dict[int, Verdict])
    spread: list[Source] = field(default_factory=list[Source])

    def is_open(self, rule: LoreRule) -> bool:
        """Whether nothing final was said of it yet."""
        verdict = self.verdicts.get(rule.number)
        return verdict is None or not verdict.is_settled


class Activation:
    """Fires the entries of one scene. One turn, one thread."""

    def __init__(self, rules: Sequence[LoreRule], scene: LoreScene) -> None:
        """Take rules and scene; nothing is searched yet."""
        self._rules = rules
        self._scene = scene
        self._finder = KeyFinder(scene.char, scene.user)
        self._matcher = Matcher(scene, self._finder)

    def now(self) -> dict[int, Verdict]:
        """Return a verdict for every rule at the scene's end, by the rule's number.

        A rule has come up when its verdict has a reason and no `why_not`.
        """
        moment = _Moment(len(self._scene.lines), self._played_timers())
        self._round(moment, self._rules, 0)
        highest = max((rule.level for rule in self._rules), default=0)
        is_going, level = True, 0
        while moment.spread and level < MOST_ROUNDS and (is_going or level < highest):
            level += 1
            is_going = self._round(moment, [r for r in self._rules if r.recurs], level)
        return moment.verdicts

    def _played_timers(self) -> Timers:
        """Play what has timers, and what shares a group with it, from the path's beginning."""
        timed = {rule.number for rule in self._rules if rule.is_timed}
        if not timed:
            return {}
        groups = {group for rule in self._rules if rule.is_timed for group in rule.groups}
        played = [r for r in self._rules if r.number in timed or groups.intersection(r.groups)]
        timers: Timers = {}
        for length, line in enumerate(self._scene.lines):
            if length == 0 or line.author is not Author.CHARACTER:
                continue
            moment = _Moment(length, timers)
            self._round(moment, played, 0)
            begun = {number for number, verdict in moment.up.items() if not verdict.is_sticky}
            timers = timers | {number: Timer(length) for number in begun & timed}
        return timers

    def _round(self, moment: _Moment, rules: Iterable[LoreRule], level: int) -> bool:
        """Judge what is still open; return whether anything came up."""
        found: list[tuple[LoreRule, Verdict]] = []
        for rule in rules:
            if not moment.is_open(rule):
                continue
            timer = moment.timers.get(rule.number)
            verdict = self._matcher.judge(rule, moment.length, timer, level, moment.spread)
            moment.verdicts[rule.number] = verdict
            if verdict.reason:
                found.append((rule, verdict))
        chosen = self._one_of_each_group(moment, found)
        came_up = [(rule, verdict) for rule, verdict in chosen if self._is_lucky(moment, rule)]
        for rule, verdict in came_up:
            moment.up[rule.number] = verdict
            if rule.spreads and len(moment.spread) < MOST_SPREAD:
                text = expand(scanned_text(rule.text), char=self._scene.char, user=self._scene.user)
                moment.spread.append(Source(text, f"the entry “{rule.entry.label}”"))
        return bool(came_up)

    def _is_lucky(self, moment: _Moment, rule: LoreRule) -> bool:
        """Draw against its probability; what stays from before needs no luck."""
        verdict = moment.verdicts[rule.number]
        chance = finite(rule.entry.probability, 100)
        if not rule.entry.use_probability or chance >= 100 or verdict.is_sticky:
            return True
        if self._scene.drawn(moment.length, f"chance/{rule.identity}") * 100 < chance:
            return True
        why_not = f"Chance was against it this time ({chance:g} in a hundred)."
        moment.verdicts[rule.number] = replace(verdict, why_not=why_not)
        return False

    def _one_of_each_group(
        self, moment: _Moment, found: list[tuple[LoreRule, Verdict]]
    ) -> list[tuple[LoreRule, Verdict]]:
        """Leave one of each group; of the others say who was preferred."""
        for group in dict.fromkeys(group for rule, _ in found for group in rule.groups):
            members = [
                rule
                for rule, _ in found
                if group in rule.groups and not moment.verdicts[rule.number].why_not
            ]
            already = next(
                (r for r in self._rules if r.number in moment.up and group in r.groups), None
            )
            if already is None and len(members) < 2:
                continue
            winner = already or self._winner(moment, group, members)
            why_not = f"Of the group “{group}” came up “{winner.entry.label}”."
            for rule in members:
                if rule is not winner:
                    verdict = moment.verdicts[rule.number]
                    moment.verdicts[rule.number] = replace(verdict, why_not=why_not)
        return [pair for pair in found if not moment.verdicts[pair[0].number].why_not]

    def _winner(self, moment: _Moment, group: str, members: list[LoreRule]) -> LoreRule:
        """Return who of a group comes up: what stays, most keys, precedence, then the draw."""
        staying = [rule for rule in members if moment.verdicts[rule.number].is_sticky]
        members = _best_scored(staying or members, moment.verdicts)
        first = [rule for rule in members if rule.entry.group_override]
        if first:
            return max(first, key=lambda rule: (finite(rule.entry.insertion_order), -rule.number))
        weights = [max(finite(rule.entry.group_weight), 0) for rule in members]
        if not sum(weights):
            weights = [1.0 for _ in members]
        left = self._scene.drawn(moment.length, f"group/{group}") * sum(weights)
        for rule, weight in zip(members, weights, strict=True):
            left -= weight
            if left < 0:
                return rule
        return members[-1]


def _best_scored(members: list[LoreRule], verdicts: dict[int, Verdict]) -> list[LoreRule]:
    """Leave out who counts keys and found fewer than the best."""
    best = max(verdicts[rule.number].score for rule in members)
    return [
        rule
        for rule in members
        if not rule.entry.use_group_scoring or verdicts[rule.number].score == best
    ]

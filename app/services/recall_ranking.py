"""Orders the lines that may answer a question, and says what each signal added.

Eight signals, one weight each. Pure: lines, frequencies and the question come in as values;
knows no store, no index and no model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from math import log
from typing import TYPE_CHECKING, cast

from app.domain.memory import Signal, StoryLine, Vector
from app.services.recall_dates import EventAsked, Period, tells_a_time
from app.services.recall_question import Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_AFTER_ASKING = frozenset("\"'\u2019\u201d)* \n")
_BEST_OF_A_SITTING = 3


ABOUT = 0.44
"""What a message must reach with some line, so that anything is recalled: cosine plus 0.2 for
every word shared, counted by rarity from 0 to 1, two at most. Measured on the development half
of LoCoMo, names left out: 3 % of its questions fall below, and of 40 messages beside the point
("tell me a joke") 94 %, of questions from another conversation 43 %."""

ABOUT_SOMEBODY = 0.24
"""The same where the user or the character is called by name or past days are asked about: who
speaks so asks memory. 0.3 % of the questions fall below."""

_SHARED_WORD = 0.2
_MOST_SHARED = 2.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal counts, in the units of a log-likelihood. A value.

    Fitted by tests/benchmarks/fit_recall.py: the listwise softmax likelihood of the evidence
    turns of 997 questions on five LoCoMo conversations, unpenalised but for 1e-4 of the square,
    then rounded. Left out one conversation at a time the weights move by less than a fifth
    and recall by less than the noise. What did not earn its place there was dropped: BM25 beside
    coverage, embeddings of three lines together, the line's length, first-person words,
    pseudo-relevance feedback.

    - `meaning`: cosine of the line with the question, -1 to 1.
    - `words`: share of the question's words, by rarity, in the line or a neighbour.
    - `sitting`: the same two for the line's sitting, mean of its three best lines.
    - `answer`: cosine of the line before, when that asks something.
    - `speaker`: whether the one who is asked about says it.
    - `asking`: whether the line ends in a question.
    - `time`: whether it has a word of time.
    - `date`: how near its day is to the days asked about, 0 to 1.
    """

    meaning: float = 7.2
    words: float = 4.4
    sitting: float = 3.7
    answer: float = 3.4
    speaker: float = 1.2
    asking: float = -1.1
    time: float = 0.8
    date: float = 4.6


SIGNALS = tuple(field.name for field in fields(Weights))


@dataclass(frozen=True, slots=True)
class RankedLine:
    """A line, its score, and the signals that add up to it. A value."""

    line: StoryLine
    score: float
    signals: tuple[Signal, ...]

    def value(self, name: str) -> float:
        """Return what a signal measured, 0 where it is not told."""
        return next((signal.value for signal in self.signals if signal.name == name), 0.0)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many of all `lines` each stem stands. A value."""

    counts: Mapping[str, int]
    lines: int

    def rarity(self, stem: str) -> float:
        """Return the inverse document frequency, as BM25 has it."""
        count = self.counts.get(stem, 0)
        total = max(self.lines, count)
        return log(1 + (total - count + 0.5) / (count + 0.5))


def rank(
    question: Question,
    vector: Vector,
    lines: Sequence[StoryLine],
    frequencies: Frequencies,
    weights: Weights = Weights(),
    count: int | None = None,
) -> list[RankedLine]:
    """Return lines, the likeliest first, or the first `count`; equals keep their order."""
    import numpy as np

    if not lines:
        return []
    values = measure(question, vector, lines, frequencies)
    counted = np.asarray(astuple(weights))
    scores = values @ counted
    order = np.argsort(-scores, kind="stable")[:count]
    return [
        RankedLine(
            lines[place],
            float(scores[place]),
            tuple(
                Signal(name, value, value * weight)
                for name, value, weight in zip(
                    SIGNALS, values[place].tolist(), counted.tolist(), strict=True
                )
                if value
            ),
        )
        for place in cast("list[int]", order.tolist())
    ]


def is_about_something(
    question: Question, ranked: Sequence[RankedLine], frequencies: Frequencies
) -> bool:
    """Whether any of the lines has to do with the question; see ABOUT."""
    rarest = log(1 + max(frequencies.lines, 1))
    shareable = sum(frequencies.rarity(stem) for stem in question.stems) / rarest
    closest = max(
        (
            line.value("meaning")
            + _SHARED_WORD * min(_MOST_SHARED, line.value("words") * shareable)
            for line in ranked
        ),
        default=0.0,
    )
    is_of_memory = question.is_of_somebody or question.is_of_past
    return closest >= (ABOUT_SOMEBODY if is_of_memory else ABOUT)


def measure(
    question: Question, vector: Vector, lines: Sequence[StoryLine], frequencies: Frequencies
) -> Numbers:
    """Return one row for each line with the values of SIGNALS, in that order."""
    import numpy as np

    before, after = _neighbours(lines)
    rows = np.array([line.vector for line in lines], np.float32)
    # Not by @: for so little, BLAS wakes threads that cost more than they do.
    meaning = np.einsum("ik,k->i", rows, np.asarray(vector, np.float32)).astype(np.float64)
    own, near = _coverage(question, lines, frequencies, before, after)
    asking = np.array([asks(line.text) for line in lines], np.float64)
    led = np.where(before >= 0, asking[before] * meaning[before], 0.0)
    speaker = np.array([question.of_user == line.by_user for line in lines], np.float64)
    timed = np.array([tells_a_time(line.stems) for line in lines], np.float64)
    sitting = _best_of_sittings(lines, meaning + own)
    dated = _dated(question, lines)
    return np.stack([meaning, near, sitting, led, speaker, asking, timed, dated], axis=1)


def asks(text: str) -> bool:
    """Whether a text ends in a question; the caption of a picture in brackets may follow."""
    place = text.rfind("?")
    if place < 0:
        return False
    rest = text[place + 1 :].strip()
    return _AFTER_ASKING.issuperset(rest) or (rest[:1] == "[" and rest[-1:] == "]")


def _neighbours(lines: Sequence[StoryLine]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of the line before and the line after each, -1 for none."""
    import numpy as np

    places = {
        (line.sitting, line.story_order): place
        for place, line in enumerate(lines)
        if line.message_id is not None
    }
    found = [
        [places.get((line.sitting, line.story_order + step), -1) for line in lines]
        if places
        else [-1] * len(lines)
        for step in (-1, 1)
    ]
    alone = [line.message_id is None for line in lines]
    both = [np.where(alone, -1, np.asarray(side, np.intp)) for side in found]
    return both[0], both[1]


def _coverage(
    question: Question,
    lines: Sequence[StoryLine],
    frequencies: Frequencies,
    before: NDArray[np.intp],
    after: NDArray[np.intp],
) -> tuple[Numbers, Numbers]:
    """Return the share of the question's words in each line, and with its neighbours."""
    import numpy as np

    wanted = question.stems
    if not wanted:
        return np.zeros(len(lines)), np.zeros(len(lines))
    rarity = np.array([frequencies.rarity(stem) for stem in wanted])
    share = rarity / rarity.sum()
    columns = {stem: column for column, stem in enumerate(wanted)}
    held = np.zeros((len(lines) + 1, len(wanted)))  # The last row is the neighbour of the edge.
    for row, line in enumerate(lines):
        for stem in columns.keys() & line.stems:
            held[row, columns[stem]] = 1.0
    near = np.maximum(held[:-1], np.maximum(held[before], held[after]))
    return held[:-1] @ share, near @ share


def _best_of_sittings(lines: Sequence[StoryLine], values: Numbers) -> Numbers:
    """Return for each line the mean of its sitting's best values."""
    import numpy as np

    sittings = defaultdict[str, list[int]](list)
    for place, line in enumerate(lines):
        sittings[line.sitting].append(place)
    means = np.zeros(len(lines))
    told: list[float] = values.tolist()
    for places in sittings.values():
        best = sorted([told[place] for place in places], reverse=True)[:_BEST_OF_A_SITTING]
        means[places] = sum(best) / len(best)
    return means


def _dated(question: Question, lines: Sequence[StoryLine]) -> Numbers:
    """Return how near each line's day is to the days asked about."""
    import numpy as np

    period = question.period
    if period is None and question.event is not None:
        period = _period_by(question.event, lines)
    if period is None:
        return np.zeros(len(lines))
    return np.array([period.nearness(line.happened_at.astimezone().date()) for line in lines])


def _period_by(event: EventAsked, lines: Sequence[StoryLine]) -> Period | None:
    """Return the days before or after those on which an event was last spoken of."""
    days = [
        line.happened_at.astimezone().date()
        for line in lines
        if set(event.stems).issubset(line.stems)
    ]
    if not days:
        return None
    return Period(None, max(days)) if event.is_before else Period(max(days), None)

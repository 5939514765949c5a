"""What can be typed after `bench`, and what it does.

Measures in a home of its own, which is removed; nothing of the person's is read or written.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import mean

from app.benches import open_benches
from app.errors import UserError
from app.terminal.grammar import Subcommands
from app.terminal.locomo_file import TrialDialogue, TrialQuestion, read_dialogues

_DEPTHS = (5, 10, 25, 50)
_SIZES = (1_000, 10_000, 100_000)
_TIMES = 200
_EPISODES = 10_000


def add_bench(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `bench`."""
    bench = commands.add_parser("bench", parents=[shared], help="measure in a home of its own")
    actions = bench.add_subparsers(dest="action", metavar="ACTION", required=True)
    memory = actions.add_parser("memory", parents=[shared], help="how well and fast is recalled")
    memory.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="dialogues with questions, as LoCoMo's"
    )
    memory.add_argument(
        "--latency", action="store_true", help="recall among 1k, 10k and 100k memories"
    )
    memory.add_argument("--throughput", action="store_true", help="remembering 10,000 exchanges")
    memory.add_argument(
        "--memories", type=int, action="append", metavar="N", help="sizes other than those"
    )


def run_bench(arguments: argparse.Namespace) -> object:
    """Carry out what was typed; return a JSON-ready value. Raises UserError."""
    if arguments.file is None and not arguments.latency and not arguments.throughput:
        message = "Say what to measure: a FILE of dialogues, --latency or --throughput."
        raise UserError(message, code="usage")
    measured: dict[str, object] = {}
    if arguments.file is not None:
        measured |= measure_recall(read_dialogues(arguments.file))
    if arguments.latency:
        measured["latency"] = measure_latency(arguments.memories or _SIZES)
    if arguments.throughput:
        [count] = arguments.memories or [_EPISODES]
        measured["throughput"] = measure_throughput(count)
    return measured


@dataclass(slots=True)
class _Scores:
    """Shares of evidence found, question by question. One thread."""

    shares: list[list[float]] = field(default_factory=list[list[float]])
    first: list[float] = field(default_factory=list[float])
    by_category: defaultdict[int, list[list[float]]] = field(
        default_factory=lambda: defaultdict[int, list[list[float]]](list)
    )

    def add(self, question: TrialQuestion, turns: Sequence[str]) -> None:
        shares = [
            len(question.evidence.intersection(turns[:depth])) / len(question.evidence)
            for depth in _DEPTHS
        ]
        self.shares.append(shares)
        self.by_category[question.category].append(shares)
        ranks = (rank for rank, turn in enumerate(turns, 1) if turn in question.evidence)
        self.first.append(1 / next(ranks, float("inf")))

    def told(self) -> dict[str, object]:
        categories = sorted(self.by_category.items())
        return {
            "recall": _by_depth(self.shares),
            "by_category": {str(name): _by_depth(shares) for name, shares in categories},
            "mrr": round(mean(self.first), 4) if self.first else 0.0,
        }


def _by_depth(shares: Sequence[Sequence[float]]) -> dict[str, float]:
    if not shares:
        return {str(depth): 0.0 for depth in _DEPTHS}
    return {
        str(depth): round(mean(column), 4)
        for depth, column in zip(_DEPTHS, zip(*shares, strict=True), strict=True)
    }


def measure_recall(dialogues: Sequence[TrialDialogue]) -> dict[str, object]:
    """Return how much of the evidence is found, beside two baselines, and how fast."""
    ours, nearest, by_words = _Scores(), _Scores(), _Scores()
    seconds: list[float] = []
    for trial in dialogues:
        with open_benches() as benches:
            benches.clock.moment = trial.dialogue.turns[-1].said_at + timedelta(hours=1)
            told = benches.trials.tell(trial.dialogue)
            texts = [question.text for question in trial.questions]
            answers = benches.trials.ask_all(told, texts, max(_DEPTHS))
        for question, answer in zip(trial.questions, answers, strict=True):
            ours.add(question, answer.recalled)
            nearest.add(question, answer.nearest)
            by_words.add(question, answer.by_words)
            seconds.append(answer.seconds)
    return {
        **ours.told(),
        "baselines": {"chroma": nearest.told(), "bm25": by_words.told()},
        "latency_ms": _milliseconds(seconds),
        "questions": len(seconds),
        "skipped": sum(trial.skipped for trial in dialogues),
        "turns": sum(len(trial.dialogue.turns) for trial in dialogues),
    }


def measure_latency(sizes: Sequence[int]) -> dict[str, object]:
    """Return p50 and p95 of recall among so many memories, without the question's embedding."""
    measured: dict[str, object] = {}
    for size in sizes:
        with open_benches() as benches:
            filled = benches.load.fill(size)
            benches.load.time_recall(filled, 10)  # The first looks bring everything into memory.
            measured[str(size)] = _milliseconds(benches.load.time_recall(filled, _TIMES))
    return measured


def measure_throughput(count: int) -> dict[str, object]:
    """Return lines a second: what the embedding model does in batches, and with remembering."""
    with open_benches() as benches:
        raw, kept = benches.load.throughput(_sentences(2 * count))
    return {
        "episodes": count,
        "embedder_lines_per_second": round(raw, 1),
        "remembered_lines_per_second": round(kept, 1),
        "share": round(kept / raw, 3),
    }


def _milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {"p50": 0.0, "p95": 0.0}
    ordered = sorted(1000 * one for one in seconds)
    return {
        "p50": round(ordered[len(ordered) // 2], 2),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
    }


def _sentences(count: int) -> list[str]:
    """Return sentences of 5 to 34 words, as long as what people say, all different."""
    words = _WORDS.split()
    return [
        " ".join(
            words[(number * 31 + place * place * 7 + place) % len(words)]
            for place in range(5 + number * 37 % 30)
        )
        + f" {number}."
        for number in range(count)
    ]


_WORDS = (
    "yesterday we walked along the harbour and my sister told me about her new work in the old "
    "library where she reads to children every Friday while I would rather paint the lighthouse "
    "before winter comes and the boats are brought in because nobody remembers what colour it had"
)

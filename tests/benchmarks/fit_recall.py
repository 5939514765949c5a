"""Fits the weights of recall on a LoCoMo file, and shows what leaving one conversation out costs.

    PYTHONPATH=. .venv/bin/python tests/benchmarks/fit_recall.py ../shared/data/locomo_dev.json

Candidates are what the product's own search would bring (nearest vectors, stems, neighbours); the
signals are measured by `recall_ranking.measure` itself. The data stays local: CC BY-NC 4.0.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.ids import LineId, MemoryId, MessageId
from app.domain.memory import MemoryKind, StoryLine
from app.services.recall_question import Question, understand
from app.services.recall_ranking import SIGNALS, Frequencies, Weights, measure
from app.services.stems import stems

KS = (5, 10, 25, 50)
NEAREST, BY_WORDS, REACH = 60, 40, 2


@dataclass(frozen=True)
class Story:
    """One conversation as lines, and its questions with the places of their evidence."""

    name: str
    lines: list[StoryLine]
    vectors: np.ndarray
    questions: list[tuple[Question, np.ndarray, frozenset[int], int]]
    frequencies: Frequencies
    speakers: tuple[str, str]
    last_day: datetime


def read_day(words: str) -> datetime:
    return datetime.strptime(words, "%I:%M %p on %d %B, %Y").astimezone()


def embed(texts: list[str], cache: Path) -> np.ndarray:
    known = dict(np.load(cache)) if cache.exists() else {}
    missing = sorted({text for text in texts if text not in known}, key=len)
    if missing:
        from app.inference.embedding import EmbeddingClient
        from app.inference.engine_child import EngineChild

        [model] = Path(".build/models").glob("all-minilm-l6-v2-*.gguf")
        child = EngineChild()
        try:
            vectors = EmbeddingClient(child, lambda: model, threads=2).embed(missing)
        finally:
            child.close()
        known.update((t, np.asarray(v, np.float16)) for t, v in zip(missing, vectors, strict=True))
        np.savez(cache, **known)
    return np.stack([known[text].astype(np.float32) for text in texts])


def read_story(record: dict[str, Any], cache: Path) -> Story:
    speakers: tuple[str, str] = tuple(record["speakers"])
    turns = [(session, turn) for session in record["sessions"] for turn in session["turns"]]
    said = [
        turn["text"] + (f" [{turn['image']}]" if turn.get("image") else "") for _, turn in turns
    ]
    vectors = embed(
        [f"{t['speaker']}: {text}" for (_, t), text in zip(turns, said, strict=True)], cache
    )
    lines = [
        StoryLine(
            id=LineId(turn["id"]),
            memory_id=MemoryId(turn["id"]),
            kind=MemoryKind.EPISODE,
            message_id=MessageId(turn["id"]),
            sitting=f"{record['id']} {session['session']}",
            story_order=order,
            by_user=turn["speaker"] == speakers[0],
            speaker=turn["speaker"],
            text=said[order],
            stems=stems(said[order]),
            happened_at=read_day(session["date"]),
            vector=vectors[order],
        )
        for order, (session, turn) in enumerate(turns)
    ]
    places = {turn["id"]: place for place, (_, turn) in enumerate(turns)}
    last = lines[-1].happened_at
    asked = [
        (understand(q["question"], *speakers, last.date()), q["category"], evidence)
        for q in record["questions"]
        if (evidence := frozenset(places[e] for e in q["evidence"] if e in places))
    ]
    bare = embed([question.bare for question, _, _ in asked], cache)
    counts = Counter(stem for line in lines for stem in set(line.stems))
    return Story(
        record["id"],
        lines,
        vectors,
        [(q, vector, e, c) for (q, c, e), vector in zip(asked, bare, strict=True)],
        Frequencies(counts, len(lines)),
        speakers,
        last,
    )


def candidates(story: Story, question: Question, vector: np.ndarray) -> list[int]:
    """Return the places that search would bring, with neighbours of the same sitting."""
    frequencies = story.frequencies
    near = np.argsort(-(story.vectors @ vector))[:NEAREST].tolist()
    rare = sorted(question.stems, key=frequencies.rarity, reverse=True)
    rare = [stem for stem in rare if frequencies.counts.get(stem)][:6]
    score = {
        place: sum(frequencies.rarity(stem) for stem in rare if stem in line.stems)
        for place, line in enumerate(story.lines)
    }
    worded = [p for p in sorted(score, key=lambda p: -score[p])[:BY_WORDS] if score[p] > 0]
    sitting = [line.sitting for line in story.lines]
    around = {
        place + step
        for place in {*near, *worded}
        for step in range(-REACH, REACH + 1)
        if 0 <= place + step < len(sitting) and sitting[place + step] == sitting[place]
    }
    return sorted(around)


@dataclass(frozen=True)
class Asked:
    story: int
    category: int
    places: np.ndarray
    values: np.ndarray
    evidence: frozenset[int]


def fit(asked: list[Asked], used: list[int], steps: int = 150) -> np.ndarray:
    """Return the weights of the listwise softmax likelihood, by Adam on scaled signals."""
    rows = [(a.values[:, used], np.isin(a.places, list(a.evidence))) for a in asked]
    rows = [(x, e) for x, e in rows if e.any()]
    values = np.concatenate([x for x, _ in rows])
    scale = values.std(0) + 1e-6
    values = values / scale
    sizes = [len(x) for x, _ in rows]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(rows)), sizes)
    target = values.T @ np.concatenate([e / e.sum() for _, e in rows])
    weights = first = second = np.zeros(len(used))
    for step in range(1, steps + 1):
        score = values @ weights
        likelihood = np.exp(score - np.maximum.reduceat(score, starts)[owner])
        likelihood /= np.add.reduceat(likelihood, starts)[owner]
        slope = (values.T @ likelihood - target) / len(rows) + 1e-4 * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope * slope
        weights = weights - 0.1 * (first / (1 - 0.9**step)) / (
            np.sqrt(second / (1 - 0.99**step)) + 1e-8
        )
    return weights / scale


def recall(asked: list[Asked], scores: list[np.ndarray]) -> dict[str, Any]:
    by: dict[Any, list[list[float]]] = {}
    ranks = []
    for one, score in zip(asked, scores, strict=True):
        order = one.places[np.argsort(-score, kind="stable")].tolist()
        found = [len(one.evidence.intersection(order[:k])) / len(one.evidence) for k in KS]
        ranks.append(next((1 / (r + 1) for r, p in enumerate(order) if p in one.evidence), 0.0))
        for key in ("all", one.category):
            by.setdefault(key, []).append(found)
    table = {
        str(k): np.round(100 * np.mean(v, 0), 1).tolist() for k, v in sorted(by.items(), key=str)
    }
    return {"recall": table, "mrr": round(float(np.mean(ranks)), 3)}


def left_out(asked: list[Asked], used: list[int]) -> tuple[dict[str, Any], np.ndarray]:
    folds = {s: fit([a for a in asked if a.story != s], used) for s in {a.story for a in asked}}
    result = recall(asked, [a.values[:, used] @ folds[a.story] for a in asked])
    return result, np.stack(list(folds.values()))


def tell(name: str, result: dict[str, Any]) -> None:
    cells = " | ".join(f"{k}: {'/'.join(map(str, v))}" for k, v in result["recall"].items())
    sys.stdout.write(f"{name:22s} mrr {result['mrr']} | {cells}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("/tmp/fit_recall.npz"))
    parser.add_argument("--without", action="store_true", help="leave each signal out in turn")
    arguments = parser.parse_args()
    records = json.loads(arguments.file.read_text())
    records = records if isinstance(records, list) else records["conversations"]
    stories = [read_story(record, arguments.cache) for record in records]
    asked = []
    for number, story in enumerate(stories):
        for question, vector, evidence, category in story.questions:
            places = candidates(story, question, vector)
            values = measure(question, vector, [story.lines[p] for p in places], story.frequencies)
            asked.append(Asked(number, category, np.array(places), values, evidence))
    everything = list(range(len(SIGNALS)))
    result, folds = left_out(asked, everything)
    tell("left out", result)
    shipped = np.array([getattr(Weights(), name) for name in SIGNALS])
    tell("as shipped", recall(asked, [a.values @ shipped for a in asked]))
    for name, all_of_it, spread in zip(SIGNALS, fit(asked, everything), folds.std(0), strict=True):
        ships = getattr(Weights(), name)
        sys.stdout.write(f"  {name:10s} {all_of_it:6.2f}  ± {spread:.2f}   ships {ships}\n")
    for place in everything if arguments.without else ():
        used = [one for one in everything if one != place]
        tell(f"without {SIGNALS[place]}", left_out(asked, used)[0])


if __name__ == "__main__":
    sys.exit(main())

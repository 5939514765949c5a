"""Reads tens of thousands of faulty cards and says what was slowest and how much memory it took.

    .venv/bin/python -m tests.benchmarks.fuzz_cards [NUMBER] [SEED]

Fails when a file raises anything but CardError, takes longer than a second of processor time,
or when all together need more than 200 MB beyond the start.
"""

from __future__ import annotations

import resource
import sys
import time
import warnings
from collections import Counter

from personas.cards import CardError, CardFormat, read_card, write_card
from tests.personas.cards.fixtures import PRODUCERS
from tests.personas.cards.mutation import faulty_card

DEFAULT_NUMBER = 50_000
MOST_SECONDS = 1.0
MOST_MEGABYTES = 200


def main(number: int, seed: int) -> int:
    for make in PRODUCERS.values():
        read_card(make(), file_name="whole")
    warnings.simplefilter("error")
    start = _megabytes()
    slowest, outcomes = (0.0, 0), Counter[str]()
    for index in range(number):
        data = faulty_card(seed + index)
        before = time.process_time()
        try:
            card = read_card(data, file_name="fuzz")
            outcomes[card.receipt.file_format] += 1
            if card.persona is not None and index % 10 == 0:
                form = list(CardFormat)[index // 10 % len(CardFormat)]
                read_card(write_card(card.persona, card.portrait, form), file_name="again")
        except CardError as error:
            outcomes["refused"] += 1
            if not (error.problem.endswith((".", "?")) and error.remedy.endswith(".")):
                _say(f"seed {seed + index}: no sentence: {error}")
                return 1
        slowest = max(slowest, (time.process_time() - before, seed + index))
    grown = _megabytes() - start
    for outcome, count in outcomes.most_common():
        _say(f"{count:7,}  {outcome}")
    _say(f"slowest {slowest[0] * 1000:.1f} ms (seed {slowest[1]}), memory +{grown:.1f} MB")
    return int(slowest[0] > MOST_SECONDS or grown > MOST_MEGABYTES)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1024**2


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(arguments + [DEFAULT_NUMBER, 1][len(arguments) :])))

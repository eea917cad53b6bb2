"""Telling a checkable text from another: comments and debates (``detection/*.jsonl``).

A text of several sentences counts as suggested when one of its sentences is, with the highest score among them.
"""

import json
from pathlib import Path

from claims.language.analysis import analyse
from tests.evaluation import Row

_REFERENCES = {
    "germeval2021": {"macro-F1": 0.6508, "average precision": 0.5907},
    "claimbuster": {"macro-F1": 0.7093, "average precision": 0.5421},
}


def measure(folder: Path) -> list[Row]:
    """Macro-F1 over both classes and average precision, for each set in ``folder``."""
    rows = []
    for name, references in _REFERENCES.items():
        labels, suggested, scores = [], [], []
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)
                sentences = analyse(item["text"], item["language"]).sentences
                labels.append(item["label"] == 1)
                suggested.append(any(sentence.suggested for sentence in sentences))
                scores.append(max((sentence.score for sentence in sentences), default=0.0))
        values = {"macro-F1": macro_f1(labels, suggested), "average precision": average_precision(labels, scores)}
        rows += [Row(f"{name} {what}", value, references[what]) for what, value in values.items()]
    return rows


def macro_f1(labels: list[bool], given: list[bool]) -> float:
    """The mean of the F1 of both classes."""
    total = 0.0
    for wanted in (True, False):
        hits = sum(label == wanted == answer for label, answer in zip(labels, given, strict=True))
        size = sum(label == wanted for label in labels) + sum(answer == wanted for answer in given)
        total += 2 * hits / size if size else 0.0
    return total / 2


def average_precision(labels: list[bool], scores: list[float]) -> float:
    """The mean of the precisions at each score that adds recall; equal scores count at once."""
    ranked = sorted(zip(scores, labels, strict=True), key=lambda pair: -pair[0])
    positives = sum(labels)
    hits = counted = 0
    result = 0.0
    for place, (score, label) in enumerate(ranked, start=1):
        hits += label
        last = place == len(ranked) or ranked[place][0] != score
        if last and hits > counted:
            result += (hits - counted) / positives * hits / place
            counted = hits
    return result

"""Numbers and units: the cases of ``quantities/`` (Recognizers-Text), by language and kind."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from claims.language.quantities import Quantity, find
from tests.evaluation import Row

# What a rule of digits and a scale word reaches; quantulum3 0.10 reaches 0.6411 in English without the ranges.
REFERENCES = {"de": 0.5484, "en": 0.5163}
WITHOUT_RANGES = "0.6411 quantulum3"
CLOSE = Decimal("1e-9")
"""The sets give fractions to 15 digits."""


def measure(folder: Path) -> list[Row]:
    rows = []
    for language, reference in REFERENCES.items():
        file = folder / f"recognizers_{language}.jsonl"
        if not file.is_file():
            rows.append(Row(f"quantities {language}", "not there", reference))
            continue
        right: dict[str, list[bool]] = defaultdict(list)
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            right[case["kind"]].append(is_right(case))
        every = [answer for answers in right.values() for answer in answers]
        rows.append(Row(f"quantities {language}, all {len(every)}", share(every), reference))
        if language == "en":
            plain = [answer for kind, answers in right.items() for answer in answers if kind != "range"]
            rows.append(Row(f"quantities en, without ranges {len(plain)}", share(plain), WITHOUT_RANGES))
        rows += [
            Row(f"quantities {language}, {kind} {len(answers)}", share(answers))
            for kind, answers in sorted(right.items())
        ]
    return rows


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


def is_right(case: dict[str, Any]) -> bool:
    """Every result has a found quantity at its place with that value (a range: both ends), or none is wanted or found.

    At its place: the spans overlap. One value is met by a quantity whose bounds, those it has, are that value: "more
    than 500 years old" holds the age 500.
    """
    found = find(case["text"], case["language"])
    if not case["results"]:
        return not found
    return all(any(_meets(quantity, result, case["kind"]) for quantity in found) for result in case["results"])


def _meets(quantity: Quantity, result: dict[str, Any], kind: str) -> bool:
    if not (quantity.start < result["end"] and result["start"] < quantity.end):
        return False
    low, high = (Decimal(result[end]) if end in result else None for end in ("low", "high"))
    if kind == "range":
        return _same(quantity.low, low) and _same(quantity.high, high)
    bounds = [bound for bound in (quantity.low, quantity.high) if bound is not None]
    return bool(bounds) and all(_same(bound, low) for bound in bounds)


def _same(one: Decimal | None, two: Decimal | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= CLOSE * max(abs(one), abs(two))

"""Prints what the sets in a folder give, beside their references: ``python -m tests.evaluation DIR``."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.evaluation import Row, anchoring, attribution, detection, extraction, quantities, story, story_claims

# A set: where it lies, seen from DIR, and what measures it. A further set is one more line.
SETS: list[tuple[str, Callable[[Path], list[Row]]]] = [
    ("../story", story.measure),
    ("../story", story_claims.measure),
    ("quantities", quantities.measure),
    ("detection", detection.measure),
    ("attribution", attribution.measure),
    ("extraction", extraction.measure),
    (".", anchoring.measure),
]


def words(value: float | str) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("Name the folder that holds the sets: python -m tests.evaluation DIR\n")
        return 2
    folder = Path(arguments[0]).resolve()
    rows, missing = [], []
    for place, measure in SETS:
        path = (folder / place).resolve()
        if path.is_dir():
            rows += measure(path)
        else:
            missing.append(path.name)
    lines = [("", "value", "reference")] + [(row.name, words(row.value), words(row.reference)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for name, value, reference in lines:
        sys.stdout.write(f"{name:<{widths[0]}}  {value:>{widths[1]}}  {reference:>{widths[2]}}".rstrip() + "\n")
    for name in missing:
        sys.stdout.write(f"Not measured: {name} is not there.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

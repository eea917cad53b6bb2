"""The demo story: its sentences and the quantities of its claims."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from claims.language.quantities import DATE, Quantity, find
from claims.language.sentences import split
from tests.evaluation import Row

LANGUAGE = "de"
YEAR = "2025"
"""The year of the article, which a desk knows and a text without a year does not say."""

# Listed, but in no words of the article: a date or a sum that the research brought, or a count that nobody wrote down.
NOT_SAID = {
    "C03": "a lower price, without a number",
    "C12": "the date stands in the evidence alone",
    "C22": "the date stands in the evidence alone",
    "C26": "the date stands in the evidence alone",
    "C30": "four names are listed, nobody counts them",
}
DEADLINES_NOT_SAID = frozenset(["2029-01-21"])
MAGNITUDES = {"billion": Decimal(10) ** 9}


def measure(folder: Path) -> list[Row]:
    text = (folder / "body.txt").read_text(encoding="utf-8")
    wanted = {(item["start"], item["end"]) for item in _items(folder, "sentences")}
    sentences = {(span.start, span.end) for span in split(text, LANGUAGE)}
    quantities = find(text, LANGUAGE)
    places = {item["id"]: (item["start"], item["end"]) for item in _items(folder, "sentences")}
    listed = []
    for claim in _items(folder, "claims"):
        stretches = [(claim["start"], claim["end"]), *(places[sentence] for sentence in claim["sentence_ids"])]
        listed += [(claim["id"], is_found(quantity, stretches, quantities)) for quantity in claim["quantities"]]
    said = [found for identity, found in listed if identity not in NOT_SAID]
    return [
        Row(f"story, sentences right of {len(wanted)}", len(wanted & sentences), len(wanted)),
        Row("story, sentences too many", len(sentences - wanted), 0),
        Row(f"story, listed quantities that the text says {len(said)}", sum(said) / len(said), "0.90 aim"),
        Row(f"story, all listed quantities {len(listed)}", sum(found for _, found in listed) / len(listed)),
    ]


def _items(folder: Path, name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")))


def is_found(listed: dict[str, Any], stretches: list[tuple[int, int]], quantities: list[Quantity]) -> bool:
    """Whether a quantity with the listed bounds stands in the claim's quotation, its deadline too where the words have
    one (C28); of a date, whether one that can be the listed day stands in the claim's sentences.
    """
    start, end = stretches[0]
    inside = [quantity for quantity in quantities if start <= quantity.start and quantity.end <= end]
    low, high = listed["value_low"], listed["value_high"]
    if low is None and high is None:
        whole = range(min(start for start, _ in stretches), max(end for _, end in stretches) + 1)
        near = [quantity for quantity in quantities if quantity.start in whole and quantity.end in whole]
        return listed["date"] is not None and any(_can_be(quantity, listed["date"]) for quantity in near)
    magnitude = MAGNITUDES.get(listed["unit"].split()[0], Decimal(1))
    bounds = tuple(None if value is None else Decimal(value) * magnitude for value in (low, high))
    return any((quantity.low, quantity.high) == bounds and _deadline(quantity, listed) for quantity in inside)


def _deadline(quantity: Quantity, listed: dict[str, Any]) -> bool:
    """A deadline has to be there exactly when the words have it; C29's is from the evidence, five years on."""
    said = None if listed["deadline"] in DEADLINES_NOT_SAID else listed["deadline"]
    return (quantity.deadline and str(quantity.deadline)) == said


def _can_be(quantity: Quantity, day: str) -> bool:
    """Whether the day lies in the date that the text says, read in the article's year when it names none."""
    if quantity.unit != DATE or "/" in day:
        return False
    first, _, last = quantity.date.partition("/")
    first, last = (f"{YEAR}{value[1:]}" if value.startswith("--") else value for value in (first, last or first))
    return first <= day <= last + "~"

"""The article out of a page: the pages of ``extraction/`` (fundus), beside trafilatura alone on the same pages.

Texts are compared by their letters and digits alone, in lower case. Recall: the expected paragraphs of more than 40
characters whose first 80 letters stand in the text; precision: the text's lines of more than 40 characters whose first
80 letters are expected. Both are means over pages.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import trafilatura

from claims.errors import Unreadable
from claims.language.extraction import extract
from tests.evaluation import Row

LANGUAGES = ("de", "en")
LONG = 40
BEGINNING = 80
SLOWER = 1.5
"""The time that an extraction may take, in times of trafilatura's."""

Found = tuple[str, str | None, str | None, float]
"""Text, title, date (ISO 8601) and completeness of one page."""


def measure(folder: Path) -> list[Row]:
    file = folder / "expected.jsonl"
    if not file.is_file():
        return [Row("extraction", "not there")]
    rows: list[Row] = []
    seconds = {"ours": 0.0, "theirs": 0.0}
    shares: dict[str, list[float]] = {}
    values: dict[tuple[str, str], list[dict[str, float]]] = {}
    for page in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        raw = gzip.decompress((folder / "html" / page["file"]).read_bytes())
        for who, read in (("ours", _ours), ("theirs", _theirs)):
            found, taken = _timed(read, raw, page["url"])
            seconds[who] += taken
            values.setdefault((page["language"], who), []).append(_compared(found, page))
            if who == "ours":
                shares.setdefault(page["language"], []).append(found[3])
    for language in LANGUAGES:
        ours, theirs = values[language, "ours"], values[language, "theirs"]
        for name in ours[0]:
            row = f"extraction {language}, {name} {len(ours)} (trafilatura)"
            rows.append(Row(row, _mean(page[name] for page in ours), _mean(page[name] for page in theirs)))
        rows.append(Row(f"extraction {language}, completeness", _mean(iter(shares[language]))))
    rows.append(
        Row("extraction, time in times of trafilatura's (at most)", seconds["ours"] / seconds["theirs"], SLOWER)
    )
    return rows


def _ours(raw: bytes, url: str) -> Found:
    try:
        article = extract(raw, url=url)
    except Unreadable:
        return "", None, None, 0.0
    day = article.published_on.isoformat() if article.published_on else None
    return article.text, article.title, day, article.completeness


def _theirs(raw: bytes, url: str) -> Found:
    document: Any = trafilatura.bare_extraction(raw, url=url, with_metadata=True)
    return (document.text or "", document.title, document.date, 0.0) if document else ("", None, None, 0.0)


def _timed(read: Callable[[bytes, str], Found], raw: bytes, url: str) -> tuple[Found, float]:
    """What was found, and the shorter of two times in seconds of the processor."""
    times = []
    for _ in range(2):
        start = time.process_time()
        found = read(raw, url)
        times.append(time.process_time() - start)
    return found, min(times)


def _compared(found: Found, page: dict[str, Any]) -> dict[str, float]:
    text, title, day, _ = found
    letters = _letters(text)
    wanted = [_letters(each)[:BEGINNING] for each in page["paragraphs"] if len(each) > LONG]
    expected = _letters(" ".join([*page["paragraphs"], *page["also_fine"], page["title"]]))
    lines = [_letters(line)[:BEGINNING] for line in text.splitlines() if len(line) > LONG]
    stated = date.fromisoformat(page["date"][:10]).isoformat()
    return {
        "recall": _mean(float(each in letters) for each in wanted),
        "precision": _mean(float(each in expected) for each in lines if each),
        "title": float(title is not None and _letters(title) == _letters(page["title"])),
        "date": float(day == stated),
    }


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _mean(values: Iterator[float]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else 0.0

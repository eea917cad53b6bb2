"""What taking in costs, on the database that DATABASE_URL names: run by ``python -m tests.benchmarks``."""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first
from django.db import connection  # noqa: E402

from claims.language import analyse, extraction, similarity  # noqa: E402
from claims.models import Article, ArticleVersion, TextBand  # noqa: E402
from claims.services import intake, people  # noqa: E402

STORY = Path(__file__).resolve().parents[2] / "fixtures" / "story" / "captures" / "2.txt"
FEW, MANY = 1_000, 100_000
BATCH = 2_000
LOOKUPS = 60
INGESTED = 60
NEAR = 3
"""Near-duplicates of the looked-up text that stand among the others, at both sizes."""


def main() -> None:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    call_command("migrate", verbosity=0, interactive=False)
    story = extraction.extract(STORY.read_bytes()).text
    if connection.vendor == "sqlite":
        say("", "analysis of the story's article", f"{1000 * timed(lambda: analyse(story, 'de'), 40):8.1f} ms")
    say(name, "articles taken in", f"{_ingested():8.1f} /s")
    maker = random.Random(7)  # noqa: S311 - figures, not secrets
    for number in range(NEAR):
        _add([story.replace("Prozent", f"Prozent ({number})")])
    few = _looked_up(story, maker, FEW)
    many = _looked_up(story, maker, MANY)
    say(
        name,
        "near-duplicates found",
        f"{1000 * few:8.1f} ms at {FEW:,} articles, {1000 * many:.1f} ms at {MANY:,}   ratio {many / few:.2f}",
    )


def say(name: str, what: str, figure: str) -> None:
    sys.stdout.write(f"{name:<11} {what:<32} {figure}\n")
    sys.stdout.flush()


def timed(call: Callable[[], object], times: int) -> float:
    """The median of ``times`` calls, in seconds."""
    spent = []
    for _time in range(times):
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return median(spent)


def _text(maker: random.Random) -> str:
    """Some 3,000 characters of made-up words in sentences."""
    words = ("".join(maker.choices("abdefgiklmnoprstu", k=maker.randint(3, 9))) for _word in range(450))
    return " ".join(f"{word.capitalize()}." if number % 15 == 14 else word for number, word in enumerate(words))


def _ingested() -> float:
    maker = random.Random(11)  # noqa: S311
    texts = [_text(maker).encode() for _text_number in range(INGESTED)]
    actor = people.system_user()
    started = time.perf_counter()
    for raw in texts:
        intake.receive(actor=actor, raw=raw, language="en")
    return INGESTED / (time.perf_counter() - started)


def _looked_up(text: str, maker: random.Random, size: int) -> float:
    """Fills up to ``size`` articles, then the median time of looking for ``text`` among them."""
    missing = size - Article.objects.count()
    for start in range(0, missing, BATCH):
        _add_others(maker, min(BATCH, missing - start))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = intake.lookalikes(text)
    if len(found) != NEAR:
        sys.exit(f"{len(found)} near-duplicates were found, not {NEAR}.")
    return timed(lambda: intake.lookalikes(text), LOOKUPS)


def _add(texts: list[str]) -> None:
    for text in texts:
        _store([text], [similarity.sketch(text).bands])


def _add_others(maker: random.Random, number: int) -> None:
    """Articles whose bands are drawn, as those of unrelated texts are."""
    bands = len(similarity.sketch("one two three four five six seven").bands)
    keys = [tuple(maker.getrandbits(64) - (1 << 63) for _band in range(bands)) for _article in range(number)]
    _store([f"Text {maker.getrandbits(64)}" for _article in range(number)], keys)


def _store(texts: list[str], keys: list[tuple[int, ...]]) -> None:
    articles = Article.objects.bulk_create(Article(title="Benchmark", language="de") for _text_number in texts)
    versions = ArticleVersion.objects.bulk_create(
        ArticleVersion(article=article, number=1, text=text, sha256=intake.text_hash(text))
        for article, text in zip(articles, texts, strict=True)
    )
    rows = (TextBand(version=version, key=key) for version, own in zip(versions, keys, strict=True) for key in own)
    TextBand.objects.bulk_create(rows, batch_size=10_000)


if __name__ == "__main__":
    main()

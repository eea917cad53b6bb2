"""Every byte of a sample of what is hashed, flipped in turn: is it found, and is its place told?

``python -m tests.benchmarks`` runs it on the database that DATABASE_URL names; ``make test`` flips fewer bytes.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.files.storage import default_storage  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, connection, models, transaction  # noqa: E402

from claims import triggers  # noqa: E402
from claims.models import Claim, LedgerEntry, Snapshot  # noqa: E402
from claims.services import erasure, preserving, publication, review, verification  # noqa: E402
from claims.vocabulary import WithholdingReason  # noqa: E402
from tests import factories  # noqa: E402
from tests.benchmarks import figures  # noqa: E402

NAME = "Jane Doe"

NOT_HASHED = {
    # What a copy was received with, and what a program made of a text: no hash is made of it, and no public page
    # rests on it.
    "Capture": {
        "id",
        "problem",
        "content_type",
        "url",
        "title",
        "residue",
        "completeness",
        "response",
        "received_at",
        "received_by",
    },
    "ArticleVersion": {"id", "number", "created_at", "mended", "confirmed_by", "confirmed_at", "analyser", "analysis"},
    # Beside what its entry says of a file: which desk reads it, what the file says of itself, what could not be read.
    "Snapshot": {"id", "taken_at", "taken_by", "response", "about", "text_gap"},
    # Rows of their own number only.
    "Approval": {"id", "created_at"},
    "Check": {"id"},
}
"""Columns of which nothing is proved, by model; all others of the sampled rows are flipped."""

Verify = Callable[[], Iterable[object]]


@dataclass
class Tally:
    """How many bytes were flipped, and what came of it."""

    flipped: int = 0
    found: int = 0
    refused: int = 0
    same: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = f"{self.found:,} of {self.flipped:,} flipped bytes found and placed"
        beside = f"{self.refused:,} more that the database refused, {self.same:,} that read the same"
        wrong = [f"not found: {dict(self.missed)}"] if self.missed else []
        wrong += [f"found, but the check stopped: {dict(self.stopped)}"] if self.stopped else []
        return "; ".join([told, beside, *wrong])


def make_world() -> Claim:
    """A claim in its second version, with comments, a file, a withdrawn language and a name that was erased."""
    desk = factories.make_desk()
    claim = factories.published_claim(desk, {"evidence.R1.note": f"ask {NAME}"})
    factories.publish_again(claim, desk)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="Schöne Zahl: „9 Prozent“.")
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")
    review.comment(claim_id=claim.pk, actor=desk.researcher, text="Thanks.")
    source = claim.evidence.get(key="R1").source
    snapshot = factories.make_snapshot(desk.researcher, source, name="register.txt", url="https://register.example/")
    preserving.release(actor=desk.editor, snapshot_id=snapshot.pk, publishable=True)
    publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "Wrong."}, language="de"
    )
    return factories.fresh(claim)


def run(claim: Claim, *, every: int = 1, seed: int = 0) -> Tally:
    """Flips one bit of every ``every``-th byte of the rows of ``claim`` and of the file that it cites."""
    tally, maker = Tally(), random.Random(seed)  # noqa: S311 - figures, not secrets
    with without_triggers():
        for row, verify in _rows(claim):
            for column in row._meta.concrete_fields:
                if column.name not in NOT_HASHED.get(type(row).__name__, ()):
                    _flip_column(row, column, verify, tally, maker, every)
    for snapshot in Snapshot.objects.filter(source__in=_sources(claim)):
        _flip_file(snapshot, tally, maker, every)
    return tally


@contextmanager
def without_triggers() -> Iterator[None]:
    """They would refuse all of it; everything is undone at the end."""
    with transaction.atomic():
        triggers.drop(connection)
        yield
        transaction.set_rollback(True)


def _sources(claim: Claim) -> list[int]:
    return list(claim.evidence.values_list("source", flat=True))


def _rows(claim: Claim) -> Iterator[tuple[models.Model, Verify]]:
    """Each row of the sample, with the part of the proof that has to find a change of it."""
    check, article = claim.check_page, claim.quotations.get().version.article
    source = claim.evidence.get(key="R1").source
    for name, aggregate in (("claim", claim), ("article", article), ("source", source), ("speaker", claim.speaker)):
        verify = _proof(name, aggregate, partial(verification.verify_chain, name))
        for entry in LedgerEntry.objects.filter(**{name: aggregate}).select_related("change"):
            yield entry, verify
            yield entry.change, verify
    whole = _proof("check", check, verification.verify_check)
    for version in check.publications.select_related("content", "names"):
        for row in (version, version.content, version.names):
            yield row, whole
    for row in (check, *claim.approvals.all()):
        yield row, whole
    for version in article.versions.all():
        for row in (version, *version.captures.all()):
            yield row, _proof("article", article, verification.verify_article)
    files = _proof("source", source, verification.verify_source)
    for row in source.snapshots.all():
        yield row, lambda: [*files(), *preserving.flaws()]


def _proof(name: str, thing: Any, verified: Callable[[Any], Iterator[verification.Break]]) -> Verify:
    """The share of ``verification.verify`` that is about one thing, read anew each time."""
    return lambda: verification._each(name, type(thing)._base_manager.filter(pk=thing.pk), verified)


# One column of one row


def _flip_column(
    row: models.Model, column: Any, verify: Verify, tally: Tally, maker: random.Random, every: int
) -> None:
    before = _bytes_of(row, column)
    what = f"{type(row).__name__}.{column.name}"
    for place in range(maker.randrange(every), len(before), every):
        flipped = bytearray(before)
        flipped[place] ^= 1 << maker.randrange(8)
        _try(row, column, bytes(flipped), verify, tally, what)


def _try(row: models.Model, column: Any, value: bytes, verify: Verify, tally: Tally, what: str) -> None:
    with figures.undone():
        if not _is_written(row, column, value):
            tally.refused += 1
        elif not _is_found(verify, tally, what):
            if _value(row, column) == getattr(row, column.attname):
                tally.same += 1
            else:
                tally.flipped += 1
                tally.missed[what] += 1


def _is_found(verify: Verify, tally: Tally, what: str) -> bool:
    try:
        with transaction.atomic():
            found = any(True for _break in verify())
    except Exception as error:  # noqa: BLE001 - whatever stops the proof is told
        tally.flipped += 1
        tally.stopped[f"{what}: {type(error).__name__}"] += 1
        return True
    if found:
        tally.flipped += 1
        tally.found += 1
        tally.by_kind[what] += 1
    return found


def _bytes_of(row: models.Model, column: Any) -> bytes:
    """What the database stores of a value, as bytes; nothing for NULL."""
    table, name, key = row._meta.db_table, column.column, row._meta.pk.column
    stored = f'CAST("{name}" AS BLOB)'
    if connection.vendor == "postgresql":
        stored = f'"{name}"' if isinstance(column, models.BinaryField) else f"convert_to(\"{name}\"::text, 'UTF8')"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {stored} FROM "{table}" WHERE "{key}" = %s', [row.pk])
        (value,) = cursor.fetchone()
    return bytes(value or b"")


def _value(row: models.Model, column: Any) -> Any:
    return type(row)._base_manager.filter(pk=row.pk).values_list(column.attname, flat=True).first()


def _is_written(row: models.Model, column: Any, value: bytes) -> bool:
    """Whether the database itself takes the value."""
    table, name, key = row._meta.db_table, column.column, row._meta.pk.column
    given = "%s"
    if not isinstance(column, models.BinaryField):
        given = "CAST(%s AS TEXT)"
        if connection.vendor == "postgresql":
            given = f"CAST(convert_from(%s, 'UTF8') AS {_kind(column)})"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table}" SET "{name}" = {given} WHERE "{key}" = %s', [value, row.pk])
    except DatabaseError:
        return False
    return True


def _kind(column: Any) -> str:
    """PostgreSQL's type of a column; what follows it (CHECK ...) is no type."""
    kind = str(column.rel_db_type(connection) if column.is_relation else column.db_type(connection))
    return kind.replace(" GENERATED BY DEFAULT AS IDENTITY", "")


# The bytes of a file


def _flip_file(snapshot: Snapshot, tally: Tally, maker: random.Random, every: int) -> None:
    path = Path(default_storage.path(snapshot.file.name))
    before, mode = path.read_bytes(), path.stat().st_mode
    path.chmod(0o600)
    try:
        for place in range(maker.randrange(every), len(before), every):
            flipped = bytearray(before)
            flipped[place] ^= 1 << maker.randrange(8)
            path.write_bytes(flipped)
            if not _is_found(preserving.flaws, tally, "file of a snapshot"):
                tally.flipped += 1
                tally.missed["file of a snapshot"] += 1
    finally:
        path.write_bytes(before)
        path.chmod(mode)


def main() -> None:
    every, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1, figures.seed()
    with figures.files_of_its_own():
        call_command("migrate", verbosity=0, interactive=False)
        tally = run(make_world(), every=every, seed=seed)
    figures.say("bytes flipped in turn", f"{tally} (seed {seed})")
    figures.fail_unless(not tally.missed and not tally.stopped)


if __name__ == "__main__":
    main()

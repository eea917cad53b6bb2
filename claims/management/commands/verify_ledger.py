"""Recomputes every chain and every stored hash."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.errors import Refused
from claims.models import LedgerEntry, Publication
from claims.services import checkpoints, verification


class Command(BaseCommand):
    help = "Recomputes every chain and every stored hash; exit code 1 and the place, on any break."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="append",
            type=Path,
            default=[],
            metavar="FILE",
            help="also compare with what was noted there; may be repeated, or be a folder of such files",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        breaks = 0
        for found in verification.verify():
            self.stderr.write(str(found))
            breaks += 1
        noted = [file for given in options["checkpoint"] for file in _files(given)]
        for file in noted:
            for problem in _problems(file):
                self.stderr.write(problem)
                breaks += 1
        if breaks:
            raise CommandError(f"The ledger does not hold: {breaks} breaks.", returncode=1)
        entries, publications = LedgerEntry.objects.count(), Publication.objects.count()
        self.stdout.write(f"The ledger holds: {entries} entries, {publications} publications.")
        if noted:
            self.stdout.write(f"It has every head that was noted in {len(noted)} checkpoints.")


def _files(given: Path) -> list[Path]:
    """The file itself, or the checkpoints of a folder by day; one that is not there is read, and says so."""
    if not given.is_dir():
        return [given]
    found = sorted(given.glob("checkpoint-*.json"))
    if not found:
        raise CommandError(f"There is no checkpoint in the folder {given}.", returncode=1)
    return found


def _problems(file: Path) -> Iterator[str]:
    """What does not fit one checkpoint, or why it cannot be used."""
    try:
        checkpoint = checkpoints.read(file.read_bytes())
        yield from map(str, checkpoints.compare(checkpoint))
    except OSError as error:
        yield f"{file}: it cannot be read: {error.strerror}."
    except Refused as refusal:
        yield f"{file}: {refusal}"

"""Writes the ledger as JSON lines that anybody can verify."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.management import files
from claims.models import Claim
from claims.services import exporting


class Command(BaseCommand):
    help = "Writes every ledger entry as a JSON line, with all that its hash was made of; see docs/ledger.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--claim", type=int, metavar="ID", help="the entries of this claim alone")
        parser.add_argument("--output", default="-", metavar="FILE", help="the file, or - for standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        lines = exporting.lines(self._claim(options["claim"]))
        if options["output"] == "-":
            for line in lines:
                self.stdout.write(line, ending="")
            return
        try:
            files.write(Path(options["output"]), lines)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from error

    def _claim(self, key: int | None) -> Claim | None:
        claim = Claim.objects.filter(pk=key).first()
        if key is not None and claim is None:
            raise CommandError(f"There is no claim {key}.")
        return claim

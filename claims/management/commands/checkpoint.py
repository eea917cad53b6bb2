"""Writes down the heads of all chains, so that a later rewrite shows against a copy that is kept elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims.management import files
from claims.services import checkpoints


class Command(BaseCommand):
    help = "Writes the heads of all chains into DIR/checkpoint-YYYY-MM-DD.json; keep a copy where nobody can alter it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        folder, day = options["folder"], timezone.localdate()
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        path = folder / checkpoints.file_name(day)
        try:
            is_same = files.create(path, checkpoints.text(day))
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        if not is_same:
            raise CommandError(
                f"{path} is there already and notes other heads. It stays as it is: compare it with "
                f"verify_ledger --checkpoint, or write today's into another folder."
            )
        self.stdout.write(f"Every chain's head stands in {path}.")

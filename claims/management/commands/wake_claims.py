"""What the system does when a day or an hour has come: wakes claims, publishes what is scheduled, notes the heads."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from claims.errors import DomainError
from claims.management import files
from claims.services import checkpoints, publication, research


class Command(BaseCommand):
    help = (
        "Resumes claims on hold whose date has come, and publishes approved claims whose time has come. "
        "Writes one checkpoint a day where CHECKPOINT_DIR is set."
    )
    not_written = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on, once in so many seconds")

    def handle(self, *_args: Any, **options: Any) -> None:
        self._round()
        while options["every"]:
            time.sleep(max(1, options["every"]))
            close_old_connections()
            self._round()

    def _round(self) -> None:
        """One claim that cannot be published does not keep the others waiting."""
        for claim in research.wake_due():
            self.stdout.write(f"Claim {claim.pk} is in research again.")
        for claim_id, outcome in publication.publish_due().items():
            if isinstance(outcome, DomainError):
                reasons = " ".join([str(outcome), *getattr(outcome, "missing", [])])
                self.stderr.write(f"Claim {claim_id} was not published: {reasons}")
            else:
                page, number = outcome.check_page.slug, outcome.number
                self.stdout.write(f"Claim {claim_id} is published: {page}, version {number}.")
        if settings.CHECKPOINT_DIR:
            self._checkpoint(Path(settings.CHECKPOINT_DIR))

    def _checkpoint(self, folder: Path) -> None:
        """Once a day; a folder that is not there for a while keeps nothing else waiting, and is named once."""
        day = timezone.localdate()
        path = folder / checkpoints.file_name(day)
        try:
            if path.exists():
                return
            folder.mkdir(exist_ok=True)
            files.create(path, checkpoints.text(day))
        except OSError as error:
            problem = f"No checkpoint was written: {path}: {error.strerror}."
            if problem != self.not_written:
                self.stderr.write(problem)
                self.not_written = problem
        else:
            self.stdout.write(f"Every chain's head stands in {path}.")

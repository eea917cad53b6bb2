"""What the system does when a day or an hour has come: wakes claims on hold, publishes what is scheduled."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from claims.errors import DomainError
from claims.services import publication, research


class Command(BaseCommand):
    help = "Resumes claims on hold whose date has come, and publishes approved claims whose time has come."

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
        for outcome in publication.publish_due():
            if isinstance(outcome, DomainError):
                self.stderr.write(f"Not published: {outcome}")
            else:
                self.stdout.write(f"Published: {outcome.check_page.slug}, version {outcome.number}.")

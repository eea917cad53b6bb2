"""Reads every preserved file and compares it with what was kept of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.models import Snapshot
from claims.services import preserving


class Command(BaseCommand):
    help = "Recomputes the hash of every preserved file; names missing, altered and orphaned ones, then exit code 1."

    def handle(self, *_args: Any, **_options: Any) -> None:
        flaws = list(preserving.flaws())
        for flaw in flaws:
            self.stderr.write(str(flaw))
        if flaws:
            raise CommandError(f"The preserved files are not all whole: {len(flaws)} named.", returncode=1)
        self.stdout.write(f"The preserved files are whole: {Snapshot.objects.count()}.")

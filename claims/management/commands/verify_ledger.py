"""Recomputes every chain and every stored hash."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.models import LedgerEntry, Publication
from claims.services import verification


class Command(BaseCommand):
    help = "Recomputes every chain and every stored hash; exit code 1 and the place, on any break."

    def handle(self, *_args: Any, **_options: Any) -> None:
        breaks = list(verification.verify())
        for found in breaks:
            self.stderr.write(str(found))
        if breaks:
            raise CommandError(f"The ledger does not hold: {len(breaks)} breaks.", returncode=1)
        entries, publications = LedgerEntry.objects.count(), Publication.objects.count()
        self.stdout.write(f"The ledger holds: {entries} entries, {publications} publications.")

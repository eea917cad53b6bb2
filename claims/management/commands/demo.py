"""Migrates, makes the demo's people and replays the demo story; doing it twice changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from claims import triggers
from claims.errors import DomainError
from claims.interchange import story
from claims.management import replay
from claims.models import Article, LedgerEntry, RatingScale
from claims.services import people

PASSWORD = "factcheck-demo"  # noqa: S105 - the documented login of the demo, made only with DEBUG on
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "story"


class Command(BaseCommand):
    help = "Migrates, makes the demo's people and replays the demo story. Only with DEBUG on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="rebuild a database that holds nothing but the demo")
        parser.add_argument("--story", type=Path, default=FOLDER, help="the folder of the story's files")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has known passwords, so it is made only with DEBUG on.")
        call_command("migrate", verbosity=0, interactive=False)
        if options["reset"]:
            self._reset()
        try:
            checked = story.read(options["story"], _ratings())
            made = replay.Replay(checked, replay.cast_of_the_demo(PASSWORD)).run()
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made} claims replayed, {len(checked.claims) - made} were there already.")
        self.stdout.write(f"Logins: researcher, editor, editor2, chief, auditor; password: {PASSWORD}")

    def _reset(self) -> None:
        """Empties the database, unless it holds anything that the demo did not make."""
        cast = {"researcher", "editor", "editor2", "chief", "auditor", people.SYSTEM_USERNAME}
        strangers = User.objects.exclude(username__in=cast).exists()
        others = LedgerEntry.objects.exclude(actor__username__in=cast).exists()
        if strangers or others or Article.objects.count() > 1:
            raise CommandError("This database holds more than the demo, so it is not rebuilt.")
        triggers.drop(connection)
        call_command("flush", verbosity=0, interactive=False)  # makes triggers, groups and scales anew


def _ratings() -> dict[str, frozenset[str]]:
    scales = RatingScale.objects.filter(active=True).prefetch_related("ratings")
    return {scale.question: frozenset(rating.code for rating in scale.ratings.all()) for scale in scales}

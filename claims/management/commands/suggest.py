"""The analysis of a text, without a database."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.errors import DomainError
from claims.language import analyse, canonical, extraction
from claims.management.commands.ingest import read_bytes


class Command(BaseCommand):
    help = "Says which sentences of a text are worth a check, and why; needs no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file, or - for standard input")
        parser.add_argument("--language", default="", help="a BCP-47 tag; detected where it is not given")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            article = extraction.extract(read_bytes(options["file"]))
        except DomainError as error:
            raise CommandError(str(error)) from error
        analysis = analyse(article.text, options["language"] or article.language or "und")
        if options["json"]:
            self.stdout.write(json.dumps(_plain(asdict(analysis)), ensure_ascii=False))
            return
        for sentence in analysis.sentences:
            if sentence.suggested:
                reasons = ", ".join(reason.words for reason in sentence.reasons)
                self.stdout.write(f"{sentence.score:.2f}  {sentence.text}\n      {reasons}")


def _plain(value: Any) -> Any:
    """For JSON: scores stay numbers here, decimals and dates become texts."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else canonical.plain(value)

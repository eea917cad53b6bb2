"""Takes in an article from a file or from standard input."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from claims.errors import DomainError
from claims.models import Outlet
from claims.services import intake, people, records


class Command(BaseCommand):
    help = "Takes in an article: a page, a fragment or a text; says what the copy turned out to be."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file, or - for standard input")
        parser.add_argument("--url", default="", help="the address it was received from")
        parser.add_argument("--outlet", default="", help="the name of the outlet; made where it is missing")
        parser.add_argument("--title", default="")
        parser.add_argument("--language", default="", help="a BCP-47 tag; detected where it is not given")
        parser.add_argument("--content-type", default="", help="as the server said, such as text/html; charset=utf-8")
        parser.add_argument(
            "--actor", default=people.SYSTEM_USERNAME, help="whose doing it is; the system's by default"
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        raw = read_bytes(options["file"])
        actor = self._actor(options["actor"])
        try:
            taken = intake.receive(
                actor=actor,
                raw=raw,
                content_type=options["content_type"],
                url=options["url"],
                title=options["title"],
                language=options["language"],
                outlet=_outlet(options["outlet"]),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        answer = _answer(taken)
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else _sentence(taken))

    def _actor(self, username: str) -> User:
        if username == people.SYSTEM_USERNAME:
            return people.system_user()
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is nobody with the login name {username!r}.") from None


def read_bytes(file: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``; raises ``CommandError`` in words."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _outlet(name: str) -> Outlet | None:
    if not name.strip():
        return None
    there = records.find_by_name(Outlet, name)
    return there or records.create_outlet(actor=people.system_user(), name=name)


def _answer(taken: intake.Intake) -> dict[str, Any]:
    version, capture = taken.version, taken.capture
    return {
        "outcome": taken.outcome.value,
        "article": version.article_id,
        "uuid": str(version.article.uuid),
        "title": version.article.title,
        "version": version.number,
        "captures": version.captures.count(),
        "language": version.article.language,
        "residue": capture.residue,
        "completeness": str(capture.completeness) if capture.completeness is not None else None,
        "suggested": sum(bool(sentence["suggested"]) for sentence in version.analysis),
        "lookalikes": [
            {"article": found.article.pk, "title": found.article.title, "likeness": round(found.likeness, 3)}
            for found in taken.lookalikes
        ],
        "warnings": list(taken.warnings),
    }


def _sentence(taken: intake.Intake) -> str:
    version = taken.version
    return (
        f"{taken.outcome.label} “{version.article.title}” (article {version.article_id}, version {version.number}, "
        f"copies of it: {version.captures.count()}, cut: {len(taken.capture.residue)}, "
        f"sentences worth a check: {sum(bool(sentence['suggested']) for sentence in version.analysis)})."
    )

"""A working process is killed at random moments, again and again: no half state is left, nothing that was told is lost.

``python -m tests.benchmarks`` runs it on the database that DATABASE_URL names; ``make test`` kills a few times.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - Django is set up first
from django.core.exceptions import PermissionDenied  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from claims.errors import DomainError  # noqa: E402
from claims.models import Article, ArticleVersion, Claim, Publication, Snapshot  # noqa: E402
from claims.services import intake, people, preserving, publication, review  # noqa: E402
from claims.vocabulary import Role, Status  # noqa: E402
from tests import factories  # noqa: E402
from tests.benchmarks import consistency, figures  # noqa: E402

KILLS = 100
CLAIMS = 4
LONGEST = 0.3
"""Seconds that a child works at most before it is killed; an action takes some hundredths of one."""


@dataclass
class Tally:
    kills: int = 0
    done: int = 0
    amid: Counter[str] = field(default_factory=Counter)
    """How often the kill came amid which action."""

    flaws: list[str] = field(default_factory=list)


# The child


class Worker:
    """Works as fast as it can until it is killed; tells each beginning and each end of an action."""

    def __init__(self, seed: int, tell: int) -> None:
        self.maker = random.Random(seed)  # noqa: S311 - figures, not secrets
        self.seed, self.number, self.tell = seed, 0, tell

    def work(self) -> NoReturn:
        self.writer, self.reader = (User.objects.get(username=name) for name in ("writer", "reader"))
        while True:
            self.number += 1
            act = self.maker.choice(ACTS)
            self.say(begun=act.__name__)
            try:
                done = act(self)
            except (DomainError, PermissionDenied):
                done = {}
            self.say(ended=act.__name__, **done)

    def say(self, **told: Any) -> None:
        os.write(self.tell, json.dumps(told).encode() + b"\n")

    @property
    def unique(self) -> str:
        return f"{self.seed}-{self.number}"

    def claim(self, *statuses: Status) -> Claim:
        claims = list(Claim.objects.filter(status__in=statuses))
        if not claims:
            raise DomainError("There is none.")
        return self.maker.choice(claims)

    def save(self) -> dict[str, Any]:
        claim = self.claim(Status.RESEARCH, Status.APPROVED)
        edits = {f"verdict.texts.en.{name}": f"{name} {self.unique}" for name in ("headline", "today")}
        source = factories.make_source(self.writer, f"Report {self.unique}")
        edits |= factories.evidence_item(f"E{self.number}x{self.seed}", source)
        return self.at(factories.edit(claim, self.writer, edits))

    def hand_in(self) -> dict[str, Any]:
        claim = self.claim(Status.RESEARCH)
        if hasattr(claim, "check_page"):
            note = {"verdict.change_kind": "update", "verdict.texts.en.change_note": f"Changed {self.unique}."}
            factories.edit(claim, self.writer, note)
        return self.at(review.submit(claim_id=claim.pk, actor=self.writer))

    def approve(self) -> dict[str, Any]:
        return self.at(factories.approve(self.claim(Status.REVIEW), self.reader))

    def publish(self) -> dict[str, Any]:
        return {"publication": factories.publish(self.claim(Status.APPROVED), self.reader).pk}

    def reopen(self) -> dict[str, Any]:
        claim = self.claim(Status.PUBLISHED)
        return self.at(publication.reopen(claim_id=claim.pk, actor=self.reader, reason="New figures."))

    def take_in(self) -> dict[str, Any]:
        """A new article and the file that keeps a source of a claim."""
        raw = f"<html><title>No. {self.unique}</title><p>{factories.TEXT} It was edition {self.unique}.".encode()
        taken = intake.receive(actor=self.writer, raw=raw, content_type="text/html", url=self.address, language="en")
        return {"article": taken.version.article_id}

    def take_in_again(self) -> dict[str, Any]:
        """Another text of an article that claims are quoted from: all of them are anchored in it."""
        article = Article.objects.filter(versions__quotations__isnull=False).order_by("pk").first()
        return {"version": factories.make_version(self.writer, article, f"No. {self.unique}. {factories.TEXT}").pk}

    def preserve(self) -> dict[str, Any]:
        item = self.maker.choice(list(self.claim(Status.RESEARCH).evidence.filter(removed=False)))
        file = f"plus 9 per cent, {self.unique}".encode() * 2_000
        kept = preserving.preserve_upload(
            actor=self.writer, source_id=item.source_id, file=file, name="register.txt", evidence=item
        )
        return {"snapshot": kept.pk}

    @property
    def address(self) -> str:
        return f"https://paper.example/{self.unique}"

    @staticmethod
    def at(claim: Claim) -> dict[str, Any]:
        return {"claim": claim.pk, "revision": claim.revision}


ACTS: tuple[Callable[[Worker], dict[str, Any]], ...] = (
    *(Worker.save, Worker.hand_in, Worker.approve, Worker.publish, Worker.reopen),
    *(Worker.take_in, Worker.take_in_again, Worker.preserve),
)


# The parent


def prepare() -> None:
    desk = factories.make_desk()
    version = factories.make_article(desk.researcher)
    for number in range(CLAIMS):
        factories.ready_claim(desk, version=version if number % 2 else None)
    factories.make_user(Role.RESEARCHER, "writer")
    factories.make_user(Role.EDITOR, "reader")
    people.system_user()


def run(kills: int, seed: int) -> Tally:
    tally, maker = Tally(), random.Random(seed)  # noqa: S311
    for number in range(kills):
        before = _backends()
        lines = _kill_one(seed * 1_000 + number, maker.uniform(0, LONGEST))
        tally.kills += 1
        tally.done += sum("ended" in line for line in lines)
        if lines and "begun" in lines[-1]:
            tally.amid[lines[-1]["begun"]] += 1
        _wait_until_the_server_knows(before)
        found = consistency.flaws() + [f"told, and not there: {line}" for line in lines if not _is_there(line)]
        tally.flaws += [f"kill {number + 1}: {flaw}" for flaw in found]
    return tally


def _kill_one(seed: int, seconds: float) -> list[dict[str, Any]]:
    """What a child told until it was killed, ``seconds`` after its first action began."""
    connections.close_all()  # a connection must not be shared with the child
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            Worker(seed, write).work()
        except BaseException:  # noqa: BLE001 - nothing may reach the parent's own code
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        first = told.readline()
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _child, ended = os.waitpid(child, 0)
        lines = [first, *told.read().splitlines()]
    if not first or not os.WIFSIGNALED(ended):
        raise RuntimeError("The child ended before it was killed.")
    return [json.loads(line) for line in lines]


def _backends() -> set[int]:
    """The processes of PostgreSQL that serve this database, but for our own."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


def _wait_until_the_server_knows(before: set[int]) -> None:
    """PostgreSQL's own process may still be at the dead client's last statement."""
    until = time.monotonic() + 30
    while _backends() - before and time.monotonic() < until:
        time.sleep(0.01)


def _is_there(line: dict[str, Any]) -> bool:
    """Whether what the child was told is saved is saved."""
    kept = {"publication": Publication, "snapshot": Snapshot, "article": Article, "version": ArticleVersion}
    if "claim" in line:
        return Claim.objects.filter(pk=line["claim"], revision__gte=line["revision"]).exists()
    return all(model.objects.filter(pk=line[name]).exists() for name, model in kept.items() if line.get(name))


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    seed = figures.seed()
    with figures.files_of_its_own():
        call_command("migrate", verbosity=0, interactive=False)
        prepare()
        tally = run(kills, seed)
    amid = ", ".join(f"{count} {name}" for name, count in sorted(tally.amid.items()))
    figures.say(
        "killed at random moments",
        f"{tally.kills} times, {len(tally.flaws)} flaws; {tally.done:,} actions done, killed amid {amid} (seed {seed})",
    )
    for flaw in tally.flaws[:20]:
        print(flaw)
    figures.fail_unless(not tally.flaws)


if __name__ == "__main__":
    main()

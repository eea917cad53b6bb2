"""Many people writing the same claims at once, with connections of their own: nothing is lost, nobody sees a dead-lock.

``python -m tests.benchmarks`` runs it on the database that DATABASE_URL names, with processes of several threads;
``make test`` runs the same clients, fewer of them, in threads.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - Django is set up first
from django.core.exceptions import PermissionDenied  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from claims.errors import Busy, DomainError  # noqa: E402
from claims.models import Claim, LedgerEntry, Source, Speaker  # noqa: E402
from claims.services import asking, people, publication, records, review  # noqa: E402
from claims.vocabulary import ReviewKind, Role, Status, SuggestionState  # noqa: E402
from tests import factories  # noqa: E402
from tests.benchmarks import consistency, figures  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
COUNTER = "verdict.one_source_reason"
"""Everybody counts up this one field of a claim: a lost update is a number too few."""

WORDS = ("verdict.texts.en.headline", "verdict.texts.en.summary", "verdict.texts.en.today",
         "verdict.texts.de.headline", "verdict.texts.de.summary", "verdict.texts.de.today")  # fmt: skip
SIZES = {"postgresql": (50, 10_000, 20), "sqlite": (8, 2_000, 20)}
"""Clients, writes and claims of a full run."""

PROCESSES = {"postgresql": 5, "sqlite": 8}
PATIENCE = 20
"""How often a client tries for each write that it has to get through."""


@dataclass(frozen=True)
class Told:
    """A write that somebody was told is saved: of whom, in which entry, and for edits what was written where."""

    actor: int
    claim: int = 0
    sequence: int = 0
    path: str = ""
    value: Any = None


@dataclass
class Tally:
    told: list[Told] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)
    """Errors that reached somebody and are no refusal in words: there must be none."""

    def add(self, other: "Tally") -> None:
        self.told += other.told
        self.refused += other.refused
        self.shown += other.shown


def make_claims(number: int) -> list[Claim]:
    """Claims that open every gate, all quoted from one article and about one speaker, so that much is shared."""
    desk = factories.make_desk()
    version, speaker = factories.make_article(desk.researcher), factories.make_speaker(desk.researcher)
    common = {"speaker": speaker, "version": version}
    return [factories.ready_claim(desk, {COUNTER: "0"}, **common) for _claim in range(number)]


def make_people(clients: int) -> None:
    """Each client is two persons, one who writes and one who reads: who did what is told by the actor."""
    for number in range(clients):
        factories.make_user(Role.RESEARCHER, f"writer-{number}")
        factories.make_user(Role.EDITOR, f"reader-{number}")


class Client:
    """One person's day: until ``quota`` writes went through, something on one of the claims, as its status allows."""

    def __init__(self, number: int, quota: int, seed: int) -> None:
        self.number, self.quota = number, quota
        self.maker = random.Random(seed * 1_000 + number)  # noqa: S311 - figures, not secrets
        self.tally = Tally()
        self.tried = 0

    def work(self) -> Tally:
        try:
            self.writer, self.reader = (
                User.objects.get(username=f"{who}-{self.number}") for who in ("writer", "reader")
            )
            self.claims = list(Claim.objects.order_by("pk").values_list("pk", flat=True))
            while len(self.tally.told) < self.quota and self.tried < PATIENCE * self.quota:
                self.tried += 1
                self.try_something()
        finally:
            connections.close_all()
        return self.tally

    def try_something(self) -> None:
        try:
            claim = Claim.objects.get(pk=self.maker.choice(self.claims))
            acts = ACTS[Status(claim.status)]
            (act,) = self.maker.choices(list(acts), weights=list(acts.values()))
            self.told(act(self, claim))
        except (DomainError, PermissionDenied) as error:
            self.tally.refused[type(error).__name__] += 1
            if isinstance(error, Busy):
                time.sleep(0.05)
        except Exception as error:  # noqa: BLE001 - whatever reaches a person is told
            self.tally.shown.append(f"{type(error).__name__}: {error}"[:300])

    def told(self, told: Told | None) -> None:
        if told is not None:
            self.tally.told.append(told)

    @property
    def unique(self) -> str:
        """Words that nobody else writes, and never twice."""
        return f"{self.number}-{self.tried}"

    # What people do; each returns what was told, or None where there was nothing to do

    def edit(self, claim: Claim) -> Told:
        return self.write(claim, self.maker.choice(WORDS), f"Words {self.unique}", claim.revision)

    def edit_an_old_page(self, claim: Claim) -> Told:
        """A page opened a while ago: goes through on top, or shows both."""
        path = self.maker.choice(WORDS)
        return self.write(claim, path, f"Old {self.unique}", max(1, claim.revision - self.maker.randrange(1, 9)))

    def count_up(self, claim: Claim) -> Told:
        """Who counted stands behind the number: the same words from two people would be one and the same edit."""
        return self.write(claim, COUNTER, f"{count_of(claim) + 1} by {self.unique}", claim.revision)

    def set_a_date(self, claim: Claim) -> Told:
        due = date(2026, 1, 1) + timedelta(days=1_000 * self.number + self.tried)
        return self.write(claim, "due_on", due.isoformat(), claim.revision)

    def write(self, claim: Claim, path: str, value: str, opened_at: int) -> Told:
        saved = factories.edit(claim, self.writer, {path: value}, opened_at=opened_at)
        return Told(self.writer.pk, claim.pk, saved.revision, path, value)

    def cite(self, claim: Claim) -> Told | None:
        if claim.evidence.count() > 12:
            return self.note(claim)
        key = f"E{self.number}x{self.tried}"
        source = Source.objects.order_by("?").first()
        saved = factories.edit(claim, self.writer, factories.evidence_item(key, source), opened_at=claim.revision)
        return Told(self.writer.pk, claim.pk, saved.revision, f"evidence.{key}.seen_how", "read online")

    def note(self, claim: Claim) -> Told:
        item = self.maker.choice(list(claim.evidence.all()))
        return self.write(claim, f"evidence.{item.key}.note", f"Note {self.unique}", claim.revision)

    def comment(self, claim: Claim) -> Told:
        review.comment(claim_id=claim.pk, actor=self.reader, text=f"Comment {self.unique}")
        return Told(self.reader.pk)

    def resolve(self, claim: Claim) -> None:
        """All that is open, one by one, as before an approval."""
        for remark in claim.reviews.filter(resolved_at=None).exclude(kind=ReviewKind.APPROVED.value):
            resolved = review.resolve(claim_id=claim.pk, actor=self.reader, review_id=remark.pk)
            self.told(Told(self.reader.pk) if resolved.resolved_by_id == self.reader.pk else None)

    def suggest(self, claim: Claim) -> Told:
        path = self.maker.choice(WORDS)
        review.suggest(claim_id=claim.pk, actor=self.reader, path=path, proposed=f"Proposed {self.unique}")
        return Told(self.reader.pk)

    def decide(self, claim: Claim) -> None:
        for suggestion in claim.suggestions.filter(state=SuggestionState.OPEN.value):
            decide = self.maker.choice([review.take_suggestion, review.dismiss_suggestion])
            decide(claim_id=claim.pk, actor=self.writer, suggestion_id=suggestion.pk)
            self.told(Told(self.writer.pk))

    def hand_in(self, claim: Claim) -> Told:
        if hasattr(claim, "check_page"):
            note = {"verdict.change_kind": "update", "verdict.texts.en.change_note": f"Changed {self.unique}."}
            saved = factories.edit(claim, self.writer, note)
            path, value = "verdict.texts.en.change_note", f"Changed {self.unique}."
            self.told(Told(self.writer.pk, claim.pk, saved.revision, path, value))
        review.submit(claim_id=claim.pk, actor=self.writer)
        return Told(self.writer.pk)

    def send_back(self, claim: Claim) -> Told:
        review.send_back(claim_id=claim.pk, actor=self.reader, comment=f"Why {self.unique}?")
        return Told(self.reader.pk)

    def approve(self, claim: Claim) -> Told:
        self.decide(claim)
        self.resolve(claim)
        factories.approve(claim, self.reader)
        return Told(self.reader.pk)

    def publish(self, claim: Claim) -> Told:
        factories.publish(claim, self.reader)
        return Told(self.reader.pk)

    def reopen(self, claim: Claim) -> Told:
        publication.reopen(claim_id=claim.pk, actor=self.reader, reason=f"Why {self.unique}")
        return Told(self.reader.pk)

    def ask(self, claim: Claim) -> Told:
        """Somebody is asked about several claims, and answers: a record and then claims are locked."""
        others = [Claim.objects.get(pk=key) for key in self.maker.sample(self.claims, min(3, len(self.claims)))]
        request = factories.make_request(self.writer, *others, addressee=f"Office {self.unique}")
        self.told(Told(self.writer.pk))
        asking.record_reply(
            actor=self.writer, request_id=request.pk, words=f"Reply {self.unique}", received_on=date(2025, 4, 2)
        )
        return Told(self.writer.pk)

    def get_a_new_version(self, claim: Claim) -> Told:
        """Of the article that all claims are quoted from: every one of them is anchored again."""
        article = claim.quotations.select_related("version__article").first().version.article
        factories.make_version(self.writer, article, f"Corrected {self.unique}. {factories.TEXT}")
        return Told(self.writer.pk)

    def rename(self, claim: Claim) -> Told:
        record = Speaker if self.maker.random() < 0.5 else Source
        key = claim.speaker_id if record is Speaker else claim.evidence.first().source_id
        name = "name" if record is Speaker else "title"
        records.edit_record(record=record, record_id=key, actor=self.writer, values={name: f"Name {self.unique}"})
        return Told(self.writer.pk)


Act = Callable[[Client, Claim], Told | None]

_ALWAYS: dict[Act, float] = {Client.comment: 6, Client.set_a_date: 8, Client.rename: 3, Client.ask: 1.5,
                             Client.get_a_new_version: 0.3}  # fmt: skip
_WRITING: dict[Act, float] = {Client.edit: 30, Client.edit_an_old_page: 12, Client.count_up: 20, Client.cite: 3,
                              Client.note: 6}  # fmt: skip
ACTS: dict[Status, dict[Act, float]] = {
    **dict.fromkeys(Status, _ALWAYS),
    Status.RESEARCH: {**_ALWAYS, **_WRITING, Client.hand_in: 4, Client.suggest: 2, Client.decide: 2},
    Status.REVIEW: {**_ALWAYS, Client.suggest: 10, Client.send_back: 6, Client.approve: 12, Client.decide: 6},
    Status.APPROVED: {**_ALWAYS, Client.edit: 6, Client.publish: 12},
    Status.PUBLISHED: {**_ALWAYS, Client.reopen: 20},
}


# Running many of them


def run_threads(numbers: Sequence[int], quota: int, seed: int) -> Tally:
    """These clients at once, each in a thread of this process."""
    clients = [Client(number, quota, seed) for number in numbers]
    threads = [threading.Thread(target=client.work) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = Tally()
    for client in clients:
        together.add(client.tally)
    return together


def run_processes(clients: int, writes: int, processes: int, seed: int) -> Tally:
    """The clients spread over processes, so that they do not wait for one interpreter."""
    shares = [range(first, clients, processes) for first in range(processes)]
    command = [sys.executable, "-m", "tests.benchmarks.writers", "clients"]
    environment = {**os.environ, "DATABASE_POOL_SIZE": "0"}  # each client has a connection of its own
    running = [
        subprocess.Popen(
            [*command, str(writes // clients), str(seed), *map(str, share)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for share in shares
    ]
    together = Tally()
    for process in running:
        output, _errors = process.communicate()
        if process.returncode:
            together.shown.append(f"a process of clients ended with code {process.returncode}")
            continue
        raw = json.loads(output)
        told = [Told(*values) for values in raw["told"]]
        together.add(Tally(told, Counter(raw["refused"]), raw["shown"]))
    return together


def clients_of_this_process(quota: int, seed: int, numbers: Sequence[int]) -> None:
    tally = run_threads(numbers, quota, seed)
    told = [list(vars(one).values()) for one in tally.told]
    json.dump({"told": told, "refused": tally.refused, "shown": tally.shown}, sys.stdout)


# What must hold afterwards


def flaws(tally: Tally) -> list[str]:
    """What was lost, what nobody was told of, what a person was shown, and whatever else is not whole."""
    found = [f"shown: {error}" for error in tally.shown]
    found += _lost(tally) + _counted(tally)
    people_of_clients = User.objects.filter(username__regex=r"^(writer|reader)-\d+$")
    told = Counter(one.actor for one in tally.told)
    for user in people_of_clients:
        entries = LedgerEntry.objects.filter(actor=user)
        written = entries.values("change_set").distinct().count()
        if written != told[user.pk]:
            found.append(f"{user}: told of {told[user.pk]} writes, the ledger has {written}")
    return found + consistency.flaws()


def _lost(tally: Tally) -> list[str]:
    """Edits that were told to be saved, and that the entry does not have."""
    entries = LedgerEntry.objects.filter(claim__isnull=False).select_related("change")
    by_place = {(entry.claim_id, entry.sequence): entry for entry in entries.iterator()}
    found = []
    for one in tally.told:
        if not one.path:
            continue
        entry = by_place.get((one.claim, one.sequence))
        fields = json.loads(entry.change.text)["fields"] if entry else {}
        if entry is None or entry.actor_id != one.actor or fields.get(one.path, [None, None])[1] != one.value:
            found.append(f"lost: {one}")
    return found


def _counted(tally: Tally) -> list[str]:
    """Each claim's counter is the number of people who were told that they raised it."""
    raised = Counter(one.claim for one in tally.told if one.path == COUNTER)
    return [
        f"claim {claim.pk}: counted up {raised[claim.pk]} times, it says {count_of(claim)}"
        for claim in Claim.objects.all()
        if count_of(claim) != raised[claim.pk]
    ]


def count_of(claim: Claim) -> int:
    return int(claim.verdict.one_source_reason.partition(" ")[0])


def main() -> None:
    if sys.argv[1:2] == ["clients"]:
        quota, seed, *numbers = map(int, sys.argv[2:])
        clients_of_this_process(quota, seed, numbers)
        return
    vendor = connections["default"].vendor
    clients, writes, claims = SIZES[vendor]
    writes = int(sys.argv[1]) if len(sys.argv) > 1 else writes
    seed = figures.seed()
    call_command("migrate", verbosity=0, interactive=False)
    make_claims(claims)
    make_people(clients)
    people.system_user()
    tally = run_processes(clients, writes, PROCESSES[vendor], seed)
    found = flaws(tally)
    figures.say(
        f"{clients} clients, {claims} claims",
        f"{len(tally.told):,} writes told, {len(found)} lost or wrong, {len(tally.shown)} errors shown; "
        f"{sum(tally.refused.values()):,} refused in words, of them {tally.refused['Busy']:,} as busy, "
        f"{tally.refused['Conflict']:,} with both versions shown (seed {seed})",
    )
    for flaw in found[:20]:
        print(flaw)
    figures.fail_unless(not found)


if __name__ == "__main__":
    main()

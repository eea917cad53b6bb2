"""Proof: whatever is changed past the services, the place is named; what is whole gives nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Replace

from claims import triggers
from claims.language import canonical
from claims.models import (
    AGGREGATES,
    Approval,
    ArticleVersion,
    Capture,
    Check,
    Claim,
    ClaimText,
    LedgerChange,
    LedgerEntry,
    Publication,
    PublicationContent,
    PublicationNames,
    Speaker,
)
from claims.services import erasure, members, publication, review, verification
from claims.vocabulary import Action, WithholdingReason
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

NAME = "Jane Doe"


@dataclass(frozen=True)
class World:
    """A claim in its second version, a check, an article, a speaker: one of each thing that is hashed."""

    claim: Claim
    check: Check
    desk: Desk

    @property
    def article(self) -> str:
        return f"article {self.claim.quotations.get().version.article.uuid}"

    def entry(self, sequence: int) -> models.QuerySet[LedgerEntry]:
        return LedgerEntry.objects.filter(claim=self.claim, sequence=sequence)

    def change(self, sequence: int) -> models.QuerySet[LedgerChange]:
        return LedgerChange.objects.filter(entry__claim=self.claim, entry__sequence=sequence)

    def version(self, number: int) -> models.QuerySet[Publication]:
        return Publication.objects.filter(check_page=self.check, number=number)


def twice_published(desk: Desk) -> Claim:
    """A claim in its second version, with comments, and with a name in it that was erased."""
    claim = factories.published_claim(desk, {"evidence.R1.note": f"ask {NAME}"})
    factories.publish_again(claim, desk)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="Well done.")
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")
    review.comment(claim_id=claim.pk, actor=desk.researcher, text="Thanks.")
    factories.make_request(desk.researcher, claim)
    members.set_away(actor=desk.researcher, user=desk.researcher, away_from=date(2026, 8, 1), away_until=None)
    return claim


@pytest.fixture(scope="module")
def made(made_once: Callable[..., Any]) -> tuple[Desk, int]:
    """The world of all tests here, made once."""
    return made_once(lambda: factories.at_a_new_desk(twice_published))


@pytest.fixture
def world(made: tuple[Desk, int], db: None) -> World:
    """Whole, and without triggers until the test's transaction is undone."""
    triggers.drop(connection)
    claim = Claim.objects.get(pk=made[1])
    return World(claim, claim.check_page, factories.fresh_desk(made[0]))


def breaks() -> list[str]:
    return [str(found) for found in verification.verify()]


def breaks_after(tamper: Callable[[], Any]) -> list[str]:
    """What is found once somebody has tampered; undone again, so that one world serves a table of cases."""
    with transaction.atomic():
        tamper()
        found = breaks()
        transaction.set_rollback(True)
    return found


def test_what_is_whole_gives_nothing(world: World) -> None:
    assert breaks() == []


def test_nothing_at_all_is_whole() -> None:
    assert breaks() == []


def test_everything_that_a_desk_does_is_whole(desk: Desk) -> None:
    for status in factories.Status:
        factories.claim_in(status, desk)
    claim = factories.published_claim(desk)
    withholding = publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "Wrong."}, language="de"
    )
    assert breaks() == []

    publication.lift(claim_id=claim.pk, actor=desk.chief, withholding_id=withholding.pk)
    assert breaks() == []


# Ledger entries: each column that repeats what the text says, the text, the hash and the chain.
def test_changed_column_of_an_entry_is_found(world: World) -> None:
    sentence = f"claim {world.claim.uuid}, entry 3: its columns do not say what its text says"
    for columns in (
        {"action": "comment"},
        {"actor": world.desk.auditor},
        {"on_behalf_of": world.desk.auditor},
        {"change_set": "00000000-0000-4000-8000-000000000001"},
        {"changed_content": False},
        {"authored": False},
        {"at": F("at") + timedelta(microseconds=1)},
    ):
        found = breaks_after(lambda columns=columns: world.entry(3).update(**columns))
        assert found[:1] == [sentence], columns


def test_changed_text_of_an_entry_is_found(world: World) -> None:
    world.entry(3).update(text=Replace("text", Value('"edit"'), Value('"take"')), action="take")

    assert breaks() == [f"claim {world.claim.uuid}, entry 3: its hash is not that of its text"]


def test_changed_hash_of_an_entry_is_found_there_and_at_the_next(world: World) -> None:
    world.entry(3).update(hash="0" * 64)

    assert breaks() == [
        f"claim {world.claim.uuid}, entry 3: its hash is not that of its text",
        f"claim {world.claim.uuid}, entry 4: it does not follow the entry before it",
    ]


def test_entry_that_was_written_anew_whole_is_found_at_the_next(world: World) -> None:
    entry = world.entry(3).get()
    entry.text = entry.text.replace('"edit"', '"take"')
    world.entry(3).update(text=entry.text, hash=canonical.digest(entry.text), action="take")

    assert breaks() == [f"claim {world.claim.uuid}, entry 4: it does not follow the entry before it"]


def test_entry_that_is_gone_is_found(world: World) -> None:
    sequence = LedgerEntry.objects.filter(claim=world.claim, action=Action.COMMENT.value).first().sequence
    world.change(sequence).all()._raw_delete(connection.alias)
    world.entry(sequence).all()._raw_delete(connection.alias)

    assert f"claim {world.claim.uuid}, entry {sequence + 1}: entry {sequence} is missing" in breaks()


def test_entries_that_are_gone_at_the_end_are_found_by_the_revision(world: World) -> None:
    last = world.claim.revision
    world.change(last).all()._raw_delete(connection.alias)
    world.entry(last).all()._raw_delete(connection.alias)

    found = breaks()
    assert f"claim {world.claim.uuid}: its revision is {last}, its last entry {last - 1}" in found


def test_revision_that_no_entry_tells_of_is_found(world: World) -> None:
    for name, model in AGGREGATES.items():
        row = model.objects.order_by("pk").first()
        one = model.objects.filter(pk=row.pk)

        assert breaks_after(lambda one=one: one.update(revision=F("revision") + 1)) == [
            f"{name} {row.uuid}: its revision is {row.revision + 1}, its last entry {row.revision}"
        ]


def test_row_that_was_made_past_the_services_is_found(world: World) -> None:
    speaker = Speaker.objects.create(name="Nobody knows")

    assert breaks() == [f"speaker {speaker.uuid}: its revision is 1, its last entry 0"]


def test_aggregate_that_bears_another_uuid_is_found(world: World) -> None:
    Speaker.objects.filter(pk=world.claim.speaker_id).update(uuid="00000000-0000-4000-8000-000000000001")

    found = breaks()
    assert found == ["speaker 00000000-0000-4000-8000-000000000001, entry 1: its columns do not say what its text says"]


# Side rows


def test_changed_change_is_found(world: World) -> None:
    world.change(2).update(text='{"facts":{},"fields":{}}')

    assert breaks() == [f"claim {world.claim.uuid}, entry 2: its change is not what was written"]


def test_changed_salt_is_found(world: World) -> None:
    world.change(2).update(salt="0" * 32)

    assert breaks() == [f"claim {world.claim.uuid}, entry 2: its change is not what was written"]


def test_change_that_is_gone_is_found(world: World) -> None:
    world.change(2).all()._raw_delete(connection.alias)

    assert breaks() == [f"claim {world.claim.uuid}, entry 2: its change is missing"]


def test_change_that_was_emptied_by_an_erasure_that_does_not_name_it_is_found(world: World) -> None:
    order = LedgerEntry.objects.get(claim=world.claim, action=Action.ERASE.value)
    world.change(2).update(text="", salt="", erased_by=order)

    assert breaks() == [f"claim {world.claim.uuid}, entry 2: its change was emptied, and no erasure names it"]


def test_change_that_was_emptied_by_an_entry_that_is_no_erasure_is_found(world: World) -> None:
    world.change(3).update(erased_by=world.entry(1).get())

    assert breaks() == [f"claim {world.claim.uuid}, entry 3: its change was emptied, and no erasure names it"]


def test_change_of_an_erasure_that_is_gone_is_found_with_all_that_it_named(world: World) -> None:
    order = LedgerEntry.objects.get(claim=world.claim, action=Action.ERASE.value)
    world.change(order.sequence).all()._raw_delete(connection.alias)

    found = breaks()
    assert f"claim {world.claim.uuid}, entry {order.sequence}: its change is missing" in found
    assert f"claim {world.claim.uuid}, entry 3: its change was emptied, and no erasure names it" in found


# Publications


def test_changed_publication_is_found(world: World) -> None:
    for columns, problem in (
        ({"uuid": "00000000-0000-4000-8000-000000000001"}, "its publication is not what its envelope says"),
        ({"kind": "update"}, "its kind is not what its envelope says"),
        ({"published_at": F("published_at") + timedelta(seconds=1)}, "its published_at is not what its envelope says"),
        (
            {"envelope": Replace("envelope", Value('"correction"'), Value('"update"')), "kind": "update"},
            "its hash is not that of its envelope",
        ),
        ({"hash": "0" * 64}, "its hash is not that of its envelope"),
    ):
        found = breaks_after(lambda columns=columns: world.version(2).update(**columns))
        assert f"check {world.check.slug}, version 2: {problem}" in found


def test_changed_hash_of_a_version_is_found_at_the_next_too(world: World) -> None:
    world.version(1).update(hash="0" * 64)

    assert f"check {world.check.slug}, version 2: its previous is not what its envelope says" in breaks()


def test_publication_that_hangs_on_another_entry_is_found(world: World) -> None:
    world.version(2).update(entry=world.entry(2).get())

    assert f"check {world.check.slug}, version 2: its sequence is not what its envelope says" in breaks()


def test_slug_that_was_changed_is_found(world: World) -> None:
    Check.objects.update(slug="elsewhere")

    assert breaks() == ["check elsewhere: its slug is not the one that it was published under first"]


# A side row of a publication: changed, gone, or emptied although no erasure names it.
@pytest.mark.parametrize(
    ("side", "what", "word"), [(PublicationContent, "content", "Rents"), (PublicationNames, "names", "Person")]
)
def test_side_row_of_a_publication_that_is_not_as_it_was_is_found(
    side: Any, what: str, word: str, world: World
) -> None:
    order = LedgerEntry.objects.get(claim=world.claim, action=Action.ERASE.value)
    row = side.objects.filter(publication=world.version(1).get())
    here = f"check {world.check.slug}, version 1: its {what}"

    changed = breaks_after(lambda: row.update(text=Replace("text", Value(word), Value("Nobody"))))
    gone = breaks_after(lambda: row.all()._raw_delete(connection.alias))
    emptied = breaks_after(lambda: row.update(text="", salt="", erased_by=order))

    assert f"{here} is not what was written" in changed
    assert f"{here} is missing" in gone
    assert f"{here} was emptied, and no erasure names it" in emptied


def test_content_that_nobody_approved_is_found(world: World) -> None:
    Approval.objects.filter(claim=world.claim).delete()

    assert [f"check {world.check.slug}, version {n}: 0 of 1 approved its content" for n in (1, 2)] == breaks()


def test_approval_of_an_author_counts_for_nothing(world: World) -> None:
    """A row of an approval is not hashed; the ledger says who approved what."""
    Approval.objects.filter(claim=world.claim).update(by=world.desk.researcher)

    assert [f"check {world.check.slug}, version {n}: 0 of 1 approved its content" for n in (1, 2)] == breaks()


def test_missing_second_approval_is_found_although_the_risk_was_lowered_since(world: World) -> None:
    """How many people it took is told by the entry of the publication, not by the claim as it is now."""
    desk = world.desk
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"risk": "high"})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    for reader in (desk.editor, desk.second_editor):
        factories.approve(claim, reader)
    check = factories.publish(claim, desk.editor).check_page
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reader wrote in.")
    factories.edit(claim, desk.editor, {"risk": "normal"})
    assert breaks() == []

    Approval.objects.filter(claim=claim, by=desk.second_editor).delete()

    assert breaks() == [f"check {check.slug}, version 1: 1 of 2 approved its content"]


def test_check_without_a_version_is_found(world: World) -> None:
    check = Check.objects.create(claim=factories.inbox_claim(world.desk), slug="empty")

    assert breaks() == [f"check {check.slug}: it has no version"]


# The check's own row is compared with what its versions and withholdings say.
def test_check_that_says_something_else_is_found(world: World) -> None:
    row = Check.objects.filter(pk=world.check.pk)
    for column, value in {
        "listed": False,
        "withdrawn": True,
        "rating_code": "false",
        "search_text": "x",
        "bodies": {"en": "<p>x</p>"},
        "history": [],
        "withheld": [{}],
        "topics": "|x|",
        "last_published_at": None,
    }.items():
        assert breaks_after(lambda column=column, value=value: row.update(**{column: value})) == [
            f"check {world.check.slug}: its {column} is not what its versions say"
        ]


# What stands in a claim's rows is what its entries tell


def test_row_of_a_claim_that_was_written_past_the_services_is_found(world: World) -> None:
    claim = factories.ready_claim(world.desk)
    for rows, columns, path in (
        (claim.texts.filter(language="en"), {"statement": "Rents fell."}, "texts.en.statement"),
        (claim.evidence.filter(key="R1"), {"excerpt": "plus 1 per cent"}, "evidence.R1.excerpt"),
        (claim.quotations, {"exact": "rents fell"}, f"quotations.{claim.quotations.get().pk}.exact"),
        (Claim.objects.filter(pk=claim.pk), {"topics": ["love"]}, "topics"),
        (claim.verdict.texts.filter(language="de"), {"up_to_date": False}, "verdict.texts.de.up_to_date"),
        (claim.verdict.texts.filter(language="de"), {"today": "Heute anders."}, "verdict.texts.de.today"),
    ):
        assert breaks_after(lambda rows=rows, columns=columns: rows.update(**columns)) == [
            f"claim {claim.uuid}: its {path} is not what its entries tell"
        ]


def test_row_that_no_entry_made_or_took_away_is_found(world: World) -> None:
    claim = factories.ready_claim(world.desk)
    rows = ClaimText.objects.filter(claim=claim)

    assert breaks_after(lambda: rows.create(claim=claim, language="fr", statement="Non.")) == [
        f"claim {claim.uuid}: its texts.fr.statement is not what its entries tell"
    ]
    assert breaks_after(lambda: rows.filter(language="de").delete()) == [
        f"claim {claim.uuid}: its texts.de.statement is not what its entries tell"
    ]


def test_what_an_emptied_entry_may_have_written_is_no_break(world: World) -> None:
    """Nobody can tell any more whether the rows hold what it said."""
    assert breaks_after(lambda: world.claim.texts.filter(language="en").update(why="Somebody asked.")) == []


def test_a_save_while_it_is_read_is_no_break(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A live desk writes on; the aggregate was read before its newest entry came."""
    claim = Claim.objects.get(pk=world.claim.pk)
    review.comment(claim_id=claim.pk, actor=world.desk.editor, text="Meanwhile.")

    assert list(verification.verify_chain("claim", claim)) == []


# What came in


def test_changed_text_of_an_article_is_found(world: World) -> None:
    ArticleVersion.objects.update(text=Replace("text", Value("12 per cent"), Value("21 per cent")))

    assert f"{world.article}, version 1: its hash is not that of its text" in breaks()


def test_changed_hash_of_an_article_is_found(world: World) -> None:
    ArticleVersion.objects.update(sha256="0" * 64)

    assert breaks() == [f"{world.article}, version 1: its hash is not that of its text"]


def test_changed_bytes_of_a_copy_are_found(world: World) -> None:
    Capture.objects.update(raw=b"something else")

    assert breaks() == [f"{world.article}, version 1: a copy's hash is not that of its bytes"]


def test_bytes_that_an_erasure_masked_are_whole(desk: Desk) -> None:
    factories.make_article(desk.researcher, f"{NAME} said.")
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")

    assert breaks() == []


# Garbage gives breaks, not a crash.
def test_garbage_is_found_and_stops_nothing(world: World) -> None:
    for garbage in ("", "{", "[]", "null", '{"facts":[]}', '{"facts":{"emptied":7,"masked":7}}'):

        def tamper(garbage: str = garbage) -> None:
            LedgerEntry.objects.update(text=garbage)
            LedgerChange.objects.update(text=garbage or "x", salt="x", erased_by=None)
            Publication.objects.update(envelope=garbage)
            PublicationContent.objects.update(text='{"texts":{}}', salt="x")

        found = breaks_after(tamper)
        assert len([line for line in found if line.startswith(f"claim {world.claim.uuid}")]) >= world.claim.revision
        assert len([line for line in found if line.startswith(f"check {world.check.slug}")]) >= 2


def test_place_is_told_so_that_a_person_finds_it() -> None:
    found: Callable[..., Any] = verification.Break

    assert str(found("claim 1, entry 2", "its change is missing")) == "claim 1, entry 2: its change is missing"


def test_copy_that_was_written_anew_whole_is_found_by_its_entry(world: World) -> None:
    raw = b"something else"
    Capture.objects.update(raw=raw, sha256=hashlib.sha256(raw).hexdigest())

    assert breaks() == [f"{world.article}: its copies are not those that its entries tell of"]


def test_copy_that_is_gone_is_found(world: World) -> None:
    Capture.objects.all()._raw_delete(connection.alias)

    assert breaks() == [f"{world.article}: it has 0 copies, its entries tell of 1"]


def test_version_whose_entry_is_gone_is_found(world: World) -> None:
    with transaction.atomic():
        world.version(2).update(entry_id=999_999)
        found = breaks()
        transaction.set_rollback(True)

    assert f"check {world.check.slug}: a version hangs on an entry that is not there" in found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes no text that is no UTF-8")
def test_bytes_that_cannot_be_read_are_a_break_with_a_place_and_stop_nothing(world: World) -> None:
    other = Speaker.objects.create(name="Nobody knows")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_ledgerentry SET text = CAST(x'FF' AS TEXT) WHERE claim_id = %s AND sequence = 3",
            [world.claim.pk],
        )

    assert f"claim {world.claim.uuid}: what the database holds of it cannot be read (OperationalError)" in breaks()
    assert f"speaker {other.uuid}: its revision is 1, its last entry 0" in breaks()

"""Two people at the same moment, with real connections: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, connections, transaction

from claims import composition
from claims.errors import Busy, Conflict, DomainError, Unanswerable
from claims.models import (
    Article,
    ArticleVersion,
    Capture,
    Check,
    Claim,
    LedgerEntry,
    Member,
    Publication,
    Quotation,
    Reply,
    ReplyRequest,
    Source,
    Speaker,
)
from claims.services import (
    asking,
    erasure,
    intake,
    ledger,
    members,
    people,
    publication,
    records,
    research,
    verification,
)
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "verdict.texts.en.headline"
SUMMARY = "verdict.texts.en.summary"

Act = Callable[[], Any]


postgresql_only = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="SQLite lets one transaction write at a time; what two writers of one file get has its own tests",
)
sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="PostgreSQL lets two transactions write at a time, and has its own tests",
)


def at_once(*acts: Act) -> list[Any]:
    """What comes of each act, a result or a domain error, when all begin at the same moment."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Act) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            results[number] = act()
        except BaseException as error:  # noqa: BLE001 - the test's own thread looks at it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    unexpected = [
        result for result in results if isinstance(result, BaseException) and not isinstance(result, DomainError)
    ]
    assert unexpected == []
    return results


def kinds(results: list[Any]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def writing(claim: Claim, actor: Any, path: str, value: Any) -> Act:
    return lambda: factories.edit(claim, actor, {path: value}, opened_at=claim.revision)


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    return factories.make_desk()


@pytest.fixture(autouse=True)
def whole(desk: Desk) -> Any:
    """Whatever happened at once, the ledger is whole afterwards."""
    yield
    assert list(verification.verify()) == []


# Writing


@postgresql_only
def test_same_field_is_won_by_exactly_one_and_the_other_is_shown_both(desk: Desk) -> None:
    claim = factories.ready_claim(desk)

    results = at_once(writing(claim, desk.researcher, HEADLINE, "One"), writing(claim, desk.editor, HEADLINE, "Two"))

    assert kinds(results) == {"Claim": 1, "Conflict": 1}
    (conflict,) = [result for result in results if isinstance(result, Conflict)]
    (clash,) = conflict.clashes
    assert {clash.theirs, clash.mine} == {"One", "Two"}
    assert claim.verdict.texts.get(language="en").headline == clash.theirs
    assert factories.fresh(claim).revision == claim.revision + 1


@postgresql_only
def test_other_fields_go_through_both(desk: Desk) -> None:
    claim = factories.ready_claim(desk)

    results = at_once(writing(claim, desk.researcher, HEADLINE, "One"), writing(claim, desk.editor, SUMMARY, "Two"))

    text = claim.verdict.texts.get(language="en")
    assert kinds(results) == {"Claim": 2}
    assert (text.headline, text.summary) == ("One", "Two")
    assert factories.fresh(claim).revision == claim.revision + 2


@postgresql_only
def test_many_writers_of_many_claims_go_through(desk: Desk) -> None:
    claims = [factories.ready_claim(desk) for _ in range(2)]
    paths = ("priority", "due_on", HEADLINE)
    values = {"priority": "high", "due_on": "2025-05-01", HEADLINE: "One"}

    results = at_once(*(writing(claim, desk.editor, path, values[path]) for path in paths for claim in claims))

    assert kinds(results) == {"Claim": 6}


@postgresql_only
def test_edit_and_a_change_of_the_source_it_cites_do_not_wait_for_each_other(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    source = factories.make_source(desk.researcher)
    with transaction.atomic():
        # Somebody is writing the source, and has not finished; a foreign key to it must not wait for that.
        records.edit_record(record=Source, record_id=source.pk, actor=desk.chief, values={"title": "New"})
        (result,) = at_once(lambda: factories.edit(claim, desk.editor, factories.evidence_item("N1", source)))

    assert isinstance(result, Claim)


# Transitions


@postgresql_only
def test_two_publishers_at_once_make_one_publication(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    shown = composition.content_hash(composition.compose(claim))

    def publish() -> Publication:
        return publication.publish(claim_id=claim.pk, actor=desk.editor, content_hash=shown)

    one, two = at_once(publish, publish)

    assert one == two == Publication.objects.get()
    assert factories.fresh(claim).revision == claim.revision + 1


@postgresql_only
def test_two_that_publish_what_nobody_showed_them_make_one_publication_too(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    results = at_once(*[lambda: factories.publish(claim, desk.editor)] * 2)

    assert kinds(results) == {"Publication": 1, "IllegalTransition": 1}
    assert Publication.objects.count() == 1


@postgresql_only
def test_claim_is_taken_on_once(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)

    results = at_once(
        *(
            lambda actor=actor: research.accept(claim_id=claim.pk, actor=actor)
            for actor in (desk.researcher, desk.editor)
        )
    )

    assert kinds(results) == {"Claim": 1, "IllegalTransition": 1}


@postgresql_only
def test_two_approvals_at_once_are_two(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.chief, {"risk": "high"})
    claim = factories.review.submit(claim_id=claim.pk, actor=desk.researcher)

    results = at_once(
        *(lambda actor=actor: factories.approve(claim, actor) for actor in (desk.editor, desk.second_editor))
    )

    assert kinds(results) == {"Claim": 2}
    assert factories.fresh(claim).status == Status.APPROVED


@postgresql_only
def test_approval_and_edit_at_once_never_approve_what_was_not_read(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    suggestion = factories.review.suggest(
        claim_id=claim.pk, actor=desk.second_editor, path=HEADLINE, proposed="Rents rose less"
    )
    factories.review.dismiss_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=suggestion.pk)
    again = factories.review.suggest(
        claim_id=claim.pk, actor=desk.second_editor, path=SUMMARY, proposed="Less than that."
    )

    at_once(
        lambda: factories.approve(claim, desk.editor),
        lambda: factories.review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=again.pk),
    )

    claim = factories.fresh(claim)
    approved = claim.approvals.filter(content_hash=composition.content_hash(composition.compose(claim)))
    assert (claim.status == Status.APPROVED) is approved.exists()


@postgresql_only
def test_claims_linked_to_each_other_at_once_close_one_and_wait_for_ever_nowhere(desk: Desk) -> None:
    one, two = factories.inbox_claim(desk), factories.inbox_claim(desk)

    results = at_once(
        lambda: research.link_as_same(claim_id=one.pk, same_as_id=two.pk, actor=desk.researcher),
        lambda: research.link_as_same(claim_id=two.pk, same_as_id=one.pk, actor=desk.editor),
    )

    assert kinds(results) == {"Claim": 1, "IllegalTransition": 1}
    assert {factories.fresh(claim).status for claim in (one, two)} == {Status.INBOX, Status.DECLINED}


@postgresql_only
def test_same_statement_published_at_once_has_two_addresses(desk: Desk) -> None:
    first, second = (factories.approved_claim(desk) for _ in range(2))
    published = threading.Event()

    def unfinished() -> Publication:
        with transaction.atomic():
            version = factories.publish(first, desk.editor)
            published.set()
            time.sleep(0.3)  # The other one reads that the address is free, and waits for the row.
        return version

    def meanwhile() -> Publication:
        published.wait(timeout=30)
        return factories.publish(second, desk.editor)

    results = at_once(unfinished, meanwhile)

    assert kinds(results) == {"Publication": 2}
    assert len(set(Check.objects.values_list("slug", flat=True))) == 2


@postgresql_only
def test_erasure_and_edits_at_once_leave_the_words_nowhere(desk: Desk) -> None:
    speaker = factories.make_speaker(desk.researcher, "Jane Doe")
    claims = [factories.ready_claim(desk, {SUMMARY: "Jane Doe."}, speaker=speaker) for _ in range(2)]

    results = at_once(
        lambda: erasure.erase(actor=desk.chief, text="Jane Doe", reason="An order of the court."),
        *(writing(claim, desk.editor, HEADLINE, "One") for claim in claims),
    )

    assert kinds(results)["list"] == 1
    assert kinds(results)["Claim"] + kinds(results)["Conflict"] == 2
    for claim in claims:
        assert "Jane" not in claim.verdict.texts.get(language="en").summary


# Quotations while a new version comes in: each of the two goes first once, with all its locks held, and the other one
# is seen to wait for it.


class Meeting:
    """Two acts: the first one stops at a change of the kind ``at`` until the second one waits for it, or has ended."""

    def __init__(self, at: Action, *, before: bool) -> None:
        self.at, self.before = at, before
        self.begun, self.ended = threading.Event(), threading.Event()
        self.backend = 0
        self.waited = False

    def of(self, first: Act, second: Act) -> list[Any]:
        change = ledger.change

        @contextmanager
        def stopping(*arguments: Any, action: Action, **options: Any) -> Iterator[Any]:
            here = action is self.at and not self.begun.is_set()
            if here and self.before:
                self.stop()
            with change(*arguments, action=action, **options) as work:
                yield work
                if here and not self.before:
                    self.stop()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ledger, "change", stopping)
            patch.setattr(ledger, "_is_busy", lambda _error: False)  # a dead-lock is not tried again: it is an error
            return at_once(first, lambda: self.second(second))

    def stop(self) -> None:
        self.begun.set()
        until = time.monotonic() + 30
        while not (self.waited or self.ended.wait(timeout=0.01)) and time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.backend])
                self.waited = cursor.fetchone()[0]

    def second(self, act: Act) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = cursor.fetchone()[0]
        try:
            assert self.begun.wait(timeout=30)
            return act()
        finally:
            self.ended.set()


@dataclass(frozen=True)
class Scene:
    """A claim quoted from an article, another one that is quoted from elsewhere, and what is done to the first."""

    article: Article
    claim: Claim
    other: Claim

    @property
    def quotation(self) -> Quotation:
        return self.claim.quotations.get()

    def edit_quotation(self, actor: User) -> Any:
        end = self.quotation.end - len(" in 2024")
        return research.edit_quotation(
            claim_id=self.claim.pk, actor=actor, quotation_id=self.quotation.pk, end=end, voices=[]
        )

    def quote_again(self, actor: User) -> Any:
        again = factories.passage(self.article.versions.get(number=1), "plainly wrong")
        return research.quote_again(claim_id=self.other.pk, actor=actor, passage=again)

    def split(self, actor: User) -> Any:
        return research.split(claim_id=self.claim.pk, actor=actor, statements={"en": "It was in 2024."})

    def link_as_same(self, actor: User) -> Any:
        return research.link_as_same(claim_id=self.claim.pk, same_as_id=self.other.pk, actor=actor)

    def new_version(self, actor: User) -> ArticleVersion:
        return factories.make_version(actor, self.article, f"Corrected on Monday. {factories.TEXT}")


QUOTING = {
    "edit_quotation": Action.EDIT,
    "quote_again": Action.EDIT,
    "split": Action.SPLIT,
    "link_as_same": Action.LINK,
}


@pytest.fixture
def scene(desk: Desk) -> Scene:
    claim, other = factories.inbox_claim(desk), factories.inbox_claim(desk, version=elsewhere(desk))
    return Scene(claim.quotations.get().version.article, claim, other)


def elsewhere(desk: Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher, f"From our wire desk. {factories.TEXT}")


def anchored(article: Article) -> dict[int, list[str]]:
    """Each quotation of the article, and the words at the places where the newest version has it by now."""
    newest = article.versions.latest("number")
    quotations = Quotation.objects.filter(version__article=article)
    return {
        one.pk: [newest.text[at.start : at.end] for at in one.anchors.filter(version=newest).order_by("pk")][-1:]
        for one in quotations
    }


def words(article: Article) -> dict[int, list[str]]:
    return {one.pk: [one.exact] for one in Quotation.objects.filter(version__article=article)}


@postgresql_only
@pytest.mark.parametrize("name", QUOTING)
def test_a_new_version_waits_for_what_is_done_to_quotations_and_looks_for_all_of_them(
    name: str, scene: Scene, desk: Desk
) -> None:
    meeting = Meeting(QUOTING[name], before=False)
    results = meeting.of(lambda: getattr(scene, name)(desk.researcher), lambda: scene.new_version(desk.editor))

    assert isinstance(results[1], ArticleVersion)
    assert not isinstance(results[0], DomainError)
    assert meeting.waited
    assert anchored(scene.article) == words(scene.article)
    for claim in Claim.objects.filter(quotations__version__article=scene.article):
        told = json.loads(claim.ledger.get(action=Action.ANCHOR.value).change.text)["facts"]["anchors"]
        quoted = claim.quotations.filter(version__article=scene.article)
        assert sorted(told) == sorted(str(one.pk) for one in quoted), "the claim that has it by now tells of it"


@postgresql_only
@pytest.mark.parametrize("name", QUOTING)
def test_what_is_done_to_quotations_waits_for_a_new_version_and_finds_them_in_it(
    name: str, scene: Scene, desk: Desk
) -> None:
    meeting = Meeting(Action.ANCHOR, before=True)
    results = meeting.of(lambda: scene.new_version(desk.editor), lambda: getattr(scene, name)(desk.researcher))

    assert isinstance(results[0], ArticleVersion)
    assert not isinstance(results[1], DomainError)
    assert meeting.waited
    assert anchored(scene.article) == words(scene.article)


# SQLite: one writes at a time, the others wait for their turn


@sqlite_only
def test_two_writers_of_one_file_get_through_or_are_told_that_it_is_busy(desk: Desk) -> None:
    claim = factories.ready_claim(desk)

    results = at_once(
        writing(claim, desk.researcher, HEADLINE, "One"),
        writing(claim, desk.editor, SUMMARY, "Two"),
        writing(claim, desk.chief, "priority", "high"),
    )

    through = sum(isinstance(result, Claim) for result in results)
    assert through + sum(isinstance(result, Busy) for result in results) == 3
    assert through
    assert factories.fresh(claim).revision == claim.revision + through


@sqlite_only
def test_same_field_of_one_file_is_won_by_one(desk: Desk) -> None:
    claim = factories.ready_claim(desk)

    results = at_once(writing(claim, desk.researcher, HEADLINE, "One"), writing(claim, desk.editor, HEADLINE, "Two"))

    assert kinds(results) in ({"Claim": 1, "Conflict": 1}, {"Claim": 1, "Busy": 1})


@sqlite_only
def test_writer_who_waited_too_long_is_told_so_and_nothing_is_saved(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)

    def impatient() -> Claim:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        return research.accept(claim_id=claim.pk, actor=desk.editor)

    with transaction.atomic():  # takes the lock, and keeps it
        (result,) = at_once(impatient)

    assert isinstance(result, Busy)
    assert factories.fresh(claim).status == Status.INBOX


# Readers are not kept waiting, on either database.
def test_reader_sees_the_last_whole_state_while_somebody_writes(desk: Desk) -> None:
    claim = factories.ready_claim(desk)

    with transaction.atomic():
        factories.edit(claim, desk.researcher, {HEADLINE: "Unfinished"})
        (seen,) = at_once(lambda: composition.compose(claim)["texts"]["en"]["headline"])

    assert seen == "Rents rose, but by less"
    assert LedgerEntry.objects.filter(claim=claim).count() == claim.revision + 1


# The services' edge, where the database does not give way


def locked_database(times: int) -> tuple[Callable[[], str], list[int]]:
    """A service whose database does not give way the first `times` times, and a list of its calls."""
    calls: list[int] = []

    @ledger.service
    def act() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError("database is locked")
        return "done"

    return act, calls


def test_service_tries_once_more_when_the_database_is_busy_and_then_says_so() -> None:
    act, calls = locked_database(1)
    assert (act(), len(calls)) == ("done", 2)

    act, calls = locked_database(9)
    with pytest.raises(Busy, match="Nothing was saved"):
        act()
    assert len(calls) == 2

    act, calls = locked_database(1)
    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(calls) == 1

    @ledger.service
    def broken() -> None:
        raise OperationalError("no such table")

    with pytest.raises(OperationalError):
        broken()
    assert not connection.in_atomic_block


def test_two_copies_of_one_new_text_at_once_are_one_article(desk: Desk) -> None:
    text = "The bridge of Norburg was closed on Monday for eighteen months, the city said."
    copies = [text.encode(), f"{text}\n".encode(), f"\ufeff{text}".encode()]

    results = at_once(*(lambda raw=raw: intake.receive(actor=desk.researcher, raw=raw) for raw in copies))

    assert kinds(results) == {"Intake": 3}
    assert sorted(taken.outcome for taken in results) == ["article", "copy", "copy"]
    assert Article.objects.count() == 1
    assert Capture.objects.count() == 3


# Merging: locks by rising key, so that nobody waits for each other, and no chain and no ring ever comes about.


def merging(closing: Speaker, staying: Speaker, actor: Any) -> Act:
    return lambda: records.merge_speakers(actor=actor, speaker_id=closing.pk, into_id=staying.pk)


def test_two_speakers_are_merged_into_each_other_at_once(desk: Desk) -> None:
    one, other = (factories.make_speaker(desk.researcher, name) for name in ("OpenAI", "OpenAI, Inc."))

    results = at_once(merging(one, other, desk.editor), merging(other, one, desk.second_editor))

    assert kinds(results) in ({"Speaker": 1, "Refused": 1}, {"Speaker": 1, "Busy": 1})
    assert Speaker.objects.standing().count() == 1
    assert list(verification.verify()) == []


def test_a_merge_into_a_speaker_that_closes_at_once_leaves_no_chain(desk: Desk) -> None:
    first, second, third = (factories.make_speaker(desk.researcher, name) for name in "ABC")

    results = at_once(merging(first, second, desk.editor), merging(second, third, desk.second_editor))

    assert isinstance(results[1], Speaker | Busy)
    assert not Speaker.objects.filter(merged_into__merged_into__isnull=False).exists()
    assert list(verification.verify()) == []


def test_a_merge_is_taken_back_twice_at_once(desk: Desk) -> None:
    one, other = (factories.make_speaker(desk.researcher, name) for name in ("OpenAI", "OpenAI, Inc."))
    records.merge_speakers(actor=desk.editor, speaker_id=one.pk, into_id=other.pk)

    def act() -> Speaker:
        return records.part(record=Speaker, record_id=one.pk, actor=desk.editor)

    results = at_once(act, act)

    assert kinds(results) in ({"Speaker": 1, "Refused": 1}, {"Speaker": 1, "Busy": 1})
    assert Speaker.objects.get(pk=one.pk).revision == 3
    assert list(verification.verify()) == []


# Replies


def link_of(claim: Claim, desk: Desk) -> str:
    request = factories.make_request(desk.researcher, claim)
    return asking.make_link(actor=desk.researcher, request_id=request.pk, valid_for=timedelta(days=1))


def test_two_answers_through_one_link_are_one_reply(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    token = link_of(claim, desk)

    results = at_once(*(lambda number=number: asking.answer(token=token, words=f"No. {number}") for number in range(4)))

    assert kinds(results) == {"Reply": 1, "Unanswerable": 3}
    assert {result.code for result in results if isinstance(result, Unanswerable)} == {"used"}
    assert Reply.objects.count() == 1


@postgresql_only
def test_an_answer_and_a_new_link_do_not_both_count(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    token = link_of(claim, desk)
    [request] = ReplyRequest.objects.all()

    answer, _link = at_once(
        lambda: asking.answer(token=token, words="Yes."),
        lambda: asking.make_link(actor=desk.editor, request_id=request.pk, valid_for=timedelta(days=1)),
    )

    assert Reply.objects.exists() == isinstance(answer, Reply)


def test_a_passage_is_chosen_by_one_of_two_and_the_other_is_shown_both(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = factories.make_request(desk.researcher, claim)
    asking.record_reply(actor=desk.editor, request_id=request.pk, words="One. Two.", received_on=request.asked_on)
    opened_at = factories.fresh(claim).revision

    def choosing(actor: User, words: str) -> Act:
        return lambda: asking.include_reply(
            actor=actor, claim_id=claim.pk, request_id=request.pk, included=True, words=words, opened_at=opened_at
        )

    results = at_once(choosing(desk.researcher, "One."), choosing(desk.editor, "Two."))

    assert kinds(results) == {"Claim": 1, "Conflict": 1}


# People


def test_the_first_two_things_said_of_somebody_at_once_are_both_said(desk: Desk) -> None:
    def declaring(actor: Any, topic: str) -> Act:
        return lambda: members.declare(actor=actor, user=desk.editor, topic=topic, reason="Their own house.")

    results = at_once(declaring(desk.editor, "rents"), declaring(desk.chief, "rivers"))

    assert kinds(results) == {"ConflictOfInterest": 2}
    assert Member.objects.get(user=desk.editor).revision == 2


def test_a_claim_is_handed_to_one_of_two_at_once(desk: Desk) -> None:
    claim = factories.review_claim(desk)

    def handing(reader: Any) -> Act:
        return lambda: members.hand_over(claim_id=claim.pk, actor=desk.chief, reader=reader, opened_at=claim.revision)

    results = at_once(handing(desk.editor), handing(desk.second_editor))

    assert kinds(results) == {"Claim": 1, "Conflict": 1}


def test_two_heads_of_desk_who_remove_each_other_at_once_leave_one(desk: Desk) -> None:
    other = factories.make_user(Role.CHIEF)

    def removing(actor: Any, user: Any) -> Act:
        def act() -> Any:
            try:
                return erasure.pseudonymise(actor=actor, user=user, reason="In writing.")
            except PermissionDenied as refusal:
                return refusal.__class__.__name__

        return act

    results = at_once(removing(desk.chief, other), removing(other, desk.chief))

    assert kinds(results) == {"LedgerEntry": 1, "str": 1}
    active = [user for user in User.objects.filter(pk__in=[desk.chief.pk, other.pk]) if people.role_of(user)]
    assert len(active) == 1

"""The queue of second reads that does not stall: whose, since when, until when; handing over; how long it takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from claims.models import Claim, LedgerEntry
from claims.services import members, people, review
from claims.views.desk import readers, reviews
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.factories import Desk
from tests.views.desk.helpers import as_user, claim_of_two_authors, page, risky_claim, text

pytestmark = pytest.mark.django_db

HOME, REVIEWS = "/desk/", "/desk/reviews/"
LONG_AGO, FAR_AHEAD = "2025-04-01", "2999-04-01"


def shown(desk: Desk, query: str = "", user: Any = None) -> list[int]:
    answer = as_user(user or desk.editor).get(REVIEWS + query)
    assert answer.status_code == 200
    return [row.claim.pk for row, _reading in answer.context["rows"]]


def ask(claim: Claim, reader: Any, actor: Any = None) -> Claim:
    return members.hand_over(claim_id=claim.pk, actor=actor or reader, reader=reader)


def hand_over(user: Any, claim: Claim, reader: Any = "", **values: Any) -> HttpResponse:
    """What the queue's form posts."""
    key = reader if isinstance(reader, str) else reader.pk
    filled = {"reader": key, "opened_at": factories.fresh(claim).revision, "back": REVIEWS, **values}
    return as_user(user).post(reverse("desk:hand_over", args=[claim.pk]), filled, follow=True)


def is_away(user: Any, days: int | None = 3) -> None:
    today = timezone.localdate()
    members.set_away(
        actor=user, user=user, away_from=today, away_until=None if days is None else today + timedelta(days=days)
    )


# Whose, and in which order


def test_the_queue_is_narrowed_to_mine_somebodys_and_nobodys(desk: Desk) -> None:
    mine, theirs, free = (factories.review_claim(desk) for _ in range(3))
    ask(mine, desk.editor)
    ask(theirs, desk.second_editor)

    assert shown(desk) == [mine.pk, theirs.pk, free.pk]
    assert shown(desk, "?reader=me") == [mine.pk]
    assert shown(desk, "?reader=nobody") == [free.pk]
    assert shown(desk, f"?reader={desk.second_editor.pk}") == [theirs.pk]
    tabs = as_user(desk.editor).get(REVIEWS).context["tabs"]
    assert [(tab["label"], tab["number"]) for tab in tabs] == [("All", 3), ("Mine", 1), ("Nobody's", 1)]


def test_who_reads_nothing_has_no_tab_of_their_own(desk: Desk) -> None:
    factories.review_claim(desk)

    tabs = as_user(desk.researcher).get(REVIEWS).context["tabs"]

    assert [tab["label"] for tab in tabs] == ["All", "Nobody's"]


@pytest.mark.parametrize(
    "query", ["?reader=x", "?reader=-1", "?order=sideways", "?reader=me%00", "?order=due&after=x_1"]
)
def test_what_cannot_be_read_in_the_address_narrows_nothing(desk: Desk, query: str) -> None:
    claim = factories.review_claim(desk)

    assert shown(desk, query) == [claim.pk]


def test_by_deadline_those_without_one_come_last(desk: Desk) -> None:
    none, late, soon = (factories.review_claim(desk) for _ in range(3))
    for claim, due in ((late, FAR_AHEAD), (soon, LONG_AGO)):
        factories.edit(claim, desk.researcher, {"due_on": due})

    assert shown(desk, "?order=due") == [soon.pk, late.pk, none.pk]
    assert shown(desk) == [none.pk, late.pk, soon.pk]


@pytest.mark.parametrize("order", ["age", "due"])
def test_paging_shows_every_claim_once_and_keeps_whose(desk: Desk, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "PAGE_SIZE", 2)
    claims = [ask(factories.review_claim(desk), desk.editor) for _ in range(5)]
    factories.review_claim(desk)
    client, address, seen = as_user(desk.editor), f"?order={order}&reader=me", []
    while address:
        answer = client.get(REVIEWS + address)
        seen += [row.claim.pk for row, _ in answer.context["rows"]]
        address = answer.context["page"].older

    assert seen == [claim.pk for claim in claims]


def test_what_is_overdue_stands_out(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    assert "reads__late" not in page(desk.editor, REVIEWS)

    factories.edit(claim, desk.researcher, {"due_on": LONG_AGO})

    found = page(desk.editor, REVIEWS)
    assert 'class="reads__late"' in found
    assert "deadline--overdue" in found


def test_a_row_says_how_long_it_waits(desk: Desk) -> None:
    claim = factories.review_claim(desk)

    waited = as_user(desk.editor).get(REVIEWS).context["waited"]

    assert waited == {claim.pk: "1 minute"}


# Who is asked, and who could be


def test_a_row_offers_whoever_may_read_it_and_nobody_else(desk: Desk) -> None:
    claim = risky_claim(desk)
    factories.approve(claim, desk.editor)
    conflicted = factories.make_user(Role.EDITOR)
    factories.make_member(conflicted, topic="housing")
    factories.make_user(Role.EDITOR, is_active=False)
    is_away(desk.second_editor)

    reading = readers.readings([claim], desk.editor)[claim.pk]

    last = date_words(timezone.localdate() + timedelta(days=3))
    named = f"{people.name_of(desk.second_editor)} (away until {last})"
    assert sorted(reading.could) == sorted(
        [(desk.second_editor.pk, named), (desk.chief.pk, people.name_of(desk.chief))]
    )


def date_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_the_queue_says_of_readers_what_the_service_says(desk: Desk) -> None:
    """One rule, asked for one claim and for many: who can be asked, and why another cannot."""
    claims = [risky_claim(desk), claim_of_two_authors(desk), factories.review_claim(desk)]
    factories.approve(claims[0], desk.editor)
    members.declare(
        actor=desk.second_editor, user=desk.second_editor, speaker_id=claims[2].speaker_id, reason="Their sister."
    )
    everybody = list(type(desk.editor).objects.exclude(username=people.SYSTEM_USERNAME))

    found = readers.readings(claims, desk.editor)

    for claim in claims:
        could = {user.pk for user in everybody if not members.why_not_reader(claim, user)}
        assert {key for key, _name in found[claim.pk].could} == could
        for user in everybody:
            Claim.objects.filter(pk=claim.pk).update(reader=user, revision=factories.fresh(claim).revision + 1)
            asked = readers.readings([factories.fresh(claim)], desk.editor)[claim.pk].asked
            assert asked is not None
            assert asked.why_not == members.why_not_reader(factories.fresh(claim), user)


def test_the_queue_knows_the_same_conflicts_as_the_rules(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    factories.make_member(desk.editor, topic="housing")

    assert "You declared a conflict of interest (housing)" in page(desk.editor, REVIEWS)
    reading = readers.readings([claim], desk.editor)[claim.pk]
    assert reading.why_not == "You declared a conflict of interest (housing), so somebody else has to read it."
    assert people.name_of(desk.editor) not in readers.who_may(Action.APPROVE, claim)


def test_an_approval_of_somebody_with_a_conflict_does_not_count(desk: Desk) -> None:
    claim = risky_claim(desk)
    factories.approve(claim, desk.editor)
    factories.make_member(desk.editor, topic="housing")

    assert readers.readings([claim], desk.chief)[claim.pk].approvals == 0
    digest = claim.approvals.get().content_hash
    assert people.approvers(claim, digest) == []


def test_who_is_away_stands_last_among_those_who_may_and_is_named_so(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    first, *_others = readers.who_may(Action.APPROVE, claim)
    is_away(next(user for user in (desk.editor, desk.second_editor, desk.chief) if people.name_of(user) == first), None)

    assert readers.who_may(Action.APPROVE, claim)[-1] == f"{first} (away)"
    assert first not in readers.who_may(Action.APPROVE, claim, but=[])[:-1]


def test_who_became_an_author_since_is_shown_and_counts_as_nobody(desk: Desk) -> None:
    claim = ask(factories.ready_claim(desk), desk.editor)
    factories.edit(claim, desk.editor, {"verdict.texts.en.today": "As of today."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    found = page(desk.second_editor, REVIEWS)

    assert f"{people.name_of(desk.editor)} is an author of this claim" in found
    assert shown(desk, "?reader=nobody") == [claim.pk]


def test_load_per_reader_with_what_is_overdue_and_who_is_away(desk: Desk) -> None:
    for due in (LONG_AGO, FAR_AHEAD):
        factories.edit(ask(factories.review_claim(desk), desk.editor), desk.researcher, {"due_on": due})
    ask(factories.ready_claim(desk), desk.editor)  # not handed in yet
    is_away(desk.editor, None)

    loads = {load.key: load for load, _url, _is_here in as_user(desk.chief).get(REVIEWS).context["loads"]}

    assert set(loads) == {desk.editor.pk, desk.second_editor.pk, desk.chief.pk}
    mine = loads[desk.editor.pk]
    assert (mine.number, mine.overdue, mine.away) == (2, 1, "away until further notice")
    assert (loads[desk.chief.pk].number, loads[desk.chief.pk].away) == (0, "")


# Handing over


def test_handing_over_in_place_comes_back_to_the_same_page(desk: Desk) -> None:
    claim = factories.review_claim(desk)

    answer = hand_over(desk.editor, claim, desk.second_editor, back=f"{REVIEWS}?order=due")

    assert answer.redirect_chain == [(f"{REVIEWS}?order=due", 302)]
    assert f"{people.name_of(desk.second_editor)} is asked to read it." in text(answer)
    assert factories.fresh(claim).reader == desk.second_editor
    answer = hand_over(desk.editor, claim)
    assert "whoever may can read it" in text(answer)
    assert factories.fresh(claim).reader is None


def test_i_read_it_is_one_button_for_whoever_may(desk: Desk) -> None:
    factories.review_claim(desk)

    assert "I read it" in page(desk.editor, REVIEWS)
    assert "I read it" not in page(desk.researcher, REVIEWS)
    assert "Hand over" not in page(desk.researcher, REVIEWS)
    assert "Hand over" not in page(desk.auditor, REVIEWS)


@pytest.mark.parametrize("role", ["researcher", "auditor"])
def test_who_may_not_hand_over_is_refused(desk: Desk, role: str) -> None:
    claim = factories.review_claim(desk)

    assert hand_over(getattr(desk, role), claim, desk.editor).status_code == 403
    assert factories.fresh(claim).reader is None


def test_an_outsider_hands_nothing_over(desk: Desk) -> None:
    claim = factories.review_claim(desk)

    assert hand_over(factories.make_user(), claim, desk.editor).status_code == 404


def test_one_is_warned_when_the_reader_is_away(desk: Desk) -> None:
    is_away(desk.second_editor, None)

    answer = hand_over(desk.editor, factories.review_claim(desk), desk.second_editor)

    assert f"{people.name_of(desk.second_editor)} is away until further notice. Until then it may wait." in text(answer)


@pytest.mark.parametrize(
    ("reader", "sentence"),
    [
        ("researcher", "has no role at this desk that approves"),
        ("999999999", "there is no such person"),
        ("x", "there is no such person"),
        ("-1", "there is no such person"),
        ("9" * 30, "there is no such person"),
    ],
)
def test_a_reader_who_cannot_be_is_refused_in_words(desk: Desk, reader: str, sentence: str) -> None:
    claim = factories.review_claim(desk)

    answer = hand_over(desk.editor, claim, getattr(desk, reader, reader))

    assert sentence in text(answer)
    assert factories.fresh(claim).reader is None


def test_what_somebody_handed_over_meanwhile_is_not_overwritten(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    ask(claim, desk.second_editor)

    answer = hand_over(desk.editor, claim, desk.chief, opened_at=claim.revision)

    assert "Somebody handed it over meanwhile" in text(answer)
    assert factories.fresh(claim).reader == desk.second_editor


def test_what_was_approved_meanwhile_is_handed_to_nobody(desk: Desk) -> None:
    claim = factories.approved_claim(desk)

    assert "waits for no second read any more" in text(hand_over(desk.second_editor, claim, desk.chief))


@pytest.mark.parametrize("back", ["https://evil.example/desk/", "//evil.example/desk/", "/admin/", ""])
def test_one_comes_back_to_a_page_of_the_desk_only(desk: Desk, back: str) -> None:
    answer = hand_over(desk.editor, factories.review_claim(desk), desk.second_editor, back=back)

    assert answer.redirect_chain == [(REVIEWS, 302)]


# Home


def test_home_begins_with_what_one_is_asked_for_and_leaves_out_what_others_are(desk: Desk) -> None:
    free, theirs, mine, left = (factories.review_claim(desk) for _ in range(4))
    ask(theirs, desk.second_editor)
    ask(mine, desk.editor)
    ask(left, desk.chief)
    is_away(desk.chief)

    answer = as_user(desk.editor).get(HOME)

    assert [row.claim.pk for row, _ in answer.context["to_read"]] == [mine.pk, free.pk, left.pk]
    assert "You are asked" in text(answer)
    assert f"{people.name_of(desk.chief)} is asked" in text(answer)


# How long it takes


def test_without_a_publication_there_is_no_pace(desk: Desk) -> None:
    factories.review_claim(desk)

    assert reviews.pace(timezone.now()) is None
    assert "nothing went out" in page(desk.editor, REVIEWS)


def published_after(desk: Desk, hours: float, monkeypatch: pytest.MonkeyPatch, *, ago: float = 0) -> Claim:
    """A claim that was published ``ago`` hours ago, ``hours`` after it was handed in: the ledger's clock is moved."""
    claim = factories.ready_claim(desk)
    real = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real - timedelta(hours=hours + ago))
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real - timedelta(hours=ago))
        factories.publish(claim, desk.editor)
    return claim


def test_half_and_the_slowest_are_told_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in (0.5, 2.5, 30, 71):
        published_after(desk, hours, monkeypatch)

    found = reviews.pace(timezone.now())

    assert found is not None
    assert found.number == 4
    assert found.words == (
        "In the last 30 days 4 checks went out: half of them within 3 hours of being handed in, the slowest within"
        " 3 days."
    )
    assert found.words in page(desk.editor, REVIEWS)


def test_one_check_is_told_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    published_after(desk, 0.21, monkeypatch)

    found = reviews.pace(timezone.now())

    assert found is not None
    assert found.words == "In the last 30 days 1 check went out, within 13 minutes of being handed in."


def test_what_came_back_counts_from_the_first_time_and_a_later_version_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = factories.ready_claim(desk)
    real = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real - timedelta(hours=50))
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Line 2?")
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.publish(factories.approve(claim, desk.editor), desk.editor)
    factories.publish_again(claim, desk)

    found = reviews.pace(timezone.now())

    assert found is not None
    assert (found.number, found.longest > timedelta(hours=49)) == (2, True)
    assert found.half < timedelta(hours=1)


def test_what_went_out_earlier_does_not_count(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    published_after(desk, 1, monkeypatch, ago=31 * 24)

    assert reviews.pace(timezone.now()) is None


def test_the_queue_asks_as_often_however_many_are_handed_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 32 queries, with readers, conflicts and people who are away, for two rows as for ten."""
    speaker = factories.make_speaker(desk.researcher)
    members.declare(actor=desk.chief, user=desk.chief, speaker_id=speaker.pk, reason="Their sister.")
    is_away(desk.second_editor)

    def more(number: int) -> None:
        for _ in range(number):
            ask(factories.review_claim(desk), desk.second_editor)
            published_after(desk, 1, monkeypatch)

    def queries() -> int:
        client = as_user(desk.editor)
        client.get(REVIEWS)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(REVIEWS).status_code == 200
        return len(caught)

    more(2)
    few = queries()
    more(4)
    assert queries() == few <= 32


@pytest.mark.parametrize("status", [Status.RESEARCH, Status.APPROVED])
def test_what_is_not_in_second_read_is_not_in_the_queue(desk: Desk, status: Status) -> None:
    factories.claim_in(status, desk)

    assert shown(desk) == []
    assert LedgerEntry.objects.filter(action=Action.HAND_OVER.value).count() == 0


def test_the_queue_reads_in_german(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(factories.review_claim(desk), desk.editor)
    for hours in (1, 30):
        published_after(desk, hours, monkeypatch)
    shown = text(as_user(desk.editor, "de").get(REVIEWS))

    for words in ("Übergeben", "Wer wie viel liest", "Niemandes", "Zum Lesen gebeten"):
        assert words in shown
    with translation.override("de"):
        found = reviews.pace(timezone.now())
        assert found is not None
        assert found.words.startswith("In den letzten 30 Tagen sind 2 Faktenchecks erschienen")

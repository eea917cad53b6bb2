"""The desk's pages of requests: whoever was asked, what came back, the link, and what of it readers get."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from claims import composition
from claims.models import Claim, ReplyRequest
from claims.services import asking, publication, review
from claims.views.desk import replies, requests
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

LIST = "/desk/requests/"
WORDS = "The figure comes from our own survey.\nIt was never meant for the whole city."
PASSAGE = "It was never meant for the whole city."


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def reply(desk: factories.Desk, request: ReplyRequest, words: str = WORDS) -> None:
    asking.record_reply(actor=desk.researcher, request_id=request.pk, words=words, received_on=date(2025, 4, 3))


def at(request: ReplyRequest, of: str = "") -> str:
    return f"{LIST}{request.pk}/{of}"


def inclusion(claim: Claim, request: ReplyRequest) -> str:
    return f"/desk/claims/{claim.pk}/replies/{request.pk}/"


def listed(user: User, query: str = "") -> list[str]:
    return [row.request.addressee for row in as_user(user).get(LIST + query).context["rows"]]


def queries(user: User, address: str) -> int:
    client = as_user(user)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# The list


def ask(desk: factories.Desk, claim: Claim, addressee: str, until: date | None = None) -> ReplyRequest:
    return factories.make_request(desk.researcher, claim, addressee=addressee, until=until)


@pytest.fixture
def asked(desk: factories.Desk) -> dict[str, ReplyRequest]:
    claim = factories.research_claim(desk)
    found = {
        "later": ask(desk, claim, "Later", in_days(9)),
        "soon": ask(desk, claim, "Soon", in_days(0)),
        "open": ask(desk, claim, "Open"),
        "late": ask(desk, claim, "Late", in_days(-1)),
        "answered": ask(desk, claim, "Answered", in_days(-3)),
    }
    reply(desk, found["answered"])
    return found


# What waits stands by its deadline; everything else with the newest first.
LISTS = [
    ("", ["Answered", "Late", "Open", "Soon", "Later"]),
    ("?state=open", ["Soon", "Later", "Open"]),
    ("?state=overdue", ["Late"]),
    ("?state=answered", ["Answered"]),
    ("?q=LATE", ["Late", "Later"]),
    ("?q=late&state=overdue", ["Late"]),
    ("?state=nonsense", ["Answered", "Late", "Open", "Soon", "Later"]),
    ("?after=x_y&q=%00", ["Answered", "Late", "Open", "Soon", "Later"]),
]


@pytest.mark.parametrize(("query", "names"), LISTS)
def test_the_list_is_narrowed_by_state_and_words(
    desk: factories.Desk, asked: dict[str, ReplyRequest], query: str, names: list[str]
) -> None:
    assert listed(desk.auditor, query) == names


def test_each_state_says_how_many_there_are(desk: factories.Desk, asked: dict[str, ReplyRequest]) -> None:
    tabs = as_user(desk.editor).get(LIST).context["tabs"]

    assert [(str(tab["label"]), tab["number"]) for tab in tabs] == [
        ("All", 5),
        ("Open", 3),
        ("Overdue", 1),
        ("Answered", 1),
    ]


@pytest.mark.parametrize("query", ["", "?state=open"])
def test_a_long_list_is_paged_and_costs_no_more(
    desk: factories.Desk, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    claim = factories.research_claim(desk)
    ask(desk, claim, "No. 0", in_days(1))
    few = queries(desk.editor, LIST + query)
    monkeypatch.setattr("claims.views.desk.requests.PAGE_SIZE", 3)
    for number in range(1, 6):
        ask(desk, claim, f"No. {number}", in_days(1))

    assert queries(desk.editor, LIST + query) == few
    first = as_user(desk.editor).get(LIST + query)
    second = listed(desk.editor, first.context["page"].older)
    names = [row.request.addressee for row in first.context["rows"]]
    assert sorted(names + second) == [f"No. {number}" for number in range(6)]


# How the time that is left reads: days from today (None: no deadline), whether it was answered, English, German.
DEADLINES = [
    (3, False, "open", "3 days left"),
    (1, False, "last", "1 day left"),
    (0, False, "last", "today is the last day"),
    (None, False, "open", "no deadline"),
    (-2, True, "answered", "answered"),
]


@pytest.mark.parametrize(("left", "answered", "state", "words"), DEADLINES)
def test_a_deadline_in_words(left: int | None, *, answered: bool, state: str, words: str) -> None:
    request = ReplyRequest(until=None if left is None else in_days(left))

    found = replies.deadline(request, answered=answered, today=in_days(0))

    assert (found.state, found.words) == (state, words)


def test_what_is_overdue_says_since_when() -> None:
    request = ReplyRequest(until=date(2025, 4, 8))

    assert replies.deadline(request, answered=False, today=date(2025, 4, 10)).words == "overdue since 8 April 2025"


# A new one


def filled(client: Client, claim: Claim, **values: Any) -> dict[str, Any]:
    typed = opened(client, f"{LIST}new/?claim={claim.pk}")
    return {**typed, "wording": "Where is the figure from?", **values}


def sent(client: Client, claim: Claim, typed: dict[str, Any]) -> HttpResponse:
    return client.post(f"{LIST}new/?claim={claim.pk}", typed)


def test_somebody_is_asked_about_claims_of_the_same_article(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    version = claim.quotations.get().version
    other = factories.inbox_claim(desk, passages=[factories.passage(version, "plainly wrong")], speaker=None)
    stranger = factories.research_claim(desk)
    client = as_user(desk.researcher)

    form = client.get(f"{LIST}new/?claim={claim.pk}").context["form"]
    answer = sent(client, claim, filled(client, claim, claims=[claim.pk, other.pk]))

    made = ReplyRequest.objects.get()
    assert answer["Location"] == at(made)
    assert stranger.pk not in [key for key, _words in form.fields["claims"].choices]
    assert sorted(made.asked.values_list("claim", flat=True)) == [claim.pk, other.pk]
    assert (made.addressee, made.speaker) == ("Tenants' Union", claim.speaker)


def test_of_too_many_claims_the_nearest_are_offered(desk: factories.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "OFFERED", 2)
    speaker = factories.make_speaker(desk.editor)
    _old, _older, newest = (factories.research_claim(desk, speaker=speaker) for _ in range(3))
    claim = factories.research_claim(desk, speaker=speaker)
    passage = factories.passage(claim.quotations.get().version, "plainly wrong")
    beside = factories.inbox_claim(desk, passages=[passage], speaker=None)

    form = as_user(desk.researcher).get(f"{LIST}new/?claim={claim.pk}").context["form"]

    offered = [key for key, _words in form.fields["claims"].choices]
    assert offered == [claim.pk, newest.pk, beside.pk]


def test_a_second_click_asks_nobody_twice(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = filled(client, claim)

    answers = [sent(client, claim, typed) for _ in range(2)]

    assert ReplyRequest.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]


BAD = [
    {"addressee": ""},
    {"wording": ""},
    {"wording": "x" * 20_001},
    {"wording": "a\x00b"},
    {"wording": "a\x1bb"},
    {"claims": []},
    {"claims": ["x"]},
    {"claims": [str(2**70)]},
    {"channel": "pigeon"},
    {"language": "??"},
    {"asked_on": "2999-01-01"},
    {"asked_on": ""},
    {"until": "2001-01-01"},
    {"until": "soon"},
    {"speaker": "987654"},
]


@pytest.mark.parametrize("values", BAD, ids=lambda values: str(values)[:40])
def test_what_cannot_stand_comes_back_with_all_that_was_typed(desk: factories.Desk, values: dict[str, Any]) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)

    answer = sent(client, claim, filled(client, claim, contact="press@example.org", **values))

    assert answer.status_code == 422
    assert not ReplyRequest.objects.exists()
    assert "press@example.org" in text(answer)


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?claim=x", 404), ("?claim=987654", 404), ("?claim=0", 404)])
def test_a_request_begins_at_a_claim(desk: factories.Desk, query: str, status: int) -> None:
    assert as_user(desk.researcher).get(f"{LIST}new/{query}").status_code == status


# One request


@pytest.fixture
def request_(desk: factories.Desk) -> ReplyRequest:
    return factories.make_request(desk.researcher, factories.ready_claim(desk))


def claim_of(request: ReplyRequest) -> Claim:
    return request.asked.get().claim


def test_a_page_tells_who_was_asked_what_and_what_came_back(desk: factories.Desk, request_: ReplyRequest) -> None:
    reply(desk, request_, "No *comment*. <script>alert(1)</script>")

    shown = page(desk.auditor, at(request_))

    assert "Where is it from?" in shown
    assert "No *comment*. &lt;script&gt;" in shown
    assert "Reply recorded" in shown  # in its history
    assert 'action="/desk/requests/' not in shown  # an auditor changes nothing


def test_a_request_is_edited_and_two_who_do_are_shown_both(desk: factories.Desk, request_: ReplyRequest) -> None:
    mine, theirs = as_user(desk.researcher), as_user(desk.editor)
    typed, their_typed = opened(mine, at(request_, "edit/")), opened(theirs, at(request_, "edit/"))

    assert theirs.post(at(request_, "edit/"), {**their_typed, "addressee": "Union"}).status_code == 302
    answer = mine.post(at(request_, "edit/"), {**typed, "addressee": "The union", "contact": "x@example.org"})

    assert answer.status_code == 409
    assert "The union" in text(answer)
    again = read_form(answer.content.decode()) | {"stand-addressee": "mine"}
    assert mine.post(at(request_, "edit/"), again).status_code == 302
    request_.refresh_from_db()
    assert (request_.addressee, request_.contact) == ("The union", "x@example.org")


def test_a_reply_is_recorded_once(desk: factories.Desk, request_: ReplyRequest) -> None:
    client = as_user(desk.researcher)
    typed = {"words": WORDS.replace("\n", "\r\n"), "received_on": "2025-04-03"}

    answers = [client.post(at(request_, "replies/"), typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert [one.words for one in request_.replies.all()] == [WORDS]


@pytest.mark.parametrize(
    "typed",
    [
        {"words": "", "received_on": "2025-04-03"},
        {"words": "Yes", "received_on": ""},
        {"words": "Yes", "received_on": "2999-01-01"},
        {"words": "Yes", "received_on": "2025-03-01"},
        {"words": "Yes\x00", "received_on": "2025-04-03"},
        {"words": "x" * 200_001, "received_on": "2025-04-03"},
        {},
    ],
    ids=lambda typed: str(typed)[:40],
)
def test_what_is_no_reply_is_asked_for_again(
    desk: factories.Desk, request_: ReplyRequest, typed: dict[str, str]
) -> None:
    answer = as_user(desk.researcher).post(at(request_, "replies/"), typed)

    assert answer.status_code == 422
    assert not request_.replies.exists()


def test_a_link_is_shown_once(desk: factories.Desk, request_: ReplyRequest) -> None:
    client = as_user(desk.researcher)

    answer = client.post(at(request_, "link/"), {"days": "7"})

    [token] = re.findall(r"/answer/([\w-]{40,})/", text(answer))
    assert answer["Cache-Control"] == "no-store"
    assert asking.linked(token) == request_
    assert token not in page(desk.researcher, at(request_))
    assert token not in page(desk.researcher, at(request_, "history/"))


@pytest.mark.parametrize("days", ["", "0", "-1", "181", "1e9", "9" * 30])
def test_a_link_lasts_a_sensible_time(desk: factories.Desk, request_: ReplyRequest, days: str) -> None:
    assert as_user(desk.researcher).post(at(request_, "link/"), {"days": days}).status_code == 422


def test_claims_are_added_and_taken_out(desk: factories.Desk, request_: ReplyRequest) -> None:
    client = as_user(desk.researcher)
    other = factories.research_claim(desk)

    for _ in range(2):
        client.post(at(request_, "claims/"), {"claims": [other.pk, "x", "987654x"]})
    assert request_.asked.count() == 2
    for _ in range(2):
        assert client.post(at(request_, f"claims/{other.pk}/take-out/")).status_code == 302
    assert request_.asked.count() == 1


def test_the_history_tells_it_in_words_in_both_languages(desk: factories.Desk, request_: ReplyRequest) -> None:
    reply(desk, request_)
    asking.make_link(actor=desk.researcher, request_id=request_.pk, valid_for=timedelta(days=1))

    shown = page(desk.auditor, at(request_, "history/"))

    for words in ("Asked for a reply", "Asked about", "Reply 1", "Received on", "3 April 2025", "The link ends"):
        assert words in shown
    assert request_.link_hash not in shown or not request_.link_hash
    request_.refresh_from_db()
    assert request_.link_hash not in shown


# What of it readers get


def test_a_passage_is_put_into_the_claim(desk: factories.Desk, request_: ReplyRequest) -> None:
    reply(desk, request_)
    claim, client = claim_of(request_), as_user(desk.researcher)
    typed = opened(client, inclusion(claim, request_))

    answer = client.post(inclusion(claim, request_), {**typed, "included": "on", "words": PASSAGE})

    assert answer.status_code == 302
    assert composition.compose(claim)["replies"][0]["words"] == PASSAGE
    assert PASSAGE in page(desk.auditor, claim.get_absolute_url())
    assert "The words of the reply" in page(desk.auditor, f"{claim.get_absolute_url()}history/")


def test_words_that_they_did_not_write_come_back(desk: factories.Desk, request_: ReplyRequest) -> None:
    reply(desk, request_)
    claim, client = claim_of(request_), as_user(desk.researcher)
    typed = opened(client, inclusion(claim, request_))

    answer = client.post(inclusion(claim, request_), {**typed, "included": "on", "words": "We lied."})

    assert answer.status_code == 422
    assert "We lied." in text(answer)
    assert "do not stand in the reply" in text(answer)


def test_two_who_choose_different_passages_decide_between_them(desk: factories.Desk, request_: ReplyRequest) -> None:
    reply(desk, request_)
    claim, client = claim_of(request_), as_user(desk.researcher)
    address = inclusion(claim, request_)
    typed = opened(client, address)
    asking.include_reply(actor=desk.editor, claim_id=claim.pk, request_id=request_.pk, included=True, words=PASSAGE)

    mine = "The figure comes from our own survey."
    answer = client.post(address, {**typed, "included": "on", "words": mine})
    assert answer.status_code == 409
    assert PASSAGE in text(answer)
    again = client.post(address, read_form(answer.content.decode()) | {"stand-words": "theirs"})

    assert again.status_code == 302
    assert composition.compose(claim)["replies"][0]["words"] == PASSAGE


def test_where_content_is_not_edited_the_page_says_what_to_do_first(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    request = factories.make_request(desk.researcher, claim)

    assert "Reopen it first" in page(desk.researcher, inclusion(claim, request))
    answer = as_user(desk.researcher).post(
        inclusion(claim, request), {"opened_at": claim.revision, "included": "on", "words": ""}
    )
    assert answer.status_code == 409


def test_a_reply_of_another_claim_is_not_there(desk: factories.Desk, request_: ReplyRequest) -> None:
    other = factories.research_claim(desk)

    assert as_user(desk.researcher).get(inclusion(other, request_)).status_code == 404


# The claim's page and the desk's first


def test_a_running_deadline_warns_in_the_claims_bar(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    factories.make_request(desk.researcher, claim, until=in_days(3))

    assert "Press office may answer until" in page(desk.researcher, claim.get_absolute_url())


@pytest.mark.parametrize("until", [3, -1, None])
def test_no_link_on_the_claims_page_is_without_words(desk: factories.Desk, until: int | None) -> None:
    claim = factories.research_claim(desk)
    factories.make_request(desk.researcher, claim, until=None if until is None else in_days(until))

    shown = page(desk.researcher, claim.get_absolute_url())

    assert not re.search(r"<a [^>]*>\s*</a>", shown)
    assert ("Say that they did not answer" in shown) == (until != 3)


def test_a_late_reply_is_offered_as_an_update(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    request = factories.make_request(desk.researcher, claim)
    assert "after publishing" not in page(desk.editor, "/desk/")

    reply(desk, request)
    for address in ("/desk/", claim.get_absolute_url()):
        shown = page(desk.editor, address)
        assert "A reply came in after publishing" in shown
        assert f"/desk/claims/{claim.pk}/reopen/" in shown

    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reply came in.")
    assert "A reply came in after publishing" not in page(desk.editor, "/desk/")


def test_a_second_letter_after_publishing_is_offered_too(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    request = factories.make_request(desk.researcher, claim)
    reply(desk, request)
    asking.include_reply(actor=desk.researcher, claim_id=claim.pk, request_id=request.pk, included=True, words=PASSAGE)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(factories.fresh(claim), desk.editor)
    factories.publish(claim, desk.editor)
    assert "after publishing" not in page(desk.editor, "/desk/")

    reply(desk, request, "We have to correct ourselves.")

    for address in ("/desk/", claim.get_absolute_url()):
        assert "A reply came in after publishing" in page(desk.editor, address)


def test_more_requests_cost_the_claims_page_no_more_queries(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    reply(desk, factories.make_request(desk.researcher, claim))
    for _ in range(5):
        reply(desk, factories.make_request(desk.researcher, claim))
    some = queries(desk.editor, claim.get_absolute_url())
    for _ in range(5):
        reply(desk, factories.make_request(desk.researcher, claim))

    assert queries(desk.editor, claim.get_absolute_url()) == some


def test_the_verdict_asks_why_this_does_not_wait(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    address = f"{claim.get_absolute_url()}verdict/"

    client.post(address, {**opened(client, address), "early_reason": "The vote is tomorrow."})

    assert "The vote is tomorrow." in page(desk.editor, claim.get_absolute_url())


def test_the_second_read_shows_the_reply_as_readers_will_get_it(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    request = factories.make_request(desk.researcher, claim)
    reply(desk, request, "**Not** bold <b>either</b>.")
    asking.include_reply(
        actor=desk.researcher,
        claim_id=claim.pk,
        request_id=request.pk,
        included=True,
        words="**Not** bold <b>either</b>.",
    )

    shown = page(desk.editor, f"{claim.get_absolute_url()}read/")

    assert "What the claimant replied" in shown
    assert "**Not** bold &lt;b&gt;either&lt;/b&gt;." in shown


def test_the_second_reader_sees_all_of_a_reply_beside_what_readers_get(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    request = factories.make_request(desk.researcher, claim)
    reply(desk, request)
    address = f"{claim.get_absolute_url()}read/"

    left_out = page(desk.editor, address)
    some = queries(desk.editor, address)
    for _ in range(3):
        reply(desk, factories.make_request(desk.researcher, claim))

    assert "The figure comes from our own survey." in left_out
    assert "Readers see nothing of it." in left_out
    assert "Put the reply into the text" not in left_out
    assert queries(desk.editor, address) == some


def test_every_word_is_marked_for_translation(desk: factories.Desk, request_: ReplyRequest) -> None:
    with translation.override("de"):
        assert replies.deadline(request_, answered=True, today=in_days(0)).words
    assert as_user(desk.researcher, "de").get(at(request_)).status_code == 200

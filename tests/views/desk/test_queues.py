"""What waits: the desk's first page, the claims queue and the second-read queue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims.services import people, publication, research, review
from claims.views.desk import readers
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.views.desk.helpers import as_user, claim_of_two_authors, page, risky_claim

pytestmark = pytest.mark.django_db

HOME, CLAIMS, REVIEWS = "/desk/", "/desk/claims/", "/desk/reviews/"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def queries(user, address: str) -> int:
    client = as_user(user)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# Who may look


@pytest.mark.parametrize("address", [HOME, CLAIMS, REVIEWS])
def test_whoever_is_not_logged_in_is_asked_to(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", [HOME, CLAIMS, REVIEWS])
def test_an_outsider_finds_nothing_there(address: str) -> None:
    assert as_user(factories.make_user()).get(address).status_code == 404


@pytest.mark.parametrize("address", [HOME, CLAIMS, REVIEWS])
@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_the_queues(address: str, role: Role) -> None:
    assert as_user(factories.make_user(role)).get(address).status_code == 200


@pytest.mark.parametrize("address", [HOME, CLAIMS, REVIEWS])
def test_a_queue_is_not_posted_to(desk: factories.Desk, address: str) -> None:
    assert as_user(desk.editor).post(address).status_code == 405


# The claims queue


def test_a_row_shows_what_the_desk_needs(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    factories.edit(claim, desk.editor, {"assignee": desk.researcher, "due_on": "2031-02-03"})
    shown = page(desk.editor, CLAIMS)
    for words in (
        "Rents in the city rose by 12 per cent in 2024.",
        "Union",
        "Rents rise",
        "Published",
        "Mostly true",
        people.name_of(desk.researcher),
        "3 February 2031",
        "Live, version 1",
    ):
        assert words in shown


def test_the_statement_is_in_the_readers_language(desk: factories.Desk) -> None:
    factories.inbox_claim(desk)
    client = Client(headers={"accept-language": "de"})
    client.force_login(desk.editor)
    assert "Die Mieten in der Stadt sind" in client.get(CLAIMS).content.decode()


def test_a_claim_without_the_readers_language_shows_another(desk: factories.Desk) -> None:
    factories.inbox_claim(desk, statements={"de": "Die Mieten steigen."})
    assert '<a href="/desk/claims/' in page(desk.editor, CLAIMS)
    assert "Die Mieten steigen." in page(desk.editor, CLAIMS)


def test_a_tab_for_each_stage_counts_its_claims(desk: factories.Desk) -> None:
    factories.inbox_claim(desk)
    factories.inbox_claim(desk)
    factories.parked_claim(desk)
    answer = as_user(desk.editor).get(CLAIMS)
    numbers = {tab["label"]: tab["number"] for tab in answer.context["tabs"]}
    assert numbers["All"] == 3
    assert (numbers["Inbox"], numbers["On hold"], numbers["Published"]) == (2, 1, 0)


def test_counts_follow_the_other_filters(desk: factories.Desk) -> None:
    factories.inbox_claim(desk, priority="urgent")
    factories.inbox_claim(desk)
    answer = as_user(desk.editor).get(CLAIMS, {"priority": "urgent", "status": "published"})
    numbers = {tab["label"]: tab["number"] for tab in answer.context["tabs"]}
    assert (numbers["All"], numbers["Inbox"]) == (1, 1)


def found(user, **parameters: str) -> set[int]:
    answer = as_user(user).get(CLAIMS, parameters)
    assert answer.status_code == 200
    return {row.claim.pk for row in answer.context["rows"]}


def test_each_filter_narrows_by_itself(desk: factories.Desk) -> None:
    """Two claims that differ in everything: each value finds exactly its own."""
    version = factories.make_article(desk.researcher, title="Something else")
    other = factories.passage(version, "The mayor called the figure")
    factories.inbox_claim(desk, statements={"en": "Something else."}, speaker=None, passages=[other])
    mine = factories.research_claim(desk, priority="high")
    article = mine.quotations.get().version.article_id
    cases = {
        "status": "research",
        "speaker": str(mine.speaker_id),
        "assignee": str(desk.researcher.pk),
        "priority": "high",
        "article": str(article),
        "q": "12 PER cent",
    }
    assert {name: found(desk.editor, **{name: value}) for name, value in cases.items()} == {
        name: {mine.pk} for name in cases
    }


def test_me_and_nobody_are_assignees(desk: factories.Desk) -> None:
    waiting, mine = factories.inbox_claim(desk), factories.research_claim(desk)
    assert found(desk.researcher, assignee="me") == {mine.pk}
    assert found(desk.editor, assignee="me") == set()
    assert found(desk.editor, assignee="nobody") == {waiting.pk}


def test_claims_that_are_not_attributed_can_be_asked_for(desk: factories.Desk) -> None:
    factories.inbox_claim(desk)
    nobodys = factories.inbox_claim(desk, speaker=None)
    assert found(desk.editor, speaker="none") == {nobodys.pk}


def test_words_are_looked_for_in_quotations_too(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk, statements={"de": "Überall steigen die Mieten."})
    assert found(desk.editor, q="rents rose") == {claim.pk}
    assert found(desk.editor, q="überall") == {claim.pk}
    assert found(desk.editor, q="rents fell") == set()


def test_a_number_finds_its_claim(desk: factories.Desk) -> None:
    factories.inbox_claim(desk)
    claim = factories.inbox_claim(desk)
    assert claim.pk in found(desk.editor, q=f"#{claim.pk}")
    assert found(desk.editor, q="9" * 40) == set()


@pytest.mark.parametrize(
    "parameters",
    [
        {"status": "nonsense"},
        {"speaker": "99999"},
        {"assignee": "x"},
        {"order": "sideways"},
        {"after": "nonsense"},
        {"before": "2026-01-01_x"},
        {"after": "0001-01-01T00:00:00+14:00_1"},
        {"order": "priority", "after": "77_1"},
        {"order": "due", "after": "soon_1"},
    ],
)
def test_what_cannot_be_read_in_the_address_narrows_nothing(desk: factories.Desk, parameters: dict[str, str]) -> None:
    claim = factories.inbox_claim(desk)
    assert found(desk.editor, **parameters) == {claim.pk}


def test_a_nul_in_the_search_is_refused_in_words(desk: factories.Desk) -> None:
    answer = as_user(desk.editor).get(CLAIMS, {"q": "a\x00b"})
    assert answer.status_code == 200
    assert answer.context["filter"].form.errors["q"]


@pytest.mark.parametrize("order", ["newest", "due", "priority"])
def test_paging_shows_every_claim_once_in_each_order(
    desk: factories.Desk, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.views.desk.queues.PAGE_SIZE", 2)
    version = factories.make_article(desk.researcher)
    values = [
        ("low", "2031-01-02"),
        ("urgent", None),
        ("normal", "2030-01-01"),
        ("urgent", "2031-01-02"),
        ("low", None),
    ]
    claims = [
        factories.inbox_claim(desk, version=version, speaker=None, priority=priority, due_on=due)
        for priority, due in values
    ]
    places = {"newest": [4, 3, 2, 1, 0], "due": [2, 0, 3, 1, 4], "priority": [1, 3, 2, 0, 4]}[order]
    expected = [claims[place].pk for place in places]
    client, address, seen, backwards = as_user(desk.editor), f"?order={order}", [], ""
    while address:
        answer = client.get(CLAIMS + address)
        seen += [row.claim.pk for row in answer.context["rows"]]
        address, backwards = answer.context["page"].older, answer.context["page"].newer
    assert seen == expected
    back = client.get(CLAIMS + backwards)
    assert [row.claim.pk for row in back.context["rows"]] == expected[2:4]


def test_the_number_of_queries_does_not_grow_with_the_rows(desk: factories.Desk) -> None:
    """At most twelve, for three rows as for sixty (of which a page shows fifty), filtered or not."""
    version = factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))
    speaker = factories.make_speaker(desk.researcher)

    def more(number: int) -> None:
        for _ in range(number):
            factories.inbox_claim(desk, version=version, speaker=speaker, assignee=desk.researcher)

    more(2)
    factories.published_claim(desk)
    few = queries(desk.editor, CLAIMS)
    filters = f"?status=inbox&speaker={speaker.pk}&assignee={desk.researcher.pk}&q=rents&order=due"
    filtered = queries(desk.editor, CLAIMS + filters)
    more(57)
    assert queries(desk.editor, CLAIMS) == few <= 12
    assert queries(desk.editor, CLAIMS + filters) == filtered <= 12


# The second-read queue


def test_what_waits_longest_is_read_first(desk: factories.Desk) -> None:
    first, second = factories.review_claim(desk), factories.review_claim(desk)
    factories.inbox_claim(desk)
    answer = as_user(desk.editor).get(REVIEWS)
    assert [row.claim.pk for row, _ in answer.context["rows"]] == [first.pk, second.pk]


def test_a_claim_that_comes_back_waits_from_then_on(desk: factories.Desk) -> None:
    first, second = factories.review_claim(desk), factories.review_claim(desk)
    review.send_back(claim_id=first.pk, actor=desk.editor, comment="More, please.")
    factories.edit(first, desk.researcher, {"verdict.texts.en.summary": "The register says nine."})
    review.submit(claim_id=first.pk, actor=desk.researcher)
    answer = as_user(desk.editor).get(REVIEWS)
    assert [row.claim.pk for row, _ in answer.context["rows"]] == [second.pk, first.pk]


def test_an_edit_after_approval_counts_as_coming_in(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": "The register says nine."})
    answer = as_user(desk.editor).get(REVIEWS)
    [(row, reading)] = answer.context["rows"]
    assert row.claim.since == factories.last_entry(claim).at
    assert reading.approvals == 0


def test_a_row_names_authors_and_says_how_many_approvals_there_are(desk: factories.Desk) -> None:
    claim = risky_claim(desk)
    factories.approve(claim, desk.editor)
    shown = page(desk.second_editor, REVIEWS)
    assert people.name_of(desk.researcher) in shown
    assert "1 of 2" in shown


def test_an_author_is_told_why_not(desk: factories.Desk) -> None:
    claim_of_two_authors(desk)
    assert "You are an author of this claim" in page(desk.editor, REVIEWS)
    assert "You are an author of this claim" not in page(desk.second_editor, REVIEWS)


def test_whoever_approved_is_told_that_a_second_person_is_asked_for(desk: factories.Desk) -> None:
    factories.approve(risky_claim(desk), desk.editor)
    assert "a second person is still asked for" in page(desk.editor, REVIEWS)


def test_a_researcher_reads_once_who_may_approve(desk: factories.Desk) -> None:
    factories.review_claim(desk)
    shown = page(desk.researcher, REVIEWS)
    assert shown.count("needs the role “Editor”") == 1
    assert people.name_of(desk.editor) in shown


def test_the_second_read_queue_asks_as_often_for_three_rows_as_for_many(desk: factories.Desk) -> None:
    for _ in range(3):
        factories.review_claim(desk)
    few = queries(desk.editor, REVIEWS)
    for _ in range(7):
        risky_claim(desk)
    factories.approve(risky_claim(desk), desk.second_editor)
    assert queries(desk.editor, REVIEWS) == few <= 18


def test_the_queue_knows_the_same_authors_as_the_services(desk: factories.Desk) -> None:
    """One rule, asked for one claim and for many: they agree in every stage."""
    claims = [factories.claim_in(status, desk) for status in Status]
    claims += [factories.reopened_claim(desk), factories.research_again(factories.retracted_claim(desk), desk)]
    many = readers.author_ids(claims)
    assert {claim.pk: many.get(claim.pk, frozenset()) for claim in claims} == {
        claim.pk: people.author_ids(claim) for claim in claims
    }


def test_the_queue_knows_the_same_editors_as_the_services(desk: factories.Desk) -> None:
    factories.make_user(Role.CHIEF, is_active=False)
    factories.make_user(is_superuser=True)
    everybody = {user for user in type(desk.editor).objects.all() if people.may_approve(user)}
    assert set(readers.with_role(Role.EDITOR)) == everybody


# Home


def test_home_shows_my_claims_by_stage_and_what_came_back(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="More, please.")
    shown = page(desk.researcher, HOME)
    assert "My claims" in shown
    assert "Sent back" in shown
    assert reverse("desk:claim", args=[claim.pk]) in shown


def test_home_shows_an_editor_what_to_read_and_not_their_own(desk: factories.Desk) -> None:
    theirs = factories.review_claim(desk)
    own = claim_of_two_authors(desk)
    shown = page(desk.editor, HOME)
    assert reverse("desk:read", args=[theirs.pk]) in shown
    assert reverse("desk:read", args=[own.pk]) not in shown


def test_home_does_not_ask_a_researcher_to_read(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    assert reverse("desk:read", args=[claim.pk]) not in page(desk.researcher, HOME)


def test_home_shows_what_is_on_hold_and_what_is_scheduled(desk: factories.Desk) -> None:
    parked, approved = factories.parked_claim(desk), factories.approved_claim(desk)
    far = factories.inbox_claim(desk)
    until = timezone.localdate() + timedelta(days=60)
    research.park(claim_id=far.pk, actor=desk.researcher, until=until, reason="Much later.")
    later = timezone.now() + timedelta(days=1)
    publication.schedule(claim_id=approved.pk, actor=desk.editor, publish_at=later)
    answer = as_user(desk.chief).get(HOME)
    assert [row.claim.pk for row in answer.context["waiting"]] == [parked.pk]
    assert [row.claim.pk for row in answer.context["scheduled"]] == [approved.pk]


def test_home_asks_as_often_whatever_waits(desk: factories.Desk) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            factories.review_claim(desk)
            factories.parked_claim(desk)

    more(2)
    few = queries(desk.editor, HOME)
    more(5)
    assert queries(desk.editor, HOME) == few <= 30


def test_who_may_leaves_authors_out(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    factories.edit(claim, desk.editor, {"verdict.question": "true"})
    assert people.name_of(desk.editor) not in readers.who_may(Action.APPROVE, claim)
    assert people.name_of(desk.second_editor) in readers.who_may(Action.APPROVE, claim)

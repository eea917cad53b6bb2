"""The list that claims are reviewed in: what it shows, how it is narrowed, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.models import Claim
from tests import factories
from tests.admin.helpers import as_user, changelist, text

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def shown(desk: factories.Desk, query: str = "", language: str = "en") -> str:
    answer = as_user(desk.editor, language).get(changelist() + query)
    assert answer.status_code == 200
    return text(answer)


def found(desk: factories.Desk, query: str) -> set[int]:
    answer = as_user(desk.editor).get(changelist() + query)
    return {claim.pk for claim in answer.context_data["cl"].result_list}


def test_a_row_says_what_a_desk_needs(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    factories.edit(claim, desk.editor, {"due_on": timezone.localdate() - timedelta(days=1)})
    page = shown(desk)
    for words in ("Rents in the city rose", "Tenants' Union", "Rents rise", "Second read", "Mostly true", "Person No.",
                  "overdue"):  # fmt: skip
        assert words in page
    german = shown(desk, language="de")
    for words in ("Die Mieten in der Stadt", "Gegenlesen", "Größtenteils richtig"):
        assert words in german


def test_no_row_can_be_edited_and_none_added(desk: factories.Desk) -> None:
    factories.ready_claim(desk)
    page = shown(desk)
    for tempting in ('name="_save"', 'class="addlink"', "form-TOTAL_FORMS", "delete_selected"):
        assert tempting not in page


def test_filters_narrow(desk: factories.Desk) -> None:
    inbox = factories.inbox_claim(desk, priority="urgent", speaker=None)
    ready = factories.ready_claim(desk, {"verdict.rating": factories.rating("false")})
    factories.edit(ready, desk.editor, {"risk": "high"})
    said = factories.ready_claim(
        desk, {"verdict.question": "said", "verdict.rating": factories.rating("not-said", "said")}
    )
    table = {
        "?status=inbox": {inbox.pk},
        "?speaker=none": {inbox.pk},
        f"?speaker={ready.speaker_id}": {ready.pk},
        f"?assignee={desk.researcher.pk}": {ready.pk, said.pk},
        "?assignee=none": {inbox.pk},
        "?assignee=me": set(),
        "?priority=urgent": {inbox.pk},
        "?risk=high": {ready.pk},
        "?question=said": {said.pk},
        f"?rating={factories.rating('false').pk}": {ready.pk},
        f"?status=research&question=true&speaker={ready.speaker_id}": {ready.pk},
    }
    assert {query: found(desk, query) for query in table} == table


def test_search_finds_words_of_statement_quotation_and_speaker_and_numbers(desk: factories.Desk) -> None:
    first = factories.inbox_claim(desk)
    other = factories.inbox_claim(
        desk, speaker=factories.make_speaker(desk.researcher, "Öffentliche Kasse"), statements={"de": "Übermut kostet."}
    )
    table = {
        "?q=12+rents": {first.pk, other.pk},
        "?q=Mieten": {first.pk},
        "?q=city+rose+by": {first.pk, other.pk},
        "?q=kasse": {other.pk},
        "?q=übermut": {other.pk},
        f"?q=%23{other.pk}": {other.pk},
        "?q=nothing-like-it": set(),
    }
    assert {query: found(desk, query) for query in table} == table


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?status=unheard-of", 200), ("?speaker=%00", 200), ("?rating=abc", 200), ("?assignee=" + "9" * 30, 200),
        ("?q=%00", 200), ("?q=" + "x" * 5000, 200), ("?q=" + "a+" * 500, 200), ("?p=9999999", 200), ("?o=9.-9.x", 200),
        ("?decline_reason=%00", 400), ("?assignee__password__startswith=p", 400), ("?id__exact=%00", 400),
        ("?_facets=True", 200), ("?all=", 200),
    ],
)  # fmt: skip
def test_whatever_is_asked_it_answers(desk: factories.Desk, query: str, status: int) -> None:
    factories.inbox_claim(desk)
    assert as_user(desk.editor).get(changelist() + query).status_code == status


def test_it_costs_the_same_for_any_number_of_rows(desk: factories.Desk) -> None:
    factories.published_claim(desk)
    client = as_user(desk.editor)
    with CaptureQueriesContext(connection) as few:
        client.get(changelist())
    for _number in range(3):
        factories.review_claim(desk)
        factories.inbox_claim(desk)
        factories.published_claim(desk)
    with CaptureQueriesContext(connection) as many:
        client.get(changelist())
    assert Claim.objects.count() == 10
    assert len(few) == len(many) <= MOST_QUERIES


@pytest.mark.parametrize("model", ["article", "outlet", "speaker", "source", "ratingscale", "ledgerentry", "check",
                                   "publication", "withholding"])  # fmt: skip
def test_other_lists_cost_the_same_for_any_number_of_rows(desk: factories.Desk, model: str) -> None:
    from claims.services import publication
    from claims.vocabulary import WithholdingReason

    def one_more() -> None:
        claim = factories.published_claim(desk)
        publication.withhold(
            claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "Being looked at."}
        )

    one_more()
    client = as_user(desk.editor)
    with CaptureQueriesContext(connection) as few:
        assert client.get(changelist(model)).status_code == 200
    one_more()
    one_more()
    with CaptureQueriesContext(connection) as many:
        client.get(changelist(model))
    assert len(few) == len(many) <= MOST_QUERIES


def test_a_claims_page_costs_the_same_for_any_amount_of_evidence(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    client.get(f"/admin/claims/claim/{claim.pk}/change/")  # Django reads content types once for each process
    with CaptureQueriesContext(connection) as few:
        client.get(f"/admin/claims/claim/{claim.pk}/change/")
    for number in range(5):
        factories.edit(
            claim, desk.researcher, factories.evidence_item(f"X{number}", factories.make_source(desk.editor))
        )
    with CaptureQueriesContext(connection) as many:
        client.get(f"/admin/claims/claim/{claim.pk}/change/")
    assert len(few) == len(many)

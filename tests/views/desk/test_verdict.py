"""The verdict's form: question, rating, dates and reasons."""

from __future__ import annotations

import pytest
from django.urls import reverse

from claims.models import Claim, RatingScale
from claims.services import records
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim) -> str:
    return reverse("desk:verdict", args=[claim.pk])


def test_it_saves_as_one_entry(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, address(claim)) | {
        "question": "said",
        "rating": str(factories.rating("not-said", "said").pk),
        "judged_by": "time_of_claim",
        "researched_until": "2025-04-01",
        "one_source_reason": "There is one register.",
    }

    answer = client.post(address(claim), typed)

    assert answer.status_code == 302
    verdict = factories.fresh(claim).verdict
    assert (verdict.question, verdict.rating.code, verdict.judged_by) == ("said", "not-said", "time_of_claim")
    assert str(verdict.researched_until) == "2025-04-01"
    assert factories.fresh(claim).revision == claim.revision + 1


def test_ratings_stand_under_their_scale_with_their_definition(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)

    shown = text(as_user(desk.researcher).get(address(claim)))

    assert shown.index("True?") < shown.index("Core right despite slips") < shown.index("Searched, not found")


def test_the_reader_s_language_names_the_ratings(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)

    assert "Kern stimmt trotz Ungenauigkeiten" in text(as_user(desk.researcher, "de").get(address(claim)))


def test_a_rating_of_the_other_question_is_refused(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, address(claim)) | {"question": "said", "rating": str(factories.rating("false").pk)}

    answer = client.post(address(claim), typed | {"not_asked_reason": "Kept."})

    assert answer.status_code == 422
    assert "This rating answers the other question." in text(answer)
    assert "Kept." in text(answer)


CANNOT_BE = [
    ("rating", "999999"),
    ("rating", "x"),
    ("question", "maybe"),
    ("judged_by", "x"),
    ("researched_until", "31.2.2025"),
    ("not_asked_reason", "x" * 4001),
    ("no_primary_reason", "a\x00b"),
]


@pytest.mark.parametrize(("name", "value"), CANNOT_BE, ids=[f"{name}={value[:8]!r}" for name, value in CANNOT_BE])
def test_what_cannot_be_is_refused_and_the_rest_is_kept(desk: factories.Desk, name: str, value: str) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, address(claim)) | {"one_source_reason": "A kept reason.", name: value}

    answer = client.post(address(claim), typed)

    assert answer.status_code == 422
    assert "A kept reason." in text(answer)
    assert not hasattr(factories.fresh(claim), "verdict")


def test_the_rating_can_be_taken_away(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)

    client.post(address(claim), opened(client, address(claim)) | {"rating": ""})

    assert factories.fresh(claim).verdict.rating is None


def test_a_retired_scale_is_offered_only_where_it_is_used(desk: factories.Desk) -> None:
    used, other = factories.ready_claim(desk), factories.research_claim(desk)
    scale = RatingScale.objects.get(code="true")
    records.edit_record(record=RatingScale, record_id=scale.pk, actor=desk.chief, values={"active": False})
    client = as_user(desk.researcher)

    assert "Mostly true" in text(client.get(address(used)))
    assert "Mostly true" not in text(client.get(address(other)))
    assert client.post(address(used), opened(client, address(used))).status_code == 302


def test_the_kind_of_change_is_asked_for_from_the_second_version_on(desk: factories.Desk) -> None:
    first, second = factories.ready_claim(desk), factories.reopened_claim(desk)
    client = as_user(desk.researcher)

    assert "change_kind" not in opened(client, address(first))
    assert opened(client, address(second))["change_kind"] == "correction"


def test_saving_twice_saves_once(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, address(claim)) | {"question": "true"}

    answers = [client.post(address(claim), typed) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert factories.fresh(claim).revision == claim.revision + 1


def test_an_auditor_may_not(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)

    assert as_user(desk.auditor).post(address(claim), {"question": "true"}).status_code == 403
